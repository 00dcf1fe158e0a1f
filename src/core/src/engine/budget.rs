//! When a run has had enough, and how much work it may have at once.

use std::time::Duration;

use crate::config::Settings;
use crate::time::Timestamp;

use super::effect::Outcome;
use super::lane::Turn;
use super::unit::{BlockKeys, REQUESTS_TO_END, Unit};
use super::work::Active;
use super::{Closing, Engine, PATIENCE, RENEWAL};

/// Requests to Redis that end a run: the event that the export is complete, the release.
const REQUESTS_TO_END_A_RUN: u32 = 2;

/// The same, and taking the lease, the object, and what an earlier run saved of it.
const REQUESTS_OF_A_RUN: u32 = REQUESTS_TO_END_A_RUN + 3;

/// How many requests of a document that is built again are those of the others as well: all are read in one.
const REQUESTS_SHARED: u32 = 3;

/// How long the documents are on average at most that are built again at once: half of what is large.
const BYTES_OF_A_REBUILD: usize = 32 * 1024;

/// How many documents are built again at once. All that are not large fit into one answer of Redis.
pub const REBUILDS_AT_ONCE: usize = 16;

/// What a byte of an answer takes of the processor: it is parsed, built into a document and written out.
/// Measured by `npm run bench -- cpu`: 35 for a page of 5 MB, 53 for one of 0.1 MB.
const NANOS_PER_BYTE: u64 = 60;

/// What an effect takes beside its bytes, by the same measurement.
const CPU_OF_AN_EFFECT: Duration = Duration::from_micros(75);

/// What a run may use of the processor and what it has used, as far as bytes tell.
#[derive(Debug)]
pub struct Cpu {
    all: Duration,
    used: Duration,
    /// Whether what an earlier run had fetched is read in this one.
    has_recalled: bool,
}

impl Cpu {
    pub fn of_a_run(settings: &Settings) -> Self {
        Self {
            all: settings.run_cpu,
            used: Duration::ZERO,
            has_recalled: false,
        }
    }

    /// Charges what so many bytes take.
    pub fn spend(&mut self, bytes: usize) {
        self.used = self.used.saturating_add(cpu_of(bytes));
    }

    /// Charges so many bytes of what an earlier run fetched, if this one may read them.
    pub fn recall(&mut self, bytes: usize) -> bool {
        let may = self.lets(bytes);
        if may {
            self.spend(bytes);
            self.has_recalled = true;
        }
        may
    }

    /// Whether so many bytes of what an earlier run fetched may be read: the first of a run that has just begun,
    /// whatever they take, and more while that leaves half of the run for going on with them.
    fn lets(&self, bytes: usize) -> bool {
        let is_first = !self.has_recalled && self.used <= self.all / 4;
        is_first || self.used.saturating_add(cpu_of(bytes)) <= self.all / 2
    }

    fn left(&self) -> Duration {
        self.all.saturating_sub(self.used)
    }

    pub fn is_used_up(&self) -> bool {
        self.left().is_zero()
    }
}

impl Engine {
    /// Stops beginning work when time or requests run out, or when there is only waiting left to do.
    pub(super) fn close_if_spent(&mut self, now: Timestamp) {
        let is_used_up = now >= self.deadline
            || self.subrequests_left <= self.reserve()
            || self.cpu.is_used_up();
        if is_used_up || self.is_held_up() {
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

    /// Whether all that is left to do needs more of the processor than this run has.
    fn is_held_up(&self) -> bool {
        let mut active = self.active.iter();
        let waits = |active: &Active| active.unit.recalls().is_some_and(|it| !self.cpu.lets(it));
        self.lane.is_idle() && !self.active.is_empty() && active.all(waits)
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

    /// How many units may be at work: while `WORKERS` ask Notion, half as many more are read from Redis or written to it.
    /// No more than the rest of the budget can bring to an end; at least one is tried.
    pub(super) fn room(&self) -> usize {
        let each = REQUESTS_TO_END.saturating_mul(2);
        let affordable = self.subrequests_left.saturating_sub(REQUESTS_TO_END_A_RUN) / each;
        let workers = self.settings.workers;
        workers
            .saturating_add(workers / 2)
            .min(usize::try_from(affordable).unwrap_or(usize::MAX))
            .max(1)
    }

    /// How many documents can be built again at once, beside the work that does not end with these turns:
    /// Notion is not asked for them, and they share requests.
    pub(super) fn room_for_rebuilds(&self, ending: &[Turn]) -> usize {
        let block_keys = self.block_keys();
        let others = self.others(ending);
        let at_work = others.map(|active| active.unit.requests_to_end(block_keys));
        let alone = REQUESTS_TO_END_A_RUN + REQUESTS_TO_END + REQUESTS_SHARED;
        let alone = at_work.fold(alone, u32::saturating_add);
        let each = REQUESTS_TO_END - REQUESTS_SHARED + 1;
        let affordable = self.subrequests_left.saturating_sub(alone) / each;
        let by_cpu = self.cpu.left().as_nanos() / cpu_of(BYTES_OF_A_REBUILD).as_nanos();
        REBUILDS_AT_ONCE
            .min(usize::try_from(affordable).unwrap_or(usize::MAX))
            .min(usize::try_from(by_cpu).unwrap_or(usize::MAX))
            .max(1)
    }

    /// How many requests to Redis end the work that is under way, and the run.
    fn reserve(&self) -> u32 {
        let block_keys = self.block_keys();
        let (mut reserve, mut is_read) = (REQUESTS_TO_END_A_RUN, false);
        // Those that wait to be alone are cut where the run ends first; one has to be possible.
        let waits = |active: &&Active| active.unit.has_yet_to_be_alone();
        let first = self.active.iter().find(waits).map(|active| active.number);
        for active in &self.active {
            if waits(&active) && Some(active.number) != first {
                continue;
            }
            let joins = active.unit.is_rebuild() && active.unit.may_join_others();
            let to_end = active.unit.requests_to_end(block_keys);
            reserve = reserve.saturating_add(match joins && is_read {
                true => to_end.saturating_sub(REQUESTS_SHARED),
                false => to_end,
            });
            is_read |= joins;
        }
        reserve
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
        let renewal = self
            .lane
            .is_idle()
            .then(|| self.last_write_at.plus(RENEWAL));
        let instants = [
            redis.map(|pending| pending.ready_at),
            self.next_ask(),
            due,
            renewal,
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
