//! Exports that are only processes in time, over many seeds: the truth lies in the interval about as often as stated.

#![allow(clippy::unwrap_used)]

use super::{Estimate, Observed, ProgressEstimator, Waiting};
use crate::time::Timestamp;

/// How an export goes.
#[derive(Clone, Copy, Debug)]
struct Process {
    objects: u64,
    /// The share of objects that only the walk finds.
    hidden: f64,
    /// Requests in any 60 s, and how many an object takes on average.
    per_minute: Option<f64>,
    requests_each: f64,
    /// What a request takes where nothing limits them.
    millis_each: f64,
    /// How much slower the end is than the beginning.
    drift: f64,
    /// Rebuilds for each object, and what each takes.
    rebuilds: f64,
    rebuild_millis: f64,
}

const PLAIN: Process = Process {
    objects: 400,
    hidden: 0.0,
    per_minute: None,
    requests_each: 5.0,
    millis_each: 60.0,
    drift: 1.0,
    rebuilds: 0.0,
    rebuild_millis: 8.0,
};

const LIMITED: Process = Process {
    per_minute: Some(180.0),
    ..PLAIN
};

const PROCESSES: [Process; 8] = [
    PLAIN,
    LIMITED,
    Process {
        hidden: 0.2,
        ..LIMITED
    },
    Process {
        objects: 120,
        ..LIMITED
    },
    Process {
        objects: 3_000,
        hidden: 0.05,
        ..LIMITED
    },
    Process {
        objects: 1_500,
        hidden: 0.3,
        ..PLAIN
    },
    Process {
        objects: 1_000,
        drift: 1.15,
        ..PLAIN
    },
    Process {
        objects: 800,
        rebuilds: 1.0,
        ..PLAIN
    },
];

/// How often each of them goes by.
const SEEDS: u64 = 40;

struct Chance(u64);

impl Chance {
    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// 1 on average, and now and then many times that: pages differ in length.
    fn size(&mut self) -> f64 {
        let normal = (0..12).map(|_| self.next()).sum::<f64>() - 6.0;
        (0.9 * normal - 0.405).exp()
    }
}

/// What was estimated, and when.
struct Told {
    at_ms: f64,
    estimate: Option<Estimate>,
}

/// Runs the process; gives its length and what was estimated at each object.
fn run(process: Process, seed: u64) -> (f64, Vec<Told>) {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for _ in 0..8 {
        chance.next();
    }
    let mut estimator = ProgressEstimator::default();
    let (mut now, mut window, mut used) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut found = (process.objects as f64 * (1.0 - process.hidden)) as u64;
    let (mut done, mut sent) = (0, 0.0);
    let mut told = Vec::new();
    let mut observe = |now: f64, seen: Observed, waiting: Waiting, told: &mut Vec<Told>| {
        estimator.observe(Timestamp::from_millis(now as i64), seen);
        if !(seen.done + seen.rebuilt).is_multiple_of(5) {
            return;
        }
        told.push(Told {
            at_ms: now,
            estimate: estimator.estimate(waiting),
        });
    };
    while done < found {
        done += 1;
        let requests = 1.0 + (process.requests_each - 1.0) * chance.size();
        sent += requests;
        let share = done as f64 / process.objects as f64;
        let slowness = 1.0 + (process.drift - 1.0) * share;
        now += requests * process.millis_each * slowness * (0.5 + chance.next());
        if let Some(limit) = process.per_minute {
            used += requests;
            while used > limit {
                used -= limit;
                window += 60_000.0;
                now = now.max(window);
            }
            if now >= window + 60_000.0 {
                (window, used) = (now, 0.0);
            }
        }
        // Where search hides a share of all objects, each leads to that share of another one; the first to the most,
        // because what lies above others is fetched first.
        found += u64::from(chance.next() < process.hidden * 2.0 * (1.0 - share).max(0.0));
        let seen = Observed {
            done,
            found,
            requests: sent as u64,
            per_minute: process.per_minute.map(|most| most as u32),
            rebuilt: 0,
            rebuild_requests: 0,
            rebuild_ms: 10,
        };
        let waiting = Waiting {
            objects: found - done,
            rebuilds: (done as f64 * process.rebuilds) as u64,
            ..Waiting::default()
        };
        observe(now, seen, waiting, &mut told);
    }
    let rebuilds = (done as f64 * process.rebuilds) as u64;
    for rebuilt in 1..=rebuilds {
        now += process.rebuild_millis * (0.5 + chance.next());
        let seen = Observed {
            done,
            found,
            requests: sent as u64,
            per_minute: None,
            rebuilt,
            rebuild_requests: 0,
            rebuild_ms: 10,
        };
        let waiting = Waiting {
            objects: 0,
            rebuilds: rebuilds - rebuilt,
            ..Waiting::default()
        };
        observe(now, seen, waiting, &mut told);
    }
    (now, told)
}

/// Of `seeds` exports: how often the truth lies in the interval at 9 points of time,
/// and how often half-way the interval is within 30 % of the truth.
fn judged(process: Process, seeds: u64) -> (f64, f64) {
    let (mut inside, mut points, mut narrow) = (0.0, 0.0, 0.0);
    for seed in 1..=seeds {
        let (end, told) = run(process, seed);
        for tenth in 2..=9 {
            let at = end * f64::from(tenth) / 10.0;
            let Some(Told { at_ms, estimate }) = told.iter().rev().find(|told| told.at_ms <= at)
            else {
                continue;
            };
            let Some(Estimate { low, high, .. }) = *estimate else {
                continue;
            };
            let truth = (end - at_ms) / 1_000.0;
            points += 1.0;
            inside += f64::from(u8::from(low <= truth && truth <= high));
            if tenth == 5 {
                let is_narrow = low >= 0.7 * truth && high <= 1.3 * truth;
                narrow += f64::from(u8::from(is_narrow));
            }
        }
    }
    (inside / points, narrow / seeds as f64)
}

#[test]
fn the_truth_lies_in_the_interval_about_as_often_as_stated() {
    let judged = PROCESSES.map(|process| (judged(process, SEEDS), process));
    for ((inside, narrow), process) in judged {
        assert!(inside >= 0.65, "{inside} {process:?}");
        // A limit lets a short export end in this minute or in the next one: a third of it, and nobody can tell.
        let is_short = process.objects < 400;
        assert!(narrow >= 0.5 || is_short, "{narrow} {process:?}");
    }
    let mean = |of: fn((f64, f64)) -> f64| {
        judged.iter().map(|(figures, _)| of(*figures)).sum::<f64>() / judged.len() as f64
    };
    let (inside, narrow) = (mean(|(inside, _)| inside), mean(|(_, narrow)| narrow));
    assert!((0.75..=0.97).contains(&inside), "{inside} {judged:?}");
    assert!(narrow >= 0.65, "{narrow} {judged:?}");
}

/// What an estimator has seen of 30 objects of two requests, each of which took 200 ms.
fn after_30(per_minute: Option<u32>, found: fn(u64) -> u64) -> ProgressEstimator {
    let mut estimator = ProgressEstimator::default();
    for done in 1..=30 {
        let seen = Observed {
            done,
            found: found(done),
            requests: 2 * done,
            per_minute,
            rebuild_ms: 500,
            ..Observed::default()
        };
        estimator.observe(Timestamp::from_millis(200 * done as i64), seen);
    }
    estimator
}

fn thirty_wait() -> Waiting {
    Waiting {
        objects: 30,
        ..Waiting::default()
    }
}

#[test]
fn what_a_minute_does_not_allow_waits_for_the_next() {
    let seconds = |per_minute| {
        let estimator = after_30(per_minute, |_| 60);
        estimator.estimate(thirty_wait()).unwrap().seconds
    };
    let (unlimited, allowed, next) = (seconds(None), seconds(Some(130)), seconds(Some(61)));
    assert!((5.0..7.0).contains(&unlimited), "{unlimited}");
    assert_eq!(allowed, unlimited);
    assert!((56.0..62.0).contains(&next), "{next}");
}

#[test]
fn more_is_expected_where_more_was_found() {
    let estimate = |found| after_30(None, found).estimate(thirty_wait()).unwrap();
    let (listed, grown) = (estimate(|_| 60), estimate(|done| 45 + done / 2));
    assert!(grown.seconds > 1.2 * listed.seconds, "{grown:?} {listed:?}");
    assert!(grown.high - grown.low > listed.high - listed.low);
}

#[test]
fn an_export_before_that_was_like_this_one_narrows_the_interval() {
    let estimator = after_30(None, |_| 60);
    let [alone, both] = [None, Some(40.0)].map(|left| {
        let waiting = thirty_wait();
        estimator.estimate(Waiting { left, ..waiting }).unwrap()
    });
    assert!(
        both.high - both.low < 0.8 * (alone.high - alone.low),
        "{both:?} {alone:?}"
    );
    assert!(
        (1.2..1.34).contains(&(both.seconds / alone.seconds)),
        "{both:?} {alone:?}"
    );
}

#[test]
fn rebuilds_take_their_time_and_lead_to_others() {
    let estimator = after_30(None, |_| 30);
    let waiting = Waiting {
        rebuilds: 10,
        ..Waiting::default()
    };
    let seconds = estimator.estimate(waiting).unwrap().seconds;
    // Half a second each, and one more for seven of them.
    assert!((5.5..6.0).contains(&seconds), "{seconds}");
}

#[test]
fn nothing_is_told_of_what_was_not_seen() {
    let mut estimator = ProgressEstimator::default();
    let waiting = Waiting {
        objects: 100,
        ..Waiting::default()
    };
    assert_eq!(estimator.estimate(waiting), None);
    let seen = Observed {
        done: 1,
        found: 101,
        ..Observed::default()
    };
    estimator.observe(Timestamp::from_millis(5_000), seen);
    assert_eq!(estimator.estimate(waiting), None);
}

#[test]
fn a_night_in_which_nobody_ran_is_not_the_pace() {
    let mut estimator = ProgressEstimator::default();
    let mut now = 0;
    for done in 1..=200 {
        now += if done == 100 { 12 * 3_600_000 } else { 1_000 };
        let seen = Observed {
            done,
            found: 300,
            requests: done * 3,
            ..Observed::default()
        };
        estimator.observe(Timestamp::from_millis(now), seen);
    }
    let waiting = Waiting {
        objects: 100,
        ..Waiting::default()
    };
    let estimate = estimator.estimate(waiting).map(|it| it.seconds);
    assert!(
        estimate.is_some_and(|seconds| seconds < 400.0),
        "{estimate:?}"
    );
}
