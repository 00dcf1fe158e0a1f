//! Rich text: a list of items, each a run of text, a mention or an equation.
//!
//! Long text comes split into items of at most 2000 characters; joining them is the reader's business.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::field::{Field, Nullable};
use super::mention::{Mention, MentionType};
use super::object::{Content, Object, Types};
use super::word::Color;

/// One item of rich text.
pub type RichText = Object<RichTextFields, RichTextType>;

/// What every item of rich text has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RichTextFields {
    /// How the item looks.
    pub annotations: Field<Object<Annotations>>,
    /// The item without any formatting; "Untitled" for a mentioned page that cannot be read.
    pub plain_text: Field<String>,
    /// Where the item links to.
    pub href: Nullable<String>,
}

/// What an item of rich text is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RichTextType {
    /// A run of text.
    Text(Field<Object<Text>>),
    /// A mention of something in or outside of Notion.
    Mention(Field<Box<Mention>>),
    /// An inline equation.
    Equation(Field<Object<Equation>>),
}

impl Types for RichTextType {
    const NAME: &'static str = "RichText";
}

/// How an item of rich text looks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Annotations {
    /// Bold text.
    pub bold: Field<bool>,
    /// Italic text.
    pub italic: Field<bool>,
    /// Struck through.
    pub strikethrough: Field<bool>,
    /// Underlined.
    pub underline: Field<bool>,
    /// Inline code.
    pub code: Field<bool>,
    /// Colour of the text or of its background.
    pub color: Field<Color>,
}

/// A run of text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Text {
    /// The text itself.
    pub content: Field<String>,
    /// A link on the text.
    pub link: Nullable<Object<Link>>,
}

/// A link on a run of text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Link {
    /// Absolute, or a path such as `/<page id>` inside of Notion.
    pub url: Field<String>,
}

/// An equation, inline or as a block.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Equation {
    /// KaTeX source.
    pub expression: Field<String>,
}

/// The items joined, without any formatting.
pub fn plain_text(items: &[RichText]) -> String {
    items.iter().filter_map(|item| item.plain_text()).collect()
}

impl RichText {
    /// The item mentions something.
    pub const fn is_mention(&self) -> bool {
        matches!(&self.content, Content::Known(RichTextType::Mention(_)))
    }

    /// The item without any formatting; a date in words, a link that Notion unfurls by its title.
    /// Items that were written through the API and never read have only their content, and often no type.
    pub fn plain_text(&self) -> Option<Cow<'_, str>> {
        if let Some(words) = self.mentioned() {
            return Some(words);
        }
        let content = || match &self.content {
            Content::Known(RichTextType::Text(text)) => text.get()?.fields.content.as_str(),
            Content::Known(RichTextType::Equation(it)) => it.get()?.expression.as_str(),
            Content::Known(RichTextType::Mention(_)) | Content::Unknown(_) => None,
            Content::Untyped => self.extra.get("text")?.get("content")?.as_str(),
        };
        self.fields
            .plain_text
            .as_str()
            .or_else(content)
            .map(Cow::from)
    }

    /// What a mention says better than Notion's text of it: of a date without an end that once was `2022-04-24 → `,
    /// of a link it is the address.
    fn mentioned(&self) -> Option<Cow<'_, str>> {
        let Content::Known(RichTextType::Mention(mention)) = &self.content else {
            return None;
        };
        match mention.get()?.content.known()? {
            MentionType::Date(date) => Some(date.get()?.span()?.text().into()),
            MentionType::LinkMention(link) => {
                let title = link.get()?.title.as_str();
                title
                    .filter(|title| !title.trim().is_empty())
                    .map(Cow::from)
            }
            _ => None,
        }
    }
}
