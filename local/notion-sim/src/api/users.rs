//! Users, custom emojis and file uploads: what belongs to the workspace and to no page.
//! Guests are found by id but not listed, as at Notion; groups are only ever seen in people properties.

use crate::api::Call;
use crate::api::answer::Refusal;
use crate::api::arguments::{failed, path_id};
use crate::demo;
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Account, FileUpload, User};
use crate::time;

/// Members and bots; guests are not listed.
pub(crate) fn list(call: &Call<'_>) -> Result<Json, Refusal> {
    check_capability(call)?;
    let is_listed = |user: &&User| matches!(user.account, Account::Person { .. } | Account::Bot);
    let users: Vec<Uuid> = call
        .render
        .workspace
        .held
        .users
        .iter()
        .filter(is_listed)
        .map(|user| user.id)
        .collect();
    let listed = call.page_of(&users, call.room(0)?, |id| {
        call.render.workspace.user(id).map(|user| shown(call, user))
    })?;
    Ok(listed.of("user"))
}

pub(crate) fn me(call: &Call<'_>) -> Result<Json, Refusal> {
    let bot = call
        .render
        .workspace
        .held
        .users
        .iter()
        .find(|user| is_own(user));
    bot.map(|bot| call.render.bot(bot))
        .ok_or_else(|| Refusal::not_found("user", demo::BOT_ID))
}

pub(crate) fn user(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    check_capability(call)?;
    let id = path_id("user_id", id)?;
    let user = call
        .render
        .workspace
        .user(id)
        .filter(|user| user.account != Account::Group);
    user.map(|user| shown(call, user))
        .ok_or_else(|| Refusal::not_found("user", id))
}

fn check_capability(call: &Call<'_>) -> Result<(), Refusal> {
    match call.render.options.reads_users {
        true => Ok(()),
        false => Err(Refusal::restricted()),
    }
}

fn shown(call: &Call<'_>, user: &User) -> Json {
    if is_own(user) {
        call.render.bot(user)
    } else {
        call.render.user(user.id)
    }
}

fn is_own(user: &User) -> bool {
    user.id.to_string() == demo::BOT_ID
}

pub(crate) fn custom_emojis(call: &Call<'_>) -> Result<Json, Refusal> {
    let wanted = call.arguments.query("name");
    let emojis = call
        .render
        .workspace
        .held
        .emojis
        .iter()
        .filter(|emoji| wanted.is_none_or(|name| emoji.name == name));
    let ids: Vec<Uuid> = emojis.map(|emoji| emoji.id).collect();
    let listed = call.page_of(&ids, call.room(0)?, |id| Some(call.render.custom_emoji(id)))?;
    Ok(object! {
        "object" => "list",
        "type" => "custom_emoji",
        "results" => Json::Array(listed.results),
        "has_more" => listed.next_cursor.is_some(),
        "next_cursor" => listed.next_cursor.as_deref(),
    })
}

pub(crate) fn file_uploads(call: &Call<'_>) -> Result<Json, Refusal> {
    const STATUSES: [&str; 4] = ["pending", "uploaded", "expired", "failed"];
    let wanted = call.arguments.query("status");
    if let Some(status) = wanted.filter(|status| !STATUSES.contains(status)) {
        let should = "`\"pending\"`, `\"uploaded\"`, `\"expired\"`, `\"failed\"`, or `undefined`";
        return Err(failed("query", "status", should, &Json::from(status)));
    }
    let uploads = &call.render.workspace.held.uploads;
    let ids: Vec<Uuid> = uploads
        .iter()
        .filter(|upload| wanted.is_none_or(|status| upload.status == status))
        .map(|upload| upload.id)
        .collect();
    let listed = call.page_of(&ids, call.room(0)?, |id| {
        uploads
            .iter()
            .find(|upload| upload.id == id)
            .map(|upload| upload_object(call, upload))
    })?;
    Ok(listed.of("file_upload"))
}

pub(crate) fn file_upload(call: &Call<'_>, id: &str) -> Result<Json, Refusal> {
    let id = path_id("file_upload_id", id)?;
    let upload = call
        .render
        .workspace
        .held
        .uploads
        .iter()
        .find(|upload| upload.id == id);
    upload
        .map(|upload| upload_object(call, upload))
        .ok_or_else(|| Refusal::not_found("file_upload", id))
}

fn upload_object(call: &Call<'_>, upload: &FileUpload) -> Json {
    let mut object = object! {
        "object" => "file_upload",
        "id" => upload.id,
        "created_time" => time::floored(upload.created_ms),
        "created_by" => object! { "id" => demo::BOT_ID, "type" => "bot" },
        "last_edited_time" => time::floored(upload.created_ms),
        "expiry_time" => time::floored(upload.created_ms + 60 * time::MINUTE_MS),
    };
    if upload.status == "pending" {
        object.push(
            "upload_url",
            format!("https://api.notion.com/v1/file_uploads/{}/send", upload.id),
        );
    }
    object.push("in_trash", false);
    object.push("status", upload.status);
    object.push("filename", upload.filename.as_str());
    object.push("content_type", upload.content_type.as_str());
    object.push("content_length", upload.content_length);
    if call.render.version == crate::api::Version::V2025_09_03 {
        object.push("archived", false);
    }
    object
}
