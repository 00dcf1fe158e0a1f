//! A page that is too large, too deep or without end is stored as far as it goes, and says so.

use std::time::Duration;

use notion_edge_core::api::Request;
use notion_edge_core::document::MAX_BYTES;
use serde_json::{Value, json};

use crate::memory::take_peak;
use crate::script::{A, Answer, B, C, OLD, block, data_source, list, page, part};
use crate::world::World;

fn id(number: usize) -> String {
    format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f")
}

/// The block whose children a request lists; 0 for the page itself.
fn listed(request: &Request) -> usize {
    let id = request.path.split('/').nth(3).unwrap_or_default();
    let number = usize::from_str_radix(&id[..8], 16).unwrap();
    if id == A { 0 } else { number }
}

/// The only document, of a page with these blocks.
fn exported(mut children: impl FnMut(usize) -> Answer + 'static) -> (World, Value) {
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => children(listed(request)),
    });
    world.settings.run_time = Duration::from_secs(3_600);
    world.run_to_the_end();
    let document = world.documents().remove(A).unwrap();
    (world, document)
}

fn assert_says_so(document: &Value) {
    assert_eq!(
        (&document["truncated"], &document["complete"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        document["errors"].as_array().unwrap().len(),
        1,
        "{}",
        document["errors"]
    );
}

#[test]
fn synced_copies_that_multiply_come_to_an_end() {
    let mut made = 1_000;
    let (world, document) = exported(move |of| {
        let mut copy = || {
            made += 1;
            let from = json!({ "type": "block_id", "block_id": id(of + 1) });
            block(&id(made), "synced_block", &json!({ "synced_from": from }))
        };
        match of {
            0..40 => list(&[copy(), copy()]),
            _ => list(&[]),
        }
    });
    assert_says_so(&document);
    assert!(world.asked.len() < 300, "{} requests", world.asked.len());
}

#[test]
fn a_page_without_end_ends_at_the_ceiling() {
    let text = "x".repeat(50_000);
    let mut made = 0;
    take_peak();
    let (world, document) = exported(move |_| {
        made += 1;
        let blocks: Vec<Value> = (0..20)
            .map(|n| {
                let text =
                    json!([{ "type": "text", "text": { "content": text }, "plain_text": text }]);
                block(
                    &id(made * 100 + n),
                    "paragraph",
                    &json!({ "rich_text": text }),
                )
            })
            .collect();
        part(&blocks, &format!("cursor {made}"))
    });
    assert_says_so(&document);
    assert!(document.to_string().len() <= MAX_BYTES);
    assert!(document["blocks"].as_array().unwrap().len() > 200);
    assert!(world.asked.len() < 30, "{} requests", world.asked.len());
    // On 64 bits; WebAssembly takes less. A Worker has 128 MB for everything.
    let peak = take_peak();
    assert!(peak < 100_000_000, "{peak} bytes of the engine");
}

#[test]
fn a_document_of_deep_blocks_can_be_built_again() {
    let unknown = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let (mut world, document) = exported(move |of| {
        let mut block = block(&id(of + 1), "toggle", &json!({ "rich_text": [] }));
        block["has_children"] = json!(true);
        if of == 30 {
            block["toggle"]["new"] = unknown.clone();
        }
        list(&[block])
    });
    assert_eq!(
        (&document["truncated"], &document["complete"]),
        (&json!(true), &json!(false))
    );
    let kinds = document["unsupported_blocks"].as_array().unwrap();
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    let rebuild = ["notion:export:frontier", "-1", &format!("~page:{A}")];
    redis::cmd("ZADD")
        .arg(&rebuild)
        .exec(&mut world.connection)
        .unwrap();
    world.wait(60);
    world.run_to_the_end();
    assert_eq!(world.errors().len(), 0, "{:?}", world.errors());
}

#[test]
fn a_listing_of_long_objects_goes_to_redis_in_requests_of_less_than_1_mb() {
    let long = |number: usize| {
        let text = "\"quoted\" ".repeat(200);
        let text = json!({ "type": "text", "text": { "content": &text, "link": null }, "plain_text": &text, "href": null });
        let mut page = page(&id(number + 1), &format!("Page {number}"), OLD);
        page["properties"]["Notes"] =
            json!({ "id": "n", "type": "rich_text", "rich_text": [text, text] });
        page
    };
    let found: Vec<Value> = (0..100).map(long).collect();
    let rows: Vec<Value> = (100..200).map(long).collect();
    assert!((9_000..16_000).contains(&found[0].to_string().len()));
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => match request.body.as_ref().unwrap()["start_cursor"].as_str() {
            None => part(&found, "x"),
            Some(_) => list(&[data_source(B, C)]),
        },
        path if path.contains("/query") => list(&rows),
        _ => list(&[]),
    });
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 200);
    let longest = world.longest_request;
    assert!(longest < 1_000_000, "{longest}");
}

#[test]
fn where_the_files_of_a_gallery_are_is_told_in_requests_of_less_than_1_mb() {
    let signature = "s".repeat(1_800);
    let picture = |number: usize| {
        let url = format!("https://files.example/{number}/a.png?X-Amz-Signature={signature}");
        let file = json!({ "url": url, "expiry_time": "2099-01-01T00:00:00.000Z" });
        block(
            &id(number),
            "image",
            &json!({ "type": "file", "file": file }),
        )
    };
    let pictures: Vec<Value> = (1..=1_000).map(picture).collect();
    let (mut world, document) = exported(move |_| list(&pictures));
    assert_eq!(document["files"].as_array().unwrap().len(), 1_000);
    let told: Vec<String> = redis::cmd("KEYS")
        .arg("notion:signed:*")
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(told.len(), 1_000);
    let longest = world.longest_request;
    assert!(longest < 1_000_000, "{longest}");
}
