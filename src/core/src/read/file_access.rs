//! Whether a file may be read by who may read only what is public: a page that shows it is.

use serde::Deserialize;

use crate::document::Visibility;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::{Call, Error, Operation, Step};

/// The question, on its way. It costs a command, then two: who shows the file, and whether those are public.
#[derive(Clone, Debug)]
pub struct FileAccess {
    summaries: [String; 2],
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Holders(Call<Vec<Id>>),
    Public(Call<bool>),
}

/// What is looked at of a database's summary.
#[derive(Deserialize)]
struct Shown {
    visibility: Visibility,
}

impl FileAccess {
    /// Asks about the file with that key.
    pub fn new(file: &str, keys: &Keys) -> Self {
        let words = ["HGET".to_owned(), keys.files(), file.to_owned()];
        Self {
            summaries: [keys.public_summaries(), keys.summaries()],
            phase: Phase::Holders(Call::words("file", words.into(), holders)),
        }
    }

    fn look(&self, holders: &[Id]) -> Phase {
        let [public, all] = &self.summaries;
        let of = |kind: &'static str| holders.iter().map(move |id| format!("{kind}:{id}"));
        let command = |key: &String| ["HMGET".to_owned(), key.clone()].into_iter();
        let commands = vec![
            Command::new(command(public).chain(of("page"))),
            Command::new(command(all).chain(of("database"))),
        ];
        Phase::Public(Call::several("file", commands, is_public))
    }
}

impl Operation for FileAccess {
    type Output = bool;

    fn poll(&self) -> Step {
        match &self.phase {
            Phase::Holders(call) => call.poll(),
            Phase::Public(call) => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<bool>, Error> {
        match &mut self.phase {
            Phase::Public(call) => call.apply(reply),
            Phase::Holders(call) => match call.apply(reply)? {
                Some(holders) if holders.is_empty() => Ok(Some(false)),
                Some(holders) => {
                    self.phase = self.look(&holders);
                    Ok(None)
                }
                None => Ok(None),
            },
        }
    }
}

/// Ids separated by commas, before a vertical bar.
fn holders(reply: &Value) -> Result<Vec<Id>, Error> {
    let text = reply.text().unwrap_or_default();
    let (holders, _) = text.split_once('|').unwrap_or_default();
    Ok(holders
        .split(',')
        .filter_map(|id| id.parse().ok())
        .collect())
}

fn is_public(replies: &Value) -> Result<bool, Error> {
    let [pages, databases] = replies.items() else {
        return Err(Error::unexpected());
    };
    let is_page = |value: &Value| *value != Value::Nil;
    let is_database = |value: &Value| {
        let shown: Option<Shown> = serde_json::from_str(&value.text().unwrap_or_default()).ok();
        shown.is_some_and(|it| it.visibility == Visibility::Public)
    };
    Ok(pages.items().iter().any(is_page) || databases.items().iter().any(is_database))
}
