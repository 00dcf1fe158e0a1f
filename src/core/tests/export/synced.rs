//! A page in a synced block lies under the page of the original, wherever copies show it.

use notion_edge_core::failure::Failure;
use serde_json::{Value, json};

use crate::script::{A, B, C, NEW, OLD, block, body, list, page, page_in, part};
use crate::world::World;

const ORIGINAL: &str = "41111111-60a4-8136-8cb8-d1a177ad0a4f";
const COPY: &str = "42222222-60a4-8136-8cb8-d1a177ad0a4f";
const OTHER_ORIGINAL: &str = "43333333-60a4-8136-8cb8-d1a177ad0a4f";
const OTHER_COPY: &str = "44444444-60a4-8136-8cb8-d1a177ad0a4f";

fn original(id: &str) -> Value {
    let mut block = block(id, "synced_block", &json!({ "synced_from": null }));
    block["has_children"] = json!(true);
    block
}

fn copy(id: &str, of: &str) -> Value {
    let from = json!({ "type": "block_id", "block_id": of });
    let mut block = block(id, "synced_block", &json!({ "synced_from": from }));
    block["has_children"] = json!(true);
    block
}

fn child(id: &str) -> Value {
    block(id, "child_page", &json!({ "title": id }))
}

fn under(block: &str, id: &str, edited: &str) -> Value {
    page_in(
        &json!({ "type": "block_id", "block_id": block }),
        id,
        id,
        edited,
    )
}

fn ancestors(world: &mut World, id: &str) -> Value {
    world.documents()[id]["ancestors"].clone()
}

#[test]
fn a_page_that_shows_the_menu_that_holds_it_is_not_its_own_ancestor() {
    let mut world = World::scripted(|_| list(&[]));
    for (export, edited) in [OLD, NEW, "2026-11-20T15:00:00.000Z"]
        .into_iter()
        .enumerate()
    {
        world.script = Some(Box::new(move |request| match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", OLD), under(ORIGINAL, B, edited)]),
            path if path.contains(A) => list(&[original(ORIGINAL)]),
            path if path.contains(B) => list(&[copy(COPY, ORIGINAL)]),
            path if path.contains(ORIGINAL) => list(&[child(B)]),
            _ => list(&[]),
        }));
        world.run_to_the_end();
        assert_eq!(ancestors(&mut world, B), json!([A]), "export {export}");
        world.wait(7_200);
    }
}

#[test]
fn two_pages_that_show_each_other_lie_under_the_page_of_the_originals() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "Home", OLD)]),
        path if path == format!("/v1/pages/{B}") => body(&under(ORIGINAL, B, OLD)),
        path if path == format!("/v1/pages/{C}") => body(&under(OTHER_ORIGINAL, C, OLD)),
        path if path.contains(A) => list(&[original(ORIGINAL), original(OTHER_ORIGINAL)]),
        path if path.contains(B) => list(&[copy(COPY, OTHER_ORIGINAL)]),
        path if path.contains(C) => list(&[copy(OTHER_COPY, ORIGINAL)]),
        path if path.contains(OTHER_ORIGINAL) => list(&[child(C)]),
        path if path.contains(ORIGINAL) => list(&[child(B)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    for id in [B, C] {
        assert_eq!(ancestors(&mut world, id), json!([A]), "{id}");
    }
}

#[test]
fn copies_of_a_listing_whose_cursor_died_are_not_counted_again() {
    let id =
        |kind: usize, place: usize| format!("{kind:04x}{place:04x}-60a4-8136-8cb8-d1a177ad0a4f");
    let mut deaths = 0;
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path.contains(A) && path.contains("start_cursor") && deaths < 3 => {
            deaths += 1;
            Err(Failure::Rejected {
                code: "validation_error".to_owned(),
                message: "The start_cursor provided is invalid: x".to_owned(),
            })
        }
        path if path.contains(A) && path.contains("start_cursor") => list(&[]),
        path if path.contains(A) => {
            let copies: Vec<Value> = (0..90).map(|n| copy(&id(1, n), &id(2, n))).collect();
            part(&copies, "next")
        }
        _ => list(&[]),
    });
    world.run_to_the_end();
    let document = &world.documents()[A];
    assert_eq!(document["errors"], json!([]));
    assert_eq!(document["blocks"].as_array().unwrap().len(), 90);
}

/// What a copy showed when it was read may be old by the time at which its page is committed.
#[test]
fn a_page_that_is_being_read_while_an_original_changes_is_read_again() {
    let text = |id: &str, text: &str| {
        let text = json!([{ "type": "text", "text": { "content": text, "link": null }, "plain_text": text, "href": null }]);
        block(id, "paragraph", &json!({ "rich_text": text }))
    };
    // What takes its page some time: each of them is listed.
    let toggles = |count: usize, mark: u8| -> Vec<Value> {
        let toggle = |place: usize| {
            let id = format!("{mark}{place:07x}-60a4-8136-8cb8-d1a177ad0a4f");
            let mut toggle = block(&id, "toggle", &json!({ "rich_text": [] }));
            toggle["has_children"] = json!(true);
            toggle
        };
        (0..count).map(toggle).collect()
    };
    let mut world = World::scripted(|_| list(&[]));
    for edited in [OLD, NEW] {
        let mut looks = 0;
        let mut holder = toggles(8, 5);
        holder.push(original(ORIGINAL));
        let mut shower = vec![copy(COPY, ORIGINAL)];
        shower.extend(toggles(80, 6));
        world.script = Some(Box::new(move |request| match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", edited), page(B, "B", edited)]),
            path if path == format!("/v1/pages/{A}") => body(&page(A, "A", edited)),
            path if path == format!("/v1/pages/{B}") => body(&page(B, "B", edited)),
            path if path.contains(A) => list(&holder),
            path if path.contains(B) => list(&shower),
            path if path.contains(ORIGINAL) => {
                looks += 1;
                let is_new = edited == NEW && looks > 1;
                list(&[text(C, if is_new { "new" } else { "old" })])
            }
            _ => list(&[]),
        }));
        world.run_to_the_end();
        world.wait(7_200);
    }
    let shown = |world: &mut World, id: &str| world.documents()[id]["text"].to_string();
    assert!(shown(&mut world, A).contains("new"));
    assert!(shown(&mut world, B).contains("new"));
}

#[test]
fn a_copy_whose_original_goes_away_midway_has_each_block_once() {
    let divider = |number: usize| {
        let id = format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f");
        block(&id, "divider", &json!({}))
    };
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path.contains(A) => list(&[copy(COPY, ORIGINAL)]),
        path if path.contains(ORIGINAL) && path.contains("start_cursor") => Err(Failure::NotFound),
        path if path.contains(ORIGINAL) => part(&[divider(1), divider(2)], "x"),
        path if path.contains(COPY) => list(&[divider(1), divider(2), divider(3)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let document = world.documents().remove(A).unwrap();
    let children = document["blocks"][0]["children"].as_array().unwrap();
    assert_eq!(children.len(), 3, "{children:?}");
    assert_eq!(document["complete"], true);
}
