//! People, bots and groups, and what belongs to no page: custom emojis, comments, uploads.
//! Everything in here comes from `people.json`.

use crate::demo::loader::{Loader, entries, id, instant, items, required};
use crate::id::Uuid;
use crate::json::Json;
use crate::model::{Account, Comment, CustomEmoji, FileUpload, Parent, User};
use crate::random::{mix, mix_bytes};
use crate::source::fields::parse_file;

impl Loader {
    pub(super) fn people(&mut self, json: &Json) -> Result<(), String> {
        for (_, user) in entries(json, "users") {
            let id = id(user)?;
            let email = user.get("email").and_then(Json::as_str).map(str::to_string);
            let account = match email {
                Some(email) if user.get("guest").is_some() => Account::Guest { email },
                Some(email) => Account::Person { email },
                None if user.get("group").is_some() => Account::Group,
                None => Account::Bot,
            };
            let avatar = user
                .get("avatar")
                .and_then(Json::as_str)
                .map(|file| parse_file(file, id));
            self.held.users.push(User {
                id,
                name: required(user, "name")?,
                avatar,
                account,
            });
        }
        for (name, emoji) in entries(json, "custom_emojis") {
            let id = id(emoji)?;
            let image = parse_file(&required(emoji, "image")?, id);
            self.held.emojis.push(CustomEmoji {
                id,
                name: name.clone(),
                image,
            });
        }
        for comment in items(json, "comments") {
            let comment = self.comment(comment)?;
            self.held.comments.push(comment);
        }
        for upload in items(json, "file_uploads") {
            let content_length = upload
                .get("content_length")
                .and_then(Json::as_f64)
                .map(|length| length as u64);
            self.held.uploads.push(FileUpload {
                id: id(upload)?,
                created_ms: instant(upload, "created")?,
                status: if content_length.is_some() {
                    "uploaded"
                } else {
                    "pending"
                },
                filename: required(upload, "filename")?,
                content_type: required(upload, "content_type")?,
                content_length,
            });
        }
        Ok(())
    }

    fn comment(&self, json: &Json) -> Result<Comment, String> {
        let id = id(json)?;
        let parent = match json.get("page").and_then(Json::as_str) {
            Some(page) => Parent::Page(self.names.page(page)?),
            None => Parent::Block(
                required(json, "block")?
                    .parse()
                    .map_err(|_| "`block` is not a uuid")?,
            ),
        };
        let thread = mix_bytes(0x7468_7265, required(json, "thread")?.as_bytes());
        let attachment = |(kind, file): &(String, Json)| {
            (
                kind.clone(),
                parse_file(file.as_str().unwrap_or_default(), id),
            )
        };
        Ok(Comment {
            id,
            parent,
            discussion: Uuid::from_hashes(thread, mix(thread, 1)),
            created_ms: instant(json, "created")?,
            author: self.names.user(&required(json, "author")?)?,
            text: self.text(json, "text")?,
            attachments: entries(json, "attachments")
                .iter()
                .map(attachment)
                .collect(),
            is_resolved: json.get("resolved").is_some(),
        })
    }
}
