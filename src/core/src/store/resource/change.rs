//! A change of a record: read what stands there, write in its place, and begin again where somebody else was faster.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::redis::Value;
use crate::store::operation::{ATTEMPTS, pause_after};
use crate::store::{Call, Error, Expiry, Json, Operation, Step};
use crate::time::Timestamp;

use super::Resource;
use super::calls::Put;
use super::record::{Stored, fields_of, id_of};

/// What to change.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    /// Add this record.
    Create(Json),
    /// Add this record, or put it in place of what has its id.
    Save(Json),
    /// Change some fields of the record of that id.
    Update { id: String, changes: Json },
    /// Remove the record of that id.
    Delete(String),
}

/// The machine of one change; its output is the record as it is now, or as it was before it was removed.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    resource: &'a Resource,
    wish: Wish,
    id: String,
    expiry: Option<Expiry>,
    now: Timestamp,
    attempt: u32,
    pause: Duration,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Read(Call<Option<Stored>>),
    Write(Call<Put>, Json),
}

impl<'a> Change<'a> {
    pub(super) fn new(
        resource: &'a Resource,
        wish: Wish,
        expiry: Option<Expiry>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let id = match &wish {
            Wish::Create(record) | Wish::Save(record) => id_of(&fields_of(record)?)?,
            Wish::Update { id, .. } | Wish::Delete(id) => id.clone(),
        };
        let mut change = Self {
            resource,
            state: State::Read(resource.read(&id)?),
            wish,
            id,
            expiry,
            now,
            attempt: 1,
            pause: Duration::ZERO,
        };
        if let Wish::Create(_) = change.wish
            && let Some(write) = change.after_read(None)?
        {
            change.state = write;
        }
        Ok(change)
    }

    /// What to write; none where there is nothing to remove.
    fn after_read(&self, old: Option<Stored>) -> Result<Option<State>, Error> {
        let record = match (&self.wish, &old) {
            (Wish::Create(_), Some(_)) => return Err(self.exists("the id")),
            (Wish::Create(record) | Wish::Save(record), _) => record.clone(),
            (Wish::Update { .. }, None) => {
                let name = &self.resource.name;
                let why = format!("there is no {name} {}", self.id);
                return Err(Error::UnknownRecord(why));
            }
            (Wish::Update { changes, .. }, Some(old)) => self.merged(&old.record, changes)?,
            (Wish::Delete(_), None) => return Ok(None),
            (Wish::Delete(id), Some(old)) => {
                let call = self.resource.remove(id, old)?;
                return Ok(Some(State::Write(call, old.record.clone())));
            }
        };
        let call = self
            .resource
            .put(old.as_ref(), &record, self.expiry, self.now)?;
        Ok(Some(State::Write(call, record)))
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

    /// What to do when `current` stands there and not what was read; later on others will have changed that as well.
    fn outrun(&mut self, current: Option<Stored>) -> Result<Option<State>, Error> {
        if self.attempt == ATTEMPTS {
            let why = format!(
                "{} was changed by others {ATTEMPTS} times in a row",
                self.id
            );
            return Err(Error::Conflict(why));
        }
        self.pause = pause_after(self.attempt);
        self.attempt += 1;
        if self.attempt == 2 {
            self.after_read(current)
        } else {
            Ok(Some(State::Read(self.resource.read(&self.id)?)))
        }
    }

    fn exists(&self, what: &str) -> Error {
        Error::RecordExists(format!("{}: another record has {what}", self.id))
    }
}

impl Operation for Change<'_> {
    type Output = Option<Json>;

    fn poll(&self) -> Step {
        let step = match &self.state {
            State::Read(call) => call.poll(),
            State::Write(call, _) => call.poll(),
        };
        Step {
            pause: self.pause,
            ..step
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        self.pause = Duration::ZERO;
        let next = match &mut self.state {
            State::Read(call) => match call.apply(reply)? {
                None => return Ok(None),
                Some(old) => self.after_read(old)?,
            },
            State::Write(call, record) => match call.apply(reply)? {
                None => return Ok(None),
                Some(Put::Written) => return Ok(Some(Some(record.clone()))),
                Some(Put::Taken) => return Err(self.exists("the values of a unique index")),
                Some(Put::Changed(current)) => self.outrun(current)?,
            },
        };
        match next {
            Some(state) => {
                self.state = state;
                Ok(None)
            }
            None => Ok(Some(None)),
        }
    }
}
