//! The road to Redis: one request at a time, which several units share.
//!
//! Writes carry a sequence, so they go one after the other. A page is committed as the last look at what it shows of others
//! found them; so whoever has looked stays in the lane until it has written, and nobody looks or writes meanwhile
//! whom it shows, or who shows it. What has nothing to do with each other goes in one request: first what is written, then what is read.

use std::collections::VecDeque;

use crate::member::Member;
use crate::redis::{Command, Script};
use crate::time::Timestamp;

use super::effect::Ticket;
use super::unit::LaneStep;
use super::write::Write;

/// How many bytes of writes go in one request, unless one alone has more: Redis servers over HTTP have a limit of 1 MB.
const REQUEST_BYTES: usize = 512 * 1024;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The run takes the lease.
    Acquire,
    /// The export begins or ends.
    Mark(Event),
    /// The frontier is asked for work.
    Take,
    /// What the store holds is compared with what the export has seen.
    Verify,
    /// What the store holds is put into the frontier, to be read again.
    Sweep,
    /// What has expired is noted, and put into the frontier.
    Expire,
    /// Something that is no object of this version leaves the frontier.
    Discard,
    /// The run gives the lease back.
    Release,
    /// A unit's, by its number.
    Unit(u32),
}

/// A turning point of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It begins.
    Started,
    /// It is over.
    Ended,
}

/// Who is in the lane.
#[derive(Debug)]
struct Holder {
    turn: Turn,
    /// What it shows of others and they must not change, itself first, from its look until it has written.
    shows: Vec<Member>,
    /// What it does next.
    step: Option<LaneStep>,
}

/// What one holder has in a request.
#[derive(Clone, Debug)]
pub struct Part {
    pub turn: Turn,
    pub commands: Vec<Command>,
    /// The script that the one command calls.
    pub script: Option<Script>,
    /// The write that it performs; none for a read.
    pub write: Option<Write>,
    /// The sequence of the write.
    pub sequence: u64,
}

/// A request to Redis on its way.
#[derive(Clone, Debug)]
pub struct Pending {
    pub parts: Vec<Part>,
    pub ready_at: Timestamp,
    pub sent_at: Timestamp,
    pub attempts: u32,
    pub ticket: Option<Ticket>,
}

/// Who waits, who goes, and what is on its way.
#[derive(Debug, Default)]
pub struct Lane {
    queue: VecDeque<Turn>,
    holders: Vec<Holder>,
    pub pending: Option<Pending>,
    /// Whether the next request has one part only, because a larger one was refused.
    pub is_narrow: bool,
}

impl Lane {
    /// Queues for a turn.
    pub fn enter(&mut self, turn: Turn) {
        self.queue.push_back(turn);
    }

    /// Lets in whoever waits longest, if that one may join those who are in the lane; `is_social` says who may join others.
    pub fn admit(&mut self, is_social: impl Fn(Turn) -> bool) -> bool {
        let Some(turn) = self.queue.front().copied() else {
            return false;
        };
        let mut all = self.holders.iter().map(|holder| holder.turn).chain([turn]);
        if !self.holders.is_empty() && !all.all(is_social) {
            return false;
        }
        self.queue.pop_front();
        self.holders.push(Holder {
            turn,
            shows: Vec::new(),
            step: None,
        });
        true
    }

    /// Those in the lane who have yet to say what they do next.
    pub fn undecided(&self) -> Vec<Turn> {
        let undecided = self.holders.iter().filter(|holder| holder.step.is_none());
        undecided.map(|holder| holder.turn).collect()
    }

    /// Notes what a holder does next.
    pub fn decide(&mut self, turn: Turn, step: LaneStep) {
        if let Some(holder) = self.holder(turn) {
            holder.step = Some(step);
        }
    }

    /// Whether a holder may look at what it `shows`, itself first: not while another one that has looked shows it, or is shown.
    pub fn may_look(&mut self, turn: Turn, shows: Vec<Member>) -> bool {
        let itself = shows.first();
        let others = self.holders.iter().filter(|holder| holder.turn != turn);
        let is_near = others.into_iter().any(|holder| {
            let is_shown = holder.shows.first().is_some_and(|it| shows.contains(it));
            is_shown || itself.is_some_and(|itself| holder.shows.contains(itself))
        });
        if let Some(holder) = self.holder(turn).filter(|_| !is_near) {
            holder.shows = shows;
        }
        !is_near
    }

    /// Notes that a holder has to look again before it can write.
    pub fn forget_look(&mut self, turn: Turn) {
        if let Some(holder) = self.holder(turn) {
            holder.shows.clear();
        }
    }

    /// What goes into the next request: the writes, then the reads.
    pub fn steps(&mut self) -> Vec<(Turn, LaneStep)> {
        let (mut writes, mut reads, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
        for holder in &mut self.holders {
            if self.is_narrow && !(writes.is_empty() && reads.is_empty()) {
                break;
            }
            match holder.step.take() {
                Some(LaneStep::Write(write)) => {
                    bytes = bytes.saturating_add(write.bytes());
                    if bytes > REQUEST_BYTES && !writes.is_empty() {
                        holder.step = Some(LaneStep::Write(write));
                    } else {
                        writes.push((holder.turn, LaneStep::Write(write)));
                    }
                }
                Some(read) => reads.push((holder.turn, read)),
                None => {}
            }
        }
        self.is_narrow = false;
        writes.into_iter().chain(reads).collect()
    }

    /// Takes a holder out.
    pub fn leave(&mut self, turn: Turn) {
        self.holders.retain(|holder| holder.turn != turn);
    }

    /// Whether nobody is in the lane or waits for it.
    pub fn is_idle(&self) -> bool {
        self.holders.is_empty() && self.queue.is_empty()
    }

    /// Whether someone is queued or served for this turn.
    pub fn has(&self, turn: Turn) -> bool {
        self.holders.iter().any(|holder| holder.turn == turn) || self.queue.contains(&turn)
    }

    fn holder(&mut self, turn: Turn) -> Option<&mut Holder> {
        self.holders.iter_mut().find(|holder| holder.turn == turn)
    }
}

impl Part {
    /// What the holder did with it, to be done again.
    pub fn step(self) -> LaneStep {
        match self.write {
            Some(write) => LaneStep::Write(write),
            None => LaneStep::Read(self.commands),
        }
    }
}

impl Pending {
    /// A request that may go at once.
    pub fn new(parts: Vec<Part>, now: Timestamp) -> Self {
        Self {
            parts,
            ready_at: now,
            sent_at: now,
            attempts: 0,
            ticket: None,
        }
    }

    /// What goes to Redis.
    pub fn commands(&self) -> Vec<Command> {
        let commands = self.parts.iter().flat_map(|part| &part.commands);
        commands.cloned().collect()
    }
}
