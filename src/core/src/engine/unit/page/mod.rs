//! A page, from the frontier to its commit: its object, its blocks, its long properties, then the lane to Redis.
//!
//! A page that is only to be built again skips Notion and begins with what is stored.

mod build;
mod lane;

use crate::api::Request;
use crate::document::{Document, LaidOut, Layout, json};
use crate::engine::write::{Departure, Leads, Removal, Settlement, Version};
use crate::failure::Failure;
use crate::id::Id;
use crate::member::Member;
use crate::notion::{self, Page};
use crate::time::Timestamp;

use super::ascent::Ascent;
use super::climb::{Above, Climb};
use super::comments::StoredComments;
use super::draft::Draft;
use super::fetch::Fetch;
use super::files::Files;
use super::reading::Reading;
use super::stage::{Stage, Staging};
use super::{Taken, Unreadable, Want};

/// A page being exported.
#[derive(Debug)]
pub struct PageUnit {
    id: Id,
    taken: Taken,
    phase: Phase,
    version: Version,
    /// What an earlier run fetched, and of which version.
    half: Option<(Version, Box<Fetch>)>,
    /// How much an earlier run fetched of it: this one gets on when it has more.
    had: usize,
    /// How much was fetched of it when it was saved.
    has: usize,
    failure: Option<String>,
    /// Whether its object is as a listing gave it, some time ago.
    is_as_listed: bool,
    /// The files that were copied before it was begun anew.
    files: Files,
}

#[derive(Debug)]
enum Phase {
    /// What an earlier run fetched is read.
    Recalling,
    /// The page object is asked for.
    Asking,
    /// Whether it is in scope is found out.
    Judging(Climb, Then),
    /// Whose blocks hold it is asked.
    Ascending(Ascent, Then),
    /// Its blocks and long properties are asked for.
    Fetching(Box<Fetch>),
    /// What was fetched is saved, because the run ends.
    Saving(LaidOut, Stage),
    /// It is saved.
    HalfDone,
    /// The stored document is read, to be built again.
    Loading,
    /// What the document shows of other pages is read.
    Looking(Box<Draft>),
    /// The document is written, in parts before the commit where it is large.
    Committing(Box<Draft>, Staging),
    /// Notion does not know it any more: whether the token is still the same connection's is asked.
    Identifying,
    /// It is in the trash, or gone: where it is in the store is read.
    Leaving(Box<Reading>, Departure),
    /// It is taken out.
    Removing(Box<Removal>),
    /// There is nothing to write but how it ended.
    Settling(Settlement),
    Done,
}

/// What a page that is in scope goes on with.
#[derive(Debug)]
enum Then {
    /// Its blocks, of the object that was read at that time.
    Fetch(Timestamp, Box<Page>),
    /// What it shows of others: the document is there, with what it leads to and its length.
    Look(Box<Document>, Leads, usize),
}

impl PageUnit {
    pub fn new(id: Id, taken: Taken, now: Timestamp) -> Self {
        let mut unit = Self {
            id,
            taken,
            phase: Phase::Asking,
            version: Version::Kept,
            half: None,
            had: 0,
            has: 0,
            failure: None,
            is_as_listed: false,
            files: Files::default(),
        };
        if let Some(settlement) = unit.taken.used_up(now) {
            unit.settle(settlement);
        } else if unit.taken.is_rebuild {
            unit.version = Version::Rebuilt;
            unit.phase = Phase::Loading;
        } else if unit.taken.half.is_some() {
            unit.phase = Phase::Recalling;
        } else if let Some((at, json)) = unit.taken.listed.take()
            && let Ok(page) = serde_json::from_str(&json)
        {
            unit.is_as_listed = true;
            unit.begin(at, page);
        }
        unit
    }

    pub fn member(&self) -> Member {
        Member::Page(self.id)
    }

    pub fn taken(&self) -> &Taken {
        &self.taken
    }

    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Whether it reads a large document: then nobody else is in the lane. Once it is read others may join,
    /// but none that reads a large one.
    pub fn is_alone(&self) -> bool {
        self.taken.is_large && self.is_unread()
    }

    /// Whether what is stored is to be read.
    pub fn is_unread(&self) -> bool {
        matches!(self.phase, Phase::Loading)
    }

    pub fn refused_comments(&self) -> Option<&Failure> {
        match &self.phase {
            Phase::Fetching(fetch) => fetch.refused_comments(),
            _ => None,
        }
    }

    pub fn want(&self) -> Want {
        match &self.phase {
            Phase::Asking => Want::notion(Request::page(self.id)),
            Phase::Identifying => Want::notion(Request::me()),
            Phase::Judging(climb, _) => climb.question().map_or(Want::Lane, Want::notion),
            Phase::Ascending(ascent, _) => ascent.question().map_or(Want::Lane, Want::notion),
            Phase::Fetching(fetch) => fetch.next().map_or(Want::Lane, Want::Ask),
            Phase::Done | Phase::HalfDone => Want::End,
            Phase::Recalling
            | Phase::Saving(..)
            | Phase::Loading
            | Phase::Looking(_)
            | Phase::Committing(..)
            | Phase::Leaving(..)
            | Phase::Removing(_)
            | Phase::Settling(_) => Want::Lane,
        }
    }

    pub fn answered(
        &mut self,
        now: Timestamp,
        answer: Result<&[u8], &Failure>,
    ) -> Result<(), Unreadable> {
        match (&mut self.phase, answer) {
            (Phase::Asking, Ok(body)) => {
                let page: Page = notion::from_slice(body)
                    .map_err(|error| Unreadable(format!("not a page of Notion's: {error}")))?;
                match page.properties.get().is_none() && page.parent.get().is_none() {
                    true => self.settle(self.taken.failed_for(now, &Failure::partial("page"))),
                    false => self.begin(now, page),
                }
            }
            // Gone, or never shared. A full export asks for everything that the store holds, so this is
            // where the first of the two 404s of a removed page is met.
            (Phase::Asking, Err(failure))
                if *failure == Failure::NotFound || failure.is_of_another_kind() =>
            {
                match self.taken.not_found(now) {
                    Some(settlement) => self.settle(settlement),
                    None => self.phase = Phase::Identifying,
                }
            }
            (Phase::Identifying, Ok(me)) if self.taken.is_of(me) => self.leave(Departure::Gone),
            (Phase::Identifying, Ok(_)) => self.settle(self.taken.not_seen(now)),
            (Phase::Judging(climb, _), answer) if !is_passing(&answer) => {
                climb.answered(answer)?;
                self.judged();
            }
            // What is built again is so even where Notion does not answer.
            (Phase::Ascending(ascent, _), answer)
                if self.taken.is_rebuild || !is_passing(&answer) =>
            {
                ascent.answered(answer)?;
                self.ascended();
            }
            (Phase::Fetching(fetch), Ok(body)) => {
                if let Err(circular) = fetch.take(body)? {
                    return self.answered(now, Err(&circular));
                }
            }
            (Phase::Fetching(fetch), Err(failure))
                if fetch.is_at_a_file() && (!failure.is_passing() || self.taken.is_last()) =>
            {
                // What an earlier run or a listing read may have addresses that have ended.
                let is_old = self.is_as_listed || self.taken.half.is_some();
                let may_have_ended = is_old && !failure.is_passing();
                match may_have_ended && fetch.files().may_begin_anew() {
                    true => self.begin_anew(),
                    false => fetch.lose_file(failure),
                }
            }
            (Phase::Fetching(fetch), Err(failure)) => {
                match fetch.failed(failure) {
                    Ok(()) => {}
                    // It went since it was listed, or not: its object tells.
                    Err(Failure::NotFound) if self.is_as_listed => {
                        self.is_as_listed = false;
                        self.phase = Phase::Asking;
                    }
                    // What the store does not hold yet is better had without its blocks than not at all.
                    Err(failure @ Failure::Rejected { .. })
                        if !self.taken.is_stored || self.taken.is_expired =>
                    {
                        fetch.go_without_blocks(&failure);
                    }
                    Err(failure) => self.settle(self.taken.failed_for(now, &failure)),
                }
            }
            (_, Err(failure)) => self.settle(self.taken.failed_for(now, failure)),
            (_, Ok(_)) => {}
        }
        Ok(())
    }

    /// How many bytes an earlier run saved of it, while they are not read.
    pub fn recalls(&self) -> Option<usize> {
        self.taken
            .half
            .filter(|_| matches!(self.phase, Phase::Recalling))
    }

    /// How much Notion has given of it, or is being saved.
    pub fn bytes(&self) -> usize {
        match &self.phase {
            Phase::Fetching(fetch) => fetch.bytes(),
            Phase::Saving(half, _) => half.len(),
            _ => 0,
        }
    }

    /// How many requests to Notion it is known to need still.
    pub fn queued(&self) -> usize {
        match &self.phase {
            Phase::Fetching(fetch) => fetch.queued(),
            _ => 0,
        }
    }

    /// Ends it, because no run of this plan can hold it.
    pub fn end_as_too_large(&mut self, now: Timestamp) {
        self.settle(self.taken.too_large(now));
    }

    /// Has what it fetched saved; whether there is anything new to save.
    pub fn suspend(&mut self) -> bool {
        let Phase::Fetching(fetch) = &mut self.phase else {
            return false;
        };
        let Some(fetch) = fetch.suspend() else {
            return false;
        };
        self.has = fetch.ended();
        let half = json(&(self.taken.builder.name(), &self.version, fetch));
        let half = LaidOut::new(half, Layout::Compact);
        self.phase = Phase::Saving(half, Stage::default());
        true
    }

    /// Whether this run has fetched something of it that is worth saving.
    pub fn has_advanced(&self) -> bool {
        matches!(&self.phase, Phase::Fetching(fetch) if fetch.has_advanced())
    }

    /// Whether it ended with what it fetched saved.
    pub fn is_half_done(&self) -> bool {
        matches!(self.phase, Phase::HalfDone)
    }

    /// Whether an earlier run had fetched less of it.
    pub fn has_got_on(&self) -> bool {
        self.has > self.had
    }

    fn begin(&mut self, read_at: Timestamp, page: Page) {
        if page.is_in_trash() {
            return self.leave(Departure::Trashed);
        }
        let above = Above::of(page.parent.get(), self.taken.owner);
        self.judge(above, Then::Fetch(read_at, Box::new(page)));
    }

    /// Finds out whether the page, which lies in `above`, is in scope.
    fn judge(&mut self, above: Above, then: Then) {
        match self.taken.scope.clone() {
            Some(scope) => {
                let climb = Climb::new(scope, self.member(), above);
                self.phase = Phase::Judging(climb, then);
                self.judged();
            }
            None => self.go_on(then),
        }
    }

    /// Goes on, once it is known whether the page is in scope.
    fn judged(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Judging(climb, then) => match climb.decided() {
                Some(true) => self.go_on(then),
                Some(false) => self.leave(Departure::OutOfScope),
                None => self.phase = Phase::Judging(climb, then),
            },
            other => self.phase = other,
        }
    }

    /// Goes on, once it is known whose blocks hold it.
    fn ascended(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Ascending(ascent, then) => match ascent.held() {
                Some(held) if self.taken.found(held) => self.go_on(then),
                Some(_) => self.leave(Departure::InTrashedBlock),
                None => self.phase = Phase::Ascending(ascent, then),
            },
            other => self.phase = other,
        }
    }

    fn go_on(&mut self, then: Then) {
        let parent = match &then {
            Then::Fetch(_, page) => page.parent.get(),
            Then::Look(document, ..) => document.parent.as_ref(),
        };
        if let Some(ascent) = self.taken.ascent(parent) {
            self.phase = Phase::Ascending(ascent, then);
            return;
        }
        match then {
            Then::Fetch(read_at, page) => self.fetch(read_at, *page),
            Then::Look(document, leads, bytes) => {
                self.look(*document, StoredComments::Kept, leads, None, bytes);
            }
        }
    }

    fn leave(&mut self, departure: Departure) {
        self.failure = self.taken.why_left(departure);
        let reading = Reading::new(self.member(), None, None, Vec::new());
        self.phase = Phase::Leaving(Box::new(reading), departure);
    }

    fn fail(&mut self, problem: String) {
        self.settle(self.taken.failed(problem));
    }

    fn settle(&mut self, settlement: Settlement) {
        self.failure = settlement.report().map(str::to_owned);
        self.phase = Phase::Settling(settlement);
    }
}

/// Whether asking again may bring an answer.
pub fn is_passing(answer: &Result<&[u8], &Failure>) -> bool {
    answer.is_err_and(Failure::is_passing)
}
