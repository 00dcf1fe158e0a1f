//! What is small in the other tests, at the size of a real workspace. `SEEDS` says how much of it: each takes seconds.

use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_sim::{Options, Workspace};

use crate::draw::{Draw, seeds};
use crate::driver::Kill;
use crate::memory::take_peak;
use crate::store::assert_same;
use crate::world::World;

#[test]
fn a_death_at_any_point_of_a_thousand_pages_gives_the_same_store() {
    let workspace = || Workspace::generated(1000, 11);
    let mut world = World::new(workspace(), Options::default());
    world.settings.run_time = Duration::from_secs(3_000);
    let whole = world.run_once(Kill::Never);
    assert_eq!(whole.outcome, Some(Outcome::Complete));
    let expected = world.contents();
    for seed in seeds(1) {
        let mut draw = Draw::new(seed);
        let effect = 1 + draw.below(whole.effects - 1);
        let kill = draw.of(&[Kill::After(effect), Kill::AfterLosing(effect)]);
        world.reset(workspace(), Options::default());
        world.run_once(kill);
        world.wait(61);
        world.run_to_the_end();
        assert_same(
            &world.contents(),
            &expected,
            &format!("seed {seed}, {kill:?}"),
        );
    }
}

/// How long a run lasts and how many requests it has, so that many pages take few runs.
const LONG_RUNS: (Duration, u32) = (Duration::from_secs(3_000), 100_000);

/// What the engine may hold, whatever the number of pages. Measured: 3.7 MB at 2,000, 3.9 at 20,000, 4.8 at 200,000;
/// without blocks in the documents 1.3 MB at 200, 1.5 at 40,000, 1.6 at 1,000,000, where a page took 2.53 requests and 45.8 commands.
/// Most of it is the largest page that was there: it takes ten times its document from its answers to its commit, and the
/// document has 0.3 MB among 2,000 pages, some 0.4 MB among 200,000. All else takes less than 1 MB.
const ENGINE_BYTES: isize = 6_000_000;

/// `PAGES=100000` asks for more of them. The sim makes pages as they are asked for; Redis needs 16 to 19 kB for each,
/// or 7.4 kB with `WITHOUT_BLOCKS=1`, which fetches them all and leaves them out of the documents.
#[test]
fn a_page_costs_the_same_however_many_there_are() {
    let pages = std::env::var("PAGES").map_or(2000, |pages| pages.parse().unwrap());
    let [few, many] = [200, pages].map(|pages| {
        let mut world = World::new(Workspace::generated(pages, 11), Options::default());
        (world.settings.run_time, world.settings.run_subrequests) = LONG_RUNS;
        world.settings.includes_blocks = std::env::var_os("WITHOUT_BLOCKS").is_none();
        world.keeps_notes = false;
        take_peak();
        let runs = world.run_to_the_end();
        let peak = take_peak();
        let state = world.state();
        let counts = state.export.as_ref().unwrap().counts;
        assert!(counts.pages >= pages, "{counts:?}");
        let state_bytes = serde_json::to_string(&state).unwrap().len();
        assert!(state_bytes < 16 * 1024, "{state_bytes} bytes of state");
        let per_page = |count: u64| count as f64 / counts.pages as f64;
        let [requests, commands, rebuilds] =
            [counts.requests, counts.redis_commands, counts.rebuilt].map(per_page);
        println!(
            "{pages} pages in {runs} runs: {requests:.2} requests, {commands:.1} commands, {rebuilds:.2} rebuilds a page, \
             {} kB of the engine, {state_bytes} bytes of state",
            peak / 1000
        );
        // Of those that mention or relate to what was stored after them: what they lie in was stored before.
        assert!(rebuilds < 0.8, "{rebuilds} rebuilds a page");
        assert!(peak < ENGINE_BYTES, "{peak} bytes of the engine");
        [requests, commands]
    });
    for (few, many) in few.into_iter().zip(many) {
        assert!(many < few * 1.1, "{many} a page instead of {few}");
    }
}
