//! Blocks as the API shows them; child pages and databases are blocks too.
//! Whether a block is shown at all is decided by the listing.

use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Block, Field, Parent, Stamps};
use crate::render::{Render, plain_text};
use crate::time;
use crate::workspace::Kind;

impl Render<'_> {
    /// The block with this id, which may be a page or a database; `None` for anything else.
    pub(crate) fn block(self, id: Uuid) -> Option<Json> {
        match self.workspace.kind(id)? {
            Kind::Page => {
                let page = self.workspace.page(id)?;
                let title = object! { "title" => plain_text(self.workspace, &page.title) };
                Some(self.envelope(
                    id,
                    page.parent,
                    page.stamps,
                    self.workspace.has_children(id),
                    "child_page",
                    title,
                ))
            }
            Kind::Database => {
                let database = self.workspace.database(id)?;
                let title = plain_text(self.workspace, &database.title);
                let editor = self.workspace.held.users.first().map_or(id, |user| user.id);
                let (created_ms, edited_ms) = (database.created_ms, database.edited_ms);
                let stamps = Stamps {
                    created_ms,
                    edited_ms,
                    created_by: editor,
                    edited_by: editor,
                };
                Some(self.envelope(
                    id,
                    database.parent,
                    stamps,
                    false,
                    "child_database",
                    object! { "title" => title },
                ))
            }
            Kind::Block => Some(self.plain_block(&*self.workspace.block(id)?)),
            Kind::DataSource => None,
        }
    }

    fn plain_block(self, block: &Block) -> Json {
        let kind = self.shown_kind(&block.kind);
        let mut payload = Json::Object(Vec::new());
        for (name, field) in &block.fields {
            match field {
                Field::Json(value) => payload.push(name, value.clone()),
                Field::Text(text) => payload.push(name, self.rich_text(text)),
                Field::Cells(cells) => payload.push(
                    name,
                    Json::Array(cells.iter().map(|cell| self.rich_text(cell)).collect()),
                ),
                Field::Icon(icon) => payload.push(name, icon.as_ref().map(|icon| self.icon(icon))),
                Field::File(file) => {
                    let (source, value) = self.file_entry(file);
                    payload.push("type", source);
                    payload.push(source, value);
                }
            }
        }
        let has_children = self
            .workspace
            .has_children(block.synced_from().unwrap_or(block.id));
        self.envelope(
            block.id,
            block.parent,
            block.stamps,
            has_children,
            kind,
            payload,
        )
    }

    fn envelope(
        self,
        id: Uuid,
        parent: Parent,
        stamps: Stamps,
        has_children: bool,
        kind: &str,
        payload: Json,
    ) -> Json {
        let in_trash = self.shows_in_trash(id);
        let object = object! {
            "object" => "block",
            "id" => id,
            "parent" => parent.render(),
            "created_time" => time::floored(stamps.created_ms),
            "last_edited_time" => time::floored(stamps.edited_ms),
            "created_by" => self.user_reference(stamps.created_by),
            "last_edited_by" => self.user_reference(stamps.edited_by),
            "has_children" => has_children,
            "in_trash" => in_trash,
            "type" => kind,
            kind => payload,
        };
        self.with_archived(object, in_trash)
    }
}
