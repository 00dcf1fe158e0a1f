//! A crash after any effect gives the same store.

use std::time::Duration;

use notion_edge_core::engine::Outcome;
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
fn a_run_whose_lease_was_taken_over_changes_nothing() {
    let mut world = World::new(Workspace::generated(12, 3), Options::default());
    world.run_once(Kill::After(9));
    assert_eq!(
        world.run_once(Kill::Never).outcome,
        Some(Outcome::Busy),
        "the dead run's lease still stands"
    );
    world.now = world.now.plus(Duration::from_secs(61));
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
}
