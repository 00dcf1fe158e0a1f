//! Search: pages and data sources, last edited first, until there is no more.
//!
//! Search is not an inventory; what it hides is found by walking the trees and querying the data sources.

use std::rc::Rc;
use std::time::Duration;

use crate::api::{Cursor, Request};
use crate::document::Face;
use crate::engine::answer::Trail;
use crate::engine::job::Job;
use crate::engine::listing::{Listed, MAX_RESTARTS, found_in};
use crate::engine::record::Record;
use crate::engine::state::SearchPlace;
use crate::engine::version::Builder;
use crate::engine::write::{Found, Verdict, Write};
use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::scope::Scope;
use crate::time::Timestamp;

use super::climb::Above;
use super::taken::{NEVER_STORED, NOTHING_STORED};
use super::{Context, LaneStep, Unreadable, Want};

/// Search lags: an edit may appear among results that are this much older than the newest.
const OVERLAP: Duration = Duration::from_secs(15 * 60);

/// So many results in a row that the store holds say that it holds what follows, which is older.
const ENOUGH: usize = 100;

/// What went with something in the trash is looked at in one of so many exports. Notion need not flag it, and search then goes
/// on to show it; but that may also be the first sign that what it lies under has come back.
const REST: u64 = 60;

/// The listing by search.
#[derive(Debug)]
pub struct Search {
    job: Job,
    /// The number of the export.
    export: u64,
    builder: Builder,
    /// What is copied, where that is not everything.
    scope: Option<Rc<Scope>>,
    /// The newest edit that an earlier search has shown.
    watermark: Option<Timestamp>,
    newest: Option<Timestamp>,
    oldest: Option<Timestamp>,
    /// Results in a row, up to the last one, that the store holds.
    known: usize,
    cursor: Option<Cursor>,
    trail: Trail,
    restarts: u32,
    /// How many results the last answer had.
    listed: usize,
    /// Those of them that matter, and how many these are.
    found: Vec<Found>,
    found_count: usize,
    /// How many of those that are written the store holds, or are put off.
    current: usize,
    /// Why it does not show everything that it could.
    incomplete: Option<String>,
    phase: Phase,
    failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Asking,
    /// Whether the store holds all of it is read: mostly it does, and there is nothing to write.
    Comparing {
        is_last: bool,
    },
    Found {
        is_last: bool,
    },
    Done,
}

impl Search {
    /// Goes on from `place`, where an earlier run was cut.
    pub fn new(
        (job, export): (Job, u64),
        watermark: Option<Timestamp>,
        place: SearchPlace,
        scope: Option<Rc<Scope>>,
        builder: Builder,
    ) -> Self {
        Self {
            job,
            export,
            builder,
            scope,
            watermark,
            newest: place.newest,
            oldest: place.oldest,
            known: place.known,
            cursor: place.cursor,
            trail: place.trail,
            restarts: place.restarts,
            incomplete: None,
            listed: 0,
            found: Vec::new(),
            found_count: 0,
            current: 0,
            phase: Phase::Asking,
            failure: None,
        }
    }

    pub fn want(&self) -> Want {
        match self.phase {
            Phase::Asking => Want::notion(Request::search(self.cursor.as_ref())),
            Phase::Comparing { .. } | Phase::Found { .. } => Want::Lane,
            Phase::Done => Want::End,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        match answer {
            Ok(body) => {
                let listed = Listed::parse(body).map_err(Unreadable)?;
                match listed.follow(&mut self.trail) {
                    Ok(()) => self.list(&listed),
                    Err(circular) => return self.answered(Err(&circular)),
                }
            }
            // Notion may fail at one place for ever, however often it is asked for what is there.
            Err(failure)
                if (failure.is_dead_cursor() || failure.is_passing()) && self.cursor.is_some() =>
            {
                self.begin_anew();
                if self.restarts > MAX_RESTARTS {
                    self.incomplete = Some(format!("search does not come to an end: {failure}"));
                    self.phase = Phase::Done;
                } else if failure.is_passing() {
                    self.fail(failure);
                }
            }
            Err(failure) => self.fail(failure),
        }
        Ok(())
    }

    fn begin_anew(&mut self) {
        self.restarts += 1;
        self.cursor = None;
        self.trail = Trail::default();
        self.known = 0;
    }

    fn fail(&mut self, failure: &Failure) {
        self.failure = Some(format!("search: {failure}"));
        self.phase = Phase::Done;
    }

    fn list(&mut self, listed: &Listed<'_>) {
        self.found = listed
            .results
            .iter()
            .filter_map(|raw| found_in(raw, self.job, &self.builder))
            .collect();
        self.found_count = self.found.len();
        self.listed = self.found_count;
        let edited = || self.found.iter().filter_map(|found| found.edited);
        self.newest = self.newest.max(edited().max());
        self.oldest = edited().min().or(self.oldest);
        let is_last = listed.next().is_none();
        if is_last && listed.is_cut_short() {
            self.incomplete = Some("notion cuts search short at its limit of results".to_owned());
        }
        self.cursor = listed.next().cloned();
        self.phase = match self.job {
            Job::Changes if self.found_count > 0 => Phase::Comparing { is_last },
            _ if self.scope.is_some() && self.found_count > 0 => Phase::Comparing { is_last },
            _ => Phase::Found { is_last },
        };
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        match self.phase {
            Phase::Comparing { .. } => {
                let members = self.found.iter().map(|found| found.member.to_string());
                let words = ["HMGET".to_owned(), context.keys.objects()];
                let records = Command::new(words.into_iter().chain(members));
                let summaries = self.scope.as_ref().map(|_| self.summaries(context.keys));
                LaneStep::Read([records].into_iter().chain(summaries).collect())
            }
            Phase::Found { .. } => {
                LaneStep::Write(Write::Discover(Found::first_part(&mut self.found)))
            }
            Phase::Asking | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, values: &[Value]) {
        let Phase::Comparing { is_last } = self.phase else {
            return;
        };
        let mut stored: Vec<Option<Record>> = values
            .first()
            .map(Value::items)
            .unwrap_or_default()
            .iter()
            .map(|record| Record::parse(&record.text()?))
            .collect();
        stored.resize(self.found_count, None);
        let is_left_in = match (self.scope.as_deref(), values.get(1)) {
            (Some(scope), Some(summaries)) => left_in(scope, &self.found, &stored, summaries),
            _ => vec![true; self.found_count],
        };
        let found = std::mem::take(&mut self.found);
        (self.found, stored) = found
            .into_iter()
            .zip(stored)
            .zip(is_left_in)
            .filter(|((found, record), is_left_in)| *is_left_in && !self.rests(found, record))
            .map(|(pair, _)| pair)
            .unzip();
        self.found_count = self.found.len();
        let is_current = |(found, record): (&Found, &Option<Record>)| {
            let record = record.as_ref().filter(|record| !is_moved(found, record));
            record.is_some_and(|record| found.version.as_ref() == Some(&record.version))
        };
        let is_known = self.job == Job::Changes && self.found.iter().zip(&stored).all(is_current);
        // What is not to be fetched need not be sent.
        for (found, record) in self.found.iter_mut().zip(&stored) {
            if is_current((found, record)) {
                found.json = None;
            }
        }
        if is_known || self.found.is_empty() {
            self.known += self.listed;
            self.go_on(is_last);
        } else {
            self.phase = Phase::Found { is_last };
        }
    }

    /// Whether it went with something in the trash, and is not looked at in this export.
    fn rests(&self, found: &Found, record: &Option<Record>) -> bool {
        let is_out = |record: &&Record| {
            record.version == NOTHING_STORED && record.is_under_trash() && !is_moved(found, record)
        };
        let record = record.as_ref().filter(is_out);
        self.job == Job::Changes
            && record.is_some_and(|record| self.export.saturating_sub(record.seen) < REST)
    }

    /// What the store knows of what the results lie in, and of themselves.
    fn summaries(&self, keys: &Keys) -> Command {
        let above = self.found.iter().map(|found| match found.above {
            Above::Member(member) => member,
            Above::Block(_) | Above::Nothing => found.member,
        });
        let own = self.found.iter().map(|found| found.member);
        let words = ["HMGET".to_owned(), keys.summaries()];
        let members = above.chain(own).map(|member| member.to_string());
        Command::new(words.into_iter().chain(members))
    }

    pub fn written(&mut self, verdict: Verdict, answer: &Value) {
        let Phase::Found { is_last } = self.phase else {
            return;
        };
        let current = answer
            .items()
            .get(4)
            .and_then(Value::integer)
            .and_then(|count| usize::try_from(count).ok());
        // Of what was written before nobody knows how much was current.
        let current = current.filter(|_| verdict == Verdict::Done);
        self.current += current.unwrap_or_default();
        if !self.found.is_empty() {
            return;
        }
        if std::mem::take(&mut self.current) == self.found_count {
            self.known += self.listed;
        } else {
            self.known = 0;
        }
        self.go_on(is_last);
    }

    fn go_on(&mut self, is_last: bool) {
        let is_past_the_overlap = matches!(
            (self.oldest, self.watermark),
            (Some(oldest), Some(watermark)) if watermark.since(oldest) >= OVERLAP
        );
        let is_known = self.job == Job::Changes && self.known >= ENOUGH && is_past_the_overlap;
        self.phase = match is_last || is_known {
            true => Phase::Done,
            false => Phase::Asking,
        };
    }

    /// Up to when its listing of edits is whole. A full export does not depend on its end:
    /// what is older is walked to, or asked for by its id.
    pub fn watermark(&self) -> Option<Timestamp> {
        let is_whole = self.restarts <= MAX_RESTARTS || self.job == Job::All;
        self.newest.filter(|_| is_whole)
    }

    /// Why it does not show everything that it could; what it hides is found on the way.
    pub fn incomplete(&self) -> Option<&str> {
        self.incomplete.as_deref()
    }

    /// Where another run may go on.
    pub fn place(&self) -> SearchPlace {
        SearchPlace {
            cursor: self.cursor.clone(),
            trail: self.trail.clone(),
            newest: self.newest,
            oldest: self.oldest,
            known: self.known,
            restarts: self.restarts,
        }
    }

    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

/// Whether it lies in something else than before, which its version need not tell.
fn is_moved(found: &Found, record: &Record) -> bool {
    match (found.above, record.above) {
        (Above::Member(now), Some(before)) => now != before,
        _ => false,
    }
}

/// Which of the results are to be looked at in that scope: what is stored, because it may have moved, and what is not
/// known to lie outside. With roots, what lies in something unknown is left to the walk.
fn left_in(
    scope: &Scope,
    found: &[Found],
    stored: &[Option<Record>],
    summaries: &Value,
) -> Vec<bool> {
    let count = found.len();
    let face = |place: usize| {
        let summary = summaries.items().get(place).and_then(Value::text);
        summary.and_then(|summary| Face::parse(&summary)?.is_in_scope(scope))
    };
    let is_left_in = |(place, (found, record)): (usize, (&Found, &Option<Record>))| {
        let version = record.as_ref().map_or(NEVER_STORED, |it| &it.version);
        if ![NEVER_STORED, NOTHING_STORED].contains(&version) {
            return true;
        }
        let (named, above) = match found.above {
            Above::Member(member) => (scope.names(member.id()), face(place)),
            Above::Block(_) => (None, None),
            Above::Nothing => (Some(scope.names_the_rest()), None),
        };
        let is_known_outside = || face(place + count) == Some(false);
        scope
            .names(found.member.id())
            .or(named)
            .or(above)
            .unwrap_or_else(|| scope.names_the_rest() && !is_known_outside())
    };
    found
        .iter()
        .zip(stored)
        .enumerate()
        .map(is_left_in)
        .collect()
}
