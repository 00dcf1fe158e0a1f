//! What routes share that look at all pages: how many that may be, and how their summaries are read.
//!
//! A script that reads a megabyte keeps Redis from all else for some 4 ms. So the script of a short list gives its summaries, and that
//! of a long one only the members; plain commands read the summaries then, a part each and all in one request.

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Command, Script, ScriptCall, Value};
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::query::{MOST_BYTES, MOST_ROWS};
use super::{Audience, Problem};

/// How many summaries are read at once where a script does not give all.
const PART: usize = 1_000;

/// Pages of which all is looked at.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The index, the summaries, and until when they live.
    keys: [String; 3],
    /// The ranks of the first and the last of those that are wanted, the oldest being 0 and the newest -1.
    slice: Option<(i64, i64)>,
    /// The member that they are a list of, or `""`.
    of: String,
    /// Where a tree is made of them, the summaries that databases are in, and the database that may be its root, or `""`.
    tree: Option<[String; 2]>,
}

/// All summaries on their way. It gives one reply, `["all", how many, [member, score, …], [summary or nil, …]]`, of a tree without members
/// where the script gave all; or `["members" or "bytes", how many]` where there are too many.
#[derive(Clone, Debug)]
pub struct Whole {
    pages: Pages,
    call: Call<()>,
    /// How many there are and which, once only their summaries are still to be read.
    listed: Option<(Value, Vec<Value>)>,
}

impl Pages {
    /// All pages that an audience may read, or those of the index `of` only.
    pub fn of(of: Option<String>, keys: &Keys, audience: Audience) -> Self {
        let (index, summaries) = match audience {
            Audience::All => (keys.pages(), keys.summaries()),
            Audience::Public => (keys.public_pages(), keys.public_summaries()),
        };
        Self::indexed([of.unwrap_or(index), summaries, keys.expiry()])
    }

    /// The pages of an index, by its key, that of the summaries and that of what expires.
    pub fn indexed(keys: [String; 3]) -> Self {
        Self {
            keys,
            slice: None,
            of: String::new(),
            tree: None,
        }
    }

    /// Those from that rank to that one only, the oldest being 0 and the newest -1.
    pub fn sliced(self, slice: Option<(i64, i64)>) -> Self {
        Self { slice, ..self }
    }

    /// With whether this member is stored, which they are a list of; `""` for any.
    pub fn named(self, of: String) -> Self {
        Self { of, ..self }
    }

    /// What a tree shows of them and of databases, whose summaries are in `databases`.
    pub fn for_tree(self, databases: String, root: String) -> Self {
        let tree = Some([databases, root]);
        Self { tree, ..self }
    }

    /// Begins to read them. For 1,000 pages that is a script and six commands in it, for 10,000 as many and then ten more.
    pub fn read(self, now: Timestamp) -> Whole {
        let slice = self.slice.map(|(first, last)| format!("{first},{last}"));
        let mut args = vec![
            now.millis().to_string(),
            "0".to_owned(),
            MOST_ROWS.to_string(),
            MOST_BYTES.to_string(),
            slice.unwrap_or_default(),
        ];
        let mut keys = self.keys.to_vec();
        let script = match &self.tree {
            None => {
                args.push(self.of.clone());
                Script::QUERY
            }
            Some([databases, root]) => {
                keys.push(databases.clone());
                args.push(root.clone());
                Script::TREE
            }
        };
        Whole {
            call: Call::unread("pages", script, keys, args),
            pages: self,
            listed: None,
        }
    }

    /// The summaries of these, a command for each part.
    fn summaries(&self, members: &[Value], is_known: bool) -> Call<()> {
        let members = members.iter().step_by(2).map(Value::text);
        let members: Vec<String> = members.map(Option::unwrap_or_default).collect();
        let [_, summaries, _] = &self.keys;
        let parts = members.chunks(PART).map(|part| match &self.tree {
            None => {
                let words = ["HMGET".to_owned(), summaries.clone()];
                Command::new(words.into_iter().chain(part.iter().cloned()))
            }
            Some([databases, root]) => {
                let args = [root].into_iter().chain(part);
                let call = ScriptCall {
                    script: Script::TREE_PART,
                    keys: vec![summaries.clone(), databases.clone()],
                    args: args.cloned().collect(),
                };
                match is_known {
                    true => Command::by_digest(&call),
                    false => Command::by_source(&call),
                }
            }
        });
        Call::commands("pages", parts.collect())
    }
}

impl Whole {
    /// Whether what is asked for next are the summaries of a long list.
    pub fn is_long(&self) -> bool {
        self.listed.is_some()
    }

    /// The members are known, their summaries are not.
    fn listed(&mut self, replies: &mut Vec<Value>) -> bool {
        let [Value::Array(reply)] = replies.as_mut_slice() else {
            return false;
        };
        let [Value::Text(verdict), count, Value::Array(members)] = reply.as_mut_slice() else {
            return false;
        };
        if verdict != "parts" {
            return false;
        }
        self.call = self.pages.summaries(members, true);
        self.listed = Some((
            std::mem::replace(count, Value::Nil),
            std::mem::take(members),
        ));
        true
    }

    /// What the script would have given, had it read the summaries as well.
    fn joined(&self, count: Value, members: Vec<Value>, parts: Vec<Value>) -> Result<Value, Error> {
        let mut left = members.len() / 2;
        let (mut texts, mut databases) = (Vec::with_capacity(left), Vec::new());
        for part in parts {
            let Value::Array(mut part) = part else {
                return Err(Error::unexpected());
            };
            let own = left.min(PART);
            if part.len() < own {
                return Err(Error::unexpected());
            }
            left -= own;
            // Of a tree the summaries of databases follow, in each part that has rows of them.
            databases.extend(part.drain(own..).filter(|it| *it != Value::Nil));
            texts.append(&mut part);
        }
        databases.sort_by_cached_key(Value::text);
        databases.dedup();
        texts.append(&mut databases);
        let bytes: usize = texts.iter().map(length).sum();
        if left > 0 {
            return Err(Error::unexpected());
        }
        if bytes > MOST_BYTES {
            return Ok(Value::Array(vec![Value::Text("bytes".to_owned()), count]));
        }
        let (members, texts) = (Value::Array(members), Value::Array(texts));
        let all = Value::Text("all".to_owned());
        Ok(Value::Array(vec![all, count, members, texts]))
    }
}

impl Operation for Whole {
    type Output = Vec<Value>;

    fn poll(&self) -> Step {
        self.call.poll()
    }

    /// Replies are worked on where they lie: they are long.
    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Vec<Value>>, Error> {
        match (reply, self.listed.take()) {
            (Ok(mut replies), None) => match self.listed(&mut replies) {
                true => Ok(None),
                false => Ok(Some(replies)),
            },
            (Ok(parts), Some((count, members))) => self
                .joined(count, members, parts)
                .map(|all| Some(vec![all])),
            (Err(Failure::NoScript), Some((count, members))) => {
                self.call = self.pages.summaries(&members, false);
                self.listed = Some((count, members));
                Ok(None)
            }
            (Err(failure), _) => self.call.apply(Err(failure)).map(|_| None),
        }
    }
}

fn length(text: &Value) -> usize {
    match text {
        Value::Text(text) => text.len(),
        _ => 0,
    }
}

/// The summaries that were read.
///
/// # Errors
/// 422 where there are too many, with what can be done instead; 503 for what is no such reply.
pub fn summaries<'a>(
    replies: &'a [Value],
    instead: &str,
) -> Result<impl Iterator<Item = &'a str>, Problem> {
    let [Value::Array(reply)] = replies else {
        return Err(Problem::away());
    };
    match reply.as_slice() {
        [Value::Text(verdict), _, _, Value::Array(texts), ..] if verdict == "all" => {
            Ok(texts.iter().filter_map(|text| match text {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            }))
        }
        [Value::Text(_), Value::Integer(pages)] => Err(too_many(Some(*pages), instead)),
        _ => Err(Problem::away()),
    }
}

/// Whether what they are to be a list of is not stored.
pub fn is_unknown(reply: &Value) -> bool {
    reply.items().get(4) == Some(&Value::Integer(1))
}

/// How many there are, where that is too many to look at all.
pub fn too_many_of(replies: &[Value]) -> Option<i64> {
    match replies {
        [Value::Array(reply)] => match reply.as_slice() {
            [Value::Text(_), Value::Integer(pages)] => Some(*pages),
            _ => None,
        },
        _ => None,
    }
}

/// 422; how many pages there are, where that is known.
pub fn too_many(pages: Option<i64>, instead: &str) -> Problem {
    let there_are = match pages {
        Some(pages) => format!("there are {pages}"),
        None => "there is more".to_owned(),
    };
    Problem::too_much(format!(
        "this looks at up to {MOST_ROWS} pages and {} MB of summaries, and {there_are}; {instead}",
        MOST_BYTES / 1024 / 1024
    ))
}
