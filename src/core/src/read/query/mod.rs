//! A filter and an order over a list: what `GET /v1/pages` does with `filter` and `sorts`, as Notion's API takes them.
//!
//! The whole index is read with its summaries, and chosen from here: a filter has no index of its own.
//! That has its limits, [`MOST_ROWS`] and [`MOST_BYTES`], beyond which nothing is read.

mod comparison;
mod condition;
mod cursor;
mod date;
mod filter;
mod names;
mod row;
mod sort;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use crate::failure::Failure;
use crate::redis::Value;
use crate::store::{Error, Operation, Step};
use crate::time::Timestamp;

use super::Problem;
use super::list::is_page;
use super::whole::{Pages, Whole, is_unknown};
pub(super) use comparison::start;
use cursor::fingerprint;
use filter::{Filter, Suited};
use names::Names;
pub(super) use row::Row;
use sort::{Place, Sorts};

/// The most pages that a query looks at.
pub const MOST_ROWS: usize = 10_000;

/// The most bytes of summaries: they are in the memory of the isolate three times for a moment, and it has 128 MB.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The longest filter or sorts, in bytes; an address is not longer either.
const MOST_TEXT: usize = 16 * 1024;

/// A filter, an order, and which part of what they give.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    filter: Option<Filter>,
    sorts: Sorts,
    names: Names,
    fingerprint: String,
    after: Option<Place>,
    limit: usize,
}

/// A query on its way.
#[derive(Clone, Debug)]
pub struct Exchange {
    query: Query,
    pages: Whole,
    now: Timestamp,
}

/// A row that the query gives.
struct Match<'a> {
    place: Place,
    summary: &'a str,
}

impl Query {
    /// Reads `filter`, `sorts` and `cursor`; `list` says what of, for the cursor.
    ///
    /// # Errors
    /// 400, naming the place in the filter or the sorts.
    pub fn parse(
        list: &str,
        filter: Option<&str>,
        sorts: Option<&str>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Self, Problem> {
        let filter = filter.map(|text| json("filter", text)).transpose()?;
        let sorts = sorts.map(|text| json("sorts", text)).transpose()?;
        let fingerprint = fingerprint(list, filter.as_ref(), sorts.as_ref());
        let mut names = Names::default();
        let filter = filter
            .map(|json| Filter::parse(&json, &mut names))
            .transpose()?;
        let sorts = sorts
            .map(|json| Sorts::parse(&json, &mut names))
            .transpose()?
            .unwrap_or_default();
        let after = cursor.map(|text| {
            let place = cursor::read(text, &fingerprint);
            let place = place.filter(|place| place.keys.len() == sorts.len());
            place.ok_or_else(|| {
                let problem = "cursor is none that a list with this filter and these sorts gave as next_cursor";
                Problem::bad_request(problem.to_owned())
            })
        });
        Ok(Self {
            after: after.transpose()?,
            filter,
            sorts,
            names,
            fingerprint,
            limit,
        })
    }

    /// The exchange that answers it. `keys` are index, summaries and expiry; the index's members are read from score zero on.
    /// `of` is the member that it is a list of, or `""`.
    pub fn exchange(self, keys: [String; 3], of: String, now: Timestamp) -> Exchange {
        Exchange {
            query: self,
            pages: Pages::indexed(keys).named(of).read(now),
            now,
        }
    }

    /// The answer from the script's reply: `{results, next_cursor, total}`, with the summaries as they are stored.
    ///
    /// # Errors
    /// When the reply is none that the script gives. Within: 400 for what no page has, 422 for too many pages.
    fn answer(&self, reply: &Value, now: Timestamp) -> Result<Result<Vec<u8>, Problem>, Error> {
        let (found, texts) = match reply.items() {
            [
                Value::Text(verdict),
                _,
                Value::Array(found),
                Value::Array(texts),
                ..,
            ] if verdict == "all" => (found, texts),
            [Value::Text(verdict), count] => {
                let count = count.integer().ok_or_else(Error::unexpected)?;
                return Ok(Err(too_much(verdict, count)));
            }
            _ => return Err(Error::unexpected()),
        };
        let members = found.chunks(2).zip(texts);
        let listed: Vec<_> = members
            .filter_map(|(entry, text)| match (entry, text) {
                ([Value::Text(member), score], Value::Text(summary)) if is_page(summary) => {
                    let row = Row::parse(summary, self.names.as_slice())?;
                    Some((member.as_str(), number(score), summary.as_str(), row))
                }
                _ => None,
            })
            .collect();
        Ok(self.choose(&listed, now))
    }

    fn choose(
        &self,
        listed: &[(&str, f64, &str, Row<'_>)],
        now: Timestamp,
    ) -> Result<Vec<u8>, Problem> {
        self.names.check(listed.iter().map(|(.., row)| row))?;
        for leaf in self.filter.iter().flat_map(Filter::leaves) {
            let mut suited = Suited::default();
            for (.., row) in listed {
                leaf.look(row, &mut suited);
            }
            leaf.check(suited)?;
        }
        let is_met = |row: &Row<'_>| {
            self.filter
                .as_ref()
                .is_none_or(|filter| filter.is_met_by(row, now))
        };
        let matches = listed.iter().filter(|(.., row)| is_met(row));
        let mut matches: Vec<Match<'_>> = matches
            .map(|(member, score, summary, row)| Match {
                place: self.sorts.place(member, *score, row),
                summary,
            })
            .collect();
        matches.sort_by(|a, b| self.sorts.compare(&a.place, &b.place));
        let given = match &self.after {
            Some(after) => {
                matches.partition_point(|it| self.sorts.compare(&it.place, after).is_le())
            }
            None => 0,
        };
        let rest = matches.get(given..).unwrap_or_default();
        let (part, more) = rest.split_at_checked(self.limit).unwrap_or((rest, &[]));
        let last = part.last().filter(|_| !more.is_empty());
        let cursor = last.map(|last| cursor::write(&self.fingerprint, &last.place));
        let cursor = Json::from(cursor);
        let results: Vec<&str> = part.iter().map(|it| it.summary).collect();
        let (results, total) = (results.join(","), matches.len());
        let body = format!(r#"{{"results":[{results}],"next_cursor":{cursor},"total":{total}}}"#);
        Ok(body.into_bytes())
    }
}

impl Exchange {
    /// Whether what is asked for next are the summaries of a long list.
    pub fn is_long(&self) -> bool {
        self.pages.is_long()
    }
}

impl Operation for Exchange {
    /// The body; nothing where what it is a list of is not stored.
    type Output = Result<Option<Vec<u8>>, Problem>;

    fn poll(&self) -> Step {
        self.pages.poll()
    }

    /// The reply is worked on where it lies: it is long.
    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        match reply {
            Ok(replies) => match self.pages.apply(Ok(replies))?.as_deref() {
                None => Ok(None),
                Some([reply]) if is_unknown(reply) => Ok(Some(Ok(None))),
                Some([reply]) => {
                    let body = self.query.answer(reply, self.now)?;
                    Ok(Some(body.map(Some)))
                }
                Some(_) => Err(Error::unexpected()),
            },
            // How Upstash says that a reply is longer than the plan allows.
            Err(Failure::Rejected { message, .. }) if message.contains("max request size") => {
                Ok(Some(Err(too_much("bytes", 0))))
            }
            Err(failure) => self.pages.apply(Err(failure)).map(|_| None),
        }
    }
}

fn json(name: &str, text: &str) -> Result<Json, Problem> {
    if text.len() > MOST_TEXT {
        let problem = format!("{name} is longer than {MOST_TEXT} bytes");
        return Err(Problem::bad_request(problem));
    }
    serde_json::from_str(text)
        .map_err(|error| Problem::bad_request(format!("{name} is no JSON: {error}")))
}

fn number(score: &Value) -> f64 {
    let text = score.text().unwrap_or_default();
    text.parse().unwrap_or_default()
}

fn too_much(verdict: &str, count: i64) -> Problem {
    let much = match verdict {
        "members" => format!("{count} pages"),
        _ => "so many pages that their summaries are too large".to_owned(),
    };
    Problem::too_much(format!(
        "filter and sorts work on lists of up to {MOST_ROWS} pages and {} MB of summaries, and this one has {much}; \
        narrow it by data_source_id or parent_id, or read all of it by cursor, without filter and sorts",
        MOST_BYTES / 1024 / 1024
    ))
}
