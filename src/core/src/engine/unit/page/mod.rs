//! A page, from the frontier to its commit: its object, its blocks, its long properties, then the lane to Redis.
//!
//! A page that is only to be built again skips Notion and begins with what is stored.

mod build;

use crate::api::Request;
use crate::document::{Document, LaidOut, Layout, json};
use crate::engine::write::{Departure, Leads, Removal, Settlement, Verdict, Version, Write};
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::StagedText;
use crate::member::Member;
use crate::notion::{self, Page};
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::ascent::Ascent;
use super::blocks::{Blocks, KEYS_AT_ONCE};
use super::climb::{Above, Climb};
use super::comments::StoredComments;
use super::draft::Draft;
use super::fetch::Fetch;
use super::files::Files;
use super::inside::leads_in;
use super::reading::Reading;
use super::stage::{PART_BYTES, Stage, Staging};
use super::{BlockKeys, Context, LaneStep, Taken, Unreadable, Want};

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
                let page = notion::from_slice(body)
                    .map_err(|error| Unreadable(format!("not a page of Notion's: {error}")))?;
                self.begin(now, page);
            }
            // Gone, or never shared. A full export asks for everything that the store holds, so this is
            // where the first of the two 404s of a removed page is met.
            (Phase::Asking, Err(Failure::NotFound)) => match self.taken.not_found(now) {
                Some(settlement) => self.settle(settlement),
                None => self.phase = Phase::Identifying,
            },
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

    /// In how many parts what it fetched would be saved, or its document staged and its blocks written.
    pub fn parts(&self, block_keys: BlockKeys) -> u32 {
        let bytes = match &self.phase {
            Phase::Fetching(fetch) => fetch.bytes(),
            Phase::Saving(half, _) => half.len(),
            Phase::Looking(draft) => {
                let document = draft.bytes.saturating_mul(draft.claim.left());
                document.saturating_add(draft.comments.bytes())
            }
            Phase::Committing(draft, stage) => {
                let again = draft
                    .bytes
                    .saturating_mul(draft.claim.left().saturating_sub(1));
                let document = draft.bytes.saturating_sub(stage.offset());
                let left = document.saturating_add(draft.comments.bytes());
                again.saturating_add(left)
            }
            Phase::Removing(removal) => removal.blocks.len() / KEYS_AT_ONCE * PART_BYTES,
            _ => 0,
        };
        // Parts of blocks are half as long, and shorter where there are many; those that are gone are about as many.
        let times = match (block_keys, &self.phase) {
            (BlockKeys::None, _) | (_, Phase::Saving(..) | Phase::Removing(_)) => 1,
            (BlockKeys::Written | BlockKeys::Renewed | BlockKeys::Removed, _) => 6,
        };
        u32::try_from(bytes.saturating_mul(times) / PART_BYTES + 1).unwrap_or(u32::MAX)
    }

    /// What it is about to look at, itself first.
    pub fn looks(&self) -> Option<Vec<Member>> {
        match &self.phase {
            Phase::Looking(draft) => Some(draft.reading.subjects().to_vec()),
            Phase::Leaving(reading, _) => Some(reading.subjects().to_vec()),
            _ => None,
        }
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        // It may hold the lane because it was just found to be in scope.
        if let Phase::Fetching(fetch) = &mut self.phase
            && fetch.next().is_none()
        {
            match fetch.files_in_lane(context.keys, self.taken.builder.includes_blocks) {
                Some(step) => return step,
                // Its files may be what is to be asked for now.
                None if fetch.next().is_some() => return LaneStep::Leave,
                None => {
                    self.draft();
                    return LaneStep::Look;
                }
            }
        }
        match &mut self.phase {
            Phase::Recalling => {
                LaneStep::Read(vec![get(context.keys.stage(StagedText::Object(self.id)))])
            }
            Phase::Judging(climb, _) => climb
                .command(context.keys)
                .map_or(LaneStep::Leave, |command| LaneStep::Read(vec![command])),
            Phase::Loading => LaneStep::Read(vec![get(context.keys.page(self.id))]),
            Phase::Saving(half, stage) => match stage.next_part(half) {
                Some(part) => LaneStep::Write(Write::Stage {
                    text: StagedText::Object(self.id),
                    half: stage.is_last(half).then_some(Member::Page(self.id)),
                    part,
                }),
                None => LaneStep::Leave,
            },
            Phase::Looking(draft) => LaneStep::Read(draft.reading.commands(context)),
            Phase::Committing(draft, stage) => {
                if draft.committed.is_none() {
                    return LaneStep::Leave;
                }
                match draft.ahead(stage, self.version == Version::Rebuilt) {
                    Some(write) => LaneStep::Write(write),
                    None => match draft.commit(context, self.version.clone(), &self.taken) {
                        Some(commit) => LaneStep::Write(Write::CommitPage(commit)),
                        None => LaneStep::Leave,
                    },
                }
            }
            Phase::Leaving(reading, _) => LaneStep::Read(reading.commands(context)),
            Phase::Removing(removal) => LaneStep::Write(Write::Remove(removal.clone())),
            Phase::Settling(settlement) => LaneStep::Write(Write::Settle(settlement.clone())),
            Phase::Asking
            | Phase::Ascending(..)
            | Phase::Identifying
            | Phase::Fetching(_)
            | Phase::HalfDone
            | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, context: &Context<'_>, values: &[Value]) {
        let block_keys = context.block_keys;
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Recalling => {
                // What another builder saved, or what is not whole, is as good as nothing.
                let half = values.first().and_then(Value::text);
                let half = half.and_then(|half| serde_json::from_str(&half).ok());
                self.half = half
                    .filter(|(builder, ..): &(String, Version, Box<Fetch>)| {
                        builder == self.taken.builder.name()
                    })
                    .map(|(_, version, fetch)| (version, fetch));
                // What is saved and cannot be read must not be saved and counted as new for ever.
                let had = self.half.as_ref().map(|(_, fetch)| fetch.ended());
                self.had = had.unwrap_or(usize::MAX);
                self.phase = Phase::Asking;
            }
            Phase::Fetching(mut fetch) => {
                fetch.files_mut().looked(values);
                self.phase = Phase::Fetching(fetch);
            }
            Phase::Loading => match values.first().and_then(Value::text) {
                Some(json) => match serde_json::from_str::<Document>(&json) {
                    Ok(document) => {
                        let leads = match self.taken.is_rescoped {
                            true => leads_in(&document.blocks),
                            false => Leads::default(),
                        };
                        let above = Above::of(document.parent.as_ref(), self.taken.owner);
                        self.judge(above, Then::Look(Box::new(document), leads, json.len()));
                    }
                    Err(error) => self.fail(format!("the stored document cannot be read: {error}")),
                },
                None => self.settle(self.taken.kept()),
            },
            Phase::Judging(mut climb, then) => {
                climb.read(values);
                let put_back = self.taken.put_back();
                match put_back.filter(|_| climb.question().is_some()) {
                    Some(put_back) => self.settle(put_back),
                    None => {
                        self.phase = Phase::Judging(climb, then);
                        self.judged();
                    }
                }
            }
            Phase::Looking(mut draft) => {
                let references = draft.reading.references(values);
                self.phase = if draft.reading.is_left_out(self.taken.scope.as_deref()) {
                    let removal = draft.reading.removal(values, Departure::OutOfScope);
                    Phase::Removing(Box::new(removal))
                } else if draft.reading.is_under_trash() {
                    let removal = draft.reading.removal(values, Departure::Trashed);
                    Phase::Removing(Box::new(removal))
                } else if draft.shows_more(&references) {
                    Phase::Looking(draft)
                } else {
                    let block_keys = match (block_keys, self.taken.is_expired) {
                        (BlockKeys::Written, true) => BlockKeys::Renewed,
                        (block_keys, _) => block_keys,
                    };
                    let builder = &self.taken.builder;
                    draft.resolve(&references, builder, block_keys, context.now);
                    Phase::Committing(draft, Staging::default())
                };
            }
            Phase::Leaving(mut reading, departure) => {
                self.phase = Phase::Removing(Box::new(reading.removal(values, departure)));
            }
            other => self.phase = other,
        }
    }

    pub fn written(&mut self, verdict: Verdict) {
        match (std::mem::replace(&mut self.phase, Phase::Done), verdict) {
            (Phase::Committing(mut draft, _), Verdict::PathTaken) => match draft.claim.next() {
                Some(claim) => {
                    draft.claim = claim;
                    self.phase = Phase::Looking(draft);
                }
                None => self.fail(format!("another page has the path {}", draft.document.path)),
            },
            // The commit took the document with it.
            (Phase::Committing(mut draft, mut stage), _) => {
                if draft.committed.is_some() {
                    let blocks = draft.blocks.as_mut();
                    if !blocks.is_some_and(Blocks::written) && !draft.comments.written() {
                        stage.written();
                    }
                    self.phase = Phase::Committing(draft, stage);
                }
            }
            (Phase::Fetching(mut fetch), _) => {
                fetch.files_mut().noted();
                self.phase = Phase::Fetching(fetch);
            }
            (Phase::Saving(half, mut stage), _) => {
                stage.written();
                self.phase = match stage.is_done(&half) {
                    true => Phase::HalfDone,
                    false => Phase::Saving(half, stage),
                };
            }
            (Phase::Removing(mut removal), Verdict::Partial) => {
                removal
                    .blocks
                    .drain(..removal.blocks.len().min(KEYS_AT_ONCE));
                self.phase = Phase::Removing(removal);
            }
            (Phase::Removing(_) | Phase::Settling(_) | Phase::Done, _) => {}
            (other, _) => self.phase = other,
        }
    }

    /// Redis refuses what was to be written; whether that can be noted.
    pub fn refused(&mut self, problem: &str) -> bool {
        let is_noted = !matches!(self.phase, Phase::Settling(_));
        self.settle(self.taken.refused(problem));
        is_noted
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
                Some(false) => {
                    self.failure = self.taken.out_of_scope();
                    self.leave(Departure::OutOfScope);
                }
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

fn get(key: String) -> Command {
    Command::new(["GET".to_owned(), key])
}
