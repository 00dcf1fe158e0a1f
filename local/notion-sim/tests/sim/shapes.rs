//! The shape of an API answer: for each kind of object in it, the keys in their order.
//! Values do not matter, and neither do keys that come and go with what they say.

use std::collections::{BTreeMap, BTreeSet};

use notion_sim::Json;

/// Key sequences by the name of the shape.
pub type Shapes = BTreeMap<String, BTreeSet<Vec<String>>>;

/// Keys that come and go with what they say.
const OPTIONAL: [&str; 5] = [
    "list_start_index",
    "list_format",
    "width_ratio",
    "attachments",
    "request_status",
];

/// Adds the shapes in `json`.
pub fn collect(json: &Json, shapes: &mut Shapes) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| collect(item, shapes)),
        Json::Object(entries) => {
            if let Some(name) = name(json) {
                add(&name, json, shapes);
            }
            payload(json, shapes);
            for (key, value) in entries {
                match key.as_str() {
                    "properties" => properties(value, shapes),
                    _ => collect(value, shapes),
                }
            }
        }
        _ => {}
    }
}

fn add(name: &str, json: &Json, shapes: &mut Shapes) {
    let kind = json.get("type").and_then(Json::as_str).unwrap_or_default();
    let keys = json.entries().iter().map(|(key, _)| {
        if key == kind {
            "<type>".to_string()
        } else {
            key.clone()
        }
    });
    let keys = keys
        .filter(|key| !OPTIONAL.contains(&key.as_str()))
        .collect();
    shapes.entry(name.to_string()).or_default().insert(keys);
}

/// What an object is, if it is of a kind that has one shape.
fn name(json: &Json) -> Option<String> {
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let place = if json.get("request_id").is_some() {
        "top"
    } else {
        "nested"
    };
    match text("object") {
        Some("list") => return Some(format!("list of {}", text("type")?)),
        Some("error") => return Some(format!("error {} {}", json.get("status")?, text("code")?)),
        Some("property_item") => return Some(format!("{place} property item {}", text("type")?)),
        Some("user") => {
            return Some(format!(
                "{place} user {}",
                text("type").unwrap_or("reference")
            ));
        }
        Some(object) => return Some(format!("{place} {object}")),
        None => {}
    }
    if json.get("annotations").is_some() {
        return Some(format!("rich text {}", text("type")?));
    }
    let kind = text("type")?;
    let known = [
        "page_id",
        "block_id",
        "database_id",
        "data_source_id",
        "workspace",
        "emoji",
        "custom_emoji",
        "external",
        "file",
        "icon",
    ];
    known.contains(&kind).then(|| format!("reference {kind}"))
}

/// What is under the key that `type` names.
fn payload(json: &Json, shapes: &mut Shapes) {
    let Some(kind) = json.get("type").and_then(Json::as_str) else {
        return;
    };
    let Some(inner @ Json::Object(_)) = json.get(kind) else {
        return;
    };
    let owner = match json.get("object").and_then(Json::as_str) {
        Some("block") => "block",
        Some("user") => "user",
        None if json.get("plain_text").is_some() => "rich text",
        None if json.get("annotations").is_none() && kind == "date" => "date",
        _ => return,
    };
    // The integration's own bot shows more of itself than others do.
    let own = if inner.get("owner").is_some() {
        " of its own"
    } else {
        ""
    };
    add(&format!("inside {owner} {kind}{own}"), inner, shapes);
}

/// Values of a page, or the schema of a data source.
fn properties(json: &Json, shapes: &mut Shapes) {
    for (_, property) in json.entries() {
        let kind = property
            .get("type")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let owner = if property.get("name").is_some() {
            "schema"
        } else {
            "value"
        };
        add(&format!("{owner} {kind}"), property, shapes);
        if let Some(inner @ Json::Object(_)) = property.get(kind) {
            let inner_kind = inner.get("type").and_then(Json::as_str).unwrap_or_default();
            add(
                &format!("inside {owner} {kind} {inner_kind}"),
                inner,
                shapes,
            );
        }
        for (key, value) in property.entries() {
            if key == kind {
                collect(value, shapes);
            }
        }
    }
}
