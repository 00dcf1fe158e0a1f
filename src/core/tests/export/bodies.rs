//! Answers that are not what was asked for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use notion_edge_core::api::Request;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, Answer, B, C, OLD, body, data_source, database, list, mention, page};
use crate::world::World;

/// The answers of a workspace with a page of a few blocks, a database and a row.
fn healthy(request: &Request) -> Answer {
    let source = json!({
        "object": "data_source", "id": B, "created_time": OLD, "last_edited_time": OLD, "title": [],
        "parent": { "type": "database_id", "database_id": C }, "properties": {},
    });
    let database = json!({
        "object": "database", "id": C, "created_time": OLD, "last_edited_time": OLD, "title": [],
        "parent": { "type": "workspace", "workspace": true }, "data_sources": [{ "id": B, "name": "Rows" }],
    });
    match request.path.as_str() {
        "/v1/users/me" => body(&json!({ "object": "user", "id": C, "type": "bot", "bot": {} })),
        "/v1/search" => list(&[json!({ "object": "page", "id": A }), source]),
        path if path == format!("/v1/pages/{A}") => body(&page(A, "A", OLD)),
        path if path.contains("/databases/") => body(&database),
        path if path.contains("/properties/") => list(&[]),
        path if path.contains(A) => list(&[json!({ "object": "block", "id": &C })]),
        path if path == format!("/v1/blocks/{C}") => body(&mention(C, B)),
        _ => list(&[]),
    }
}

/// What a proxy, a cache or a fault may send with a 200.
fn strange() -> Vec<Vec<u8>> {
    let error = |status: u16, code: &str| json!({ "object": "error", "status": status, "code": code, "message": "x", "request_id": A });
    let user = json!({ "object": "user", "id": A, "type": "person" });
    let lists = [
        json!({ "object": "list", "results": [], "has_more": true, "next_cursor": null }),
        json!({ "object": "list", "results": [], "has_more": true, "next_cursor": 7 }),
        json!({ "object": "list", "results": [], "has_more": "no", "next_cursor": null }),
        json!({ "object": "list", "results": {}, "has_more": false, "next_cursor": null }),
        json!({ "object": "list", "results": null, "has_more": false, "next_cursor": null }),
        json!({ "object": "list" }),
        json!({ "results": [], "has_more": false, "next_cursor": null }),
    ];
    let others = [
        json!({}),
        json!([]),
        json!(null),
        json!("ok"),
        json!({ "object": "page" }),
        page("38c9ce7b-60a4-8199-8cb8-d1a177ad0a4f", "another", OLD),
        user,
        error(500, "internal_server_error"),
        error(503, "service_unavailable"),
        error(429, "rate_limited"),
        json!({ "object": "error", "message": "no status" }),
    ];
    let texts: [&[u8]; 6] = [
        b"<html>a proxy</html>",
        b"",
        b"  \r\n",
        // Cut in the middle of a character, and inside of a list behind an object that is whole.
        "{\"object\":\"list\",\"results\":[{\"object\":\"page\",\"title\":\"\u{20ac}"
            .as_bytes()
            .split_last()
            .unwrap()
            .1,
        br#"{"object":"list","results":[{"object":"page"}"#,
        b"\xef\xbb\xbf{}",
    ];
    let json = lists.iter().chain(&others).map(Value::to_string);
    let texts = texts.into_iter().map(<[u8]>::to_vec);
    json.map(String::into_bytes).chain(texts).collect()
}

#[test]
fn a_body_that_answers_something_else_is_asked_for_again() {
    let mut whole = World::scripted(healthy);
    whole.run_to_the_end();
    let expected = whole.contents();
    for wrong in strange() {
        for broken in 0..whole.asked.len() {
            let count = Rc::new(RefCell::new(0));
            let sent = wrong.clone();
            let mut world = World::scripted(move |request| {
                *count.borrow_mut() += 1;
                match *count.borrow() == broken + 1 {
                    true => Ok(sent.clone()),
                    false => healthy(request),
                }
            });
            let context = format!("body {broken} is {}", String::from_utf8_lossy(&wrong));
            assert_eq!(world.run_to_the_end(), 1, "{context}");
            crate::store::assert_same(&world.contents(), &expected, &context);
            assert_eq!(world.errors().len(), 0, "{context}");
        }
    }
}

/// Every request of every run is answered like that, until it is over.
#[test]
fn a_200_that_is_no_answer_is_an_outage_and_costs_no_object_an_attempt() {
    for wrong in strange() {
        let is_out = Rc::new(Cell::new(false));
        let (out, sent) = (is_out.clone(), wrong.clone());
        let mut world = World::scripted(move |request| match out.get() {
            true => Ok(sent.clone()),
            false => healthy(request),
        });
        world.bot = None;
        let context = String::from_utf8_lossy(&wrong).into_owned();
        world.run_once(Kill::After(8));
        world.wait(61);
        is_out.set(true);
        let asked = world.asked.len();
        for _ in 0..60 {
            world.run_once(Kill::Never);
            world.wait(60);
        }
        let asked = world.asked.len() - asked;
        assert!(asked < 450, "{asked} requests in an hour of {context}");
        assert_eq!(world.errors().len(), 0, "{context}");
        is_out.set(false);
        world.wait(120);
        assert_eq!(world.run_to_the_end(), 1, "{context}");
        assert_eq!(world.documents().len(), 1, "{context}");
    }
}

/// Notion shows no more than that of what a connection may not read.
#[test]
fn an_object_of_which_only_the_id_is_shown_keeps_its_last_good_copy_and_that_is_told() {
    let is_partial = Rc::new(Cell::new(false));
    let partial = is_partial.clone();
    let mut world = World::scripted(move |request| {
        let is_partial = partial.get();
        let shown = |kind: &str, id: &str, whole: Value| match is_partial {
            true => {
                json!({ "object": kind, "id": id, "properties": if kind == "page" { Value::Null } else { json!({}) } })
            }
            false => whole,
        };
        let mut source = data_source(B, C);
        source["title"] = json!([{ "type": "text", "text": { "content": "Rows", "link": null }, "plain_text": "Rows" }]);
        let (page, source) = (
            shown("page", A, page(A, "A", OLD)),
            shown("data_source", B, source),
        );
        match request.path.as_str() {
            "/v1/search" => list(&[page, source]),
            path if path == format!("/v1/pages/{A}") => body(&page),
            path if path == format!("/v1/data_sources/{B}") => body(&source),
            path if path == format!("/v1/databases/{C}") => body(&database(C, &[B])),
            _ => list(&[]),
        }
    });
    world.run_to_the_end();
    is_partial.set(true);
    for _ in 0..3 {
        world.wait(25 * 3_600);
        world.run_to_the_end();
    }
    assert_eq!(world.documents()[A]["title"], "A");
    let source = &world.stored("notion:data_source:*")[&format!("notion:data_source:{B}")];
    assert_eq!(source["title"][0]["plain_text"], "Rows", "{source}");
    let told = world.errors();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.values()
            .all(|it| it.contains("capability to read content")),
        "{told:?}"
    );
    is_partial.set(false);
    world.wait(3_700);
    world.run_to_the_end();
    assert_eq!(world.errors().len(), 0);
}
