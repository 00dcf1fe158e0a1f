//! Nothing is missed.

use notion_edge_core::engine::Outcome;
use notion_sim::{Options, Workspace};

use crate::driver::Kill;
use crate::world::World;

#[test]
fn the_demo_workspace_is_exported_whole() {
    let mut world = World::new(Workspace::demo(), Options::default());
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
    world.assert_nothing_is_missed();
}

#[test]
fn nothing_is_missed_whatever_search_hides() {
    let mut world = World::new(Workspace::demo(), Options::default());
    for seed in 1..=12 {
        let options = Options {
            seed,
            search_omission: [0.0, 0.3, 1.0][usize::try_from(seed % 3).unwrap()],
            page_size_limit: [100, 3, 17][usize::try_from(seed % 3).unwrap()],
            partial_objects: if seed % 4 == 0 { 0.3 } else { 0.0 },
            ..Options::default()
        };
        world.reset(Workspace::generated(60, seed), options);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_listing_beyond_the_depth_limit_goes_on_in_windows() {
    let options = Options {
        query_depth_limit: 7,
        page_size_limit: 5,
        search_omission: 1.0,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(200, 5), options);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn requests_are_close_to_what_the_workspace_needs() {
    let mut world = World::new(Workspace::generated(60, 2), Options::default());
    world.run_to_the_end();
    let requests = world.sim.requests();
    assert_eq!(requests.refused, 0);
    assert_eq!(
        requests.served.get("pages.retrieve"),
        None,
        "search showed every page"
    );
}
