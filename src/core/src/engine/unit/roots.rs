//! What an export begins with when it does not begin with search: objects named by their ids.
//!
//! Whether an id is a page's, a database's or a data source's is asked one after the other. What Notion gives goes into
//! the frontier; what it does not know goes there where the store holds it, and is a failure where not.

use std::collections::VecDeque;

use serde_json::value::RawValue;

use crate::api::Request;
use crate::engine::listing::MAX_LISTED_BYTES;
use crate::engine::record::Record;
use crate::engine::write::{Found, Write};
use crate::failure::Failure;
use crate::member::Member;
use crate::redis::{Command, Value};

use super::climb::Above;
use super::taken::{NEVER_STORED, NOTHING_STORED};
use super::{Context, LaneStep, Unreadable, Want};

/// The roots of an export, looked up one after the other.
#[derive(Debug)]
pub struct Roots {
    /// For each root that is left, what it may be.
    left: VecDeque<Vec<Member>>,
    /// How many are looked up.
    done: usize,
    phase: Phase,
    failures: Vec<(Member, String)>,
}

#[derive(Debug)]
enum Phase {
    /// Notion is asked for the first root, as the member at this place.
    Asking(usize),
    /// Notion does not know it: whether the store does is read.
    Looking(String),
    Found(Found),
}

impl Roots {
    /// For roots of which `done` are looked up already.
    pub fn new(roots: Vec<Vec<Member>>, done: usize) -> Self {
        Self {
            left: roots.into_iter().skip(done).collect(),
            done,
            phase: Phase::Asking(0),
            failures: Vec::new(),
        }
    }

    /// How many roots are looked up.
    pub fn done(&self) -> usize {
        self.done
    }

    /// The roots that neither Notion nor the store knows.
    pub fn failures(&self) -> &[(Member, String)] {
        &self.failures
    }

    pub fn want(&self) -> Want {
        match (&self.phase, self.left.front()) {
            (_, None) => Want::End,
            (Phase::Asking(place), Some(root)) => match root.get(*place) {
                Some(Member::Page(id)) => Want::notion(Request::page(*id)),
                Some(Member::Database(id)) => Want::notion(Request::database(*id)),
                Some(Member::DataSource(id)) => Want::notion(Request::data_source(*id)),
                None => Want::End,
            },
            (Phase::Looking(_) | Phase::Found(_), Some(_)) => Want::Lane,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        let (Phase::Asking(place), Some(root)) = (&self.phase, self.left.front()) else {
            return Ok(());
        };
        let (place, count) = (*place, root.len());
        match answer {
            Ok(body) => {
                let json: &RawValue = serde_json::from_slice(body)
                    .map_err(|error| Unreadable(format!("not an object of Notion's: {error}")))?;
                if let Some(member) = root.get(place) {
                    let json = Some(json.get()).filter(|json| json.len() <= MAX_LISTED_BYTES);
                    self.phase = Phase::Found(found(*member, json));
                }
            }
            Err(failure) if failure.is_passing() => self.fail(failure.to_string()),
            Err(_) if place + 1 < count => self.phase = Phase::Asking(place + 1),
            Err(failure) => self.phase = Phase::Looking(failure.to_string()),
        }
        Ok(())
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        match (&self.phase, self.left.front()) {
            (Phase::Looking(_), Some(root)) => {
                let words = ["HMGET".to_owned(), context.keys.objects()];
                let members = root.iter().map(Member::to_string);
                LaneStep::Read(vec![Command::new(words.into_iter().chain(members))])
            }
            (Phase::Found(found), Some(_)) => LaneStep::Write(Write::Discover(vec![found.clone()])),
            _ => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, values: &[Value]) {
        let (Phase::Looking(problem), Some(root)) = (&self.phase, self.left.front()) else {
            return;
        };
        let records = values.first().map(Value::items).unwrap_or_default();
        let is_stored = |record: &Value| {
            let record = record.text().and_then(|text| Record::parse(&text));
            record.is_some_and(|it| ![NEVER_STORED, NOTHING_STORED].contains(&it.version.as_str()))
        };
        let stored = root.iter().zip(records).find(|(_, it)| is_stored(it));
        match stored {
            Some((member, _)) => self.phase = Phase::Found(found(*member, None)),
            None => self.fail(format!(
                "{problem}: check the id, and whether the connection sees it"
            )),
        }
    }

    pub fn written(&mut self) {
        self.go_on();
    }

    fn fail(&mut self, problem: String) {
        if let Some(member) = self.left.front().and_then(|root| root.first()) {
            self.failures.push((*member, problem));
        }
        self.go_on();
    }

    fn go_on(&mut self) {
        self.left.pop_front();
        self.done += 1;
        self.phase = Phase::Asking(0);
    }
}

/// A root in whatever version: it is fetched in any case.
fn found(member: Member, json: Option<&str>) -> Found {
    Found {
        member,
        version: None,
        edited: None,
        above: Above::Nothing,
        beyond: Above::Nothing,
        json: json.map(str::to_owned),
    }
}
