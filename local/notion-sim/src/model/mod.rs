//! What a workspace is made of: pages, blocks, databases, data sources, users and comments.
//!
//! Values as they are, not as the API shows them: titles of mentioned pages, signed URLs, formulas and rollups are worked out when an object is rendered.

mod block;
mod database;
mod file;
mod property;
mod rich_text;
mod user;

pub(crate) use block::{Block, Field};
pub(crate) use database::{DataSource, Database, Linked, LinkedAnswer, Template};
pub(crate) use file::{File, Icon};
pub(crate) use property::{
    Choice, Config, Formula, Group, Property, Relation, Rollup, Value, encode_id,
};
pub(crate) use rich_text::{Content, DateRange, RichText, Span, Style, plain};
pub(crate) use user::{Account, Comment, CustomEmoji, FileUpload, User};

use std::collections::BTreeMap;

use crate::id::Uuid;
use crate::json::{Json, object};

/// Where an object is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Parent {
    Workspace,
    Page(Uuid),
    Block(Uuid),
    Database(Uuid),
    DataSource { id: Uuid, database: Uuid },
}

impl Parent {
    /// The object one step up, if it is not the workspace itself. A row is one step below its data source.
    pub(crate) fn id(self) -> Option<Uuid> {
        match self {
            Parent::Workspace => None,
            Parent::Page(id)
            | Parent::Block(id)
            | Parent::Database(id)
            | Parent::DataSource { id, .. } => Some(id),
        }
    }

    /// The name of the parent's kind, as in its `type`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Parent::Workspace => "workspace",
            Parent::Page(_) => "page_id",
            Parent::Block(_) => "block_id",
            Parent::Database(_) => "database_id",
            Parent::DataSource { .. } => "data_source_id",
        }
    }

    pub(crate) fn render(self) -> Json {
        match self {
            Parent::Workspace => object! { "type" => self.kind(), "workspace" => true },
            Parent::DataSource { id, database } => {
                object! { "type" => self.kind(), "data_source_id" => id, "database_id" => database }
            }
            Parent::Page(id) | Parent::Block(id) | Parent::Database(id) => {
                object! { "type" => self.kind(), self.kind() => id }
            }
        }
    }
}

/// When something was made and last edited, and by whom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamps {
    pub(crate) created_ms: i64,
    pub(crate) edited_ms: i64,
    pub(crate) created_by: Uuid,
    pub(crate) edited_by: Uuid,
}

/// A page, which may be a row of a data source.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    pub(crate) title: RichText,
    pub(crate) icon: Option<Icon>,
    pub(crate) cover: Option<File>,
    pub(crate) stamps: Stamps,
    pub(crate) in_trash: bool,
    pub(crate) is_locked: bool,
    /// The page's address, if it is published to the web.
    pub(crate) public_url: Option<String>,
    /// Stored property values by name, without the title and without what is computed.
    pub(crate) values: BTreeMap<String, Value>,
    /// The number that a `unique_id` property shows.
    pub(crate) number: u64,
}
