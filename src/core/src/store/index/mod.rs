//! An index: entries ordered by score, each with metadata and a version that every change raises.
//!
//! Scores are ordered as numbers, entries of equal score by the bytes of their ids.

mod retry;

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Script, Value};

use super::flatten::{flatten, parse_path, unflatten};
use super::part::{Found, score_arg};
use super::{Amount, Call, Error, Json, Operation, Step, check_text, key, number, script};

pub use super::part::Reading;
pub use retry::Retry;

/// One index.
#[derive(Clone, Debug)]
pub struct Index {
    name: String,
    index: String,
    entries: String,
}

/// An entry as it is stored.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id, any text but the empty one.
    pub id: String,
    /// What it is ordered by.
    pub score: f64,
    /// Raised by each change; an entry that is added begins with one that none had which was removed before it.
    pub version: u64,
    /// An object, nested as it was given.
    pub metadata: Json,
}

/// A change of an entry; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The new score.
    pub score: Option<f64>,
    /// The whole new metadata.
    pub metadata: Option<Json>,
}

/// What became of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// It is done; this is the new version.
    Updated(u64),
    /// Nothing changed: the entry has this version, not the expected one.
    Conflict(u64),
    /// Nothing changed: there is no such entry.
    Missing,
}

/// A part of an index.
#[derive(Clone, Debug)]
pub struct Part {
    /// The entries in the order asked for.
    pub entries: Vec<Entry>,
    /// Where to go on; none at the end.
    pub cursor: Option<String>,
}

impl Index {
    /// The index of that name.
    ///
    /// # Errors
    /// For an empty or too long name.
    pub fn new(keys: &Keys, name: &str) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            index: key(keys, "index", name)?,
            entries: key(keys, "entries", name)?,
        })
    }

    /// Adds an entry, and says whether it did: one with that id stays as it is. One script, four commands.
    ///
    /// # Errors
    /// For an empty id, a score that is no number, or metadata that is no object, as for every operation here.
    pub fn add(&self, id: &str, score: f64, metadata: &RawValue) -> Result<Call<bool>, Error> {
        let args = [checked_id(id)?, score_arg(score)?, leaves_of(metadata)?];
        Ok(self.call(script::INDEX_ADD, args.into(), |reply| {
            Ok(reply.integer() == Some(1))
        }))
    }

    /// One entry, or none. One command.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn get(&self, id: &str) -> Result<Get, Error> {
        let words = ["HGET".to_owned(), self.entries.clone(), checked_id(id)?];
        let call = Call::command_of(&self.name, words, |reply| Ok(reply.text()));
        Ok(Get {
            id: id.to_owned(),
            call,
        })
    }

    /// A part of the index. One script: three commands; with an offset or a cursor up to four more, or about log2 of the
    /// entries that share its score where the entry that the cursor names is gone.
    ///
    /// # Errors
    /// For a limit out of range, or a cursor that is none.
    pub fn read(&self, reading: &Reading) -> Result<Call<Part>, Error> {
        Ok(self.call(script::INDEX_READ, reading.args()?, part))
    }

    /// Changes an entry if its version is still `version`. One script, three commands, four with a score.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn update(&self, id: &str, version: u64, change: &Change) -> Result<Call<Update>, Error> {
        let score = change.score.map(score_arg).transpose()?.unwrap_or_default();
        let mut args = vec![checked_id(id)?, version.to_string(), score];
        match &change.metadata {
            None => args.push("keep".to_owned()),
            Some(metadata) => args.extend(["replace".to_owned(), leaves_of(metadata)?]),
        }
        Ok(self.call(script::INDEX_UPDATE, args, updated))
    }

    /// Reads an entry, changes it, and begins again where others were faster, up to `attempts` times
    /// ([`ATTEMPTS`](super::ATTEMPTS) are many), after a random pause that grows to a second.
    /// Gives the new version; none where there is no such entry, or `change` gives none.
    ///
    /// # Errors
    /// See [`add`](Self::add); for no attempts. The outcome is [`Error::Conflict`] after the last one.
    pub fn update_with_retry<F: FnMut(&Entry) -> Option<Change>>(
        &self,
        id: &str,
        attempts: u32,
        change: F,
    ) -> Result<Retry<'_, F>, Error> {
        Retry::new(self, id, attempts, change)
    }

    /// Adds to a number in the metadata, which is zero where there is none, and raises the version; gives the sum, or
    /// none where there is no such entry. `path` is dotted, with `\.` for a dot in a key.
    /// One script: three commands, about six more with fractions and beyond 2^53.
    ///
    /// # Errors
    /// For a path that is none. The reply is [`Error::NotANumber`] where something else than a number stands.
    pub fn increment(
        &self,
        id: &str,
        path: &str,
        amount: Amount,
    ) -> Result<Call<Option<Json>>, Error> {
        let args = vec![checked_id(id)?, parse_path(path)?, amount.arg()?];
        let keys = [self.entries.clone()];
        Ok(Call::script(
            &self.name,
            script::INDEX_INCREMENT,
            keys,
            args,
            incremented,
        ))
    }

    /// Removes an entry, and says whether there was one. One script, five commands at most.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn delete(&self, id: &str) -> Result<Call<bool>, Error> {
        let args = vec![checked_id(id)?];
        Ok(self.call(script::INDEX_DELETE, args, |reply| {
            Ok(reply.integer() == Some(1))
        }))
    }

    /// How many entries have a score from `min` to `max`. One command.
    ///
    /// # Errors
    /// For a score that is no number.
    pub fn count(&self, min: f64, max: f64) -> Result<Call<u64>, Error> {
        let words = [
            "ZCOUNT".to_owned(),
            self.index.clone(),
            score_arg(min)?,
            score_arg(max)?,
        ];
        Ok(Call::command_of(&self.name, words, |reply| {
            reply
                .integer()
                .and_then(|count| u64::try_from(count).ok())
                .ok_or_else(Error::unexpected)
        }))
    }

    fn call<T>(
        &self,
        script: Script,
        args: Vec<String>,
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Call<T> {
        let keys = [self.index.clone(), self.entries.clone()];
        Call::script(&self.name, script, keys, args, parse)
    }
}

fn checked_id(id: &str) -> Result<String, Error> {
    check_text(id, "id")?;
    Ok(id.to_owned())
}

/// The leaves as a text: a line break and the path, a line break and the JSON, for each of them.
fn leaves_of(metadata: &RawValue) -> Result<String, Error> {
    let leaves = flatten(metadata)?;
    let text = leaves
        .iter()
        .flat_map(|(path, leaf)| ["\n", path, "\n", leaf]);
    Ok(text.collect())
}

/// The reading of one entry.
#[derive(Clone, Debug)]
pub struct Get {
    id: String,
    call: Call<Option<String>>,
}

impl Operation for Get {
    type Output = Option<Entry>;

    fn poll(&self) -> Step {
        self.call.poll()
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        let Some(text) = self.call.apply(reply)? else {
            return Ok(None);
        };
        let entry = text.map(|text| entry(self.id.clone(), &text));
        entry.transpose().map(Some)
    }
}

fn part(reply: &Value) -> Result<Part, Error> {
    let found = Found::of(reply)?;
    let entries = found.members.into_iter();
    Ok(Part {
        entries: entries
            .map(|(id, text)| entry(id, &text))
            .collect::<Result<_, _>>()?,
        cursor: found.cursor,
    })
}

fn entry(id: String, text: &str) -> Result<Entry, Error> {
    let misshaped =
        || Error::MisshapedRecord("something else stands in the place of an entry".to_owned());
    let mut lines = text.split('\n');
    let header = lines.next().and_then(|header| header.split_once(' '));
    let (version, score) = header.ok_or_else(misshaped)?;
    let lines: Vec<&str> = lines.collect();
    let leaves = lines.chunks(2).filter_map(|pair| match pair {
        [path, leaf] => Some((*path, *leaf)),
        _ => None,
    });
    Ok(Entry {
        id,
        score: score.parse().map_err(|_| misshaped())?,
        version: version.parse().map_err(|_| misshaped())?,
        metadata: unflatten(leaves)?,
    })
}

fn updated(reply: &Value) -> Result<Update, Error> {
    let version = |value: &Value| {
        let version = value.text().and_then(|version| version.parse().ok());
        version.ok_or_else(Error::unexpected)
    };
    match reply.items() {
        [word, now] if word.text().as_deref() == Some("updated") => {
            Ok(Update::Updated(version(now)?))
        }
        [word, now] if word.text().as_deref() == Some("conflict") => {
            Ok(Update::Conflict(version(now)?))
        }
        [word] if word.text().as_deref() == Some("missing") => Ok(Update::Missing),
        _ => Err(Error::unexpected()),
    }
}

fn incremented(reply: &Value) -> Result<Option<Json>, Error> {
    match reply.items() {
        [word] if word.text().as_deref() == Some("missing") => Ok(None),
        [word, ..] if word.text().as_deref() == Some("shape") => Err(Error::NotANumber(
            "path: an object stands there, or a leaf above it".to_owned(),
        )),
        [_, _, sum] => number::sum(sum).map(Some),
        _ => Err(Error::unexpected()),
    }
}
