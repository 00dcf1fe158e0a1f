//! The parameters of a query, for routes that read a few of them: each known, each given once.

use std::ops::RangeInclusive;

use crate::id::Id;

use super::Problem;

/// Names and values, of which none is unknown and none is there twice.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    query: &'a [(String, String)],
}

impl<'a> Parameters<'a> {
    /// Takes a query in which only `known` may stand.
    ///
    /// # Errors
    /// 400 for any other, naming those that there are, and for one that is given twice.
    pub fn read(query: &'a [(String, String)], known: &[&str]) -> Result<Self, Problem> {
        for (place, (name, _)) in query.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let there_are = match known {
                    [] => "this address takes none".to_owned(),
                    names => format!("there are {}", names.join(", ")),
                };
                let name = Problem::quoted(name);
                return Err(Problem::bad_request(format!(
                    "unknown parameter {name}, {there_are}"
                )));
            }
            if query.iter().take(place).any(|(before, _)| before == name) {
                return Err(Problem::bad_request(format!("{name} is given twice")));
            }
        }
        Ok(Self { query })
    }

    /// Its value.
    pub fn text(self, name: &str) -> Option<&'a str> {
        let mut pairs = self.query.iter();
        pairs.find_map(|(it, value)| (it == name).then_some(value.as_str()))
    }

    /// The id that it names.
    ///
    /// # Errors
    /// 400 for what is no id.
    pub fn id(self, name: &str) -> Result<Option<Id>, Problem> {
        let id = self.text(name).map(str::parse).transpose();
        id.map_err(|error| Problem::bad_request(format!("{name}: {error}")))
    }

    /// The number that it says, or else `default`.
    ///
    /// # Errors
    /// 400 for what is no number of `range`.
    pub fn number(
        self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize, Problem> {
        let number = self.text(name).map_or(Some(default), |it| it.parse().ok());
        number.filter(|it| range.contains(it)).ok_or_else(|| {
            let (first, last) = range.into_inner();
            Problem::bad_request(format!("{name} is not a number from {first} to {last}"))
        })
    }

    /// Whether it is `true`; `false` and none are not.
    ///
    /// # Errors
    /// 400 for any other value.
    pub fn flag(self, name: &str) -> Result<bool, Problem> {
        match self.text(name) {
            Some("true") => Ok(true),
            Some("false") | None => Ok(false),
            Some(_) => Err(Problem::bad_request(format!(
                "{name} is neither true nor false"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Parameters;
    use crate::read::{Problem, Request};

    #[test]
    fn what_is_wrong_with_a_parameter_is_told_by_its_name() {
        let detail = |query: &str| {
            let query = Request::pairs(query);
            let read = |query| -> Result<(), Problem> {
                let parameters = Parameters::read(query, &["id", "limit", "rows"])?;
                parameters.id("id")?;
                parameters.number("limit", 20, 1..=50)?;
                parameters.flag("rows").map(|_| ())
            };
            let problem = read(&query).err()?.answer();
            assert_eq!(problem.status, 400);
            let body: serde_json::Value = serde_json::from_slice(&problem.body).ok()?;
            Some(body.get("detail")?.as_str()?.to_owned())
        };
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        assert_eq!(detail(""), None);
        assert_eq!(detail(&format!("id={id}&limit=50&rows=true")), None);
        for (query, expected) in [
            (
                "Limit=3",
                "unknown parameter \"Limit\", there are id, limit, rows",
            ),
            ("limit=3&limit=3", "limit is given twice"),
            ("limit=0", "limit is not a number from 1 to 50"),
            ("limit=", "limit is not a number from 1 to 50"),
            ("limit=-1", "limit is not a number from 1 to 50"),
            ("rows=yes", "rows is neither true nor false"),
        ] {
            assert_eq!(detail(query).as_deref(), Some(expected), "{query}");
        }
        assert!(detail("id=x").is_some_and(|it| it.starts_with("id: ")));
        let none = Parameters::read(&Request::pairs("a=b"), &[]).map(|_| ());
        let takes_none = "unknown parameter \"a\", this address takes none".to_owned();
        assert_eq!(none, Err(Problem::bad_request(takes_none)));
    }
}
