//! Comments: open threads, one page or block at a time.
//! Resolved threads are invisible, and nothing is inherited: not even a page's comments from its blocks.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::{path_id, undefined};
use crate::id::Uuid;
use crate::json::Json;
use crate::model::Comment;
use crate::workspace::Kind;

/// The comments whose parent is exactly the page or block that is asked for.
pub(crate) fn list(call: &Call<'_>) -> Result<Json, Refusal> {
    check_capability(call)?;
    let block = call
        .arguments
        .query_id("block_id")?
        .ok_or_else(|| undefined("query", "block_id"))?;
    let workspace = call.render.workspace;
    let is_there = matches!(workspace.kind(block), Some(Kind::Page | Kind::Block))
        && workspace.is_visible(block);
    if !is_there {
        return Err(Refusal::not_found("block", block));
    }
    let room = call.room(1)?;
    let open = open_comments(call).filter(|comment| comment.parent.id() == Some(block));
    let mut comments: Vec<&Comment> = open.collect();
    comments.sort_by_key(|comment| (comment.created_ms, comment.id));
    let ids: Vec<Uuid> = comments.iter().map(|comment| comment.id).collect();
    let listed = call.page_of(&ids, room, |id| {
        comments
            .iter()
            .find(|comment| comment.id == id)
            .map(|comment| call.render.comment(comment))
    })?;
    Ok(listed.of("comment"))
}

pub(crate) fn comment(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    check_capability(call)?;
    let id = path_id("comment_id", id)?;
    let comment = open_comments(call).find(|comment| comment.id == id);
    comment
        .map(|comment| call.render.comment(comment))
        .ok_or_else(|| Refusal::not_found("comment", id))
}

fn check_capability(call: &Call<'_>) -> Result<(), Refusal> {
    match call.render.options.reads_comments {
        true => Ok(()),
        false => Err(Refusal::restricted()),
    }
}

fn open_comments<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a Comment> {
    let workspace = call.render.workspace;
    let is_visible = |comment: &&Comment| {
        comment
            .parent
            .id()
            .is_some_and(|parent| workspace.is_visible(parent))
    };
    workspace
        .held
        .comments
        .iter()
        .filter(|comment| !comment.is_resolved)
        .filter(is_visible)
}
