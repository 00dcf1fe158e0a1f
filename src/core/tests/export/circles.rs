//! What leads back to itself, or goes on without end, comes to one: listings, blocks, parents; and it is said.

use std::cell::Cell;
use std::rc::Rc;

use notion_edge_core::api::Request;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, Answer, B, C, OLD, block, body, list, page, page_in, part};
use crate::world::World;

/// How a listing never ends.
const ENDLESS: [&str; 5] = [
    "the same cursor",
    "two cursors by turns",
    "the first cursor again after a while",
    "other cursors and the same results",
    "other cursors and nothing",
];

/// A part of a listing that never ends, in that way.
fn endless(how: &str, count: usize, results: &[Value]) -> Answer {
    let fresh = |number: usize| match results {
        [first, ..] if first["object"] == "block" => block(&id(number), "divider", &json!({})),
        _ => json!({ "object": "page", "id": id(number) }),
    };
    match how {
        "the same cursor" => part(&[fresh(count)], "c"),
        "two cursors by turns" => part(&[fresh(count)], ["c", "d"][count % 2]),
        "the first cursor again after a while" => part(&[fresh(count)], &(count % 17).to_string()),
        "other cursors and the same results" => part(results, &count.to_string()),
        _ => part(&[], &count.to_string()),
    }
}

fn id(number: usize) -> String {
    format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f")
}

fn asked(world: &World, of: &str) -> usize {
    let paths = world.asked.iter().map(|(_, path)| path);
    paths.filter(|path| path.contains(of)).count()
}

fn source() -> Value {
    json!({
        "object": "data_source", "id": B, "created_time": OLD, "last_edited_time": OLD, "title": [],
        "parent": { "type": "database_id", "database_id": C }, "properties": {},
    })
}

/// A page and a data source, of which the listing at that address never ends while it is to be so.
fn world_with(how: &'static str, address: &'static str) -> (World, Rc<Cell<bool>>) {
    let is_endless = Rc::new(Cell::new(true));
    let (endless_now, count) = (is_endless.clone(), Cell::new(0));
    let database = json!({
        "object": "database", "id": C, "created_time": OLD, "last_edited_time": OLD, "title": [],
        "parent": { "type": "workspace", "workspace": true }, "data_sources": [{ "id": B, "name": "Rows" }],
    });
    let row = page_in(
        &json!({ "type": "data_source_id", "data_source_id": B }),
        &id(7),
        "Row",
        OLD,
    );
    let mut relation = page(A, "A", OLD);
    relation["properties"]["R"] = json!({
        "id": "r", "type": "relation", "relation": [], "has_more": true
    });
    let world = World::scripted(move |request: &Request| {
        let path = request.path.as_str();
        if path.contains(address) && endless_now.get() {
            count.set(count.get() + 1);
            let results: &[Value] = match address {
                "/query" => std::slice::from_ref(&row),
                "/children" => &[block(&id(9), "divider", &json!({}))],
                _ => std::slice::from_ref(&relation),
            };
            return endless(how, count.get(), results);
        }
        match path {
            "/v1/search" => list(&[relation.clone(), source()]),
            path if path.contains("/query") => list(std::slice::from_ref(&row)),
            path if path.contains("/databases/") => body(&database),
            path if path.contains("/children") => list(&[block(&id(9), "divider", &json!({}))]),
            path if path.contains("/v1/pages/") && !path.contains("/properties/") => {
                Err(notion_edge_core::failure::Failure::NotFound)
            }
            _ => list(&[]),
        }
    });
    (world, is_endless)
}

#[test]
fn a_listing_without_end_is_given_up_and_told_and_whole_once_it_ends() {
    for address in [
        "/v1/search",
        "/query",
        "/children",
        "/properties/",
        "/comments",
    ] {
        for how in ENDLESS {
            let context = format!("{address}: {how}");
            let (mut world, is_endless) = world_with(how, address);
            world.settings.object_types.comments = address == "/comments";
            for _ in 0..10 {
                world.run_once(Kill::Never);
                world.wait(60);
            }
            let listed = asked(&world, address);
            // Search is tried at each tick, what an object lists a few times an hour.
            let most = if address == "/v1/search" {
                10 * 180
            } else {
                700
            };
            assert!(listed < most, "{context}: {listed} requests in ten minutes");
            let told = world.state().errors;
            let mut messages = told.iter().map(|error| &error.message);
            // A document says itself what it lacks, and comments have a word of their own.
            assert!(
                ["/properties/", "/comments"].contains(&address)
                    || messages.any(|it| it.contains("lead back") || it.contains("are empty")),
                "{context}: {told:?}"
            );
            is_endless.set(false);
            world.wait(2 * 3_600);
            world.run_to_the_end();
            world.wait(25 * 3_600);
            world.run_to_the_end();
            let documents = world.documents();
            assert!(documents.contains_key(A), "{context}");
            assert!(documents.contains_key(&id(7)), "{context}");
            assert_eq!(documents[A]["complete"], true, "{context}");
            assert_eq!(documents[A]["blocks"][0]["id"], id(9), "{context}");
        }
    }
}

#[test]
fn a_block_that_lists_what_holds_it_is_listed_once() {
    let toggle = |number: usize| {
        let mut toggle = block(&id(number), "toggle", &json!({ "rich_text": [] }));
        toggle["has_children"] = json!(true);
        toggle
    };
    let mut world = World::scripted(move |request: &Request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path.contains(A) => list(&[toggle(1), toggle(1)]),
        path if path.contains(&id(1)) => list(&[toggle(2), toggle(3)]),
        _ => list(&[
            toggle(1),
            toggle(2),
            toggle(3),
            block(A, "child_page", &json!({ "title": "A" })),
        ]),
    });
    world.run_to_the_end();
    assert!(world.asked.len() < 30, "{} requests", world.asked.len());
    let document = &world.documents()[A];
    let errors = document["errors"].to_string();
    assert!(errors.contains("a block that holds itself"), "{errors}");
    assert_eq!(
        document["ancestors"],
        json!([]),
        "a page is not its own ancestor"
    );
}

#[test]
fn pages_whose_parents_go_in_circles_are_all_there() {
    let under = |parent: &str| json!({ "type": "page_id", "page_id": parent });
    let pages = [
        page_in(&under(A), A, "its own parent", OLD),
        page_in(&under(C), B, "under the next", OLD),
        page_in(&under(B), C, "under the one before", OLD),
    ];
    let mut world = World::scripted(move |request: &Request| match request.path.as_str() {
        "/v1/search" => list(&[pages.as_slice(), pages.as_slice()].concat()),
        path if path == format!("/v1/pages/{A}") => body(&pages[0]),
        path if path == format!("/v1/pages/{B}") => body(&pages[1]),
        path if path == format!("/v1/pages/{C}") => body(&pages[2]),
        _ => list(&[]),
    });
    for _ in 0..3 {
        world.run_to_the_end();
        world.wait(25 * 3_600);
    }
    assert_eq!(world.documents().len(), 3);
    assert!(world.asked.len() < 60, "{} requests", world.asked.len());
    assert_eq!(world.errors().len(), 0);
}
