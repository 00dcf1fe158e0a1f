//! One object being exported, from the frontier to its commit.
//!
//! A unit asks Notion one thing at a time; then it waits for the lane to Redis, which it holds
//! from its first read until its write is done, so that what a page shows of others is current when it is committed.

mod container;
mod fetch;
mod page;
mod properties;
mod reading;
mod search;
mod stage;

use std::time::Duration;

use crate::api::Request;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::state::ExportKind;
use super::write::{Verdict, Write};
use crate::member::Member;
use container::Container;
use page::PageUnit;
use search::Search;

/// How often an object is taken without an end before it is put aside.
const MAX_TAKES: u32 = 3;

/// How long an object waits that Notion could not give, times the number of its takes.
const RETRY_DELAY: Duration = Duration::from_secs(60);

/// What a unit needs next.
#[derive(Debug)]
pub enum Want {
    /// An answer of Notion.
    Notion(Request),
    /// The lane to Redis.
    Lane,
    /// Nothing: it is done.
    End,
}

/// What a unit does while it holds the lane.
#[derive(Debug)]
pub enum LaneStep {
    /// Reads, in one request.
    Read(Vec<Command>),
    /// Writes.
    Write(Write),
    /// Gives the lane back.
    Leave,
}

/// What a unit may know of the store.
pub struct Context<'a> {
    pub keys: &'a Keys,
}

/// An object being exported.
#[derive(Debug)]
pub enum Unit {
    Search(Search),
    Page(Box<PageUnit>),
    Container(Box<Container>),
}

/// An entry of the frontier, as it was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub member: Member,
    /// How often it was taken, this time included.
    pub takes: u32,
    /// The object as a listing gave it, and when.
    pub listed: Option<(Timestamp, String)>,
    /// The version that the store holds.
    pub known: Option<String>,
    /// The page whose blocks hold it.
    pub owner: Option<Id>,
    /// Whether it is to be built again from what is stored.
    pub is_rebuild: bool,
}

impl Unit {
    /// The listing of everything by search.
    pub fn search(kind: ExportKind) -> Self {
        Self::Search(Search::new(kind))
    }

    /// The unit for an entry of the frontier.
    pub fn of(taken: Taken) -> Self {
        match taken.member {
            Member::Page(id) => Self::Page(Box::new(PageUnit::new(id, taken))),
            Member::Database(_) | Member::DataSource(_) => {
                Self::Container(Box::new(Container::new(taken)))
            }
        }
    }

    /// The object that this unit exports; none for search.
    pub fn member(&self) -> Option<Member> {
        match self {
            Self::Search(_) => None,
            Self::Page(page) => Some(page.member()),
            Self::Container(container) => Some(container.member()),
        }
    }

    /// What it needs next.
    pub fn want(&self) -> Want {
        match self {
            Self::Search(search) => search.want(),
            Self::Page(page) => page.want(),
            Self::Container(container) => container.want(),
        }
    }

    /// Takes Notion's answer; a failure here is final, retries are over.
    pub fn answered(&mut self, now: Timestamp, answer: Result<&[u8], &Failure>) {
        match self {
            Self::Search(search) => search.answered(answer),
            Self::Page(page) => page.answered(now, answer),
            Self::Container(container) => container.answered(now, answer),
        }
    }

    /// The next step while it holds the lane.
    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        match self {
            Self::Search(search) => search.lane(),
            Self::Page(page) => page.lane(context),
            Self::Container(container) => container.lane(context),
        }
    }

    /// Takes the values that it read.
    pub fn read(&mut self, keys: &Keys, values: &[Value]) {
        match self {
            Self::Search(_) => {}
            Self::Page(page) => page.read(values),
            Self::Container(container) => container.read(keys, values),
        }
    }

    /// Takes what its write came to, with the script's whole answer.
    pub fn written(&mut self, verdict: Verdict, answer: &Value) {
        match self {
            Self::Search(search) => search.written(verdict, answer),
            Self::Page(page) => page.written(verdict),
            Self::Container(container) => container.written(),
        }
    }

    /// Redis refuses its write; whether that can be noted instead.
    pub fn refused(&mut self, problem: &str) -> bool {
        match self {
            Self::Search(_) => false,
            Self::Page(page) => page.refused(problem),
            Self::Container(container) => container.refused(problem),
        }
    }

    /// Why it failed, if it ends for good without a document.
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Search(search) => search.failure(),
            Self::Page(page) => page.failure(),
            Self::Container(container) => container.failure(),
        }
    }
}
