//! What changes without a word of it is seen within the time in which everything is listed anew.

use notion_edge_core::engine::Outcome;
use notion_sim::{Change, Options, Workspace, oracle};

use crate::driver::Kill;
use crate::world::World;

/// Runs every quarter of an hour, for so many hours.
fn go_on_for(world: &mut World, hours: usize) {
    for _ in 0..hours * 4 {
        world.wait(900);
        let outcome = world.run_once(Kill::Never).outcome;
        assert_eq!(outcome, Some(Outcome::Complete));
    }
}

#[test]
fn what_is_no_longer_shared_leaves_the_page_that_held_it_although_that_was_not_edited() {
    let mut world = World::new(Workspace::generated(12, 3), Options::default());
    world.settings.reconcile_interval = std::time::Duration::from_secs(2 * 24 * 3_600);
    world.run_to_the_end();
    go_on_for(&mut world, 1);
    let held = oracle::pages(world.sim.workspace()).find(|page| page.parent.kind == "page_id");
    let id = held.unwrap().id.parse().unwrap();
    let now = world.now.millis();
    let unshared = world.sim.workspace_mut().apply(Change::Unshare { id }, now);
    assert_eq!(unshared, Ok(id));
    go_on_for(&mut world, 24 * 3);
    world.assert_exact();
}

#[test]
fn the_sweep_is_spread_over_the_time_in_which_everything_is_listed_anew() {
    let mut world = World::new(Workspace::generated(60, 3), Options::default());
    world.settings.reconcile_interval = std::time::Duration::from_secs(2 * 24 * 3_600);
    world.run_to_the_end();
    go_on_for(&mut world, 1);
    let objects = world.records().len();
    let begin = world.asked.len();
    let mut most = 0;
    for _ in 0..42 {
        let before = world.asked.len();
        world.wait(3_600);
        world.run_once(Kill::Never);
        most = most.max(pages_asked(&world, before));
    }
    let read = pages_asked(&world, begin);
    assert!(read * 2 > objects, "{read} of {objects} in 42 of 48 hours");
    assert!(most <= 3, "{most} pages in an hour");
}

/// How many page objects were asked for since so many requests.
fn pages_asked(world: &World, since: usize) -> usize {
    let asked = world.asked[since..].iter();
    let ids = asked.filter_map(|(_, path)| path.strip_prefix("/v1/pages/"));
    ids.filter(|id| !id.contains('/')).count()
}

/// Notion tells an edit of a synced block of the page that holds it, and of no page that shows it.
#[test]
fn a_copy_shows_what_its_original_became() {
    let mut world = World::new(Workspace::generated(64, 3), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    let documents = world.documents();
    let copy = documents.values().find_map(|document| {
        let blocks = document["blocks"].as_array()?.iter();
        let mut from =
            blocks.filter_map(|block| block["synced_block"]["synced_from"]["block_id"].as_str());
        from.next()
    });
    let original = copy.unwrap().parse().unwrap();
    let text = "said anew".to_owned();
    let change = Change::AppendParagraph {
        parent: original,
        text,
    };
    let now = world.now.millis();
    world.sim.workspace_mut().apply(change, now).unwrap();
    let asked = world.asked.len();
    world.wait(300);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    let asked = world.asked.len() - asked;
    assert!(asked < 40, "{asked} requests for one page and its copies");
}
