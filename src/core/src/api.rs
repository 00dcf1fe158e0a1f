//! The requests of Notion's API that an export makes.
//!
//! A request is a value; the shell adds base, token and version, and performs it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::Id;
use crate::percent::encoded;
use crate::time::Timestamp;

/// The version of the API that every request names.
pub const NOTION_VERSION: &str = "2026-03-11";

/// Notion's own base, without `/v1`.
pub const NOTION_BASE_URL: &str = "https://api.notion.com";

/// The most results that Notion gives at once.
pub const PAGE_SIZE: u32 = 100;

/// Where a listing goes on; opaque, and dead after a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The cursor that an answer named, if it named one.
    pub fn of(next: Option<&str>) -> Option<Self> {
        next.map(|text| Self(text.to_owned()))
    }
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads by address.
    Get,
    /// Search and queries: reads as well, with a body.
    Post,
}

/// What a request is for; how often and how patiently it is repeated depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Who we are, and with it whether Notion answers at all.
    Probe,
    /// What there is.
    Search,
    /// A page, a database, a data source or a block by its id.
    Object,
    /// The blocks in a block, the rows of a data source, the users of the workspace, or the comments of a page.
    Listing,
    /// A property value that the page object cuts short.
    Property,
    /// The bytes of a file: Notion's storage is asked for them, not its API.
    File,
}

/// One request to Notion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What it is for.
    pub operation: Operation,
    /// How long it may take, in milliseconds; 0 until the engine has decided that.
    #[serde(default)]
    pub timeout_ms: u64,
    /// How it is sent.
    pub method: Method,
    /// Path and query, from `/v1` on.
    pub path: String,
    /// JSON body of a POST.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

impl Request {
    /// `POST /v1/search`: pages and data sources, last edited first.
    pub fn search(cursor: Option<&Cursor>) -> Self {
        let mut body = json!({
            "page_size": PAGE_SIZE,
            "sort": { "timestamp": "last_edited_time", "direction": "descending" },
        });
        set_cursor(&mut body, cursor);
        Self::post(Operation::Search, "/v1/search".to_owned(), body)
    }

    /// `GET /v1/users/me`: the connection itself.
    pub fn me() -> Self {
        Self::get(Operation::Probe, "/v1/users/me".to_owned())
    }

    /// `GET /v1/users`: people and connections; no guests.
    pub fn users(cursor: Option<&Cursor>) -> Self {
        Self::get(
            Operation::Listing,
            with_cursor(format!("/v1/users?page_size={PAGE_SIZE}"), cursor),
        )
    }

    /// `GET /v1/comments`: the open ones on the page itself, not those on its blocks.
    pub fn comments(page: Id, cursor: Option<&Cursor>) -> Self {
        Self::get(
            Operation::Listing,
            with_cursor(
                format!("/v1/comments?block_id={page}&page_size={PAGE_SIZE}"),
                cursor,
            ),
        )
    }

    /// `GET /v1/pages/{id}`.
    pub fn page(id: Id) -> Self {
        Self::get(Operation::Object, format!("/v1/pages/{id}"))
    }

    /// `GET /v1/pages/{id}/properties/{property}`; the property's id is URL-encoded as Notion returned it.
    pub fn property(page: Id, property: &str, cursor: Option<&Cursor>) -> Self {
        Self::get(
            Operation::Property,
            with_cursor(
                format!("/v1/pages/{page}/properties/{property}?page_size={PAGE_SIZE}"),
                cursor,
            ),
        )
    }

    /// `GET /v1/blocks/{id}`.
    pub fn block(id: Id) -> Self {
        Self::get(Operation::Object, format!("/v1/blocks/{id}"))
    }

    /// `GET /v1/blocks/{id}/children`: one level, in the order of the document.
    pub fn children(block: Id, cursor: Option<&Cursor>) -> Self {
        Self::get(
            Operation::Listing,
            with_cursor(
                format!("/v1/blocks/{block}/children?page_size={PAGE_SIZE}"),
                cursor,
            ),
        )
    }

    /// `GET /v1/databases/{id}`: the container with its data sources.
    pub fn database(id: Id) -> Self {
        Self::get(Operation::Object, format!("/v1/databases/{id}"))
    }

    /// `GET /v1/data_sources/{id}`: the schema.
    pub fn data_source(id: Id) -> Self {
        Self::get(Operation::Object, format!("/v1/data_sources/{id}"))
    }

    /// `POST /v1/data_sources/{id}/query`: rows created at `since` or later, oldest first.
    ///
    /// Oldest first, because rows that are edited during the listing then keep their place;
    /// `since` opens the next window where Notion ends a listing at 10,000 rows. So many at once at most as `page_size` says,
    /// which is [`PAGE_SIZE`] unless those were too much for Notion.
    pub fn rows(
        data_source: Id,
        page_size: u32,
        since: Option<Timestamp>,
        cursor: Option<&Cursor>,
    ) -> Self {
        let mut body = json!({
            "page_size": page_size,
            "sorts": [{ "timestamp": "created_time", "direction": "ascending" }],
        });
        if let (Some(since), Some(fields)) = (since, body.as_object_mut()) {
            let filter = json!({ "timestamp": "created_time", "created_time": { "on_or_after": since.to_string() } });
            fields.insert("filter".to_owned(), filter);
        }
        set_cursor(&mut body, cursor);
        Self::post(
            Operation::Listing,
            format!("/v1/data_sources/{data_source}/query"),
            body,
        )
    }

    /// What an answer has to be: the object of that kind, with that id where it was named. Nothing where it is a list.
    pub fn wants(&self) -> Option<(&'static str, Option<Id>)> {
        match self.operation {
            Operation::Probe => Some(("user", None)),
            Operation::Object => {
                let (kind, id) = self.path.strip_prefix("/v1/")?.split_once('/')?;
                let kind = match kind {
                    "pages" => "page",
                    "blocks" => "block",
                    "databases" => "database",
                    "data_sources" => "data_source",
                    _ => return None,
                };
                Some((kind, id.parse().ok()))
            }
            Operation::Search | Operation::Listing | Operation::Property | Operation::File => None,
        }
    }

    fn get(operation: Operation, path: String) -> Self {
        Self {
            operation,
            timeout_ms: 0,
            method: Method::Get,
            path,
            body: None,
        }
    }

    fn post(operation: Operation, path: String, body: Value) -> Self {
        Self {
            operation,
            timeout_ms: 0,
            method: Method::Post,
            path,
            body: Some(body),
        }
    }
}

fn set_cursor(body: &mut Value, cursor: Option<&Cursor>) {
    if let (Some(Cursor(cursor)), Some(fields)) = (cursor, body.as_object_mut()) {
        fields.insert("start_cursor".to_owned(), json!(cursor));
    }
}

fn with_cursor(path: String, cursor: Option<&Cursor>) -> String {
    match cursor {
        Some(Cursor(cursor)) => format!("{path}&start_cursor={}", encoded(cursor)),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Request};

    #[test]
    fn a_cursor_is_encoded_in_an_address_and_plain_in_a_body() {
        let id = "2712e341754a41aea9ce4c0bb4b18c52"
            .parse()
            .expect("a valid id");
        let cursor = Cursor::of(Some("s:a b/é"));
        let path = Request::children(id, cursor.as_ref()).path;
        assert!(
            path.ends_with("/children?page_size=100&start_cursor=s%3Aa%20b%2F%C3%A9"),
            "{path}"
        );
        let body = Request::search(cursor.as_ref()).body.expect("a body");
        assert_eq!(
            body.get("start_cursor").and_then(|c| c.as_str()),
            Some("s:a b/é")
        );
    }
}
