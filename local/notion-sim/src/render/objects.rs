//! Pages, databases, data sources and comments as the API shows them.
//! Keys and their order are those of recordings of the real API; blocks have a file of their own.

use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Account, Comment, Config, DataSource, Database, Page, Property, User};
use crate::render::{Render, plain_text};
use crate::time;

impl Render<'_> {
    /// A page with the properties that `wants`; `None` is all of them.
    pub(crate) fn page(self, page: &Page, wanted: Option<&[String]>) -> Json {
        let stamps = page.stamps;
        let in_trash = self.shows_in_trash(page.id);
        let object = object! {
            "object" => "page",
            "id" => page.id,
            "created_time" => time::floored(stamps.created_ms),
            "last_edited_time" => time::floored(stamps.edited_ms),
            "created_by" => self.user_reference(stamps.created_by),
            "last_edited_by" => self.user_reference(stamps.edited_by),
            "cover" => page.cover.as_ref().map(|cover| self.file(cover)),
            "icon" => page.icon.as_ref().map(|icon| self.icon(icon)),
            "parent" => page.parent.render(),
            "in_trash" => in_trash,
            "is_archived" => false,
            "is_locked" => page.is_locked,
            "properties" => self.properties(page, wanted),
            "url" => url(&plain_text(self.workspace, &page.title), page.id),
            "public_url" => page.public_url.as_deref(),
        };
        self.with_archived(object, in_trash)
    }

    pub(crate) fn database(self, database: &Database) -> Json {
        let sources = database
            .data_sources
            .iter()
            .filter_map(|id| self.workspace.data_source(*id));
        let name = |source: &DataSource| plain_text(self.workspace, &source.title);
        let in_trash = self.shows_in_trash(database.id);
        let object = object! {
            "object" => "database",
            "id" => database.id,
            "title" => self.rich_text(&database.title),
            "description" => self.rich_text(&database.description),
            "parent" => database.parent.render(),
            "is_inline" => database.is_inline,
            "in_trash" => in_trash,
            "is_locked" => false,
            "created_time" => time::offset(database.created_ms),
            "last_edited_time" => time::offset(database.edited_ms),
            "data_sources" => Json::Array(sources.map(|source| object! { "id" => source.id, "name" => name(&source) }).collect()),
            "icon" => database.icon.as_ref().map(|icon| self.icon(icon)),
            "cover" => database.cover.as_ref().map(|cover| self.file(cover)),
            "url" => url("", database.id),
            "public_url" => Json::Null,
        };
        self.with_archived(object, in_trash)
    }

    pub(crate) fn data_source(self, source: &DataSource) -> Json {
        let database = self.workspace.database(source.database);
        let stamps = source.stamps;
        let in_trash = self.shows_in_trash(source.database);
        let properties = source
            .properties
            .iter()
            .map(|property| (property.name.clone(), self.schema(source, property)));
        let object = object! {
            "object" => "data_source",
            "id" => source.id,
            "cover" => source.cover.as_ref().map(|cover| self.file(cover)),
            "icon" => source.icon.as_ref().map(|icon| self.icon(icon)),
            "created_time" => time::floored(stamps.created_ms),
            "created_by" => self.user_reference(stamps.created_by),
            "last_edited_by" => self.user_reference(stamps.edited_by),
            "last_edited_time" => time::floored(stamps.edited_ms),
            "title" => self.rich_text(&source.title),
            "description" => self.rich_text(&source.description),
            "is_inline" => database.as_ref().is_some_and(|database| database.is_inline),
            "properties" => Json::Object(properties.collect()),
            "parent" => object! { "type" => "database_id", "database_id" => source.database },
            "database_parent" => database.as_ref().map(|database| database.parent.render()),
            "url" => url("", source.database),
            "public_url" => Json::Null,
            "in_trash" => in_trash,
        };
        self.with_archived(object, in_trash)
    }

    fn schema(self, source: &DataSource, property: &Property) -> Json {
        let config = match &property.config {
            Config::None => Json::Object(Vec::new()),
            Config::Number { format } => object! { "format" => format.as_str() },
            Config::Options(options) => {
                object! { "options" => Json::Array(options.iter().map(|option| option.render_schema()).collect()) }
            }
            Config::Status { options, groups } => object! {
                "options" => Json::Array(options.iter().map(|option| option.render_schema()).collect()),
                "groups" => Json::Array(groups.iter().map(|group| object! {
                    "id" => group.id,
                    "name" => group.name.as_str(),
                    "color" => group.color.as_str(),
                    "option_ids" => Json::Array(group.options.iter().map(|id| Json::from(*id)).collect()),
                }).collect()),
            },
            Config::Formula(formula) => object! { "expression" => formula.expression.as_str() },
            Config::Relation(relation) => {
                let far = self.workspace.data_source(relation.data_source);
                let synced = relation
                    .synced
                    .as_ref()
                    .and_then(|name| far.as_ref()?.property(name).cloned());
                let (mode, details) = match synced {
                    Some(synced) => (
                        "dual_property",
                        object! { "synced_property_name" => synced.name.as_str(), "synced_property_id" => synced.encoded_id() },
                    ),
                    None => ("single_property", Json::Object(Vec::new())),
                };
                object! {
                    "database_id" => relation.database,
                    "data_source_id" => relation.data_source,
                    "type" => mode,
                    mode => details,
                }
            }
            Config::Rollup(rollup) => {
                let (relation, target) = self.rollup_ends(source, rollup);
                object! {
                    "rollup_property_name" => rollup.property.as_str(),
                    "relation_property_name" => rollup.relation.as_str(),
                    "rollup_property_id" => target,
                    "relation_property_id" => relation,
                    "function" => rollup.function.as_str(),
                }
            }
            Config::UniqueId { prefix } => object! { "prefix" => prefix.as_deref() },
        };
        let kind = self.shown_kind(&property.kind);
        object! {
            "id" => property.encoded_id(),
            "name" => property.name.as_str(),
            "description" => property.description.as_deref(),
            "type" => kind,
            kind => config,
        }
    }

    /// A comment; only open threads are ever asked for.
    pub(crate) fn comment(self, comment: &Comment) -> Json {
        let author = self.workspace.user(comment.author);
        let name_kind = match author.map(|author| &author.account) {
            Some(Account::Bot) => "integration",
            _ => "user",
        };
        let mut object = object! {
            "object" => "comment",
            "id" => comment.id,
            "parent" => comment.parent.render(),
            "discussion_id" => comment.discussion,
            "created_time" => time::floored(comment.created_ms),
            "last_edited_time" => time::floored(comment.created_ms),
            "created_by" => self.user_reference(comment.author),
            "rich_text" => self.rich_text(&comment.text),
        };
        if !comment.attachments.is_empty() {
            let attachment = |(category, file): &(String, _)| object! { "category" => category.as_str(), "file" => self.file_entry(file).1 };
            object.push(
                "attachments",
                Json::Array(comment.attachments.iter().map(attachment).collect()),
            );
        }
        object.push("display_name", object! { "type" => name_kind, "resolved_name" => author.map(|author| author.name.as_str()) });
        object
    }

    /// The integration's own user, which shows more of itself than others.
    pub(crate) fn bot(self, user: &User) -> Json {
        let Json::Object(mut entries) = self.user(user.id) else {
            return Json::Null;
        };
        let details = object! {
            "owner" => object! { "type" => "workspace", "workspace" => true },
            "workspace_name" => WORKSPACE_NAME,
            "workspace_id" => WORKSPACE_ID,
            "workspace_limits" => object! { "max_file_upload_size_in_bytes" => 5_242_880u64 },
        };
        for (key, value) in &mut entries {
            if key == "bot" {
                *value = details.clone();
            }
        }
        Json::Object(entries)
    }

    /// The one view that every database has.
    pub(crate) fn view(self, id: Uuid, database: &Database) -> Json {
        let source = database
            .linked
            .map(|linked| linked.source)
            .or(database.data_sources.first().copied());
        let editor = self
            .workspace
            .held
            .users
            .first()
            .map(|user| self.user_reference(user.id));
        object! {
            "object" => "view",
            "id" => id,
            "parent" => object! { "type" => "database_id", "database_id" => database.id },
            "data_source_id" => source,
            "name" => "All",
            "type" => "table",
            "created_time" => time::offset(database.created_ms),
            "created_by" => editor.clone(),
            "last_edited_time" => time::offset(database.edited_ms),
            "last_edited_by" => editor,
            "url" => format!("{}?v={}", url("", database.id), id.simple()),
            "filter" => Json::Null,
            "sorts" => Json::Null,
            "quick_filters" => Json::Null,
            "configuration" => object! { "type" => "table" },
        }
    }
}

pub(crate) const WORKSPACE_NAME: &str = "Little Auk Instruments";
pub(crate) const WORKSPACE_ID: &str = "5f0d8a3c-71be-4c29-9e64-2d8b7a10c6f3";

/// The address of an object in Notion's own app.
fn url(title: &str, id: Uuid) -> String {
    let words: Vec<&str> = title
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let slug = words
        .iter()
        .map(|word| format!("{word}-"))
        .collect::<String>();
    format!("https://app.notion.com/p/{slug}{}", id.simple())
}
