//! Redis loses its last writes, as where a replica that lacks them takes over: the store is an older one from one moment to the next,
//! while a run is at work, caches have answers from after it, and copies of files are in a place of their own.

use std::collections::BTreeSet;

use notion_edge_core::engine::Outcome;
use notion_sim::{Change, Options, Workspace, oracle};

use crate::driver::Kill;
use crate::store::assert_same;
use crate::world::World;

/// All keys: the name, what `DUMP` gives, and how long it has yet to live in ms, or 0.
pub struct Replica(Vec<(String, Vec<u8>, i64)>);

impl World {
    pub fn replica(&mut self) -> Replica {
        let keys = self.stored_keys("*").into_iter();
        let all = keys.map(|key| {
            let (dump, ttl): (Vec<u8>, i64) = redis::pipe()
                .cmd("DUMP")
                .arg(&key)
                .cmd("PTTL")
                .arg(&key)
                .query(&mut self.connection)
                .unwrap();
            (key, dump, ttl.max(0))
        });
        Replica(all.collect())
    }

    pub fn fail_over(&mut self, to: &Replica) {
        let mut pipe = redis::pipe();
        pipe.cmd("FLUSHALL").ignore();
        for (key, dump, ttl) in &to.0 {
            pipe.cmd("RESTORE").arg(key).arg(ttl).arg(dump).ignore();
        }
        pipe.exec(&mut self.connection).unwrap();
    }

    /// What was copied in the time that is lost, and shown by nothing since, nobody knows of.
    pub fn forget_unknown_copies(&mut self) {
        let known: BTreeSet<String> = redis::cmd("HKEYS")
            .arg("notion:files")
            .query(&mut self.connection)
            .unwrap();
        self.copies.retain(|key, _| known.contains(key));
    }
}

fn workspace() -> Workspace {
    Workspace::generated(5, 3)
}

/// Renames every page, and adds one.
fn change_much(world: &mut World) {
    let pages: Vec<String> = oracle::pages(world.sim.workspace())
        .map(|page| page.id)
        .collect();
    let titles = pages.iter().map(|page| Change::SetTitle {
        page: page.parse().unwrap(),
        title: "Another".to_owned(),
    });
    let new = Change::CreatePage {
        parent: pages[0].parse().unwrap(),
        title: "New".to_owned(),
    };
    let now = world.now.millis();
    for change in titles.chain([new]) {
        world.sim.workspace_mut().apply(change, now).unwrap();
    }
}

#[test]
fn a_run_that_outlives_a_failover_leaves_nothing_behind_that_the_next_one_does_not_find() {
    for is_first in [true, false] {
        let mut world = World::new(workspace(), Options::default());
        world.run_to_the_end();
        let begin = |world: &mut World| {
            world.reset(workspace(), Options::default());
            if !is_first {
                world.run_to_the_end();
                world.wait(600);
                change_much(world);
                world.wait(600);
            }
        };
        begin(&mut world);
        let whole = world.run_once(Kill::Never);
        assert_eq!(whole.outcome, Some(Outcome::Complete));
        let expected = world.contents();
        for effect in (1..whole.effects).step_by(3) {
            let lost = [1, 4, 15][effect / 3 % 3];
            begin(&mut world);
            let mut run = world.begin();
            world.go_on(&mut run, Kill::After(effect));
            let replica = world.replica();
            let is_over = world.go_on(&mut run, Kill::After(effect + lost)).is_some();
            world.fail_over(&replica);
            if !is_over {
                world.go_on(&mut run, Kill::Never);
            }
            world.wait(61);
            world.run_to_the_end();
            let context = format!(
                "first: {is_first}, {effect} of {}, {lost} lost",
                whole.effects
            );
            assert_same(&world.contents(), &expected, &context);
        }
    }
}

/// Both would have the same number, where numbers were only counted up.
#[test]
fn a_run_that_outlives_a_failover_writes_nothing_into_the_export_of_the_next_one() {
    let mut world = World::new(workspace(), Options::default());
    world.run_to_the_end();
    let expected = world.contents();
    world.reset(workspace(), Options::default());
    let replica = world.replica();
    let mut run = world.begin();
    world.go_on(&mut run, Kill::After(30));
    world.fail_over(&replica);
    let mut next = world.begin();
    world.go_on(&mut next, Kill::After(6));
    assert_eq!(world.go_on(&mut run, Kill::Never), Some(Outcome::Busy));
    assert_eq!(world.go_on(&mut next, Kill::Never), Some(Outcome::Complete));
    assert_eq!(world.repeated, 0, "taken for done");
    assert_same(&world.contents(), &expected, "two runs");
}
