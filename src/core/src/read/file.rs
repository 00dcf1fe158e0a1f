//! A file: whether who asks may read it, and where it is for now while there are no copies.
//!
//! Where files are not copied, each read of a page leaves Notion's own addresses of its files in the store until they end, an hour
//! later; who asks for a file is sent there. Behind that there is nothing left but to say so.

use serde::Deserialize;

use crate::document::Visibility;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::{Call, Error, Operation, Step};

use super::cache::PRIVATE;
use super::request::Request;
use super::{Answer, Audience, Problem};

/// What a picture says that is not there.
const PLACEHOLDER: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" role="img" aria-label="This picture is not available"><rect width="320" height="180" fill="#8882"/><path d="M140 72h40v36h-40zm6 30 9-12 7 8 5-6 7 10" fill="none" stroke="#888" stroke-width="2" stroke-linejoin="round"/><text x="160" y="130" fill="#888" font-family="sans-serif" font-size="11" text-anchor="middle">This picture is not available</text></svg>"##;

/// A file that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAsk {
    key: String,
    /// Whether what asks shows pictures and nothing else.
    is_of_a_picture: bool,
}

impl FileAsk {
    /// The file with that key, asked for by `request`.
    pub fn new(key: &str, request: &Request) -> Self {
        Self {
            key: key.to_owned(),
            is_of_a_picture: request
                .accept
                .as_ref()
                .is_some_and(|it| it.contains("image/") && !it.contains("text/html")),
        }
    }

    /// Its key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Sends who asks to where the file is, if that is known.
    ///
    /// # Errors
    /// 404 where it is not.
    pub fn answer(&self, address: Option<String>) -> Result<Answer, Problem> {
        let is_one = |url: &String| url.bytes().all(|byte| byte.is_ascii_graphic());
        let mut answer = match address.filter(is_one) {
            Some(address) => Answer {
                status: 302,
                headers: vec![("location", address), ("cache-control", PRIVATE.to_owned())],
                body: Vec::new(),
            },
            None if self.is_of_a_picture => Answer {
                status: 404,
                ..Answer::text("image/svg+xml", PLACEHOLDER.into())
            },
            None => return Err(Problem::not_copied()),
        };
        answer.vary("accept");
        Ok(answer)
    }
}

/// The question whether it may be read, on its way. It costs a command, then for who reads only what is public two more:
/// who shows the file, and whether those are public.
#[derive(Clone, Debug)]
pub struct FileAccess {
    summaries: [String; 2],
    audience: Audience,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Shown(Call<Option<Shown>>),
    Public(Call<bool>, String),
}

/// Who shows a file, and what is noted of it.
#[derive(Clone, Debug)]
struct Shown {
    by: Vec<Id>,
    note: String,
}

/// What is looked at of a database's summary.
#[derive(Deserialize)]
struct Seen {
    visibility: Visibility,
}

impl FileAccess {
    /// Asks about the copy of a file; what it comes to is what is noted of it.
    pub fn to_copy(file: &FileAsk, keys: &Keys, audience: Audience) -> Self {
        let words = ["HGET".to_owned(), keys.files(), file.key.clone()];
        Self::of(words.into(), keys, audience)
    }

    /// Asks for Notion's address of it.
    pub fn to_address(file: &FileAsk, keys: &Keys, audience: Audience) -> Self {
        Self::of(
            vec!["GET".to_owned(), keys.signed(&file.key)],
            keys,
            audience,
        )
    }

    fn of(words: Vec<String>, keys: &Keys, audience: Audience) -> Self {
        Self {
            summaries: [keys.public_summaries(), keys.summaries()],
            audience,
            phase: Phase::Shown(Call::words("file", words, shown)),
        }
    }

    fn look(&self, Shown { by: holders, note }: Shown) -> Phase {
        let [public, all] = &self.summaries;
        let of = |kind: &'static str| holders.iter().map(move |id| format!("{kind}:{id}"));
        let command = |key: &String| ["HMGET".to_owned(), key.clone()].into_iter();
        let commands = vec![
            Command::new(command(public).chain(of("page"))),
            Command::new(command(all).chain(of("database"))),
        ];
        Phase::Public(Call::several("file", commands, is_public), note)
    }
}

impl Operation for FileAccess {
    type Output = Option<String>;

    fn poll(&self) -> Step {
        match &self.phase {
            Phase::Shown(call) => call.poll(),
            Phase::Public(call, _) => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        match &mut self.phase {
            Phase::Public(call, note) => {
                let is_public = call.apply(reply)?;
                Ok(is_public.map(|is_public| is_public.then(|| std::mem::take(note))))
            }
            Phase::Shown(call) => Ok(match call.apply(reply)? {
                Some(Some(shown)) if self.audience == Audience::Public => {
                    self.phase = self.look(shown);
                    None
                }
                Some(shown) => Some(shown.map(|shown| shown.note)),
                None => None,
            }),
        }
    }
}

/// Ids separated by commas, a vertical bar, and the note.
fn shown(reply: &Value) -> Result<Option<Shown>, Error> {
    let text = reply.text().unwrap_or_default();
    Ok(text.split_once('|').map(|(by, note)| Shown {
        by: by.split(',').filter_map(|id| id.parse().ok()).collect(),
        note: note.to_owned(),
    }))
}

fn is_public(replies: &Value) -> Result<bool, Error> {
    let [pages, databases] = replies.items() else {
        return Err(Error::unexpected());
    };
    let is_page = |value: &Value| *value != Value::Nil;
    let is_database = |value: &Value| {
        let shown: Option<Seen> = serde_json::from_str(&value.text().unwrap_or_default()).ok();
        shown.is_some_and(|it| it.visibility == Visibility::Public)
    };
    Ok(pages.items().iter().any(is_page) || databases.items().iter().any(is_database))
}
