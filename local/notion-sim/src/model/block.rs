//! Blocks: a type, and the fields of its payload in Notion's order.
//! Says nothing about what is inside a block: the workspace knows its children.

use crate::id::Uuid;
use crate::json::Json;
use crate::model::{File, Icon, Parent, RichText, Stamps};

/// A block other than a child page or child database, which are pages and databases.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    pub(crate) kind: String,
    pub(crate) fields: Vec<(String, Field)>,
    pub(crate) stamps: Stamps,
    pub(crate) in_trash: bool,
}

/// One field of a block's payload.
#[derive(Clone, Debug)]
pub(crate) enum Field {
    /// Rendered as it is.
    Json(Json),
    Text(RichText),
    Cells(Vec<RichText>),
    Icon(Option<Icon>),
    /// Rendered as two fields, `type` and the one it names.
    File(File),
}

impl Block {
    /// The block of which a copied synced block shows the children.
    pub(crate) fn synced_from(&self) -> Option<Uuid> {
        match self.field("synced_from")? {
            Field::Json(from) => from.get("block_id")?.as_str()?.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, field)| field)
    }
}
