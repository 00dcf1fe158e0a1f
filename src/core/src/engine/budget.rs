//! When a run has had enough, and how much work it may have at once.

use std::time::Duration;

use crate::config::Settings;
use crate::time::Timestamp;

use super::effect::Outcome;
use super::unit::{BlockKeys, REQUESTS_TO_END, Unit};
use super::{Closing, Engine, PATIENCE};

/// Requests to Redis that end a run: the event that the export is complete, the release.
const REQUESTS_TO_END_A_RUN: u32 = 2;

/// The same, and taking the lease, the object, and what an earlier run saved of it.
const REQUESTS_OF_A_RUN: u32 = REQUESTS_TO_END_A_RUN + 3;

/// How many documents are built again at once. All that are not large fit into one answer of Redis.
const REBUILDS_AT_ONCE: usize = 16;

/// What a byte of an answer takes of the processor: it is parsed, built into a document and written out.
/// Measured by `npm run bench -- cpu`: 45 for a page of 5 MB, 70 for one of 0.1 MB.
const NANOS_PER_BYTE: u64 = 60;

/// What an effect takes beside its bytes, by the same measurement.
const CPU_OF_AN_EFFECT: Duration = Duration::from_micros(75);

impl Engine {
    /// Stops beginning work when time or requests run out, or when there is only waiting left to do.
    pub(super) fn close_if_spent(&mut self, now: Timestamp) {
        let units = self
            .active
            .iter()
            .map(|active| active.unit.requests_to_end(self.block_keys()));
        let reserve = units.fold(REQUESTS_TO_END_A_RUN, u32::saturating_add);
        let is_cpu_used = self.cpu >= self.settings.run_cpu;
        if now >= self.deadline || self.subrequests_left <= reserve || is_cpu_used {
            self.close_for(Outcome::Advanced);
        } else if self.lane.is_idle() && self.in_flight().next().is_none() {
            let due = self.frontier.next_due.filter(|_| self.active.is_empty());
            let waiting = self
                .next_ask()
                .or(due)
                .filter(|instant| *instant > now.plus(PATIENCE));
            if waiting.is_some() {
                self.close_until(Outcome::Advanced, waiting);
            }
        }
    }

    /// Begins no more work in this run.
    pub(super) fn close_for(&mut self, outcome: Outcome) {
        self.close_until(outcome, None);
    }

    /// Begins no more work in this run, and none in another before that instant.
    pub(super) fn close_until(&mut self, outcome: Outcome, not_before: Option<Timestamp>) {
        self.closing.get_or_insert(Closing {
            outcome,
            not_before,
        });
    }

    /// How many units the rest of the budget can bring to an end; at least one is tried.
    pub(super) fn room(&self) -> usize {
        self.settings.workers.min(self.affordable()).max(1)
    }

    /// The same of those that are built again: Notion is not asked for them, and they share their requests.
    pub(super) fn room_for_rebuilds(&self) -> usize {
        REBUILDS_AT_ONCE.min(self.affordable()).max(1)
    }

    fn affordable(&self) -> usize {
        let each = REQUESTS_TO_END.saturating_mul(2);
        let affordable = self.subrequests_left.saturating_sub(REQUESTS_TO_END_A_RUN) / each;
        usize::try_from(affordable).unwrap_or(usize::MAX)
    }

    /// When something can happen without a reply.
    pub(super) fn next_instant(&self, now: Timestamp) -> Option<Timestamp> {
        let redis = self
            .lane
            .pending
            .as_ref()
            .filter(|pending| pending.ticket.is_none());
        let due = self
            .frontier
            .next_due
            .filter(|_| self.active.is_empty() && self.lane.is_idle());
        let instants = [
            redis.map(|pending| pending.ready_at),
            self.next_ask(),
            due,
            Some(self.deadline),
        ];
        instants
            .into_iter()
            .flatten()
            .filter(|instant| *instant > now)
            .min()
    }
}

/// What an effect takes of the processor whose answer has so many bytes.
pub fn cpu_of(bytes: usize) -> Duration {
    CPU_OF_AN_EFFECT.saturating_add(Duration::from_nanos(
        u64::try_from(bytes)
            .unwrap_or(u64::MAX)
            .saturating_mul(NANOS_PER_BYTE),
    ))
}

/// Whether a run can hold the work that ends this unit, if it does nothing else:
/// taking its page up again, building it and writing it.
pub fn fits(unit: &Unit, settings: &Settings, block_keys: BlockKeys) -> bool {
    let requests = unit
        .requests_to_end(block_keys)
        .saturating_add(REQUESTS_OF_A_RUN);
    cpu_of(unit.bytes()) <= settings.run_cpu && requests <= settings.run_subrequests
}
