//! Clocks that are wrong: what a run leaves that believed in another time keeps nobody waiting for it.

use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_edge_core::time::Timestamp;
use notion_sim::{Change, Options, Workspace, oracle};

use crate::driver::Kill;
use crate::world::{NOON, World};

const DAY: u64 = 24 * 60 * 60;

#[test]
fn a_run_whose_clock_was_ahead_keeps_nobody_waiting_however_it_ended() {
    for days in [1, 400] {
        for kill in [
            Kill::Never,
            Kill::After(2),
            Kill::After(12),
            Kill::After(20),
        ] {
            let context = format!("{days} days, {kill:?}");
            let options = Options {
                rate: Some(20),
                ..Options::default()
            };
            let mut world = World::new(Workspace::generated(12, 1), options);
            world.settings.rate_limit = 20;
            world.wait(days * DAY);
            world.run_once(kill);
            world.now = Timestamp::from_millis(NOON);
            for _ in 0..20 {
                world.wait(60);
                world.run_once(Kill::Never);
            }
            world.assert_nothing_is_missed();
            let rested = world.now;
            for _ in 0..30 {
                world.wait(3_600);
                world.run_once(Kill::Never);
            }
            let state = world.state();
            assert!(state.full_since > Some(rested), "{context}: {state:?}");
            let next = state.sweep.next_at;
            assert!(next < world.now.plus(Duration::from_secs(DAY)), "{context}");
        }
    }
}

#[test]
fn a_page_that_was_missing_by_a_clock_that_was_ahead_goes_in_time() {
    let mut world = World::new(Workspace::generated(12, 1), Options::default());
    world.run_to_the_end();
    let id = oracle::pages(world.sim.workspace()).last().unwrap().id;
    let gone = Change::Purge {
        id: id.parse().unwrap(),
    };
    world.wait(3_600);
    let now = world.now.millis();
    world.sim.workspace_mut().apply(gone, now).unwrap();
    world.wait(30 * DAY);
    world.run_to_the_end();
    assert!(
        world.documents().contains_key(&id),
        "one look is not enough"
    );
    world.now = Timestamp::from_millis(NOON).plus(Duration::from_secs(2 * 3_600));
    for _ in 0..4 {
        world.wait(11 * 60);
        assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
    }
    assert!(!world.documents().contains_key(&id));
}

#[test]
fn a_clock_that_is_minutes_ahead_has_its_lease() {
    let mut world = World::new(Workspace::generated(12, 1), Options::default());
    world.wait(240);
    world.run_once(Kill::After(8));
    world.now = Timestamp::from_millis(NOON);
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Busy));
}

#[test]
fn a_clock_that_is_set_back_during_a_run_holds_up_no_later_one() {
    let options = Options {
        rate: Some(20),
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(12, 1), options);
    world.settings.rate_limit = 20;
    world.settings.run_time = Duration::from_secs(600);
    world.ahead = Duration::from_secs(DAY);
    let mut run = world.begin();
    assert_eq!(world.go_on(&mut run, Kill::After(24)), None);
    run.correct_clock();
    world.go_on(&mut run, Kill::Never);
    world.ahead = Duration::ZERO;
    for _ in 0..20 {
        world.wait(60);
        world.run_once(Kill::Never);
    }
    world.assert_nothing_is_missed();
}
