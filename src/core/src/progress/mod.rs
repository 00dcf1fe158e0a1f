//! When an export will be complete: a duration, and the interval that it lies in four times out of five.
//!
//! Pure, and usable alone. It learns from how much was done when; what waits is told with each question.
//! Searching shows most objects early, walking finds more, and what shows others is built again at the end:
//! so fetching and rebuilding have a pace each, and more is expected of both than is known.

mod pace;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use pace::{Guess, Pace, Slot};

/// A longer silence is not the pace of the work: nobody ran.
const LONGEST_GAP_MS: u64 = 150_000;

/// Estimates when an export will be complete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProgressEstimator {
    last: Option<(Timestamp, Observed)>,
    fetches: Pace,
    rebuilds: Pace,
}

/// What has happened up to an instant, in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// Objects that are done.
    pub done: u64,
    /// Objects that are done or known to wait.
    pub found: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// How many requests a minute allows, where that is known.
    pub per_minute: Option<u32>,
    /// Documents that were built again.
    pub rebuilt: u64,
    /// What building a document again is expected to take, in ms, before one was seen.
    pub rebuild_ms: u64,
}

/// What is known to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Waiting {
    /// Objects to be fetched.
    pub objects: u64,
    /// For how many of those that are done they count, where they are known not to be like them.
    pub weight: Option<f64>,
    /// Documents to be built again.
    pub rebuilds: u64,
}

/// How long an export will still take, in seconds from the last observation on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The best guess.
    pub seconds: f64,
    /// One time in ten it takes less.
    pub low: f64,
    /// One time in ten it takes more.
    pub high: f64,
}

impl ProgressEstimator {
    /// Notes how far the export is; the numbers never fall.
    pub fn observe(&mut self, now: Timestamp, seen: Observed) {
        let (at, before) = self.last.unwrap_or((now, Observed::default()));
        self.last = Some((now, seen));
        let fetched = Slot {
            requests: seen.requests.saturating_sub(before.requests),
            done: seen.done.saturating_sub(before.done),
            found: seen.found.saturating_sub(before.found),
        };
        let rebuilt = seen.rebuilt.saturating_sub(before.rebuilt);
        let rebuilt = Slot {
            requests: rebuilt,
            done: rebuilt,
            found: 0,
        };
        let elapsed = u64::try_from(now.since(at).as_millis()).unwrap_or(u64::MAX);
        let elapsed = elapsed.min(LONGEST_GAP_MS);
        if rebuilt.done > 0 && fetched.done == 0 {
            self.rebuilds.add(elapsed, rebuilt);
        } else if self.fetches.total().done > 0 {
            self.fetches.add(elapsed, fetched);
            self.rebuilds.add(0, rebuilt);
        } else if fetched.done > 0 {
            // What search finds is no growth, and the pace begins with the first object that is done.
            self.fetches.add(
                0,
                Slot {
                    found: 0,
                    ..fetched
                },
            );
        }
    }

    /// When the last observation was.
    pub fn observed_at(&self) -> Option<Timestamp> {
        self.last.map(|(at, _)| at)
    }

    /// How long it will still take; nothing while too little was seen to tell.
    pub fn estimate(&self, waiting: Waiting) -> Option<Estimate> {
        let total = self.fetches.total();
        let (done, known) = (total.done as f64, waiting.objects as f64);
        let objects = self.fetches.growth(known);
        let (fetching, spread) = match known > 0.0 {
            true => {
                let each = total.requests as f64 / done.max(1.0);
                let requests = waiting.weight.unwrap_or(known) * each;
                let per_minute = self.last.and_then(|(_, seen)| seen.per_minute);
                let guess = self
                    .fetches
                    .guess(objects, requests * objects / known, per_minute)?;
                // How many more are found is known to about a quarter.
                (guess, guess.millis * (1.0 - known / objects) / 4.0)
            }
            false => (Guess::default(), 0.0),
        };
        let rebuilds = match done > 0.0 {
            true => waiting.rebuilds as f64 * (1.0 + objects / done),
            false => waiting.rebuilds as f64,
        };
        let each = self.last.map_or(0, |(_, seen)| seen.rebuild_ms) as f64;
        let expected = each * rebuilds;
        let rebuilding = self
            .rebuilds
            .guess(rebuilds, rebuilds, None)
            .unwrap_or(Guess {
                millis: expected,
                variance: (expected / 3.0).powi(2),
                freedom: usize::MAX,
            });
        // The end of an export takes a moment of its own.
        let variance = 1e6 + fetching.variance + spread.powi(2) + rebuilding.variance;
        let freedom = match known > 0.0 {
            true => fetching.freedom,
            false => rebuilding.freedom,
        };
        let (middle, half) = (
            fetching.millis + rebuilding.millis,
            quantile(freedom) * variance.sqrt(),
        );
        Some(Estimate {
            seconds: middle / 1_000.0,
            low: (middle - half).max(0.0) / 1_000.0,
            high: (middle + half) / 1_000.0,
        })
    }
}

/// Student's t: what one in ten exceeds.
fn quantile(freedom: usize) -> f64 {
    match freedom {
        0 | 1 => 3.08,
        2 => 1.89,
        3 => 1.64,
        4 => 1.53,
        5 => 1.48,
        6..=9 => 1.41,
        10..=20 => 1.34,
        _ => 1.29,
    }
}

#[cfg(test)]
mod tests;
