//! An update of an entry that begins again where others were faster.

use std::time::Duration;

use crate::failure::Failure;
use crate::redis::Value;
use crate::store::operation::pause_after;
use crate::store::{Call, Error, Operation, Step};

use super::{Change, Entry, Get, Index, Update};

/// The machine of [`Index::update_with_retry`]: two round trips for each attempt, with a pause between attempts.
#[derive(Debug)]
pub struct Retry<'a, F> {
    index: &'a Index,
    id: String,
    change: F,
    attempts: u32,
    attempt: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    Read(Get),
    Write(Call<Update>),
}

impl<'a, F: FnMut(&Entry) -> Option<Change>> Retry<'a, F> {
    pub(super) fn new(index: &'a Index, id: &str, attempts: u32, change: F) -> Result<Self, Error> {
        if attempts == 0 {
            return Err(Error::unsupported("attempts", "there are none"));
        }
        Ok(Self {
            index,
            state: State::Read(index.get(id)?),
            id: id.to_owned(),
            change,
            attempts,
            attempt: 1,
        })
    }
}

impl<F: FnMut(&Entry) -> Option<Change>> Operation for Retry<'_, F> {
    type Output = Option<u64>;

    fn poll(&self) -> Step {
        match &self.state {
            State::Read(call) => Step {
                pause: match self.attempt {
                    1 => Duration::ZERO,
                    attempt => pause_after(attempt - 1),
                },
                ..call.poll()
            },
            State::Write(call) => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        self.state = match &mut self.state {
            State::Read(call) => {
                let Some(entry) = call.apply(reply)? else {
                    return Ok(None);
                };
                let wanted = entry.and_then(|entry| Some((entry.version, (self.change)(&entry)?)));
                let Some((version, change)) = wanted else {
                    return Ok(Some(None));
                };
                State::Write(self.index.update(&self.id, version, &change)?)
            }
            State::Write(call) => match call.apply(reply)? {
                None => return Ok(None),
                Some(Update::Updated(version)) => return Ok(Some(Some(version))),
                Some(Update::Missing) => return Ok(Some(None)),
                Some(Update::Conflict(_)) if self.attempt == self.attempts => {
                    let why = format!(
                        "{} was changed by others {} times in a row",
                        self.id, self.attempts
                    );
                    return Err(Error::Conflict(why));
                }
                Some(Update::Conflict(_)) => {
                    self.attempt += 1;
                    State::Read(self.index.get(&self.id)?)
                }
            },
        };
        Ok(None)
    }
}
