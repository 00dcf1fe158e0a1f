//! Pages that show others are built again when those change, whatever else happens to them.

use notion_edge_core::engine::Outcome;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, NEW, OLD, block, body, broken, list, mention, page, page_in};
use crate::world::{Script, World};

const BLOCK: &str = "41111111-60a4-8136-8cb8-d1a177ad0a4f";

fn linked_title(world: &mut World, id: &str) -> String {
    world.documents()[id]["links"][0]["title"].to_string()
}

/// C holds B, which search hides; B mentions A.
fn hidden_below_c(title: &'static str, edited: &'static str) -> crate::world::Script {
    let child = block(B, "child_page", &json!({ "title": "B" }));
    let hidden = page_in(&json!({ "type": "page_id", "page_id": C }), B, "B", OLD);
    Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, title, edited), page(C, "C", edited)]),
        path if path == format!("/v1/pages/{B}") => body(&hidden),
        path if path.contains(B) => list(&[mention(BLOCK, A)]),
        path if path.contains(C) => list(std::slice::from_ref(&child)),
        _ => list(&[]),
    })
}

#[test]
fn finding_a_page_unchanged_leaves_its_rebuild_queued() {
    let mut world = World::scripted(|_| list(&[]));
    world.script = Some(hidden_below_c("A", OLD));
    world.run_to_the_end();
    assert_eq!(linked_title(&mut world, B), "\"A\"");
    world.wait(7_200);
    world.script = Some(hidden_below_c("A2", NEW));
    world.run_to_the_end();
    assert_eq!(linked_title(&mut world, B), "\"A2\"");
}

#[test]
fn a_page_that_cannot_be_fetched_is_still_built_again() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(B) => list(&[mention(BLOCK, A)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    world.wait(7_200);
    let mut refusals = 0;
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A2", NEW), page(B, "B", NEW)]),
        path if path.contains(B) => broken(),
        _ if refusals < 11 => {
            refusals += 1;
            broken()
        }
        _ => list(&[]),
    }));
    for _ in 0..12 {
        world.run_once(crate::driver::Kill::Never);
        world.wait(60);
    }
    assert_eq!(linked_title(&mut world, B), "\"A2\"");
    let problem = &world.errors()[&format!("page:{B}")];
    assert!(problem.contains("notion answered 500"), "{problem}");
}

#[test]
fn a_page_that_mentions_another_no_longer_is_no_longer_built_again_with_it() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(B) => list(&[mention(BLOCK, A)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let mentions = |world: &mut World| -> Vec<String> {
        redis::cmd("SMEMBERS")
            .arg(format!("notion:index:mentions:{A}"))
            .query(&mut world.connection)
            .unwrap()
    };
    assert_eq!(mentions(&mut world), [format!("page:{B}")]);
    world.wait(7_200);
    world.script = Some(Box::new(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", NEW)]),
        _ => list(&[]),
    }));
    world.run_to_the_end();
    assert_eq!(mentions(&mut world), Vec::<String>::new());
}

/// The document keeps its time where an edit changed nothing that it shows; what is told of the page does not.
#[test]
fn building_a_page_again_does_not_set_its_time_back() {
    let mut world = World::scripted(|_| list(&[]));
    let mut tell = |edited, title, titled| {
        world.script = Some(Box::new(move |request| match request.path.as_str() {
            "/v1/search" => list(&[page(B, "B", edited), page(A, title, titled)]),
            path if path.contains(B) => list(&[mention(BLOCK, A)]),
            _ => list(&[]),
        }));
        world.run_to_the_end();
        world.wait(7_200);
        let meta = [&format!("notion:meta:{B}"), "last_edited_time"];
        let time: String = redis::cmd("HGET")
            .arg(&meta)
            .query(&mut world.connection)
            .unwrap();
        let scores: (i64, i64) = redis::cmd("ZMSCORE")
            .arg(&[
                "notion:index:pages",
                &format!("page:{B}"),
                &format!("page:{A}"),
            ])
            .query(&mut world.connection)
            .unwrap();
        (time, scores.0 > scores.1, linked_title(&mut world, B))
    };
    tell(OLD, "A", OLD);
    assert_eq!(tell(NEW, "A", OLD).0, NEW);
    let (time, is_newer, title) = tell(NEW, "A2", "2026-11-20T12:30:00.000Z");
    assert_eq!((time.as_str(), title.as_str()), (NEW, "\"A2\""));
    assert!(is_newer, "a list has the last edited first");
}

fn id(number: usize) -> String {
    format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f")
}

/// So many pages of about so many bytes, all of which mention A.
fn many_mention_a(pages: usize, bytes: usize, title: &'static str, edited: &'static str) -> Script {
    Box::new(move |request| {
        if request.path == "/v1/search" {
            let others = (1..=pages).map(|number| page(&id(number * 1_000), "other", OLD));
            let all: Vec<Value> = [page(A, title, edited)].into_iter().chain(others).collect();
            return list(&all);
        }
        let of = request.path.split('/').nth(3).unwrap_or_default();
        if of == A {
            return list(&[]);
        }
        let number = usize::from_str_radix(&of[..8], 16).unwrap();
        let text = "x".repeat(bytes);
        let text = json!([{ "type": "text", "text": { "content": text }, "plain_text": text }]);
        let long = json!({ "rich_text": text });
        list(&[
            mention(&id(number + 1), A),
            block(&id(number + 2), "paragraph", &long),
        ])
    })
}

/// Large ones do not share their requests, and neither do those with which a run died.
#[test]
fn what_is_built_again_together_stays_within_the_requests_of_a_run() {
    for (bytes, kill) in [
        (500, Kill::Never),
        (150_000, Kill::Never),
        (500, Kill::After(9)),
        (150_000, Kill::After(9)),
    ] {
        let mut world = World::scripted(many_mention_a(40, bytes, "A", OLD));
        world.run_to_the_end();
        world.wait(7_200);
        world.script = Some(many_mention_a(40, bytes, "A2", NEW));
        world.settings.run_subrequests = 60;
        world.run_once(kill);
        let mut runs = 0;
        loop {
            world.wait(61);
            let ran = world.run_once(Kill::Never);
            let effects = ran.effects;
            assert!(effects <= 60, "{effects} requests, {bytes} bytes, {kill:?}");
            if ran.outcome == Some(Outcome::Complete) {
                break;
            }
            runs += 1;
            assert!(runs < 12, "it does not end: {bytes} bytes, {kill:?}");
        }
        assert_eq!(world.errors().len(), 0);
        for number in 1..=40 {
            assert_eq!(linked_title(&mut world, &id(number * 1_000)), "\"A2\"");
        }
    }
}

#[test]
fn a_large_document_is_read_alone_to_be_built_again() {
    for (bytes, is_shared) in [(500, true), (150_000, false)] {
        let mut world = World::scripted(many_mention_a(10, bytes, "A", OLD));
        world.run_to_the_end();
        world.wait(7_200);
        world.script = Some(many_mention_a(10, bytes, "A2", NEW));
        world.joint_requests.clear();
        world.run_to_the_end();
        let reads = |names: &[String]| names.iter().filter(|name| *name == "GET").count();
        let joint = std::mem::take(&mut world.joint_requests);
        let most = joint.iter().map(|(_, names)| reads(names)).max();
        assert_eq!(most.unwrap_or(0) > 1, is_shared, "{bytes} bytes: {joint:?}");
    }
}
