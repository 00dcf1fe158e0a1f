//! The schemas of generated data sources, and the values of their rows.
//! Which page is a row of what is decided in `layout`; bodies of rows are written like any other.

use std::collections::BTreeMap;

use crate::generated::layout::{self, CHAPTER, Source};
use crate::generated::{Generated, Place, words};
use crate::id::Uuid;
use crate::json::Json;
use crate::model::{Config, DateRange, Property, Value, plain};
use crate::random::mix;
use crate::source::names::Names;
use crate::source::schema;
use crate::time;
use crate::workspace::Timestamp;

/// The title of a generated database and of its data sources.
pub(crate) fn name(slot: u64) -> &'static str {
    match layout::source(slot) {
        Source::Register => "Register",
        Source::Plan => "Plan",
        Source::Ledger => "Ledger",
        Source::SecondLedger => "Ledger, closed years",
    }
}

const REGISTER: &str = r#"{
    "Name": "title",
    "Kind": {"type": "select", "options": {"Gauge": "blue", "Buoy": "orange", "Mast": "gray", "Pier": "brown"}},
    "Weight": {"type": "number", "format": "number_with_commas"},
    "Seen": "date",
    "Number": {"type": "unique_id", "prefix": "REG"},
    "Related": {"type": "relation", "to": "register"}
}"#;

const PLAN: &str = r#"{
    "Name": "title",
    "Status": {"type": "status", "options": {"Planned": "gray", "Under way": "blue", "Done": "green"},
        "groups": {"To-do": ["Planned"], "In progress": ["Under way"], "Complete": ["Done"]}},
    "Tags": {"type": "multi_select", "options": {"boat": "blue", "bench": "yellow", "office": "purple", "storm": "red"}},
    "Owner": "people",
    "Due": "date",
    "Effort": {"type": "number", "format": "number"},
    "Approved": "checkbox",
    "Notes": "rich_text",
    "Things": {"type": "relation", "to": "register"},
    "Created": "created_time",
    "Edited": "last_edited_time"
}"#;

const LEDGER: &str = r#"{
    "Name": "title",
    "Amount": {"type": "number", "format": "euro"},
    "Paid": "checkbox",
    "Invoice": "url",
    "Task": {"type": "relation", "to": "plan"}
}"#;

/// The three schemas, with relations to chapter 0, which are pointed at the right chapter when asked for.
pub(crate) struct Schemas {
    register: Vec<Property>,
    plan: Vec<Property>,
    ledger: Vec<Property>,
}

impl Schemas {
    pub(crate) fn new(id: impl Fn(Place) -> Uuid) -> Schemas {
        let mut names = Names::default();
        for (name, slot) in [
            ("register", layout::REGISTER),
            ("plan", layout::plan(0)),
            ("ledger", layout::ledger(0)),
        ] {
            names.data_sources.insert(
                name.to_string(),
                (id(Place::DataSource(slot)), id(Place::Database(slot))),
            );
        }
        let parse = |text: &str, slot| {
            let json = Json::parse(text).expect("the schemas above are JSON");
            schema::parse(&json, id(Place::DataSource(slot)), &names)
                .expect("the schemas above are complete")
        };
        Schemas {
            register: parse(REGISTER, layout::REGISTER),
            plan: parse(PLAN, layout::plan(0)),
            ledger: parse(LEDGER, layout::ledger(0)),
        }
    }

    pub(crate) fn of(&self, slot: u64, id: impl Fn(Place) -> Uuid) -> Vec<Property> {
        let mut properties = match layout::source(slot) {
            Source::Register => self.register.clone(),
            Source::Plan => self.plan.clone(),
            Source::Ledger | Source::SecondLedger => self.ledger.clone(),
        };
        let plan = layout::plan(layout::chapter_of_slot(slot).0);
        for property in &mut properties {
            if let Config::Relation(relation) = &mut property.config
                && property.name == "Task"
            {
                (relation.data_source, relation.database) =
                    (id(Place::DataSource(plan)), id(Place::Database(plan)));
            }
        }
        properties
    }
}

/// The stored values of a row.
pub(crate) fn values(world: &Generated, index: u64, slot: u64) -> BTreeMap<String, Value> {
    let row = Row { world, index };
    let values: Vec<(&str, Value)> = match layout::source(slot) {
        Source::Register => vec![
            (
                "Kind",
                Value::String(row.one_of(&["Gauge", "Buoy", "Mast", "Pier"], 2)),
            ),
            (
                "Weight",
                Value::Number((row.chance(3) % 100_000) as f64 / 4.0),
            ),
            ("Seen", row.date()),
            ("Related", row.things(row.chance(5) % 4)),
        ],
        Source::Plan => vec![
            (
                "Status",
                Value::String(row.one_of(&["Planned", "Under way", "Done"], 2)),
            ),
            (
                "Tags",
                Value::Options(vec![row.one_of(&["boat", "bench", "office", "storm"], 3)]),
            ),
            ("Owner", Value::People(vec![world.stamps(index).edited_by])),
            ("Due", row.date()),
            ("Effort", Value::Number((row.chance(4) % 13) as f64)),
            ("Approved", Value::Checkbox(row.chance(5).is_multiple_of(2))),
            ("Notes", Value::Text(plain(&words::sentence(row.chance(6))))),
            (
                "Things",
                row.things(if index % CHAPTER == 16 {
                    30
                } else {
                    row.chance(8) % 3
                }),
            ),
        ],
        Source::Ledger | Source::SecondLedger => vec![
            (
                "Amount",
                Value::Number((row.chance(2) % 1_000_000) as f64 / 100.0),
            ),
            ("Paid", Value::Checkbox(row.chance(3).is_multiple_of(3))),
            (
                "Invoice",
                Value::String(format!("https://billing.littleauk.example/{index}")),
            ),
            ("Task", row.task(layout::chapter_of_slot(slot).0)),
        ],
    };
    values
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect()
}

struct Row<'a> {
    world: &'a Generated,
    index: u64,
}

impl Row<'_> {
    fn chance(&self, salt: u64) -> u64 {
        mix(self.world.chance(self.index, b'v'), salt)
    }

    fn one_of(&self, options: &[&str], salt: u64) -> String {
        let at = self.chance(salt) as usize % options.len().max(1);
        options
            .get(at)
            .map(|name| (*name).to_string())
            .unwrap_or_default()
    }

    /// A day within three months of the row's making.
    fn date(&self) -> Value {
        let created_ms = self.world.time_ms(self.index, Timestamp::Created);
        let start = time::day(created_ms + (self.chance(1) % 90) as i64 * time::DAY_MS);
        Value::Date(DateRange {
            start,
            end: None,
            time_zone: None,
        })
    }

    /// Up to `count` different rows of the register, from a chosen one on.
    fn things(&self, count: u64) -> Value {
        let total = layout::row_count(layout::REGISTER, self.world.pages);
        let first = self.chance(7) % total.max(1);
        let rows =
            (0..count.min(total)).map(|nth| layout::row(layout::REGISTER, (first + nth) % total));
        Value::Relation(rows.map(|row| self.world.id(Place::Page(row))).collect())
    }

    /// A row of the chapter's plan.
    fn task(&self, chapter: u64) -> Value {
        let plan = layout::plan(chapter);
        let nth = self.chance(4) % layout::row_count(plan, self.world.pages).max(1);
        Value::Relation(vec![self.world.id(Place::Page(layout::row(plan, nth)))])
    }
}
