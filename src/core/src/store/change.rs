//! A change of a record: read what stands there, write in its place, and begin again where somebody else was faster.
//!
//! A machine without I/O: `poll` gives what to send, `apply` takes the reply. It reads no clock and does not wait;
//! a shell that shares a record with many others pauses when `poll` says how often it has begun.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::resource::{Put, Resource, Stored, fields_of, id_of};
use super::{Call, Error, Expiry, Json};

/// How often to begin, all in all.
const ATTEMPTS: u32 = 25;

/// What to change.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Add this record; [`Error::RecordExists`] where its id is taken.
    Create(Json),
    /// Add this record, or put it in place of what has its id.
    Save(Json),
    /// Change some fields of the record of that id; [`Error::UnknownRecord`] where there is none.
    Update {
        /// Whose.
        id: String,
        /// An object of the fields that change; the others stay.
        changes: Json,
    },
    /// Remove the record of that id.
    Delete(String),
}

/// The machine of one change. Creating costs one round trip, everything else two, and two more each time somebody was faster.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    resource: &'a Resource,
    wish: Wish,
    id: String,
    expiry: Option<Expiry>,
    now: Timestamp,
    attempt: u32,
    sends_source: bool,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Read(Call<Option<Stored>>),
    Write(Call<Put>, Option<Json>),
    Done(Option<Json>),
}

impl<'a> Change<'a> {
    /// Begins. An expiry of none keeps the one that there is; new records then never expire.
    ///
    /// # Errors
    /// Those of [`Resource::put`].
    pub fn new(
        resource: &'a Resource,
        wish: Wish,
        expiry: Option<Expiry>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (id, expiry) = match &wish {
            Wish::Create(record) | Wish::Save(record) => (
                id_of(&fields_of(record)?)?,
                Some(expiry.unwrap_or_default()),
            ),
            Wish::Update { id, .. } | Wish::Delete(id) => (id.clone(), expiry),
        };
        let mut change = Self {
            resource,
            state: State::Read(resource.read(&id)?),
            wish,
            id,
            expiry,
            now,
            attempt: 1,
            sends_source: false,
        };
        if let Wish::Create(_) = change.wish {
            change.state = change.after_read(None)?;
        }
        Ok(change)
    }

    /// What to send next, and which attempt it belongs to; none when the change is done.
    pub fn poll(&self) -> Option<(Command, u32)> {
        let command = match (&self.state, self.sends_source) {
            (State::Read(call), _) => call.command(),
            (State::Write(call, _), false) => call.command(),
            (State::Write(call, _), true) => call.command_with_source(),
            (State::Done(_), _) => return None,
        };
        Some((command, self.attempt))
    }

    /// Takes the reply to that command.
    ///
    /// # Errors
    /// What the wish says of itself; [`Error::RecordExists`] where another record has the values of a unique index;
    /// [`Error::Conflict`] when others were faster 25 times.
    pub fn apply(&mut self, reply: Result<Value, Failure>) -> Result<(), Error> {
        if !self.sends_source && reply.as_ref().is_err_and(Failure::is_no_script) {
            self.sends_source = true;
            return Ok(());
        }
        self.sends_source = false;
        self.state = match &self.state {
            State::Read(call) => {
                let old = call.answer(reply)?;
                self.after_read(old)?
            }
            State::Write(call, record) => match call.answer(reply)? {
                Put::Written => State::Done(record.clone()),
                Put::Taken(_) => return Err(self.exists("the values of a unique index")),
                Put::Changed(current) => {
                    if self.attempt == ATTEMPTS {
                        let why = format!("{} was changed by others {ATTEMPTS} times", self.id);
                        return Err(Error::Conflict(why));
                    }
                    self.attempt += 1;
                    self.after_read(current)?
                }
            },
            State::Done(record) => State::Done(record.clone()),
        };
        Ok(())
    }

    /// The record as it is now; none where it was removed, or there was nothing to remove.
    pub fn record(&self) -> Option<&RawValue> {
        match &self.state {
            State::Done(record) => record.as_deref(),
            State::Read(_) | State::Write(..) => None,
        }
    }

    fn after_read(&self, old: Option<Stored>) -> Result<State, Error> {
        let record = match (&self.wish, &old) {
            (Wish::Create(_), Some(_)) => return Err(self.exists("the id")),
            (Wish::Create(record) | Wish::Save(record), _) => record.clone(),
            (Wish::Update { .. }, None) => {
                return Err(Error::UnknownRecord(format!("there is no {}", self.id)));
            }
            (Wish::Update { changes, .. }, Some(old)) => self.merged(&old.record, changes)?,
            (Wish::Delete(_), None) => return Ok(State::Done(None)),
            // The record that goes is told as it was, so that the caller can tell whether there was one.
            (Wish::Delete(id), Some(old)) => {
                let call = self.resource.delete(id, old)?;
                return Ok(State::Write(call, Some(old.record.clone())));
            }
        };
        let call = self
            .resource
            .put(old.as_ref(), &record, self.expiry, self.now)?;
        Ok(State::Write(call, Some(record)))
    }

    fn merged(&self, record: &RawValue, changes: &RawValue) -> Result<Json, Error> {
        let mut fields: BTreeMap<String, &RawValue> = fields_of(record)?;
        fields.extend(fields_of(changes)?);
        if id_of(&fields)? != self.id {
            return Err(Error::unsupported("id", "it cannot be changed"));
        }
        serde_json::value::to_raw_value(&fields)
            .map_err(|error| Error::MisshapedRecord(error.to_string()))
    }

    fn exists(&self, what: &str) -> Error {
        Error::RecordExists(format!("{}: another record has {what}", self.id))
    }
}
