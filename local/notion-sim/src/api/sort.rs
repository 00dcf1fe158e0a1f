//! The order of a query's rows.
//!
//! Without one, and by a single time, rows are walked without sorting; by properties they are collected and sorted.

use std::cmp::Ordering;

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::failed;
use crate::api::cursor::Cursor;
use crate::id::Uuid;
use crate::json::Json;
use crate::model::{Config, DataSource, Page, Property};
use crate::render::{Extent, Render};
use crate::workspace::{Order, Timestamp};

/// One criterion.
#[derive(Clone, Debug)]
pub(crate) struct Sort {
    by: By,
    order: Order,
}

#[derive(Clone, Debug)]
enum By {
    Timestamp(Timestamp),
    /// A property, by name.
    Property(String),
}

impl Sort {
    pub(crate) fn parse_all(
        sorts: Option<&Json>,
        source: &DataSource,
    ) -> Result<Vec<Sort>, Refusal> {
        match sorts {
            None => Ok(Vec::new()),
            Some(Json::Array(sorts)) => sorts
                .iter()
                .enumerate()
                .map(|(at, sort)| Sort::parse(sort, at, source))
                .collect(),
            Some(other) => Err(failed("body", "sorts", "an array or `undefined`", other)),
        }
    }

    fn parse(sort: &Json, at: usize, source: &DataSource) -> Result<Sort, Refusal> {
        let path = |key: &str| format!("sorts[{at}].{key}");
        let undefined = |key: &str| crate::api::arguments::undefined("body", &path(key));
        let order = match sort
            .get("direction")
            .ok_or_else(|| undefined("direction"))?
        {
            Json::String(direction) if direction == "ascending" => Order::Ascending,
            Json::String(direction) if direction == "descending" => Order::Descending,
            other => {
                return Err(failed(
                    "body",
                    &path("direction"),
                    "`\"ascending\"` or `\"descending\"`",
                    other,
                ));
            }
        };
        if let Some(timestamp) = sort.get("timestamp") {
            let by = match timestamp.as_str() {
                Some("created_time") => Timestamp::Created,
                Some("last_edited_time") => Timestamp::Edited,
                _ => {
                    return Err(failed(
                        "body",
                        &path("timestamp"),
                        "`\"created_time\"` or `\"last_edited_time\"`",
                        timestamp,
                    ));
                }
            };
            return Ok(Sort {
                by: By::Timestamp(by),
                order,
            });
        }
        let name = sort
            .get("property")
            .and_then(Json::as_str)
            .ok_or_else(|| undefined("property"))?;
        let property = source.property(name).or_else(|| {
            source
                .properties
                .iter()
                .find(|property| property.encoded_id() == name)
        });
        let property = property.ok_or_else(|| {
            Refusal::validation(format!(
                "Could not find sort property with name or id: {name}"
            ))
        })?;
        let by = match property.kind.as_str() {
            "created_time" => By::Timestamp(Timestamp::Created),
            "last_edited_time" => By::Timestamp(Timestamp::Edited),
            _ => By::Property(property.name.clone()),
        };
        Ok(Sort { by, order })
    }
}

/// The rows that `matches`, in order, from the cursor on, each with the time it is ordered by.
pub(crate) fn ordered<'a>(
    call: &'a Call<'_>,
    source: &'a DataSource,
    sorts: &[Sort],
    in_trash: bool,
    from: Option<Cursor>,
    matches: impl Fn(Uuid) -> bool + 'a,
) -> Box<dyn Iterator<Item = (i64, Uuid)> + 'a> {
    let workspace = call.render.workspace;
    let walked = match sorts {
        [] => Some((Timestamp::Created, Order::Descending)),
        [
            Sort {
                by: By::Timestamp(by),
                order,
            },
        ] => Some((*by, *order)),
        _ => None,
    };
    if let (Some((by, order)), false) = (walked, in_trash) {
        let start = from.map(|cursor| (cursor.time_ms, cursor.next));
        return Box::new(
            workspace
                .walk_rows(source.id, order, by, start)
                .filter(move |(_, id)| matches(*id)),
        );
    }
    let mut rows: Vec<Uuid> = if in_trash {
        let held = workspace
            .held
            .pages
            .values()
            .filter(|page| page.in_trash && page.parent.id() == Some(source.id));
        held.map(|page| page.id).collect()
    } else {
        workspace
            .walk_rows(source.id, Order::Descending, Timestamp::Created, None)
            .map(|(_, id)| id)
            .collect()
    };
    rows.retain(|id| matches(*id));
    let mut keyed: Vec<(Vec<Key>, Uuid)> = rows
        .into_iter()
        .map(|id| (keys(call.render, id, source, sorts), id))
        .collect();
    keyed.sort_by(|a, b| compare(&a.0, &b.0, sorts));
    Box::new(
        keyed
            .into_iter()
            .map(|(_, id)| (0, id))
            .skip(from.map_or(0, |cursor| cursor.position as usize)),
    )
}

/// What a row is sorted by; what is empty comes last in either direction.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Number(f64),
    Text(String),
    Empty,
}

fn keys(render: Render<'_>, id: Uuid, source: &DataSource, sorts: &[Sort]) -> Vec<Key> {
    let Some(page) = render.workspace.page(id) else {
        return Vec::new();
    };
    sorts
        .iter()
        .map(|sort| match &sort.by {
            By::Timestamp(by) => Key::Number(by.of(&page) as f64),
            By::Property(name) => source
                .property(name)
                .map_or(Key::Empty, |property| key(render, &page, source, property)),
        })
        .collect()
}

fn key(render: Render<'_>, page: &Page, source: &DataSource, property: &Property) -> Key {
    let value = render.value(page, source, property, Extent::Full).0;
    let rank = |name: &Json| {
        let options = match &property.config {
            Config::Options(options) | Config::Status { options, .. } => options.as_slice(),
            _ => &[],
        };
        options
            .iter()
            .position(|option| Some(option.name.as_str()) == name.as_str())
    };
    let inner = value
        .get("type")
        .and_then(Json::as_str)
        .and_then(|kind| value.get(kind))
        .cloned()
        .unwrap_or_else(|| value.clone());
    match (
        &inner,
        inner.get("name").and_then(rank),
        inner.get("start").or(inner.get("number")),
    ) {
        (_, Some(rank), _) => Key::Number(rank as f64),
        (_, _, Some(Json::String(start))) => Key::Text(start.clone()),
        (_, _, Some(Json::Number(number))) => Key::Number(number.as_f64().unwrap_or_default()),
        (Json::Number(number), ..) => Key::Number(number.as_f64().unwrap_or_default()),
        (Json::Bool(checked), ..) => Key::Number(f64::from(u8::from(*checked))),
        (Json::String(text), ..) => Key::Text(text.to_lowercase()),
        (Json::Array(items), ..) if !items.is_empty() => {
            let part = |item: &Json| {
                item.get("plain_text")
                    .or(item.get("name"))
                    .and_then(Json::as_str)
                    .unwrap_or_default()
                    .to_lowercase()
            };
            Key::Text(items.iter().map(part).collect())
        }
        _ => Key::Empty,
    }
}

fn compare(a: &[Key], b: &[Key], sorts: &[Sort]) -> Ordering {
    let each = a
        .iter()
        .zip(b)
        .zip(sorts)
        .map(|((a, b), sort)| match (a, b) {
            (Key::Empty, Key::Empty) => Ordering::Equal,
            (Key::Empty, _) => Ordering::Greater,
            (_, Key::Empty) => Ordering::Less,
            (Key::Number(a), Key::Number(b)) => sort.order.apply(a.total_cmp(b)),
            (Key::Text(a), Key::Text(b)) => sort.order.apply(a.cmp(b)),
            (Key::Number(_), Key::Text(_)) => Ordering::Less,
            (Key::Text(_), Key::Number(_)) => Ordering::Greater,
        });
    each.into_iter()
        .find(|ordering| *ordering != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}
