//! An index: entries ordered by score, each with metadata and a version that every change raises.
//!
//! Scores are ordered as numbers, entries of equal score by the bytes of their ids.

use serde_json::value::RawValue;

use crate::keys::Keys;
use crate::redis::Value;

use super::flatten::{flatten, parse_path, unflatten};
use super::{Amount, Call, Error, Json, Order, check_limit, check_text, key, number, script};

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
    /// 1 when it is added, also again after it was removed; raised by each change.
    pub version: u64,
    /// An object, nested as it was given.
    pub metadata: Json,
}

/// A change of an entry; what is `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change<'a> {
    /// The new score.
    pub score: Option<f64>,
    /// The whole new metadata.
    pub metadata: Option<&'a RawValue>,
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

/// Which part of an index to read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Newest first by default.
    pub order: Order,
    /// How many entries to pass over; not together with a cursor.
    pub offset: u64,
    /// The cursor of the part before: what is added meanwhile neither repeats an entry nor skips one.
    pub cursor: Option<String>,
    /// 1 to 1000; 20 by default.
    pub limit: usize,
    /// The lowest score, inclusive.
    pub min: f64,
    /// The highest score, inclusive.
    pub max: f64,
}

/// A part of an index.
#[derive(Clone, Debug)]
pub struct Part {
    /// The entries in the order asked for.
    pub entries: Vec<Entry>,
    /// Where to go on; none at the end.
    pub cursor: Option<String>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            order: Order::Newest,
            offset: 0,
            cursor: None,
            limit: 20,
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
        }
    }
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
        let mut args = vec![checked_id(id)?, score_arg(score)?];
        push_leaves(&mut args, metadata)?;
        Ok(self.call(script::INDEX_ADD, args, |reply| {
            Ok(reply.integer() == Some(1))
        }))
    }

    /// One entry, or none. One script, four commands.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn get(&self, id: &str) -> Result<Call<Option<Entry>>, Error> {
        Ok(self.call(
            script::INDEX_GET,
            vec![checked_id(id)?],
            |reply| match reply {
                Value::Nil => Ok(None),
                found => Ok(entries(found)?.pop()),
            },
        ))
    }

    /// A part of the index. One script, four commands, some more with a cursor: about log2 of the entries that share
    /// its score where the entry that it names is gone.
    ///
    /// # Errors
    /// For a limit out of range, or a cursor that is none.
    pub fn read(&self, reading: &Reading) -> Result<Call<Part>, Error> {
        check_limit(reading.limit)?;
        let (first, last) = reading
            .order
            .ends(score_arg(reading.min)?, score_arg(reading.max)?);
        let mut args = vec![
            reading.order.word(),
            first,
            last,
            reading.offset.to_string(),
            reading.limit.to_string(),
        ];
        if let Some(cursor) = &reading.cursor {
            let (score, id) = cursor
                .split_once(' ')
                .filter(|(score, id)| score.parse::<f64>().is_ok() && !id.is_empty())
                .filter(|_| reading.offset == 0)
                .ok_or_else(|| {
                    Error::unsupported("cursor", "it is none, or stands beside an offset")
                })?;
            args.extend([score.to_owned(), id.to_owned()]);
        }
        Ok(self.call(script::INDEX_READ, args, part))
    }

    /// Changes an entry if its version is still `version`. One script, three to five commands.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn update(&self, id: &str, version: u64, change: Change) -> Result<Call<Update>, Error> {
        let score = change.score.map(score_arg).transpose()?.unwrap_or_default();
        let mut args = vec![checked_id(id)?, version.to_string(), score];
        match change.metadata {
            None => args.push("keep".to_owned()),
            Some(metadata) => {
                args.push("replace".to_owned());
                push_leaves(&mut args, metadata)?;
            }
        }
        Ok(self.call(script::INDEX_UPDATE, args, updated))
    }

    /// Adds to a number in the metadata, which is zero where there is none, and raises the version; gives the sum, or
    /// none where there is no such entry. `path` is dotted, with `\.` for a dot in a key. One script, about four commands.
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

    /// Removes an entry, and says whether there was one. One script, four commands.
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
        script: crate::redis::Script,
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

fn score_arg(score: f64) -> Result<String, Error> {
    if score.is_nan() {
        return Err(Error::unsupported("score", "it is no number"));
    }
    Ok(format!("{score:?}"))
}

fn push_leaves(args: &mut Vec<String>, metadata: &RawValue) -> Result<(), Error> {
    args.extend(
        flatten(metadata)?
            .into_iter()
            .flat_map(|(path, leaf)| [path, leaf]),
    );
    Ok(())
}

fn part(reply: &Value) -> Result<Part, Error> {
    let cursor = reply.items().get(3).and_then(Value::text);
    Ok(Part {
        entries: entries(reply)?,
        cursor: cursor.filter(|cursor| !cursor.is_empty()),
    })
}

/// Reads ids and scores in turn, the header of each, and the leaves of one after the other.
fn entries(reply: &Value) -> Result<Vec<Entry>, Error> {
    let [
        Value::Array(found),
        Value::Array(headers),
        Value::Array(leaves),
        ..,
    ] = reply.items()
    else {
        return Err(Error::unexpected());
    };
    // A leaf that was taken away by hand is a null.
    let mut leaves = leaves
        .iter()
        .map(|leaf| leaf.text().unwrap_or_else(|| "null".to_owned()));
    let mut entries = Vec::with_capacity(headers.len());
    for (pair, header) in found.chunks(2).zip(headers) {
        let [id, score] = pair else {
            return Err(Error::unexpected());
        };
        let score = score.text().and_then(|score| score.parse().ok());
        let header = header.text().unwrap_or_default();
        let mut lines = header.split('\n');
        let version = lines.next().and_then(|version| version.parse().ok());
        let paths: Vec<&str> = lines.collect();
        let own: Vec<String> = leaves.by_ref().take(paths.len()).collect();
        entries.push(Entry {
            id: id.text().ok_or_else(Error::unexpected)?,
            score: score.ok_or_else(Error::unexpected)?,
            version: version.unwrap_or(0),
            metadata: unflatten(paths.into_iter().zip(own.iter().map(String::as_str)))?,
        });
    }
    Ok(entries)
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
