//! The users of the workspace: listed once in an export of everything, each stored under a key of its own.
//!
//! Each is stored with the number of the export; when the listing has ended, those with another one are gone.
//! What Notion does not let the connection see stays as it is.

use crate::api::{Cursor, Request};
use crate::document::stored_user;
use crate::engine::answer::{self, Trail};
use crate::engine::listing::MAX_RESTARTS;
use crate::engine::write::{UserChange, Write};
use crate::failure::Failure;
use crate::id::Id;
use crate::notion::{List, User};
use crate::redis::{Command, Value};

use super::blocks::KEYS_AT_ONCE;
use super::{Context, LaneStep, Unreadable, Want};

/// The listing of the users.
#[derive(Debug)]
pub struct Users {
    /// The number of the export.
    export: u64,
    phase: Phase,
    cursor: Option<Cursor>,
    trail: Trail,
    restarts: u32,
    failure: Option<String>,
}

#[derive(Debug)]
enum Phase {
    Asking,
    /// These are written, and whether the listing goes on.
    Writing(Vec<(Id, String)>, bool),
    /// Which are stored is read.
    Looking,
    /// These are gone.
    Removing(Vec<Id>),
    Done,
}

impl Users {
    /// For the export of that number, from the cursor on that an earlier run left.
    pub fn new(export: u64, cursor: Option<Cursor>) -> Self {
        Self {
            export,
            phase: Phase::Asking,
            cursor,
            trail: Trail::default(),
            restarts: 0,
            failure: None,
        }
    }

    /// For users that are not to be stored any more.
    pub fn removed(export: u64) -> Self {
        Self {
            phase: Phase::Looking,
            ..Self::new(export, None)
        }
    }

    /// Where the listing goes on.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// Why there are none, or not all.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    pub fn want(&self) -> Want {
        match self.phase {
            Phase::Asking => Want::notion(Request::users(self.cursor.as_ref())),
            Phase::Writing(..) | Phase::Looking | Phase::Removing(_) => Want::Lane,
            Phase::Done => Want::End,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        match answer {
            Ok(body) => {
                let list: List<User> = answer::list(body, "user")?;
                let next = Cursor::of(list.next());
                if let Some(next) = &next {
                    let users = list.results.as_slice();
                    let first = users.first().and_then(answer::print_of);
                    if let Err(circular) = self.trail.follow(next, first, users.len()) {
                        return self.answered(Err(&circular));
                    }
                }
                self.cursor = next;
                let users = list.fields.results.into_value().unwrap_or_default();
                let users = users.into_iter().filter_map(stored_user).collect();
                self.phase = Phase::Writing(users, self.cursor.is_some());
            }
            Err(failure) if failure.is_dead_cursor() && self.restarts < MAX_RESTARTS => {
                self.restarts += 1;
                self.cursor = None;
                self.trail = Trail::default();
            }
            Err(failure) => {
                self.failure = Some(match failure.is_restricted() {
                    true => "the connection may not read users: \
                        give it the capability in Notion, or take user out of OBJECT_TYPES"
                        .to_owned(),
                    false => failure.to_string(),
                });
                self.phase = Phase::Done;
            }
        }
        Ok(())
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        LaneStep::Write(Write::Users(match &self.phase {
            Phase::Looking => {
                let words = ["HGETALL".to_owned(), context.keys.users()];
                return LaneStep::Read(vec![Command::new(words)]);
            }
            Phase::Writing(users, _) => UserChange {
                export: self.export,
                written: users.clone(),
                gone: Vec::new(),
            },
            Phase::Removing(gone) => UserChange {
                export: self.export,
                written: Vec::new(),
                gone: gone.iter().take(KEYS_AT_ONCE).copied().collect(),
            },
            Phase::Asking | Phase::Done => return LaneStep::Leave,
        }))
    }

    pub fn read(&mut self, values: &[Value]) {
        let stored = values.first().map(Value::items).unwrap_or_default();
        let number = self.export.to_string();
        let gone = stored.chunks(2).filter_map(|field| match field {
            [id, seen] if seen.text().as_deref() != Some(&number) => id.text()?.parse().ok(),
            _ => None,
        });
        self.phase = Phase::Removing(gone.collect());
        self.go_on();
    }

    pub fn written(&mut self) {
        match &mut self.phase {
            Phase::Writing(_, true) => self.phase = Phase::Asking,
            Phase::Writing(_, false) => self.phase = Phase::Looking,
            Phase::Removing(gone) => {
                gone.drain(..gone.len().min(KEYS_AT_ONCE));
                self.go_on();
            }
            Phase::Asking | Phase::Looking | Phase::Done => {}
        }
    }

    fn go_on(&mut self) {
        if matches!(&self.phase, Phase::Removing(gone) if gone.is_empty()) {
            self.phase = Phase::Done;
        }
    }
}
