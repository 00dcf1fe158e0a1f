//! What the owner of a copy may choose: how it is stored, and how much of it.

use notion_edge_core::config::Settings;
use notion_edge_core::document::{BLOCKS_LEFT_OUT, Layout};
use notion_edge_core::scope::Scope;
use notion_sim::{Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, OLD, block, body, list, page, page_in};
use crate::store::{Contents, assert_same};
use crate::world::World;

const BLOCK: &str = "41111111-60a4-8136-8cb8-d1a177ad0a4f";

/// What stands under the keys that hold JSON.
fn stored_json(contents: &Contents) -> Contents {
    let is_json = |key: &String| {
        let kind = key.split(':').nth(1);
        matches!(kind, Some("page" | "database" | "data_source"))
    };
    let stored = contents.iter().filter(|(key, _)| is_json(key));
    stored
        .map(|(key, json)| (key.clone(), json.clone()))
        .collect()
}

/// Text without the white space that indents JSON.
fn compact(json: &str) -> String {
    let lines = json.lines().map(|line| {
        let line = line.trim_start_matches(' ');
        match line.strip_prefix('"').and_then(|it| it.split_once("\": ")) {
            Some((name, value)) if !name.contains('"') => format!("\"{name}\":{value}"),
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

fn text_block(id: &str, text: &str) -> Value {
    let text = json!({ "type": "text", "text": { "content": text }, "plain_text": text });
    block(id, "paragraph", &json!({ "rich_text": [text] }))
}

#[test]
fn what_is_stored_is_indented_and_compact_again_without_asking_notion() {
    let mut world = World::new(Workspace::generated(40, 5), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    let before = world.contents();
    let events = world.events().len();
    for (layout, is_indented) in [(Layout::Indented, true), (Layout::Compact, false)] {
        world.settings.layout = layout;
        world.wait(60);
        let asked = world.asked.len();
        world.run_to_the_end();
        assert_eq!(world.asked.len() - asked, 1, "{layout:?}");
        let after = world.contents();
        for (key, json) in stored_json(&after) {
            assert_eq!(json.starts_with("{\n  \""), is_indented, "{key} {json}");
            assert_eq!(compact(&json), before[&key], "{key}");
        }
        if !is_indented {
            assert_same(&after, &before, "compact again");
        }
    }
    assert_eq!(world.events().len(), events, "no content changed");
}

#[test]
fn an_indented_export_is_the_same_export() {
    let exported = |layout| {
        let mut world = World::new(Workspace::generated(30, 9), Options::default());
        world.settings.layout = layout;
        world.run_to_the_end();
        let mut contents = world.contents();
        for key in stored_json(&contents).keys() {
            contents.insert(key.clone(), compact(&contents[key]));
        }
        contents.retain(|key, _| !key.contains(":meta:"));
        contents
    };
    assert_same(
        &exported(Layout::Indented),
        &exported(Layout::Compact),
        "indented",
    );
}

#[test]
fn a_change_of_layout_that_was_cancelled_is_made_up_for() {
    let mut world = World::new(Workspace::generated(40, 5), Options::default());
    world.run_to_the_end();
    let before = world.contents();
    world.settings.layout = Layout::Indented;
    world.wait(300);
    // It dies on the way, and the owner changes their mind.
    let effects = 12;
    assert!(world.run_once(Kill::After(effects)).outcome.is_none());
    let is_indented = |json: &String| json.starts_with("{\n");
    let stored = stored_json(&world.contents());
    assert!(stored.values().any(is_indented) && !stored.values().all(is_indented));
    world.settings.layout = Layout::Compact;
    for _ in 0..3 {
        world.wait(120);
        world.run_to_the_end();
    }
    let stored = stored_json(&world.contents());
    assert_same(&stored, &stored_json(&before), "compact again");
}

/// Someone orders a page in the short time in which the other layout is asked for.
#[test]
fn what_one_run_alone_indented_is_compact_again() {
    let mut world = World::new(Workspace::generated(20, 5), Options::default());
    world.run_to_the_end();
    let before = stored_json(&world.contents());
    world.wait(300);
    world.settings.layout = Layout::Indented;
    let id = world.documents().into_keys().next().unwrap();
    let order = json!({ "job": "page", "id": id }).to_string();
    assert_eq!(world.command("POST", "/v1/exports", &order).0, 202);
    // One run does what is ordered, and nothing else.
    world.run_once(Kill::Never);
    let stored = stored_json(&world.contents());
    let is_indented = |json: &&String| json.starts_with("{\n");
    let indented = stored.values().filter(is_indented).count();
    assert!((1..stored.len()).contains(&indented), "{indented}");
    world.settings.layout = Layout::Compact;
    world.wait(61);
    world.run_to_the_end();
    world.wait(61);
    world.run_to_the_end();
    assert_same(&stored_json(&world.contents()), &before, "compact again");
}

#[test]
fn a_large_document_is_indented_part_by_part() {
    let blocks: Vec<Value> = (0..900)
        .map(|place| {
            let id = format!("41111111-60a4-8136-8cb8-{place:012x}");
            text_block(&id, &"é\" {,} \\".repeat(100))
        })
        .collect();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => list(&blocks),
    });
    world.run_to_the_end();
    let key = format!("notion:page:{A}");
    let before = world.contents()[&key].clone();
    world.wait(300);
    world.settings.layout = Layout::Indented;
    world.run_to_the_end();
    let after = world.contents()[&key].clone();
    assert!(after.len() > 1024 * 1024 && after.starts_with("{\n  \"schema\": 1,\n"));
    assert_eq!(compact(&after), before);
}

/// Search shows A only; B lies in a toggle of it.
fn with_a_hidden_child(settings: Settings) -> World {
    let hidden = page_in(
        &json!({ "type": "block_id", "block_id": BLOCK }),
        B,
        "B",
        OLD,
    );
    let mut toggle = block(BLOCK, "toggle", &json!({ "rich_text": [] }));
    toggle["has_children"] = json!(true);
    let child = block(B, "child_page", &json!({ "title": "B" }));
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path == format!("/v1/pages/{B}") => body(&hidden),
        path if path.contains(BLOCK) => list(std::slice::from_ref(&child)),
        path if path.contains(A) => list(&[toggle.clone(), text_block("", "words")]),
        _ => list(&[]),
    });
    world.settings = settings;
    world
}

#[test]
fn without_blocks_pages_in_blocks_are_found_and_documents_say_what_they_lack() {
    let mut world = with_a_hidden_child(Settings {
        includes_blocks: false,
        ..Settings::default()
    });
    world.run_to_the_end();
    let documents = world.documents();
    let document = &documents[A];
    assert_eq!(document["blocks"], json!([]));
    assert_eq!(
        (&document["text"], &document["toc"]),
        (&json!(""), &json!([]))
    );
    assert_eq!(document["complete"], json!(false));
    let expected = json!([{ "block_id": null, "message": BLOCKS_LEFT_OUT }]);
    assert_eq!(document["errors"], expected);
    // It has none.
    assert_eq!(documents[B]["complete"], json!(true));
    assert_eq!(documents[B]["ancestors"], json!([A]));

    world.settings.includes_blocks = true;
    world.wait(300);
    world.run_to_the_end();
    let document = &world.documents()[A];
    assert_eq!(document["blocks"].as_array().unwrap().len(), 2);
    assert_eq!(document["complete"], json!(true));
}

#[test]
fn without_blocks_a_wider_scope_finds_what_lies_in_blocks() {
    let scope = Scope {
        exclude: vec![B.parse().unwrap()],
        ..Scope::default()
    };
    let mut world = with_a_hidden_child(Settings {
        includes_blocks: false,
        scope,
        ..Settings::default()
    });
    world.run_to_the_end();
    assert!(!world.documents().contains_key(B));
    world.settings.scope = Scope::default();
    world.wait(300);
    world.run_to_the_end();
    assert!(world.documents().contains_key(B));
}

#[test]
fn the_sweep_takes_as_many_at_once_as_asked_for() {
    let swept = |batch_size| {
        let mut world = World::new(Workspace::generated(120, 3), Options::default());
        world.settings.batch_size = batch_size;
        world.run_to_the_end();
        for _ in 0..2 {
            world.wait(300);
            world.run_to_the_end();
        }
        let waiting: usize = redis::cmd("ZCARD")
            .arg("notion:export:frontier")
            .query(&mut world.connection)
            .unwrap();
        waiting
    };
    let (few, many) = (swept(5), swept(50));
    assert!((1..=15).contains(&few) && many >= 40, "{few} {many}");
}
