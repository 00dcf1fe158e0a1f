//! Whatever Notion answers, everything is exported in the end.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use notion_edge_core::engine::{Job, Outcome};
use notion_edge_core::failure::Failure;
use notion_sim::{Options, Workspace};

use crate::driver::Kill;
use crate::script::{A, Answer, B, NEW, OLD, broken, list, page};
use crate::world::World;

#[test]
fn a_fifth_of_all_answers_may_be_faults() {
    let mut world = World::new(Workspace::demo(), Options::default());
    for seed in 1..=6 {
        let options = Options {
            seed,
            faults: 0.2,
            ..Options::default()
        };
        world.reset(Workspace::generated(40, seed), options);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn the_rate_limit_is_kept_without_wasting_a_request() {
    let mut world = World::new(
        Workspace::generated(300, 4),
        Options {
            rate: Some(180),
            ..Options::default()
        },
    );
    world.settings.rate_limit = 180;
    let runs = world.run_to_the_end();
    assert!(runs > 1, "180 requests a minute are not enough for one run");
    assert_eq!(world.sim.requests().throttled, 0);
    world.assert_nothing_is_missed();
}

#[test]
fn cursors_that_die_begin_the_listing_anew() {
    let options = Options {
        cursor_ttl_ms: Some(700),
        page_size_limit: 40,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(150, 6), options);
    world.settings.run_time = Duration::from_secs(600);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn a_refused_token_stops_the_run_and_is_told() {
    let mut world = World::new(Workspace::generated(5, 1), Options::default());
    world.token = "wrong";
    let outcome = world.run_once(Kill::Never).outcome;
    assert!(
        matches!(&outcome, Some(Outcome::Stopped(problem)) if problem.contains("NOTION_TOKEN")),
        "{outcome:?}"
    );
    let last = world.state().last_run.unwrap();
    assert!(
        last.problem
            .is_some_and(|it| it.contains("notion refuses NOTION_TOKEN"))
    );
    world.token = "ntn_test";
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn a_notion_that_is_down_stops_the_run_and_costs_no_page_its_attempts() {
    let mut world = World::new(Workspace::generated(5, 1), Options::default());
    world.run_once(Kill::After(12));
    world.now = world.now.plus(Duration::from_secs(61));
    let workspace = Workspace::generated(5, 1);
    world.sim = notion_sim::Sim::new(
        workspace,
        Options {
            faults: 1.0,
            ..Options::default()
        },
    );
    for _ in 0..5 {
        let outcome = world.run_once(Kill::Never).outcome;
        assert!(
            matches!(outcome, Some(Outcome::Stopped(_) | Outcome::Advanced)),
            "{outcome:?}"
        );
        world.now = world.now.plus(Duration::from_secs(120));
    }
    world.sim = notion_sim::Sim::new(Workspace::generated(5, 1), Options::default());
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

/// Every object is committed or waits; none was given up.
#[test]
fn an_outage_of_any_length_costs_no_object_an_attempt() {
    for seed in 1..=3 {
        let workspace = || Workspace::generated(8, seed);
        let mut world = World::new(workspace(), Options::default());
        world.run_once(Kill::After(12));
        world.wait(61);
        let down = Options {
            seed,
            faults: 1.0,
            ..Options::default()
        };
        world.sim = notion_sim::Sim::new(workspace(), down);
        for _ in 0..40 {
            let outcome = world.run_once(Kill::Never).outcome.unwrap();
            assert_ne!(outcome, Outcome::Complete);
            world.wait(60);
        }
        assert_eq!(world.errors(), BTreeMap::new());
        let told = world.state().last_run.and_then(|run| run.problem);
        let told = told.unwrap_or_default();
        assert!(
            told.contains("notion does not answer as it should: "),
            "{told}"
        );
        let asked = world.asked.len();
        assert!(
            asked < 20 * 45,
            "{asked} requests in 40 minutes of an outage"
        );
        world.sim = notion_sim::Sim::new(workspace(), Options::default());
        world.wait(120);
        assert_eq!(world.run_to_the_end(), 1);
        world.assert_nothing_is_missed();
    }
}

fn searches(world: &World, since: notion_edge_core::time::Timestamp) -> usize {
    let later = world.asked.iter().filter(|(at, _)| *at >= since);
    later.filter(|(_, path)| path == "/v1/search").count()
}

#[test]
fn a_page_that_always_fails_slows_no_export_for_changes() {
    let healed = Rc::new(Cell::new(false));
    let is_healed = healed.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(A) && !is_healed.get() => broken(),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let problem = world.errors()[&format!("page:{A}")].clone();
    assert_eq!(problem, "put aside after 3 attempts: notion answered 500");
    let (start, asked) = (world.now, world.asked.len());
    for _ in 0..50 {
        world.wait(60);
        world.run_once(Kill::Never);
    }
    assert_eq!(searches(&world, start), 50, "one search a minute");
    assert_eq!(
        world.asked.len() - asked,
        50,
        "and nothing else while it rests"
    );
    assert_eq!(world.state().export.unwrap().job, Job::Changes);
    let told = world.state().errors;
    assert_eq!(
        told.len(),
        1,
        "it is told as long as it is missing: {told:?}"
    );
    healed.set(true);
    world.wait(900);
    world.run_to_the_end();
    assert_eq!(
        world.documents().len(),
        2,
        "what rests is tried again, however old"
    );
    assert_eq!(world.state().errors, []);
    assert_eq!(world.errors(), BTreeMap::new());
}

/// A pause longer than a run waits would end it, and no run would count the failures of the one before.
#[test]
fn a_page_that_always_fails_is_put_aside_however_long_the_first_pause_is() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        path if path.contains(A) => broken(),
        _ => list(&[]),
    });
    world.settings.retry_backoff = Duration::from_secs(300);
    let runs = world.run_to_the_end();
    assert!(runs <= 6, "{runs}");
    assert_eq!(world.documents().len(), 1);
    assert!(world.errors()[&format!("page:{A}")].starts_with("put aside"));
}

#[test]
fn a_search_that_always_fails_is_told_by_each_run_and_leaves_notion_alone_between_them() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => broken(),
        _ => list(&[]),
    });
    for backoff in [1, 30] {
        world.settings.retry_backoff = Duration::from_secs(backoff);
        for _ in 0..5 {
            let outcome = world.run_once(Kill::Never).outcome;
            let is_told = matches!(&outcome, Some(Outcome::Stopped(it)) if it.contains("notion answered 500"));
            assert!(is_told, "{backoff} s: {outcome:?}");
            world.wait(60);
            let early = world.run_once(Kill::Never).outcome;
            assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
            world.wait(61);
        }
    }
}

#[test]
fn a_page_that_begins_to_fail_delays_no_search() {
    let edited = Rc::new(Cell::new(OLD));
    let time = edited.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", time.get()), page(B, "B", OLD)]),
        path if path.contains(A) && time.get() != OLD => broken(),
        _ => list(&[]),
    });
    world.run_to_the_end();
    edited.set(NEW);
    let start = world.now;
    for _ in 0..10 {
        world.wait(60);
        assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
    }
    assert_eq!(searches(&world, start), 10, "one search a minute");
    assert_eq!(world.documents().len(), 2, "the last good copy stays");
}

#[test]
fn a_page_that_fails_alone_is_told_from_an_outage() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        "/v1/users/me" => list(&[]),
        _ => broken(),
    });
    world.settings.run_subrequests = 20;
    let runs = world.run_to_the_end();
    assert!(runs < 12, "{runs}");
    assert!(world.errors()[&format!("page:{A}")].contains("notion answered 500"));
}

#[test]
fn an_outage_that_begins_before_search_is_told() {
    let mut world = World::scripted(|_| broken());
    world.bot = None;
    let start = world.now;
    let outcome = world.run_once(Kill::Never).outcome;
    assert!(matches!(outcome, Some(Outcome::Stopped(_))), "{outcome:?}");
    let pause = world.state().not_before.unwrap().since(start);
    assert!(pause >= Duration::from_secs(120), "{pause:?}");
}

#[test]
fn an_export_does_not_need_to_know_whose_token_it_is() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        "/v1/users/me" => broken(),
        _ => list(&[]),
    });
    world.bot = None;
    assert_eq!(world.run_to_the_end(), 1);
    assert_eq!(world.asked[1].1, "/v1/search", "it waits for nobody");
    assert_eq!(world.documents().len(), 1);
}

fn limited(seconds: &'static str) -> Answer {
    Err(Failure::of_notion(429, Some(seconds), b"{}"))
}

#[test]
fn nothing_is_asked_before_a_429_allows_it() {
    for (at, seconds) in [(1, "5"), (2, "5"), (3, "9"), (3, "600"), (2, "9999")] {
        let mut count = 0;
        let mut world = World::scripted(move |request| {
            count += 1;
            match request.path.as_str() {
                _ if count == at => limited(seconds),
                "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
                _ => list(&[]),
            }
        });
        world.settings.workers = 1;
        world.run_to_the_end();
        let times: Vec<_> = world
            .asked
            .iter()
            .map(|(at, _)| at.millis() / 1_000)
            .collect();
        let pause = seconds.parse::<i64>().unwrap().min(3_600);
        let waited = times[at] - times[at - 1];
        assert!(
            waited >= pause,
            "request {at}: {waited} s instead of {pause} s"
        );
        assert!(
            waited <= pause + 61,
            "request {at}: {waited} s instead of {pause} s"
        );
    }
}

#[test]
fn a_429_outlives_the_run_that_it_ends() {
    let mut count = 0;
    let mut world = World::scripted(move |request| {
        count += 1;
        match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
            _ if count == 3 => limited("600"),
            _ => list(&[]),
        }
    });
    world.slowness = Duration::from_secs(1);
    world.settings.run_time = Duration::from_millis(2_700);
    world.run_once(Kill::Never);
    assert_eq!(
        world.asked.len(),
        3,
        "search and two listings, answered after the end"
    );
    let early = world.run_once(Kill::Never).outcome;
    assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
    for _ in 0..9 {
        world.wait(60);
        world.run_once(Kill::Never);
    }
    assert_eq!(world.asked.len(), 3, "nothing is asked in ten minutes");
    world.wait(61);
    world.settings.run_time = Duration::from_secs(50);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 2);
}
