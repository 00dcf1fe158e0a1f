//! Any budget gives the same store.

use notion_edge_core::time::Timestamp;
use notion_sim::{Options, Workspace};

use crate::store::assert_same;
use crate::world::{NOON, World};

#[test]
fn any_budget_gives_the_same_store() {
    let workspace = || Workspace::generated(40, 11);
    let mut world = World::new(workspace(), Options::default());
    assert_eq!(world.run_to_the_end(), 1);
    let expected = world.contents();
    for budget in [45, 90, 120, 200] {
        for workers in [1, 4] {
            world.reset(workspace(), Options::default());
            world.settings.run_subrequests = budget;
            world.settings.workers = workers;
            let runs = world.run_to_the_end();
            assert!(runs > 1, "a budget of {budget} must cut the export");
            assert_same(
                &world.contents(),
                &expected,
                &format!("budget {budget}, {workers} workers"),
            );
        }
    }
}

#[test]
fn pages_that_take_more_requests_than_a_run_has_are_exported_in_several() {
    let mut world = World::new(Workspace::generated(40, 11), Options::default());
    world.settings.run_subrequests = 30;
    world.run_to_the_end();
    assert_eq!(world.errors().len(), 0);
    world.assert_nothing_is_missed();
}

/// The second full export meets edits that search hides.
#[test]
fn any_budget_finds_the_same_hidden_edits() {
    let hidden = Options {
        search_omission: 1.0,
        ..Options::default()
    };
    let mut expected = None;
    for budget in [9_900, 90, 200] {
        let mut world = World::new(Workspace::generated(40, 11), hidden.clone());
        world.settings.run_subrequests = budget;
        world.run_to_the_end();
        world.now = Timestamp::from_millis(NOON + 3_600_000);
        world.edit_every_page("edited");
        world.wait(25 * 3_600);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
        let contents = world.contents();
        assert_same(
            &contents,
            expected.as_ref().unwrap_or(&contents),
            &format!("budget {budget}"),
        );
        expected.get_or_insert(contents);
    }
}
