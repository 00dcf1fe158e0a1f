//! Data sources: the schema, the rows under a filter and an order, the templates.
//! What a filter may say is decided in `filter`, in which order rows come in `sort`.

use std::borrow::Cow;

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::{failed, path_id};
use crate::api::cursor::{Cursor, Session};
use crate::api::filter::Filter;
use crate::api::paging::Listed;
use crate::api::sort::{Sort, ordered};
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::DataSource;
use crate::workspace::Kind;

pub(crate) fn data_source(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let source = find(call, id)?;
    Ok(call.render.data_source(&source))
}

fn find<'a>(call: &Call<'a>, id: &str) -> Result<Cow<'a, DataSource>, Refusal> {
    let id = path_id("data_source_id", id)?;
    let found = if call.render.workspace.is_visible(id) {
        call.render.workspace.data_source(id)
    } else {
        None
    };
    // Notion itself says "database" here.
    found.ok_or_else(|| Refusal::not_found("database", id))
}

/// What rows are asked for, in which order.
struct Query<'a> {
    source: Cow<'a, DataSource>,
    filter: Option<Filter>,
    sorts: Vec<Sort>,
    in_trash: bool,
    /// Asked for something that no data source here has.
    wants_nothing: bool,
}

impl<'a> Query<'a> {
    fn parse(call: &Call<'a>, id: &str) -> Result<Query<'a>, Refusal> {
        let source = find(call, id)?;
        let filter = call
            .arguments
            .body("filter")
            .map(|filter| Filter::parse(filter, &source));
        Ok(Query {
            filter: filter.transpose()?,
            sorts: Sort::parse_all(call.arguments.body("sorts"), &source)?,
            in_trash: selector(call, "in_trash")? || selector(call, "archived")?,
            wants_nothing: selector(call, "is_archived")? || wants_sources(call)?,
            source,
        })
    }

    /// Up to `count` rows from the cursor on, each with the time it is ordered by.
    fn rows(&self, call: &Call<'_>, from: Option<Cursor>, count: usize) -> Vec<(i64, Uuid)> {
        if self.wants_nothing {
            return Vec::new();
        }
        let matches = |id| {
            let filter = self.filter.as_ref();
            filter.is_none_or(|filter| filter.matches(call.render, id, &self.source))
        };
        ordered(
            call,
            &self.source,
            &self.sorts,
            self.in_trash,
            from,
            matches,
        )
        .take(count)
        .collect()
    }
}

pub(crate) fn query(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let query = Query::parse(call, id)?;
    let wanted = call.arguments.query_list("filter_properties");
    let options = call.render.options;
    let filter = call.arguments.body("filter");
    let about = format!(
        "query {} {filter:?} {:?} {}",
        query.source.id, query.sorts, query.in_trash
    );
    let session = Session::new(options, &about, call.render.now_ms);
    let cursor = call
        .arguments
        .start_cursor()?
        .map(|text| session.read(text))
        .transpose()?;

    let limit = u64::from(options.query_depth_limit);
    let position = cursor.map_or(0, |cursor| cursor.position);
    let room = call.room(0)?.min(limit.saturating_sub(position) as usize);
    let is_incomplete = match cursor {
        Some(cursor) => cursor.is_incomplete,
        None => query.rows(call, None, limit as usize + 1).len() as u64 > limit,
    };
    let found = query.rows(call, cursor, room + 1);
    let position = position + room as u64;
    let next = found.get(room).filter(|_| position < limit);
    let next = next.map(|(time_ms, next)| Cursor {
        position,
        next: *next,
        time_ms: *time_ms,
        is_incomplete,
    });
    let shown = found.iter().take(room);
    let listed = Listed {
        results: shown
            .filter_map(|(_, id)| item_of(call, *id, wanted.as_deref()))
            .collect(),
        next_cursor: next.map(|next| session.write(next)),
    };
    let mut list = listed.of("page_or_data_source");
    if is_incomplete {
        let reason = "query_result_limit_reached";
        list.push(
            "request_status",
            object! { "type" => "incomplete", "incomplete_reason" => reason },
        );
    }
    Ok(list)
}

/// A page or data source as lists show it, which may be next to nothing.
pub(crate) fn item_of(call: &Call<'_>, id: Uuid, wanted: Option<&[String]>) -> Option<Json> {
    let workspace = call.render.workspace;
    let is_partial = call.is_partial(id);
    if workspace.kind(id) == Some(Kind::DataSource) {
        let full = call.render.data_source(&*workspace.data_source(id)?);
        let properties = full.get("properties").cloned();
        let partial = object! { "object" => "data_source", "id" => id, "properties" => properties };
        return Some(if is_partial { partial } else { full });
    }
    if is_partial {
        return Some(object! { "object" => "page", "id" => id });
    }
    Some(call.render.page(&*workspace.page(id)?, wanted))
}

fn selector(call: &Call<'_>, key: &str) -> Result<bool, Refusal> {
    match call.arguments.body(key) {
        None => Ok(false),
        Some(Json::Bool(value)) => Ok(*value),
        Some(other) => Err(failed("body", key, "a boolean or `undefined`", other)),
    }
}

/// Only wikis have data sources among their rows, and no wiki is here.
fn wants_sources(call: &Call<'_>) -> Result<bool, Refusal> {
    match call.arguments.body("result_type") {
        None => Ok(false),
        Some(kind) => match kind.as_str() {
            Some("page") => Ok(false),
            Some("data_source") => Ok(true),
            _ => Err(failed(
                "body",
                "result_type",
                "`\"page\"`, `\"data_source\"`, or `undefined`",
                kind,
            )),
        },
    }
}

pub(crate) fn templates(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let source = find(call, id)?;
    let wanted = call.arguments.query("name").map(str::to_lowercase);
    let is_wanted = |name: &str| {
        wanted
            .as_ref()
            .is_none_or(|wanted| name.to_lowercase().contains(wanted))
    };
    let templates: Vec<_> = source
        .templates
        .iter()
        .filter(|template| is_wanted(&template.name))
        .collect();
    let ids: Vec<Uuid> = templates.iter().map(|template| template.id).collect();
    let listed = call.page_of(&ids, call.room(0)?, |id| {
        let template = templates.iter().find(|template| template.id == id)?;
        Some(object! { "id" => id, "name" => template.name.as_str(), "is_default" => template.is_default })
    })?;
    Ok(object! {
        "templates" => Json::Array(listed.results),
        "has_more" => listed.next_cursor.is_some(),
        "next_cursor" => listed.next_cursor.as_deref(),
    })
}
