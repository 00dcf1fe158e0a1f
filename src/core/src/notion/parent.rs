//! Where an object hangs, and what an object points to.

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::object::{Content, Empty, Object, Types};
use super::scalar::RawId;

/// Where an object hangs.
///
/// The row of a data source names its database beside it, see [`Parent::database_id`].
pub type Parent = Object<Empty, ParentType>;

/// What an object hangs in.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParentType {
    /// A page.
    PageId(Field<RawId>),
    /// A block, such as a column or a toggle.
    BlockId(Field<RawId>),
    /// A database.
    DatabaseId(Field<RawId>),
    /// A data source: the object is one of its rows, or a source which it mirrors.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("x-also" = {"database_id": {"description": "The database of the data source.", "type": "string"}}))
    )]
    DataSourceId(Field<RawId>),
    /// The workspace itself; the payload is `true`.
    Workspace(Field<bool>),
    /// A custom agent.
    AgentId(Field<RawId>),
}

impl Types for ParentType {
    const NAME: &'static str = "Parent";
}

impl Parent {
    /// The id of whatever it is; none for the workspace.
    pub fn id(&self) -> Option<&RawId> {
        match self.content.known()? {
            ParentType::PageId(id)
            | ParentType::BlockId(id)
            | ParentType::DatabaseId(id)
            | ParentType::DataSourceId(id)
            | ParentType::AgentId(id) => id.get(),
            ParentType::Workspace(_) => None,
        }
    }

    /// It is a block: whose page that is, only the block tells.
    pub const fn is_block(&self) -> bool {
        matches!(self.content, Content::Known(ParentType::BlockId(_)))
    }

    /// The database, be it the parent itself or the one that holds the data source.
    pub fn database_id(&self) -> Option<&str> {
        match &self.content {
            Content::Known(ParentType::DatabaseId(id)) => id.as_str(),
            _ => self.extra.get("database_id")?.as_str(),
        }
    }
}

/// The id of another object.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Reference {
    /// Its id.
    pub id: Field<RawId>,
}

/// What a block of type `link_to_page` points to.
pub type LinkToPage = Object<Empty, LinkToPageType>;

/// The object that is linked to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkToPageType {
    /// A page.
    PageId(Field<RawId>),
    /// A database.
    DatabaseId(Field<RawId>),
    /// A comment.
    CommentId(Field<RawId>),
}

impl Types for LinkToPageType {
    const NAME: &'static str = "LinkToPage";
}

/// Where the copy of a synced block has its children from.
pub type SyncedFrom = Object<Empty, SyncedFromType>;

/// The original of a synced block.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncedFromType {
    /// The original block.
    BlockId(Field<RawId>),
}

impl Types for SyncedFromType {
    const NAME: &'static str = "SyncedFrom";
}
