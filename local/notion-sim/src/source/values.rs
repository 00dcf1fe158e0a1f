//! Property values as content files and changes write them: the shortest JSON that says it.
//! Computed properties have no value to read.

use crate::id::Uuid;
use crate::json::Json;
use crate::model::{DateRange, Property, RichText, Value};
use crate::source::fields::parse_file;
use crate::source::markup::date_range;
use crate::source::names::Names;

/// Reads the value of `property` of the row `owner`; `None` is the empty value.
///
/// `text` turns a string into rich text: markup in content files, plain text in changes.
pub(crate) fn parse(
    property: &Property,
    json: &Json,
    owner: Uuid,
    names: &Names,
    text: impl Fn(&str) -> Result<RichText, String>,
) -> Result<Option<Value>, String> {
    if json.is_null() {
        return Ok(None);
    }
    let wrong = || {
        format!(
            "`{json}` is no value for the {} property `{}`",
            property.kind, property.name
        )
    };
    let string = || json.as_str().map(str::to_string).ok_or_else(wrong);
    let strings = || {
        json.items()
            .iter()
            .map(|item| item.as_str().ok_or_else(wrong))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(Some(match property.kind.as_str() {
        "title" | "rich_text" => Value::Text(text(&string()?)?),
        "number" => Value::Number(json.as_f64().ok_or_else(wrong)?),
        "checkbox" => Value::Checkbox(json.as_bool().ok_or_else(wrong)?),
        "select" | "status" => Value::String(known(property, &string()?)?),
        "url" | "email" | "phone_number" => Value::String(string()?),
        "multi_select" => Value::Options(
            strings()?
                .into_iter()
                .map(|name| known(property, name))
                .collect::<Result<_, _>>()?,
        ),
        "date" => Value::Date(date(json).ok_or_else(wrong)?),
        "people" => Value::People(
            strings()?
                .into_iter()
                .map(|name| names.user(name))
                .collect::<Result<_, _>>()?,
        ),
        "relation" => Value::Relation(
            strings()?
                .into_iter()
                .map(|name| names.page(name))
                .collect::<Result<_, _>>()?,
        ),
        "files" => Value::Files(
            strings()?
                .into_iter()
                .map(|file| parse_file(file, owner))
                .map(|file| (file.name().to_string(), file))
                .collect(),
        ),
        "place" => Value::Json(json.clone()),
        "verification" => Value::Json(verification(json, names)?),
        kind => {
            return Err(format!(
                "the {kind} property `{}` cannot be set",
                property.name
            ));
        }
    }))
}

fn known(property: &Property, name: &str) -> Result<String, String> {
    match property.choice(name) {
        Some(_) => Ok(name.to_string()),
        None => Err(format!(
            "the property `{}` has no option `{name}`",
            property.name
        )),
    }
}

fn date(json: &Json) -> Option<DateRange> {
    if let Some(text) = json.as_str() {
        return Some(date_range(text));
    }
    let part = |key| json.get(key).and_then(Json::as_str).map(str::to_string);
    Some(DateRange {
        start: part("start")?,
        end: part("end"),
        time_zone: part("time_zone"),
    })
}

/// A verification, whose `verified_by` is a name.
fn verification(json: &Json, names: &Names) -> Result<Json, String> {
    let mut out = Vec::new();
    for (key, value) in json.entries() {
        let value = match (key.as_str(), value.as_str()) {
            ("verified_by", Some(name)) => {
                crate::json::object! { "object" => "user", "id" => names.user(name)? }
            }
            _ => value.clone(),
        };
        out.push((key.clone(), value));
    }
    Ok(Json::Object(out))
}
