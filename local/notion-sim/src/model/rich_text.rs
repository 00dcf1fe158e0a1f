//! Rich text: runs of text, equations and mentions, each with a style.
//! Mentions hold ids only: the name that is shown is looked up when the text is rendered.

use crate::id::Uuid;
use crate::json::Json;

/// A run of spans.
pub(crate) type RichText = Vec<Span>;

/// One item of rich text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) content: Content,
    pub(crate) style: Style,
    pub(crate) link: Option<String>,
}

/// What a span shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Text(String),
    Equation(String),
    User(Uuid),
    Page(Uuid),
    Database(Uuid),
    Date(DateRange),
    LinkPreview(String),
    LinkMention(Json),
    /// A placeholder of a template: `template_mention_date` or `template_mention_user`, and its value.
    Template(&'static str, &'static str),
    CustomEmoji(Uuid),
}

/// A day or an instant, or a range of them, as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DateRange {
    pub(crate) start: String,
    pub(crate) end: Option<String>,
    pub(crate) time_zone: Option<String>,
}

/// The annotations of a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Style {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) strikethrough: bool,
    pub(crate) underline: bool,
    pub(crate) code: bool,
    /// Empty for the default colour.
    pub(crate) color: String,
}

impl Span {
    /// Text without any style.
    pub(crate) fn text(text: impl Into<String>) -> Span {
        Span::of(Content::Text(text.into()))
    }

    /// Content without any style.
    pub(crate) fn of(content: Content) -> Span {
        Span {
            content,
            style: Style::default(),
            link: None,
        }
    }
}

/// Plain text as rich text; the empty text has no span at all.
pub(crate) fn plain(text: &str) -> RichText {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![Span::text(text)]
    }
}
