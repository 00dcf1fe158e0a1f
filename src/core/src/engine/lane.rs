//! The one-lane road to Redis.
//!
//! Writes carry a sequence, so they go one after the other; a unit reads what its page shows of others
//! and commits without leaving the lane in between, so that no other commit makes that reading old.

use std::collections::VecDeque;

use crate::redis::{Command, Script};
use crate::time::Timestamp;

use super::effect::Ticket;
use super::write::Write;

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

/// A request to Redis on its way.
#[derive(Clone, Debug)]
pub struct Pending {
    pub commands: Vec<Command>,
    /// The script that the one command calls.
    pub script: Option<Script>,
    /// The write that it performs; none for a read.
    pub write: Option<Write>,
    pub ready_at: Timestamp,
    pub sent_at: Timestamp,
    pub attempts: u32,
    pub ticket: Option<Ticket>,
}

/// Who waits, who goes, and what is on its way.
#[derive(Debug, Default)]
pub struct Lane {
    queue: VecDeque<Turn>,
    pub holder: Option<Turn>,
    pub pending: Option<Pending>,
}

impl Lane {
    /// Queues for a turn.
    pub fn enter(&mut self, turn: Turn) {
        self.queue.push_back(turn);
    }

    /// Gives the lane to whoever waits longest, if it is free.
    pub fn admit(&mut self) -> Option<Turn> {
        if self.holder.is_none() {
            self.holder = self.queue.pop_front();
        }
        self.holder
    }

    /// Whether nobody holds the lane or waits for it.
    pub fn is_idle(&self) -> bool {
        self.holder.is_none() && self.queue.is_empty()
    }

    /// Whether someone is queued or served for this turn.
    pub fn has(&self, turn: Turn) -> bool {
        self.holder == Some(turn) || self.queue.contains(&turn)
    }
}

impl Pending {
    /// A request that may go at once.
    pub fn new(
        commands: Vec<Command>,
        script: Option<Script>,
        write: Option<Write>,
        now: Timestamp,
    ) -> Self {
        Self {
            commands,
            script,
            write,
            ready_at: now,
            sent_at: now,
            attempts: 0,
            ticket: None,
        }
    }
}
