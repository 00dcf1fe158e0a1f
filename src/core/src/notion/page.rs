//! Pages, and their body as Notion's own Markdown.

use serde::{Deserialize, Serialize};

use super::field::{Field, Maybe, Nullable};
use super::file::FileObject;
use super::icon::Icon;
use super::object::{Content, Object};
use super::parent::Parent;
use super::property::{Properties, PropertyType, PropertyValue};
use super::rich_text::{RichText, plain_text};
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::{Vocabulary, Word};

/// A page, without its blocks.
pub type Page = Object<PageFields>;

/// The fields of a page.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Page", description = "A page, without its blocks.")
)]
#[serde(default)]
pub struct PageFields {
    /// Always "page".
    pub object: Field<Word<PageObject>>,
    /// The page's id.
    pub id: Field<RawId>,
    /// When it was made, floored to the minute.
    pub created_time: Field<Time>,
    /// When it was last edited, floored to the minute.
    pub last_edited_time: Field<Time>,
    /// Who made it.
    pub created_by: Field<User>,
    /// Who edited it last.
    pub last_edited_by: Field<User>,
    /// The picture above the title.
    pub cover: Nullable<FileObject>,
    /// What stands before the title.
    pub icon: Nullable<Icon>,
    /// Where the page hangs.
    pub parent: Field<Parent>,
    /// The page is in the trash.
    pub in_trash: Field<bool>,
    /// The page was put away, which is not the trash.
    pub is_archived: Field<bool>,
    /// Nobody may edit the page.
    pub is_locked: Field<bool>,
    /// The values of the page's properties; only a title where it is not in a data source.
    pub properties: Field<Properties>,
    /// The page inside of Notion; do not take the id from it.
    pub url: Field<String>,
    /// The page on the web, where it is published.
    pub public_url: Nullable<String>,
}

/// The word of a page's `object`.
pub enum PageObject {}

impl Vocabulary for PageObject {
    const WORDS: &'static [&'static str] = &["page"];
}

impl Page {
    /// The items of the page's title.
    fn title_items(&self) -> &[RichText] {
        let properties = self.properties.get().into_iter().flat_map(|it| it.values());
        let is_title = |value: &&PropertyValue| {
            matches!(&value.content, Content::Known(PropertyType::Title(_)))
        };
        let title = properties.into_iter().find(is_title);
        title.map_or(&[], PropertyValue::rich_text)
    }

    /// The page's title, in plain text; empty where it has none.
    pub fn title(&self) -> String {
        plain_text(self.title_items())
    }

    /// The page is in the trash; older versions of the API say that it is archived.
    pub fn is_in_trash(&self) -> bool {
        self.in_trash.is_true() || self.is_archived_by_old_api()
    }
}

/// A page's body as Notion's own Markdown.
pub type PageMarkdown = Object<PageMarkdownFields>;

/// The fields of a page's Markdown.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        rename = "PageMarkdown",
        description = "A page's body as Notion's own Markdown."
    )
)]
#[serde(default)]
pub struct PageMarkdownFields {
    /// Always "page_markdown".
    pub object: Field<Word<PageMarkdownObject>>,
    /// The page's id.
    pub id: Field<RawId>,
    /// The Markdown.
    pub markdown: Field<String>,
    /// There is more.
    pub truncated: Field<bool>,
    /// Blocks that have no Markdown, or that were left out.
    pub unknown_block_ids: Maybe<Vec<RawId>>,
}

/// The word of a Markdown's `object`.
pub enum PageMarkdownObject {}

impl Vocabulary for PageMarkdownObject {
    const WORDS: &'static [&'static str] = &["page_markdown"];
}
