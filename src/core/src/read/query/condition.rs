//! One condition of a filter: an operator of Notion's, what it compares with, and whether a value meets it.
//!
//! A summary has plain values, so the filter's word for the type says how one is to be read: a select and a text look alike.
//! What cannot be of that type counts as empty here; whether any value is of it is for who has all of them.
//!
//! | type in the filter | operators | what is compared |
//! |---|---|---|
//! | `title`, `rich_text`, `url`, `email`, `phone_number` | `equals`, `does_not_equal`, `contains`, `does_not_contain`, `starts_with`, `ends_with` | text without regard to case |
//! | `number`, `unique_id` | `equals`, `does_not_equal`, `greater_than`, `less_than`, `…_or_equal_to` | numbers; of a unique id the number without its prefix |
//! | `checkbox` | `equals`, `does_not_equal` | what is empty is not checked |
//! | `select`, `status` | `equals`, `does_not_equal` | names of options, to the letter; several: any of them |
//! | `multi_select` | `contains`, `does_not_contain` | the same |
//! | `date`, `created_time`, `last_edited_time` | `equals`, `before`, `after`, `on_or_before`, `on_or_after`, `this_week`, `past_…`, `next_…` | see `date` |
//! | `people`, `created_by`, `last_edited_by`, `relation` | `contains`, `does_not_contain` | ids |
//! | `files` | | |
//! | `verification` | `status`, `does_not_equal` | `verified`, `expired`, `none`, as of the export |
//! | `formula` | `string`, `checkbox`, `number`, `date`, with a condition of that type | the result; one that Notion did not give is empty |
//! | `rollup` | `number`, `date`; `any`, `every`, `none` with a type and a condition | the result; each of its values |
//!
//! All but `checkbox` and `verification` have `is_empty` and `is_not_empty`, too. What is empty meets no operator but those that
//! say "not", as in the sim; Notion documents none of it, nor case.

use serde_json::{Map, Value};

use crate::id::Id;
use crate::read::Problem;
use crate::time::Timestamp;

use super::comparison::{Comparison, DATE_OPERATORS, NUMBER_OPERATORS, TEXT_OPERATORS};
use super::date::{Moment, Window};
use super::row::{Cell, unique_id};

/// A condition on a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// On the value as a whole.
    Whole(Class, Comparison),
    /// On each value of a rollup.
    Each(Quantifier, Box<Condition>),
}

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Text,
    Number,
    UniqueId,
    Checkbox,
    Option,
    Options,
    Date,
    Time,
    People,
    Pages,
    Files,
    Verification,
}

/// How many values of a rollup must meet the condition; of no values, every one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    Any,
    Every,
    None,
}

/// The types that a property filter may name.
pub const KINDS: [&str; 22] = [
    "title",
    "rich_text",
    "url",
    "email",
    "phone_number",
    "number",
    "checkbox",
    "select",
    "status",
    "multi_select",
    "date",
    "people",
    "files",
    "relation",
    "formula",
    "rollup",
    "unique_id",
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "verification",
];

/// The types that the values of a rollup may be filtered by.
const ROLLED_UP: [&str; 10] = [
    "rich_text",
    "number",
    "checkbox",
    "select",
    "status",
    "multi_select",
    "relation",
    "date",
    "people",
    "files",
];

const STATES: [&str; 3] = ["verified", "expired", "none"];

impl Condition {
    /// Reads the condition under a type, which is at `path` in the filter.
    ///
    /// # Errors
    /// 400, naming the place.
    pub fn parse(kind: &str, json: &Value, path: &str) -> Result<Self, Problem> {
        let (operator, operand) = only_entry(json, path, "an operator")?;
        let inner = format!("{path}.{operator}");
        match (kind, operator) {
            ("formula", "string") => Self::parse("rich_text", operand, &inner),
            ("formula", "checkbox" | "number" | "date") | ("rollup", "number" | "date") => {
                Self::parse(operator, operand, &inner)
            }
            ("rollup", "any" | "every" | "none") => {
                let quantifier = match operator {
                    "any" => Quantifier::Any,
                    "every" => Quantifier::Every,
                    _ => Quantifier::None,
                };
                let (kind, condition) = only_entry(operand, &inner, "a type")?;
                let path = format!("{inner}.{kind}");
                if !ROLLED_UP.contains(&kind) {
                    return Err(unknown(&path, "type", &ROLLED_UP));
                }
                let condition = Self::parse(kind, condition, &path)?;
                Ok(Self::Each(quantifier, Box::new(condition)))
            }
            ("formula", _) => Err(unknown(
                &inner,
                "type",
                &["string", "checkbox", "number", "date"],
            )),
            ("rollup", _) => Err(unknown(
                &inner,
                "word",
                &["any", "every", "none", "number", "date"],
            )),
            _ => {
                let class = Class::of(kind);
                Ok(Self::Whole(
                    class,
                    class.comparison(operator, operand, &inner)?,
                ))
            }
        }
    }

    /// Whether it can be asked of this value; what is empty can be asked anything.
    pub fn suits(&self, cell: &Cell<'_>) -> bool {
        match (self, cell) {
            (_, Cell::Empty) => true,
            (Self::Whole(class, _), _) => class.reads(cell),
            (Self::Each(_, condition), Cell::List(cells)) => {
                cells.is_empty() || cells.iter().any(|cell| condition.suits(cell))
            }
            (Self::Each(..), _) => false,
        }
    }

    /// Whether the value meets it.
    pub fn is_met_by(&self, cell: &Cell<'_>, now: Timestamp) -> bool {
        match self {
            Self::Whole(class, comparison) => {
                let cell = if class.reads(cell) {
                    cell
                } else {
                    &Cell::Empty
                };
                comparison.is_met_by(cell, now)
            }
            Self::Each(quantifier, condition) => {
                let cells = match cell {
                    Cell::List(cells) => cells.as_slice(),
                    _ => &[],
                };
                let mut met = cells.iter().map(|cell| condition.is_met_by(cell, now));
                match quantifier {
                    Quantifier::Any => met.any(|met| met),
                    Quantifier::Every => met.all(|met| met),
                    Quantifier::None => !met.any(|met| met),
                }
            }
        }
    }
}

impl Class {
    fn of(kind: &str) -> Self {
        match kind {
            "number" => Self::Number,
            "unique_id" => Self::UniqueId,
            "checkbox" => Self::Checkbox,
            "select" | "status" => Self::Option,
            "multi_select" => Self::Options,
            "date" => Self::Date,
            "created_time" | "last_edited_time" => Self::Time,
            "people" | "created_by" | "last_edited_by" => Self::People,
            "relation" => Self::Pages,
            "files" => Self::Files,
            "verification" => Self::Verification,
            _ => Self::Text,
        }
    }

    /// Whether a value can be of the class.
    fn reads(self, cell: &Cell<'_>) -> bool {
        match (self, cell) {
            (Self::Text | Self::Option, Cell::Text(_))
            | (Self::Number, Cell::Number(_))
            | (Self::Checkbox, Cell::Flag(_))
            | (Self::Date, Cell::Date(_))
            | (Self::People, Cell::Person(_)) => true,
            (Self::UniqueId, Cell::Text(text)) => unique_id(text).is_some(),
            (Self::Time, Cell::Text(text)) => Timestamp::parse(text).is_some(),
            (Self::Verification, Cell::Text(text)) => {
                matches!(text.as_ref(), "verified" | "expired" | "unverified")
            }
            (_, Cell::List(cells)) => cells.iter().all(|cell| {
                matches!(
                    (self, cell),
                    (Self::Options, Cell::Text(_))
                        | (Self::People, Cell::Person(_))
                        | (Self::Pages, Cell::Page(_))
                        | (Self::Files, Cell::File(_))
                )
            }),
            _ => false,
        }
    }

    fn comparison(
        self,
        operator: &str,
        operand: &Value,
        path: &str,
    ) -> Result<Comparison, Problem> {
        if !matches!(self, Self::Checkbox | Self::Verification) {
            let comparison = match operator {
                "is_empty" => Some(Comparison::IsEmpty),
                "is_not_empty" => Some(Comparison::IsNotEmpty),
                _ => None,
            };
            if let Some(comparison) = comparison {
                let is_true = operand.as_bool() == Some(true);
                return is_true
                    .then_some(comparison)
                    .ok_or_else(|| wrong(path, "true"));
            }
        }
        let names = self.operators();
        match self {
            Self::Text => {
                let operator = named(&TEXT_OPERATORS, operator)
                    .ok_or_else(|| unknown(path, "operator", &names))?;
                let text = operand.as_str().ok_or_else(|| wrong(path, "a text"))?;
                Ok(Comparison::Text(operator, text.to_lowercase()))
            }
            Self::Number | Self::UniqueId => {
                let operator = named(&NUMBER_OPERATORS, operator)
                    .ok_or_else(|| unknown(path, "operator", &names))?;
                let number = operand.as_f64().ok_or_else(|| wrong(path, "a number"))?;
                Ok(Comparison::Number(operator, number))
            }
            Self::Checkbox => {
                let expected =
                    says_yes(operator).ok_or_else(|| unknown(path, "operator", &names))?;
                let flag = operand
                    .as_bool()
                    .ok_or_else(|| wrong(path, "true or false"))?;
                Ok(Comparison::Checked(flag == expected))
            }
            Self::Option | Self::Options | Self::People | Self::Pages | Self::Verification => {
                let is_known = names.contains(&operator);
                let expected = says_yes(operator).filter(|_| is_known);
                let expected = expected.ok_or_else(|| unknown(path, "operator", &names))?;
                if self == Self::Verification {
                    let state = operand.as_str().filter(|state| STATES.contains(state));
                    let state = state
                        .ok_or_else(|| wrong(path, "verified, expired or none"))?
                        .to_owned();
                    return Ok(Comparison::Verified { state, expected });
                }
                let names = self.names(operand, path)?;
                Ok(Comparison::Has { names, expected })
            }
            Self::Date | Self::Time => {
                if let Some(window) = Window::parse(operator) {
                    let is_empty = operand.as_object().is_some_and(Map::is_empty);
                    let comparison = Comparison::Within(window);
                    return is_empty
                        .then_some(comparison)
                        .ok_or_else(|| wrong(path, "{}"));
                }
                let operator = named(&DATE_OPERATORS, operator)
                    .ok_or_else(|| unknown(path, "operator", &names))?;
                let moment = operand.as_str().and_then(Moment::parse);
                let moment = moment.ok_or_else(|| {
                    let words = "today, tomorrow, yesterday, one_week_ago, one_week_from_now, one_month_ago or one_month_from_now";
                    wrong(path, &format!("a date as ISO 8601 has it, or {words}"))
                })?;
                Ok(Comparison::Date(operator, moment))
            }
            Self::Files => Err(unknown(path, "operator", &names)),
        }
    }

    /// The operators, for who did not know them.
    fn operators(self) -> Vec<&'static str> {
        let mut names = match self {
            Self::Text => TEXT_OPERATORS.map(|(name, _)| name).to_vec(),
            Self::Number | Self::UniqueId => NUMBER_OPERATORS.map(|(name, _)| name).to_vec(),
            Self::Checkbox => return vec!["equals", "does_not_equal"],
            Self::Option => vec!["equals", "does_not_equal"],
            Self::Options | Self::People | Self::Pages => vec!["contains", "does_not_contain"],
            Self::Date | Self::Time => {
                let mut names = DATE_OPERATORS.map(|(name, _)| name).to_vec();
                names.extend(Window::WORDS);
                names
            }
            Self::Files => Vec::new(),
            Self::Verification => return vec!["status", "does_not_equal"],
        };
        names.extend(["is_empty", "is_not_empty"]);
        names
    }

    /// What the value is looked for among: one text, or several where Notion takes several.
    fn names(self, operand: &Value, path: &str) -> Result<Vec<String>, Problem> {
        let text = operand.as_str();
        match self {
            Self::Option | Self::Options => {
                let names = match operand {
                    Value::Array(names) => names
                        .iter()
                        .map(|name| name.as_str().map(str::to_owned))
                        .collect(),
                    _ => text.map(|name| vec![name.to_owned()]),
                };
                names.ok_or_else(|| wrong(path, "a name or a list of names"))
            }
            Self::People if text == Some("me") => Err(Problem::bad_request(format!(
                "{path}: who \"me\" is only Notion knows; send the id of the person"
            ))),
            _ => {
                let id = text.and_then(|id| id.parse::<Id>().ok());
                let id = id.ok_or_else(|| wrong(path, "an id"))?;
                Ok(vec![id.to_string()])
            }
        }
    }
}

/// Whether an operator asks for what it names, or for what is not that.
fn says_yes(operator: &str) -> Option<bool> {
    match operator {
        "equals" | "contains" | "status" => Some(true),
        "does_not_equal" | "does_not_contain" => Some(false),
        _ => None,
    }
}

fn named<T: Copy>(operators: &[(&str, T)], name: &str) -> Option<T> {
    let found = operators.iter().find(|(it, _)| *it == name);
    found.map(|(_, operator)| *operator)
}

/// The only entry of an object.
///
/// # Errors
/// 400 for anything else.
pub fn only_entry<'a>(
    json: &'a Value,
    path: &str,
    what: &str,
) -> Result<(&'a str, &'a Value), Problem> {
    let mut entries = json.as_object().into_iter().flatten();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None) => Ok((key, value)),
        _ => Err(wrong(
            path,
            &format!("an object with {what} and nothing else"),
        )),
    }
}

/// 400: what stands there is not `expected`.
pub fn wrong(path: &str, expected: &str) -> Problem {
    Problem::bad_request(format!("{} is not {expected}", shown(path)))
}

/// 400: no such word; `known` are those that there are.
pub fn unknown(path: &str, what: &str, known: &[&str]) -> Problem {
    let known = known.join(", ");
    Problem::bad_request(format!(
        "{} is no {what} that is known here, there are {known}",
        shown(path)
    ))
}

/// The end of a long path is left out: a reader may have written anything into it.
fn shown(path: &str) -> String {
    path.chars().take(200).collect()
}
