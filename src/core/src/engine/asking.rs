//! Asking Notion: which request starts when, what an answer says of Notion as a whole, and when the same is asked again.

use std::time::Duration;

use crate::api::{Operation, Request};
use crate::failure::Failure;
use crate::file::FileRequest;
use crate::time::Timestamp;

use super::answer;
use super::effect::{Effect, Outcome, Ticket};
use super::lane::Turn;
use super::retry::Retries;
use super::unit::{Purpose, Unit, Unreadable};
use super::work::{Active, numbered};
use super::{Engine, Phase};

/// What a unit asks for: Notion, or a file.
#[derive(Clone, Debug)]
pub enum Question {
    Notion(Request),
    File(FileRequest),
}

impl Question {
    fn operation(&self) -> Operation {
        match self {
            Self::Notion(request) => request.operation,
            Self::File(_) => Operation::File,
        }
    }

    /// The effect, with the time that it may take.
    fn effect(&self, timeout: Duration) -> Effect {
        let millis = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        match self {
            Self::Notion(request) => Effect::Notion(Request {
                timeout_ms: millis,
                ..request.clone()
            }),
            Self::File(request) => {
                let mut request = request.clone();
                let (FileRequest::Copy { timeout_ms, .. } | FileRequest::Delete { timeout_ms, .. }) =
                    &mut request;
                *timeout_ms = millis;
                Effect::File(request)
            }
        }
    }
}

/// A request to Notion or for a file that is ready, or on its way.
#[derive(Debug)]
pub struct Asked {
    pub question: Question,
    pub ready_at: Timestamp,
    /// How often it was sent.
    pub sent: u32,
    /// How often it failed.
    failed: u32,
    /// When it was first wanted, or failed last.
    since: Timestamp,
    started_at: Timestamp,
    pub ticket: Option<Ticket>,
}

impl Asked {
    pub fn new(question: Question, now: Timestamp) -> Self {
        Self {
            question,
            ready_at: now,
            sent: 0,
            failed: 0,
            since: now,
            started_at: now,
            ticket: None,
        }
    }

    pub fn operation(&self) -> Operation {
        self.question.operation()
    }

    fn is_of_a_file(&self) -> bool {
        self.operation() == Operation::File
    }

    /// What nothing goes on without.
    fn is_urgent(&self) -> bool {
        matches!(self.operation(), Operation::Probe | Operation::Search)
    }
}

impl Engine {
    /// The next request to Notion or for a file, if one may start now: the limit of requests is for the former.
    pub(super) fn start_asked(&mut self, now: Timestamp) -> Option<(Ticket, Effect)> {
        let most = self.concurrency.limit().min(self.settings.workers);
        let may_start = self.phase == Phase::Working
            && self.closing.is_none()
            && self.in_flight().count() < most;
        if !may_start {
            return None;
        }
        let may_ask = self.limiter.next_start() <= now;
        let ready = self
            .eligible()
            .filter(|(_, asked)| asked.ready_at <= now && (may_ask || asked.is_of_a_file()));
        let next = ready.min_by_key(|(_, asked)| (!asked.is_urgent(), asked.ready_at));
        let number = next.map(|(number, _)| number)?;
        let ticket = self.new_ticket();
        let active = numbered(&mut self.active, number)?;
        let asked = active.asked.as_mut()?;
        asked.ticket = Some(ticket);
        asked.started_at = now;
        asked.sent += 1;
        let timeout = Retries::of(asked.operation(), &self.settings).timeout(asked.failed);
        let effect = asked.question.effect(timeout);
        let is_of_a_file = asked.is_of_a_file();
        self.subrequests_left = self.subrequests_left.saturating_sub(1);
        if !is_of_a_file {
            active.requests += 1;
            self.limiter.start(now);
            self.counts(|counts| counts.requests += 1);
        }
        Some((ticket, effect))
    }

    /// When the next request may start, as far as time decides that.
    pub(super) fn next_ask(&self) -> Option<Timestamp> {
        let next_start = self.limiter.next_start();
        let instants = self
            .eligible()
            .map(|(_, asked)| match asked.is_of_a_file() {
                true => asked.ready_at,
                false => asked.ready_at.max(next_start),
            });
        instants.min()
    }

    /// The requests that wait for an answer.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = &Active> {
        self.active.iter().filter(|active| {
            let asked = active.asked.as_ref();
            asked.is_some_and(|asked| asked.ticket.is_some())
        })
    }

    /// The requests that wait for nothing but their time, with the numbers of their units: of each kind as many as
    /// `WORKERS` lets, only that of a unit on its last take where there is one,
    /// and while Notion seems to be down only the question whether it is.
    fn eligible(&self) -> impl Iterator<Item = (u32, &Asked)> {
        let favoured = self.favoured();
        let listings = self.in_flight().filter(|active| active.lists_blocks());
        let has_listings_left = listings.count() < self.settings.by_kind.blocks;
        self.active.iter().filter_map(move |active| {
            let asked = active.asked.as_ref()?;
            let is_let = match self.breaker.is_closed() {
                true => {
                    favoured.is_none_or(|number| number == active.number)
                        && (has_listings_left || !active.lists_blocks())
                        && self.is_among_the_first(active)
                }
                false => active.unit.is_probe(Purpose::Outage) || asked.is_of_a_file(),
            };
            (is_let && asked.ticket.is_none()).then_some((active.number, asked))
        })
    }

    /// Whether it is one of the units of its kind that ask: those before it in the lane to Redis do not.
    fn is_among_the_first(&self, active: &Active) -> bool {
        let most = match active.unit {
            Unit::Page(_) => self.settings.by_kind.pages,
            Unit::Container(_) => self.settings.by_kind.databases,
            Unit::Errand(_) => return true,
        };
        let is_before = |other: &&Active| {
            other.number < active.number
                && other.asked.is_some()
                && std::mem::discriminant(&other.unit) == std::mem::discriminant(&active.unit)
        };
        self.active.iter().filter(is_before).count() < most
    }

    /// The unit that was cut or failed so often that it gets what is left of the run for itself.
    fn favoured(&self) -> Option<u32> {
        let is_recalled = |active: &Active| {
            active.unit.recalls().is_some() && self.lane.has(Turn::Unit(active.number))
        };
        let last = self.active.iter().filter(|active| {
            active.unit.is_on_its_last_take() && (active.asked.is_some() || is_recalled(active))
        });
        last.map(|active| (active.unit.member(), active.number))
            .min()
            .map(|(_, number)| number)
    }

    /// Notes what an answer says of Notion, whatever it says of the object.
    pub(super) fn note_answer(
        &mut self,
        now: Timestamp,
        started_at: Timestamp,
        answer: Result<&(), &Failure>,
    ) {
        match answer {
            Err(Failure::RateLimited { .. }) => {
                self.counts(|counts| counts.throttled += 1);
                self.concurrency.congested(now);
            }
            Err(Failure::Transient(_)) => {
                self.counts(|counts| counts.failed += 1);
                self.concurrency.congested(now);
            }
            Err(Failure::Unauthorized(_) | Failure::Blocked(_)) => {}
            Ok(_) | Err(_) => {
                self.limiter.taken();
                self.breaker.answered(now);
                self.concurrency.answered(now, now.since(started_at));
            }
        }
    }

    /// Has the unit that asked take the body of a 200, if it answers what was asked.
    ///
    /// # Errors
    /// What it is instead: something of Notion's or of what stands before it, and no answer.
    pub(super) fn read(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        body: &[u8],
    ) -> Result<(), Failure> {
        if let Some(failure) = Failure::in_success(body) {
            return Err(failure);
        }
        let checked = match self.asked_by(ticket).map(|asked| &asked.question) {
            Some(Question::Notion(request)) => answer::check(request, body),
            Some(Question::File(_)) | None => Ok(()),
        };
        checked
            .and_then(|()| self.answer_unit(now, ticket, Ok(body)))
            .map_err(|Unreadable(problem)| Failure::Transient(problem))
    }

    /// When the request was sent that waits for that.
    pub(super) fn started_at(&self, ticket: Ticket) -> Option<Timestamp> {
        self.asked_by(ticket).map(|asked| asked.started_at)
    }

    fn asked_by(&self, ticket: Ticket) -> Option<&Asked> {
        let mut asked = self.in_flight().filter_map(|active| active.asked.as_ref());
        asked.find(|asked| asked.ticket == Some(ticket))
    }

    /// Asks the same again, from `ready_at` on.
    pub(super) fn ask_again(&mut self, ticket: Ticket, ready_at: Timestamp) {
        let mut asked = self
            .active
            .iter_mut()
            .filter_map(|active| active.asked.as_mut());
        if let Some(asked) = asked.find(|asked| asked.ticket == Some(ticket)) {
            asked.ticket = None;
            asked.ready_at = ready_at;
        }
    }

    /// Asks again after a pause. Once the retries are used up, that is a fault of this object
    /// if Notion answered something else since the last attempt; otherwise it may be Notion's own.
    pub(super) fn retry_or_fail(&mut self, now: Timestamp, ticket: Ticket, problem: String) {
        let waiting = self.active.iter_mut();
        let Some(active) = waiting.into_iter().find(|active| active.waits_for(ticket)) else {
            return;
        };
        let is_trial = active.unit.is_probe(Purpose::Outage);
        let is_needless = active.unit.is_probe(Purpose::Identity);
        let Some(asked) = active.asked.as_mut() else {
            return;
        };
        asked.failed += 1;
        let failed = asked.failed;
        let retries = Retries::of(asked.operation(), &self.settings);
        let since = std::mem::replace(&mut asked.since, now);
        let is_of_a_file = asked.is_of_a_file();
        // A file that the run had no time left for but for this may take as long in each: that counts as a failure.
        let is_too_slow = is_of_a_file && self.closing.is_some() && !active.unit.has_advanced();
        let has_retries = failed <= retries.most && !is_too_slow;
        let is_its_own = is_of_a_file || self.breaker.has_answered_since(since);
        if !has_retries && (is_its_own || is_needless) {
            return self.refuse_unit(now, ticket, &Failure::Transient(problem));
        }
        let pause = self.backoff.pause_for(retries, failed);
        self.ask_again(ticket, now.plus(pause));
        if is_of_a_file {
            return;
        }
        match (is_trial, has_retries) {
            (true, true) => {}
            (true, false) => {
                self.breaker.failed(now);
                let problem = format!("notion does not answer as it should: {problem}");
                self.close_until(Outcome::Stopped(problem), self.breaker.open_until());
            }
            (false, true) => self.breaker.failed(now),
            (false, false) => self.breaker.trip(now),
        }
    }

    /// Asks whether Notion is there, where it seems to be down.
    pub(super) fn probe_if_down(&mut self, now: Timestamp) {
        let is_probing = |active: &Active| active.unit.is_probe(Purpose::Outage);
        if !self.breaker.is_closed()
            && self.closing.is_none()
            && !self.active.iter().any(is_probing)
        {
            self.start_unit(Unit::probe(Purpose::Outage), now);
        }
    }
}

impl Active {
    /// Whether it waits for the answer to that.
    pub(super) fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked
            .as_ref()
            .is_some_and(|asked| asked.ticket == Some(ticket))
    }

    fn lists_blocks(&self) -> bool {
        let asked = self.asked.as_ref();
        let is_listing = asked.is_some_and(|asked| asked.operation() == Operation::Listing);
        is_listing && matches!(self.unit, Unit::Page(_))
    }

    /// How long it has been worked on in this run.
    pub(super) fn age(&self, now: Timestamp) -> Duration {
        now.since(self.began_at)
    }
}
