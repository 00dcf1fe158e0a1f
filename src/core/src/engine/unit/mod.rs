//! One object being exported, from the frontier to its commit.
//!
//! A unit asks Notion one thing at a time; then it waits for the lane to Redis, which it holds
//! from its first read until its write is done, so that what a page shows of others is current when it is committed.

mod ascent;
mod blocks;
mod climb;
mod comments;
mod container;
mod draft;
mod errand;
mod fetch;
mod files;
mod inside;
mod page;
mod probe;
mod properties;
mod reading;
mod roots;
mod rows;
mod search;
mod stage;
mod taken;
mod tree;
mod unlink;
mod users;

use std::rc::Rc;

use crate::api::Request;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::scope::Scope;
use crate::time::Timestamp;

use super::asking::Question;
use super::job::Job;
use super::state::SearchPlace;
use super::version::Builder;
use super::write::{Verdict, Write};
use crate::member::Member;
pub use blocks::{BlockKeys, KEYS_AT_ONCE};
pub use climb::Above;
pub use comments::StoredComments;
use container::Container;
pub use errand::Errand;
use page::PageUnit;
use probe::Probe;
pub use probe::Purpose;
pub use roots::Roots;
pub use search::Search;
pub use taken::{Asked, EXPIRED, LONGEST_RETRY_DELAY, NEVER_STORED, NOTHING_STORED, REST, Taken};
pub use unlink::Unlink;
pub use users::Users;

/// Whether it is in scope, a read, the commit, and the commit by another path.
pub const REQUESTS_TO_END: u32 = 4;

/// What a unit needs next.
#[derive(Debug)]
pub enum Want {
    /// An answer of Notion, or a file.
    Ask(Question),
    /// The lane to Redis.
    Lane,
    /// Nothing: it is done.
    End,
}

impl Want {
    /// An answer of Notion.
    pub fn notion(request: Request) -> Self {
        Self::Ask(Question::Notion(request))
    }
}

/// What a unit does while it holds the lane.
#[derive(Debug)]
pub enum LaneStep {
    /// Reads, in one request.
    Read(Vec<Command>),
    /// Writes.
    Write(Write),
    /// Is about to look at what it shows of others, if it may.
    Look,
    /// Gives the lane back.
    Leave,
}

/// Says what is wrong with a body that is not what was asked for.
#[derive(Debug)]
pub struct Unreadable(pub String);

/// What a unit may know of the store.
pub struct Context<'a> {
    pub keys: &'a Keys,
    pub block_keys: BlockKeys,
    /// Whether comments that were stored before go.
    pub drops_comments: bool,
    pub now: Timestamp,
}

/// An object being exported, or an errand beside them.
#[derive(Debug)]
pub enum Unit {
    Errand(Errand),
    Page(Box<PageUnit>),
    Container(Box<Container>),
}

impl Unit {
    /// The listing of everything by search, for the job of the export with that number.
    pub fn search(
        export: (Job, u64),
        watermark: Option<Timestamp>,
        place: SearchPlace,
        scope: Option<Rc<Scope>>,
        builder: Builder,
    ) -> Self {
        let search = Search::new(export, watermark, place, scope, builder);
        Self::Errand(Errand::Search(Box::new(search)))
    }

    /// The look-up of the objects that an export begins with, of which `done` are looked up.
    pub fn roots(roots: Vec<Vec<Member>>, done: usize) -> Self {
        Self::Errand(Errand::Roots(Roots::new(roots, done)))
    }

    /// The deletion of copies of files that no page shows any more.
    pub fn unlink() -> Self {
        Self::Errand(Errand::Unlink(Unlink::new()))
    }

    /// The question who we are.
    pub fn probe(purpose: Purpose) -> Self {
        Self::Errand(Errand::Probe(Probe::new(purpose)))
    }

    /// Whether it asks who we are, for that purpose.
    pub fn is_probe(&self, purpose: Purpose) -> bool {
        matches!(self, Self::Errand(Errand::Probe(probe)) if probe.is_for(purpose))
    }

    /// The unit for an entry of the frontier.
    pub fn of(taken: Taken, now: Timestamp) -> Self {
        match taken.member {
            Member::Page(id) => Self::Page(Box::new(PageUnit::new(id, taken, now))),
            Member::Database(_) | Member::DataSource(_) => {
                Self::Container(Box::new(Container::new(taken, now)))
            }
        }
    }

    /// The object that this unit exports; an errand has none.
    pub fn member(&self) -> Option<Member> {
        match self {
            Self::Errand(_) => None,
            Self::Page(page) => Some(page.member()),
            Self::Container(container) => Some(container.member()),
        }
    }

    /// What it needs next.
    pub fn want(&self) -> Want {
        match self {
            Self::Errand(errand) => errand.want(),
            Self::Page(page) => page.want(),
            Self::Container(container) => container.want(),
        }
    }

    /// Takes Notion's answer; a failure here is final, retries are over.
    ///
    /// # Errors
    /// What is wrong with a body that is not what was asked for; the unit is as it was, and asks the same again.
    pub fn answered(
        &mut self,
        now: Timestamp,
        answer: Result<&[u8], &Failure>,
    ) -> Result<(), Unreadable> {
        match self {
            Self::Errand(errand) => errand.answered(answer),
            Self::Page(page) => page.answered(now, answer),
            Self::Container(container) => container.answered(now, answer),
        }
    }

    /// Whether it is put aside if it does not come to an end now.
    pub fn is_on_its_last_take(&self) -> bool {
        self.taken().is_some_and(Taken::is_last)
    }

    /// Whether it may share the lane. What was being built again when a run died does not: several large documents at once
    /// may have been too much for it.
    pub fn may_join_others(&self) -> bool {
        let is_alone = matches!(self, Self::Page(page) if page.is_alone());
        self.taken()
            .is_some_and(|taken| !is_alone && (!taken.is_rebuild || taken.takes <= 1))
    }

    /// Whether it is to be built again alone in the lane, and what is stored is not read yet.
    pub fn has_yet_to_be_alone(&self) -> bool {
        let is_unread = match self {
            Self::Page(page) => page.is_unread(),
            Self::Container(container) => container.is_unread(),
            Self::Errand(_) => false,
        };
        is_unread && !self.may_join_others()
    }

    /// Whether nothing that takes long to read is read of it yet: it can be left to another run.
    pub fn can_be_left(&self) -> bool {
        self.has_yet_to_be_alone() || self.recalls().is_some()
    }

    /// Whether it is built again from what is stored.
    pub fn is_rebuild(&self) -> bool {
        self.taken().is_some_and(|taken| taken.is_rebuild)
    }

    /// The entry of the frontier that it began with.
    fn taken(&self) -> Option<&Taken> {
        match self {
            Self::Errand(_) => None,
            Self::Page(page) => Some(page.taken()),
            Self::Container(container) => Some(container.taken()),
        }
    }

    /// How many bytes of its object an earlier run saved, while they are not read. How far a listing came is short.
    pub fn recalls(&self) -> Option<usize> {
        match self {
            Self::Page(page) => page.recalls(),
            _ => None,
        }
    }

    /// Whether an earlier run saved what it had fetched of it.
    pub fn is_half_fetched(&self) -> bool {
        self.taken().is_some_and(|taken| taken.half.is_some())
    }

    /// How much Notion has given of its object, or is being saved.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Page(page) => page.bytes(),
            Self::Errand(_) | Self::Container(_) => 0,
        }
    }

    /// How many requests to Notion it is known to need still.
    pub fn queued(&self) -> usize {
        match self {
            Self::Page(page) => page.queued(),
            Self::Errand(_) | Self::Container(_) => 0,
        }
    }

    /// Ends it, because no run of this plan can hold its object.
    pub fn end_as_too_large(&mut self, now: Timestamp) {
        if let Self::Page(page) = self {
            page.end_as_too_large(now);
        }
    }

    /// Has what it fetched saved, because the run ends; whether there is anything to save.
    pub fn suspend(&mut self) -> bool {
        match self {
            Self::Errand(_) => false,
            Self::Page(page) => page.suspend(),
            Self::Container(container) => container.suspend(),
        }
    }

    /// Whether this run has fetched something of it that is worth saving, and can be.
    pub fn has_advanced(&self) -> bool {
        matches!(self, Self::Page(page) if page.has_advanced())
    }

    /// How many requests to Redis end it once Notion has answered: reads, parts, commits.
    pub fn requests_to_end(&self, block_keys: BlockKeys) -> u32 {
        match self {
            Self::Errand(_) | Self::Container(_) => REQUESTS_TO_END,
            Self::Page(page) => page.parts(block_keys).saturating_add(REQUESTS_TO_END),
        }
    }

    /// Whether it ended before its object was done, with what it fetched saved.
    pub fn is_half_done(&self) -> bool {
        match self {
            Self::Errand(_) => false,
            Self::Page(page) => page.is_half_done(),
            Self::Container(container) => container.is_half_done(),
        }
    }

    /// Whether what it saved is more than an earlier run had: a page that is edited before every run begins anew.
    pub fn has_got_on(&self) -> bool {
        match self {
            Self::Errand(_) => false,
            Self::Page(page) => page.has_got_on(),
            Self::Container(container) => container.is_half_done(),
        }
    }

    /// What it is about to look at, itself first: those must not change until it has written.
    pub fn looks(&self) -> Option<Vec<Member>> {
        match self {
            Self::Errand(_) => None,
            Self::Page(page) => page.looks(),
            Self::Container(container) => container.looks(),
        }
    }

    /// The next step while it holds the lane.
    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        match self {
            Self::Errand(errand) => errand.lane(context),
            Self::Page(page) => page.lane(context),
            Self::Container(container) => container.lane(context),
        }
    }

    /// Takes the values that it read.
    pub fn read(&mut self, context: &Context<'_>, values: &[Value]) {
        match self {
            Self::Errand(errand) => errand.read(values),
            Self::Page(page) => page.read(context, values),
            Self::Container(container) => container.read(context.keys, values),
        }
    }

    /// Takes what its write came to, with the script's whole answer.
    pub fn written(&mut self, verdict: Verdict, answer: &Value) {
        match self {
            Self::Errand(errand) => errand.written(verdict, answer),
            Self::Page(page) => page.written(verdict),
            Self::Container(container) => container.written(),
        }
    }

    /// Redis refuses its write; whether that can be noted instead.
    pub fn refused(&mut self, problem: &str) -> bool {
        match self {
            Self::Errand(_) => false,
            Self::Page(page) => page.refused(problem),
            Self::Container(container) => container.refused(problem),
        }
    }

    /// Why Notion has refused its comments, which are asked for last; it goes on without.
    pub fn refused_comments(&self) -> Option<&Failure> {
        match self {
            Self::Page(page) => page.refused_comments(),
            _ => None,
        }
    }

    /// Why it failed, if that is to be reported.
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Errand(errand) => errand.failure(),
            Self::Page(page) => page.failure(),
            Self::Container(container) => container.failure(),
        }
    }
}
