//! What a query looks at of a summary: its times, and the values of the properties that the query names.
//!
//! The rest of the JSON is passed over, and texts without escapes are not copied: a query reads up to 10,000 summaries.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The name by which Notion's API knows the title of any page: the id of that property in every data source.
const TITLE: &str = "title";

/// A plain value, as far as queries tell them apart: `PlainValue`, borrowed.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is filled in.
    Empty,
    /// A checkbox.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text, the name of an option, an address, a time of a page, a unique id.
    Text(Cow<'a, str>),
    /// Several values.
    List(Vec<Cell<'a>>),
    /// A related page.
    Page(Named<'a>),
    /// A person, bot or group.
    Person(Named<'a>),
    /// The start of a date.
    Date(Cow<'a, str>),
    /// A file, by its name.
    File(Cow<'a, str>),
    /// A place, by its name or address.
    Place(Cow<'a, str>),
}

/// An object with an id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named<'a> {
    /// Its id as it is stored.
    pub id: Cow<'a, str>,
    /// Its title or name; empty where it is not known.
    pub name: Cow<'a, str>,
}

/// A summary, as far as a query looks at it.
#[derive(Debug, Default, PartialEq)]
pub struct Row<'a> {
    /// When the page was made.
    pub created_time: Cow<'a, str>,
    /// When the page was last edited.
    pub last_edited_time: Cow<'a, str>,
    /// The value of each property that was asked for; none where the page has no such property.
    pub cells: Vec<Option<Cell<'a>>>,
}

impl<'a> Row<'a> {
    /// Reads a summary for the properties of these names. `title` is the title of any page, unless it has a property of that name.
    /// None for what is no JSON object.
    pub fn parse(summary: &'a str, names: &[String]) -> Option<Self> {
        let mut json = serde_json::Deserializer::from_str(summary);
        Fields { names }.deserialize(&mut json).ok()
    }
}

/// The prefix and the digits of a unique id, which has no prefix or one of letters and digits: `TASK-12`, `12`.
pub fn unique_id(text: &str) -> Option<(&str, &str)> {
    let (prefix, digits) = text.rsplit_once('-').unwrap_or(("", text));
    let is_prefix = prefix.chars().all(char::is_alphanumeric);
    let is_number =
        (1..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    (is_prefix && is_number).then_some((prefix, digits))
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Text<'a> {
    fn of(cell: Cell<'a>) -> Cow<'a, str> {
        match cell {
            Cell::Text(text) => text,
            _ => Cow::default(),
        }
    }
}

struct Fields<'n> {
    names: &'n [String],
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Row<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Row<'de>, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a summary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut row = Row {
            cells: vec![None; self.names.len()],
            ..Row::default()
        };
        let mut title = Cow::default();
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                TITLE => title = Text::of(map.next_value()?),
                "created_time" => row.created_time = Text::of(map.next_value()?),
                "last_edited_time" => row.last_edited_time = Text::of(map.next_value()?),
                "values" => map.next_value_seed(Values {
                    names: self.names,
                    cells: &mut row.cells,
                })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        for (name, cell) in self.names.iter().zip(&mut row.cells) {
            if name == TITLE && cell.is_none() {
                *cell = Some(Cell::Text(title.clone()));
            }
        }
        Ok(row)
    }
}

struct Values<'n, 'a> {
    names: &'n [String],
    cells: &'n mut [Option<Cell<'a>>],
}

impl<'de> DeserializeSeed<'de> for Values<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let place = self.names.iter().position(|name| *name == key);
            match place.and_then(|place| self.cells.get_mut(place)) {
                Some(cell) => *cell = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }

    fn visit_unit<E: Error>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Empty)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell<'de>, E> {
        Ok(Cell::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Number(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Cell<'de>, A::Error> {
        let mut cells = Vec::new();
        while let Some(cell) = items.next_element()? {
            cells.push(cell);
        }
        Ok(Cell::List(cells))
    }

    /// Every kind of object has all of its fields, so that a field which only one kind has tells it.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell<'de>, A::Error> {
        let (mut named, mut address) = (Named::default(), Cow::default());
        let mut kind: Option<fn(Named<'de>) -> Cell<'de>> = None;
        while let Some(Text(key)) = map.next_key()? {
            let value: Cell<'de> = map.next_value()?;
            match key.as_ref() {
                "id" => named.id = Text::of(value),
                "name" => named.name = Text::of(value),
                "title" => {
                    named.name = Text::of(value);
                    kind = Some(Cell::Page);
                }
                "kind" => kind = Some(Cell::Person),
                "url" => kind = Some(|named| Cell::File(named.name)),
                "start" => {
                    named.name = Text::of(value);
                    kind = Some(|named| Cell::Date(named.name));
                }
                "address" => address = Text::of(value),
                "lat" => kind = Some(|named| Cell::Place(named.name)),
                _ => {}
            }
        }
        if named.name.is_empty() {
            named.name = address;
        }
        Ok(kind.map_or(Cell::Empty, |kind| kind(named)))
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde_json::json;

    use super::{Cell, Named, Row, unique_id};
    use crate::document::PlainValue;

    fn named(id: &'static str, name: &'static str) -> Named<'static> {
        Named {
            id: id.into(),
            name: name.into(),
        }
    }

    #[test]
    fn every_kind_of_plain_value_is_told_from_the_others() {
        const ID: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
        for (json, expected) in [
            (json!(null), Cell::Empty),
            (json!(true), Cell::Flag(true)),
            (json!(-2.5), Cell::Number(-2.5)),
            (json!(7), Cell::Number(7.0)),
            (json!("a \"b\""), Cell::Text("a \"b\"".into())),
            (json!([]), Cell::List(vec![])),
            (json!(["x"]), Cell::List(vec![Cell::Text("x".into())])),
            (
                json!({"id": ID, "title": "T", "path": "/t"}),
                Cell::Page(named(ID, "T")),
            ),
            (
                json!({"id": ID, "title": null, "path": null}),
                Cell::Page(named(ID, "")),
            ),
            (
                json!({"id": ID, "name": "N", "kind": "person"}),
                Cell::Person(named(ID, "N")),
            ),
            (
                json!({"start": "2026-01-02", "end": null, "time_zone": null}),
                Cell::Date("2026-01-02".into()),
            ),
            (
                json!({"name": "f.pdf", "url": "https://x"}),
                Cell::File("f.pdf".into()),
            ),
            (
                json!({"name": null, "address": "Quay 1", "lat": 1.5, "lon": 2}),
                Cell::Place("Quay 1".into()),
            ),
        ] {
            // What this version writes is what is read here.
            let plain: PlainValue = serde_json::from_value(json.clone()).expect("a plain value");
            let text = serde_json::to_string(&plain).expect("JSON");
            assert_eq!(
                serde_json::from_str::<Cell>(&text).ok(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn a_row_has_what_was_asked_for_and_nothing_is_copied() {
        let summary = r#"{"object":"page","id":"i","title":"T","icon":{"a":[1]},"created_time":"c","last_edited_time":"e","values":{"A":1,"B":"b","C":[{}]}}"#;
        let names = ["B", "title", "D"].map(str::to_owned);
        let row = Row::parse(summary, &names).expect("a row");
        let cell = |text| Some(Cell::Text(Cow::Borrowed(text)));
        assert_eq!(row.cells, [cell("b"), cell("T"), None]);
        assert_eq!(
            (row.created_time.as_ref(), row.last_edited_time.as_ref()),
            ("c", "e")
        );
        assert!(matches!(
            row.cells.first(),
            Some(Some(Cell::Text(Cow::Borrowed(_))))
        ));
        let own = r#"{"title":"T","values":{"title":"own"}}"#;
        let row = Row::parse(own, &names).expect("a row");
        assert_eq!(row.cells, [None, cell("own"), None]);
        assert_eq!(Row::parse("[]", &names), None);
        assert_eq!(Row::parse(r#"{"title":"#, &names), None);
    }

    #[test]
    fn unique_ids_are_read_with_and_without_prefix() {
        assert_eq!(unique_id("TASK-12"), Some(("TASK", "12")));
        assert_eq!(unique_id("12"), Some(("", "12")));
        for other in ["", "-", "TASK-", "TASK", "2026-01-02", "a b-1", "TASK-1.5"] {
            assert_eq!(unique_id(other), None, "{other}");
        }
    }
}
