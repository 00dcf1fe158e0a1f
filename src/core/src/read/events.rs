//! `GET /v1/events`: what happened after an event, in one request; for who keeps a copy of their own in step.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::Visibility;

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

/// What an event tells of a page.
#[derive(Deserialize)]
struct Change {
    id: String,
    version: i64,
    /// Whether anyone may read it since then.
    visibility: Option<Visibility>,
    /// Whether anyone could before, where that is something else.
    was: Option<Visibility>,
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
    pub fn call(&self, keys: &Keys) -> Call<()> {
        let (key, limit) = (keys.events(), self.limit.to_string());
        let commands = match &self.after {
            Some(after) => vec![
                Command::new(["XRANGE", &key, &format!("({after}"), "+", "COUNT", &limit]),
                Command::new(["XRANGE", &key, "-", "+", "COUNT", "1"]),
            ],
            None => vec![Command::new(["XREVRANGE", &key, "+", "-", "COUNT", &limit])],
        };
        Call::commands("events", commands)
    }

    /// The answer: `{results, next, missed}`, oldest first. `next` is what to give as `after` the next time; `missed` says
    /// that events after `after` may be in the stream no more. Of what is not public an audience that may not read it gets no event:
    /// for it a page is created when it becomes public, and deleted when it is taken back. There may be fewer events than there
    /// are in that part of the stream then, and it goes on behind them all the same.
    ///
    /// # Errors
    /// 503 for what is no stream.
    pub fn body(&self, audience: Audience, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        let (found, next, missed) = self.found(replies)?;
        let next = serde_json::Value::from(next);
        let told = found.iter().filter_map(|it| told(audience, it));
        let results: Vec<String> = told.map(|(_, event)| event).collect();
        let results = results.join(",");
        let body = format!(r#"{{"results":[{results}],"next":{next},"missed":{missed}}}"#);
        Ok(body.into_bytes())
    }

    /// The same as a part of a stream of server-sent events, and the question that the next part answers. Who did not say after which
    /// event to begin gets what happens from now on. Where there is nothing to tell the part is a comment, which keeps the connection,
    /// or an id without an event, by which the reader comes back behind what it is not told of.
    ///
    /// # Errors
    /// 503 for what is no stream.
    pub fn part(&self, audience: Audience, replies: &[Value]) -> Result<(String, Self), Problem> {
        let (found, next, missed) = self.found(replies)?;
        let mut part = String::new();
        if missed {
            part.push_str("event: missed\ndata: {}\n\n");
        }
        let mut last = self.after.as_deref();
        for stored in found.iter().filter(|_| self.after.is_some()) {
            if let Some((kind, event)) = told(audience, stored) {
                let id = &stored.id;
                part.push_str(&format!("id: {id}\nevent: {kind}\ndata: {event}\n\n"));
                last = Some(id.as_str());
            }
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

/// What an audience is told of an event, after what kind of event that is to it.
fn told(audience: Audience, stored: &Stored) -> Option<(String, String)> {
    let kind = stored.event.kind.as_str();
    match audience {
        Audience::All => {
            let event = written(stored, kind, stored.event.data.as_deref());
            Some((kind.to_owned(), event))
        }
        Audience::Public => publicly(stored),
    }
}

/// An event as those see it who may read only what is public; nothing where it is about something else.
fn publicly(stored: &Stored) -> Option<(String, String)> {
    use Visibility::Public;
    let data = stored.event.data.as_deref()?;
    let change: Change = serde_json::from_str(data.get()).ok()?;
    let kind = match (stored.event.kind.as_str(), change.visibility, change.was) {
        (kind @ ("page.deleted" | "page.expired"), Some(Public), _) => kind,
        ("page.created" | "page.updated", Some(Public), Some(_)) => "page.created",
        (kind @ ("page.created" | "page.updated"), Some(Public), None) => kind,
        ("page.created" | "page.updated", _, Some(Public)) => "page.deleted",
        _ => return None,
    };
    let Change { id, version, .. } = change;
    let data =
        serde_json::value::to_raw_value(&serde_json::json!({ "id": id, "version": version }));
    let event = written(stored, kind, Some(&*data.ok()?));
    Some((kind.to_owned(), event))
}

fn written(stored: &Stored, kind: &str, data: Option<&RawValue>) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (id, kind) = (text(&stored.id), text(kind));
    let ts = stored.event.ts.millis();
    let data = data.map_or("null", RawValue::get);
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
        let body = parse(query)?.body(Audience::All, replies);
        let body = body.map_err(|it| it.answer().status)?;
        Ok(String::from_utf8(body).expect("utf-8"))
    }

    #[test]
    fn who_names_an_event_gets_those_after_it_and_where_to_go_on() {
        let keys = Keys::new("notion", ":", None);
        let commands = parse("after=5-1&limit=2").map(|it| it.call(&keys).poll().commands);
        let words: Vec<String> = commands
            .iter()
            .flatten()
            .flat_map(|it| it.words().to_vec())
            .collect();
        assert_eq!(
            words.join(" "),
            "XRANGE notion:events (5-1 + COUNT 2 XRANGE notion:events - + COUNT 1"
        );
        let one = r#"{"id":"5-2","type":"page.updated","ts":7,"data":{"id":1}}"#;
        let expected = format!(r#"{{"results":[{one}],"next":"5-2","missed":false}}"#);
        assert_eq!(
            body("after=5-1", &[stream(&["5-2"]), stream(&["4-0"])]),
            Ok(expected)
        );
        let none = r#"{"results":[],"next":"5-1","missed":false}"#.to_owned();
        assert_eq!(
            body("after=5-1", &[stream(&[]), stream(&["5-1"])]),
            Ok(none)
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
        assert!(!missed("10-0", &["9-0"]));
        assert!(!missed("0", &["5-2"]), "who begins has missed nothing");
        assert!(!missed("5-1", &[]));
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
    fn anyone_learns_what_becomes_public_and_what_is_taken_back_and_nothing_else() {
        let text = |text: &str| Value::Text(text.to_owned());
        let told = |kind: &str, data: &str| {
            let fields = ["type", kind, "data", data].map(text);
            let entry = Value::Array(vec![text("5-2"), Value::Array(fields.to_vec())]);
            let body = parse("")
                .expect("events")
                .body(Audience::Public, &[Value::Array(vec![entry])]);
            let body: serde_json::Value =
                serde_json::from_slice(&body.expect("a body")).expect("JSON");
            assert_eq!(body.get("next"), Some(&"5-2".into()));
            let event = body.get("results")?.get(0)?.clone();
            let data = serde_json::json!({ "id": "p", "version": 3 });
            assert_eq!(event.get("data"), Some(&data));
            Some(event.get("type")?.as_str()?.to_owned())
        };
        let page = |more: &str| format!(r#"{{"id":"p","version":3{more}}}"#);
        for (kind, more, expected) in [
            (
                "page.created",
                r#","visibility":"public""#,
                Some("page.created"),
            ),
            (
                "page.updated",
                r#","visibility":"public""#,
                Some("page.updated"),
            ),
            (
                "page.updated",
                r#","visibility":"public","was":"draft""#,
                Some("page.created"),
            ),
            (
                "page.updated",
                r#","visibility":"scheduled","was":"public""#,
                Some("page.deleted"),
            ),
            (
                "page.deleted",
                r#","visibility":"public""#,
                Some("page.deleted"),
            ),
            ("page.deleted", r#","visibility":"draft""#, None),
            (
                "page.expired",
                r#","visibility":"public""#,
                Some("page.expired"),
            ),
            ("page.expired", "", None),
            ("page.updated", r#","visibility":"draft""#, None),
            (
                "page.created",
                r#","visibility":"draft","was":"scheduled""#,
                None,
            ),
            ("page.created", "", None),
            ("export.completed", "", None),
        ] {
            assert_eq!(
                told(kind, &page(more)).as_deref(),
                expected,
                "{kind} {more}"
            );
        }
        assert_eq!(told("export.started", r#"{"number":1}"#), None);
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
            .part(Audience::All, &[stream(&["5-1", "6-0"]), first.clone()])
            .expect("a part");
        let expected = "id: 5-1\nevent: page.updated\ndata: {\"id\":\"5-1\",\"type\":\"page.updated\",\"ts\":7,\"data\":{\"id\":1}}\n\n";
        assert!(part.starts_with(expected), "{part}");
        assert_eq!(part.matches("id: ").count(), 2);
        let words = format!(
            "{:?}",
            next.call(&Keys::new("notion", ":", None)).poll().commands
        );
        assert!(words.contains("(6-0"), "{words}");
        let (part, _) = next
            .part(Audience::All, &[stream(&[]), first.clone()])
            .expect("a part");
        assert_eq!(part, ":\n\n");
        let (part, _) = next
            .part(Audience::Public, &[stream(&["7-0"]), first.clone()])
            .expect("a part");
        assert_eq!(
            part, "id: 7-0\n\n",
            "where to go on, and nothing of what it is about"
        );
        let begins = parse("text/event-stream", None);
        let begins = Events {
            after: None,
            ..begins
        };
        let (part, _) = begins.part(Audience::All, &[first]).expect("a part");
        assert_eq!(part, "id: 4-0\n\n");
        let (part, _) = next
            .part(Audience::All, &[stream(&[]), stream(&["9-0"])])
            .expect("a part");
        assert_eq!(part, "event: missed\ndata: {}\n\n");
        assert!(Events::parse(&request("text/event-stream", Some("x"))).is_err());
    }
}
