//! A database or a data source: its object, for a data source its rows, then its commit.
//!
//! A database leads to its data sources, a data source to its database and its rows.

mod lane;

use crate::api::Request;
use crate::document::StoredObject;
use crate::engine::write::{Departure, Found, ObjectCommit, Removal, Settlement, Version};
use crate::failure::Failure;
use crate::member::Member;
use crate::redis::Value;
use crate::time::Timestamp;

use super::ascent::Ascent;
use super::climb::{Above, Climb};
use super::files::Files;
use super::page::is_passing;
use super::reading::Reading;
use super::rows::Rows;
use super::{NOTHING_STORED, Taken, Unreadable, Want};

/// A database or data source being exported.
#[derive(Debug)]
pub struct Container {
    taken: Taken,
    phase: Phase,
    object: Option<StoredObject>,
    rows: Rows,
    version: Version,
    /// Up to when an earlier run listed the rows.
    half: Option<Timestamp>,
    failure: Option<String>,
    files: Files,
    /// Whether its object is as a listing gave it, some time ago.
    is_as_listed: bool,
}

#[derive(Debug)]
enum Phase {
    /// How far an earlier run came with the rows is read.
    Recalling,
    Asking,
    /// Whether it is in scope is found out.
    Judging(Climb),
    /// Whose blocks hold it is asked.
    Ascending(Ascent),
    /// It is in scope and in no trash, which what lies below it has to know before it is stored.
    Wording,
    /// How far the rows are listed is saved, because the run ends: a time, and no cursor.
    Saving(Timestamp),
    /// It is saved.
    HalfDone,
    /// What is stored is read, because what it lies under has changed.
    Loading,
    Listing,
    Found(Vec<Found>),
    /// Its files are copied.
    Filing,
    Looking(Box<Reading>),
    Committing(Box<ObjectCommit>),
    /// Notion does not know it any more: whether the token is still the same connection's is asked.
    Identifying,
    /// It is in the trash, or gone: where it is in the store is read.
    Leaving(Box<Reading>, Departure),
    Removing(Box<Removal>),
    Settling(Settlement),
    Done,
}

impl Container {
    pub fn new(taken: Taken, now: Timestamp) -> Self {
        let listed = taken.listed.clone();
        let mut container = Self {
            taken,
            phase: Phase::Asking,
            object: None,
            rows: Rows::default(),
            version: Version::Kept,
            half: None,
            failure: None,
            files: Files::default(),
            is_as_listed: false,
        };
        if let Some(settlement) = container.taken.used_up(now) {
            container.settle(settlement);
        } else if container.taken.is_rebuild {
            container.version = Version::Rebuilt;
            container.phase = Phase::Loading;
        } else if container.taken.half.is_some() {
            container.phase = Phase::Recalling;
        } else if let Some((at, json)) = listed
            && let Ok(object) = container.read_object(json.as_bytes())
        {
            container.is_as_listed = true;
            container.begin(at, object);
        }
        container
    }

    pub fn member(&self) -> Member {
        self.taken.member
    }

    pub fn taken(&self) -> &Taken {
        &self.taken
    }

    /// Whether what is stored is to be read.
    pub fn is_unread(&self) -> bool {
        matches!(self.phase, Phase::Loading)
    }

    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    pub fn want(&self) -> Want {
        match (&self.phase, self.taken.member) {
            (Phase::Asking, Member::DataSource(id)) => Want::notion(Request::data_source(id)),
            (Phase::Asking, member) => Want::notion(Request::database(member.id())),
            (Phase::Judging(climb), _) => climb.question().map_or(Want::Lane, Want::notion),
            (Phase::Ascending(ascent), _) => ascent.question().map_or(Want::Lane, Want::notion),
            (Phase::Identifying, _) => Want::notion(Request::me()),
            (Phase::Listing, member) => Want::notion(self.rows.request(member.id())),
            (Phase::Filing, _) => self.files.next().map_or(Want::Lane, Want::Ask),
            (Phase::Done | Phase::HalfDone, _) => Want::End,
            (
                Phase::Recalling
                | Phase::Wording
                | Phase::Saving(_)
                | Phase::Loading
                | Phase::Found(_)
                | Phase::Looking(_)
                | Phase::Committing(_)
                | Phase::Leaving(..)
                | Phase::Removing(_)
                | Phase::Settling(_),
                _,
            ) => Want::Lane,
        }
    }

    pub fn answered(
        &mut self,
        now: Timestamp,
        answer: Result<&[u8], &Failure>,
    ) -> Result<(), Unreadable> {
        match (&mut self.phase, answer) {
            (Phase::Judging(climb), answer) if !is_passing(&answer) => {
                climb.answered(answer)?;
                self.judged();
            }
            (Phase::Ascending(ascent), answer) if self.taken.is_rebuild || !is_passing(&answer) => {
                ascent.answered(answer)?;
                match ascent.held() {
                    Some(held) if self.taken.found(held) => self.go_on(),
                    Some(_) => self.leave(Departure::InTrashedBlock),
                    None => {}
                }
            }
            (Phase::Asking, Ok(body)) => {
                let object = self.read_object(body).map_err(Unreadable)?;
                let kind = self.taken.member.object_type().replace('_', " ");
                match object.last_edited_time.is_empty() && object.parent().is_none() {
                    true => self.settle(self.taken.failed_for(now, &Failure::partial(&kind))),
                    false => self.begin(now, object),
                }
            }
            (Phase::Filing, Ok(record)) => self.files.take(record)?,
            (Phase::Filing, Err(failure)) if !failure.is_passing() || self.taken.is_last() => {
                if self.is_as_listed && self.files.may_begin_anew() {
                    // The addresses in a listing may have ended.
                    self.is_as_listed = false;
                    self.files = std::mem::take(&mut self.files).begun_anew();
                    self.phase = Phase::Asking;
                } else {
                    self.files.lose(failure);
                    self.failure = Some(format!("a file of it could not be copied: {failure}"));
                }
            }
            (Phase::Listing, Ok(body)) => {
                match self
                    .rows
                    .list(self.taken.member.id(), body, &self.taken.builder)?
                {
                    Ok((found, missing)) => {
                        self.failure = missing.or(self.failure.take());
                        self.phase = Phase::Found(found);
                    }
                    Err(circular) => return self.answered(now, Err(&circular)),
                }
            }
            (Phase::Listing, Err(failure))
                if failure.is_dead_cursor() && self.rows.begin_anew() => {}
            (Phase::Listing, Err(failure)) if failure.is_passing() && self.rows.ask_for_fewer() => {
            }
            // A linked view, or a source that is not shared: Notion answers both like this, and neither is a fault.
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
            (Phase::Asking, Err(Failure::Rejected { code, .. })) if code == "validation_error" => {
                self.settle_without_sources();
            }
            (_, Err(failure)) => self.settle(self.taken.failed_for(now, failure)),
            (_, Ok(_)) => {}
        }
        Ok(())
    }

    /// Has saved how far the rows are listed; whether that is further than an earlier run came.
    pub fn suspend(&mut self) -> bool {
        let reached = self.rows.latest.max(self.rows.since);
        match (&self.phase, reached) {
            (Phase::Listing, Some(at)) if reached > self.half => {
                self.phase = Phase::Saving(at);
                true
            }
            _ => false,
        }
    }

    /// Whether it ended with its place in the rows saved.
    pub fn is_half_done(&self) -> bool {
        matches!(self.phase, Phase::HalfDone)
    }

    fn begin(&mut self, read_at: Timestamp, object: StoredObject) {
        self.version = self
            .taken
            .builder
            .version_read(&object.last_edited_time, read_at);
        let is_empty =
            matches!(self.taken.member, Member::Database(_)) && object.leads_to.is_empty();
        // A database without data sources is a linked view of another one.
        if object.is_in_trash {
            return self.leave(Departure::Trashed);
        }
        if is_empty {
            return self.settle_without_sources();
        }
        // Only a shell with a place for its files has to read it again.
        let listed = self.taken.builder.version_of(&object.last_edited_time);
        let known = self.taken.known.clone().filter(|known| *known != listed);
        if let Some(known) = known.filter(|known| self.taken.builder.is_known(known, &listed)) {
            return self.settle(self.taken.unchanged(Version::Known(known)));
        }
        self.judge(object);
    }

    /// Finds out whether the object is in scope.
    fn judge(&mut self, object: StoredObject) {
        let above = Above::of(object.parent(), self.taken.owner);
        self.object = Some(object);
        match self.taken.scope.clone() {
            Some(scope) => {
                self.phase = Phase::Judging(Climb::new(scope, self.taken.member, above));
                self.judged();
            }
            None => self.go_on(),
        }
    }

    /// Goes on, once it is known whether it is in scope.
    fn judged(&mut self) {
        let Phase::Judging(climb) = &self.phase else {
            return;
        };
        match climb.decided() {
            Some(true) => self.go_on(),
            Some(false) => self.leave(Departure::OutOfScope),
            None => {}
        }
    }

    fn go_on(&mut self) {
        let parent = self.object.as_ref().and_then(StoredObject::parent);
        if let Some(ascent) = self.taken.ascent(parent) {
            self.phase = Phase::Ascending(ascent);
            return;
        }
        let may_be_in_trash = self.taken.known.as_deref() == Some(NOTHING_STORED);
        match self.taken.member {
            Member::DataSource(_) if self.taken.is_rebuild || may_be_in_trash => {
                self.phase = self.looking();
            }
            Member::DataSource(_) => self.begin_rows(false),
            Member::Database(_) | Member::Page(_) => self.phase = self.filing(),
        }
    }

    /// Whether its rows are to be listed before it is committed.
    fn lists_rows(&self) -> bool {
        matches!(self.taken.member, Member::DataSource(_)) && !self.taken.is_rebuild
    }

    /// Lists the rows, all of them where it was in the trash: a row that was done before that word was taken back went with it,
    /// and only a listing brings it back.
    fn begin_rows(&mut self, was_in_trash: bool) {
        if was_in_trash {
            (self.rows, self.half) = (Rows::default(), None);
        }
        let is_to_be_told = self.taken.scope.is_some() && !self.taken.is_stored;
        self.phase = match was_in_trash || is_to_be_told {
            true => Phase::Wording,
            false => Phase::Listing,
        };
    }

    fn read_object(&self, body: &[u8]) -> Result<StoredObject, String> {
        StoredObject::read(self.taken.member, body, &self.taken.builder.files_url)
    }

    /// Copies its files, where it was not read from the store.
    fn filing(&mut self) -> Phase {
        let sources = self.object.as_ref().map(|object| object.sources.clone());
        match sources.filter(|_| !self.taken.is_rebuild) {
            Some(sources) => {
                self.files.want(&self.taken.builder);
                self.files.found(sources);
                Phase::Filing
            }
            None => self.looking(),
        }
    }

    fn load(&mut self, values: &[Value]) {
        let json = values.first().and_then(Value::text);
        match json.map(|json| self.read_object(json.as_bytes())) {
            Some(Ok(object)) => self.judge(object),
            Some(Err(problem)) => self.settle(self.taken.failed(problem)),
            None => self.settle(self.taken.kept()),
        }
    }

    fn looking(&self) -> Phase {
        let parent = self
            .object
            .as_ref()
            .and_then(|object| object.parent_member(self.taken.owner));
        Phase::Looking(Box::new(Reading::new(
            self.taken.member,
            parent,
            None,
            Vec::new(),
        )))
    }

    fn leave(&mut self, departure: Departure) {
        self.failure = self.taken.why_left(departure);
        let reading = Reading::new(self.taken.member, None, None, Vec::new());
        self.phase = Phase::Leaving(Box::new(reading), departure);
    }

    /// It is a linked view of another one, or what it shows is not shared, which looks the same: what is stored stays.
    fn settle_without_sources(&mut self) {
        self.settle(self.taken.kept());
        self.failure = self.taken.no_sources();
    }

    fn settle(&mut self, settlement: Settlement) {
        self.failure = settlement.report().map(str::to_owned);
        self.phase = Phase::Settling(settlement);
    }
}
