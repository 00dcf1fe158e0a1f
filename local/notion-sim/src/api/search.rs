//! Search: titles of pages and data sources, newest edit first, and never a promise to show everything.
//! Knows of an edit only after the lag, and of some objects never, if the options say so.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::failed;
use crate::api::cursor::{Cursor, Session};
use crate::api::paging::Listed;
use crate::api::query::item_of;
use crate::id::Uuid;
use crate::json::Json;
use crate::model::Parent;
use crate::random::{happens, mix_wide};
use crate::render::plain_text;
use crate::workspace::{Kind, Order, Walk};

/// What is searched for.
struct Wanted {
    text: String,
    kind: Option<Kind>,
    in_trash: bool,
    /// `None` is by relevance.
    order: Option<Order>,
}

pub(crate) fn search(call: &Call<'_>) -> Result<Json, Refusal> {
    let wanted = parse(call)?;
    let options = call.render.options;
    let about = format!(
        "search {} {:?} {} {:?}",
        wanted.text, wanted.kind, wanted.in_trash, wanted.order
    );
    let session = Session::new(options, &about, call.render.now_ms);
    let cursor = call
        .arguments
        .start_cursor()?
        .map(|text| session.read(text))
        .transpose()?;
    let room = call.room(0)?;
    let found: Vec<(i64, Uuid)> = match wanted.order {
        Some(order) => {
            let from = cursor.map(|cursor| (cursor.time_ms, cursor.next));
            walk(call, order, from)
                .filter(|(_, id)| wanted.matches(call, *id))
                .take(room + 1)
                .collect()
        }
        None => {
            let mut all: Vec<_> = walk(call, Order::Descending, None)
                .filter(|(_, id)| wanted.matches(call, *id))
                .collect();
            all.sort_by_key(|(_, id)| wanted.distance(call, *id));
            all.into_iter()
                .skip(cursor.map_or(0, |cursor| cursor.position as usize))
                .take(room + 1)
                .collect()
        }
    };
    let position = cursor.map_or(0, |cursor| cursor.position) + room as u64;
    let next = found.get(room).map(|(time_ms, id)| Cursor {
        position,
        next: *id,
        time_ms: *time_ms,
        is_incomplete: false,
    });
    let results = found
        .iter()
        .take(room)
        .filter_map(|(_, id)| item_of(call, *id, None))
        .collect();
    Ok(Listed {
        results,
        next_cursor: next.map(|next| session.write(next)),
    }
    .of("page_or_data_source"))
}

impl Wanted {
    fn matches(&self, call: &Call<'_>, id: Uuid) -> bool {
        let workspace = call.render.workspace;
        let is_kind = self
            .kind
            .is_none_or(|kind| workspace.kind(id) == Some(kind));
        let is_in_trash = match self.in_trash || call.render.options.search_shows_what_trash_holds {
            true => workspace.in_trash(id),
            false => workspace.is_trashed(id),
        };
        is_kind
            && is_in_trash == self.in_trash
            && self.has_text(call, id)
            && workspace.is_visible(id)
            && !is_omitted(call, id)
    }

    fn has_text(&self, call: &Call<'_>, id: Uuid) -> bool {
        self.text.is_empty() || title(call, id).to_lowercase().contains(&self.text)
    }

    /// How far a title is from what was asked for: the shorter, the closer.
    fn distance(&self, call: &Call<'_>, id: Uuid) -> usize {
        title(call, id)
            .chars()
            .count()
            .abs_diff(self.text.chars().count())
    }
}

fn title(call: &Call<'_>, id: Uuid) -> String {
    let workspace = call.render.workspace;
    let page = workspace
        .page(id)
        .map(|page| plain_text(workspace, &page.title));
    let source = || {
        workspace
            .data_source(id)
            .map(|source| plain_text(workspace, &source.title))
    };
    page.or_else(source).unwrap_or_default()
}

/// Whether search has never heard of an object; what is shared directly it always knows.
fn is_omitted(call: &Call<'_>, id: Uuid) -> bool {
    let (workspace, options) = (call.render.workspace, call.render.options);
    if options.search_omission == 0.0 {
        return false;
    }
    let is_root = match workspace.parent(id) {
        Some(Parent::Database(database)) => workspace.is_root(database),
        _ => workspace.is_root(id),
    };
    !is_root
        && happens(
            mix_wide(options.seed ^ 0x6f6d_6974, id.as_u128()),
            options.search_omission,
        )
}

/// Pages and data sources by their last edit, as far as search knows it.
fn walk<'a>(call: &Call<'a>, order: Order, from: Option<(i64, Uuid)>) -> Walk<'a> {
    let workspace = call.render.workspace;
    let known_by_ms = call.render.now_ms - call.render.options.search_lag_ms;
    let held = &workspace.held;
    let pages = held
        .pages
        .values()
        .filter_map(|page| Some((held.edited_by(page, known_by_ms)?, page.id)));
    let sources = held
        .data_sources
        .values()
        .map(|source| (source.stamps.edited_ms, source.id));
    let sequences = workspace.generated.iter().flat_map(|generated| {
        [
            generated.page_sequence(held),
            generated.data_source_sequence(),
        ]
    });
    Walk::new(
        order,
        sequences.collect(),
        pages.chain(sources).collect(),
        from,
    )
}

fn parse(call: &Call<'_>) -> Result<Wanted, Refusal> {
    let arguments = &call.arguments;
    let text = match arguments.body("query") {
        None => "",
        Some(Json::String(text)) => text.as_str(),
        Some(other) => return Err(failed("body", "query", "a string or `undefined`", other)),
    };
    let (kind, in_trash) = match arguments.body("filter") {
        None => (None, false),
        Some(filter @ Json::Object(_)) => parse_filter(filter)?,
        Some(other) => return Err(failed("body", "filter", "an object or `undefined`", other)),
    };
    let order = match arguments.body("sort") {
        None if text.is_empty() => Some(Order::Descending),
        None => None,
        Some(sort @ Json::Object(_)) => parse_sort(sort)?,
        Some(other) => return Err(failed("body", "sort", "an object or `undefined`", other)),
    };
    Ok(Wanted {
        text: text.trim().to_lowercase(),
        kind,
        in_trash,
        order,
    })
}

fn parse_filter(filter: &Json) -> Result<(Option<Kind>, bool), Refusal> {
    let undefined = Json::String("undefined".to_string());
    for (key, value) in filter.entries() {
        match key.as_str() {
            "property" if value.as_str() != Some("object") => {
                return Err(failed("body", "filter.property", "`\"object\"`", value));
            }
            "in_trash" if value.as_bool().is_none() => {
                return Err(failed(
                    "body",
                    "filter.in_trash",
                    "a boolean or `undefined`",
                    value,
                ));
            }
            "property" | "value" | "in_trash" => {}
            _ => {
                return Err(failed(
                    "body",
                    &format!("filter.{key}"),
                    "not present",
                    value,
                ));
            }
        }
    }
    let kind = match filter.get("value") {
        None if filter.get("property").is_some() => {
            return Err(failed("body", "filter.value", "defined", &undefined));
        }
        None => None,
        Some(value) => Some(match value.as_str() {
            Some("page") => Kind::Page,
            Some("data_source") => Kind::DataSource,
            _ => {
                return Err(failed(
                    "body",
                    "filter.value",
                    "`\"page\"` or `\"data_source\"`",
                    value,
                ));
            }
        }),
    };
    Ok((
        kind,
        filter
            .get("in_trash")
            .and_then(Json::as_bool)
            .unwrap_or(false),
    ))
}

fn parse_sort(sort: &Json) -> Result<Option<Order>, Refusal> {
    if sort.get("property").and_then(Json::as_str) == Some("relevance") {
        return Ok(None);
    }
    if sort.get("timestamp").and_then(Json::as_str) != Some("last_edited_time") {
        return Err(Refusal::validation(
            "body.sort.timestamp should be \"last_edited_time\" when sorting by timestamp.",
        ));
    }
    match sort.get("direction") {
        None => Ok(Some(Order::Descending)),
        Some(direction) => match direction.as_str() {
            Some("ascending") => Ok(Some(Order::Ascending)),
            Some("descending") => Ok(Some(Order::Descending)),
            _ => Err(failed(
                "body",
                "sort.direction",
                "`\"ascending\"`, `\"descending\"`, or `undefined`",
                direction,
            )),
        },
    }
}
