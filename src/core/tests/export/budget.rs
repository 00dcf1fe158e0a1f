//! Any budget gives the same store.

use notion_sim::{Options, Workspace};

use crate::store::assert_same;
use crate::world::World;

#[test]
fn any_budget_gives_the_same_store() {
    let workspace = || Workspace::generated(40, 11);
    let mut world = World::new(workspace(), Options::default());
    assert_eq!(world.run_to_the_end(), 1);
    let expected = world.contents();
    for budget in [14, 17, 23, 31, 48, 77, 150] {
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
