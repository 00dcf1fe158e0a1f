//! The units at work: asking Notion for them, retrying, and giving them the lane to Redis.

use std::time::Duration;

use crate::api::Request;
use crate::failure::Failure;
use crate::member::Member;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::effect::{Outcome, Ticket};
use super::lane::{Pending, Turn};
use super::state::ExportError;
use super::unit::{Context, LaneStep, Purpose, Unit, Unreadable, Want};
use super::write::Verdict;
use super::{Engine, Phase};

/// How long Notion is left alone when it answers nothing.
const OUTAGE_PAUSE: Duration = Duration::from_secs(120);

/// A unit, and the request that it waits for.
#[derive(Debug)]
pub struct Active {
    pub number: u32,
    pub unit: Unit,
    pub asked: Option<Asked>,
    /// What Notion answered it in this run.
    pub answers: u32,
}

/// How the work on a unit ends.
#[derive(Clone, Copy)]
enum Ending {
    /// It did what it could.
    Done,
    /// The run ends first; the next one begins it anew.
    Cut,
}

/// A request to Notion that is ready, or on its way.
#[derive(Debug)]
pub struct Asked {
    pub request: Request,
    pub ready_at: Timestamp,
    pub attempts: u32,
    /// How many answers Notion had given in this run when this request failed last.
    pub heard: u32,
    pub ticket: Option<Ticket>,
}

impl Engine {
    /// Adds a unit to the work.
    pub(super) fn start_unit(&mut self, unit: Unit) {
        self.next_number += 1;
        self.active.push(Active {
            number: self.next_number,
            unit,
            asked: None,
            answers: 0,
        });
    }

    /// Lets every unit that waits for nothing say what it needs next.
    pub(super) fn advance_units(&mut self, now: Timestamp) {
        let (is_spent, is_interrupted) = (self.closing.is_some(), self.is_interrupted());
        let mut ended = Vec::new();
        for active in &mut self.active {
            // What is listed is listed on from there; an object would count as taken once more.
            let is_closing = is_spent || (is_interrupted && active.unit.member().is_none());
            let turn = Turn::Unit(active.number);
            if active
                .asked
                .as_ref()
                .is_some_and(|asked| asked.ticket.is_some() || !is_closing)
                || self.lane.has(turn)
            {
                continue;
            }
            match active.unit.want() {
                Want::Lane => self.lane.enter(turn),
                Want::End => ended.push((active.number, Ending::Done)),
                Want::Notion(_) if is_closing => match active.unit.suspend() {
                    true => self.lane.enter(turn),
                    false => ended.push((active.number, Ending::Cut)),
                },
                Want::Notion(request) => {
                    active.asked = Some(Asked {
                        request,
                        ready_at: now,
                        attempts: 0,
                        heard: self.heard,
                        ticket: None,
                    });
                }
            }
        }
        for (number, ending) in ended {
            self.end_unit(number, ending, now);
        }
    }

    fn end_unit(&mut self, number: u32, ending: Ending, now: Timestamp) {
        let Some(place) = self
            .active
            .iter()
            .position(|active| active.number == number)
        else {
            return;
        };
        let Active { unit, answers, .. } = self.active.swap_remove(place);
        let is_unfinished = matches!(ending, Ending::Cut) || unit.is_half_done();
        match (&unit, unit.member()) {
            (_, Some(member)) if is_unfinished => {
                self.has_got_on |= unit.has_got_on();
                if unit.has_got_on() || !self.had_its_chance(answers) {
                    self.cut.push(member);
                }
            }
            (Unit::Probe(probe), _) => {
                if let Some(connection) = probe.connection() {
                    self.met(connection, now);
                }
            }
            (Unit::Search(search), _) if !is_unfinished => self.search_ended(now, search),
            (Unit::Roots(roots), _) if !is_unfinished => self.roots_ended(now, roots),
            (_, Some(member)) => {
                self.has_got_on = true;
                if let Some(message) = unit.failure() {
                    self.report(member.to_string(), message.to_owned(), now);
                }
            }
            (_, None) => {}
        }
    }

    /// Whether a unit that leaves nothing new behind could have got on in this run:
    /// then its take counts, because it may never fit into one. The first answer may only be the object itself.
    fn had_its_chance(&self, answers: u32) -> bool {
        answers > 1 && self.is_spent()
    }

    /// Whether the run ends because its budget does.
    fn is_spent(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| {
            closing.outcome == Outcome::Advanced && closing.not_before.is_none()
        })
    }

    /// The units whose takes do not count. Where nothing got on in a whole run although Notion answered,
    /// all of them do: the same units would fill the next one in the same way.
    pub(super) fn uncounted(&mut self) -> Vec<Member> {
        let cut = std::mem::take(&mut self.cut);
        match self.is_spent() && self.heard > 0 && !self.has_got_on {
            true => Vec::new(),
            false => cut,
        }
    }

    pub(super) fn report(&mut self, object: String, message: String, now: Timestamp) {
        let error = ExportError {
            at: now,
            object,
            message,
        };
        if let Some(export) = self.state.export.as_mut() {
            export.counts.errors += 1;
            export.keep_error(&error);
        }
        self.state.keep_error(error);
    }

    /// The next request to Notion, if one may start now.
    pub(super) fn start_notion(&mut self, now: Timestamp) -> Option<(Ticket, Request)> {
        if self.phase != Phase::Working || self.closing.is_some() || self.limiter.next_start() > now
        {
            return None;
        }
        let ticket = self.new_ticket();
        let favoured = self.favoured();
        let asked = self
            .active
            .iter_mut()
            .filter(|active| favoured.is_none_or(|number| number == active.number))
            .filter_map(|active| active.asked.as_mut());
        let asked = asked
            .filter(|asked| asked.ticket.is_none() && asked.ready_at <= now)
            .min_by_key(|a| a.ready_at)?;
        asked.ticket = Some(ticket);
        let request = asked.request.clone();
        self.limiter.start(now);
        self.subrequests_left = self.subrequests_left.saturating_sub(1);
        self.counts(|counts| counts.requests += 1);
        Some((ticket, request))
    }

    /// The unit that was cut or failed so often that it gets what is left of the run for itself.
    pub(super) fn favoured(&self) -> Option<u32> {
        let last = self
            .active
            .iter()
            .filter(|active| active.asked.is_some() && active.unit.is_on_its_last_take());
        last.map(|active| (active.unit.member(), active.number))
            .min()
            .map(|(_, number)| number)
    }

    /// Gives an answer of Notion to the unit that waits for it; a body that it cannot read is asked for again.
    pub(super) fn answer_unit(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        answer: Result<&[u8], &Failure>,
    ) {
        let Some(active) = self
            .active
            .iter_mut()
            .find(|active| active.waits_for(ticket))
        else {
            return;
        };
        match active.unit.answered(now, answer) {
            Ok(()) => {
                active.asked = None;
                active.answers += u32::from(answer.is_ok());
            }
            Err(Unreadable(problem)) => self.retry_or_fail(now, ticket, problem),
        }
    }

    /// Asks the same again, from `ready_at` on.
    pub(super) fn ask_again(&mut self, ticket: Ticket, ready_at: Timestamp) {
        let asked = self
            .active
            .iter_mut()
            .filter_map(|active| active.asked.as_mut());
        if let Some(asked) = asked.into_iter().find(|asked| asked.ticket == Some(ticket)) {
            asked.ticket = None;
            asked.ready_at = ready_at;
        }
    }

    /// Asks again after a pause. Once the retries are used up, that is a fault of this object
    /// if Notion answered something else since the last attempt; otherwise it may be Notion's own.
    pub(super) fn retry_or_fail(&mut self, now: Timestamp, ticket: Ticket, problem: String) {
        let Some(active) = self
            .active
            .iter_mut()
            .find(|active| active.waits_for(ticket))
        else {
            return;
        };
        let is_probe = active.unit.is_probe(Purpose::Outage);
        let is_needless = active.unit.is_probe(Purpose::Identity);
        let Some(asked) = active.asked.as_mut() else {
            return;
        };
        asked.attempts += 1;
        let is_alone = self.heard == std::mem::replace(&mut asked.heard, self.heard);
        let (attempts, has_retries) = (asked.attempts, asked.attempts <= self.settings.max_retries);
        if !has_retries && (!is_alone || is_needless) {
            return self.answer_unit(now, ticket, Err(&Failure::Transient(problem)));
        }
        let pause = self.backoff.pause(attempts);
        self.ask_again(ticket, now.plus(pause));
        if has_retries {
            return;
        }
        if is_probe {
            let problem = format!("notion does not answer as it should: {problem}");
            self.limiter.pause(now.plus(OUTAGE_PAUSE));
            self.close_for(Outcome::Stopped(problem));
        } else if !self
            .active
            .iter()
            .any(|active| active.unit.is_probe(Purpose::Outage))
        {
            self.start_unit(Unit::probe(Purpose::Outage));
        }
    }

    /// The next step of the unit that holds the lane.
    pub(super) fn lane_step(&mut self, number: u32) -> LaneStep {
        let context = Context { keys: &self.keys };
        match self
            .active
            .iter_mut()
            .find(|active| active.number == number)
        {
            Some(active) => active.unit.lane(&context),
            None => LaneStep::Leave,
        }
    }

    /// Gives the unit that holds the lane what it read.
    pub(super) fn unit_read(&mut self, turn: Turn, values: &[Value]) {
        let Turn::Unit(number) = turn else { return };
        if let Some(active) = self
            .active
            .iter_mut()
            .find(|active| active.number == number)
        {
            active.unit.read(&self.keys, values);
            if let (Unit::Search(search), Some(export)) = (&active.unit, &mut self.state.export) {
                export.search = search.place();
            }
        }
    }

    /// Tells the unit that holds the lane what its write came to.
    pub(super) fn unit_written(&mut self, number: u32, verdict: Verdict, answer: &Value) {
        if let Some(active) = self
            .active
            .iter_mut()
            .find(|active| active.number == number)
        {
            active.unit.written(verdict, answer);
            match (&active.unit, &mut self.state.export) {
                (Unit::Search(search), Some(export)) => {
                    export.search = search.place();
                    self.has_got_on = true;
                }
                (Unit::Roots(roots), Some(export)) => {
                    export.rooted = roots.done();
                    self.has_got_on = true;
                }
                _ => {}
            }
        }
    }

    /// Tells the unit that holds the lane that Redis refuses its write.
    pub(super) fn unit_refused(&mut self, number: u32, failure: &Failure) -> bool {
        match self
            .active
            .iter_mut()
            .find(|active| active.number == number)
        {
            Some(active) => active.unit.refused(&failure.to_string()),
            None => false,
        }
    }

    /// The commands to Redis that may go now.
    pub(super) fn start_redis(&mut self, now: Timestamp) -> Option<(Ticket, Vec<Command>)> {
        if matches!(self.phase, Phase::Over(_)) {
            return None;
        }
        let ticket = self.new_ticket();
        let pending = self.lane.pending.as_mut();
        let pending: &mut Pending =
            pending.filter(|pending| pending.ticket.is_none() && pending.ready_at <= now)?;
        pending.ticket = Some(ticket);
        let commands = pending.commands.clone();
        self.subrequests_left = self.subrequests_left.saturating_sub(1);
        Some((ticket, commands))
    }

    fn new_ticket(&mut self) -> Ticket {
        self.next_number += 1;
        Ticket(self.next_number)
    }
}

impl Active {
    fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked
            .as_ref()
            .is_some_and(|asked| asked.ticket == Some(ticket))
    }
}
