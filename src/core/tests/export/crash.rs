//! A crash after any effect gives the same store.

use std::time::Duration;

use notion_edge_core::document::PublishRule;
use notion_edge_core::engine::Outcome;
use notion_edge_core::read::Audience;
use notion_edge_core::time::Timestamp;
use notion_sim::{Options, Workspace};

use crate::driver::Kill;
use crate::store::assert_same;
use crate::world::World;

fn page_events(world: &mut World) -> Vec<(String, String)> {
    let mut events: Vec<_> = world
        .events()
        .into_iter()
        .filter(|(kind, _)| kind == "page.created")
        .collect();
    for (_, data) in &mut events {
        *data = data.split(",\"version\"").next().unwrap().to_owned();
    }
    events.sort();
    events
}

#[test]
fn a_crash_after_any_effect_gives_the_same_store() {
    let workspace = || Workspace::generated(5, 3);
    let mut world = World::new(workspace(), Options::default());
    let whole = world.run_once(Kill::Never);
    assert_eq!(whole.outcome, Some(Outcome::Complete));
    let (expected, created) = (world.contents(), page_events(&mut world));
    for effect in 1..whole.effects {
        for kill in [Kill::After(effect), Kill::AfterLosing(effect)] {
            world.reset(workspace(), Options::default());
            world.run_once(kill);
            world.now = world.now.plus(Duration::from_secs(61));
            world.run_to_the_end();
            assert_same(&world.contents(), &expected, &format!("{kill:?}"));
            assert_eq!(
                page_events(&mut world),
                created,
                "{kill:?}: a page is created once"
            );
        }
    }
}

#[test]
fn a_lost_reply_of_any_effect_gives_the_same_store_and_the_same_events() {
    let workspace = || Workspace::generated(5, 3);
    let mut world = World::new(workspace(), Options::default());
    let whole = world.run_once(Kill::Never);
    let (expected, events) = (world.contents(), kinds(&mut world));
    let counts = world.state().export.unwrap().counts;
    for effect in 1..=whole.effects {
        let kill = Kill::Losing(effect);
        world.reset(workspace(), Options::default());
        let ran = world.run_once(kill);
        assert_eq!(ran.outcome, Some(Outcome::Complete), "{kill:?}");
        assert_same(&world.contents(), &expected, &format!("{kill:?}"));
        assert_eq!(kinds(&mut world), events, "{kill:?}: an event comes once");
        let again = world.state().export.unwrap().counts;
        assert_eq!((again.pages, again.errors), (counts.pages, 0), "{kill:?}");
        // How often that is depends on what came first.
        assert!(updates(&mut world) <= again.rebuilt, "{kill:?}: told twice");
        let records = world.records();
        let taken = records.values().find(|it| it.takes + it.rebuilds > 0);
        assert_eq!(taken, None, "{kill:?}");
    }
}

#[test]
fn a_request_of_which_a_part_is_done_is_done_once() {
    let workspace = || Workspace::generated(30, 3);
    let mut world = World::new(workspace(), Options::default());
    world.run_once(Kill::Never);
    let (expected, created) = (world.contents(), page_events(&mut world));
    let counts = world.state().export.unwrap().counts;
    let mut joint_requests = std::mem::take(&mut world.joint_requests);
    joint_requests.retain(|(_, names)| names.iter().any(|name| name.starts_with("EVAL")));
    let parts: usize = joint_requests.iter().map(|(_, names)| names.len()).sum();
    assert!(
        joint_requests.len() > 2 && parts > 11,
        "only {joint_requests:?}"
    );
    for (effect, names) in joint_requests {
        let commands = names.len();
        let cuts = (1..commands).map(|count| Kill::Cutting(effect, count));
        let refusals = (0..commands).map(|place| Kill::Refusing(effect, place));
        for kill in cuts.chain(refusals) {
            world.reset(workspace(), Options::default());
            world.repeated = 0;
            let ran = world.run_once(kill);
            assert_eq!(ran.outcome, Some(Outcome::Complete), "{kill:?}");
            let was_done = matches!(kill, Kill::Cutting(..));
            assert!(was_done || world.repeated == 0, "{kill:?}: taken for done");
            assert_same(&world.contents(), &expected, &format!("{kill:?}"));
            // How often a page is built again depends on what came first.
            let again = page_events(&mut world);
            assert_eq!(again, created, "{kill:?}: a page is created once");
            let again = world.state().export.unwrap().counts;
            assert_eq!((again.pages, again.errors), (counts.pages, 0), "{kill:?}");
        }
    }
}

#[test]
fn what_was_built_again_when_a_run_died_is_read_alone() {
    let workspace = || Workspace::generated(30, 3);
    let mut world = World::new(workspace(), Options::default());
    // A new server refuses each script once, and the effects are counted otherwise.
    world.run_once(Kill::Never);
    world.reset(workspace(), Options::default());
    world.joint_requests.clear();
    world.run_once(Kill::Never);
    let documents = |names: &[String]| names.iter().filter(|name| *name == "GET").count();
    let joint = std::mem::take(&mut world.joint_requests);
    // Databases are built again first, and are small enough to be read together always.
    let last = joint.into_iter().rfind(|(_, names)| documents(names) > 1);
    let (effect, names) = last.unwrap();
    world.reset(workspace(), Options::default());
    world.run_once(Kill::After(effect));
    world.joint_requests.clear();
    world.now = world.now.plus(Duration::from_secs(61));
    world.run_once(Kill::Never);
    let after = std::mem::take(&mut world.joint_requests);
    let first = after.iter().position(|(_, names)| documents(names) > 1);
    // As many as were under way are looked at alone before others are read together.
    let alone = after.iter().take(first.unwrap_or(after.len()));
    let looks = alone.filter(|(_, names)| **names == ["HMGET", "HMGET"]);
    assert!(looks.count() >= documents(&names), "{after:?}");
}

/// It refuses every script once, and goes on with what else is in the request.
#[test]
fn a_server_that_remembers_no_script_gets_the_same_store() {
    for seed in 1..5 {
        let exported = |is_strict| {
            let mut world = World::new(Workspace::generated(60, seed), Options::default());
            world.is_strict = is_strict;
            world.settings.object_types.comments = true;
            world.run_to_the_end();
            world.contents()
        };
        assert_same(&exported(true), &exported(false), &format!("seed {seed}"));
    }
}

/// The types of all events but updates.
fn kinds(world: &mut World) -> Vec<String> {
    let kinds = world.events().into_iter().map(|(kind, _)| kind);
    let mut kinds: Vec<String> = kinds.filter(|kind| kind != "page.updated").collect();
    kinds.sort();
    kinds
}

/// How many updates are told. A first export makes them by building pages again.
fn updates(world: &mut World) -> u64 {
    let events = world.events();
    events
        .iter()
        .filter(|(kind, _)| kind == "page.updated")
        .count() as u64
}

#[test]
fn a_run_whose_lease_was_taken_over_changes_nothing() {
    let workspace = || Workspace::generated(30, 3);
    let mut world = World::new(workspace(), Options::default());
    world.run_once(Kill::Never);
    world.reset(workspace(), Options::default());
    let effects = world.run_once(Kill::Never).effects;
    for pause in (1..effects).step_by(5) {
        world.reset(workspace(), Options::default());
        let mut old = world.begin();
        assert_eq!(world.go_on(&mut old, Kill::After(pause)), None);
        assert_eq!(
            world.run_once(Kill::Never).outcome,
            Some(Outcome::Busy),
            "paused after effect {pause}: the lease still stands"
        );
        world.wait(61);
        let mut new = world.begin();
        assert_eq!(world.go_on(&mut new, Kill::After(2)), None);
        let before = world.everything();
        assert_eq!(
            world.go_on(&mut old, Kill::Never),
            Some(Outcome::Busy),
            "paused after effect {pause}"
        );
        assert_same(
            &world.everything(),
            &before,
            &format!("paused after effect {pause}"),
        );
        assert_eq!(world.go_on(&mut new, Kill::Never), Some(Outcome::Complete));
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_lease_is_renewed_while_notion_is_slow() {
    let mut world = World::new(Workspace::generated(6, 3), Options::default());
    world.settings.run_time = Duration::from_secs(3_000);
    world.slowness = Duration::from_secs(20);
    let mut run = world.begin();
    // The first effect is refused: redis does not know the script yet.
    for effect in 2.. {
        assert_eq!(world.go_on(&mut run, Kill::After(effect)), None);
        if world
            .state()
            .export
            .is_some_and(|export| export.completed_at.is_some())
        {
            break;
        }
        assert_eq!(
            world.run_once(Kill::Never).outcome,
            Some(Outcome::Busy),
            "after effect {effect}"
        );
    }
    world.assert_nothing_is_missed();
}

/// What search hides is edited between two full exports, and the second one dies after any effect.
#[test]
fn a_crash_of_a_later_export_misses_no_hidden_edit() {
    let hidden = Options {
        search_omission: 1.0,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(9, 3), hidden.clone());
    let mut effects = None;
    for kill in std::iter::once(Kill::Never).chain((1..60).step_by(2).map(Kill::After)) {
        if let (Kill::After(effect), Some(effects)) = (kill, effects)
            && effect > effects
        {
            break;
        }
        world.reset(Workspace::generated(9, 3), hidden.clone());
        world.run_to_the_end();
        world.edit_every_page("edited");
        world.wait(25 * 3_600);
        let ran = world.run_once(kill);
        effects.get_or_insert(ran.effects);
        world.wait(61);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_scheduled_page_that_runs_die_with_becomes_public_an_hour_later() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    world.settings.publish_rule = PublishRule::parse("Published<=now").ok();
    world.run_to_the_end();
    let documents = world.documents();
    let mut scheduled = documents.iter();
    let (id, _) = scheduled
        .find(|(_, it)| it["values"]["Published"]["start"] == "2026-12-01")
        .unwrap();
    let is_public = |world: &mut World| {
        world.audience = Audience::Public;
        let answer = world.read(&format!("/v1/pages/{id}"), &[]);
        world.audience = Audience::All;
        answer.is_ok()
    };
    world.now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    for death in 1..=3 {
        let mut run = world.begin();
        while world.records()[&format!("page:{id}")].rebuilds < death {
            let next = Kill::After(run.effects() + 1);
            assert_eq!(world.go_on(&mut run, next), None, "it is over");
        }
        world.wait(120);
    }
    world.run_to_the_end();
    assert!(!is_public(&mut world));
    let problem = &world.errors()[&format!("page:{id}")];
    assert!(
        problem.starts_with("put aside after 3 attempts"),
        "{problem}"
    );
    world.wait(50 * 60);
    world.run_to_the_end();
    assert!(!is_public(&mut world));
    world.wait(11 * 60);
    world.run_to_the_end();
    assert!(is_public(&mut world));
}
