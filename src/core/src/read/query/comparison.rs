//! What a value must meet, and whether it does.

use crate::time::Timestamp;

use super::date::{Moment, Window, instant};
use super::row::{Cell, unique_id};

/// What a value must meet.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    IsEmpty,
    IsNotEmpty,
    /// Compared with text in lower case.
    Text(TextOperator, String),
    Number(NumberOperator, f64),
    Checked(bool),
    /// Whether the value is, or has, one of these names or ids.
    Has {
        names: Vec<String>,
        expected: bool,
    },
    /// Whether a page is in this state; without any, in `none`.
    Verified {
        state: String,
        expected: bool,
    },
    Date(DateOperator, Moment),
    Within(Window),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextOperator {
    Equals,
    DoesNotEqual,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberOperator {
    Equals,
    DoesNotEqual,
    GreaterThan,
    LessThan,
    GreaterThanOrEqualTo,
    LessThanOrEqualTo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOperator {
    Equals,
    Before,
    After,
    OnOrBefore,
    OnOrAfter,
}

pub const TEXT_OPERATORS: [(&str, TextOperator); 6] = [
    ("equals", TextOperator::Equals),
    ("does_not_equal", TextOperator::DoesNotEqual),
    ("contains", TextOperator::Contains),
    ("does_not_contain", TextOperator::DoesNotContain),
    ("starts_with", TextOperator::StartsWith),
    ("ends_with", TextOperator::EndsWith),
];

pub const NUMBER_OPERATORS: [(&str, NumberOperator); 6] = [
    ("equals", NumberOperator::Equals),
    ("does_not_equal", NumberOperator::DoesNotEqual),
    ("greater_than", NumberOperator::GreaterThan),
    ("less_than", NumberOperator::LessThan),
    (
        "greater_than_or_equal_to",
        NumberOperator::GreaterThanOrEqualTo,
    ),
    ("less_than_or_equal_to", NumberOperator::LessThanOrEqualTo),
];

pub const DATE_OPERATORS: [(&str, DateOperator); 5] = [
    ("equals", DateOperator::Equals),
    ("before", DateOperator::Before),
    ("after", DateOperator::After),
    ("on_or_before", DateOperator::OnOrBefore),
    ("on_or_after", DateOperator::OnOrAfter),
];

impl Comparison {
    /// Whether a value of the right class, or an empty one, meets it.
    pub fn is_met_by(&self, cell: &Cell<'_>, now: Timestamp) -> bool {
        match self {
            Self::IsEmpty => is_empty(cell),
            Self::IsNotEmpty => !is_empty(cell),
            Self::Text(operator, operand) => {
                let text = match cell {
                    Cell::Text(text) => text.to_lowercase(),
                    _ => String::new(),
                };
                match operator {
                    TextOperator::Equals => text == *operand,
                    TextOperator::DoesNotEqual => text != *operand,
                    TextOperator::Contains => text.contains(operand.as_str()),
                    TextOperator::DoesNotContain => !text.contains(operand.as_str()),
                    TextOperator::StartsWith => text.starts_with(operand.as_str()),
                    TextOperator::EndsWith => text.ends_with(operand.as_str()),
                }
            }
            Self::Number(operator, operand) => {
                let number = match cell {
                    Cell::Number(number) => Some(*number),
                    Cell::Text(text) => unique_id(text).and_then(|(_, digits)| digits.parse().ok()),
                    _ => None,
                };
                let Some(number) = number else {
                    return *operator == NumberOperator::DoesNotEqual;
                };
                match operator {
                    NumberOperator::Equals => number == *operand,
                    NumberOperator::DoesNotEqual => number != *operand,
                    NumberOperator::GreaterThan => number > *operand,
                    NumberOperator::LessThan => number < *operand,
                    NumberOperator::GreaterThanOrEqualTo => number >= *operand,
                    NumberOperator::LessThanOrEqualTo => number <= *operand,
                }
            }
            Self::Checked(expected) => matches!(cell, Cell::Flag(true)) == *expected,
            Self::Has { names, expected } => {
                let has = |cell: &Cell<'_>| match cell {
                    Cell::Text(text) => names.iter().any(|name| name == text),
                    Cell::Page(named) | Cell::Person(named) => {
                        names.iter().any(|id| *id == named.id)
                    }
                    _ => false,
                };
                let found = match cell {
                    Cell::List(cells) => cells.iter().any(has),
                    cell => has(cell),
                };
                found == *expected
            }
            Self::Verified { state, expected } => {
                let found = match cell {
                    Cell::Text(text) if text != "unverified" => text.as_ref(),
                    _ => "none",
                };
                (found == state) == *expected
            }
            Self::Date(operator, moment) => start(cell).is_some_and(|at| {
                let (first, last) = moment.span(now);
                match operator {
                    DateOperator::Equals => (first..=last).contains(&at),
                    DateOperator::Before => at < first,
                    DateOperator::After => at > last,
                    DateOperator::OnOrBefore => at <= last,
                    DateOperator::OnOrAfter => at >= first,
                }
            }),
            Self::Within(window) => start(cell).is_some_and(|at| {
                let (first, last) = window.span(now);
                (first..=last).contains(&at)
            }),
        }
    }
}

/// Whether nothing is filled in.
pub fn is_empty(cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.is_empty(),
        Cell::List(cells) => cells.is_empty(),
        _ => false,
    }
}

/// When a date or a time begins, in ms.
pub fn start(cell: &Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Text(text) | Cell::Date(text) => instant(text),
        _ => None,
    }
}
