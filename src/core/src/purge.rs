//! What a cache in front of the Worker is to forget, by the tags of its answers, once content has changed.
//!
//! Cloudflare counts purges, so all that a run changed goes with one, and no two come within [`EVERY`]. What was purged last is
//! stored: what a run that died left over is caught up with by the next one. What isolates remember must be over before: the cache
//! would take the older version from one of them again, and keep it as long as without a purge. Pages that are built again because a page changed
//! that they show have events, and so tags, of their own.

use std::time::Duration;

use serde::Deserialize;

use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::read::FRESH;
use crate::redis::{Command, Value};
use crate::store::stream::{Stored, events, place};
use crate::store::{Error, Operation, Step};
use crate::time::Timestamp;

/// The tag of every answer that is made of several pages: lists, searches, feeds.
pub const LISTS: &str = "lists";

/// How far two purges are apart, at least.
const EVERY: Duration = Duration::from_secs(15);

/// The most tags of one purge, by Cloudflare's limits; beyond that everything goes.
pub const MOST_TAGS: usize = 100;

/// How many events are looked at; behind so many everything goes.
const MOST_EVENTS: usize = 1_000;

/// The tag of what shows a page.
pub fn page_tag(id: Id) -> String {
    format!("page-{id}")
}

/// The tag of what is a list of a data source's rows or of what lies under a page, and of the pages that are in it.
pub fn list_tag(id: Id) -> String {
    format!("list-{id}")
}

/// Finds out what is to be purged. It costs two commands in a request, and two more where anything happened since.
#[derive(Clone, Debug)]
pub struct Purge {
    key: String,
    events: String,
    now: Timestamp,
    /// The event up to which all is purged, and the last one, once both are known.
    between: Option<(String, String)>,
}

/// What goes from the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purged {
    /// What has one of these tags.
    Tags(Vec<String>),
    /// All of it.
    Everything,
}

/// What is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// What is to go, where anything is.
    pub purged: Option<Purged>,
    /// The event up to which that is all.
    pub last: String,
    /// How long to wait before: until no isolate takes for fresh what it read before the last change, 5 s at most.
    pub wait: Duration,
}

impl Purge {
    /// At `now`. Where there is a rule, only what is public is cached: how old an answer is must not tell of anything else.
    pub fn new(keys: &Keys, has_rule: bool, now: Timestamp) -> Self {
        Self {
            key: keys.purged(),
            events: match has_rule {
                true => keys.public_events(),
                false => keys.events(),
            },
            now,
            between: None,
        }
    }

    /// The command that notes that this is done, where it is anything. Where nothing went, the next purge need not wait.
    pub fn noted(&self, done: &Due) -> Option<Command> {
        let at = self.now.plus(done.wait).millis().to_string();
        let words = ["HSET", &self.key, "last", &done.last, "at", &at];
        let count = if done.purged.is_some() { 6 } else { 4 };
        let words = words.into_iter().take(count);
        (!done.last.is_empty()).then(|| Command::new(words))
    }

    fn begun(&mut self, replies: &[Value]) -> Result<Option<Due>, Error> {
        let [known, newest] = replies else {
            return Err(Error::unexpected());
        };
        let [last, at] = known.items() else {
            return Err(Error::unexpected());
        };
        let newest = events(newest)?.pop().map(|it| it.id);
        let is_early = at
            .integer()
            .is_some_and(|at| self.now.since(Timestamp::from_millis(at)) < EVERY);
        let Some(newest) = newest.filter(|_| !is_early) else {
            return Ok(Some(Due::default()));
        };
        match last.text() {
            // Nobody knows what is in the cache.
            None => Ok(Some(self.everything(&newest))),
            Some(last) if last == newest => Ok(Some(Due::default())),
            Some(last) => {
                self.between = Some((last, newest));
                Ok(None)
            }
        }
    }

    /// What the events after `last` mean, of which `oldest` is what the stream begins with.
    fn since(&self, last: &str, newest: &str, events: &[Stored], oldest: &[Stored]) -> Due {
        let is_later = |it: &Stored| place(&it.id) > place(last);
        let is_missed = oldest.first().is_some_and(is_later);
        if is_missed || events.len() >= MOST_EVENTS {
            return self.everything(newest);
        }
        let (mut tags, mut changed) = (vec![LISTS.to_owned()], "");
        for (event, id) in events.iter().filter_map(|it| Some((it, changed_page(it)?))) {
            changed = &event.id;
            let tag = page_tag(id);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Due {
            purged: match tags.len() {
                1 => None,
                2..=MOST_TAGS => Some(Purged::Tags(tags)),
                _ => Some(Purged::Everything),
            },
            last: events.last().map_or(newest, |it| &it.id).to_owned(),
            wait: self.wait(changed),
        }
    }

    fn everything(&self, newest: &str) -> Due {
        Due {
            purged: Some(Purged::Everything),
            last: newest.to_owned(),
            wait: self.wait(newest),
        }
    }

    /// Until no isolate takes for fresh what it read before that event. Its time is Redis's, whose clock may be ahead of this one.
    fn wait(&self, event: &str) -> Duration {
        let (millis, _) = place(event);
        let happened = Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
        FRESH.saturating_sub(self.now.since(happened))
    }
}

impl Operation for Purge {
    type Output = Due;

    fn poll(&self) -> Step {
        let commands = match &self.between {
            None => vec![
                Command::new(["HMGET", &self.key, "last", "at"]),
                Command::new(["XREVRANGE", &self.events, "+", "-", "COUNT", "1"]),
            ],
            Some((last, _)) => {
                let (from, most) = (format!("({last}"), MOST_EVENTS.to_string());
                vec![
                    Command::new(["XRANGE", &self.events, &from, "+", "COUNT", &most]),
                    Command::new(["XRANGE", &self.events, "-", "+", "COUNT", "1"]),
                ]
            }
        };
        Step {
            pause: Duration::ZERO,
            commands,
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Due>, Error> {
        let replies = reply.map_err(Error::Failed)?;
        match (&self.between, replies.as_slice()) {
            (None, replies) => self.begun(replies),
            (Some((last, newest)), [found, oldest]) => Ok(Some(self.since(
                last,
                newest,
                &events(found)?,
                &events(oldest)?,
            ))),
            _ => Err(Error::unexpected()),
        }
    }
}

/// The page that an event tells of, where it tells of one.
fn changed_page(stored: &Stored) -> Option<Id> {
    #[derive(Deserialize)]
    struct Change {
        id: Id,
    }
    let event = &stored.event;
    let data = event
        .data
        .as_deref()
        .filter(|_| event.kind.starts_with("page."))?;
    let change: Option<Change> = serde_json::from_str(data.get()).ok();
    change.map(|change| change.id)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Due, EVERY, MOST_EVENTS, Purge, Purged};
    use crate::keys::Keys;
    use crate::read::FRESH;
    use crate::redis::Value;
    use crate::store::Operation;
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn event(time: usize, kind: &str, page: usize) -> Value {
        let data = format!(r#"{{"id":"00000000-0000-4000-8000-{page:012}","version":{time}}}"#);
        let fields = ["ts", "1", "type", kind, "runId", "r", "data", &data].map(text);
        let id = format!("{time}-0");
        Value::Array(vec![text(&id), Value::Array(fields.to_vec())])
    }

    fn due(last: Option<&str>, at: Option<Timestamp>, stream: &[Value]) -> Due {
        let mut purge = Purge::new(&Keys::new("notion", ":", None), false, NOW);
        let at = at.map_or(Value::Nil, |at| text(&at.millis().to_string()));
        let known = Value::Array(vec![last.map_or(Value::Nil, text), at]);
        let one = |it: Option<&Value>| Value::Array(it.cloned().into_iter().collect());
        let begun = purge.apply(Ok(vec![known, one(stream.last())]));
        begun.expect("replies").unwrap_or_else(|| {
            let after = super::place(last.unwrap_or_default());
            let id = |it: &Value| it.items().first().and_then(Value::text);
            let later = |it: &&Value| id(it).is_some_and(|id| super::place(&id) > after);
            let later: Vec<Value> = stream
                .iter()
                .filter(later)
                .take(MOST_EVENTS)
                .cloned()
                .collect();
            let rest = purge.apply(Ok(vec![Value::Array(later), one(stream.first())]));
            rest.expect("events").expect("an end")
        })
    }

    fn tags(due: &Due) -> usize {
        match &due.purged {
            None => 0,
            Some(Purged::Tags(tags)) => tags.len(),
            Some(Purged::Everything) => usize::MAX,
        }
    }

    #[test]
    fn what_changed_since_the_last_purge_goes_with_one() {
        let stream = [
            event(4, "page.updated", 1),
            event(5, "page.updated", 2),
            event(6, "page.deleted", 3),
            event(7, "page.created", 2),
            event(8, "export.completed", 9),
        ];
        let due = due(Some("4-0"), None, &stream);
        let page = |number: usize| format!("page-00000000-0000-4000-8000-{number:012}");
        let expected = vec!["lists".to_owned(), page(2), page(3)];
        assert_eq!(due.purged, Some(Purged::Tags(expected)));
        assert_eq!(due.last, "8-0");
    }

    #[test]
    fn nothing_goes_where_nothing_changed_or_too_soon_after_the_last() {
        let stream = [event(4, "page.updated", 1), event(5, "export.completed", 0)];
        assert_eq!(due(Some("5-0"), None, &stream), Due::default());
        assert_eq!(due(None, None, &[]), Due::default());
        let passed = due(Some("4-0"), None, &stream);
        let noted = Purge::new(&Keys::new("notion", ":", None), false, NOW).noted(&passed);
        let words = noted.map(|it| it.words().join(" "));
        assert_eq!(words.as_deref(), Some("HSET notion:export:purged last 5-0"));
        assert_eq!((passed.purged, passed.last.as_str()), (None, "5-0"));
        let before = |time: u64| {
            let at = Timestamp::from_millis(NOW.millis() - time as i64);
            tags(&due(Some("3-0"), Some(at), &stream))
        };
        assert_eq!(before(EVERY.as_millis() as u64 - 1), 0);
        // The stream begins with what comes after the last one: what was between them, nobody knows.
        assert_eq!(before(EVERY.as_millis() as u64), usize::MAX);
    }

    #[test]
    fn what_isolates_remember_is_over_before_the_cache_asks_them_again() {
        let now = NOW.millis() as usize;
        let wait = |time: usize| {
            due(
                Some("4-0"),
                None,
                &[event(4, "page.updated", 1), event(time, "page.updated", 2)],
            )
            .wait
        };
        assert_eq!(wait(now - 5_000), Duration::ZERO);
        assert_eq!(wait(now - 4_000), Duration::from_secs(1));
        assert_eq!(wait(now), FRESH);
        assert_eq!(wait(now + 60_000), FRESH);
        let first = due(None, None, &[event(now - 2_000, "page.created", 1)]);
        assert_eq!(first.wait, Duration::from_secs(3));
        let noted = Purge::new(&Keys::new("notion", ":", None), false, NOW).noted(&first);
        let at = noted.and_then(|it| it.words().last().cloned());
        assert_eq!(at, Some((NOW.millis() + 3_000).to_string()));
        let over = [
            event(4, "page.updated", 1),
            event(now - 4_000, "page.updated", 2),
            event(now, "export.completed", 0),
        ];
        assert_eq!(due(Some("4-0"), None, &over).wait, Duration::from_secs(1));
    }

    #[test]
    fn everything_goes_where_it_is_much_or_not_known() {
        let changes = |count: usize| -> Vec<Value> {
            (1..=count)
                .map(|it| event(it, "page.updated", it))
                .collect()
        };
        assert_eq!(tags(&due(Some("1-0"), None, &changes(100))), 100);
        assert_eq!(tags(&due(Some("1-0"), None, &changes(101))), usize::MAX);
        let same = (1..=MOST_EVENTS).map(|it| event(it, "page.updated", 7));
        assert_eq!(tags(&due(Some("1-0"), None, &same.collect::<Vec<_>>())), 2);
        let more = (1..=MOST_EVENTS + 1).map(|it| event(it, "page.updated", 7));
        assert_eq!(
            tags(&due(Some("1-0"), None, &more.collect::<Vec<_>>())),
            usize::MAX
        );
        let first = due(None, None, &changes(3));
        assert_eq!((tags(&first), first.last.as_str()), (usize::MAX, "3-0"));
    }
}
