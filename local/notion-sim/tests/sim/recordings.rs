//! The sim's shapes against recordings of the real API.
//!
//! The recordings are not part of the project: they are read from NOTION_RECORDINGS, or from beside the checkout, and the test says so if they are not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use http::Request;
use notion_sim::{Json, Options, Workspace};

use crate::client::{Client, ids, text};
use crate::shapes::{Shapes, collect};

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/notion/payloads");
    let folder = std::env::var_os("NOTION_RECORDINGS").map_or(beside, PathBuf::from);
    if folder.join("INDEX.md").is_file() {
        return Some(folder);
    }
    println!("skipped: no recordings in {}", folder.display());
    None
}

/// The shapes of everything that was recorded with this version of the API.
fn recorded(folder: &Path, version: &str) -> Shapes {
    let index = fs::read_to_string(folder.join("INDEX.md")).unwrap();
    let mut shapes = Shapes::new();
    for line in index.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, file, "REC", _, recorded_with, ..] = cells.as_slice()
            && *recorded_with == version
        {
            collect(
                &Json::parse(&fs::read_to_string(folder.join(file)).unwrap()).unwrap(),
                &mut shapes,
            );
        }
    }
    shapes
}

/// The shapes of what the sim answers for everything in the demo.
fn simulated(version: &'static str) -> Shapes {
    let mut client = Client {
        version,
        ..Client::demo()
    };
    let mut shapes = Shapes::new();
    let mut bodies = Vec::new();
    let mut get = |client: &mut Client, path: &str| {
        let answer = client.get(path);
        bodies.push(answer.body.clone());
        answer.body
    };
    for path in [
        "users",
        "users/me",
        "file_uploads",
        "custom_emojis",
        "nowhere",
        "pages/AAA",
        "pages/11111111-1111-4111-8111-111111111111",
    ] {
        get(&mut client, path);
    }
    for user in ids(&client.list("users")) {
        get(&mut client, &format!("users/{user}"));
    }
    let found = client.query("search", "");
    let mut open: Vec<String> = Vec::new();
    for object in &found {
        let id = text(object, &["id"]);
        if text(object, &["object"]) == "data_source" {
            get(&mut client, &format!("data_sources/{id}"));
            let database = text(object, &["parent", "database_id"]);
            get(&mut client, &format!("databases/{database}"));
            let view = ids(get(&mut client, &format!("views?database_id={database}"))
                .get("results")
                .unwrap()
                .items());
            get(&mut client, &format!("views/{}", view[0]));
            continue;
        }
        for (_, property) in get(&mut client, &format!("pages/{id}"))
            .get("properties")
            .unwrap()
            .entries()
        {
            get(
                &mut client,
                &format!("pages/{id}/properties/{}", text(property, &["id"])),
            );
        }
        let comments = get(&mut client, &format!("comments?block_id={id}"));
        for comment in ids(comments.get("results").unwrap().items()) {
            get(&mut client, &format!("comments/{comment}"));
        }
        open.push(id);
    }
    while let Some(id) = open.pop() {
        let children = get(&mut client, &format!("blocks/{id}/children"));
        for block in children.get("results").unwrap().items() {
            let block_id = text(block, &["id"]);
            get(&mut client, &format!("blocks/{block_id}"));
            if text(block, &["has_children"]) == "true" && text(block, &["type"]) != "child_page" {
                open.push(block_id);
            }
        }
    }
    bodies.push(client.post("search", "{}").body);
    let unauthorized = Request::get("/v1/users")
        .header("authorization", "Bearer nope")
        .body(Vec::new())
        .unwrap();
    bodies.push(client.send(&unauthorized).body);
    bodies.iter().for_each(|body| collect(body, &mut shapes));
    shapes
}

fn compare(version: &'static str, least: usize) {
    let Some(folder) = folder() else { return };
    let (recorded, simulated) = (recorded(&folder, version), simulated(version));
    let both: BTreeSet<&String> = recorded
        .keys()
        .filter(|name| simulated.contains_key(*name))
        .collect();
    let mut wrong = Vec::new();
    for name in &both {
        for keys in simulated[*name].difference(&recorded[*name]) {
            wrong.push(format!(
                "{name}\n  sim      {keys:?}\n  recorded {:?}",
                recorded[*name]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} shapes differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let missing: Vec<&String> = recorded
        .keys()
        .filter(|name| !both.contains(name))
        .collect();
    println!(
        "{version}: {} shapes agree; recorded but not simulated: {missing:?}",
        both.len()
    );
    assert!(
        both.len() >= least,
        "only {} shapes could be compared",
        both.len()
    );
}

#[test]
fn every_object_has_the_keys_of_a_recording_of_2026_03_11() {
    compare("2026-03-11", 90);
}

#[test]
fn every_object_has_the_keys_of_a_recording_of_2025_09_03() {
    compare("2025-09-03", 40);
}

#[test]
fn unknown_types_are_an_option_and_nothing_that_was_recorded() {
    let unknown = Options {
        unknown_types: true,
        ..Options::default()
    };
    let mut client = Client::new(Workspace::demo(), unknown);
    let found = client.query("search", "\"query\":\"every block\"");
    let blocks = client.list(&format!("blocks/{}/children", text(&found[0], &["id"])));
    assert!(
        blocks
            .iter()
            .any(|block| text(block, &["type"]) == "ripple" && text(block, &["ripple"]) == "{}")
    );
}
