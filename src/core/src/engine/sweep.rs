//! The sweep: everything that the store holds is read again once in a while, whatever its version.
//!
//! Permissions, formulas, rollups and what a database shows change without a word of it in search.
//! A batch of objects goes into the frontier, each to be due at a time of its own, so that the reading is spread evenly.

use std::time::Duration;

use crate::redis::Value;
use crate::time::Timestamp;

use super::Engine;
use super::job::Job;
use super::state::Sweep;
use super::write::Sweeping;

/// The least time between two batches; and what the rate is counted over.
const MINUTE: Duration = Duration::from_secs(60);

/// The share of the requests that the sweep may take, as one of so many.
const SHARE: u32 = 10;

/// More objects than a batch has: Redis may give all of a short hash at once.
const MOST_AT_ONCE: u32 = 1_000;

/// Requests that reading an object again takes, about.
const REQUESTS: u32 = 5;

impl Engine {
    /// Whether the batch before is done, at the end of an export that looked at what changed.
    pub(super) fn is_sweep_due(&self, now: Timestamp) -> bool {
        let is_for_changes = self
            .state
            .export
            .as_ref()
            .is_some_and(|export| export.job == Job::Changes);
        // A clock that was ahead may have put it off for longer than any batch takes.
        let Sweeping { within, apart, .. } = self.sweeping();
        let longest = within.max(apart.saturating_mul(MOST_AT_ONCE));
        let wait = self.state.sweep.next_at.since(now);
        is_for_changes && (wait.is_zero() || wait > longest)
    }

    /// The next batch: everything within the time in which everything is listed anew, if that takes few requests.
    pub(super) fn sweeping(&self) -> Sweeping {
        Sweeping {
            cursor: self.state.sweep.cursor.clone(),
            batch_size: self.settings.batch_size,
            within: self.settings.reconcile_interval,
            apart: MINUTE * REQUESTS * SHARE / self.settings.rate_limit.max(1),
        }
    }

    /// Notes how far it came.
    pub(super) fn swept(&mut self, now: Timestamp, answer: &Value) {
        let text = |place: usize| answer.items().get(place).and_then(Value::text);
        let due = text(3).and_then(|due| Some(Timestamp::from_millis(due.parse().ok()?)));
        self.state.sweep = Sweep {
            cursor: text(2).unwrap_or_else(|| "0".to_owned()),
            // A batch may hold nothing.
            next_at: due.unwrap_or_default().max(now.plus(MINUTE)),
        };
    }
}
