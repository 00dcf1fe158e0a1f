//! The right to write: taken at the beginning of a run, carried by every write, given back at its end.

use crate::failure::Failure;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::effect::Outcome;
use super::job::Job;
use super::lane::{Part, Pending, Turn};
use super::state::{Counts, Held, LastRun, State, kept};
use super::unit::LaneStep;
use super::write::{Header, Verdict, Write, acquire};
use super::{Closing, Engine, Frontier, LEASE, LEASE_PAUSES, PATIENCE, Phase};

/// How often a request to Redis is sent before the run gives up.
const REDIS_ATTEMPTS: u32 = 5;

impl Engine {
    /// The request that takes the lease.
    pub(super) fn acquisition(&self, now: Timestamp) -> Pending {
        let at = now.max(self.acquires_at);
        let call = acquire(
            &self.keys,
            &self.run,
            at,
            at.plus(LEASE),
            at.plus(PATIENCE),
            self.builder.rule.is_some(),
            self.settings.is_tick,
        );
        let part = Part {
            turn: Turn::Acquire,
            commands: vec![Command::by_digest(&call)],
            script: Some(call.script),
            write: None,
            sequence: 0,
        };
        Pending::new(vec![part], at)
    }

    /// Another run has the lease: this one asks again in a moment, or ends.
    fn lease_refused(&mut self, now: Timestamp) {
        let pause = LEASE_PAUSES.get(self.refusals);
        self.refusals += 1;
        match pause.filter(|_| !self.settings.searches) {
            Some(pause) => self.acquires_at = now.plus(*pause),
            None => self.phase = Phase::Over(Outcome::Busy),
        }
    }

    /// A request with these steps in their order. The state that its last write saves counts what all of them write.
    pub(super) fn prepared(&mut self, steps: Vec<(Turn, LaneStep)>, now: Timestamp) -> Pending {
        let writes = steps.iter().filter_map(|(turn, step)| match step {
            LaneStep::Write(write) => Some((*turn, write)),
            _ => None,
        });
        let last = writes.clone().next_back().map(|(turn, _)| turn);
        let ending: Vec<Turn> = writes
            .filter(|(_, write)| write.ends_work())
            .map(|(turn, _)| turn)
            .collect();
        // When a run ends, what was cut still needs what it needed.
        if last.is_some() && self.closing.is_none() {
            let queued: usize = self.others(&ending).map(|it| it.unit.queued()).sum();
            let at_work = self.others(&ending).count();
            if let Some(export) = self.state.export.as_mut() {
                export.tallies.queued = u64::try_from(queued).unwrap_or_default();
                export.tallies.at_work = u64::try_from(at_work).unwrap_or_default();
            }
        }
        let mut state = self.state.clone();
        state.started = self.limiter.log(now);
        state.down_until = self.breaker.open_until();
        state.paused_until = self.limiter.pause_after(now);
        state.not_before = state.not_before.max(state.paused_until);
        let mut after = None;
        let mut parts = Vec::with_capacity(steps.len());
        for (turn, step) in steps {
            parts.push(match step {
                LaneStep::Write(write) => {
                    let place = Place {
                        after,
                        ending: &ending,
                        is_last: last == Some(turn),
                    };
                    let part = self.write_part((turn, write), place, &mut state, now);
                    after = Some(part.sequence);
                    part
                }
                LaneStep::Read(commands) => Part {
                    turn,
                    commands,
                    script: None,
                    write: None,
                    sequence: 0,
                },
                LaneStep::Look | LaneStep::Leave => continue,
            });
        }
        if let (Some(export), Some(ahead)) = (self.state.export.as_mut(), state.export) {
            export.outlook = ahead.outlook;
        }
        Pending::new(parts, now)
    }

    /// A write with its header: the state that it saves counts it.
    fn write_part(
        &mut self,
        (turn, write): (Turn, Write),
        place: Place<'_>,
        state: &mut State,
        now: Timestamp,
    ) -> Part {
        let Place {
            after,
            ending,
            is_last,
        } = place;
        self.sequence += 1;
        self.last_write_at = now;
        let settings = &self.settings;
        let progress = state.export.as_mut().and_then(|export| {
            let asked = (export.counts.requests, settings);
            let progress = export.outlook.observe(now, export.tallies, asked, &write);
            write.count(&mut export.counts);
            export.tallies.count(&write);
            Some(progress?.to_string())
        });
        let header = Header {
            keys: &self.keys,
            run: &self.run,
            sequence: self.sequence,
            after,
            done: self.done,
            lease_until: now.plus(LEASE),
            state: match is_last {
                true => serde_json::to_string(&state)
                    .expect("the state holds only strings, numbers and lists"),
                false => String::new(),
            },
            export: self.state.export.as_ref().map_or(0, |export| export.number),
            job: self
                .state
                .export
                .as_ref()
                .map_or(Job::All, |export| export.job),
            scope: &self.settings.scope,
            now,
            wanted: self.wanted(turn, ending, now),
            active: self
                .others(ending)
                .filter_map(|active| active.unit.member())
                .collect(),
            progress: progress.unwrap_or_default(),
            ttl: self.ttl(),
            block_keys: self.block_keys(),
            has_rule: self.builder.rule.is_some(),
        };
        let call = write.call(&header);
        Part {
            turn,
            commands: vec![Command::by_digest(&call)],
            script: Some(call.script),
            write: Some(write),
            sequence: self.sequence,
        }
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

    /// Takes the answers to what was on its way to Redis.
    pub(super) fn served(
        &mut self,
        now: Timestamp,
        pending: Pending,
        answers: Vec<Result<Value, Failure>>,
    ) {
        if let Some(export) = self.state.export.as_mut() {
            let took = now.since(pending.sent_at).as_millis();
            export.tallies.redis.done += 1;
            export.tallies.redis.millis += u64::try_from(took).unwrap_or_default();
        }
        let (mut answers, mut again) = (answers.into_iter(), Vec::new());
        let (mut ready_at, mut problem) = (now, None);
        let mut is_one_put_back = false;
        for mut part in pending.parts {
            let mine: Vec<_> = answers.by_ref().take(part.commands.len()).collect();
            // What was read behind a write that is still to be done is older than that.
            let is_too_old = part.write.is_none() && (is_one_put_back || !again.is_empty());
            match mine.into_iter().collect::<Result<Vec<_>, _>>() {
                Ok(values) if is_too_old || is_too_early(&part, &values) => {
                    match again.is_empty() {
                        true => {
                            is_one_put_back = true;
                            self.put_back(part);
                        }
                        false => again.push(part),
                    }
                }
                Ok(values) if !is_answered(&part, &values) => {
                    ready_at = now.plus(self.backoff.pause(pending.attempts + 1));
                    problem = Some("redis gave a reply that its command does not give".to_owned());
                    again.push(part);
                }
                Ok(values) => self.part_served(now, part, &values),
                Err(Failure::NoScript) => {
                    if let (Some(script), Some(command)) = (part.script, part.commands.first_mut())
                    {
                        *command = command.with_source(script);
                    }
                    problem.get_or_insert_with(|| "redis forgets its scripts".to_owned());
                    again.push(part);
                }
                Err(Failure::Transient(cause)) => {
                    ready_at = now.plus(self.backoff.pause(pending.attempts + 1));
                    problem = Some(cause);
                    again.push(part);
                }
                Err(failure) => self.refused(part.turn, &failure),
            }
            if matches!(self.phase, Phase::Over(_)) {
                return;
            }
        }
        if let Some(problem) = problem {
            self.send_again(
                Pending {
                    parts: again,
                    ready_at,
                    ticket: None,
                    attempts: pending.attempts + 1,
                    ..pending
                },
                &problem,
            );
        }
    }

    /// Sends a request once more, unless that was done too often.
    pub(super) fn send_again(&mut self, pending: Pending, problem: &str) {
        if pending.attempts >= REDIS_ATTEMPTS {
            return self.give_up(format!("redis does not answer as it should: {problem}"));
        }
        self.lane.pending = Some(pending);
    }

    /// Has a holder of the lane do again what was not done.
    fn put_back(&mut self, part: Part) {
        self.lane.decide(part.turn, part.step());
    }

    fn part_served(&mut self, now: Timestamp, part: Part, values: &[Value]) {
        let turn = part.turn;
        if turn == Turn::Acquire {
            return self.acquired(now, values.first());
        }
        let Some(write) = part.write else {
            self.counts(|counts| {
                counts.redis_commands += u64::try_from(part.commands.len()).unwrap_or(0)
            });
            return self.unit_read(now, turn, values);
        };
        let Some((verdict, cost)) = values.first().and_then(Verdict::of) else {
            return self.give_up("redis gave a reply that its script does not give".to_owned());
        };
        if verdict == Verdict::Stale {
            self.phase = Phase::Over(Outcome::Busy);
            return;
        }
        if verdict != Verdict::PathTaken {
            self.done = self.done.max(part.sequence);
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
            // What has expired waits for an export of everything, or of changes.
            if !(matches!(write, Write::Expire) && export.job.is_urgent()) {
                export.tallies.found(&write, answer);
            }
            if !matches!(
                verdict,
                Verdict::PathTaken | Verdict::Held | Verdict::Partial
            ) {
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
            (Verdict::Done | Verdict::Partial, _) if word == "went" => self.state.held = None,
            _ => {}
        }
    }

    fn acquired(&mut self, now: Timestamp, answer: Option<&Value>) {
        let items = answer.map(Value::items).unwrap_or_default();
        let text = |place: usize| items.get(place).and_then(Value::text).unwrap_or_default();
        match text(0).as_str() {
            "held" => self.lease_refused(now),
            "early" => {
                let not_before = text(2).parse().map(Timestamp::from_millis).unwrap_or(now);
                self.phase = Phase::Over(Outcome::Early(not_before));
            }
            "ok" => match State::parse(&text(2)) {
                Ok(state) => {
                    self.heed(Some(text(4)));
                    self.number = text(5).parse().ok();
                    self.begin(state, now);
                    if !self.is_urgent() {
                        self.frontier = Frontier {
                            publishes: text(6).parse().is_ok_and(|due: u32| due > 0),
                            ..self.frontier_from(&text(3), now)
                        };
                    }
                    let cost = items.get(1).and_then(Value::integer).unwrap_or_default();
                    self.counts(|counts| {
                        counts.redis_commands += u64::try_from(cost).unwrap_or_default()
                    });
                }
                Err(problem) => self.give_up(problem),
            },
            _ => self.give_up("redis answered the call for a lease with something else".to_owned()),
        }
    }

    /// Takes a refusal of a whole request: with more than one part, each is tried alone.
    pub(super) fn refused_as_a_whole(&mut self, mut pending: Pending, failure: &Failure) {
        if pending.parts.len() > 1 && !failure.is_of_the_server() {
            self.lane.is_narrow = true;
            pending
                .parts
                .into_iter()
                .for_each(|part| self.put_back(part));
        } else if let Some(part) = pending.parts.pop() {
            self.refused(part.turn, failure);
        }
    }

    /// Takes a refusal of Redis: a unit's write fails that unit, anything else ends the run.
    fn refused(&mut self, turn: Turn, failure: &Failure) {
        let is_a_units = !failure.is_of_the_server()
            && matches!(turn, Turn::Unit(number) if self.unit_refused(number, failure));
        if !is_a_units {
            self.give_up(match failure {
                Failure::Unauthorized(problem) => problem.clone(),
                failure => format!("redis refuses: {failure}"),
            });
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

/// Where in its request a write stands.
struct Place<'a> {
    /// The sequence of the one before it.
    after: Option<u64>,
    /// The turns whose work ends with the request.
    ending: &'a [Turn],
    is_last: bool,
}

/// Whether the replies can be those to what was sent. A write that was done all the same is sent again, and done once.
fn is_answered(part: &Part, values: &[Value]) -> bool {
    match (part.turn, &part.write) {
        (Turn::Acquire, _) => {
            let word = values
                .first()
                .and_then(|answer| answer.items().first()?.text());
            word.is_some_and(|word| ["ok", "held", "early"].contains(&word.as_str()))
        }
        (_, Some(_)) => values.first().and_then(Verdict::of).is_some(),
        (_, None) => {
            let mut each = part.commands.iter().zip(values);
            each.all(|(command, value)| command.fits(value))
        }
    }
}

/// Whether a write was not done because the one before it in the same request was not.
fn is_too_early(part: &Part, values: &[Value]) -> bool {
    let verdict = values.first().and_then(Verdict::of);
    part.write.is_some() && matches!(verdict, Some((Verdict::TooEarly, _)))
}

/// The word of its own that a script answers.
fn word_of(answer: Option<&Value>) -> String {
    let word = answer.and_then(|answer| answer.items().get(2)?.text());
    word.unwrap_or_default()
}
