//! What Notion never sends and may all the same: times of another age, ids in another form, the same thing twice.

use notion_edge_core::api::Request;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, OLD, block, body, list, page};
use crate::world::World;

/// Times that no clock shows, or none at all.
fn times() -> Vec<Value> {
    let texts = [
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:00.000Z",
        "-0001-01-01T00:00:00.000Z",
        "2026-11-20T25:61:00.000Z",
        "2026-11-20",
        "",
    ];
    let texts = texts.into_iter().map(Value::from);
    texts
        .chain([Value::Null, json!(1_795_176_000_000_i64)])
        .collect()
}

#[test]
fn a_page_of_another_age_is_there_and_keeps_nobody_busy() {
    for time in times() {
        let odd = {
            let mut odd = page(A, "A", OLD);
            odd["last_edited_time"] = time.clone();
            odd["created_time"] = time.clone();
            odd
        };
        let mut world = World::scripted(move |request: &Request| match request.path.as_str() {
            "/v1/search" => list(&[odd.clone(), page(B, "B", OLD)]),
            path if path == format!("/v1/pages/{A}") => body(&odd),
            path if path == format!("/v1/pages/{B}") => body(&page(B, "B", OLD)),
            _ => list(&[]),
        });
        world.run_to_the_end();
        assert_eq!(world.documents().len(), 2, "{time}");
        let before = world.asked.len();
        for _ in 0..20 {
            world.wait(60);
            world.run_once(Kill::Never);
        }
        // Search, and what has no time that could tell whether it has changed.
        let asked = world.asked.len() - before;
        assert!(asked <= 20 * 4, "{asked} requests in 20 ticks: {time}");
        // What is edited later is found all the same.
        let later = world.now;
        world.script = Some(Box::new(move |request: &Request| {
            match request.path.as_str() {
                "/v1/search" => list(&[page(C, "C", &later.to_string()), page(B, "B", OLD)]),
                path if path == format!("/v1/pages/{C}") => body(&page(C, "C", &later.to_string())),
                _ => list(&[]),
            }
        }));
        world.wait(600);
        world.run_to_the_end();
        assert!(world.documents().contains_key(C), "{time}");
    }
}

#[test]
fn ids_in_another_form_are_the_same_ids() {
    let forms = |id: &str| [id.to_uppercase(), id.replace('-', ""), id.to_owned()];
    let [upper, bare, usual] = forms(A);
    let mut world = World::scripted(move |request: &Request| match request.path.as_str() {
        "/v1/search" => list(&[page(&upper, "A", OLD), page(&bare, "A", OLD)]),
        path if path.starts_with("/v1/pages/") => body(&page(&upper, "A", OLD)),
        path if path.contains("/children") => {
            let twice = block(&C.to_uppercase(), "divider", &json!({}));
            list(&[twice.clone(), twice])
        }
        _ => list(&[]),
    });
    world.settings.object_types.blocks = true;
    world.run_to_the_end();
    let documents = world.documents();
    assert_eq!(documents.keys().collect::<Vec<_>>(), [&usual]);
    assert_eq!(documents[A]["id"], A);
    assert_eq!(documents[A]["blocks"].as_array().unwrap().len(), 2);
    assert_eq!(
        world.stored_keys("notion:block:*"),
        [format!("notion:block:{C}")]
    );
}
