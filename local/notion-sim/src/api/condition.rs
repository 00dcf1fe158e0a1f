//! One condition of a filter: an operator, what it compares with, and whether a value meets it.
//! Which property it is about, and how conditions combine, is decided in `filter`.

use std::cmp::Ordering;

use crate::api::answer::Refusal;
use crate::api::arguments::failed;
use crate::json::Json;
use crate::time::{self, DAY_MS};

/// A condition on a value.
#[derive(Debug)]
pub(crate) enum Condition {
    /// An operator, and what it compares with.
    Test {
        class: Class,
        operator: String,
        operand: Json,
    },
    /// A condition on what is inside a formula or rollup, under its type.
    Inside {
        kind: String,
        condition: Box<Condition>,
    },
    /// `any`, `every` or `none` of the values of a rollup.
    Each {
        quantifier: String,
        condition: Box<Condition>,
    },
}

/// How values are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    Text,
    Number,
    Checkbox,
    Choice,
    List,
    Date,
    Verification,
}

const EXISTENCE: [&str; 2] = ["is_empty", "is_not_empty"];
const RANGES: [&str; 7] = [
    "this_week",
    "past_week",
    "past_month",
    "past_year",
    "next_week",
    "next_month",
    "next_year",
];

impl Class {
    fn of(kind: &str) -> Class {
        match kind {
            "number" | "unique_id" => Class::Number,
            "checkbox" => Class::Checkbox,
            "select" | "status" => Class::Choice,
            "multi_select" | "people" | "relation" | "created_by" | "last_edited_by" | "files" => {
                Class::List
            }
            "date" | "created_time" | "last_edited_time" => Class::Date,
            "verification" => Class::Verification,
            _ => Class::Text,
        }
    }

    fn operators(self) -> &'static [&'static str] {
        match self {
            Class::Text => &[
                "equals",
                "does_not_equal",
                "contains",
                "does_not_contain",
                "starts_with",
                "ends_with",
            ],
            Class::Number => &[
                "equals",
                "does_not_equal",
                "greater_than",
                "less_than",
                "greater_than_or_equal_to",
                "less_than_or_equal_to",
            ],
            Class::Checkbox | Class::Choice => &["equals", "does_not_equal"],
            Class::List => &["contains", "does_not_contain"],
            Class::Date => &["equals", "before", "after", "on_or_before", "on_or_after"],
            Class::Verification => &["status"],
        }
    }
}

impl Condition {
    /// Reads the condition under the type `kind`.
    pub(crate) fn parse(kind: &str, json: &Json, path: &str) -> Result<Condition, Refusal> {
        let Json::Object(entries) = json else {
            return Err(failed("body", path, "an object", json));
        };
        let Some((operator, operand)) = entries.first() else {
            return Err(Refusal::validation(format!(
                "body failed validation: body.{path} should have an operator, instead was `{{}}`."
            )));
        };
        if let Some((stray, value)) = entries.get(1) {
            return Err(failed(
                "body",
                &format!("{path}.{stray}"),
                "not present",
                value,
            ));
        }
        let inner_path = format!("{path}.{operator}");
        match (kind, operator.as_str()) {
            ("formula", "string" | "checkbox" | "number" | "date")
            | ("rollup", "number" | "date") => {
                let condition = Box::new(Condition::parse(operator, operand, &inner_path)?);
                let kind = if operator == "checkbox" {
                    "boolean"
                } else {
                    operator
                };
                return Ok(Condition::Inside {
                    kind: kind.to_string(),
                    condition,
                });
            }
            ("rollup", "any" | "every" | "none") => {
                let inner = operand
                    .entries()
                    .first()
                    .ok_or_else(|| failed("body", &inner_path, "an object", operand))?;
                let condition = Box::new(Condition::parse(
                    &inner.0,
                    &inner.1,
                    &format!("{inner_path}.{}", inner.0),
                )?);
                return Ok(Condition::Each {
                    quantifier: operator.clone(),
                    condition,
                });
            }
            ("formula" | "rollup", _) => {
                return Err(failed("body", &inner_path, "not present", operand));
            }
            _ => {}
        }
        let class = Class::of(kind);
        check(class, kind, operator, operand, &inner_path)?;
        Ok(Condition::Test {
            class,
            operator: operator.clone(),
            operand: operand.clone(),
        })
    }

    /// Whether a value, as the API shows it, meets the condition.
    pub(crate) fn test(&self, value: &Json, now_ms: i64) -> bool {
        match self {
            Condition::Inside { kind, condition } => value
                .get(kind)
                .is_some_and(|value| condition.test(value, now_ms)),
            Condition::Each {
                quantifier,
                condition,
            } => {
                let values = value.get("array").map(Json::items).unwrap_or_default();
                let inner = |value: &Json| {
                    value
                        .get("type")
                        .and_then(Json::as_str)
                        .and_then(|kind| value.get(kind))
                        .cloned()
                };
                let mut tests = values
                    .iter()
                    .filter_map(inner)
                    .map(|value| condition.test(&value, now_ms));
                match quantifier.as_str() {
                    "any" => tests.any(|met| met),
                    "every" => tests.all(|met| met),
                    _ => !tests.any(|met| met),
                }
            }
            Condition::Test { operator, .. } if operator == "is_empty" => is_empty(value),
            Condition::Test { operator, .. } if operator == "is_not_empty" => !is_empty(value),
            Condition::Test {
                class,
                operator,
                operand,
            } => match class {
                Class::Text => test_text(
                    operator,
                    &text_of(value).to_lowercase(),
                    &operand.as_str().unwrap_or_default().to_lowercase(),
                ),
                Class::Number => test_number(operator, number_of(value), operand.as_f64()),
                Class::Checkbox => (value.as_bool() == operand.as_bool()) == (operator == "equals"),
                Class::Choice => one_of(operand, value.get("name")) == (operator == "equals"),
                Class::List => {
                    let items = if value.get("id").is_some() {
                        std::slice::from_ref(value)
                    } else {
                        value.items()
                    };
                    let has = items.iter().any(|item| {
                        one_of(operand, item.get("name")) || one_of(operand, item.get("id"))
                    });
                    has == (operator == "contains")
                }
                Class::Date => test_date(operator, operand, value, now_ms),
                Class::Verification => {
                    let state = value
                        .get("state")
                        .and_then(Json::as_str)
                        .unwrap_or("unverified");
                    operand.as_str() == Some(if state == "unverified" { "none" } else { state })
                }
            },
        }
    }
}

fn check(
    class: Class,
    kind: &str,
    operator: &str,
    operand: &Json,
    path: &str,
) -> Result<(), Refusal> {
    let wrong = |should: &str| Err(failed("body", path, should, operand));
    if EXISTENCE.contains(&operator) && class != Class::Checkbox {
        return if operand.as_bool() == Some(true) {
            Ok(())
        } else {
            wrong("`true`")
        };
    }
    if class == Class::Date && RANGES.contains(&operator) {
        return if operand.entries().is_empty() {
            Ok(())
        } else {
            wrong("an empty object")
        };
    }
    if !class.operators().contains(&operator) || kind == "files" {
        return wrong("not present");
    }
    match class {
        Class::Text | Class::Verification if operand.as_str().is_none() => wrong("a string"),
        Class::Number if operand.as_f64().is_none() => wrong("a number"),
        Class::Checkbox if operand.as_bool().is_none() => wrong("a boolean"),
        Class::Choice | Class::List
            if operand.as_str().is_none() && !matches!(operand, Json::Array(_)) =>
        {
            wrong("a string or an array")
        }
        Class::Date => match operand.as_str() {
            None => wrong("a string"),
            Some(date) if relative_day(date, 0).is_none() && time::parse(date).is_none() => {
                wrong("a valid ISO 8601 date string")
            }
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        _ => value
            .items()
            .iter()
            .filter_map(|item| item.get("plain_text")?.as_str())
            .collect(),
    }
}

fn number_of(value: &Json) -> Option<f64> {
    value.as_f64().or_else(|| value.get("number")?.as_f64())
}

fn one_of(operand: &Json, name: Option<&Json>) -> bool {
    name.is_some_and(|name| name == operand || operand.items().contains(name))
}

fn test_text(operator: &str, text: &str, operand: &str) -> bool {
    match operator {
        "equals" => text == operand,
        "does_not_equal" => text != operand,
        "contains" => text.contains(operand),
        "does_not_contain" => !text.contains(operand),
        "starts_with" => text.starts_with(operand),
        _ => text.ends_with(operand),
    }
}

fn test_number(operator: &str, number: Option<f64>, operand: Option<f64>) -> bool {
    let (Some(number), Some(operand)) = (number, operand) else {
        return operator == "does_not_equal";
    };
    match operator {
        "equals" => number == operand,
        "does_not_equal" => number != operand,
        "greater_than" => number > operand,
        "less_than" => number < operand,
        "greater_than_or_equal_to" => number >= operand,
        _ => number <= operand,
    }
}

/// A day as the operand means the whole day; dates are compared by their start.
fn test_date(operator: &str, operand: &Json, value: &Json, now_ms: i64) -> bool {
    let start = value.as_str().or_else(|| value.get("start")?.as_str());
    let Some(at) = start.and_then(time::parse) else {
        return false;
    };
    if let Some((first, last)) = range(operator, now_ms) {
        return (first..last).contains(&at);
    }
    let text = operand.as_str().unwrap_or_default();
    let day = relative_day(text, now_ms)
        .or_else(|| time::is_day(text).then(|| time::parse(text)).flatten());
    let (first, last) = match day {
        Some(day) => (day, day + DAY_MS - 1),
        None => time::parse(text).map_or((i64::MAX, i64::MAX), |at| (at, at)),
    };
    let place = if at < first {
        Ordering::Less
    } else if at > last {
        Ordering::Greater
    } else {
        Ordering::Equal
    };
    match operator {
        "equals" => place.is_eq(),
        "before" => place.is_lt(),
        "after" => place.is_gt(),
        "on_or_before" => place.is_le(),
        _ => place.is_ge(),
    }
}

/// The first instant of a day that is named relative to today.
fn relative_day(name: &str, now_ms: i64) -> Option<i64> {
    let days = match name {
        "today" => 0,
        "tomorrow" => 1,
        "yesterday" => -1,
        "one_week_ago" => -7,
        "one_week_from_now" => 7,
        "one_month_ago" => -30,
        "one_month_from_now" => 30,
        _ => return None,
    };
    Some((now_ms.div_euclid(DAY_MS) + days) * DAY_MS)
}

/// The span of an operator such as `past_week`, from its first instant to the one after its last.
fn range(operator: &str, now_ms: i64) -> Option<(i64, i64)> {
    let today = now_ms.div_euclid(DAY_MS);
    let monday = today - (today + 3).rem_euclid(7);
    let (first, last) = match operator {
        "this_week" => (monday, monday + 7),
        "past_week" => (today - 7, today + 1),
        "past_month" => (today - 30, today + 1),
        "past_year" => (today - 365, today + 1),
        "next_week" => (today, today + 8),
        "next_month" => (today, today + 31),
        "next_year" => (today, today + 366),
        _ => return None,
    };
    Some((first * DAY_MS, last * DAY_MS))
}
