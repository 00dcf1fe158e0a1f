//! What Notion refuses for good is told, and neither lost nor asked for without end.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, Answer, B, C, NEW, OLD, block, body, list, page, page_in, part};
use crate::world::World;

fn refused() -> Answer {
    Err(Failure::of_notion(
        400,
        None,
        br#"{"code":"validation_error","message":"this block is not supported"}"#,
    ))
}

fn asked(world: &World, of: &str) -> usize {
    let paths = world.asked.iter().map(|(_, path)| path);
    paths.filter(|path| path.contains(of)).count()
}

/// A holds B, which search hides.
fn hidden_below_a(answer: impl Fn() -> Answer + 'static) -> World {
    let child = block(B, "child_page", &json!({ "title": "B" }));
    World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path.contains(A) => list(std::slice::from_ref(&child)),
        path if path == format!("/v1/pages/{B}") => answer(),
        _ => list(&[]),
    })
}

#[test]
fn a_hidden_page_that_was_not_shared_at_first_is_found_by_the_next_full_export() {
    let is_shared = Rc::new(Cell::new(false));
    let shared = is_shared.clone();
    let hidden = page_in(&json!({ "type": "page_id", "page_id": A }), B, "B", OLD);
    let mut world = hidden_below_a(move || match shared.get() {
        true => body(&hidden),
        false => Err(Failure::NotFound),
    });
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 1);
    is_shared.set(true);
    world.wait(25 * 3_600);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 2);
}

#[test]
fn what_was_never_there_in_two_full_exports_is_asked_for_no_more() {
    let mut world = hidden_below_a(|| Err(Failure::NotFound));
    for (export, expected) in [1, 2, 2, 2].into_iter().enumerate() {
        world.run_to_the_end();
        assert_eq!(asked(&world, B), expected, "full export {export}");
        world.wait(25 * 3_600);
    }
}

#[test]
fn a_blocked_token_stops_the_run_and_costs_no_object_its_place() {
    let is_blocked = Rc::new(Cell::new(true));
    let blocked = is_blocked.clone();
    let mut world = World::scripted(move |request| {
        match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        _ if blocked.get() => Err(Failure::of_notion(
            429,
            Some("1"),
            br#"{"code":"rate_limited","additional_data":{"rate_limit_reason":"public_api_request_blocked"}}"#,
        )),
        _ => list(&[]),
    }
    });
    let outcome = world.run_once(Kill::Never).outcome;
    assert!(
        matches!(&outcome, Some(Outcome::Stopped(problem)) if problem.contains("blocks")),
        "{outcome:?}"
    );
    let requests = world.asked.len();
    world.wait(60);
    let early = world.run_once(Kill::Never).outcome;
    assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
    assert_eq!(world.asked.len(), requests);
    is_blocked.set(false);
    world.wait(600);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 2);
    assert_eq!(world.state().errors, []);
}

#[test]
fn a_page_whose_blocks_are_refused_is_stored_without_them_and_says_so() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => refused(),
    });
    world.run_to_the_end();
    let document = &world.documents()[A];
    assert_eq!(document["title"], "A");
    assert_eq!(document["complete"], Value::Bool(false));
    let problem = document["errors"][0]["message"].as_str().unwrap();
    assert!(problem.contains("not supported"), "{problem}");
}

/// The page is stored; its next version is refused.
fn refused_later(others: impl Fn() -> Vec<Value> + 'static) -> (World, Rc<Cell<&'static str>>) {
    let edited = Rc::new(Cell::new(OLD));
    let time = edited.clone();
    let world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => {
            let place = request.body.as_ref().unwrap()["start_cursor"].as_str();
            let results = match place {
                None => vec![page(A, "A", time.get()), page(B, "B", OLD)],
                Some(_) => others(),
            };
            let next: usize = place.map_or(1, |place| place.parse::<usize>().unwrap() + 1);
            match next {
                5 => list(&results),
                _ => part(&results, &next.to_string()),
            }
        }
        path if path.contains(A) && time.get() != OLD => refused(),
        path if path.contains(A) => list(&[block(C, "divider", &json!({}))]),
        _ => list(&[]),
    });
    (world, edited)
}

#[test]
fn what_is_refused_keeps_its_last_good_copy_and_is_asked_for_once_an_hour() {
    let (mut world, edited) = refused_later(Vec::new);
    world.run_to_the_end();
    edited.set(NEW);
    world.wait(7_200);
    let before = asked(&world, A);
    for _ in 0..150 {
        world.run_once(Kill::Never);
        world.wait(60);
    }
    let times = asked(&world, A) - before;
    assert!((2..=4).contains(&times), "{times} requests in 150 minutes");
    assert_eq!(world.documents()[A]["blocks"][0]["id"], C);
    assert!(world.errors()[&format!("page:{A}")].contains("not supported"));
}

/// It is seen in Notion, which is what a life is counted from.
#[test]
fn what_is_refused_lives_on_where_what_is_stored_expires() {
    let (mut world, edited) = refused_later(Vec::new);
    world.settings.ttl = Some(Duration::from_secs(49 * 3_600));
    world.run_to_the_end();
    edited.set(NEW);
    for _ in 0..60 {
        world.wait(3_600);
        world.run_to_the_end();
        let expires_at = world.expiry()[&format!("page:{A}")];
        assert!(expires_at > world.now.millis());
    }
    assert!(world.errors()[&format!("page:{A}")].contains("not supported"));
}

#[test]
fn what_is_refused_does_not_make_search_list_everything() {
    let known = |place: usize| {
        let id = format!("{place:08x}-60a4-8136-8cb8-d1a177ad0a4f");
        page(&id, &id, "2026-06-26T16:49:00.000Z")
    };
    let (mut world, edited) = refused_later(move || (0..99).map(known).collect());
    world.settings.run_time = Duration::from_secs(600);
    world.run_to_the_end();
    edited.set(NEW);
    world.wait(7_200);
    world.run_once(Kill::Never);
    world.wait(60);
    let before = asked(&world, "/v1/search");
    world.run_once(Kill::Never);
    assert_eq!(asked(&world, "/v1/search") - before, 2);
}
