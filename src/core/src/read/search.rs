//! `GET /v1/search?q=`: pages by the words of their titles, headings and excerpts, over the summaries.
//!
//! The rest of the text is not looked at: that is for a search index which a site builds from the documents.

use std::borrow::Cow;

use serde::Deserialize;

use crate::keys::Keys;
use crate::redis::Value;
use crate::time::Timestamp;

use super::folding::folded;
use super::list::is_page;
use super::parameters::Parameters;
use super::whole::{Pages, Whole};
use super::{Audience, Problem, whole};

/// The most summaries in one answer.
pub(super) const MAX_LIMIT: usize = 50;

/// The longest text that is looked for, in characters.
pub(super) const MAX_LETTERS: usize = 200;

/// What to do where there are too many pages.
const INSTEAD: &str = "search such a site with an index of its own, made from the documents";

/// A search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// As they are compared.
    words: Vec<String>,
    limit: usize,
}

/// What is looked at of a summary.
#[derive(Deserialize)]
struct Shown<'a> {
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    excerpt: Cow<'a, str>,
    /// Summaries of before had none.
    #[serde(borrow, default)]
    headings: Vec<Cow<'a, str>>,
}

impl Search {
    /// Reads `q`, and `limit` (50 at most, 20 by default).
    ///
    /// # Errors
    /// 400, naming the parameter.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let parameters = Parameters::read(query, &["q", "limit"])?;
        let text = parameters.text("q").unwrap_or_default();
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace().map(folded) {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() || text.chars().count() > MAX_LETTERS {
            let problem = format!("q is the words to look for, {MAX_LETTERS} characters at most");
            return Err(Problem::bad_request(problem));
        }
        let limit = parameters.number("limit", 20, 1..=MAX_LIMIT)?;
        Ok(Self { words, limit })
    }

    /// Reads the summaries of all pages that an audience may read.
    pub fn read(&self, keys: &Keys, audience: Audience, now: Timestamp) -> Whole {
        Pages::of(None, keys, audience).read(now)
    }

    /// The answer: `{results, total}`. All words occur in title, headings or excerpt, whatever their case and accents; pages that have them all in the title
    /// go first, and of these and of the others those that were edited last.
    ///
    /// # Errors
    /// 422 where there are too many pages.
    pub fn body(&self, replies: &[Value]) -> Result<Vec<u8>, Problem> {
        let (mut by_title, mut others) = (Vec::new(), Vec::new());
        for summary in whole::summaries(replies, INSTEAD)?.filter(|it| is_page(it)) {
            match self.place(summary) {
                Some(true) => by_title.push(summary),
                Some(false) => others.push(summary),
                None => {}
            }
        }
        let total = by_title.len() + others.len();
        let found = by_title.into_iter().chain(others);
        let results: Vec<&str> = found.take(self.limit).collect();
        let results = results.join(",");
        Ok(format!(r#"{{"results":[{results}],"total":{total}}}"#).into_bytes())
    }

    /// Whether its title has all the words; nothing where it lacks any.
    fn place(&self, summary: &str) -> Option<bool> {
        let shown: Shown<'_> = serde_json::from_str(summary).ok()?;
        let title = folded(&shown.title);
        let mut missing = self
            .words
            .iter()
            .filter(|word| !title.contains(word.as_str()))
            .peekable();
        if missing.peek().is_none() {
            return Some(true);
        }
        let rest = [shown.excerpt].into_iter().chain(shown.headings);
        let rest: Vec<String> = rest.map(|text| folded(&text)).collect();
        let is_found = missing.all(|word| rest.iter().any(|text| text.contains(word.as_str())));
        is_found.then_some(false)
    }

    /// 422 where the store does not give so much.
    pub fn too_many() -> Problem {
        whole::too_many(None, INSTEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::Search;
    use crate::read::Request;
    use crate::redis::Value;

    fn parse(query: &str) -> Result<Search, u16> {
        Search::parse(&Request::pairs(query)).map_err(|it| it.answer().status)
    }

    fn found(query: &str, pages: &[(&str, &str)]) -> (Vec<usize>, u64) {
        let summaries = (0..).zip(pages).map(|(id, (title, excerpt))| {
            let (title, excerpt) = (serde_json::json!(title), serde_json::json!(excerpt));
            let summary = format!(
                r#"{{"object":"page","id":{id},"title":{title},"values":{{"excerpt":"v"}},"excerpt":{excerpt},"headings":["Neap {id}"]}}"#
            );
            Value::Text(summary)
        });
        let mut texts: Vec<Value> = summaries.collect();
        texts.push(Value::Nil);
        texts.push(Value::Text(r#"{"object":"page","x"}"#.to_owned()));
        let reply = vec![
            Value::Text("all".to_owned()),
            Value::Integer(1),
            Value::Array(Vec::new()),
            Value::Array(texts),
        ];
        let body = parse(query).expect("a search").body(&[Value::Array(reply)]);
        let body: serde_json::Value = serde_json::from_slice(&body.expect("a body")).expect("JSON");
        let field = |name: &str| body.get(name).cloned().unwrap_or_default();
        let results = field("results");
        let ids = results.as_array().into_iter().flatten();
        let ids = ids.filter_map(|it| Some(it.get("id")?.as_u64()? as usize));
        (ids.collect(), field("total").as_u64().unwrap_or_default())
    }

    #[test]
    fn all_words_occur_whatever_their_case_and_titles_go_first() {
        let pages = [
            ("Ebb", "All about the TIDE and its gauge"),
            ("Tide gauges", "ä"),
            ("The \"tide\" of Éire", "gauges"),
            ("A gauge", "of the tide, v"),
        ];
        assert_eq!(found("q=tide", &pages), (vec![1, 2, 0, 3], 4));
        assert_eq!(found("q=GAUGE+tide", &pages), (vec![1, 0, 2, 3], 4));
        for query in ["q=éire", "q=EIRE", "q=e%CC%81ire"] {
            assert_eq!(found(query, &pages), (vec![2], 1), "{query}");
        }
        assert_eq!(found("q=tide&limit=1", &pages), (vec![1], 4));
        assert_eq!(found("q=tide+ebb+flood", &pages), (vec![], 0));
        assert_eq!(found("q=neap+tide&limit=2", &pages), (vec![0, 1], 4));
        assert_eq!(found("q=ebb+neap", &pages), (vec![0], 1));
        assert_eq!(
            found("q=v", &pages),
            (vec![3], 1),
            "values are not looked at"
        );
    }

    #[test]
    fn nothing_to_look_for_and_too_much_are_refused() {
        for query in [
            "",
            "q=",
            "q=+",
            "q=%CC%81",
            "q=a&limit=51",
            "q=a&limit=0",
            "query=a",
        ] {
            assert_eq!(parse(query), Err(400), "{query}");
        }
        assert_eq!(parse(&format!("q={}", "ä".repeat(201))), Err(400));
        assert!(parse(&format!("q={}", "ä".repeat(200))).is_ok());
        let search = parse("q=a").expect("a search");
        let status = |reply: Vec<Value>| {
            let body = search.body(&[Value::Array(reply)]);
            body.map_err(|it| it.answer().status).err()
        };
        let refused = vec![Value::Text("members".to_owned()), Value::Integer(10_001)];
        assert_eq!(status(refused), Some(422));
        assert_eq!(status(Vec::new()), Some(503));
    }
}
