//! The parameters of the routes, with the bounds that the routes themselves have.

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::read::page::FIELDS;
use crate::read::{batch, events, list, search, site, tree};

/// The greatest number that every reader of JSON can write.
const MOST: u64 = (1 << 53) - 1;

/// Every parameter by the name of its component.
pub fn parameters() -> Map<String, Value> {
    let all = [
        ("Id", path("id", "The id of the object.", id())),
        (
            "IdOrPath",
            path(
                "id_or_path",
                "The id of a page, with or without hyphens, or its path on the site, like `guides/start`. The slashes of a path stay as they are, or are written as `%2F`. \
                With `.json`, `.html` or `.md` behind it, the answer is of that kind, whatever `Accept` says.",
                json!({ "type": "string", "minLength": 1 }),
            ),
        ),
        (
            "FileKey",
            path(
                "key",
                "The key of a file, as documents have it.",
                json!({ "type": "string", "pattern": "^[a-z0-9_-][a-z0-9_.-]*$" }),
            ),
        ),
        (
            "ExportNumber",
            path(
                "number",
                "The number of an export, as `/v1/exports` and `/v1/status` tell it.",
                number(1..=MOST, None),
            ),
        ),
        (
            "Fields",
            list_of(
                "fields",
                "The fields of the document that are given; or with a hyphen before each, those that are left out.",
                json!({ "type": "array", "minItems": 1, "oneOf": [fields(""), fields("-")] }),
            ),
        ),
        (
            "Version",
            query(
                "v",
                "The version that the answer must have at least, as an event or the header `notion-edge-version` tells it; 503 until it is there.",
                number(0..=MOST, None),
            ),
        ),
        (
            "Ids",
            required(list_of(
                "ids",
                "The ids of pages.",
                json!({ "type": "array", "minItems": 1, "maxItems": batch::MOST_IDS, "items": id() }),
            )),
        ),
        (
            "DataSourceId",
            query(
                "data_source_id",
                "Only the rows of this data source; not together with `parent_id`.",
                id(),
            ),
        ),
        (
            "ParentId",
            query(
                "parent_id",
                "Only what lies directly under this page or database.",
                id(),
            ),
        ),
        (
            "Filter",
            of_json(
                "filter",
                "The filter that Notion's API takes for the query of a data source.",
                json!({ "type": "object" }),
            ),
        ),
        (
            "Sorts",
            of_json(
                "sorts",
                "The order that Notion's API takes for the query of a data source.",
                json!({ "type": "array", "items": { "type": "object" } }),
            ),
        ),
        (
            "Cursor",
            query(
                "cursor",
                "Where the list goes on: the `next_cursor` of the part before, of a list that was asked for in the same way.",
                json!({ "type": "string", "minLength": 1 }),
            ),
        ),
        ("ListLimit", limit(20, list::MAX_LIMIT)),
        ("SearchLimit", limit(20, search::MAX_LIMIT)),
        ("EventsLimit", limit(100, events::MAX_LIMIT)),
        ("FeedLimit", limit(20, site::MAX_LIMIT)),
        (
            "SitemapPart",
            query(
                "part",
                "Which part of the sitemap, from 1. Without it all of it is given, or of more than 10,000 pages what parts there are.",
                number(1..=site::MOST_PARTS as u64, None),
            ),
        ),
        (
            "FeedOf",
            query("data_source_id", "Only the rows of this data source.", id()),
        ),
        (
            "FeedTitle",
            query(
                "title",
                "The title of the feed; the name of the site without it.",
                json!({ "type": "string" }),
            ),
        ),
        (
            "FeedDate",
            query(
                "date",
                "The property that has the date of each page.",
                json!({ "type": "string" }),
            ),
        ),
        (
            "FeedContent",
            query(
                "content",
                "What items have beside their excerpt: what their pages hold, as HTML, up to 8 MB together; beyond that the answer is 422.",
                json!({ "type": "string", "enum": ["excerpt", "full"], "default": "excerpt" }),
            ),
        ),
        (
            "LastEventId",
            header(
                "Last-Event-ID",
                "The last event that the reader of a stream has, before `after`.",
            ),
        ),
        (
            "Root",
            query(
                "root",
                "The page or database to begin with; everything that lies under nothing without it.",
                id(),
            ),
        ),
        (
            "Depth",
            query(
                "depth",
                "How many levels are given.",
                number(1..=tree::MOST_LEVELS as u64, Some(tree::MOST_LEVELS as u64)),
            ),
        ),
        (
            "Rows",
            query(
                "rows",
                "Whether the rows of databases are given too.",
                json!({ "type": "boolean", "default": false }),
            ),
        ),
        (
            "Words",
            required(query(
                "q",
                "The words to look for.",
                json!({ "type": "string", "maxLength": search::MAX_LETTERS, "pattern": "\\S" }),
            )),
        ),
        (
            "Page",
            required(query(
                "page",
                "The id of the page whose comments are asked for.",
                id(),
            )),
        ),
        (
            "After",
            query(
                "after",
                "The id of the last event that the reader has, as `next` gave it, or milliseconds; 0 is before the first event. The last events without it.",
                json!({ "type": "string", "pattern": "^[0-9]{1,19}(-[0-9]{1,19})?$" }),
            ),
        ),
        (
            "IfNoneMatch",
            header(
                "If-None-Match",
                "The tags that the reader has, or `*`: 304 where one of them is that of the answer.",
            ),
        ),
        (
            "Range",
            header("Range", "The part that is asked for, as `bytes=0-99`."),
        ),
        (
            "IfRange",
            header(
                "If-Range",
                "The tag of the file that a part is asked of; all of it is given where it has another.",
            ),
        ),
    ];
    all.into_iter()
        .map(|(name, parameter)| (name.to_owned(), parameter))
        .collect()
}

fn id() -> Value {
    super::component("schemas", "Id")
}

fn number(range: RangeInclusive<u64>, default: Option<u64>) -> Value {
    let (first, last) = range.into_inner();
    let mut schema = json!({ "type": "integer", "minimum": first, "maximum": last });
    if let (Some(default), Some(schema)) = (default, schema.as_object_mut()) {
        schema.insert("default".to_owned(), default.into());
    }
    schema
}

fn limit(default: u64, most: usize) -> Value {
    let schema = number(1..=most as u64, Some(default));
    query("limit", "The most results in one answer.", schema)
}

/// Names of fields, each with `prefix` before it.
fn fields(prefix: &str) -> Value {
    let names = FIELDS.map(|name| format!("{prefix}{name}"));
    json!({ "items": { "enum": names.to_vec() } })
}

fn path(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema })
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn header(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string" } })
}

/// Separated by commas.
fn list_of(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema, "style": "form", "explode": false })
}

fn of_json(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "content": super::json_body(schema) })
}

fn required(mut parameter: Value) -> Value {
    if let Some(parameter) = parameter.as_object_mut() {
        parameter.insert("required".to_owned(), true.into());
    }
    parameter
}
