//! The units at work: what they need next, how they end, and the lane to Redis that they wait for.

use crate::api::Operation;
use crate::failure::Failure;
use crate::member::Member;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::asking::Asked;
use super::budget::fits;
use super::effect::{Outcome, Ticket};
use super::lane::{Pending, Turn};
use super::state::{End, ExportError};
use super::unit::{Context, Errand, LaneStep, REST, Unit, Unreadable, Want};
use super::write::Verdict;
use super::{Closing, Engine, Phase};

/// A unit, and the request that it waits for.
#[derive(Debug)]
pub struct Active {
    pub number: u32,
    pub unit: Unit,
    pub asked: Option<Asked>,
    pub began_at: Timestamp,
    /// The requests that were sent for it in this run.
    pub requests: u64,
    /// What Notion refused it for good, and how often that was asked.
    refused: Option<(Operation, u32)>,
    /// What Notion answered it in this run.
    pub answers: u32,
}

/// The unit of that number.
pub fn numbered(active: &mut [Active], number: u32) -> Option<&mut Active> {
    active.iter_mut().find(|active| active.number == number)
}

/// How the work on a unit ends.
#[derive(Clone, Copy)]
enum Ending {
    /// It did what it could.
    Done,
    /// The run ends first; the next one begins it anew.
    Cut,
    /// The run ends before anything is read of it.
    Left,
}

/// How far a run came with what it cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// It did not come to it.
    Nowhere,
    /// It read what an earlier run had fetched.
    Recalled,
    /// It asked Notion for more.
    Asked,
}

impl Engine {
    /// Adds a unit to the work.
    pub(super) fn start_unit(&mut self, unit: Unit, now: Timestamp) {
        self.next_number += 1;
        self.active.push(Active {
            number: self.next_number,
            unit,
            asked: None,
            began_at: now,
            requests: 0,
            refused: None,
            answers: 0,
        });
    }

    /// Lets every unit that waits for nothing say what it needs next.
    pub(super) fn advance_units(&mut self, now: Timestamp) {
        let (is_spent, is_interrupted) = (self.closing.is_some(), self.is_interrupted());
        let block_keys = self.block_keys();
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
                Want::Lane if is_spent && active.unit.can_be_left() => {
                    ended.push((active.number, Ending::Left));
                }
                Want::Lane => {
                    let recalls = active.unit.recalls();
                    if recalls.is_none_or(|bytes| self.cpu.recall(bytes)) {
                        self.lane.enter(turn);
                    }
                }
                Want::End => ended.push((active.number, Ending::Done)),
                Want::Ask(_) if is_closing => match active.unit.suspend() {
                    true => {
                        if !fits(&active.unit, &self.settings, block_keys) {
                            active.unit.end_as_too_large(now);
                        }
                        self.lane.enter(turn);
                    }
                    false => ended.push((active.number, Ending::Cut)),
                },
                Want::Ask(question) => {
                    active.asked = Some(Asked::new(question, now));
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
        let active = self.active.swap_remove(place);
        let took = u64::try_from(active.age(now).as_millis()).unwrap_or_default();
        let Active {
            unit,
            answers,
            refused,
            requests,
            ..
        } = active;
        if let (Some(member), Some(export)) = (unit.member(), self.state.export.as_mut()) {
            let tally = export.tallies.of(member, unit.is_rebuild());
            tally.millis += took;
            tally.requests += requests;
        }
        let is_unfinished = !matches!(ending, Ending::Done) || unit.is_half_done();
        match (&unit, unit.member()) {
            (_, Some(member)) if is_unfinished => {
                self.has_got_on |= unit.has_got_on();
                let rebuild = if unit.is_rebuild() { "~" } else { "" };
                let entry = format!("{rebuild}{member}");
                let came = match ending {
                    Ending::Left => Came::Nowhere,
                    _ if requests > 0 => Came::Asked,
                    _ if unit.is_half_fetched() => Came::Recalled,
                    _ => Came::Nowhere,
                };
                if unit.has_got_on() || !self.had_its_chance(answers) {
                    self.cut.push((came, entry));
                }
            }
            (Unit::Errand(Errand::Probe(probe)), _) => {
                if let Some(connection) = probe.connection() {
                    self.met(connection, now);
                }
            }
            (Unit::Errand(Errand::Search(search)), _) if !is_unfinished => {
                self.search_ended(now, search)
            }
            (Unit::Errand(Errand::Roots(roots)), _) if !is_unfinished => {
                self.roots_ended(now, roots)
            }
            (Unit::Errand(Errand::Users(users)), _) if !is_unfinished => {
                self.users_ended(now, users)
            }
            (Unit::Errand(Errand::Unlink(unlink)), _) if !is_unfinished => {
                self.unlink_ended(now, unlink)
            }
            (_, Some(member)) => {
                self.has_got_on = true;
                if let Some(message) = unit.failure() {
                    let (operation, attempts) = refused.unzip();
                    let error = ExportError {
                        operation,
                        attempts: attempts.unwrap_or_default(),
                        ..ExportError::new(now, &member.to_string(), message.to_owned())
                    };
                    self.fail_if_asked_to(&error);
                    self.report(error);
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

    /// The entries of the frontier whose takes do not count. Where nothing got on in a whole run although Notion answered,
    /// or what was read used it up, those do that it came to: the same units would fill the next one in the same way.
    pub(super) fn uncounted(&mut self) -> Vec<String> {
        let has_heard = self.heard > 0;
        let is_stuck = self.is_spent() && !self.has_got_on && (has_heard || self.cpu.is_used_up());
        let cut = std::mem::take(&mut self.cut).into_iter();
        let uncounted = cut.filter(|(came, _)| match came {
            Came::Nowhere => true,
            Came::Recalled => !is_stuck || has_heard,
            Came::Asked => !is_stuck,
        });
        uncounted.map(|(_, entry)| entry).collect()
    }

    /// Tells of an error.
    pub(super) fn report(&mut self, error: ExportError) {
        if let Some(export) = self.state.export.as_mut() {
            export.counts.errors += 1;
            export.keep_error(&error);
        }
        self.state.keep_error(error, self.settings.max_errors);
    }

    /// Ends the export at its first error, where that is wanted. The next one begins anew when the object has had its
    /// rest: sooner it would ask Notion for the same in vain, at every tick.
    fn fail_if_asked_to(&mut self, error: &ExportError) {
        // What else is at work may fail after that.
        if self.settings.continue_on_error || self.state.under_way().is_none() {
            return;
        }
        let ExportError {
            at,
            object,
            message,
            ..
        } = error;
        self.closing = Some(Closing {
            outcome: Outcome::Stopped(format!(
                "{object}: {message}, and CONTINUE_ON_ERROR is false"
            )),
            not_before: Some(at.plus(REST)),
        });
        self.end(End::Failed, *at);
    }

    /// Tells the unit that waits for it that what it asks is refused.
    pub(super) fn refuse_unit(&mut self, now: Timestamp, ticket: Ticket, failure: &Failure) {
        // Only a body can be unreadable.
        let _ = self.answer_unit(now, ticket, Err(failure));
    }

    /// Gives an answer of Notion to the unit that waits for it.
    ///
    /// # Errors
    /// What is wrong with a body that the unit cannot read; it waits for another one.
    pub(super) fn answer_unit(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        answer: Result<&[u8], &Failure>,
    ) -> Result<(), Unreadable> {
        let block_keys = self.block_keys();
        let Some(active) = self
            .active
            .iter_mut()
            .find(|active| active.waits_for(ticket))
        else {
            return Ok(());
        };
        active.unit.answered(now, answer)?;
        let asked = active.asked.take();
        active.answers += u32::from(answer.is_ok());
        active.refused = asked
            .filter(|_| answer.is_err())
            .map(|asked| (asked.operation(), asked.sent));
        let refused = active.unit.refused_comments().cloned();
        if !fits(&active.unit, &self.settings, block_keys) {
            active.unit.end_as_too_large(now);
        }
        if let (Some(member), Some(failure)) = (active.unit.member(), refused) {
            self.note_comments(now, &member.to_string(), &failure);
        }
        Ok(())
    }

    /// The units at work besides those whose turns these are.
    pub(super) fn others<'a>(&'a self, turns: &'a [Turn]) -> impl Iterator<Item = &'a Active> {
        let active = self.active.iter();
        active.filter(|active| !turns.contains(&Turn::Unit(active.number)))
    }

    /// The next step of the unit that holds the lane.
    pub(super) fn lane_step(&mut self, now: Timestamp, number: u32) -> LaneStep {
        let context = Context {
            keys: &self.keys,
            block_keys: self.block_keys(),
            drops_comments: self.drops_comments(),
            now,
        };
        let is_closing = self.closing.is_some();
        let step = match numbered(&mut self.active, number) {
            // What no run has begun to read is left to the next one.
            Some(active) if is_closing && active.unit.can_be_left() => LaneStep::Leave,
            Some(active) => active.unit.lane(&context),
            None => LaneStep::Leave,
        };
        self.note_unlinking(&step);
        step
    }

    /// What a unit in the lane is about to look at, itself first.
    pub(super) fn looks(&self, turn: Turn) -> Option<Vec<Member>> {
        let Turn::Unit(number) = turn else {
            return None;
        };
        let mut active = self.active.iter();
        active.find(|active| active.number == number)?.unit.looks()
    }

    /// Whether a unit of this object is at work.
    pub(super) fn is_at_work(&self, member: Member) -> bool {
        let mut active = self.active.iter();
        active.any(|active| active.unit.member() == Some(member))
    }

    /// Gives the unit that holds the lane what it read.
    pub(super) fn unit_read(&mut self, now: Timestamp, turn: Turn, values: &[Value]) {
        let Turn::Unit(number) = turn else { return };
        let context = Context {
            keys: &self.keys,
            block_keys: self.block_keys(),
            drops_comments: self.drops_comments(),
            now,
        };
        if let Some(active) = numbered(&mut self.active, number) {
            // What is recalled was charged before.
            if active.unit.recalls().is_none() {
                self.cpu.spend(values.iter().map(Value::bytes).sum());
            }
            active.unit.read(&context, values);
            // Whoever looks again waits for others like one who has not looked.
            if active.unit.looks().is_some() {
                self.lane.forget_look(turn);
            }
            if let (Unit::Errand(Errand::Search(search)), Some(export)) =
                (&active.unit, &mut self.state.export)
            {
                export.search = search.place();
            }
        }
    }

    /// Tells the unit that holds the lane what its write came to.
    pub(super) fn unit_written(&mut self, number: u32, verdict: Verdict, answer: &Value) {
        if verdict == Verdict::PathTaken {
            self.lane.forget_look(Turn::Unit(number));
        }
        if let Some(active) = numbered(&mut self.active, number) {
            active.unit.written(verdict, answer);
            match (&active.unit, &mut self.state.export) {
                (Unit::Errand(Errand::Search(search)), Some(export)) => {
                    export.search = search.place();
                    self.has_got_on = true;
                }
                (Unit::Errand(Errand::Users(users)), Some(export)) => {
                    export.users = users.cursor().cloned();
                    self.has_got_on = true;
                }
                (Unit::Errand(Errand::Roots(roots)), Some(export)) => {
                    export.rooted = roots.done();
                    self.has_got_on = true;
                }
                _ => {}
            }
        }
    }

    /// Tells the unit that holds the lane that Redis refuses its write.
    pub(super) fn unit_refused(&mut self, number: u32, failure: &Failure) -> bool {
        match numbered(&mut self.active, number) {
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
        pending.sent_at = now;
        let commands = pending.commands();
        self.cpu.spend(0);
        self.subrequests_left = self.subrequests_left.saturating_sub(1);
        Some((ticket, commands))
    }

    pub(super) fn new_ticket(&mut self) -> Ticket {
        self.next_number += 1;
        Ticket(self.next_number)
    }
}
