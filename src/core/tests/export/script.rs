//! Answers of Notion, written by hand.

use notion_edge_core::failure::Failure;
use serde_json::{Value, json};

/// Ids as Notion gives them to pages that are made together.
pub const A: &str = "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f";
pub const B: &str = "38c9ce7b-60a4-81b3-bd6f-ca217706a79f";
pub const C: &str = "38c9ce7b-60a4-8170-940b-d75e4e9f53a1";

/// Long before the first export.
pub const OLD: &str = "2026-06-27T16:49:00.000Z";

/// An hour after noon of the first export.
pub const NEW: &str = "2026-11-20T13:00:00.000Z";

pub type Answer = Result<Vec<u8>, Failure>;

pub fn body(json: &Value) -> Answer {
    Ok(json.to_string().into_bytes())
}

/// A listing that ends.
pub fn list(results: &[Value]) -> Answer {
    body(&json!({ "object": "list", "results": results, "next_cursor": null, "has_more": false }))
}

/// A part of a listing that goes on.
pub fn part(results: &[Value], cursor: &str) -> Answer {
    body(&json!({ "object": "list", "results": results, "next_cursor": cursor, "has_more": true }))
}

pub fn broken() -> Answer {
    Err(Failure::Transient("notion answered 500".to_owned()))
}

/// A page in the workspace.
pub fn page(id: &str, title: &str, edited: &str) -> Value {
    page_in(
        &json!({ "type": "workspace", "workspace": true }),
        id,
        title,
        edited,
    )
}

pub fn page_in(parent: &Value, id: &str, title: &str, edited: &str) -> Value {
    let text = json!({ "type": "text", "text": { "content": title, "link": null }, "plain_text": title, "href": null });
    json!({
        "object": "page", "id": id, "created_time": OLD, "last_edited_time": edited, "parent": parent,
        "cover": null, "icon": null, "in_trash": false,
        "properties": { "title": { "id": "title", "type": "title", "title": [text] } },
    })
}

/// A block of the type that `content` has as its key.
pub fn block(id: &str, kind: &str, content: &Value) -> Value {
    json!({ "object": "block", "id": id, "has_children": false, "in_trash": false, "type": kind, kind: content })
}

/// A paragraph that mentions a page.
pub fn mention(block_id: &str, target: &str) -> Value {
    let mention = json!({ "type": "page", "page": { "id": target } });
    let text = json!({ "type": "mention", "mention": mention, "plain_text": "?", "href": null });
    block(block_id, "paragraph", &json!({ "rich_text": [text] }))
}

/// A data source of a database.
pub fn data_source(id: &str, database: &str) -> Value {
    json!({
        "object": "data_source", "id": id, "created_time": OLD, "last_edited_time": OLD, "title": [],
        "parent": { "type": "database_id", "database_id": database }, "properties": {},
    })
}

/// A database in the workspace, with these data sources.
pub fn database(id: &str, sources: &[&str]) -> Value {
    let sources = sources.iter().map(|id| json!({ "id": id, "name": "Rows" }));
    json!({
        "object": "database", "id": id, "created_time": OLD, "last_edited_time": OLD, "title": [],
        "parent": { "type": "workspace", "workspace": true }, "data_sources": sources.collect::<Vec<_>>(),
    })
}
