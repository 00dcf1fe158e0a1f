//! Property values as pages show them, cut where Notion cuts them.
//! What is computed rather than stored is in `computed`.

use std::borrow::Cow;

use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{
    Choice, Config, Content, DataSource, Page, Parent, Property, RichText, Span, Value,
};
use crate::render::Render;
use crate::time;

/// How many references a value in a page object shows.
pub(crate) const REFERENCE_LIMIT: usize = 25;

/// How much of a value is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Extent {
    /// As in a page object or a query's row.
    Cut,
    /// As from the property endpoint.
    Full,
}

impl Render<'_> {
    /// The data source that a row is in.
    pub(crate) fn source_of(&self, page: &Page) -> Option<Cow<'_, DataSource>> {
        match page.parent {
            Parent::DataSource { id, .. } => self.workspace.data_source(id),
            _ => None,
        }
    }

    pub(crate) fn properties(self, page: &Page, wanted: Option<&[String]>) -> Json {
        let Some(source) = self.source_of(page) else {
            let title = object! { "id" => "title", "type" => "title", "title" => self.rich_text(&cut_mentions(&page.title)) };
            return object! { "title" => title };
        };
        let is_wanted = |property: &&Property| {
            wanted.is_none_or(|wanted| {
                wanted
                    .iter()
                    .any(|id| *id == property.id || *id == property.encoded_id())
            })
        };
        let mut properties = Vec::new();
        for property in source.properties.iter().filter(is_wanted) {
            let (value, has_more) = self.value(page, &source, property, Extent::Cut);
            let kind = self.shown_kind(&property.kind);
            let mut entry =
                object! { "id" => property.encoded_id(), "type" => kind, kind => value };
            if let Some(has_more) = has_more {
                entry.push("has_more", has_more);
            }
            properties.push((property.name.clone(), entry));
        }
        Json::Object(properties)
    }

    /// The value of a property, and for relations whether there are more than are shown.
    pub(crate) fn value(
        self,
        page: &Page,
        source: &DataSource,
        property: &Property,
        extent: Extent,
    ) -> (Json, Option<bool>) {
        let stamps = page.stamps;
        let value = match property.kind.as_str() {
            "title" => self.text_value(&page.title, extent),
            "relation" => {
                let all = self.related(page, property);
                let shown = if extent == Extent::Cut {
                    REFERENCE_LIMIT
                } else {
                    all.len()
                };
                let items = all
                    .iter()
                    .take(shown)
                    .map(|id| object! { "id" => *id })
                    .collect();
                return (Json::Array(items), Some(all.len() > shown));
            }
            "created_time" => Json::from(time::floored(stamps.created_ms)),
            "last_edited_time" => Json::from(time::floored(stamps.edited_ms)),
            "created_by" => self.user(stamps.created_by),
            "last_edited_by" => self.user(stamps.edited_by),
            "formula" => self.formula(page, property),
            "rollup" => self.rollup(page, source, property, extent),
            "unique_id" => match &property.config {
                Config::UniqueId { prefix } => {
                    object! { "prefix" => prefix.as_deref(), "number" => page.number }
                }
                _ => Json::Null,
            },
            "button" => Json::Object(Vec::new()),
            _ => match page.values.get(&property.name) {
                Some(value) => self.stored(property, value, extent),
                None => empty(property),
            },
        };
        (value, None)
    }

    fn stored(self, property: &Property, value: &Value, extent: Extent) -> Json {
        let choice = |name: &String| property.choice(name).map(Choice::render_value);
        match value {
            Value::Text(text) => self.text_value(text, extent),
            Value::Number(number) => Json::from(*number),
            Value::Checkbox(checked) => Json::from(*checked),
            Value::String(text) if matches!(property.kind.as_str(), "select" | "status") => {
                Json::from(choice(text))
            }
            Value::String(text) => Json::from(text.as_str()),
            Value::Options(names) => Json::Array(names.iter().filter_map(choice).collect()),
            Value::Date(date) => date.render(),
            Value::People(people) => {
                let shown = if extent == Extent::Cut {
                    REFERENCE_LIMIT
                } else {
                    people.len()
                };
                Json::Array(people.iter().take(shown).map(|id| self.user(*id)).collect())
            }
            Value::Files(files) => Json::Array(
                files
                    .iter()
                    .map(|(name, file)| {
                        let (kind, value) = self.file_entry(file);
                        object! { "name" => name.as_str(), "type" => kind, kind => value }
                    })
                    .collect(),
            ),
            Value::Relation(_) => Json::Null,
            Value::Json(json) => json.clone(),
        }
    }

    fn text_value(self, text: &RichText, extent: Extent) -> Json {
        match extent {
            Extent::Cut => self.rich_text(&cut_mentions(text)),
            Extent::Full => self.rich_text(text),
        }
    }

    /// The rows that a relation shows: what is gone or not shared is not among them.
    pub(crate) fn related(self, page: &Page, property: &Property) -> Vec<Uuid> {
        let Config::Relation(relation) = &property.config else {
            return Vec::new();
        };
        let all = match (&relation.synced, page.values.get(&property.name)) {
            (Some(near), _) if relation.is_far_side => {
                self.pointing_here(page.id, relation.data_source, near)
            }
            (_, Some(Value::Relation(ids))) => ids.clone(),
            _ => Vec::new(),
        };
        all.into_iter()
            .filter(|id| self.workspace.is_visible(*id) && !self.workspace.in_trash(*id))
            .collect()
    }

    /// The rows of another data source whose relation holds this page.
    fn pointing_here(self, page: Uuid, source: Uuid, name: &str) -> Vec<Uuid> {
        let rows = self.workspace.rows(source).map(|(_, id)| id);
        rows.filter(|row| {
            let row = self.workspace.page(*row);
            row.is_some_and(|row| matches!(row.values.get(name), Some(Value::Relation(ids)) if ids.contains(&page)))
        })
        .collect()
    }
}

/// Text with the first 25 mentions of pages and people; later ones are left out.
fn cut_mentions(text: &RichText) -> RichText {
    let mut mentions = 0;
    let is_shown = |span: &&Span| {
        let is_mention = matches!(
            span.content,
            Content::Page(_) | Content::Database(_) | Content::User(_)
        );
        mentions += usize::from(is_mention);
        !is_mention || mentions <= REFERENCE_LIMIT
    };
    text.iter().filter(is_shown).cloned().collect()
}

/// The value of a property that nobody has set.
pub(crate) fn empty(property: &Property) -> Json {
    match property.kind.as_str() {
        "title" | "rich_text" | "multi_select" | "people" | "files" | "relation" => {
            Json::Array(Vec::new())
        }
        "checkbox" => Json::Bool(false),
        "button" => Json::Object(Vec::new()),
        "verification" => {
            object! { "state" => "unverified", "verified_by" => Json::Null, "date" => Json::Null }
        }
        _ => Json::Null,
    }
}

impl Choice {
    fn render_value(&self) -> Json {
        object! { "id" => self.id, "name" => self.name.as_str(), "color" => self.color.as_str() }
    }

    pub(crate) fn render_schema(&self) -> Json {
        object! {
            "id" => self.id,
            "name" => self.name.as_str(),
            "color" => self.color.as_str(),
            "description" => self.description.as_deref(),
        }
    }
}
