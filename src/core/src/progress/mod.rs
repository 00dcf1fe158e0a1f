//! When an export will be complete: a duration, and the interval that it lies in four times out of five.
//!
//! Pure, and usable alone. How many requests are still to come is uncertain; how long they take is not, once it is seen
//! how they come (`bursts`). So an estimate is made of three numbers of requests: the likely one, one that is exceeded
//! nine times out of ten, and one that is exceeded once.
//! What its constants say was measured in exports of the sim's generated workspaces.

mod bursts;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use bursts::{Bursts, PAUSE_MS, millis};

/// How far what an object needs is from what they need on average: a standard deviation, in averages.
/// Most pages are short, and a few long ones are much of the work.
const SPREAD: f64 = 1.3;

/// How far what is yet to be found is from what is expected, in the same way.
const SPREAD_OF_MORE: f64 = 0.35;

/// How far an export is from one before that was like it: a standard deviation, as a share of all that it does.
const SPREAD_OF_EXPORTS: f64 = 0.08;

/// The share of objects that lead to another one is not believed to be higher.
const MAX_GROWTH: f64 = 0.8;

/// One time in ten more comes than so many standard deviations above what is likely, and one time in ten less.
const ONE_IN_TEN: f64 = 1.28;

/// How far rebuilds are from what is expected, one time in ten.
const REBUILDS_APART: f64 = 0.35;

/// How far the time of a request is from what it was, one time in ten; and that the end takes a moment of its own, in ms.
const PACE_APART: f64 = 0.04;
const MOMENT_MS: f64 = 1_000.0;

/// Fewer tell too little: objects, requests, rebuilds.
const ENOUGH: u64 = 3;

/// Estimates when an export will be complete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProgressEstimator {
    last: Option<(Timestamp, Observed)>,
    /// How many objects were found before the first was done: what was listed is no growth.
    listed: Option<u64>,
    bursts: Bursts,
    /// Rebuilds while nothing was fetched, and the ms that they took.
    rebuilt: u64,
    rebuilding_ms: u64,
}

/// What has happened up to an instant, in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Observed {
    /// Objects that are done.
    pub done: u64,
    /// Objects that are done or known to wait.
    pub found: u64,
    /// Requests that were sent, of the kind that a minute allows the fewest of.
    pub requests: u64,
    /// How many of them a minute allows, where that is known.
    pub per_minute: Option<u32>,
    /// Documents that were built again.
    pub rebuilt: u64,
    /// How many of those requests building a document again takes.
    pub rebuild_requests: u64,
    /// What it is expected to take, in ms, before it was seen.
    pub rebuild_ms: u64,
}

/// What is known to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Waiting {
    /// Objects to be fetched.
    pub objects: u64,
    /// For how many of those that are done they count, where they are known not to be like them.
    pub weight: Option<f64>,
    /// For how many those count that are yet to be found, where that is known from elsewhere than this export.
    pub more: Option<f64>,
    /// For how many all that is to come counts, by an earlier export that was like this one.
    pub left: Option<f64>,
    /// For how many requests the last objects may be worked on alone, in those that are otherwise made in that time.
    pub alone: f64,
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

/// For how many objects what is to come counts.
struct Guess {
    objects: f64,
    variance: f64,
}

impl Guess {
    /// Both together: the more certain one counts for more.
    fn and(&self, other: Self) -> Self {
        let weights = self.variance + other.variance;
        Self {
            objects: (self.objects * other.variance + other.objects * self.variance) / weights,
            variance: self.variance * other.variance / weights,
        }
    }
}

impl ProgressEstimator {
    /// Notes how far the export is; the numbers never fall.
    pub fn observe(&mut self, now: Timestamp, seen: Observed) {
        let before = self.last.replace((now, seen));
        let Some((at, before)) = before.filter(|_| self.listed.is_some()) else {
            if seen.done > 0 {
                self.listed = Some(seen.found);
                self.bursts = Bursts::begin(now, seen.requests);
            }
            return;
        };
        let sent = seen.requests.saturating_sub(before.requests);
        self.bursts.add(now, sent);
        let rebuilt = seen.rebuilt.saturating_sub(before.rebuilt);
        let took = millis(now, at);
        if rebuilt > 0 && seen.done == before.done && took < PAUSE_MS {
            self.rebuilt = self.rebuilt.saturating_add(rebuilt);
            self.rebuilding_ms = self.rebuilding_ms.saturating_add(took);
        }
    }

    /// When the last observation was.
    pub fn observed_at(&self) -> Option<Timestamp> {
        self.last.map(|(at, _)| at)
    }

    /// How long it will still take; nothing while too little was seen to tell.
    pub fn estimate(&self, waiting: Waiting) -> Option<Estimate> {
        let (now, seen) = self.last?;
        if seen.done < ENOUGH || self.bursts.seen() < ENOUGH {
            return None;
        }
        let done = seen.done as f64;
        let known = waiting.weight.unwrap_or(waiting.objects as f64);
        let more = waiting
            .more
            .unwrap_or_else(|| self.more(seen, waiting.objects));
        let rebuilds = rebuilds(seen, waiting, waiting.objects as f64 + more);
        let of_rebuilds = seen.rebuild_requests.saturating_mul(seen.rebuilt);
        let each = seen.requests.saturating_sub(of_rebuilds) as f64 / done;
        // What an object needs is known from those that are done, and those to come differ as much.
        let count = (waiting.objects as f64 + more).max(1.0);
        let of_objects = SPREAD.powi(2) * (1.0 / count + 1.0 / done);
        let of_more = (SPREAD_OF_MORE * more / count).powi(2);
        let objects = known + more;
        let counted = Guess {
            objects,
            variance: (of_objects + of_more) * objects.max(1.0).powi(2),
        };
        let guess = match waiting.left {
            Some(left) => counted.and(Guess {
                objects: left,
                variance: (SPREAD_OF_EXPORTS * (done + left)).powi(2),
            }),
            None => counted,
        };
        let spread = guess.variance.sqrt() / guess.objects.max(1.0);
        let factor = (ONE_IN_TEN * spread).exp();
        let alone_ms = waiting.alone * self.bursts.each_ms();
        let taken = |factor: f64, of_rebuilds: f64, of_alone: f64| {
            let rebuilds = rebuilds * of_rebuilds;
            let of_objects = guess.objects * each * factor;
            let requests = of_objects + rebuilds * seen.rebuild_requests as f64;
            let fetching = self.bursts.millis(now, requests, seen.per_minute);
            fetching + alone_ms * of_alone + rebuilds * self.rebuild_ms(seen)
        };
        let low = taken(1.0 / factor, 1.0 - REBUILDS_APART, 0.0) * (1.0 - PACE_APART) - MOMENT_MS;
        let high = taken(factor, 1.0 + REBUILDS_APART, 1.0) * (1.0 + PACE_APART) + MOMENT_MS;
        Some(Estimate {
            seconds: taken(1.0, 1.0, 0.5) / 1_000.0,
            low: low.max(0.0) / 1_000.0,
            high: high / 1_000.0,
        })
    }

    /// How many objects are yet to be found, as each of those that wait may lead to others as those did that are done.
    /// What leads to many comes first, so it is less and less.
    fn more(&self, seen: Observed, waiting: u64) -> f64 {
        let (done, waiting) = (seen.done as f64, waiting as f64);
        let grown = seen.found.saturating_sub(self.listed.unwrap_or_default());
        let growth = (grown as f64 / done).min(MAX_GROWTH);
        let to_come = (waiting / (waiting + done)).powi(2);
        waiting * growth / (1.0 - growth) * to_come
    }

    /// What a rebuild takes, in ms.
    fn rebuild_ms(&self, seen: Observed) -> f64 {
        match self.rebuilt < ENOUGH {
            true => seen.rebuild_ms as f64,
            false => self.rebuilding_ms as f64 / self.rebuilt as f64,
        }
    }
}

/// How many rebuilds are to come while `objects` are to be fetched: those lead to some as well, and one of them in seven
/// to another, until every document has been built again.
fn rebuilds(seen: Observed, waiting: Waiting, objects: f64) -> f64 {
    let (done, known) = (seen.done as f64, waiting.rebuilds as f64);
    let most = (done + objects - seen.rebuilt as f64).max(known);
    (1.15 * known * (1.0 + objects / done)).min(most)
}

#[cfg(test)]
mod tests;
