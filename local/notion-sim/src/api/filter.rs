//! The filters of a query: what may be asked, what Notion says to the rest, and which rows match.
//!
//! A condition is tested against the value as the API shows it in full.

use crate::api::answer::Refusal;
use crate::api::arguments::failed;
use crate::api::condition::Condition;
use crate::id::Uuid;
use crate::json::Json;
use crate::model::{DataSource, Property};
use crate::render::{Extent, Render};
use crate::time;
use crate::workspace::Timestamp;

/// A filter whose every part is known to make sense for the data source.
#[derive(Debug)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Timestamp(Timestamp, Condition),
    /// A property, by name.
    Property(String, Condition),
}

/// Groups may hold groups, which hold no more groups.
const NESTING_LIMIT: usize = 2;
const GROUP_LIMIT: usize = 100;

impl Filter {
    pub(crate) fn parse(json: &Json, source: &DataSource) -> Result<Filter, Refusal> {
        match json {
            Json::Object(_) => parse(json, source, "filter", 0),
            other => Err(failed("body", "filter", "an object or `undefined`", other)),
        }
    }

    pub(crate) fn matches(&self, render: Render<'_>, id: Uuid, source: &DataSource) -> bool {
        match self {
            Filter::All(parts) => parts.iter().all(|part| part.matches(render, id, source)),
            Filter::Any(parts) => parts.iter().any(|part| part.matches(render, id, source)),
            Filter::Timestamp(by, condition) => {
                let time_ms = render.workspace.time_of(id, *by).map(time::floored);
                time_ms.is_some_and(|time| condition.test(&Json::from(time), render.now_ms))
            }
            Filter::Property(name, condition) => {
                let (Some(page), Some(property)) =
                    (render.workspace.page(id), source.property(name))
                else {
                    return false;
                };
                let (value, _) = render.value(&page, source, property, Extent::Full);
                condition.test(&value, render.now_ms)
            }
        }
    }
}

fn parse(json: &Json, source: &DataSource, path: &str, depth: usize) -> Result<Filter, Refusal> {
    for (key, make) in [
        ("and", Filter::All as fn(Vec<Filter>) -> Filter),
        ("or", Filter::Any),
    ] {
        if let Some(parts) = json.get(key) {
            return Ok(make(parse_group(
                parts,
                source,
                &format!("{path}.{key}"),
                depth,
            )?));
        }
    }
    if let Some(timestamp) = json.get("timestamp") {
        return parse_timestamp(json, timestamp, path);
    }
    parse_property(json, source, path)
}

fn parse_group(
    parts: &Json,
    source: &DataSource,
    path: &str,
    depth: usize,
) -> Result<Vec<Filter>, Refusal> {
    if depth >= NESTING_LIMIT {
        return Err(failed("body", path, "not present", parts));
    }
    let Json::Array(items) = parts else {
        return Err(failed("body", path, "an array", parts));
    };
    if items.len() > GROUP_LIMIT {
        let count = Json::from(items.len() as u64);
        return Err(failed(
            "body",
            &format!("{path}.length"),
            &format!("≤ `{GROUP_LIMIT}`"),
            &count,
        ));
    }
    items
        .iter()
        .enumerate()
        .map(|(at, item)| parse(item, source, &format!("{path}[{at}]"), depth + 1))
        .collect()
}

fn parse_timestamp(json: &Json, timestamp: &Json, path: &str) -> Result<Filter, Refusal> {
    let (by, key) = match timestamp.as_str() {
        Some("created_time") => (Timestamp::Created, "created_time"),
        Some("last_edited_time") => (Timestamp::Edited, "last_edited_time"),
        _ => {
            return Err(failed(
                "body",
                &format!("{path}.timestamp"),
                "`\"created_time\"` or `\"last_edited_time\"`",
                timestamp,
            ));
        }
    };
    if let Some((stray, value)) = json
        .entries()
        .iter()
        .find(|(name, _)| !["timestamp", "type", key].contains(&name.as_str()))
    {
        return Err(failed(
            "body",
            &format!("{path}.{stray}"),
            "not present",
            value,
        ));
    }
    let path = format!("{path}.{key}");
    let condition = json
        .get(key)
        .ok_or_else(|| crate::api::arguments::undefined("body", &path))?;
    Ok(Filter::Timestamp(
        by,
        Condition::parse("date", condition, &path)?,
    ))
}

fn parse_property(json: &Json, source: &DataSource, path: &str) -> Result<Filter, Refusal> {
    let given = json
        .entries()
        .iter()
        .find(|(key, _)| key != "property" && key != "type");
    let (Some(name), Some((kind, condition))) =
        (json.get("property").and_then(Json::as_str), given)
    else {
        return Err(fix_one(path));
    };
    if !KINDS.contains(&kind.as_str()) {
        return Err(failed(
            "body",
            &format!("{path}.{kind}"),
            "not present",
            condition,
        ));
    }
    let property = source.property(name).or_else(|| {
        source
            .properties
            .iter()
            .find(|property| property.encoded_id() == name)
    });
    let property = property.ok_or_else(|| {
        Refusal::validation(format!("Could not find property with name or id: {name}"))
    })?;
    if !fits(property, kind) {
        return Err(Refusal::validation(format!(
            "The property type in the database does not match the property type of the filter provided: \
             database property {} does not match filter {kind}",
            property.kind
        )));
    }
    Ok(Filter::Property(
        property.name.clone(),
        Condition::parse(kind, condition, &format!("{path}.{kind}"))?,
    ))
}

/// The types that a filter may be about.
const KINDS: [&str; 22] = [
    "title",
    "rich_text",
    "number",
    "checkbox",
    "select",
    "multi_select",
    "status",
    "date",
    "people",
    "files",
    "url",
    "email",
    "phone_number",
    "relation",
    "created_by",
    "created_time",
    "last_edited_by",
    "last_edited_time",
    "formula",
    "unique_id",
    "rollup",
    "verification",
];

/// All texts may be filtered as rich text.
fn fits(property: &Property, kind: &str) -> bool {
    property.kind == kind
        || (kind == "rich_text"
            && matches!(
                property.kind.as_str(),
                "title" | "url" | "email" | "phone_number"
            ))
}

/// Notion's answer when nothing tells which kind of filter was meant: every kind there is.
fn fix_one(path: &str) -> Refusal {
    let kinds = ["or", "and"].into_iter().chain(KINDS).chain(["timestamp"]);
    let lines: Vec<String> = kinds
        .map(|kind| format!("body.{path}.{kind} should be defined, instead was `undefined`."))
        .collect();
    Refusal::validation(format!(
        "body failed validation. Fix one:\n{}",
        lines.join("\n")
    ))
}
