//! Lists: one page of results and where the next one is.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::field::{Field, Maybe, Nullable, Optional};
use super::object::Object;
use super::property_item::PropertyItem;
use super::shape::Shape;
use super::word::{Vocabulary, Word};

/// One page of a listing. A short one is not the last: only `has_more` tells.
pub type List<T> = Object<ListFields<T>>;

/// The fields of a list.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, bound(deserialize = "T: DeserializeOwned + Shape"))]
pub struct ListFields<T> {
    /// Always "list".
    pub object: Field<Word<ListObject>>,
    /// The results.
    pub results: Field<Vec<T>>,
    /// What to send as `start_cursor` for the next page; opaque, and dead after a while.
    pub next_cursor: Nullable<String>,
    /// There is a next page.
    pub has_more: Field<bool>,
    /// What the results are, such as "block" or "page_or_data_source".
    #[serde(rename = "type")]
    pub kind: Optional<String>,
    /// Which property the results are of.
    pub property_item: Optional<PropertyItem>,
    /// Whether the listing ends before its end.
    pub request_status: Maybe<Object<RequestStatus>>,
    /// Notion's name for the request.
    pub request_id: Optional<String>,
}

impl<T> Default for ListFields<T> {
    fn default() -> Self {
        Self {
            object: Field::absent(),
            results: Field::absent(),
            next_cursor: Field::absent(),
            has_more: Field::absent(),
            kind: Field::absent(),
            property_item: Field::absent(),
            request_status: Field::absent(),
            request_id: Field::absent(),
        }
    }
}

/// The word of a list's `object`.
pub enum ListObject {}

impl Vocabulary for ListObject {
    const WORDS: &'static [&'static str] = &["list"];
}

/// Whether a listing ends before its end.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct RequestStatus {
    /// "complete" or "incomplete".
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// Why it is not complete, such as "query_result_limit_reached" after 10,000 rows.
    pub incomplete_reason: Maybe<String>,
}

impl<T> List<T> {
    /// The cursor of the next page, where there is one.
    pub fn next(&self) -> Option<&str> {
        if self.has_more.is_true() {
            self.next_cursor.as_str()
        } else {
            None
        }
    }

    /// Notion ends the listing before its end: the rest needs a narrower filter.
    pub fn is_incomplete(&self) -> bool {
        let status = self.request_status.get();
        status.is_some_and(|it| it.kind.as_str() == Some("incomplete"))
    }
}

/// The templates of a data source, which are listed in an envelope of their own.
pub type TemplateList = Object<TemplateListFields>;

/// The fields of a list of templates.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct TemplateListFields {
    /// The templates.
    pub templates: Field<Vec<Object<DataSourceTemplate>>>,
    /// There is a next page.
    pub has_more: Field<bool>,
    /// What to send as `start_cursor` for the next page.
    pub next_cursor: Nullable<String>,
}

/// A template of a data source.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct DataSourceTemplate {
    /// The template's id, which is that of a page.
    pub id: Field<String>,
    /// What it is called.
    pub name: Field<String>,
    /// New pages are made from it.
    pub is_default: Field<bool>,
}
