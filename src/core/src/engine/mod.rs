//! The export as a state machine: what to do next, given everything that was answered.
//!
//! ```text
//!            ┌──────────┐ ok  ┌───────────────────────────────────────┐ nothing left,   ┌───────────┐
//!  new ─────▶│ acquire  ├────▶│ work: search, then units from the      ├────────────────▶│  release  ├─▶ Stop
//!            └────┬─────┘     │ frontier: ask Notion ▸ build ▸ commit  │ budget, problem └───────────┘
//!                 │ held,     └───────────────────────────────────────┘
//!                 ▼ early
//!               Stop
//! ```
//!
//! [`Engine::poll`] hands out effects, [`Engine::apply`] takes replies; a shell has the only loop that performs them.
//! The same replies at the same instants lead to the same effects: time and the seed of the jitter are passed in.

mod answer;
mod asking;
mod beside;
mod breaker;
mod budget;
mod concurrency;
mod connection;
mod course;
mod effect;
mod expiry;
mod frontier;
mod job;
mod lane;
mod lease;
mod limiter;
mod listing;
mod orders;
mod record;
mod retry;
mod state;
mod sweep;
mod tally;
mod unit;
mod version;
mod work;
mod write;

use std::rc::Rc;
use std::time::Duration;

pub use breaker::Breaker;
pub use connection::Connection;
pub use effect::{Effect, Outcome, Reply, Step, Ticket};
pub use job::{Job, JobName, Order, What};
pub use limiter::Limiter;
pub use record::Record;
pub use write::KEPT_EXPORTS;

pub use state::{
    Counts, End, Export, ExportError, Held, LastRun, SearchPlace, Started, State, Verified,
};
pub use tally::{Known, Outlook, Tallies, Tally};

use crate::config::Settings;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::Value;
use crate::scope::Scope;
use crate::time::Timestamp;
use budget::Cpu;
use concurrency::Concurrency;
use frontier::Frontier;
use lane::{Lane, Pending};
use retry::Backoff;
use unit::Unreadable;
use version::Builder;
use work::{Active, Came};
use write::Settlement;

/// How long a lease lasts without a write.
const LEASE: Duration = Duration::from_secs(60);

/// A lease is renewed when nothing was written for so long.
const RENEWAL: Duration = Duration::from_secs(25);

/// After what pauses a run that only does what is queued asks for the lease again: the one that has it may have looked for the last
/// time just before that came, and the next tick may be a minute away.
const LEASE_PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

/// A longer wait ends the run: an idle isolate costs money, and the next tick is near.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far clocks are apart, which one that is set right by more was not.
const APART: Duration = Duration::from_secs(6 * 60);

/// How long Notion is left alone when it answers nothing, or no search.
const OUTAGE_PAUSE: Duration = Duration::from_secs(120);

/// How long Notion is left alone when it blocks the token.
const BLOCK_PAUSE: Duration = Duration::from_secs(10 * 60);

/// One run of an export.
#[derive(Debug)]
pub struct Engine {
    settings: Settings,
    keys: Keys,
    run: String,
    state: State,
    phase: Phase,
    limiter: Limiter,
    breaker: Breaker,
    concurrency: Concurrency,
    backoff: Backoff,
    lane: Lane,
    active: Vec<Active>,
    deadline: Timestamp,
    subrequests_left: u32,
    cpu: Cpu,
    sequence: u64,
    /// The last write that is known to be done.
    done: u64,
    last_write_at: Timestamp,
    /// The latest instant that it was told.
    latest: Timestamp,
    next_number: u32,
    frontier: Frontier,
    closing: Option<Closing>,
    /// How often another run had the lease.
    refusals: usize,
    /// When the lease is asked for.
    acquires_at: Timestamp,
    /// What is ordered, as of the last script that told it.
    orders: Vec<Order>,
    /// What is copied, where that is not everything.
    scope: Option<Rc<Scope>>,
    /// What is made of each object.
    builder: Builder,
    /// A number for an export that begins by itself, until one has it.
    number: Option<u64>,
    /// The entries of the frontier that were cut by the end of the run, and how far it had come with each.
    cut: Vec<(Came, String)>,
    /// Whether this run has deleted copies of files, or tried to.
    has_unlinked: bool,
    /// Entries of the frontier that name no object of this version.
    foreign: Vec<Settlement>,
    /// How many requests Notion has answered, whatever it said.
    heard: u32,
    /// Whether anything of the export got on in this run.
    has_got_on: bool,
    /// The pages that were written, for those who want to know.
    written: Option<Vec<Id>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Acquiring,
    Working,
    Over(Outcome),
}

/// Why no more work is begun in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Closing {
    outcome: Outcome,
    not_before: Option<Timestamp>,
}

impl Engine {
    /// A run named `run`, which no other run may ever be; `seed` is for the jitter.
    pub fn new(settings: Settings, keys: Keys, run: &str, seed: u64, now: Timestamp) -> Self {
        Self {
            limiter: Limiter::new(settings.rate_limit),
            // Whether it is an outage is asked at once: it may be one object that fails.
            breaker: Breaker::new(
                settings.max_retries.saturating_add(1),
                Duration::ZERO,
                OUTAGE_PAUSE,
            ),
            concurrency: Concurrency::new(),
            backoff: Backoff::new(settings.retry_backoff, seed),
            deadline: now.plus(settings.run_time),
            subrequests_left: settings.run_subrequests,
            cpu: Cpu::of_a_run(&settings),
            keys,
            run: run.to_owned(),
            state: State::default(),
            phase: Phase::Acquiring,
            lane: Lane::default(),
            active: Vec::new(),
            sequence: 0,
            done: 0,
            last_write_at: now,
            latest: now,
            next_number: 0,
            frontier: Frontier::default(),
            closing: None,
            refusals: 0,
            acquires_at: now,
            orders: Vec::new(),
            builder: Builder::new(&settings),
            scope: (!settings.scope.is_everything()).then(|| Rc::new(settings.scope.clone())),
            number: None,
            cut: Vec::new(),
            has_unlinked: false,
            foreign: Vec::new(),
            heard: 0,
            has_got_on: false,
            written: None,
            settings,
        }
    }

    /// What to do next; called until it says to wait or to stop.
    pub fn poll(&mut self, now: Timestamp) -> Step {
        self.note_time(now);
        self.advance(now);
        if let Some((ticket, commands)) = self.start_redis(now) {
            return Step::Start(ticket, Effect::Redis(commands));
        }
        if let Some((ticket, effect)) = self.start_asked(now) {
            return Step::Start(ticket, effect);
        }
        match &self.phase {
            Phase::Over(outcome) => Step::Stop(outcome.clone()),
            Phase::Acquiring | Phase::Working => Step::Wait(self.next_instant(now)),
        }
    }

    /// Takes the reply to an effect; one for an unknown ticket is ignored.
    pub fn apply(&mut self, now: Timestamp, ticket: Ticket, reply: Reply) {
        self.note_time(now);
        match reply {
            Reply::Notion(answer) => self.apply_notion(now, ticket, answer),
            Reply::File(answer) => self.apply_file(now, ticket, answer),
            Reply::Redis(answer) => self.apply_redis(now, ticket, answer),
        }
    }

    /// Begins nothing more in this run: it saves what it has and gives the lease back.
    pub fn close(&mut self) {
        self.close_for(Outcome::Advanced);
    }

    /// The pages that were written since the last call, once `note_written` has asked for them.
    pub fn take_written(&mut self) -> Vec<Id> {
        self.written
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Notes from now on which pages are written: whoever asks takes them, or they pile up.
    pub fn note_written(&mut self) {
        self.written.get_or_insert_default();
    }

    /// Notes how much memory the engine has, in bytes, for those who watch the export.
    pub fn note_memory(&mut self, bytes: u64) {
        if let Some(export) = &mut self.state.export {
            export.peak_memory = export.peak_memory.max(bytes);
        }
    }

    /// What the engine knows of the export, as of the last reply.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Ends the run where its clock was set back: what it knows and has written is of another time. It keeps the lease,
    /// by which the next one sees that.
    fn note_time(&mut self, now: Timestamp) {
        if self.latest.since(now) > APART {
            self.phase = Phase::Over(Outcome::Advanced);
        }
        self.latest = self.latest.max(now);
    }

    fn apply_notion(&mut self, now: Timestamp, ticket: Ticket, answer: Result<Vec<u8>, Failure>) {
        let started_at = self.started_at(ticket).unwrap_or(now);
        self.cpu.spend(answer.as_ref().map_or(0, Vec::len));
        let answer = answer.and_then(|body| self.read(now, ticket, &body));
        self.note_answer(now, started_at, answer.as_ref());
        match answer {
            Ok(()) => self.heard += 1,
            Err(Failure::RateLimited { retry_after }) => {
                self.limiter.refused(now, started_at, retry_after);
                self.ask_again(ticket, now);
            }
            Err(Failure::Unauthorized(problem)) => {
                self.ask_again(ticket, now);
                self.close_for(Outcome::Stopped(problem));
            }
            Err(Failure::Blocked(problem)) => {
                self.ask_again(ticket, now);
                self.limiter.pause(now.plus(BLOCK_PAUSE));
                self.close_for(Outcome::Stopped(problem));
            }
            Err(Failure::Transient(problem)) => self.retry_or_fail(now, ticket, problem),
            Err(failure) => {
                self.heard += 1;
                self.refuse_unit(now, ticket, &failure);
            }
        }
    }

    fn apply_file(&mut self, now: Timestamp, ticket: Ticket, answer: Result<Vec<u8>, Failure>) {
        self.cpu.spend(answer.as_ref().map_or(0, Vec::len));
        match answer {
            Ok(record) => {
                if let Err(Unreadable(problem)) = self.answer_unit(now, ticket, Ok(&record)) {
                    self.retry_or_fail(now, ticket, problem);
                }
            }
            Err(Failure::Transient(problem)) => self.retry_or_fail(now, ticket, problem),
            Err(failure) => self.refuse_unit(now, ticket, &failure),
        }
    }

    fn apply_redis(
        &mut self,
        now: Timestamp,
        ticket: Ticket,
        answer: Result<Vec<Result<Value, Failure>>, Failure>,
    ) {
        let is_asked = |pending: &mut Pending| pending.ticket == Some(ticket);
        let Some(mut pending) = self.lane.pending.take_if(is_asked) else {
            return;
        };
        match answer {
            Ok(answers) => self.served(now, pending, answers),
            Err(Failure::Transient(problem)) => {
                pending.ticket = None;
                pending.attempts += 1;
                pending.ready_at = now.plus(self.backoff.pause(pending.attempts));
                self.send_again(pending, &problem);
            }
            Err(failure) => self.refused_as_a_whole(pending, &failure),
        }
    }
}
