//! The right to write: taken at the beginning of a run, carried by every write, given back at its end.

use crate::failure::Failure;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::effect::Outcome;
use super::job::Job;
use super::lane::{Pending, Turn};
use super::state::{Counts, Held, LastRun, State, kept};
use super::write::{Header, Verdict, Write, acquire};
use super::{Closing, Engine, LEASE, PATIENCE, Phase};

/// How often a request to Redis is sent before the run gives up.
const REDIS_ATTEMPTS: u32 = 5;

impl Engine {
    /// The request that takes the lease.
    pub(super) fn acquisition(&self, now: Timestamp) -> Pending {
        let call = acquire(
            &self.keys,
            &self.run,
            now,
            now.plus(LEASE),
            now.plus(PATIENCE),
        );
        Pending::new(
            vec![Command::by_digest(&call)],
            Some(call.script),
            None,
            now,
        )
    }

    /// A write with its header: the state that it saves counts what it writes.
    pub(super) fn prepared(&mut self, turn: Turn, write: Write, now: Timestamp) -> Pending {
        self.sequence += 1;
        self.last_write_at = now;
        // When a run ends, what was cut still needs what it needed.
        if self.closing.is_none() {
            let queued: usize = self.others(turn).map(|active| active.unit.queued()).sum();
            let at_work = self.others(turn).count();
            if let Some(export) = self.state.export.as_mut() {
                export.tallies.queued = u64::try_from(queued).unwrap_or_default();
                export.tallies.at_work = u64::try_from(at_work).unwrap_or_default();
            }
        }
        let progress = self.state.export.as_mut().and_then(|export| {
            let progress = export.outlook.observe(
                now,
                export.tallies,
                (export.counts.requests, self.settings.rate_limit),
                &write,
            )?;
            Some(progress.to_string())
        });
        let mut state = self.state.clone();
        if let Some(export) = state.export.as_mut() {
            write.count(&mut export.counts);
            export.tallies.count(&write);
        }
        state.started = self.limiter.log(now);
        state.down_until = self.breaker.open_until();
        state.paused_until = self.limiter.pause_after(now);
        state.not_before = state.not_before.max(state.paused_until);
        let header = Header {
            keys: &self.keys,
            run: &self.run,
            fencing: self.fencing,
            sequence: self.sequence,
            lease_until: now.plus(LEASE),
            state: serde_json::to_string(&state)
                .expect("the state holds only strings, numbers and lists"),
            export: self.state.export.as_ref().map_or(0, |export| export.number),
            job: self
                .state
                .export
                .as_ref()
                .map_or(Job::All, |export| export.job),
            scope: &self.settings.scope,
            now,
            wanted: self.wanted(turn, &write),
            active: self
                .others(turn)
                .filter_map(|active| active.unit.member())
                .collect(),
            progress: progress.unwrap_or_default(),
        };
        let call = write.call(&header);
        Pending::new(
            vec![Command::by_digest(&call)],
            Some(call.script),
            Some(write),
            now,
        )
    }

    /// What ends the run: the state as the next one is to find it.
    pub(super) fn release(&mut self, now: Timestamp) -> Write {
        let closing = self.closing.clone().unwrap_or(Closing {
            outcome: Outcome::Advanced,
            not_before: None,
        });
        let (outcome, problem) = match &closing.outcome {
            Outcome::Complete => ("complete", None),
            Outcome::Stopped(problem) => ("stopped", Some(kept(problem.clone()))),
            Outcome::Advanced | Outcome::Busy | Outcome::Early(_) => ("advanced", None),
        };
        self.state.last_run = Some(LastRun {
            at: now,
            outcome: outcome.to_owned(),
            problem,
        });
        let paused_until = self.limiter.pause_after(now);
        let not_before = closing.not_before.max(paused_until);
        self.state.not_before = not_before;
        Write::Release {
            not_before,
            paused_until,
            unused: self.number,
            cut: self.uncounted(),
        }
    }

    /// Takes the answer of whatever is on its way to Redis.
    pub(super) fn served(&mut self, now: Timestamp, values: &[Value]) {
        let (Some(pending), Some(turn)) = (self.lane.pending.take(), self.lane.holder) else {
            return;
        };
        if let Some(export) = self.state.export.as_mut() {
            let took = now.since(pending.sent_at).as_millis();
            export.tallies.redis.done += 1;
            export.tallies.redis.millis += u64::try_from(took).unwrap_or_default();
        }
        if turn == Turn::Acquire {
            self.lane.holder = None;
            return self.acquired(now, values.first());
        }
        let Some(write) = pending.write else {
            self.counts(|counts| {
                counts.redis_commands += u64::try_from(pending.commands.len()).unwrap_or(0)
            });
            return self.unit_read(turn, values);
        };
        let Some((verdict, cost)) = values.first().and_then(Verdict::of) else {
            return self.give_up(format!(
                "redis answered {:?} with something else",
                pending.script
            ));
        };
        if verdict == Verdict::Stale {
            self.phase = Phase::Over(Outcome::Busy);
            return;
        }
        let is_changed = match (&write, verdict) {
            // The first answer was lost: it may have said so.
            (Write::CommitPage(_), Verdict::Repeated) => true,
            (Write::CommitPage(_), _) => word_of(values.first()) == "changed",
            _ => false,
        };
        let answer = values.first().unwrap_or(&Value::Nil);
        if let Some(export) = self.state.export.as_mut() {
            export.counts.redis_commands += cost;
            export.counts.changed += u64::from(is_changed);
            export.tallies.found(&write, answer);
            if !matches!(verdict, Verdict::PathTaken | Verdict::Held) {
                write.count(&mut export.counts);
                export.tallies.count(&write);
            }
        }
        if matches!(write, Write::Remove(_)) {
            self.removed(values.first(), verdict);
        }
        if matches!(write, Write::Discover(_)) {
            self.frontier.is_worth_a_look = true;
        }
        self.heed(write.orders(values.first()));
        if let (Write::CommitPage(commit), Some(written)) = (&write, &mut self.written)
            && verdict != Verdict::PathTaken
        {
            written.push(commit.page.id);
        }
        if let Some(object) = write.exported().filter(|_| verdict != Verdict::PathTaken) {
            self.state.forget_error(&object);
        }
        self.written(now, turn, verdict, answer);
    }

    /// Notes what stays because too many pages would go, and that they go again.
    fn removed(&mut self, answer: Option<&Value>, verdict: Verdict) {
        let word = word_of(answer);
        match (verdict, word.split_once(" of ")) {
            (Verdict::Held, Some((pages, of))) => {
                let export = self.state.export.as_ref().map_or(0, |export| export.number);
                self.state.held = Some(Held {
                    export,
                    pages: pages.parse().unwrap_or_default(),
                    of: of.parse().unwrap_or_default(),
                });
            }
            (Verdict::Done, _) if word == "went" => self.state.held = None,
            _ => {}
        }
    }

    fn acquired(&mut self, now: Timestamp, answer: Option<&Value>) {
        let items = answer.map(Value::items).unwrap_or_default();
        let text = |place: usize| items.get(place).and_then(Value::text).unwrap_or_default();
        match text(0).as_str() {
            "held" => self.phase = Phase::Over(Outcome::Busy),
            "early" => {
                let not_before = text(2).parse().map(Timestamp::from_millis).unwrap_or(now);
                self.phase = Phase::Over(Outcome::Early(not_before));
            }
            "ok" => match (text(2).parse(), State::parse(&text(3))) {
                (Ok(fencing), Ok(state)) => {
                    self.fencing = fencing;
                    self.heed(Some(text(5)));
                    self.number = text(6).parse().ok();
                    self.begin(state, now);
                    if !self.is_urgent() {
                        self.frontier = self.frontier_from(&text(4), now);
                    }
                    let cost = items.get(1).and_then(Value::integer).unwrap_or_default();
                    self.counts(|counts| {
                        counts.redis_commands += u64::try_from(cost).unwrap_or_default()
                    });
                }
                (_, Err(problem)) => self.give_up(problem),
                (Err(_), _) => self.give_up("redis gave a lease without a number".to_owned()),
            },
            _ => self.give_up("redis answered the call for a lease with something else".to_owned()),
        }
    }

    /// Gives up when the same request to Redis failed too often.
    pub(super) fn stop_if_hopeless(&mut self, problem: &str) {
        if self
            .lane
            .pending
            .as_ref()
            .is_some_and(|pending| pending.attempts >= REDIS_ATTEMPTS)
        {
            self.give_up(format!("redis does not answer as it should: {problem}"));
        }
    }

    /// Takes a refusal of Redis: a unit's write fails that unit, anything else ends the run.
    pub(super) fn refused(&mut self, failure: &Failure) {
        let turn = self.lane.holder;
        let is_a_units = !matches!(failure, Failure::Unauthorized(_))
            && matches!(turn, Some(Turn::Unit(number)) if self.unit_refused(number, failure));
        if is_a_units {
            self.lane.pending = None;
        } else {
            self.give_up(format!("redis refuses: {failure}"));
        }
    }

    /// Ends the run where nothing can be written any more.
    pub(super) fn give_up(&mut self, problem: String) {
        self.phase = Phase::Over(Outcome::Stopped(problem));
    }

    /// Changes the counts of the export that is under way.
    pub(super) fn counts(&mut self, change: impl FnOnce(&mut Counts)) {
        if let Some(export) = self.state.export.as_mut() {
            change(&mut export.counts);
        }
    }
}

/// The word of its own that a script answers.
fn word_of(answer: Option<&Value>) -> String {
    let word = answer.and_then(|answer| answer.items().get(2)?.text());
    word.unwrap_or_default()
}
