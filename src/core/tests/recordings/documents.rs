//! A document holds what the body holds that it is built from: both are counted, each in its own JSON.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::document::{Document, Source};
use notion_edge_core::id::Id;
use notion_edge_core::notion;
use serde_json::{Map, Value, json};

use crate::corpus::{objects, recordings};

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

        let of = |kind: &str| blocks.iter().filter(|it| it["type"] == kind).count();
        let unsupported = document["unsupported_blocks"].as_array().unwrap().len();
        assert_eq!(unsupported, of("unsupported"), "{}", recording.name);
        let headings: usize = (1..=4).map(|level| of(&format!("heading_{level}"))).sum();
        let toc = document["toc"].as_array().unwrap().len();
        assert_eq!(toc, headings, "{}", recording.name);
        let text = document["text"].as_str().unwrap();
        for block in &blocks {
            let runs = block[block["type"].as_str().unwrap()]["rich_text"].as_array();
            let words = runs
                .into_iter()
                .flatten()
                .map(|run| run["plain_text"].as_str().unwrap());
            let words: String = words.collect();
            assert!(text.contains(&words), "{}: {words}", recording.name);
        }
        assert_eq!(
            linked(&document["links"]),
            pages_in(&Value::from(blocks)),
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
    found.retain(|id| id.parse::<Id>().is_ok());
    found
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
                assert_eq!(kept[name]["type"], property["type"], "{place}");
                let kind = property["type"].as_str().unwrap_or_default().to_owned();
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
    let each = |of: fn(&Value) -> Value| value.as_array().unwrap().iter().map(of).collect();
    match kind {
        "title" | "rich_text" => {
            let runs = value.as_array().unwrap().iter();
            runs.map(|run| run["plain_text"].as_str().unwrap())
                .collect::<String>()
                .into()
        }
        "select" | "status" => value["name"].clone(),
        "multi_select" => each(|option| option["name"].clone()),
        "date" => date(value),
        "people" => each(person),
        "files" => each(file),
        // Some bodies were recorded with stars in place of ids.
        "relation" => {
            let ids = value.as_array().unwrap().iter().map(|page| &page["id"]);
            let ids = ids.filter(|id| **id != "****");
            ids.map(|id| json!({ "id": id, "title": null, "path": null }))
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
        group if group == "group" => &Value::Null,
        _ => &user["type"],
    };
    json!({ "id": user["id"], "name": user["name"], "kind": kind })
}

fn file(file: &Value) -> Value {
    let kind = file["type"].as_str().unwrap();
    match kind {
        "external" => json!({ "name": file["name"], "url": file[kind]["url"] }),
        _ => json!({ "name": file["name"], "url": STABLE }),
    }
}
