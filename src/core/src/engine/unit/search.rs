//! Search: pages and data sources, last edited first, until there is no more.
//!
//! Search is not an inventory; what it hides is found by walking the trees and querying the data sources.

use std::time::Duration;

use crate::api::{Cursor, Request};
use crate::engine::listing::{Listed, MAX_RESTARTS, found_in};
use crate::engine::state::ExportKind;
use crate::engine::write::{Found, Verdict, Write};
use crate::failure::Failure;
use crate::redis::Value;
use crate::time::Timestamp;

use super::{LaneStep, Unreadable, Want};

/// Search lags: an edit may appear among results that are this much older than the newest.
const OVERLAP: Duration = Duration::from_secs(15 * 60);

/// So many results in a row that the store holds say that it holds what follows, which is older.
const ENOUGH: usize = 100;

/// The listing by search.
#[derive(Debug)]
pub struct Search {
    kind: ExportKind,
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
    phase: Phase,
    failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Asking,
    Found { is_last: bool },
    Done,
}

impl Search {
    pub fn new(kind: ExportKind, watermark: Option<Timestamp>) -> Self {
        Self {
            kind,
            watermark,
            newest: None,
            oldest: None,
            known: 0,
            cursor: None,
            restarts: 0,
            found: Vec::new(),
            found_count: 0,
            phase: Phase::Asking,
            failure: None,
        }
    }

    pub fn want(&self) -> Want {
        match self.phase {
            Phase::Asking => Want::Notion(Request::search(self.cursor.as_ref())),
            Phase::Found { .. } => Want::Lane,
            Phase::Done => Want::End,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        match answer {
            Ok(body) => self.list(Listed::parse(body).map_err(Unreadable)?),
            Err(failure) if failure.is_dead_cursor() && self.restarts < MAX_RESTARTS => {
                self.restarts += 1;
                self.cursor = None;
                self.known = 0;
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
            .filter_map(|raw| found_in(raw, self.kind))
            .collect();
        self.found_count = self.found.len();
        let edited = || self.found.iter().filter_map(|found| found.edited);
        self.newest = self.newest.max(edited().max());
        self.oldest = edited().min().or(self.oldest);
        let is_last = !listed.has_more || listed.next.is_none();
        self.cursor = listed.next;
        self.phase = Phase::Found { is_last };
    }

    pub fn lane(&mut self) -> LaneStep {
        match self.phase {
            Phase::Found { .. } => {
                LaneStep::Write(Write::Discover(std::mem::take(&mut self.found)))
            }
            Phase::Asking | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn written(&mut self, verdict: Verdict, answer: &Value) {
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
        let is_past_the_overlap = matches!(
            (self.oldest, self.watermark),
            (Some(oldest), Some(watermark)) if watermark.since(oldest) >= OVERLAP
        );
        let is_known =
            self.kind == ExportKind::Changes && self.known >= ENOUGH && is_past_the_overlap;
        self.phase = match self.phase {
            Phase::Found { is_last: false } if !is_known => Phase::Asking,
            Phase::Found { .. } | Phase::Asking | Phase::Done => Phase::Done,
        };
    }

    /// The newest edit that it has shown.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}
