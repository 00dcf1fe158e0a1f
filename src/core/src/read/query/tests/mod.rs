//! Pages to ask, and what comes of it; what is claimed stands in the files beside.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod operators;
mod order;
mod refused;

use serde_json::{Value as Json, json};

use super::{Query, Value};
use crate::time::Timestamp;

const PERSON: &str = "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f";
const OTHER: &str = "38c9ce7b-60a4-81b3-bd6f-ca217706a79f";

/// 2026-11-20T12:00:00Z, a Friday.
const NOON: Timestamp = Timestamp::from_millis(1_795_176_000_000);

/// Pages in the order of the index: the newest first.
#[derive(Clone, Debug, Default)]
struct Pages(Vec<(String, i64, String)>);

/// An answer: which pages, where to go on, how many there are in all.
type Answer = (Vec<String>, Option<String>, usize);

impl Pages {
    /// One page for each set of values, called `a`, `b` and so on, each older than the one before.
    fn of(values: &[Json]) -> Self {
        let names = "abcdefghijklmnopqrstuvwxyz".chars();
        let pages = names.zip(values).zip((0..1_000).rev());
        Self(
            pages
                .map(|((name, values), score)| page(&name.to_string(), score, values))
                .collect(),
        )
    }

    fn reply(&self) -> Value {
        let text = |text: &str| Value::Text(text.to_owned());
        let found = self.0.iter();
        let found = found.flat_map(|(member, score, _)| [text(member), text(&score.to_string())]);
        let texts = self.0.iter().map(|(.., summary)| text(summary));
        let count = Value::Integer(i64::try_from(self.0.len()).unwrap());
        let (found, texts) = (Value::Array(found.collect()), Value::Array(texts.collect()));
        Value::Array(vec![text("all"), count, found, texts])
    }

    fn ask(&self, parameters: &[(&str, &str)]) -> Result<Answer, String> {
        let parameter = |wanted: &str| {
            parameters
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| *value)
        };
        let limit = parameter("limit").map_or(100, |limit| limit.parse().unwrap());
        let (filter, sorts, cursor) =
            (parameter("filter"), parameter("sorts"), parameter("cursor"));
        let query =
            Query::parse("", filter, sorts, cursor, limit).map_err(|problem| detail(&problem))?;
        let body = query.answer(&self.reply(), NOON).unwrap();
        let body = String::from_utf8(body.map_err(|problem| detail(&problem))?).unwrap();
        let json: Json = serde_json::from_str(&body).unwrap();
        let results = json["results"].as_array().unwrap();
        let ids = results
            .iter()
            .map(|page| page["id"].as_str().unwrap().to_owned());
        let cursor = json["next_cursor"].as_str().map(str::to_owned);
        Ok((
            ids.collect(),
            cursor,
            json["total"].as_u64().unwrap().try_into().unwrap(),
        ))
    }

    /// The names of the pages that meet a filter, one after the other.
    fn filtered(&self, filter: &Json) -> String {
        let filter = filter.to_string();
        let (ids, _, total) = self
            .ask(&[("filter", &filter)])
            .unwrap_or_else(|problem| panic!("{filter}: {problem}"));
        assert_eq!(ids.len(), total);
        ids.concat()
    }

    fn refused(&self, filter: &Json) -> String {
        self.ask(&[("filter", &filter.to_string())])
            .expect_err("a problem")
    }

    /// The names of the pages in an order, one after the other.
    fn sorted(&self, sorts: &Json) -> String {
        let (ids, ..) = self.ask(&[("sorts", &sorts.to_string())]).unwrap();
        ids.concat()
    }
}

fn page(id: &str, score: i64, values: &Json) -> (String, i64, String) {
    let times = json!({ "b": "2026-10-20T14:00:00.000Z", "c": "2026-11-19T08:30:00.000Z" });
    let time = times[id].as_str().unwrap_or("2024-02-29T00:00:00.000Z");
    let summary = format!(
        r#"{{"object":"page","id":"{id}","title":"Title {id}","created_time":"{time}","last_edited_time":"{time}","values":{values}}}"#
    );
    (format!("page:{id}"), score, summary)
}

fn detail(problem: &super::Problem) -> String {
    let answer = problem.answer();
    let body: Json = serde_json::from_slice(&answer.body).unwrap();
    format!("{} {}", answer.status, body["detail"].as_str().unwrap())
}

/// Pages that have one property, `P`, with each of these values, and one that has no such property.
fn with(values: Json) -> Pages {
    let values = values
        .as_array()
        .unwrap()
        .iter()
        .map(|value| json!({ "P": value }));
    Pages::of(&values.chain([json!({})]).collect::<Vec<_>>())
}

/// Checks each operator of a type: what it is given, and which pages meet it.
fn check(pages: &Pages, kind: &str, expected: &[(&str, Json, &str)]) {
    for (operator, operand, names) in expected {
        let filter = json!({ "property": "P", kind: { *operator: operand } });
        assert_eq!(pages.filtered(&filter), *names, "{filter}");
    }
}

fn date(start: &str) -> Json {
    json!({ "start": start, "end": null, "time_zone": null })
}
