//! Search: pages and data sources, last edited first, until there is no more.
//!
//! Search is not an inventory; what it hides is found by walking the trees and querying the data sources.

use std::time::Duration;

use crate::api::{Cursor, Request};
use crate::engine::job::Job;
use crate::engine::listing::{Listed, MAX_RESTARTS, found_in};
use crate::engine::record::Record;
use crate::engine::state::SearchPlace;
use crate::engine::write::{Found, Verdict, Write};
use crate::failure::Failure;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::{Context, LaneStep, Unreadable, Want};

/// Search lags: an edit may appear among results that are this much older than the newest.
const OVERLAP: Duration = Duration::from_secs(15 * 60);

/// So many results in a row that the store holds say that it holds what follows, which is older.
const ENOUGH: usize = 100;

/// The listing by search.
#[derive(Debug)]
pub struct Search {
    job: Job,
    /// The newest edit that an earlier search has shown.
    watermark: Option<Timestamp>,
    newest: Option<Timestamp>,
    oldest: Option<Timestamp>,
    /// Results in a row, up to the last one, that the store holds.
    known: usize,
    cursor: Option<Cursor>,
    restarts: u32,
    found: Vec<Found>,
    found_count: usize,
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
    pub fn new(job: Job, watermark: Option<Timestamp>, place: SearchPlace) -> Self {
        Self {
            job,
            watermark,
            newest: place.newest,
            oldest: place.oldest,
            known: place.known,
            cursor: place.cursor,
            restarts: place.restarts,
            incomplete: None,
            found: Vec::new(),
            found_count: 0,
            phase: Phase::Asking,
            failure: None,
        }
    }

    pub fn want(&self) -> Want {
        match self.phase {
            Phase::Asking => Want::Notion(Request::search(self.cursor.as_ref())),
            Phase::Comparing { .. } | Phase::Found { .. } => Want::Lane,
            Phase::Done => Want::End,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        match answer {
            Ok(body) => self.list(Listed::parse(body).map_err(Unreadable)?),
            Err(failure) if failure.is_dead_cursor() && self.cursor.is_some() => {
                self.restarts += 1;
                self.cursor = None;
                self.known = 0;
                if self.restarts > MAX_RESTARTS {
                    self.incomplete = Some(format!("search does not come to an end: {failure}"));
                    self.phase = Phase::Done;
                }
            }
            Err(failure) => {
                self.failure = Some(format!("search: {failure}"));
                self.phase = Phase::Done;
            }
        }
        Ok(())
    }

    fn list(&mut self, listed: Listed<'_>) {
        self.found = listed
            .results
            .iter()
            .filter_map(|raw| found_in(raw, self.job))
            .collect();
        self.found_count = self.found.len();
        let edited = || self.found.iter().filter_map(|found| found.edited);
        self.newest = self.newest.max(edited().max());
        self.oldest = edited().min().or(self.oldest);
        let is_last = !listed.has_more || listed.next.is_none();
        if is_last && listed.is_cut_short() {
            self.incomplete = Some("notion cuts search short at its limit of results".to_owned());
        }
        self.cursor = listed.next;
        self.phase = match self.job {
            Job::Changes if self.found_count > 0 => Phase::Comparing { is_last },
            _ => Phase::Found { is_last },
        };
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        match self.phase {
            Phase::Comparing { .. } => {
                let members = self.found.iter().map(|found| found.member.to_string());
                let words = ["HMGET".to_owned(), context.keys.objects()];
                LaneStep::Read(vec![Command::new(words.into_iter().chain(members))])
            }
            Phase::Found { .. } => {
                LaneStep::Write(Write::Discover(std::mem::take(&mut self.found)))
            }
            Phase::Asking | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, values: &[Value]) {
        let Phase::Comparing { is_last } = self.phase else {
            return;
        };
        let stored = values.first().map(Value::items).unwrap_or_default();
        let is_stored = |(found, record): (&Found, &Value)| {
            let record = record.text().and_then(|text| Record::parse(&text));
            found.version.is_some() && found.version == record.map(|record| record.version)
        };
        if self.found.iter().zip(stored).all(is_stored) && stored.len() == self.found.len() {
            self.known += self.found_count;
            self.go_on(is_last);
        } else {
            self.phase = Phase::Found { is_last };
        }
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
        if verdict == Verdict::Done && current == Some(self.found_count) {
            self.known += self.found_count;
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
