//! How far an export is and how long it will take, and that both are told at next to no cost.

use std::time::Duration;

use notion_edge_core::engine::{Outcome, Verified};
use notion_edge_core::status::{EtaStatus, Progress, Status};
use notion_edge_core::time::Timestamp;
use notion_sim::{Options, Workspace};

use crate::driver::Kill;
use crate::world::World;

impl World {
    /// What `/v1/status` says now.
    pub fn status(&mut self) -> Status {
        let commands = Status::commands(&Self::keys(), self.now);
        let replies: Vec<_> = commands
            .iter()
            .map(|command| self.run(command).unwrap())
            .collect();
        Status::read(&replies).unwrap()
    }

    /// Exports everything, and looks at the status every `effects` effects; gives what was told of the end.
    fn watched(&mut self, effects: usize) -> Vec<Option<EtaStatus>> {
        let mut told = Vec::new();
        for _ in 0..100 {
            let mut run = self.begin();
            let mut limit = 0;
            let outcome = loop {
                limit += effects;
                let outcome = self.go_on(&mut run, Kill::After(limit));
                told.push(self.status().work.and_then(|work| work.eta));
                if let Some(outcome) = outcome {
                    break outcome;
                }
            };
            if outcome == Outcome::Complete {
                return told;
            }
            // The cron trigger comes by the minute.
            let past = self.now.millis().rem_euclid(60_000);
            self.now = self.now.plus(Duration::from_millis(60_000 - past as u64));
        }
        panic!("the export does not end");
    }
}

/// The estimator itself is judged over many simulated processes, beside it; here by two exports of other seeds
/// than those that it was tuned with.
#[test]
fn the_time_that_is_told_is_about_the_time_that_is_left() {
    let (mut inside, mut points) = (0, 0);
    let mut world = World::new(Workspace::generated(1, 1), Options::default());
    for seed in 11..=12 {
        world.reset(Workspace::generated(220, seed), Options::default());
        world.settings.rate_limit = 60;
        world.settings.run_time = Duration::from_secs(900);
        let start = world.now;
        let told = world.watched(1_000);
        let completed = world.state().export.unwrap().completed_at.unwrap();
        for eta in told.into_iter().flatten() {
            let from = Timestamp::parse(&eta.from).unwrap();
            let left = completed.since(from).as_secs_f64();
            let is_inside = eta.low <= left && left <= eta.high;
            points += 1;
            inside += usize::from(is_inside);
            if from.since(start) > Duration::from_secs(60) && left > 100.0 {
                let share = eta.seconds / left;
                assert!((0.5..=1.5).contains(&share), "{left} left: {eta:?}");
            }
        }
    }
    assert!(points >= 15, "{points}");
    assert!(inside * 10 >= points * 6, "{inside} of {points}");
}

#[test]
fn the_status_counts_each_kind_and_nothing_waits_in_the_end() {
    let mut world = World::new(Workspace::generated(60, 3), Options::default());
    let mut run = world.begin();
    world.go_on(&mut run, Kill::After(100));
    let status = world.status();
    assert_eq!(status.state, Progress::Exporting);
    let work = status.work.unwrap();
    assert!(work.pages.done > 0 && work.pages.waiting > 0, "{work:?}");
    let kinds = [&work.pages, &work.databases, &work.data_sources];
    let waiting: u64 = kinds.iter().map(|kind| kind.waiting).sum();
    assert_eq!(
        waiting + work.rebuilds.waiting,
        u64::try_from(status.frontier).unwrap()
    );
    assert!(work.pages.mean_seconds.unwrap() > 0.05, "{work:?}");
    world.go_on(&mut run, Kill::Never);
    let status = world.status();
    let counts = status.counts;
    let work = status.work.unwrap();
    let done = work.databases.done + work.data_sources.done;
    assert_eq!((work.pages.done, done), (counts.pages, counts.containers));
    assert_eq!(work.rebuilds.done, counts.rebuilt);
    let kinds = [work.pages, work.databases, work.data_sources, work.rebuilds];
    assert!(kinds.iter().all(|kind| kind.waiting == 0), "{kinds:?}");
    assert_eq!((work.eta, work.error_rate), (None, 0.0));
    assert_eq!(world.state().export.unwrap().verified, Verified::Whole);
}

#[test]
fn progress_is_told_at_each_tenth_or_minute_with_a_commit() {
    let mut world = World::new(Workspace::generated(60, 3), Options::default());
    world.run_to_the_end();
    let events: Vec<(String, Vec<(String, String)>)> = redis::cmd("XRANGE")
        .arg(&["notion:events", "-", "+"])
        .query(&mut world.connection)
        .unwrap();
    let field = |fields: &[(String, String)], name: &str| {
        let found = fields.iter().find(|(it, _)| it == name);
        found.unwrap().1.clone()
    };
    let told = events
        .iter()
        .filter(|(_, fields)| field(fields, "type") == "export.progress");
    let told: Vec<serde_json::Value> = told
        .map(|(_, fields)| serde_json::from_str(&field(fields, "data")).unwrap())
        .collect();
    assert!((5..=12).contains(&told.len()), "{told:?}");
    let done: Vec<u64> = told.iter().map(|it| it["done"].as_u64().unwrap()).collect();
    assert!(done.is_sorted(), "{done:?}");
    assert!(told.iter().any(|it| it["waiting"].as_u64() > Some(0)));
}
