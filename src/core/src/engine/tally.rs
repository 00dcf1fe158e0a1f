//! How much of each kind of work is done, is known, and took how long; and when that is told.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::config::Settings;
use crate::member::Member;
use crate::progress::{Observed, ProgressEstimator, Waiting};
use crate::redis::Value;
use crate::time::Timestamp;

use super::budget::REBUILDS_AT_ONCE;
use super::write::Write;

/// How often progress is told at least.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// It is told earlier when another such part of the known objects is done.
const TOLD_PARTS: u64 = 10;

/// An export of fewer objects is over before anybody could look.
const WORTH_TELLING: u64 = 20;

/// Long pages are at work for long, so those that are done are shorter than those to come: by so much,
/// in exports of the sim's generated workspaces.
const LATER: f64 = 1.08;

/// The last page may be a long one, which is then at work alone: it takes as long as so many requests for each at work.
const ALONE: f64 = 20.0;

/// What an unchanged object takes that search has not shown: a request for it alone, or a line of a listing.
const REQUESTS_OF_AN_UNCHANGED: f64 = 0.33;

/// An export is like those before that also read so large a share of everything, or left so large a share of it alone.
const NEARLY_ALL: f64 = 0.9;

/// A read, a read of what is shown, and the commit: what a rebuild asks of Redis.
const REQUESTS_OF_A_REBUILD: u64 = 3;

/// One kind of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// How many were found.
    pub found: u64,
    /// How many are done.
    pub done: u64,
    /// How long those took in all; several are worked on at once.
    pub millis: u64,
    /// The requests to Notion that they took.
    pub requests: u64,
}

/// The work of an export, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tallies {
    /// Pages.
    pub pages: Tally,
    /// Databases.
    pub databases: Tally,
    /// Data sources.
    pub data_sources: Tally,
    /// Documents built again; how many wait only the frontier knows.
    pub rebuilds: Tally,
    /// Requests to Redis.
    pub redis: Tally,
    /// How many objects were at work last.
    pub at_work: u64,
    /// How many requests those were known to need still.
    pub queued: u64,
    /// Objects that this export has seen: listed in whatever version, or found otherwise.
    pub seen: u64,
    /// How many of those were listed in a version that the store did not hold, and in one that it did.
    pub listed: (u64, u64),
    /// What the full exports before this one came to; nothing where that does not tell.
    pub known: Option<Known>,
}

/// What full exports of the same scope came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// How many objects the last one has seen.
    pub seen: u64,
    /// The requests for objects in the last one that read nearly everything.
    pub whole: Option<u64>,
    /// The same of the last one that found nearly nothing changed.
    pub check: Option<u64>,
}

/// How fast an export goes, and what was told of that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outlook {
    /// Knows when it will be complete.
    pub estimator: ProgressEstimator,
    /// When progress was told last, and how many objects were done then.
    told: Option<(Timestamp, u64)>,
}

impl Tally {
    /// What one took, on average.
    pub fn mean(&self) -> Option<Duration> {
        let millis = self.millis.checked_div(self.done)?;
        Some(Duration::from_millis(millis))
    }

    /// How many are known to wait.
    pub fn waiting(&self) -> u64 {
        self.found.saturating_sub(self.done)
    }
}

impl Tallies {
    /// The tally of an object that is fetched, or built again.
    pub fn of(&mut self, member: Member, is_rebuild: bool) -> &mut Tally {
        match member {
            _ if is_rebuild => &mut self.rebuilds,
            Member::Page(_) => &mut self.pages,
            Member::Database(_) => &mut self.databases,
            Member::DataSource(_) => &mut self.data_sources,
        }
    }

    /// Counts what a write ends.
    pub fn count(&mut self, write: &Write) {
        if let Some((member, is_rebuild)) = write.ends() {
            self.of(member, is_rebuild).done += 1;
        }
    }

    /// Counts what a script put into the frontier: how many pages, databases and data sources;
    /// a listing shows as well what is stored in that version.
    pub fn found(&mut self, write: &Write, answer: &Value) {
        let place = match write {
            Write::Discover(_) => 5,
            Write::Verify { .. } | Write::Expire => 3,
            _ => 4,
        };
        let found = answer.items().get(place).map(Value::items);
        let tallies = [&mut self.pages, &mut self.databases, &mut self.data_sources];
        let mut put = 0;
        for (tally, found) in tallies.into_iter().zip(found.unwrap_or_default()) {
            let found = count(found);
            tally.found += found;
            put += found;
        }
        if let (Write::Discover(_), [_, _, changed, unchanged, ..]) = (write, answer.items()) {
            let (changed, unchanged) = (count(changed), count(unchanged));
            self.listed.0 += changed;
            self.listed.1 += unchanged;
            self.seen += changed + unchanged;
        } else {
            self.seen += put;
        }
    }

    /// What an export with these settings has done when it has sent so many requests to Notion.
    fn observed(&self, requests: u64, settings: &Settings) -> Observed {
        let kinds = [self.pages, self.databases, self.data_sources];
        let done = kinds.iter().map(|kind| kind.done).sum();
        let waiting: u64 = kinds.iter().map(Tally::waiting).sum();
        let requests_to_redis = self.redis.done * REBUILDS_AT_ONCE as u64;
        let rebuild_ms = (self.redis.millis * REQUESTS_OF_A_REBUILD).checked_div(requests_to_redis);
        let seen = Observed {
            done,
            found: done + waiting,
            requests,
            per_minute: Some(settings.rate_limit),
            rebuilt: self.rebuilds.done,
            rebuild_requests: 0,
            rebuild_ms: rebuild_ms.unwrap_or_default(),
        };
        // Runs come by the minute. Of a plan with few requests, which has little time of the processor as well,
        // each rebuild is taken to need its own.
        match settings.run_subrequests < settings.rate_limit {
            true => Observed {
                requests: requests
                    + self.redis.done
                    + self.rebuilds.done * (REQUESTS_OF_A_REBUILD - 1),
                per_minute: Some(settings.run_subrequests),
                rebuild_requests: REQUESTS_OF_A_REBUILD,
                ..seen
            },
            false => seen,
        }
    }

    /// What waits, where the frontier holds so much: each kind counts by the requests that it took so far.
    /// What an earlier export left waiting is of no kind here; most of it are pages.
    pub fn waiting(&self, objects: u64, rebuilds: u64) -> Waiting {
        let [pages, databases, data_sources] = self.waiting_by_kind(objects);
        let kinds = [
            (self.pages, pages),
            (self.databases, databases),
            (self.data_sources, data_sources),
        ];
        let sums = |(requests, done), (kind, _): &(Tally, u64)| {
            (requests + kind.requests, done + kind.done)
        };
        let (requests, done): (u64, u64) = kinds.iter().fold((0, 0), sums);
        let mean = requests as f64 / done.max(1) as f64;
        let expected = kinds.iter().map(|(kind, waiting)| {
            let each = match kind.done {
                0 => mean,
                done => kind.requests as f64 / done as f64,
            };
            each * *waiting as f64
        });
        // What is at work may be known to need more than others.
        let beyond = (self.queued as f64 / mean - self.at_work as f64).max(0.0);
        Waiting {
            objects,
            weight: Some(expected.sum::<f64>() / mean * LATER + beyond).filter(|_| requests > 0),
            more: self.unseen(mean),
            left: self.left(mean),
            alone: self.at_work.min(objects) as f64 * ALONE,
            rebuilds,
        }
    }

    /// For how many objects that take `mean` requests those count that a full export has yet to see.
    /// Of those that search hides as many have changed as of those that it shows.
    fn unseen(&self, mean: f64) -> Option<f64> {
        let unseen = self.known?.seen.saturating_sub(self.seen) as f64;
        let changed = self.changed();
        let each = REQUESTS_OF_AN_UNCHANGED + changed * (mean - REQUESTS_OF_AN_UNCHANGED);
        Some(unseen * each / mean).filter(|_| mean > 0.0)
    }

    /// The share of what was listed that the store did not hold in that version.
    fn changed(&self) -> f64 {
        let (changed, unchanged) = self.listed;
        changed as f64 / (changed + unchanged).max(1) as f64
    }

    /// For how many objects that take `mean` requests those count that are left, by the last export that was like this one.
    fn left(&self, mean: f64) -> Option<f64> {
        let known = self.known?;
        let requests = match self.changed() {
            changed if changed >= NEARLY_ALL => known.whole?,
            changed if changed <= 1.0 - NEARLY_ALL => known.check?,
            _ => return None,
        };
        let left = requests.saturating_sub(self.requests()) as f64 / mean;
        Some(left).filter(|_| mean > 0.0)
    }

    /// What is known of full exports when this one is over.
    pub fn known_after(&self) -> Known {
        let before = self.known.unwrap_or_default();
        let requests = Some(self.requests());
        Known {
            seen: self.seen,
            whole: requests
                .filter(|_| self.changed() >= NEARLY_ALL)
                .or(before.whole),
            check: requests
                .filter(|_| self.changed() <= 1.0 - NEARLY_ALL)
                .or(before.check),
        }
    }

    /// The requests to Notion that the objects took which are done.
    fn requests(&self) -> u64 {
        let kinds = [self.pages, self.databases, self.data_sources];
        kinds.iter().map(|kind| kind.requests).sum()
    }

    /// How many pages, databases and data sources wait, where the frontier holds so many objects.
    pub fn waiting_by_kind(&self, objects: u64) -> [u64; 3] {
        let databases = self.databases.waiting().min(objects);
        let data_sources = self.data_sources.waiting().min(objects - databases);
        [objects - databases - data_sources, databases, data_sources]
    }
}

fn count(value: &Value) -> u64 {
    let count = value.integer().and_then(|count| u64::try_from(count).ok());
    count.unwrap_or_default()
}

impl Outlook {
    /// Notes how far the export is with a write; gives what that write is to tell of it, if anything.
    pub fn observe(
        &mut self,
        now: Timestamp,
        mut tallies: Tallies,
        (requests, settings): (u64, &Settings),
        write: &Write,
    ) -> Option<Json> {
        tallies.count(write);
        let seen = tallies.observed(requests, settings);
        self.estimator.observe(now, seen);
        let (told_at, told) = *self.told.get_or_insert((now, 0));
        let part = seen.found / TOLD_PARTS;
        let is_due = now.since(told_at) >= TOLD_EVERY || seen.done >= told.saturating_add(part);
        let tells = matches!(write, Write::CommitPage(_)) && seen.found >= WORTH_TELLING;
        if !is_due || !tells {
            return None;
        }
        self.told = Some((now, seen.done));
        let waiting = tallies.waiting(seen.found - seen.done, 0);
        let eta = self.estimator.estimate(waiting);
        Some(json!({ "done": seen.done, "waiting": waiting.objects, "eta": eta }))
    }
}
