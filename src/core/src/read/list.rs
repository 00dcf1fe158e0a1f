//! Lists of pages: one index, newest first, with the summaries, in one round trip. With `filter` or `sorts` it is a query.

use crate::id::Id;
use crate::keys::Keys;
use crate::member::Member;
use crate::redis::{Script, Value};
use crate::store::part::{Found, Reading};
use crate::store::{Call, Error};
use crate::time::Timestamp;

use super::parameters::Parameters;
use super::query::Query;
use super::route::Asked;
use super::whole::is_unknown;
use super::{Audience, Problem};

/// The most summaries in one answer.
pub(super) const MAX_LIMIT: usize = 1_000;

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    of: Of,
    part: Part,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// A part of the index, by what the script that reads it is told.
    Index(Vec<String>),
    /// A part of what a query gives.
    Query(Box<Query>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Everything,
    DataSource(Id),
    Parent(Id),
}

impl List {
    /// The one thing that it is a list of, if it is.
    pub fn of_one(&self) -> Option<Id> {
        match self.of {
            Of::Everything => None,
            Of::DataSource(id) | Of::Parent(id) => Some(id),
        }
    }

    /// 404: what it is a list of is not stored.
    pub(super) fn missing(&self) -> Problem {
        match self.of {
            Of::DataSource(id) => no_data_source(id),
            Of::Parent(_) | Of::Everything => Problem::away(),
        }
    }

    /// Reads `data_source_id` or `parent_id`, `filter` and `sorts` (JSON as Notion's API takes it for the query of a data source),
    /// `limit` (1,000 at most, 20 by default) and `cursor`.
    ///
    /// # Errors
    /// 400, naming the parameter, and the place in it.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let known = [
            "data_source_id",
            "parent_id",
            "filter",
            "sorts",
            "limit",
            "cursor",
        ];
        let parameters = Parameters::read(query, &known)?;
        let ids = (
            parameters.id("data_source_id")?,
            parameters.id("parent_id")?,
        );
        let of = match ids {
            (None, None) => Of::Everything,
            (Some(id), None) => Of::DataSource(id),
            (None, Some(id)) => Of::Parent(id),
            (Some(_), Some(_)) => {
                let problem = "data_source_id and parent_id do not go together";
                return Err(Problem::bad_request(problem.to_owned()));
            }
        };
        // Pages have a score from 0 on; what else lies under a parent has one below.
        let reading = Reading {
            min: 0.0,
            limit: parameters.number("limit", 20, 1..=MAX_LIMIT)?,
            cursor: parameters.text("cursor").map(str::to_owned),
            ..Reading::default()
        };
        let (filter, sorts) = (parameters.text("filter"), parameters.text("sorts"));
        if filter.is_some() || sorts.is_some() {
            let cursor = reading.cursor.as_deref();
            let query = Query::parse(&format!("{of:?}"), filter, sorts, cursor, reading.limit)?;
            let part = Part::Query(Box::new(query));
            return Ok(Self { of, part });
        }
        let args = reading.args().map_err(|_| {
            Problem::bad_request("cursor is none that a list gave as next_cursor".to_owned())
        })?;
        let part = Part::Index(args);
        Ok(Self { of, part })
    }

    /// Reads the part: `{results, next_cursor, total}`. The summaries go out as they are stored, and only those of pages;
    /// what has expired at `now` is left out, and what a filter says of today is meant of that day.
    pub fn ask(&self, keys: &Keys, audience: Audience, now: Timestamp) -> Asked {
        let (index, summaries) = match audience {
            Audience::All => {
                let index = match self.of {
                    Of::Everything => keys.pages(),
                    Of::DataSource(id) => keys.rows(id),
                    Of::Parent(id) => keys.children(id),
                };
                (index, keys.summaries())
            }
            Audience::Public => {
                let index = match self.of {
                    Of::Everything => keys.public_pages(),
                    Of::DataSource(id) => keys.public_rows(id),
                    Of::Parent(id) => keys.public_children(id),
                };
                (index, keys.public_summaries())
            }
        };
        let keys = [index, summaries, keys.expiry()];
        // Who may read only what is public is not to learn from an empty list whether there is such a thing; and a page shows
        // databases that the connection does not see, below which there is nothing.
        let of = match (audience, &self.of) {
            (Audience::All, Of::DataSource(id)) => Member::DataSource(*id).to_string(),
            _ => String::new(),
        };
        match &self.part {
            Part::Index(args) => {
                let mut args = args.clone();
                args.push(of);
                args.push(now.millis().to_string());
                Asked::Plain(Call::script("list", Script::LIST, keys, args, body))
            }
            Part::Query(query) => {
                Asked::Query(Box::new(Query::clone(query).exchange(keys, of, now)))
            }
        }
    }
}

/// 404 for the rows of a data source that is not stored.
pub(super) fn no_data_source(id: Id) -> Problem {
    Problem::not_found(&format!(
        "no data source {id} has been exported; where that is the id of a database, as Notion shows it in the address, \
        data_sources of /v1/databases/{id} has those of its data sources"
    ))
}

/// Nothing where what it is a list of is not stored.
fn body(reply: &Value) -> Result<Option<Vec<u8>>, Error> {
    if is_unknown(reply) {
        return Ok(None);
    }
    let found = Found::of(reply)?;
    let summaries = found.members.into_iter().map(|(_, summary)| summary);
    let results: Vec<String> = summaries.filter(|summary| is_page(summary)).collect();
    let next_cursor = serde_json::Value::from(found.cursor);
    let (results, total) = (results.join(","), found.total.unwrap_or(0));
    let body = format!(r#"{{"results":[{results}],"next_cursor":{next_cursor},"total":{total}}}"#);
    Ok(Some(body.into_bytes()))
}

/// Whether it is the summary of a page, by how this version writes one.
pub(super) fn is_page(summary: &str) -> bool {
    summary.starts_with(r#"{"object":"page","#) && summary.ends_with('}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::List;
    use crate::redis::Value;

    const PAGE: &str = r#"{"object":"page","id":"p"}"#;

    fn parse(query: &[(&str, &str)]) -> Option<List> {
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        List::parse(&query).ok()
    }

    #[test]
    fn a_list_passes_on_summaries_of_pages_and_says_where_to_go_on() {
        let texts = |texts: &[&str]| {
            let texts = texts.iter().map(|&text| Value::Text(text.into()));
            Value::Array(texts.collect())
        };
        let mut part = vec![
            texts(&["page:p", "gone", "database:d", "x"]),
            texts(&[
                PAGE,
                "{}",
                r#"{"object":"database","id":"d"}"#,
                "of another",
            ]),
            Value::Text("2~x".into()),
            Value::Integer(7),
        ];
        let body = |part: &[Value]| {
            super::body(&Value::Array(part.to_vec()))
                .map(|body| String::from_utf8(body.unwrap_or_default()).expect("utf-8"))
        };
        assert_eq!(
            body(&part),
            Ok(format!(
                r#"{{"results":[{PAGE}],"next_cursor":"2~x","total":7}}"#
            ))
        );
        part[2] = Value::Text(String::new());
        assert!(body(&part).is_ok_and(|body| body.contains(r#""next_cursor":null"#)));
        assert!(body(&part[..1]).is_err());
    }

    #[test]
    fn bad_parameters_are_refused() {
        for query in [
            ("limit", "0"),
            ("limit", "1001"),
            ("limit", "x"),
            ("cursor", "x"),
            ("cursor", "20"),
            ("cursor", "~page:x"),
            ("cursor", "NaN~page:x"),
            ("cursor", ""),
            ("parent_id", "x"),
            ("page", "1"),
        ] {
            assert_eq!(parse(&[query]), None, "{query:?}");
        }
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        assert_eq!(parse(&[("parent_id", id), ("data_source_id", id)]), None);
        assert_eq!(parse(&[("limit", "5"), ("limit", "50")]), None);
        assert!(parse(&[("cursor", "1795176000000~page:x~y")]).is_some());
    }
}
