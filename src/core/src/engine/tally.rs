//! How much of each kind of work is done, is known, and took how long; and when that is told.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::member::Member;
use crate::progress::{Observed, ProgressEstimator, Waiting};
use crate::redis::Value;
use crate::time::Timestamp;

use super::write::Write;

/// How often progress is told at least.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// It is told earlier when another such part of the known objects is done.
const TOLD_PARTS: u64 = 10;

/// An export of fewer objects is over before anybody could look.
const WORTH_TELLING: u64 = 20;

/// Long pages are at work for long, so those that are done are shorter than those to come: by so much,
/// in exports of the sim's generated workspaces.
const LATER: f64 = 1.15;

/// And what is at work at any instant is mostly long: it counts for so many more.
const AT_WORK: f64 = 3.0;

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

    /// Counts what a script put into the frontier: how many pages, databases and data sources.
    pub fn found(&mut self, write: &Write, answer: &Value) {
        let place = match write {
            Write::Discover(_) => 5,
            Write::Verify { .. } | Write::Expire => 3,
            _ => 4,
        };
        let found = answer.items().get(place).map(Value::items);
        let tallies = [&mut self.pages, &mut self.databases, &mut self.data_sources];
        for (tally, found) in tallies.into_iter().zip(found.unwrap_or_default()) {
            let found = found.integer().and_then(|found| u64::try_from(found).ok());
            tally.found += found.unwrap_or_default();
        }
    }

    fn seen(&self, requests: u64, per_minute: u32) -> Observed {
        let kinds = [self.pages, self.databases, self.data_sources];
        let done = kinds.iter().map(|kind| kind.done).sum();
        let waiting: u64 = kinds.iter().map(Tally::waiting).sum();
        let request_ms = self.redis.millis.checked_div(self.redis.done);
        Observed {
            done,
            found: done + waiting,
            requests,
            per_minute: Some(per_minute),
            rebuilt: self.rebuilds.done,
            rebuild_ms: request_ms.unwrap_or_default() * REQUESTS_OF_A_REBUILD,
        }
    }
}

impl Tallies {
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
        // What is at work counts as several, unless it is known to need more still.
        let at_work = self.at_work as f64;
        let beyond = (self.queued as f64 / mean - at_work).max(at_work * AT_WORK);
        Waiting {
            objects,
            weight: Some(expected.sum::<f64>() / mean * LATER + beyond).filter(|_| requests > 0),
            rebuilds,
        }
    }

    /// How many pages, databases and data sources wait, where the frontier holds so many objects.
    pub fn waiting_by_kind(&self, objects: u64) -> [u64; 3] {
        let databases = self.databases.waiting().min(objects);
        let data_sources = self.data_sources.waiting().min(objects - databases);
        [objects - databases - data_sources, databases, data_sources]
    }
}

impl Outlook {
    /// Notes how far the export is with a write; gives what that write is to tell of it, if anything.
    pub fn observe(
        &mut self,
        now: Timestamp,
        mut tallies: Tallies,
        (requests, per_minute): (u64, u32),
        write: &Write,
    ) -> Option<Json> {
        tallies.count(write);
        let seen = tallies.seen(requests, per_minute);
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
