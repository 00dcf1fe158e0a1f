//! Whatever Notion answers, everything is exported in the end.

use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_sim::{Options, Workspace};

use crate::driver::Kill;
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
        matches!(&outcome, Some(Outcome::Stopped(problem)) if problem.contains("token")),
        "{outcome:?}"
    );
    let state: String = redis::cmd("GET")
        .arg("notion:export:state")
        .query(&mut world.connection)
        .unwrap();
    assert!(state.contains("notion refuses the token"), "{state}");
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
