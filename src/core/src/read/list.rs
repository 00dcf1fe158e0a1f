//! Lists of pages: one index, newest first, with the summaries, in one round trip.

use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Script, ScriptCall, Value};

use super::Problem;

/// The most summaries in one answer.
const MAX_LIMIT: usize = 100;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    of: Of,
    offset: usize,
    limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Everything,
    DataSource(Id),
    Parent(Id),
}

impl List {
    /// Reads `data_source_id` or `parent_id`, `limit` (100 at most, 20 by default) and `cursor`.
    ///
    /// # Errors
    /// 400, naming the parameter.
    pub fn parse(query: &[(String, String)]) -> Result<Self, Problem> {
        let mut list = Self {
            of: Of::Everything,
            offset: 0,
            limit: 20,
        };
        let mut given: Vec<&str> = Vec::new();
        for (name, value) in query {
            let id = || {
                value
                    .parse::<Id>()
                    .map_err(|error| Problem::bad_request(format!("{name}: {error}")))
            };
            let number = || {
                value
                    .parse()
                    .map_err(|_| Problem::bad_request(format!("{name} is not a number")))
            };
            match name.as_str() {
                "data_source_id" => list.of = Of::DataSource(id()?),
                "parent_id" => list.of = Of::Parent(id()?),
                "limit" => list.limit = number()?,
                "cursor" => list.offset = number()?,
                _ => {
                    return Err(Problem::bad_request(format!(
                        "unknown parameter {}, there are data_source_id, parent_id, limit, cursor",
                        Problem::quoted(name)
                    )));
                }
            }
            if given.contains(&name.as_str()) {
                return Err(Problem::bad_request(format!("{name} is given twice")));
            }
            given.push(name);
        }
        if given.contains(&"data_source_id") && given.contains(&"parent_id") {
            let problem = "data_source_id and parent_id do not go together";
            return Err(Problem::bad_request(problem.to_owned()));
        }
        if !(1..=MAX_LIMIT).contains(&list.limit) {
            return Err(Problem::bad_request(format!(
                "limit is not a number from 1 to {MAX_LIMIT}"
            )));
        }
        Ok(list)
    }

    /// The call of the script that reads the part.
    pub fn command(&self, keys: &Keys) -> Command {
        let index = match self.of {
            Of::Everything => keys.pages(),
            Of::DataSource(id) => keys.rows(id),
            Of::Parent(id) => keys.children(id),
        };
        Command::by_digest(&ScriptCall {
            script: Script::LIST,
            keys: vec![index, keys.summaries()],
            args: vec![self.offset.to_string(), self.limit.to_string()],
        })
    }

    /// `{results, next_cursor, total}`; the summaries go out as they are stored, and only those of pages.
    ///
    /// # Errors
    /// 500 when the reply is not what the script answers.
    pub fn body(&self, reply: &Value) -> Result<Vec<u8>, Problem> {
        let [total, Value::Array(summaries)] = reply.items() else {
            return Err(Problem::unreadable("this list"));
        };
        let total = total
            .integer()
            .and_then(|total| usize::try_from(total).ok())
            .unwrap_or(0);
        let results = summaries.iter().filter_map(Value::text);
        let results: Vec<String> = results.filter(|summary| is_page(summary)).collect();
        let next = self.offset.saturating_add(self.limit);
        let next_cursor = if next < total {
            format!("\"{next}\"")
        } else {
            "null".to_owned()
        };
        let results = results.join(",");
        Ok(
            format!("{{\"results\":[{results}],\"next_cursor\":{next_cursor},\"total\":{total}}}")
                .into_bytes(),
        )
    }
}

/// Whether it is the summary of a page, by how this version writes one.
fn is_page(summary: &str) -> bool {
    summary.starts_with(r#"{"object":"page","#) && summary.ends_with('}')
}

#[cfg(test)]
mod tests {
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
    fn a_list_says_whether_there_is_more() {
        let list = parse(&[("limit", "2"), ("cursor", "2")]).expect("a valid list");
        let part = Value::Array(vec![
            Value::Text(PAGE.into()),
            Value::Nil,
            Value::Text(r#"{"object":"database","id":"d"}"#.into()),
            Value::Text("of another program".into()),
            Value::Text(PAGE.into()),
        ]);
        let reply = |total| Value::Array(vec![Value::Integer(total), part.clone()]);
        let body = |total| {
            list.body(&reply(total))
                .map(|body| String::from_utf8(body).expect("utf-8"))
        };
        assert_eq!(
            body(5).as_deref(),
            Ok(format!(r#"{{"results":[{PAGE},{PAGE}],"next_cursor":"4","total":5}}"#).as_str())
        );
        assert!(body(4).is_ok_and(|body| body.contains(r#""next_cursor":null"#)));
    }

    #[test]
    fn bad_parameters_are_refused() {
        for query in [
            ("limit", "0"),
            ("limit", "101"),
            ("cursor", "x"),
            ("parent_id", "x"),
            ("page", "1"),
        ] {
            assert_eq!(parse(&[query]), None, "{query:?}");
        }
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        assert_eq!(parse(&[("parent_id", id), ("data_source_id", id)]), None);
        assert_eq!(parse(&[("limit", "5"), ("limit", "50")]), None);
    }
}
