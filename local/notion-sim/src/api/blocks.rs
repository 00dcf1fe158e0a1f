//! Blocks, their children, and databases, which are blocks too.
//! One level at a time: Notion never nests what it lists.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::path_id;
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::LinkedAnswer;
use crate::workspace::Kind;

pub(crate) fn block(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let id = find(call, id)?;
    call.render
        .block(id)
        .ok_or_else(|| Refusal::not_found("block", id))
}

fn find(call: &Call<'_>, id: &str) -> Result<Uuid, Refusal> {
    let id = path_id("block_id", id)?;
    let workspace = call.render.workspace;
    let is_block = matches!(
        workspace.kind(id),
        Some(Kind::Page | Kind::Block | Kind::Database)
    );
    if is_block && workspace.is_visible(id) {
        Ok(id)
    } else {
        Err(Refusal::not_found("block", id))
    }
}

/// One level of content. A copy of a synced block has its original's, if that can be seen.
pub(crate) fn children(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let id = find(call, id)?;
    call.check_uuid_cursor()?;
    let (workspace, options) = (call.render.workspace, call.render.options);
    let original = workspace.block(id).and_then(|block| block.synced_from());
    if let Some(original) = original
        && (options.hides_content_of_copies || !workspace.is_visible(original))
    {
        return Err(Refusal::not_found("block", id));
    }
    let children = workspace.children(original.unwrap_or(id));
    let listed = call.page_of(&children, call.room(0)?, |child| shown(call, child))?;
    Ok(listed.of("block"))
}

/// A block as lists show it, which may be next to nothing.
fn shown(call: &Call<'_>, id: Uuid) -> Option<Json> {
    if call.is_partial(id) {
        Some(object! { "object" => "block", "id" => id })
    } else {
        call.render.block(id)
    }
}

pub(crate) fn database(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let id = path_id("database_id", id)?;
    let workspace = call.render.workspace;
    let is_visible = workspace.is_visible(id);
    if is_visible && workspace.kind(id) == Some(Kind::Page) {
        let message = format!(
            "Provided ID {id} is a page, not a database. Use the retrieve page API instead."
        );
        return Err(Refusal::validation(message));
    }
    let database = if is_visible {
        workspace.database(id)
    } else {
        None
    };
    let database = database.ok_or_else(|| Refusal::not_found("database", id))?;
    match database.linked.map(|linked| linked.answer) {
        None | Some(LinkedAnswer::Empty) => Ok(call.render.database(&database)),
        Some(LinkedAnswer::Missing) => Err(Refusal::not_found("database", id)),
        Some(LinkedAnswer::Refused) => {
            let message = format!(
                "Database with ID {id} does not contain any data sources accessible by this API bot."
            );
            Err(Refusal::validation(message))
        }
    }
}
