//! Pages that show others are built again when those change, whatever else happens to them.

use serde_json::json;

use crate::script::{A, B, C, NEW, OLD, block, body, broken, list, mention, page, page_in};
use crate::world::World;

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
