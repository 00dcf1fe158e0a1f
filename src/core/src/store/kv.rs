//! Values under keys, as JSON text always: a missing value and a stored `null` are told apart.

use std::time::Duration;

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::{Amount, Call, Error, Expiry, Json, Operation, Step, check_text, key, number, script};

/// How many keys SCAN looks at, at a time.
const BATCH: usize = 500;

/// The key-value store of a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Kv<'a> {
    keys: &'a Keys,
}

impl<'a> Kv<'a> {
    /// The values among these keys.
    pub fn new(keys: &'a Keys) -> Self {
        Self { keys }
    }

    /// The value, or none. One command.
    ///
    /// # Errors
    /// For an empty or too long key, as for every operation here.
    pub fn get(&self, name: &str) -> Result<Call<Option<Json>>, Error> {
        let key = self.key(name)?;
        Ok(Call::command_of(name, ["GET".to_owned(), key], json))
    }

    /// The number that [`increment`](Self::increment) counts in a field. One command.
    ///
    /// # Errors
    /// See [`get`](Self::get).
    pub fn get_field(&self, name: &str, field: &str) -> Result<Call<Option<Json>>, Error> {
        check_text(field, "field")?;
        let words = ["HGET".to_owned(), self.key(name)?, field.to_owned()];
        Ok(Call::command_of(name, words, json))
    }

    /// Writes a value over whatever stands there, its ttl included. One command.
    ///
    /// # Errors
    /// For a ttl that is not in the future, too.
    pub fn set(
        &self,
        name: &str,
        value: &RawValue,
        expiry: Expiry,
        now: Timestamp,
    ) -> Result<Call<()>, Error> {
        let mut words = vec!["SET".to_owned(), self.key(name)?, value.get().to_owned()];
        if let Some((is_span, millis)) = expiry.words(now)? {
            let option = if is_span { "PX" } else { "PXAT" };
            words.extend([option.to_owned(), millis]);
        }
        Ok(Call::words(name, words, |_| Ok(())))
    }

    /// Removes a value of whatever type, and says whether there was one. One command.
    ///
    /// # Errors
    /// See [`get`](Self::get).
    pub fn delete(&self, name: &str) -> Result<Call<bool>, Error> {
        let key = self.key(name)?;
        Ok(Call::command_of(
            name,
            ["UNLINK".to_owned(), key],
            |reply| Ok(reply.integer() == Some(1)),
        ))
    }

    /// Adds to a number, or to one in a field of a hash; nothing there counts as zero. Gives the sum.
    /// A key that does not expire yet gets that expiry, one that does keeps its own.
    /// One script: two commands, three to five with floats and beyond 2^53, one more with an expiry.
    ///
    /// # Errors
    /// For an amount that is not finite, and an expiry that is not in the future, too. The reply is
    /// [`Error::NotANumber`] where no number stands.
    pub fn increment(
        &self,
        name: &str,
        field: Option<&str>,
        amount: Amount,
        expiry: Expiry,
        now: Timestamp,
    ) -> Result<Call<Json>, Error> {
        field.map_or(Ok(()), |field| check_text(field, "field"))?;
        let mut args = vec![amount.arg()?, field.unwrap_or_default().to_owned()];
        if let Some((is_span, millis)) = expiry.words(now)? {
            let command = if is_span { "PEXPIRE" } else { "PEXPIREAT" };
            args.extend([command.to_owned(), millis]);
        }
        let key = self.key(name)?;
        Ok(Call::script(
            name,
            script::KV_INCREMENT,
            [key],
            args,
            number::sum,
        ))
    }

    /// Removes all values whose keys match, as Redis's globs do; the prefix is literal whatever characters it holds.
    pub fn clear(&self, pattern: &str) -> Clear {
        Clear {
            pattern: literal(&self.keys.store("kv", "")) + pattern,
            state: State::Scan("0".to_owned()),
            removed: 0,
        }
    }

    fn key(&self, name: &str) -> Result<String, Error> {
        key(self.keys, "kv", name)
    }
}

/// The removal of all keys of a pattern: SCAN in batches, each followed by one UNLINK.
/// It costs a command for every 500 keys of the whole database, and as many for what it finds.
#[derive(Clone, Debug)]
pub struct Clear {
    pattern: String,
    state: State,
    removed: u64,
}

#[derive(Clone, Debug)]
enum State {
    Scan(String),
    Unlink { keys: Vec<String>, cursor: String },
}

impl Operation for Clear {
    /// How many values have been removed.
    type Output = u64;

    fn poll(&self) -> Step {
        Step {
            pause: Duration::ZERO,
            commands: vec![match &self.state {
                State::Scan(cursor) => {
                    let count = BATCH.to_string();
                    Command::new(["SCAN", cursor, "MATCH", &self.pattern, "COUNT", &count])
                }
                State::Unlink { keys, .. } => {
                    let words = std::iter::once("UNLINK".to_owned()).chain(keys.iter().cloned());
                    Command::new(words)
                }
            }],
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<u64>, Error> {
        let replies = reply.map_err(|failure| Error::of(failure, "kv"))?;
        let reply = replies.first().ok_or_else(Error::unexpected)?;
        let cursor = match &self.state {
            State::Scan(_) => {
                let [cursor, Value::Array(found)] = reply.items() else {
                    return Err(Error::unexpected());
                };
                let cursor = cursor.text().ok_or_else(Error::unexpected)?;
                let keys: Vec<String> = found.iter().filter_map(Value::text).collect();
                if !keys.is_empty() {
                    self.state = State::Unlink { keys, cursor };
                    return Ok(None);
                }
                cursor
            }
            State::Unlink { cursor, .. } => {
                let removed = reply.integer().ok_or_else(Error::unexpected)?;
                self.removed += u64::try_from(removed).unwrap_or(0);
                cursor.clone()
            }
        };
        let is_over = cursor == "0";
        self.state = State::Scan(cursor);
        Ok(is_over.then_some(self.removed))
    }
}

/// The pattern that matches this text only.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if "*?[]\\^-".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

fn json(reply: &Value) -> Result<Option<Json>, Error> {
    let Some(text) = reply.text() else {
        return Ok(None);
    };
    let json = RawValue::from_string(text)
        .map_err(|_| Error::WrongType("kv: what stands there is not JSON".to_owned()))?;
    Ok(Some(json))
}
