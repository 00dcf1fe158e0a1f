//! `GET /v1/events`: what happened after an event, in one request; for who keeps a copy of their own in step.

use serde_json::value::RawValue;

use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::store::Call;
use crate::store::stream::{Stored, check_place, events};

use super::Problem;
use super::parameters::Parameters;

/// The most events in one answer.
const MAX_LIMIT: usize = 1_000;

/// A part of the stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// The id of the last event that the reader has; the last events where there is none.
    after: Option<String>,
    limit: usize,
}

impl Events {
    /// Reads `after`, an event's id or milliseconds, and `limit` (1,000 at most, 100 by default).
    ///
    /// # Errors
    /// 400, naming the parameter.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let parameters = Parameters::read(query, &["after", "limit"])?;
        let after = parameters.text("after").map(str::to_owned);
        if after.as_deref().is_some_and(|it| check_place(it).is_err()) {
            let problem = "after is the id of an event, as next gave it, or milliseconds; 0 is before the first event";
            return Err(Problem::bad_request(problem.to_owned()));
        }
        let limit = parameters.number("limit", 100, 1..=MAX_LIMIT)?;
        Ok(Self { after, limit })
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
    /// that events after `after` may be in the stream no more.
    ///
    /// # Errors
    /// 503 for what is no stream.
    pub fn body(&self, replies: &[Value]) -> Result<Vec<u8>, Problem> {
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
        let next = next.or(self.after.as_deref()).unwrap_or("0");
        let next = serde_json::Value::from(next);
        let results: Vec<String> = found.iter().map(told).collect();
        let results = results.join(",");
        let body = format!(r#"{{"results":[{results}],"next":{next},"missed":{missed}}}"#);
        Ok(body.into_bytes())
    }
}

fn told(stored: &Stored) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (id, kind) = (text(&stored.id), text(&stored.event.kind));
    let ts = stored.event.ts.millis();
    let data = stored.event.data.as_deref().map_or("null", RawValue::get);
    format!(r#"{{"id":{id},"type":{kind},"ts":{ts},"data":{data}}}"#)
}

/// An id as the two numbers that it is compared by.
fn place(id: &str) -> (u64, u64) {
    let (millis, number) = id.split_once('-').unwrap_or((id, "0"));
    (
        millis.parse().unwrap_or_default(),
        number.parse().unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::Events;
    use crate::keys::Keys;
    use crate::read::Request;
    use crate::redis::Value;
    use crate::store::Operation;

    fn parse(query: &str) -> Result<Events, u16> {
        Events::parse(&Request::pairs(query)).map_err(|it| it.answer().status)
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
    fn what_is_no_id_is_refused() {
        for query in [
            "after=",
            "after=x",
            "after=-",
            "after=5-",
            "after=(5-1",
            "after=+",
            "after=18446744073709551616",
        ] {
            assert_eq!(parse(query), Err(400), "{query}");
        }
        assert_eq!(parse("limit=1001"), Err(400));
        assert_eq!(body("after=1-0", &[Value::Nil]), Err(503));
        assert_eq!(body("", &[Value::Array(vec![Value::Nil])]), Err(503));
    }
}
