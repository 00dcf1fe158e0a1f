//! Views of data sources, and what asking one gives.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::{Field, Maybe, Nullable, Optional};
use super::object::Object;
use super::page::Page;
use super::parent::Parent;
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::{Vocabulary, Word};

/// A view; in a list only its id.
pub type View = Object<ViewFields>;

/// The fields of a view.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ViewFields {
    /// Always "view".
    pub object: Field<Word<ViewObject>>,
    /// The view's id.
    pub id: Field<RawId>,
    /// The database it belongs to.
    pub parent: Optional<Parent>,
    /// The data source it shows.
    pub data_source_id: Maybe<RawId>,
    /// What it is called.
    pub name: Optional<String>,
    /// Such as "table", "board" or "gallery".
    #[serde(rename = "type")]
    pub kind: Optional<String>,
    /// When it was made.
    pub created_time: Optional<Time>,
    /// When it was last edited.
    pub last_edited_time: Optional<Time>,
    /// Who made it.
    pub created_by: Maybe<User>,
    /// Who edited it last.
    pub last_edited_by: Maybe<User>,
    /// The view inside of Notion.
    pub url: Optional<String>,
    /// Which rows it shows.
    pub filter: Maybe<Value>,
    /// In which order.
    pub sorts: Maybe<Value>,
    /// What a reader may filter by.
    pub quick_filters: Maybe<Value>,
    /// How it looks; its own `type` names no payload.
    pub configuration: Maybe<Value>,
}

/// The word of a view's `object`.
pub enum ViewObject {}

impl Vocabulary for ViewObject {
    const WORDS: &'static [&'static str] = &["view"];
}

/// What asking a view gives; Notion keeps it for 15 minutes.
pub type ViewQuery = Object<ViewQueryFields>;

/// The fields of an answered view.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ViewQueryFields {
    /// Always "view_query".
    pub object: Field<Word<ViewQueryObject>>,
    /// The query's id.
    pub id: Field<RawId>,
    /// The view's id.
    pub view_id: Optional<RawId>,
    /// When Notion forgets it.
    pub expires_at: Optional<Time>,
    /// How many rows there are.
    pub total_count: Optional<Number>,
    /// The first rows, often only their ids.
    pub results: Optional<Vec<Page>>,
    /// What to send as `start_cursor` for the next page.
    pub next_cursor: Nullable<String>,
    /// There is a next page.
    pub has_more: Optional<bool>,
    /// Notion was told to forget it.
    pub deleted: Optional<bool>,
}

/// The word of an answered view's `object`.
pub enum ViewQueryObject {}

impl Vocabulary for ViewQueryObject {
    const WORDS: &'static [&'static str] = &["view_query"];
}
