//! Values under keys, as JSON text always: a missing value and a stored `null` are told apart.

use serde_json::value::RawValue;

use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::{Amount, Call, Error, Expiry, Json, check_text, key, number, script};

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
        if let Some(at) = expiry.instant(now)? {
            // A span is measured by Redis's clock, which need not agree with ours.
            let (option, millis) = match expiry {
                Expiry::After(_) => ("PX", at.saturating_sub(now.millis())),
                Expiry::At(_) | Expiry::Never => ("PXAT", at),
            };
            words.extend([option.to_owned(), millis.to_string()]);
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
    /// One script: two commands, three to five with floats and beyond 2^53.
    ///
    /// # Errors
    /// For an amount that is not finite, too. The reply is [`Error::NotANumber`] where no number stands.
    pub fn increment(
        &self,
        name: &str,
        field: Option<&str>,
        amount: Amount,
    ) -> Result<Call<Json>, Error> {
        let mut args = vec![amount.arg()?];
        field.map_or(Ok(()), |field| check_text(field, "field"))?;
        args.extend(field.map(str::to_owned));
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
    Done,
}

impl Clear {
    /// The command to send next; none when all is removed.
    pub fn poll(&self) -> Option<Command> {
        match &self.state {
            State::Scan(cursor) => Some(Command::new([
                "SCAN",
                cursor,
                "MATCH",
                &self.pattern,
                "COUNT",
                &BATCH.to_string(),
            ])),
            State::Unlink { keys, .. } => {
                let words = std::iter::once("UNLINK".to_owned()).chain(keys.iter().cloned());
                Some(Command::new(words))
            }
            State::Done => None,
        }
    }

    /// Takes the reply to that command.
    ///
    /// # Errors
    /// When it is not the reply to it.
    pub fn apply(&mut self, reply: &Value) -> Result<(), Error> {
        self.state = match &self.state {
            State::Scan(_) => {
                let [cursor, Value::Array(found)] = reply.items() else {
                    return Err(Error::unexpected());
                };
                let cursor = cursor.text().ok_or_else(Error::unexpected)?;
                let keys: Vec<String> = found.iter().filter_map(Value::text).collect();
                if keys.is_empty() {
                    scan(cursor)
                } else {
                    State::Unlink { keys, cursor }
                }
            }
            State::Unlink { cursor, .. } => {
                let removed = reply.integer().ok_or_else(Error::unexpected)?;
                self.removed += u64::try_from(removed).unwrap_or(0);
                scan(cursor.clone())
            }
            State::Done => State::Done,
        };
        Ok(())
    }

    /// How many values have been removed.
    pub fn removed(&self) -> u64 {
        self.removed
    }
}

fn scan(cursor: String) -> State {
    if cursor == "0" {
        State::Done
    } else {
        State::Scan(cursor)
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
