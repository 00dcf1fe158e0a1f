//! What readers get of a store that the engine wrote.

use notion_edge_core::read::{Answer, Problem, Route};
use notion_edge_core::redis::Value;
use serde_json::json;

use crate::script::{A, B, C, OLD, block, body, list, page, page_in};
use crate::world::World;

impl World {
    /// What a reader gets for a path and query.
    pub fn read(&mut self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Problem> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let query: Vec<_> = query.iter().map(owned).collect();
        let route = Route::parse("GET", path, &query)?;
        let commands = route.commands(&Self::keys());
        let commands = commands.iter().map(|command| match route.script() {
            Some(script) => command.with_source(script),
            None => command.clone(),
        });
        let replies: Vec<Value> = commands
            .map(|command| self.run(&command).unwrap())
            .collect();
        route.answer(&replies, true)
    }

    /// The body of a list.
    pub fn list(&mut self, query: &[(&str, &str)]) -> serde_json::Value {
        let answer = self.read("/v1/pages", query).unwrap();
        serde_json::from_slice(&answer.body).unwrap()
    }
}

#[test]
fn a_list_of_children_holds_pages_only() {
    let under = json!({ "type": "page_id", "page_id": A });
    let database = json!({
        "object": "database", "id": C, "created_time": "2026-10-27T16:49:02.556+00:00", "last_edited_time": OLD,
        "title": [], "parent": under, "data_sources": [{ "id": B, "name": "Rows" }],
    });
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page_in(&under, B, "B", OLD)]),
        path if path.contains("/databases/") => body(&database),
        path if path.contains(A) => list(&[block(C, "child_database", &json!({ "title": "D" }))]),
        path if path.contains("/data_sources/") => list(&[]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let members: Vec<String> = redis::cmd("ZRANGE")
        .arg(&[&World::keys().children(A.parse().unwrap()), "0", "-1"])
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(members, [format!("database:{C}"), format!("page:{B}")]);
    for limit in ["1", "20"] {
        let listed = world.list(&[("parent_id", A), ("limit", limit)]);
        assert_eq!(listed["results"].as_array().unwrap().len(), 1, "{listed}");
        assert_eq!(listed["results"][0]["id"], B);
        assert_eq!(
            (&listed["total"], &listed["next_cursor"]),
            (&json!(1), &json!(null))
        );
    }
}

#[test]
fn a_foreign_member_breaks_no_list() {
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let keys = World::keys();
    for (member, summary) in [
        ("comment:x", r#"{"object":"comment"}"#),
        ("y", "{"),
        ("z", "[]"),
    ] {
        let zadd = ["ZADD", &keys.pages(), "9", member];
        let hset = ["HSET", &keys.summaries(), member, summary];
        for command in [zadd, hset] {
            redis::cmd(command[0])
                .arg(&command[1..])
                .exec(&mut world.connection)
                .unwrap();
        }
    }
    let listed = world.list(&[]);
    assert_eq!(listed["results"].as_array().unwrap().len(), 1, "{listed}");
}
