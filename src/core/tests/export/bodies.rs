//! Answers that are not what was asked for.

use std::cell::RefCell;
use std::rc::Rc;

use notion_edge_core::api::Request;
use serde_json::json;

use crate::script::{A, Answer, B, C, OLD, body, list, mention, page};
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
        "/v1/search" => list(&[json!({ "object": "page", "id": A }), source]),
        path if path == format!("/v1/pages/{A}") => body(&page(A, "A", OLD)),
        path if path.contains("/databases/") => body(&database),
        path if path.contains("/properties/") => list(&[]),
        path if path.contains(A) => list(&[json!({ "object": "block", "id": &C })]),
        path if path == format!("/v1/blocks/{C}") => body(&mention(C, B)),
        _ => list(&[]),
    }
}

#[test]
fn a_body_that_cannot_be_read_is_asked_for_again() {
    let mut whole = World::scripted(healthy);
    whole.run_to_the_end();
    let expected = whole.contents();
    for broken in 0..whole.asked.len() {
        let count = Rc::new(RefCell::new(0));
        let mut world = World::scripted(move |request| {
            *count.borrow_mut() += 1;
            match *count.borrow() == broken + 1 {
                true => Ok(b"<html>a proxy</html>".to_vec()),
                false => healthy(request),
            }
        });
        assert_eq!(world.run_to_the_end(), 1);
        crate::store::assert_same(&world.contents(), &expected, &format!("body {broken}"));
        assert_eq!(world.errors().len(), 0, "body {broken}");
    }
}
