//! What an export costs at Redis, by Redis's own count: a script is itself and its inner commands.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_sim::{Change, Options, Workspace};

use crate::driver::Kill;
use crate::script::{NEW, OLD, list, page};
use crate::world::World;

impl World {
    /// The commands that Redis has run so far.
    pub fn billed(&mut self) -> u64 {
        let stats: String = redis::cmd("INFO")
            .arg("commandstats")
            .query(&mut self.connection)
            .unwrap();
        let calls = stats
            .lines()
            .filter(|line| !line.starts_with("cmdstat_info"));
        let calls = calls.filter_map(|line| line.split_once("calls=")?.1.split_once(','));
        calls.map(|(calls, _)| calls.parse::<u64>().unwrap()).sum()
    }
}

/// Commands by Redis's count, and by the engine's own, of what `act` does.
fn cost_of(world: &mut World, act: impl FnOnce(&mut World)) -> (u64, u64) {
    let before = world.billed();
    act(world);
    let billed = world.billed() - before;
    (billed, world.state().export.unwrap().counts.redis_commands)
}

/// Runs in which nothing changed: 8 commands and one request each.
fn assert_costs_next_to_nothing(world: &mut World) {
    for _ in 0..3 {
        world.wait(60);
        let asked = world.asked.len();
        let (billed, _) = cost_of(world, |world| {
            assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
        });
        assert_eq!(world.asked.len() - asked, 1);
        // Reading the state for this test is one more.
        assert!(billed <= 8 + 1, "{billed}");
    }
}

#[test]
fn a_run_in_which_nothing_changed_costs_8_commands_and_one_request() {
    let mut world = World::new(Workspace::generated(120, 8), Options::default());
    world.run_to_the_end();
    world.wait(300);
    // The hedge of the first export is over now, and every script is known.
    world.run_to_the_end();
    assert_costs_next_to_nothing(&mut world);
}

/// Notion need not flag what lies under something in the trash: search goes on to show it as it was.
#[test]
fn what_went_with_a_page_in_the_trash_costs_nothing_while_search_shows_it() {
    let options = Options {
        search_shows_what_trash_holds: true,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(80, 8), options);
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    let (count, id) = world.page_with_some_below();
    let id = id.parse().unwrap();
    let stored = world.documents().len();
    let now = world.now.millis();
    let workspace = world.sim.workspace_mut();
    workspace.apply(Change::Trash { id }, now).unwrap();
    world.wait(60);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), stored - count);
    world.wait(300);
    world.run_to_the_end();
    assert_costs_next_to_nothing(&mut world);
}

#[test]
fn a_search_that_shows_one_edit_sends_redis_no_more_than_that() {
    let is_edited = Rc::new(Cell::new(false));
    let edited = is_edited.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => {
            let pages = (0..100).map(|place| {
                let time = if edited.get() && place == 0 { NEW } else { OLD };
                let id = format!("38c9ce7b-60a4-8136-8cb8-{place:012x}");
                page(&id, &"long ".repeat(1_000), time)
            });
            list(&pages.collect::<Vec<_>>())
        }
        _ => list(&[]),
    });
    world.run_to_the_end();
    is_edited.set(true);
    world.wait(7_200);
    world.longest_request = 0;
    world.run_to_the_end();
    assert_eq!(world.state().export.unwrap().counts.pages, 1);
    let longest = world.longest_request;
    assert!(longest < 100_000, "{longest} bytes");
}

#[test]
fn a_tick_that_comes_too_early_costs_2_commands_and_no_request() {
    let mut world = World::new(Workspace::generated(60, 8), Options::default());
    world.settings.rate_limit = 20;
    let ran = world.run_once(Kill::Never);
    assert_eq!(ran.outcome, Some(Outcome::Advanced));
    let asked = world.asked.len();
    let before = world.billed();
    let outcome = world.run_once(Kill::Never).outcome;
    assert!(matches!(outcome, Some(Outcome::Early(_))), "{outcome:?}");
    assert_eq!(world.billed() - before, 2);
    assert_eq!(world.asked.len(), asked);
}

#[test]
fn a_page_costs_some_35_commands_and_the_engine_counts_them_as_redis_does() {
    let mut world = World::new(Workspace::generated(200, 5), Options::default());
    world.settings.run_time = Duration::from_secs(3_000);
    // Redis does not know the scripts of a new server, and refuses each once.
    world.run_to_the_end();
    world.reset(Workspace::generated(200, 5), Options::default());
    let (billed, counted) = cost_of(&mut world, |world| {
        assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
    });
    let counts = world.state().export.unwrap().counts;
    let objects = counts.pages + counts.containers + counts.rebuilt + counts.unchanged;
    assert!(billed <= 35 * objects, "{billed} for {objects} objects");
    // What the last write costs comes after the state that it saves.
    let last = 4;
    assert!(billed.abs_diff(counted) <= last, "{billed} {counted}");
}
