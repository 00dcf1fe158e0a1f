//! How hard Notion is asked: connections, kinds of work, retries, outages, and what a plan allows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use notion_edge_core::api::Operation;
use notion_edge_core::config::ByKind;
use notion_edge_core::engine::{End, Outcome};
use notion_edge_core::failure::Failure;
use notion_edge_core::redis::Command;
use notion_edge_core::status::Progress;
use notion_sim::{Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, OLD, block, broken, list, page, part};
use crate::world::World;

/// Eight pages without anything in them.
fn eight_pages() -> World {
    World::scripted(|request| match request.path.as_str() {
        "/v1/search" => {
            let id = |n: u32| format!("{n:08x}-60a4-8136-8cb8-d1a177ad0a4f");
            list(&(1..=8).map(|n| page(&id(n), "P", OLD)).collect::<Vec<_>>())
        }
        _ => list(&[]),
    })
}

#[test]
fn no_more_than_six_connections_are_open() {
    let mut world = World::new(Workspace::generated(60, 2), Options::default());
    world.settings.workers = 6;
    world.run_to_the_end();
    assert_eq!(world.busiest, 6);
}

#[test]
fn no_more_is_asked_at_once_than_workers_says() {
    for workers in [1, 2, 4] {
        let mut world = eight_pages();
        world.settings.workers = workers;
        world.run_to_the_end();
        assert_eq!(world.busiest_with[&Operation::Listing], workers);
        assert_eq!(world.documents().len(), 8);
    }
}

#[test]
fn as_much_of_each_kind_is_under_way_as_workers_says() {
    for (pages, blocks, expected) in [(2, 9, 2), (9, 3, 3), (9, 9, 5)] {
        let mut world = eight_pages();
        world.settings.workers = 6;
        world.settings.by_kind = ByKind {
            pages,
            blocks,
            ..ByKind::default()
        };
        world.run_to_the_end();
        assert_eq!(world.busiest_with[&Operation::Listing], expected);
        assert_eq!(world.documents().len(), 8);
    }
}

#[test]
fn each_attempt_gets_more_time_than_the_one_before() {
    let timeouts = Rc::new(RefCell::new(Vec::new()));
    let seen = timeouts.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(A) => {
            seen.borrow_mut().push(request.timeout_ms);
            broken()
        }
        _ => list(&[]),
    });
    world.run_once(Kill::Never);
    let timeouts = timeouts.borrow();
    assert_eq!(timeouts[..3], [15_000, 30_000, 30_000]);
}

#[test]
fn while_notion_is_down_a_run_asks_nothing_but_whether_it_is_back() {
    let is_down = Rc::new(Cell::new(false));
    let down = is_down.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        _ if down.get() => broken(),
        "/v1/users/me" => Ok(br#"{"object":"user","id":"x"}"#.to_vec()),
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        _ => list(&[]),
    });
    world.bot = None;
    world.run_once(Kill::After(5));
    world.wait(61);
    is_down.set(true);
    let first = world.run_once(Kill::Never).outcome;
    assert!(matches!(first, Some(Outcome::Stopped(_))), "{first:?}");
    for _ in 0..3 {
        world.wait(121);
        let before = world.asked.len();
        world.run_once(Kill::Never);
        let asked: Vec<&str> = world.asked[before..]
            .iter()
            .map(|(_, path)| path.as_str())
            .collect();
        assert_eq!(asked, ["/v1/users/me"; 4], "a trial and its retries");
    }
    is_down.set(false);
    world.wait(121);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 2);
    assert_eq!(world.state().down_until, None);
}

#[test]
fn an_error_says_what_was_asked_and_how_often_and_few_are_kept() {
    let id = |n: u32| format!("{n:08x}-60a4-8136-8cb8-d1a177ad0a4f");
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => {
            let pages = (1..=4).map(|n| page(&id(n), "P", OLD));
            list(&pages.chain([page(B, "B", OLD)]).collect::<Vec<_>>())
        }
        path if path.contains(B) => list(&[]),
        _ => broken(),
    });
    world.settings.max_errors = 2;
    world.settings.max_retries = 1;
    world.run_to_the_end();
    assert_eq!(world.errors().len(), 4);
    let told = world.status().errors;
    assert_eq!(told.len(), 2);
    for error in told {
        assert_eq!(error.operation, Some(Operation::Listing));
        assert!(error.attempts >= 3, "{error:?}");
        assert!(error.message.contains("notion answered 500"), "{error:?}");
    }
}

#[test]
fn an_export_that_is_not_to_go_on_stops_at_its_first_error_and_does_not_spin() {
    let is_healed = Rc::new(Cell::new(false));
    let healed = is_healed.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(A) && !healed.get() => broken(),
        _ => list(&[]),
    });
    world.settings.continue_on_error = false;
    let stopped = (0..10).find_map(|_| {
        world.wait(60);
        match world.run_once(Kill::Never).outcome {
            Some(Outcome::Stopped(problem)) => Some(problem),
            _ => None,
        }
    });
    let problem = stopped.unwrap();
    assert!(problem.contains(A), "{problem}");
    assert!(problem.contains("CONTINUE_ON_ERROR is false"), "{problem}");
    let status = world.status();
    assert_eq!(status.state, Progress::Failed);
    let asked = world.asked.len();
    for _ in 0..50 {
        world.wait(60);
        let early = world.run_once(Kill::Never).outcome;
        assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
    }
    assert_eq!(world.asked.len(), asked);
    is_healed.set(true);
    world.wait(700);
    world.run_to_the_end();
    let export = world.state().export.unwrap();
    assert_eq!((export.number, export.end), (2, End::Complete));
    assert_eq!(world.documents().len(), 2);
}

/// When a write ends the lease that it renews, in ms; nothing for a read.
fn lease_until(command: &Command) -> Option<i64> {
    let [name, _, keys, rest @ ..] = command.words() else {
        return None;
    };
    let keys: usize = keys.parse().ok().filter(|_| name.starts_with("EVAL"))?;
    rest.get(keys + 2)?.parse().ok()
}

#[test]
fn a_lease_is_renewed_while_one_answer_is_waited_for() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let written = seen.clone();
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => list(&[]),
    });
    world.garble = Some(Box::new(move |_, command, answer| {
        written.borrow_mut().extend(lease_until(command));
        answer
    }));
    world.settings.timeout = Duration::from_secs(45);
    world.settings.run_time = Duration::from_secs(600);
    world.slowness = Duration::from_secs(44);
    world.run_once(Kill::Never);
    let seen = seen.borrow();
    let silences: Vec<i64> = seen.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(silences.iter().all(|it| *it <= 26_000), "{silences:?}");
    assert!(silences.iter().sum::<i64>() > 80_000, "{silences:?}");
}

#[test]
fn runs_that_may_use_little_of_the_processor_export_everything_between_them() {
    let mut world = World::new(Workspace::generated(40, 11), Options::default());
    world.settings.run_cpu = Duration::from_millis(24);
    let runs = world.run_to_the_end();
    assert!(runs > 2, "{runs}");
    assert_eq!(world.errors().len(), 0, "{:?}", world.errors());
    world.assert_nothing_is_missed();
}

/// Those that a run fetched half of may take more to read than the next one has, and the longest takes more by itself.
#[test]
fn pages_that_are_too_much_for_one_run_do_not_keep_each_other_from_their_end() {
    let longest = "page:38c9ce7b-1219-4c94-a4ad-7529972ab74e";
    for millis in [3, 6, 13, 17] {
        let mut world = World::new(Workspace::generated(40, 11), Options::default());
        world.settings.run_cpu = Duration::from_millis(millis);
        world.run_to_the_end();
        let told = world.errors();
        assert_eq!(told.len(), 1, "{millis} ms: {told:?}");
        assert!(told[longest].contains("PLAN=paid"), "{millis} ms: {told:?}");
        world.settings.run_cpu = Duration::from_mins(1);
        world.wait(24 * 3_600);
        world.run_to_the_end();
        assert_eq!(world.errors().len(), 0, "{:?}", world.errors());
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_page_that_no_run_can_hold_is_told_and_not_tried_for_ever() {
    let text = "x".repeat(90_000);
    let mut made = 0;
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(A) => {
            made += 1;
            let text = json!([{ "type": "text", "text": { "content": text }, "plain_text": text }]);
            let id = format!("{made:08x}-60a4-8136-8cb8-d1a177ad0a4f");
            let paragraph = block(&id, "paragraph", &json!({ "rich_text": text }));
            part(&[paragraph], &format!("cursor {made}"))
        }
        _ => list(&[]),
    });
    world.settings.run_cpu = Duration::from_millis(8);
    world.run_to_the_end();
    let documents = world.documents();
    let exported: Vec<&String> = documents.keys().collect();
    assert_eq!(exported, [B]);
    let told = world.status().errors;
    assert!(
        told[0].message.starts_with("too_large_for_plan: "),
        "{told:?}"
    );
    let asked = |world: &World| {
        world
            .asked
            .iter()
            .filter(|(_, path)| path.contains(A))
            .count()
    };
    let before = asked(&world);
    for _ in 0..20 {
        world.wait(3_600);
        world.run_once(Kill::Never);
    }
    assert_eq!(asked(&world), before);
    world.settings.run_cpu = Duration::from_secs(24);
    world.wait(5 * 3_600);
    world.run_once(Kill::Never);
    assert!(asked(&world) > before, "another plan gets another try");
    let document: &Value = &world.documents()[A];
    assert_eq!(document["truncated"], true);
}

#[test]
fn an_export_that_is_not_to_go_on_ends_once_however_many_fail_with_the_first() {
    let id = |number: usize| format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f");
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => {
            list(&[1, 2, 3, 4, 5, 6].map(|it| json!({ "object": "page", "id": id(it) })))
        }
        _ => Err(Failure::Rejected {
            code: "restricted_resource".to_owned(),
            message: "no".to_owned(),
        }),
    });
    world.settings.continue_on_error = false;
    let outcome = world.run_once(Kill::Never).outcome;
    assert!(matches!(outcome, Some(Outcome::Stopped(_))), "{outcome:?}");
    let ended = world
        .events()
        .into_iter()
        .filter(|(kind, _)| kind == "export.failed");
    assert_eq!(ended.count(), 1);
    assert!(
        world.state().export.unwrap().counts.errors > 1,
        "several failed at once"
    );
}
