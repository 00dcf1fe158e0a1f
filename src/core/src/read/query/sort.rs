//! The order of a query's rows: sorts as Notion's API takes them, and what a row is compared by.
//!
//! - What is empty comes last in either direction, as in Notion's app (screenshots in siyuan-note/siyuan#10951); its API
//!   documents nothing.
//! - Text is compared without regard to case, by code points rather than by a language, and by its first 100 characters.
//!   What looks like a unique id, `TASK-12` or `12`, is compared by its number.
//! - Options of a select or status are compared by their names: their order in Notion is not in a summary.
//! - Dates are compared by their start, a day by its first instant in UTC. What is not checked comes before what is.
//! - Lists are compared by the names in them, one after the other.
//! - Numbers come before texts where a property has both, as pages of several data sources may have.
//! - What is equal so far is ordered by id. Without any sort the newest comes first, by the index's own score.

use std::cmp::Ordering;

use serde_json::Value;

use crate::read::Problem;

use super::comparison::is_empty;
use super::condition::wrong;
use super::date::instant;
use super::names::Names;
use super::row::{Cell, Row, unique_id};

/// How much of a text counts, in characters: the cursor has it, and that goes into an address.
const MOST_CHARACTERS: usize = 100;

/// The most sorts, for the same reason.
const MOST_SORTS: usize = 10;

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    by: By,
    direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The index's own order.
    Score,
    CreatedTime,
    LastEditedTime,
    /// A property, by its place among the names.
    Property(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// What a row is compared by.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// A number, an instant in ms, a checkbox.
    Number(f64),
    /// Text in lower case.
    Text(String),
    /// Nothing.
    Empty,
}

/// An order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorts {
    sorts: Vec<Sort>,
    /// In which direction ids go.
    ids: Direction,
}

/// The place of a row in an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// One key for each sort.
    pub keys: Vec<Key>,
    /// The row's member in the index, which holds its id.
    pub member: String,
}

impl Default for Sorts {
    /// The order of the index: the newest first.
    fn default() -> Self {
        let newest = Sort {
            by: By::Score,
            direction: Direction::Descending,
        };
        Self {
            sorts: vec![newest],
            ids: Direction::Descending,
        }
    }
}

impl Sorts {
    /// Reads sorts. Their properties are added to `names`.
    ///
    /// # Errors
    /// 400, naming the place in the list.
    pub fn parse(json: &Value, names: &mut Names) -> Result<Self, Problem> {
        let sorts = json.as_array().filter(|sorts| sorts.len() <= MOST_SORTS);
        let sorts =
            sorts.ok_or_else(|| wrong("sorts", &format!("a list of at most {MOST_SORTS}")))?;
        if sorts.is_empty() {
            return Ok(Self::default());
        }
        let sorts = sorts.iter().enumerate();
        let sorts = sorts.map(|(place, sort)| Sort::parse(sort, &format!("sorts[{place}]"), names));
        Ok(Self {
            sorts: sorts.collect::<Result<_, _>>()?,
            ids: Direction::Ascending,
        })
    }

    /// How many keys a place has.
    pub fn len(&self) -> usize {
        self.sorts.len()
    }

    /// The place of a row that has this score in the index.
    pub fn place(&self, member: &str, score: f64, row: &Row<'_>) -> Place {
        let time = |text: &str| instant(text).map_or(Key::Empty, |at| Key::Number(at as f64));
        let key = |sort: &Sort| match sort.by {
            By::Score => Key::Number(score),
            By::CreatedTime => time(&row.created_time),
            By::LastEditedTime => time(&row.last_edited_time),
            By::Property(place) => {
                let cell = row.cells.get(place).and_then(Option::as_ref);
                cell.map_or(Key::Empty, Key::of)
            }
        };
        Place {
            keys: self.sorts.iter().map(key).collect(),
            member: member.to_owned(),
        }
    }

    /// Which of two places comes first.
    pub fn compare(&self, a: &Place, b: &Place) -> Ordering {
        let keys = a.keys.iter().zip(&b.keys).zip(&self.sorts);
        let mut orders = keys.map(|((a, b), sort)| match (a, b) {
            (Key::Empty, Key::Empty) => Ordering::Equal,
            (Key::Empty, _) => Ordering::Greater,
            (_, Key::Empty) => Ordering::Less,
            _ => sort.direction.of(a.compare(b)),
        });
        let unequal = orders.find(|order| order.is_ne());
        unequal.unwrap_or_else(|| self.ids.of(a.member.cmp(&b.member)))
    }
}

impl Sort {
    fn parse(json: &Value, path: &str, names: &mut Names) -> Result<Self, Problem> {
        let fields = json.as_object().ok_or_else(|| wrong(path, "an object"))?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let direction = match text("direction") {
            Some("ascending") => Direction::Ascending,
            Some("descending") => Direction::Descending,
            _ => {
                let path = format!("{path}.direction");
                return Err(wrong(&path, "ascending or descending"));
            }
        };
        let by = match (text("property"), text("timestamp")) {
            (Some(name), None) => By::Property(names.place(name)),
            (None, Some("created_time")) => By::CreatedTime,
            (None, Some("last_edited_time")) => By::LastEditedTime,
            (None, Some(_)) => {
                let path = format!("{path}.timestamp");
                return Err(wrong(&path, "created_time or last_edited_time"));
            }
            _ => return Err(wrong(path, "by one property or one timestamp")),
        };
        if fields.len() > 2 {
            return Err(wrong(path, "a direction and a property or timestamp alone"));
        }
        Ok(Self { by, direction })
    }
}

impl Direction {
    fn of(self, order: Ordering) -> Ordering {
        match self {
            Self::Ascending => order,
            Self::Descending => order.reverse(),
        }
    }
}

impl Key {
    fn of(cell: &Cell<'_>) -> Self {
        if is_empty(cell) {
            return Self::Empty;
        }
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Flag(flag) => Self::Number(f64::from(u8::from(*flag))),
            Cell::Number(number) => Self::Number(*number),
            Cell::Date(start) => instant(start).map_or(Self::Empty, |at| Self::Number(at as f64)),
            Cell::Text(text) => Self::text(text),
            Cell::Page(named) | Cell::Person(named) => Self::text(&named.name),
            Cell::File(name) | Cell::Place(name) => Self::text(name),
            Cell::List(cells) => {
                let keys: Vec<Self> = cells.iter().map(Self::of).collect();
                let texts: Vec<&str> = keys.iter().filter_map(Self::as_text).collect();
                match keys.first() {
                    Some(first) if texts.is_empty() => first.clone(),
                    _ => Self::cut(&texts.join(", ")),
                }
            }
        }
    }

    /// As a cursor has it.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
            Self::Empty => Value::Null,
        }
    }

    /// The same again; none for what is no key.
    pub fn of_json(json: &Value) -> Option<Self> {
        match json {
            Value::Number(number) => number.as_f64().map(Self::Number),
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Null => Some(Self::Empty),
            _ => None,
        }
    }

    fn text(text: &str) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        match unique_id(text) {
            // As wide as the longest number that counts as one.
            Some((prefix, digits)) => {
                Self::Text(format!("{}-{digits:0>15}", prefix.to_lowercase()))
            }
            None => Self::cut(text),
        }
    }

    fn cut(text: &str) -> Self {
        let letters = text.chars().flat_map(char::to_lowercase);
        Self::Text(letters.take(MOST_CHARACTERS).collect())
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let rank = |key: &Self| match key {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Empty => 2,
        };
        match (self, other) {
            // Not `total_cmp`: there minus zero is less than zero.
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => rank(self).cmp(&rank(other)),
        }
    }
}
