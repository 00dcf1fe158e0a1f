//! A document holds what the body holds that it is built from: both are counted, each in its own JSON.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::document::{Document, Source};
use notion_edge_core::id::Id;
use notion_edge_core::notion;
use serde_json::{Map, Value, json};

use crate::corpus::{objects, recordings};
use crate::is_known;

const ID: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";

fn built(page: &Value, blocks: &[Value]) -> Value {
    let read = |value: &Value| serde_json::to_vec(value).unwrap();
    let document = Document::build(Source {
        id: ID.parse().unwrap(),
        page: notion::from_slice(&read(page)).unwrap(),
        blocks: notion::from_slice(&read(&Value::from(blocks.to_vec()))).unwrap(),
        errors: Vec::new(),
        is_truncated: false,
    });
    serde_json::to_value(document).unwrap()
}

/// Everything that a test can count in blocks, by what it is called.
fn count(value: &Value, counts: &mut BTreeMap<String, usize>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| count(item, counts)),
        Value::Object(fields) => {
            if let Some(name) = countable(fields) {
                *counts.entry(name).or_default() += 1;
            }
            fields.values().for_each(|field| count(field, counts));
        }
        _ => {}
    }
}

fn countable(fields: &Map<String, Value>) -> Option<String> {
    let kind = fields.get("type")?.as_str()?;
    let is_block = fields.get("object").is_some_and(|it| it == "block");
    let sort = match (is_block, fields.get("plain_text")) {
        (true, _) => "block",
        (false, Some(text)) => {
            return Some(format!("run {kind} of {} bytes", text.as_str()?.len()));
        }
        (false, None) => "typed",
    };
    Some(format!("{sort} {kind}"))
}

#[test]
fn what_blocks_hold_their_document_holds() {
    let (mut bodies, mut counted) = (0, 0);
    for recording in recordings() {
        let blocks: Vec<Value> = objects(&recording.value, "block")
            .into_iter()
            .cloned()
            .collect();
        if blocks.is_empty() {
            continue;
        }
        let document = built(&json!({}), &blocks);
        let [mut held, mut holds] = [BTreeMap::new(), BTreeMap::new()];
        count(&Value::from(blocks.clone()), &mut held);
        count(&document["blocks"], &mut holds);
        assert_eq!(held, holds, "{}", recording.name);

        let told = document["unsupported_blocks"].as_array().unwrap().len();
        let mut all = Vec::new();
        gather(&blocks, &mut all);
        let unsupported = all.iter().filter(|it| is_unsupported(it));
        assert_eq!(told, unsupported.count(), "{}", recording.name);
        let headings = all.iter().filter(|it| {
            let kind = it["type"].as_str().unwrap_or_default();
            kind.starts_with("heading_") && is_known("Block", kind)
        });
        let toc = document["toc"].as_array().unwrap().len();
        assert_eq!(toc, headings.count(), "{}", recording.name);
        let text = document["text"].as_str().unwrap();
        for block in all {
            let words = words(block);
            assert!(text.contains(&words), "{}: {words}", recording.name);
        }
        let (linked, pages) = (linked(&document["links"]), pages_in(&Value::from(blocks)));
        assert!(linked.is_superset(&pages), "{}", recording.name);
        // A text may link to a page as well.
        let json = recording.value.to_string().replace('-', "");
        let is_there = |id: &&String| json.contains(&id.replace('-', ""));
        assert_eq!(
            linked.iter().find(|id| !is_there(id)),
            None,
            "{}",
            recording.name
        );
        bodies += 1;
        counted += held.values().sum::<usize>();
    }
    println!("{bodies} bodies, {counted} things");
    assert!(
        bodies == 0 || bodies > 50 && counted > 500,
        "{bodies} {counted}"
    );
}

/// All blocks, with those inside of others, beside the payload or in it.
fn gather<'a>(blocks: &'a [Value], all: &mut Vec<&'a Value>) {
    for block in blocks {
        all.push(block);
        let payload = &block[block["type"].as_str().unwrap_or_default()];
        let inside = [&block["children"], &payload["children"]];
        for blocks in inside.into_iter().filter_map(Value::as_array) {
            gather(blocks, all);
        }
    }
}

/// Whether a block is not shown: its type is not known, or it says nothing.
fn is_unsupported(block: &Value) -> bool {
    let kind = block["type"].as_str().unwrap_or_default();
    let says_nothing = "divider breadcrumb table_of_contents column_list column tab synced_block";
    let is_hollow = !block[kind].is_object() && !says_nothing.split(' ').any(|it| it == kind)
        || block[kind]["type"] == "comment_id";
    !is_known("Block", kind) || kind == "unsupported" || is_hollow
}

/// What a block or a property says, whichever version of the API wrote it; what was never read has only its content.
fn words(block: &Value) -> String {
    let payload = &block[block["type"].as_str().unwrap_or_default()];
    let runs = [payload, &payload["rich_text"], &payload["text"]];
    let runs = runs.into_iter().find_map(Value::as_array);
    runs.into_iter()
        .flatten()
        .filter_map(words_of_run)
        .collect()
}

/// What a run of text says; a date to the minute, a link by its title.
fn words_of_run(run: &Value) -> Option<String> {
    let title = run["mention"]["link_mention"]["title"].as_str();
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        return Some(title.to_owned());
    }
    let date = &run["mention"]["date"];
    let ends = [&date["start"], &date["end"]].map(Value::as_str);
    if let [Some(start), end] = ends {
        let minute = |time: &str| time.get(..16).unwrap_or(time).replace('T', " ");
        let end = end.map(|end| format!(" – {}", minute(end)));
        return Some(minute(start) + &end.unwrap_or_default());
    }
    let content = run["text"]["content"].as_str();
    run["plain_text"].as_str().or(content).map(str::to_owned)
}

/// The pages and databases among a document's links.
fn linked(links: &Value) -> BTreeSet<String> {
    let links = links.as_array().unwrap().iter();
    let ids = links.filter_map(|link| link["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// The pages and databases that blocks hold, link to and mention.
fn pages_in(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        left.extend(value.as_array().into_iter().flatten());
        let Some(fields) = value.as_object() else {
            continue;
        };
        // What a block lies in is no link.
        let inside = fields.iter().filter(|(name, _)| *name != "parent");
        left.extend(inside.map(|(_, field)| field));
        let own = &value["id"];
        let ids = match value["type"].as_str() {
            Some("child_page" | "child_database") if value["object"] == "block" => [own, own],
            Some("page_id" | "database_id") if value["object"].is_null() => {
                [&value["page_id"], &value["database_id"]]
            }
            Some("page" | "database") => [&value["page"]["id"], &value["database"]["id"]],
            _ => continue,
        };
        found.extend(ids.into_iter().filter_map(Value::as_str).map(str::to_owned));
    }
    // Some bodies were written by hand.
    let ids = found.iter().filter_map(|id| id.parse::<Id>().ok());
    ids.map(|id| id.to_string()).collect()
}

#[test]
fn what_properties_say_their_values_say() {
    let mut types: BTreeMap<String, usize> = BTreeMap::new();
    let recordings = recordings();
    for recording in &recordings {
        for page in objects(&recording.value, "page") {
            let Some(properties) = page["properties"].as_object() else {
                continue;
            };
            let document = built(page, &[]);
            let [values, kept] = [&document["values"], &document["properties"]];
            assert_eq!(
                names(values),
                names(&page["properties"]),
                "{}",
                recording.name
            );
            assert_eq!(
                names(kept),
                names(&page["properties"]),
                "{}",
                recording.name
            );
            for (name, property) in properties {
                let place = format!("{name} of {}", recording.name);
                assert_eq!(masked(&values[name]), plain(property), "{place}");
                let kind = match property["type"].as_str() {
                    // As it was called before 2021-08-16.
                    Some("text") => "rich_text",
                    kind => kind.unwrap_or_default(),
                };
                let kind = kind.to_owned();
                assert_eq!(
                    kept[name]["type"].as_str().unwrap_or_default(),
                    kind,
                    "{place}"
                );
                *types.entry(kind).or_default() += 1;
            }
        }
    }
    println!("{types:?}");
    assert!(recordings.is_empty() || types.len() > 15, "{types:?}");
}

fn names(properties: &Value) -> Vec<&String> {
    properties.as_object().unwrap().keys().collect()
}

/// Stands for an address that does not expire.
const STABLE: &str = "/v1/files/";

fn masked(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(STABLE) => STABLE.into(),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, it)| (name.clone(), masked(it)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// What a property says, read from Notion's JSON by the reference alone.
fn plain(property: &Value) -> Value {
    let kind = property["type"].as_str().unwrap_or_default();
    let value = &property[kind];
    // Some bodies were shortened by hand.
    let items = || value.as_array().into_iter().flatten();
    let each = |of: fn(&Value) -> Value| items().map(of).collect();
    match kind {
        "title" | "rich_text" | "text" => words(property).into(),
        "select" | "status" => value["name"].clone(),
        "multi_select" => each(|option| option["name"].clone()),
        "date" => date(value),
        "people" => each(person),
        "files" => items().filter_map(file).collect(),
        // In some bodies ids are stars, or not made of digits of base 16.
        "relation" => {
            let ids = items().filter_map(|page| page["id"].as_str()?.parse::<Id>().ok());
            ids.map(|id| json!({ "id": id.to_string(), "title": null, "path": null }))
                .collect()
        }
        "created_by" | "last_edited_by" => person(value),
        "formula" | "rollup" => match value["type"].as_str().unwrap() {
            "date" => date(&value["date"]),
            "array" => value["array"]
                .as_array()
                .unwrap()
                .iter()
                .map(plain)
                .collect(),
            "unsupported" | "incomplete" => Value::Null,
            kind => value[kind].clone(),
        },
        "unique_id" => match (&value["prefix"], &value["number"]) {
            (_, Value::Null) => Value::Null,
            (Value::Null, number) => number.to_string().into(),
            (prefix, number) => format!("{}-{number}", prefix.as_str().unwrap()).into(),
        },
        "verification" => value["state"].clone(),
        "place" if value.is_object() => json!({
            "name": value["name"], "address": value["address"], "lat": value["lat"], "lon": value["lon"],
        }),
        "button" => Value::Null,
        _ => value.clone(),
    }
}

fn date(date: &Value) -> Value {
    match date {
        Value::Null => Value::Null,
        date => {
            json!({ "start": date["start"], "end": date["end"], "time_zone": date["time_zone"] })
        }
    }
}

fn person(user: &Value) -> Value {
    let kind = match &user["object"] {
        group if group == "group" => group,
        _ => &user["type"],
    };
    json!({ "id": user["id"], "name": user["name"], "kind": kind })
}

/// A file that does not say where it is, as in the first versions, is none; older versions may leave out its type.
fn file(file: &Value) -> Option<Value> {
    match (&file["external"], &file["file"]) {
        (Value::Null, Value::Null) => None,
        (Value::Null, _) => Some(json!({ "name": file["name"], "url": STABLE })),
        (external, _) => Some(json!({ "name": file["name"], "url": external["url"] })),
    }
}
