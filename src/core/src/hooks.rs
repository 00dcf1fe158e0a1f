//! Deploy hooks: addresses that have a static site built again, called after content that anyone sees has changed.
//!
//! A hook is called once an export is over, so that one build has all of it, and again with each tick until it answers.
//! What was told last is stored for each, so that nothing is lost with a run that dies.

use sha2::{Digest, Sha256};

use crate::config::Secret;
use crate::engine::State;
use crate::failure::Failure;
use crate::hex::hex;
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::stream::{Stored, events, place};
use crate::store::{Error, Operation, Step};

/// How many events are looked at; behind so many one is taken to be of content.
const MOST_EVENTS: usize = 1_000;

/// Finds out which hooks are to be called. It costs three commands in a request, and one more where anything happened.
#[derive(Clone, Debug)]
pub struct Hooks {
    /// What each is called in the store, in their order: not its address, which is a secret.
    names: Vec<String>,
    told: String,
    lease: String,
    events: String,
    /// What was told last of each, and the newest event, once that is known.
    known: Option<(Vec<String>, String)>,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The places of the hooks that are to be called.
    pub calls: Vec<usize>,
    /// The places of those for which nothing has happened that they are to hear of.
    pub passed: Vec<usize>,
    /// The event up to which that is so.
    pub last: String,
}

impl Hooks {
    /// For hooks at these addresses. Where there is a rule, what anyone is told of counts: a draft's edit builds public pages again
    /// that name it, in which nobody sees a change.
    pub fn new(hooks: &[Secret], has_rule: bool, keys: &Keys) -> Self {
        Self {
            names: hooks.iter().map(name).collect(),
            told: keys.hooks(),
            lease: keys.lease(),
            events: match has_rule {
                true => keys.public_events(),
                false => keys.events(),
            },
            known: None,
        }
    }

    /// The command that notes for the hooks at these places that they know of all up to `last`.
    pub fn noted(&self, places: &[usize], last: &str) -> Option<Command> {
        let names: Vec<&String> = places
            .iter()
            .filter_map(|place| self.names.get(*place))
            .collect();
        let pairs = names.iter().flat_map(|name| [name.as_str(), last]);
        let words = ["HSET", self.told.as_str()].into_iter().chain(pairs);
        (!names.is_empty()).then(|| Command::new(words))
    }

    fn begun(&mut self, replies: &[Value]) -> Result<Option<Due>, Error> {
        let [told, state, newest] = replies else {
            return Err(Error::unexpected());
        };
        let state = State::parse(&state.text().unwrap_or_default())
            .map_err(|_| Error::MisshapedRecord("the state of the export".to_owned()))?;
        let newest = events(newest)?.pop().map(|it| it.id);
        let Some(newest) = newest.filter(|_| state.export.is_some() && state.under_way().is_none())
        else {
            return Ok(Some(Due::default()));
        };
        let cursors = told
            .items()
            .iter()
            .map(|it| it.text().unwrap_or_else(|| "0-0".to_owned()));
        let cursors: Vec<String> = cursors.collect();
        // Until there was a rule, they were told of more.
        if cursors.iter().all(|cursor| place(cursor) >= place(&newest)) {
            return Ok(Some(Due::default()));
        }
        self.known = Some((cursors, newest));
        Ok(None)
    }

    /// What the events after the earliest of `cursors` mean for each hook. Where there are too many to look at, one call is for all
    /// of them: a site that is built has what the newest tells as well.
    fn due(&self, cursors: &[String], newest: &str, events: &[Stored]) -> Due {
        if events.len() == MOST_EVENTS {
            let is_behind = |hook: &usize| {
                let cursor = cursors.get(*hook);
                cursor.is_some_and(|it| place(it) < place(newest))
            };
            return Due {
                calls: (0..cursors.len()).filter(is_behind).collect(),
                last: newest.to_owned(),
                ..Due::default()
            };
        }
        let told: Vec<&String> = events
            .iter()
            .filter(|it| it.event.kind.starts_with("page."))
            .map(|it| &it.id)
            .collect();
        let last = events.last().map(|it| it.id.clone()).unwrap_or_default();
        let mut due = Due {
            last,
            ..Due::default()
        };
        for (hook, cursor) in cursors.iter().enumerate() {
            let is_later = |id: &String| place(id) > place(cursor);
            if told.iter().any(|id| is_later(id)) {
                due.calls.push(hook);
            } else if is_later(&due.last) {
                due.passed.push(hook);
            }
        }
        due
    }
}

impl Operation for Hooks {
    type Output = Due;

    fn poll(&self) -> Step {
        let commands = match &self.known {
            None => {
                let told = ["HMGET", self.told.as_str()].into_iter();
                vec![
                    Command::new(told.chain(self.names.iter().map(String::as_str))),
                    Command::new(["HGET", &self.lease, "state"]),
                    Command::new(["XREVRANGE", &self.events, "+", "-", "COUNT", "1"]),
                ]
            }
            Some((cursors, _)) => {
                let earliest = cursors.iter().min_by_key(|cursor| place(cursor));
                let from = format!("({}", earliest.map_or("0-0", String::as_str));
                let most = MOST_EVENTS.to_string();
                vec![Command::new([
                    "XRANGE",
                    &self.events,
                    &from,
                    "+",
                    "COUNT",
                    &most,
                ])]
            }
        };
        Step {
            pause: std::time::Duration::ZERO,
            commands,
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Due>, Error> {
        let replies = reply.map_err(Error::Failed)?;
        match (&self.known, replies.as_slice()) {
            (None, replies) => self.begun(replies),
            (Some((cursors, newest)), [found]) => {
                Ok(Some(self.due(cursors, newest, &events(found)?)))
            }
            _ => Err(Error::unexpected()),
        }
    }
}

fn name(hook: &Secret) -> String {
    hex(Sha256::digest(hook.expose()).into_iter().take(8))
}

#[cfg(test)]
mod tests {
    use super::{Due, Hooks, MOST_EVENTS};
    use crate::config::Secret;
    use crate::engine::{Export, Job, State};
    use crate::keys::Keys;
    use crate::redis::Value;
    use crate::store::Operation;
    use crate::time::Timestamp;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn event(id: &str, kind: &str, data: &str) -> Value {
        let fields = ["ts", "1", "type", kind, "runId", "r", "data", data].map(text);
        Value::Array(vec![text(id), Value::Array(fields.to_vec())])
    }

    fn due(has_rule: bool, cursors: &[Option<&str>], is_over: bool, events: &[Value]) -> Due {
        let hooks =
            ["https://a.example/x", "https://b.example/y"].map(|it| Secret::new(it.to_owned()));
        let mut hooks = Hooks::new(&hooks, has_rule, &Keys::new("notion", ":", None));
        assert!(
            !format!("{:?}", hooks.poll()).contains("example"),
            "an address is a secret"
        );
        let cursors = cursors
            .iter()
            .map(|cursor| cursor.map_or(Value::Nil, text))
            .collect();
        let at = Timestamp::from_millis(1);
        let state = State {
            export: Some(Export {
                completed_at: is_over.then_some(at),
                ..Export::new(1, Job::All, at)
            }),
            ..State::default()
        };
        let state = text(&serde_json::to_string(&state).expect("JSON"));
        let newest = Value::Array(events.last().cloned().into_iter().collect());
        let begun = hooks
            .apply(Ok(vec![Value::Array(cursors), state, newest]))
            .expect("replies");
        begun.unwrap_or_else(|| {
            let found = events.iter().take(MOST_EVENTS).cloned().collect();
            let rest = hooks.apply(Ok(vec![Value::Array(found)]));
            rest.expect("events").expect("an end")
        })
    }

    #[test]
    fn a_hook_is_called_once_an_export_is_over_that_changed_pages() {
        let events = [
            event("5-0", "page.updated", r#"{"id":"x","version":1}"#),
            event("6-0", "export.completed", "{}"),
        ];
        let called = |cursors: &[Option<&str>]| due(false, cursors, true, &events);
        let first = called(&[None, Some("4-9")]);
        assert_eq!(
            (first.calls.as_slice(), first.last.as_str()),
            ([0, 1].as_slice(), "6-0")
        );
        let second = called(&[Some("5-0"), Some("4-9")]);
        assert_eq!((second.calls, second.passed), (vec![1], vec![0]));
        assert_eq!(called(&[Some("6-0"), Some("6-0")]), Due::default());
        assert_eq!(due(false, &[None, None], false, &events), Due::default());
    }

    #[test]
    fn what_was_told_before_there_was_a_rule_is_not_told_again() {
        let events = [event("5-0", "page.updated", "{}")];
        let told = due(true, &[Some("6-0"), Some("5-0")], true, &events);
        assert_eq!(told, Due::default());
    }

    #[test]
    fn events_without_number_are_told_with_one_call() {
        let events: Vec<Value> = (1..=3 * MOST_EVENTS)
            .map(|it| event(&format!("{it}-0"), "page.updated", "{}"))
            .collect();
        let cursors = [None, Some("7-0"), Some("3000-0")];
        let due = due(false, &cursors, true, &events);
        assert_eq!((due.calls, due.last.as_str()), (vec![0, 1], "3000-0"));
    }

    #[test]
    fn a_command_notes_what_was_told() {
        let hooks = [Secret::new("https://a.example/x".to_owned())];
        let hooks = Hooks::new(&hooks, false, &Keys::new("notion", ":", None));
        let command = hooks.noted(&[0, 7], "6-0").expect("a command");
        assert_eq!(command.words().len(), 4);
        assert_eq!(command.words().last().map(String::as_str), Some("6-0"));
        assert_eq!(hooks.noted(&[], "6-0"), None);
    }
}
