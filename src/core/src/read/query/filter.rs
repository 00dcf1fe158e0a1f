//! A filter as Notion's API takes it for the query of a data source: conditions on properties and times, and groups of them.
//!
//! Properties go by their names: a summary does not have their ids, but for `title`, which every page's title is known by.

use serde_json::{Map, Value};

use crate::read::Problem;
use crate::time::Timestamp;

use super::condition::{Condition, KINDS, unknown, wrong};
use super::names::Names;
use super::row::{Cell, Row};

/// Groups may hold groups, which hold no more groups.
const MOST_LEVELS: usize = 2;

/// The most parts of a group, as in all of Notion's lists.
const MOST_PARTS: usize = 100;

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of them.
    And(Vec<Filter>),
    /// Any of them.
    Or(Vec<Filter>),
    /// One condition.
    Leaf(Leaf),
}

/// A condition, and what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    subject: Subject,
    condition: Condition,
    /// Where it stands in the filter.
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    CreatedTime,
    LastEditedTime,
    /// A property, by its place among the names.
    Property(usize),
}

/// Which of the values that a condition is about are of its type.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suited {
    some_do: bool,
    some_do_not: bool,
}

impl Filter {
    /// Reads a filter. Its properties are added to `names`.
    ///
    /// # Errors
    /// 400, naming the place in the filter.
    pub fn parse(json: &Value, names: &mut Names) -> Result<Self, Problem> {
        parse(json, "filter", 0, names)
    }

    /// Its conditions, from left to right.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }

    /// Whether a row meets it.
    pub fn is_met_by(&self, row: &Row<'_>, now: Timestamp) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.is_met_by(row, now)),
            Self::Or(parts) => parts.iter().any(|part| part.is_met_by(row, now)),
            Self::Leaf(leaf) => match leaf.subject {
                Subject::CreatedTime => leaf.is_met_by_time(&row.created_time, now),
                Subject::LastEditedTime => leaf.is_met_by_time(&row.last_edited_time, now),
                Subject::Property(place) => {
                    let cell = row.cells.get(place).and_then(Option::as_ref);
                    leaf.condition.is_met_by(cell.unwrap_or(&Cell::Empty), now)
                }
            },
        }
    }
}

impl Leaf {
    /// Notes whether the row's value is of the condition's type.
    pub fn look(&self, row: &Row<'_>, suited: &mut Suited) {
        let Subject::Property(place) = self.subject else {
            return;
        };
        match row.cells.get(place).and_then(Option::as_ref) {
            None | Some(Cell::Empty) => {}
            Some(cell) if self.condition.suits(cell) => suited.some_do = true,
            Some(_) => suited.some_do_not = true,
        }
    }

    /// What is wrong with it where no value at all is of its type.
    ///
    /// # Errors
    /// 400, naming the place in the filter.
    pub fn check(&self, suited: Suited) -> Result<(), Problem> {
        if suited.some_do || !suited.some_do_not {
            return Ok(());
        }
        let path = &self.path;
        Err(Problem::bad_request(format!(
            "{path} is not the type of that property: no page of this list has such a value"
        )))
    }

    fn is_met_by_time(&self, time: &str, now: Timestamp) -> bool {
        let cell = Cell::Text(time.into());
        self.condition.is_met_by(&cell, now)
    }
}

fn parse(json: &Value, path: &str, level: usize, names: &mut Names) -> Result<Filter, Problem> {
    let fields = json.as_object().ok_or_else(|| wrong(path, "an object"))?;
    for (word, make) in [
        ("and", Filter::And as fn(Vec<Filter>) -> Filter),
        ("or", Filter::Or),
    ] {
        let Some(parts) = fields.get(word) else {
            continue;
        };
        if fields.len() > 1 {
            return Err(wrong(path, &format!("{word} and nothing else")));
        }
        let path = format!("{path}.{word}");
        if level == MOST_LEVELS {
            let problem =
                format!("{path} is a group in a group in a group; Notion takes two levels");
            return Err(Problem::bad_request(problem));
        }
        let parts = parts.as_array().ok_or_else(|| wrong(&path, "a list"))?;
        if parts.len() > MOST_PARTS {
            return Err(wrong(&path, &format!("a list of at most {MOST_PARTS}")));
        }
        let parts = parts.iter().enumerate();
        let parts =
            parts.map(|(place, part)| parse(part, &format!("{path}[{place}]"), level + 1, names));
        return parts.collect::<Result<_, _>>().map(make);
    }
    let (subject, kind) = match fields.get("timestamp") {
        Some(word) => timestamp(fields, word, path)?,
        None => property(fields, path, names)?,
    };
    let path = format!("{path}.{kind}");
    let json = fields
        .get(kind)
        .ok_or_else(|| Problem::bad_request(format!("{path} is missing")))?;
    let condition = Condition::parse(kind, json, &path)?;
    Ok(Filter::Leaf(Leaf {
        subject,
        condition,
        path,
    }))
}

fn timestamp<'a>(
    fields: &'a Map<String, Value>,
    word: &'a Value,
    path: &str,
) -> Result<(Subject, &'a str), Problem> {
    let (subject, kind) = match word.as_str() {
        Some("created_time") => (Subject::CreatedTime, "created_time"),
        Some("last_edited_time") => (Subject::LastEditedTime, "last_edited_time"),
        _ => {
            let path = format!("{path}.timestamp");
            return Err(wrong(&path, "created_time or last_edited_time"));
        }
    };
    check_fields(fields, &["timestamp", "type", kind], kind, path)?;
    Ok((subject, kind))
}

fn property<'a>(
    fields: &'a Map<String, Value>,
    path: &str,
    names: &mut Names,
) -> Result<(Subject, &'a str), Problem> {
    let name = fields.get("property").and_then(Value::as_str);
    let name = name.ok_or_else(|| {
        wrong(
            path,
            "a group, nor a condition with the name of a property or with a timestamp",
        )
    })?;
    let mut kinds = fields.keys().map(String::as_str);
    let kind = kinds.find(|key| !matches!(*key, "property" | "type"));
    let kind = kind.ok_or_else(|| wrong(path, "a condition: it has no type with an operator"))?;
    if !KINDS.contains(&kind) {
        return Err(unknown(&format!("{path}.{kind}"), "type", &KINDS));
    }
    check_fields(fields, &["property", "type", kind], kind, path)?;
    Ok((Subject::Property(names.place(name)), kind))
}

/// A condition has the fields that it must have, and `type`, if it is there, says its type once more.
fn check_fields(
    fields: &Map<String, Value>,
    known: &[&str],
    kind: &str,
    path: &str,
) -> Result<(), Problem> {
    if let Some(stray) = fields.keys().find(|key| !known.contains(&key.as_str())) {
        let stray: String = stray.chars().take(64).collect();
        let problem = format!("{path}.{stray} does not go together with {kind}");
        return Err(Problem::bad_request(problem));
    }
    match fields.get("type") {
        Some(given) if given.as_str() != Some(kind) => Err(wrong(&format!("{path}.type"), kind)),
        _ => Ok(()),
    }
}
