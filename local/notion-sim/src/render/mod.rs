//! Objects as the API shows them, key by key.
//!
//! Rendering is a function of the workspace, the version and the instant: titles of mentioned pages, signed URLs, formulas and rollups are worked out here.

mod blocks;
mod computed;
mod files;
mod objects;
mod rich_text;
mod values;

pub(crate) use files::{Signature, SignatureError};
pub(crate) use objects::{WORKSPACE_ID, WORKSPACE_NAME};
pub(crate) use rich_text::plain_text;
pub(crate) use values::Extent;

use crate::api::{Options, Version};
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Account, Icon, User};
use crate::workspace::Workspace;

/// Everything that an answer depends on.
#[derive(Clone, Copy)]
pub(crate) struct Render<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) options: &'a Options,
    pub(crate) version: Version,
    pub(crate) now_ms: i64,
    /// The number of the request, so that two reads give two signatures.
    pub(crate) request: u64,
}

impl Render<'_> {
    /// Adds what objects carry in older versions only.
    fn with_archived(self, mut object: Json, in_trash: bool) -> Json {
        if self.version == Version::V2025_09_03 {
            object.push("archived", in_trash);
        }
        object
    }

    /// The type that a block or property shows itself as: some are unheard-of if the options say so.
    pub(crate) fn shown_kind(self, kind: &str) -> &str {
        match kind {
            "divider" if self.options.unknown_types => "ripple",
            "phone_number" if self.options.unknown_types => "signal_flag",
            "meeting_notes" if self.version == Version::V2025_09_03 => "transcription",
            kind => kind,
        }
    }

    /// Whether an object shows itself as being in the trash.
    fn shows_in_trash(self, id: Uuid) -> bool {
        if self.options.flags_descendants_of_trash {
            self.workspace.is_trashed(id)
        } else {
            self.workspace.in_trash(id)
        }
    }

    /// A reference to a user, as in `created_by`.
    pub(crate) fn user_reference(self, id: Uuid) -> Json {
        object! { "object" => "user", "id" => id }
    }

    /// A user as people properties and mentions show them; only a reference if there is no such user.
    pub(crate) fn user(self, id: Uuid) -> Json {
        match self.workspace.user(id) {
            Some(user) => self.user_object(user),
            None => self.user_reference(id),
        }
    }

    fn user_object(self, user: &User) -> Json {
        let kind = match &user.account {
            Account::Group => {
                return object! { "object" => "group", "id" => user.id, "name" => user.name.as_str() };
            }
            Account::Bot => "bot",
            Account::Person { .. } | Account::Guest { .. } => "person",
        };
        let details = match &user.account {
            Account::Person { email } | Account::Guest { email } => {
                object! { "email" => email.as_str() }
            }
            Account::Bot | Account::Group => Json::Object(Vec::new()),
        };
        object! {
            "object" => "user",
            "id" => user.id,
            "name" => user.name.as_str(),
            "avatar_url" => user.avatar.as_ref().map(|avatar| self.address(avatar)),
            "type" => kind,
            kind => details,
        }
    }

    pub(crate) fn icon(self, icon: &Icon) -> Json {
        match icon {
            Icon::Emoji(emoji) => object! { "type" => "emoji", "emoji" => emoji.as_str() },
            Icon::CustomEmoji(id) => {
                object! { "type" => "custom_emoji", "custom_emoji" => self.custom_emoji(*id) }
            }
            Icon::Native { name, color } => {
                object! { "type" => "icon", "icon" => object! { "name" => name.as_str(), "color" => color.as_str() } }
            }
            Icon::File(file) => self.file(file),
        }
    }

    pub(crate) fn custom_emoji(self, id: Uuid) -> Json {
        let emoji = self
            .workspace
            .held
            .emojis
            .iter()
            .find(|emoji| emoji.id == id);
        object! {
            "id" => id,
            "name" => emoji.map(|emoji| emoji.name.as_str()).unwrap_or_default(),
            "url" => emoji.map(|emoji| self.address(&emoji.image)).unwrap_or_default(),
        }
    }
}
