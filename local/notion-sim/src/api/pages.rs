//! Pages and single properties of pages, which have no limit of 25.
//! Properties of a page in a list are cut; a single one never is.

use std::borrow::Cow;

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::path_id;
use crate::api::paging::Listed;
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Config, DataSource, Page, Property, encode_id};
use crate::random::mix_bytes;
use crate::render::Extent;
use crate::workspace::Kind;

pub(crate) fn page(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let page = find(call, path_id("page_id", id)?)?;
    let wanted = call.arguments.query_list("filter_properties");
    Ok(call.render.page(&page, wanted.as_deref()))
}

pub(crate) fn find<'a>(call: &Call<'a>, id: Uuid) -> Result<Cow<'a, Page>, Refusal> {
    let workspace = call.render.workspace;
    let is_visible = workspace.is_visible(id);
    if is_visible && workspace.kind(id) == Some(Kind::Database) {
        let message = format!(
            "Provided ID {id} is a database, not a page. Use the retrieve database API instead."
        );
        return Err(Refusal::validation(message));
    }
    let found = if is_visible { workspace.page(id) } else { None };
    found.ok_or_else(|| Refusal::not_found("page", id))
}

/// The value of one property, as a list where it may be long.
pub(crate) fn property(call: &Call<'_>, id: &str, property: &str) -> Result<Json, Refusal> {
    let page = find(call, path_id("page_id", id)?)?;
    let wanted = percent_encoding::percent_decode_str(property)
        .decode_utf8_lossy()
        .into_owned();
    let source = call.render.source_of(&page);
    let title = title_alone();
    let found = match &source {
        Some(source) => source
            .properties
            .iter()
            .find(|property| property.id == wanted),
        None => Some(&title).filter(|title| title.id == wanted),
    };
    let property = found.ok_or_else(|| Refusal::not_found("property", property))?;
    let kind = property.kind.as_str();
    let item = |value: Json| {
        let kind = call.render.shown_kind(kind);
        object! { "object" => "property_item", "type" => kind, "id" => property.encoded_id(), kind => value }
    };
    let Some(source) = source.as_deref().filter(|_| kind != "title") else {
        let spans = page.title.iter().flat_map(|span| call.render.span(span));
        return list(
            call,
            page.id,
            property,
            &spans.map(item).collect::<Vec<_>>(),
            Json::Object(Vec::new()),
        );
    };
    if kind == "rollup" {
        let (items, summary) = rollup(call, &page, source, property);
        return list(call, page.id, property, &items, summary);
    }
    let (value, _) = call.render.value(&page, source, property, Extent::Full);
    if !matches!(kind, "rich_text" | "people" | "relation") {
        return Ok(item(value));
    }
    let items: Vec<Json> = value.items().iter().cloned().map(item).collect();
    list(call, page.id, property, &items, Json::Object(Vec::new()))
}

/// The values a rollup goes over, and what it makes of them.
fn rollup(
    call: &Call<'_>,
    page: &Page,
    source: &DataSource,
    property: &Property,
) -> (Vec<Json>, Json) {
    let Config::Rollup(rollup) = &property.config else {
        return (Vec::new(), Json::Null);
    };
    let (_, target) = call.render.rollup_ends(source, rollup);
    let target = encode_id(&target);
    let values = call
        .render
        .rolled_up(page, source, rollup, usize::MAX)
        .into_iter();
    let items = values.map(|value| {
        let mut entries = vec![("object".to_string(), Json::from("property_item"))];
        for (key, value) in value.entries() {
            entries.push((key.clone(), value.clone()));
            if key == "type" {
                entries.push(("id".to_string(), Json::from(target.as_str())));
            }
        }
        Json::Object(entries)
    });
    let mut summary = call.render.rollup(page, source, property, Extent::Full);
    if summary.get("array").is_some() {
        summary = object! { "type" => "array", "array" => Json::Array(Vec::new()), "function" => rollup.function.as_str() };
    }
    (items.collect(), summary)
}

fn list(
    call: &Call<'_>,
    page: Uuid,
    property: &Property,
    items: &[Json],
    summary: Json,
) -> Result<Json, Refusal> {
    let cursor_at = |at: usize| cursor(page, property, at);
    let start = match call.arguments.start_cursor()? {
        None => 0,
        Some(text) => (1..items.len())
            .find(|at| cursor_at(*at) == text)
            .ok_or_else(|| Refusal::invalid_cursor(text))?,
    };
    let room = call.room(0)?;
    let results: Vec<Json> = items.iter().skip(start).take(room).cloned().collect();
    let end = start + results.len();
    let next_cursor = (end < items.len()).then(|| cursor_at(end));
    let kind = property.kind.as_str();
    let next_url = next_cursor.as_ref().map(|cursor| {
        let property = property.encoded_id();
        format!("https://api.notion.com/v1/pages/{}/properties/{property}?start_cursor={cursor}&page_size={room}", page.simple())
    });
    // What a rollup makes of its values is known on the last page only.
    let summary = match summary.get("function") {
        Some(function) if next_cursor.is_some() && summary.get("array").is_none() => {
            object! { "type" => "incomplete", "incomplete" => Json::Object(Vec::new()), "function" => function.clone() }
        }
        _ => summary,
    };
    let about = object! { "id" => property.encoded_id(), "next_url" => next_url, "type" => kind, kind => summary };
    Ok(Listed {
        results,
        next_cursor,
    }
    .with("property_item", about))
}

/// Six characters that say nothing.
fn cursor(page: Uuid, property: &Property, at: usize) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let hash = mix_bytes(
        page.as_u128() as u64,
        format!("{} {at}", property.id).as_bytes(),
    );
    let digits =
        (0..6).filter_map(|digit| ALPHABET.get((hash >> (digit * 8)) as usize % ALPHABET.len()));
    digits.map(|byte| char::from(*byte)).collect()
}

/// The one property of a page that is not a row.
fn title_alone() -> Property {
    Property {
        id: "title".to_string(),
        name: "title".to_string(),
        description: None,
        kind: "title".to_string(),
        config: Config::None,
    }
}
