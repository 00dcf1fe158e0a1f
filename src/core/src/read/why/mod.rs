//! `GET /v1/why/{id or path}`: why a page is there for readers, or is not, and what to do. For admins, since it tells of drafts.
//!
//! | file | what it does |
//! |---|---|
//! | `known` | all that the store knows of an id |
//! | `reason` | which of that decides |
//! | `told` | the answer |
//! | `words` | what it says in plain words |
//!
//! An id is one request to Redis, a path two.

mod known;
mod reason;
mod told;
mod words;

use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Script, Value};
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::page::MAX_PATH;
use super::parameters::Parameters;
use super::setup::Setup;
use super::{Answer, Problem};

use known::Known;
pub use told::{Why, WhyError, WhyHolder, WhyReader, WhyReason, WhyWaiting};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyAsk {
    by: By,
    setup: Option<Box<Setup>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Id(Id),
    /// With a slash before it.
    Path(String),
}

/// The question on its way.
#[derive(Clone, Debug)]
pub struct WhyExchange {
    ask: WhyAsk,
    keys: Keys,
    now: Timestamp,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Resolving(Call<[Option<Id>; 2]>),
    Looking(Id, Call<Known>),
}

impl WhyAsk {
    /// Reads what stands behind `/v1/why/`; there are no parameters.
    ///
    /// # Errors
    /// 400 for any parameter, 404 for a path that is longer than any.
    pub fn parse(names: &[&str], query: &[(String, String)]) -> Result<Self, Problem> {
        Parameters::read(query, &[])?;
        let path: String = names.iter().map(|name| format!("/{name}")).collect();
        if path.len() > MAX_PATH {
            return Err(Problem::not_found("no page has a path of that length"));
        }
        let by = match names {
            [name] => name.parse().map_or(By::Path(path), By::Id),
            _ => By::Path(path),
        };
        Ok(Self { by, setup: None })
    }

    /// The same, knowing how readers are let in.
    pub fn with(self, setup: Setup) -> Self {
        let setup = Some(Box::new(setup));
        Self { setup, ..self }
    }

    /// The exchange with Redis that answers it.
    pub fn exchange(&self, keys: &Keys, now: Timestamp) -> WhyExchange {
        let phase = match &self.by {
            By::Id(id) => Phase::Looking(*id, look(*id, keys)),
            By::Path(path) => {
                let get = |key: String| Command::new(["HGET".to_owned(), key, path.clone()]);
                let commands = vec![get(keys.slugs()), get(keys.redirects())];
                Phase::Resolving(Call::several("a path", commands, ids))
            }
        };
        WhyExchange {
            ask: self.clone(),
            keys: keys.clone(),
            now,
            phase,
        }
    }

    fn path(&self) -> Option<&str> {
        match &self.by {
            By::Id(_) => None,
            By::Path(path) => Some(path),
        }
    }

    fn asked(&self) -> String {
        match &self.by {
            By::Id(id) => id.to_string(),
            By::Path(path) => path.clone(),
        }
    }
}

impl Operation for WhyExchange {
    type Output = Why;

    fn poll(&self) -> Step {
        match &self.phase {
            Phase::Resolving(call) => call.poll(),
            Phase::Looking(_, call) => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Why>, Error> {
        match &mut self.phase {
            Phase::Resolving(call) => {
                let Some([held, former]) = call.apply(reply)? else {
                    return Ok(None);
                };
                let Some(id) = held.or(former) else {
                    return Ok(Some(Why::of_no_page(self.ask.asked())));
                };
                self.phase = Phase::Looking(id, look(id, &self.keys));
                Ok(None)
            }
            Phase::Looking(id, call) => {
                let id = *id;
                let known = call.apply(reply)?;
                Ok(known.map(|known| {
                    let setup = self.ask.setup.as_deref();
                    let reason = reason::of(&known, id, self.ask.path(), setup);
                    Why::of(self.ask.asked(), id, &known, reason, setup, self.now)
                }))
            }
        }
    }
}

impl Why {
    /// The answer.
    pub(super) fn answer(&self) -> Answer {
        let json = serde_json::to_vec(self).expect("it holds only strings, numbers and lists");
        Answer::json(json)
    }
}

/// One look at all that is known of an id.
fn look(id: Id, keys: &Keys) -> Call<Known> {
    let all = [
        keys.meta(id),
        keys.page(id),
        keys.database(id),
        keys.data_source(id),
        keys.objects(),
        keys.frontier(),
        keys.urgent(),
        keys.errors(),
        keys.leaving(),
        keys.summaries(),
        keys.slugs(),
        keys.gone(),
        keys.due(),
        keys.lease(),
    ];
    let args = [id.to_string(), id.short()];
    Call::script("an id", Script::WHY, all, args, Known::read)
}

fn ids(replies: &Value) -> Result<[Option<Id>; 2], Error> {
    let [held, former] = replies.items() else {
        return Err(Error::unexpected());
    };
    Ok([held, former].map(|it| it.text().and_then(|text| text.parse().ok())))
}

#[cfg(test)]
mod tests {
    use super::{By, WhyAsk};

    #[test]
    fn an_id_is_one_by_itself_and_anything_else_a_path() {
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        let by = |names: &[&str]| WhyAsk::parse(names, &[]).map(|ask| ask.by).ok();
        assert_eq!(by(&[id]), id.parse().ok().map(By::Id));
        let path = |it: &str| Some(By::Path(it.to_owned()));
        assert_eq!(by(&["a", id]), path(&format!("/a/{id}")));
        assert_eq!(by(&["guides", "start"]), path("/guides/start"));
        assert_eq!(by(&["a.md"]), path("/a.md"));
        assert_eq!(by(&[&"x".repeat(3_000)]), None);
        let query = [("v".to_owned(), "1".to_owned())];
        assert!(WhyAsk::parse(&["a"], &query).is_err());
    }
}
