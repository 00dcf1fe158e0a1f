//! Everything at once: faults, hidden objects, short parts, dying cursors, small budgets, deaths and edits, drawn from seeds.
//! Once Notion is well again, everything is there.

use std::time::Duration;

use notion_sim::{Options, Sim, Workspace, oracle};

use crate::driver::Kill;
use crate::world::World;

/// Draws one after the other from a seed.
pub struct Draw(pub u64);

impl Draw {
    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        choices[(self.0 >> 33) as usize % choices.len()]
    }

    fn kill(&mut self) -> Kill {
        let effect = self.of(&[1, 2, 5, 9, 17, 30, 55]);
        self.of(&[
            Kill::After(effect),
            Kill::AfterLosing(effect),
            Kill::Losing(effect),
            Kill::Never,
        ])
    }

    fn options(&mut self, seed: u64) -> Options {
        Options {
            seed,
            faults: self.of(&[0.0, 0.1, 0.3, 0.5]),
            search_omission: self.of(&[0.0, 0.3, 1.0]),
            page_size_limit: self.of(&[100, 7, 3]),
            partial_objects: self.of(&[0.0, 0.3]),
            cursor_ttl_ms: self.of(&[None, None, Some(900)]),
            query_depth_limit: self.of(&[10_000, 9]),
            hides_content_of_copies: self.of(&[false, true]),
            ..Options::default()
        }
    }
}

#[test]
fn once_notion_is_well_everything_is_there_whatever_happened_before() {
    let mut world = World::new(Workspace::generated(1, 1), Options::default());
    for seed in 1..=16 {
        let mut draw = Draw(seed);
        let pages = draw.of(&[5, 20, 40, 90]);
        let workspace = || Workspace::generated(pages, seed);
        world.reset(workspace(), draw.options(seed));
        world.settings.run_subrequests = draw.of(&[60, 120, 400, 9_900]);
        world.settings.run_time = Duration::from_millis(draw.of(&[1_500, 5_000, 50_000]));
        world.settings.workers = draw.of(&[1, 4, 9]);
        for _ in 0..16 {
            world.run_once(draw.kill());
            world.wait(61);
        }
        world.sim = Sim::new(workspace(), Options::default());
        world.settings.run_subrequests = 9_900;
        world.settings.run_time = Duration::from_secs(50);
        world.edit_every_page("while it was ill");
        for hours in [2, 2, 2, 25] {
            world.wait(hours * 3_600);
            world.run_to_the_end();
        }
        assert_blocks(&mut world, seed);
        world.edit_every_page("since it is well");
        world.wait(25 * 3_600);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
        assert_eq!(world.errors().len(), 0, "seed {seed}");
        assert_eq!(world.state().errors, [], "seed {seed}");
    }
}

/// A page object that was listed before an edit may tell an older time than the blocks that came after it.
fn assert_blocks(world: &mut World, seed: u64) {
    let documents = world.documents();
    for truth in oracle::pages(world.sim.workspace()) {
        let blocks = documents[&truth.id]["blocks"].to_string();
        let lacks = truth.blocks.iter().find(|block| !blocks.contains(*block));
        assert_eq!(lacks, None, "seed {seed}: a block of {}", truth.id);
    }
}
