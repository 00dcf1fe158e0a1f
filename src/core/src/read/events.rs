//! `GET /v1/events`: what happened after an event, in one request; for who keeps a copy of their own in step.

use std::time::Duration;

use serde_json::value::RawValue;

use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::Call;
use crate::store::stream::{Stored, check_place, events, place};

use super::parameters::Parameters;
use super::{Audience, Problem, Request};

/// The media type of server-sent events.
pub const STREAM: &str = "text/event-stream";

/// How often a stream asks Redis what is new.
pub const EVERY: Duration = Duration::from_secs(3);

/// How often one stream asks: Cloudflare's free plan has 50 subrequests. The reader's `EventSource` then comes back by itself, and goes on.
pub const MOST: u32 = 40;

/// The most events in one answer.
pub(super) const MAX_LIMIT: usize = 1_000;

/// The id that no event can be after; Redis refuses to look for one.
const LAST: (u64, u64) = (u64::MAX, u64::MAX);

/// A part of the stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// The id of the last event that the reader has; the last events where there is none.
    after: Option<String>,
    limit: usize,
    is_stream: bool,
}

impl Events {
    /// Reads `after`, an event's id or milliseconds, and `limit` (1,000 at most, 100 by default). `Last-Event-ID` is what a stream
    /// that was cut off goes on after.
    ///
    /// # Errors
    /// 400, naming the parameter.
    pub fn parse(request: &Request) -> Result<Self, Problem> {
        let parameters = Parameters::read(&request.query, &["after", "limit"])?;
        let is_stream = request.prefers(&["application/json", STREAM]) == Some(STREAM);
        let last = request.last_event_id.as_deref().filter(|_| is_stream);
        let after = last.or(parameters.text("after")).map(str::to_owned);
        let is_none = |it: &str| check_place(it).is_err() || place(it) == LAST;
        if after.as_deref().is_some_and(is_none) {
            let problem = "after is the id of an event, as next gave it, or milliseconds; 0 is before the first event";
            return Err(Problem::bad_request(problem.to_owned()));
        }
        let limit = parameters.number("limit", 100, 1..=MAX_LIMIT)?;
        Ok(Self {
            after,
            limit,
            is_stream,
        })
    }

    /// Reads the events: two commands, or one without `after`.
    ///
    /// Where `after` is an event it is read as well: a store that has it not, though events go on behind it, was emptied, restored from
    /// before it, or is another one.
    ///
    /// What is public has a stream of its own: for who reads only that, a page is created when it becomes public and deleted when it is
    /// taken back, and no id, gap or number tells that anything else has happened.
    pub fn call(&self, keys: &Keys, audience: Audience) -> Call<()> {
        let limit = self.limit.to_string();
        let key = match audience {
            Audience::All => keys.events(),
            Audience::Public => keys.public_events(),
        };
        let commands = match &self.after {
            Some(after) if is_event(after) => vec![
                Command::new([
                    "XRANGE",
                    &key,
                    after,
                    "+",
                    "COUNT",
                    &(self.limit + 1).to_string(),
                ]),
                Command::new(["XREVRANGE", &key, "+", "-", "COUNT", "1"]),
            ],
            Some(after) => vec![
                Command::new(["XRANGE", &key, &format!("({after}"), "+", "COUNT", &limit]),
                Command::new(["XRANGE", &key, "-", "+", "COUNT", "1"]),
            ],
            None => vec![Command::new(["XREVRANGE", &key, "+", "-", "COUNT", &limit])],
        };
        Call::commands("events", commands)
    }

    /// The answer: `{results, next, missed}`, oldest first. `next` is what to give as `after` the next time; `missed` says
    /// that events after `after` may be in the stream no more, or that `after` is none of its events.
    ///
    /// # Errors
    /// 503 for what is no stream.
    pub fn body(&self, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        let (found, next, missed) = self.found(replies)?;
        let next = serde_json::Value::from(next);
        let results: Vec<String> = found.iter().map(written).collect();
        let results = results.join(",");
        let body = format!(r#"{{"results":[{results}],"next":{next},"missed":{missed}}}"#);
        Ok(body.into_bytes())
    }

    /// The same as a part of a stream of server-sent events, and the question that the next part answers. Who did not say after which
    /// event to begin gets what happens from now on. Where there is nothing to tell the part is a comment, which keeps the connection,
    /// or for who did not say where to begin an id without an event, by which the reader comes back.
    ///
    /// # Errors
    /// 503 for what is no stream.
    pub fn part(&self, replies: &[Value]) -> Result<(String, Self), Problem> {
        let (found, next, missed) = self.found(replies)?;
        let mut part = String::new();
        if missed {
            part.push_str("event: missed\ndata: {}\n\n");
        }
        let mut last = self.after.as_deref();
        for stored in found.iter().filter(|_| self.after.is_some()) {
            let (id, kind, event) = (&stored.id, &stored.event.kind, written(stored));
            part.push_str(&format!("id: {id}\nevent: {kind}\ndata: {event}\n\n"));
            last = Some(id.as_str());
        }
        if last != Some(next.as_str()) {
            part.push_str(&format!("id: {next}\n\n"));
        } else if part.is_empty() {
            part.push_str(":\n\n");
        }
        let next = Self {
            after: Some(next),
            ..self.clone()
        };
        Ok((part, next))
    }

    /// Whether they are to be streamed as they happen.
    pub fn is_stream(&self) -> bool {
        self.is_stream
    }

    /// The events in the replies, oldest first, what to go on after, and whether some before them may be gone.
    fn found(&self, replies: &[Value]) -> Result<(Vec<Stored>, String, bool), Problem> {
        let read = |reply| events(reply).map_err(|_| Problem::away());
        let (found, missed) = match (replies, &self.after) {
            ([last], None) => {
                let mut found = read(last)?;
                found.reverse();
                (found, false)
            }
            ([found, last], Some(after)) if is_event(after) => {
                let mut found = read(found)?;
                let is_there = found
                    .first()
                    .is_some_and(|it| place(&it.id) == place(after));
                if is_there {
                    found.remove(0);
                }
                found.truncate(self.limit);
                // Behind an event of another store nothing is found again: its reader goes on after what is the last here.
                let last = read(last)?.pop().filter(|_| !is_there).map(|it| it.id);
                let last = last.or(is_there.then(|| after.clone()));
                let next = found.last().map(|it| it.id.clone()).or(last);
                return Ok((found, next.unwrap_or_else(|| "0".to_owned()), !is_there));
            }
            ([found, first], Some(after)) => {
                let first = read(first)?;
                let is_later = |it: &Stored| place(&it.id) > place(after);
                let is_new = place(after) == (0, 0);
                let missed = !is_new && first.first().is_some_and(is_later);
                (read(found)?, missed)
            }
            _ => return Err(Problem::away()),
        };
        let next = found.last().map(|it| it.id.as_str());
        let next = next.or(self.after.as_deref()).unwrap_or("0").to_owned();
        Ok((found, next, missed))
    }
}

/// Whether it names an event, rather than a time or what is before the first.
fn is_event(after: &str) -> bool {
    after.contains('-') && place(after) != (0, 0)
}

/// An event as it is told.
fn written(stored: &Stored) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (id, kind) = (text(&stored.id), text(&stored.event.kind));
    let ts = stored.event.ts.millis();
    let data = stored.event.data.as_deref().map_or("null", RawValue::get);
    format!(r#"{{"id":{id},"type":{kind},"ts":{ts},"data":{data}}}"#)
}

#[cfg(test)]
mod tests {
    use super::Events;
    use crate::keys::Keys;
    use crate::read::{Audience, Request};
    use crate::redis::Value;
    use crate::store::Operation;

    fn parse(query: &str) -> Result<Events, u16> {
        let request = Request {
            query: Request::pairs(query),
            ..Request::default()
        };
        Events::parse(&request).map_err(|it| it.answer().status)
    }

    fn stream(ids: &[&str]) -> Value {
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = ["ts", "7", "type", "page.updated", "data", r#"{"id":1}"#].map(text);
        let entry = |id: &&str| Value::Array(vec![text(id), Value::Array(fields.to_vec())]);
        Value::Array(ids.iter().map(entry).collect())
    }

    fn body(query: &str, replies: &[Value]) -> Result<String, u16> {
        let body = parse(query)?.body(replies);
        let body = body.map_err(|it| it.answer().status)?;
        Ok(String::from_utf8(body).expect("utf-8"))
    }

    #[test]
    fn who_names_an_event_gets_those_after_it_and_where_to_go_on() {
        let keys = Keys::new("notion", ":", None);
        let commands =
            parse("after=5-1&limit=2").map(|it| it.call(&keys, Audience::All).poll().commands);
        let words: Vec<String> = commands
            .iter()
            .flatten()
            .flat_map(|it| it.words().to_vec())
            .collect();
        assert_eq!(
            words.join(" "),
            "XRANGE notion:events 5-1 + COUNT 3 XREVRANGE notion:events + - COUNT 1"
        );
        let one = r#"{"id":"5-2","type":"page.updated","ts":7,"data":{"id":1}}"#;
        let expected = format!(r#"{{"results":[{one}],"next":"5-2","missed":false}}"#);
        assert_eq!(
            body("after=5-1", &[stream(&["5-1", "5-2"]), stream(&["5-2"])]),
            Ok(expected)
        );
        let none = r#"{"results":[],"next":"5-1","missed":false}"#.to_owned();
        assert_eq!(
            body("after=5-1", &[stream(&["5-1"]), stream(&["5-1"])]),
            Ok(none.clone())
        );
        assert_eq!(
            body("after=5-1", &[stream(&["5-1"]), stream(&["6-0"])]),
            Ok(none),
            "what came between the two commands is told the next time"
        );
    }

    #[test]
    fn who_comes_too_late_for_some_events_is_told_so() {
        let missed = |after: &str, first: &[&str]| {
            let body = body(&format!("after={after}"), &[stream(first), stream(first)]);
            body.is_ok_and(|it| it.ends_with(r#""missed":true}"#))
        };
        assert!(missed("5-1", &["5-2"]));
        assert!(missed("9", &["10-0"]));
        assert!(!missed("10-0", &["10-0"]));
        assert!(!missed("10", &["9-0"]));
        assert!(!missed("0", &["5-2"]), "who begins has missed nothing");
        assert!(!missed("0-0", &["5-2"]));
    }

    #[test]
    fn who_comes_with_an_event_of_another_store_goes_on_after_the_last_of_this_one() {
        let told = |found: &[&str], last: &[&str]| {
            let body = body("after=5-1", &[stream(found), stream(last)]).expect("a body");
            body[body.find(r#""next""#).expect("next")..].to_owned()
        };
        assert_eq!(told(&[], &["4-0"]), r#""next":"4-0","missed":true}"#);
        assert_eq!(told(&["6-0"], &["6-0"]), r#""next":"6-0","missed":true}"#);
        assert_eq!(told(&[], &[]), r#""next":"0","missed":true}"#, "emptied");
        let part = parse("after=5-1").map(|it| it.part(&[stream(&[]), stream(&["4-0"])]));
        let (part, next) = part.expect("events").expect("a part");
        assert_eq!(part, "event: missed\ndata: {}\n\nid: 4-0\n\n");
        assert_eq!(next.after.as_deref(), Some("4-0"));
    }

    #[test]
    fn who_names_none_gets_the_last_ones_oldest_first() {
        let found = body("", &[stream(&["9-0", "8-0"])]).expect("a body");
        assert!(
            found.ends_with(r#""next":"9-0","missed":false}"#),
            "{found}"
        );
        assert!(found.starts_with(r#"{"results":[{"id":"8-0""#), "{found}");
        let none = r#"{"results":[],"next":"0","missed":false}"#.to_owned();
        assert_eq!(body("", &[stream(&[])]), Ok(none));
    }

    #[test]
    fn who_reads_only_what_is_public_is_told_by_a_stream_of_its_own() {
        let keys = Keys::new("notion", ":", None);
        for (audience, expected) in [
            (Audience::All, "notion:events"),
            (Audience::Public, "notion:public_events"),
        ] {
            for query in ["", "after=5"] {
                let events = parse(query).expect("events");
                let commands = events.call(&keys, audience).poll().commands;
                let mut named = commands.iter().map(|it| it.words().get(1).cloned());
                assert!(named.all(|it| it.as_deref() == Some(expected)), "{query}");
            }
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for query in [
            "after=",
            "after=x",
            "after=-",
            "after=5-",
            "after=(5-1",
            "after=+",
            "after=18446744073709551616",
            "after=18446744073709551615-18446744073709551615",
        ] {
            assert_eq!(parse(query), Err(400), "{query}");
        }
        assert_eq!(parse("limit=1001"), Err(400));
        assert_eq!(body("after=1-0", &[Value::Nil]), Err(503));
        assert_eq!(body("", &[Value::Array(vec![Value::Nil])]), Err(503));
    }

    #[test]
    fn a_stream_goes_on_after_the_last_event_that_its_reader_has() {
        let request = |accept: &str, last: Option<&str>| Request {
            accept: Some(accept.to_owned()),
            last_event_id: last.map(str::to_owned),
            query: Request::pairs("after=1-0"),
            ..Request::default()
        };
        let parse = |accept, last| Events::parse(&request(accept, last)).expect("events");
        assert!(!parse("*/*", None).is_stream());
        let events = parse("text/event-stream", Some("5-0"));
        assert!(events.is_stream());
        let first = stream(&["4-0"]);
        let (part, next) = events
            .part(&[stream(&["5-0", "5-1", "6-0"]), first.clone()])
            .expect("a part");
        let expected = "id: 5-1\nevent: page.updated\ndata: {\"id\":\"5-1\",\"type\":\"page.updated\",\"ts\":7,\"data\":{\"id\":1}}\n\n";
        assert!(part.starts_with(expected), "{part}");
        assert_eq!(part.matches("id: ").count(), 2);
        let words = format!(
            "{:?}",
            next.call(&Keys::new("notion", ":", None), Audience::All)
                .poll()
                .commands
        );
        assert!(words.contains("\"6-0\""), "{words}");
        let last = stream(&["6-0"]);
        let (part, _) = next.part(&[last.clone(), last]).expect("a part");
        assert_eq!(part, ":\n\n");
        let begins = parse("text/event-stream", None);
        let begins = Events {
            after: None,
            ..begins
        };
        let (part, _) = begins.part(&[first]).expect("a part");
        assert_eq!(part, "id: 4-0\n\n");
        assert!(Events::parse(&request("text/event-stream", Some("x"))).is_err());
    }
}
