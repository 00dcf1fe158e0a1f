//! What an item of rich text can mention.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::field::{Field, Maybe};
use super::icon::CustomEmoji;
use super::object::{Empty, Object, Types};
use super::parent::Reference;
use super::property::DateRange;
use super::user::User;

/// A mention.
pub type Mention = Object<Empty, MentionType>;

/// What is mentioned.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MentionType {
    /// A person or a bot.
    User(Field<User>),
    /// A page.
    Page(Field<Object<Reference>>),
    /// A database, or a data source.
    Database(Field<Object<Reference>>),
    /// A date or a range of dates.
    Date(Field<Object<DateRange>>),
    /// A link that an integration previews.
    LinkPreview(Field<Object<LinkPreview>>),
    /// A link that Notion unfurls.
    LinkMention(Field<Box<Object<LinkMention>>>),
    /// A placeholder inside of a template.
    TemplateMention(Field<TemplateMention>),
    /// An emoji of the workspace.
    CustomEmoji(Field<Object<CustomEmoji>>),
}

impl Types for MentionType {
    const NAME: &'static str = "Mention";
}

/// A link that an integration previews, inline or as a block.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LinkPreview {
    /// Where the link goes.
    pub url: Field<String>,
}

/// A link that Notion unfurls.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LinkMention {
    /// Where the link goes.
    pub href: Field<String>,
    /// Title of the page behind the link.
    pub title: Maybe<String>,
    /// What the page behind the link says about itself.
    pub description: Maybe<String>,
    /// The site's icon.
    pub icon_url: Maybe<String>,
    /// A picture of the page behind the link.
    pub thumbnail_url: Maybe<String>,
    /// Who wrote the page behind the link.
    pub link_author: Maybe<String>,
    /// Name of the site.
    pub link_provider: Maybe<String>,
    /// What to show in a frame.
    pub iframe_url: Maybe<String>,
    /// Height of the frame in pixels.
    pub height: Maybe<Number>,
    /// Left padding of the frame.
    pub padding: Maybe<Number>,
    /// Top padding of the frame.
    pub padding_top: Maybe<Number>,
}

/// A placeholder that is filled in when the template is used.
pub type TemplateMention = Object<Empty, TemplateMentionType>;

/// What the placeholder becomes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TemplateMentionType {
    /// "today" or "now".
    TemplateMentionDate(Field<String>),
    /// "me".
    TemplateMentionUser(Field<String>),
}

impl Types for TemplateMentionType {
    const NAME: &'static str = "TemplateMention";
}
