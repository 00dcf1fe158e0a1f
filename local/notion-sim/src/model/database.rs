//! Databases, which are containers, and data sources, which have the schema and the rows.
//! Rows are not in here: they are pages that name their data source as parent.

use crate::id::Uuid;
use crate::model::{File, Icon, Parent, Property, RichText, Stamps};

/// A database: a container of data sources.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    pub(crate) title: RichText,
    pub(crate) description: RichText,
    pub(crate) is_inline: bool,
    pub(crate) in_trash: bool,
    pub(crate) icon: Option<Icon>,
    pub(crate) cover: Option<File>,
    pub(crate) created_ms: i64,
    pub(crate) edited_ms: i64,
    pub(crate) data_sources: Vec<Uuid>,
    /// Set for a view of another database's source, which has none of its own.
    pub(crate) linked: Option<Linked>,
}

/// How the API answers for a linked view of a database.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Linked {
    pub(crate) answer: LinkedAnswer,
    /// The data source it shows.
    pub(crate) source: Uuid,
}

/// The three answers that have been seen for linked views.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LinkedAnswer {
    /// 200, with an empty list of data sources.
    Empty,
    /// 400 `validation_error`.
    Refused,
    /// 404, as if it were not shared.
    Missing,
}

/// A data source: a schema, and rows that are pages.
#[derive(Clone, Debug)]
pub(crate) struct DataSource {
    pub(crate) id: Uuid,
    pub(crate) database: Uuid,
    pub(crate) title: RichText,
    pub(crate) description: RichText,
    pub(crate) icon: Option<Icon>,
    pub(crate) cover: Option<File>,
    pub(crate) stamps: Stamps,
    pub(crate) properties: Vec<Property>,
    pub(crate) templates: Vec<Template>,
}

impl DataSource {
    /// The property with this name, or with this id as Notion stores it (not URL-encoded).
    pub(crate) fn property(&self, name_or_id: &str) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.name == name_or_id)
            .or_else(|| {
                self.properties
                    .iter()
                    .find(|property| property.id == name_or_id)
            })
    }
}

/// A template for new rows; templates are not rows.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) is_default: bool,
}
