//! A search that no run can finish, or that Notion cuts short, holds nothing up.

use std::cell::Cell;
use std::rc::Rc;

use notion_edge_core::api::Request;
use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, Answer, B, OLD, body, broken, list, page, part};
use crate::world::World;

/// More parts than a run of 48 requests can list: each takes one to Notion and one to Redis.
const PARTS: usize = 60;

fn cursor(request: &Request) -> Option<String> {
    let cursor = request.body.as_ref()?["start_cursor"].as_str()?;
    Some(cursor.to_owned())
}

/// The part of search at a place: one page, and a cursor that begins with `run`.
fn part_at(place: usize, run: usize) -> Answer {
    let id = format!("{place:08x}-60a4-8136-8cb8-d1a177ad0a4f");
    let found = [page(&id, &format!("Page {place}"), OLD)];
    match place + 1 {
        PARTS => list(&found),
        next => part(&found, &format!("{run}:{next}")),
    }
}

fn searches(world: &World) -> usize {
    let paths = world.asked.iter().map(|(_, path)| path);
    paths.filter(|path| *path == "/v1/search").count()
}

#[test]
fn a_search_that_takes_several_runs_goes_on_where_it_was_cut() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => {
            let place = cursor(request).map(|cursor| cursor[2..].parse().unwrap());
            part_at(place.unwrap_or(0), 0)
        }
        _ => list(&[]),
    });
    world.settings.run_subrequests = 48;
    world.run_to_the_end();
    assert_eq!(world.documents().len(), PARTS);
    assert_eq!(searches(&world), PARTS, "no part is listed twice");
}

#[test]
fn a_search_whose_cursor_dies_between_runs_is_given_up_and_told_and_what_it_showed_is_exported() {
    let run = Rc::new(Cell::new(0));
    let current = run.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => match cursor(request) {
            None => part_at(0, current.get()),
            Some(cursor) => match cursor.split_once(':').unwrap() {
                (of, place) if of == current.get().to_string() => {
                    part_at(place.parse().unwrap(), current.get())
                }
                _ => Err(Failure::Rejected {
                    code: "validation_error".to_owned(),
                    message: "The start_cursor provided is invalid: x".to_owned(),
                }),
            },
        },
        _ => list(&[]),
    });
    world.settings.run_subrequests = 48;
    while world.run_once(Kill::Never).outcome != Some(Outcome::Complete) {
        run.set(run.get() + 1);
        assert!(run.get() < 40, "the export does not end");
        world.wait(60);
    }
    let documents = world.documents().len();
    assert!((15..PARTS).contains(&documents), "{documents}");
    let told = world.state().errors;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].object, "search");
    assert!(told[0].message.contains("does not come to an end"));
}

#[test]
fn a_search_that_notion_cuts_short_is_told() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => {
            let mut answer: Value = serde_json::from_slice(&list(&[page(A, "A", OLD)])?).unwrap();
            answer["request_status"] = json!({ "type": "incomplete" });
            body(&answer)
        }
        _ => list(&[]),
    });
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 1);
    let told = world.state().errors;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].message.contains("cuts search short"));
    world.script = Some(Box::new(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        _ => list(&[]),
    }));
    world.wait(60);
    world.run_to_the_end();
    assert_eq!(world.state().errors, [], "the next one is whole");
}

#[test]
fn a_part_of_search_that_never_comes_is_given_up_and_told_and_the_others_are_exported() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => match cursor(request) {
            None => part(&[page(A, "A", OLD)], "second"),
            Some(_) => broken(),
        },
        _ => list(&[]),
    });
    let mut stopped = 0;
    loop {
        match world.run_once(Kill::Never).outcome {
            Some(Outcome::Complete) => break,
            Some(Outcome::Stopped(problem)) => {
                assert!(problem.contains("notion answered 500"), "{problem}");
                stopped += 1;
            }
            _ => {}
        }
        assert!(stopped < 10, "the export does not end");
        world.wait(60);
    }
    assert_eq!(
        stopped, 5,
        "an outage of search may be over in some minutes"
    );
    assert_eq!(world.documents().len(), 1);
    let told = world.state().errors;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].message.contains("does not come to an end"));
}
