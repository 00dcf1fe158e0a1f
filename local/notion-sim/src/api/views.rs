//! Views of databases: one each, whose id follows from the database's.
//! Queries of views are not served.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::{path_id, undefined};
use crate::id::{Seal, Uuid};
use crate::json::{Json, object};
use crate::random::mix;

pub(crate) fn list(call: &Call<'_>) -> Result<Json, Refusal> {
    let workspace = call.render.workspace;
    let database = match (
        call.arguments.query_id("database_id")?,
        call.arguments.query_id("data_source_id")?,
    ) {
        (Some(database), _) => database,
        (None, Some(source)) => {
            let found = if workspace.is_visible(source) {
                workspace.data_source(source)
            } else {
                None
            };
            found
                .ok_or_else(|| Refusal::not_found("database", source))?
                .database
        }
        (None, None) => return Err(undefined("query", "database_id")),
    };
    if !workspace.is_visible(database) || workspace.database(database).is_none() {
        return Err(Refusal::not_found("database", database));
    }
    let listed = call.page_of(&[view_of(database)], call.room(0)?, |id| {
        Some(object! { "object" => "view", "id" => id })
    })?;
    Ok(listed.of("view"))
}

pub(crate) fn view(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let id = path_id("view_id", id)?;
    let workspace = call.render.workspace;
    let database = database_of(id).filter(|database| workspace.is_visible(*database));
    let database = database.and_then(|database| workspace.database(database));
    database
        .map(|database| call.render.view(id, &database))
        .ok_or_else(|| Refusal::not_found("view", id))
}

const SEED: u64 = 0x7669_6577;

/// A view's id opens to its database's: the six bits that a seal does not carry are those of a version 4 UUID anyway.
fn view_of(database: Uuid) -> Uuid {
    Seal::new(mix(SEED, 0)).close(database.bits().unwrap_or_default())
}

fn database_of(view: Uuid) -> Option<Uuid> {
    Seal::new(mix(SEED, 0)).open(view).map(Uuid::from_bits)
}
