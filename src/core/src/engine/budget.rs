//! When a run has had enough, and how much work it may have at once.

use crate::time::Timestamp;

use super::effect::Outcome;
use super::unit::REQUESTS_TO_END;
use super::{Closing, Engine, PATIENCE};

/// Requests to Redis that end a run: the event that the export is complete, the release.
const REQUESTS_TO_END_A_RUN: u32 = 2;

impl Engine {
    /// Stops beginning work when time or requests run out, or when there is only waiting left to do.
    pub(super) fn close_if_spent(&mut self, now: Timestamp) {
        let units = self
            .active
            .iter()
            .map(|active| active.unit.requests_to_end());
        let reserve = units.fold(REQUESTS_TO_END_A_RUN, u32::saturating_add);
        if now >= self.deadline || self.subrequests_left <= reserve {
            self.close_for(Outcome::Advanced);
        } else if self.lane.is_idle() && !self.is_asking() {
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
        let each = REQUESTS_TO_END.saturating_mul(2);
        let affordable = self.subrequests_left.saturating_sub(REQUESTS_TO_END_A_RUN) / each;
        self.settings
            .workers
            .min(usize::try_from(affordable).unwrap_or(usize::MAX))
            .max(1)
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

    /// When the next request to Notion may start.
    fn next_ask(&self) -> Option<Timestamp> {
        let favoured = self.favoured();
        let asked = self
            .active
            .iter()
            .filter(|active| favoured.is_none_or(|number| number == active.number))
            .filter_map(|active| active.asked.as_ref());
        let ready = asked
            .filter(|asked| asked.ticket.is_none())
            .map(|asked| asked.ready_at)
            .min()?;
        Some(ready.max(self.limiter.next_start()))
    }

    fn is_asking(&self) -> bool {
        self.active.iter().any(|active| {
            active
                .asked
                .as_ref()
                .is_some_and(|asked| asked.ticket.is_some())
        })
    }
}
