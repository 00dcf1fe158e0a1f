//! Rich text as the API shows it.
//! A page that the integration cannot see is called Untitled, whatever its title.

use crate::id::Uuid;
use crate::json::{Json, object};
use crate::model::{Content, DateRange, RichText, Span};
use crate::render::Render;
use crate::workspace::Workspace;

/// The longest text of one item; longer text arrives in several.
const ITEM_LIMIT: usize = 2_000;

impl Render<'_> {
    pub(crate) fn rich_text(self, spans: &RichText) -> Json {
        Json::Array(spans.iter().flat_map(|span| self.span(span)).collect())
    }

    /// The items of one span: several only for a long text.
    pub(crate) fn span(self, span: &Span) -> Vec<Json> {
        match &span.content {
            Content::Text(text) if text.chars().count() > ITEM_LIMIT => {
                let chars: Vec<char> = text.chars().collect();
                let parts = chars
                    .chunks(ITEM_LIMIT)
                    .map(|part| Content::Text(part.iter().collect()));
                parts
                    .map(|content| {
                        self.item(&Span {
                            content,
                            ..span.clone()
                        })
                    })
                    .collect()
            }
            _ => vec![self.item(span)],
        }
    }

    fn item(self, span: &Span) -> Json {
        let mut href = span.link.clone();
        let (kind, value) = match &span.content {
            Content::Text(text) => {
                let link = span
                    .link
                    .as_ref()
                    .map(|url| object! { "url" => url.as_str() });
                (
                    "text",
                    object! { "content" => text.as_str(), "link" => link },
                )
            }
            Content::Equation(expression) => {
                ("equation", object! { "expression" => expression.as_str() })
            }
            mention => {
                href = href.or(mention_href(mention));
                ("mention", self.mention(mention))
            }
        };
        let style = &span.style;
        object! {
            "type" => kind,
            kind => value,
            "annotations" => object! {
                "bold" => style.bold,
                "italic" => style.italic,
                "strikethrough" => style.strikethrough,
                "underline" => style.underline,
                "code" => style.code,
                "color" => if style.color.is_empty() { "default" } else { style.color.as_str() },
            },
            "plain_text" => span_text(self.workspace, span),
            "href" => href,
        }
    }

    fn mention(self, mention: &Content) -> Json {
        let (kind, value) = match mention {
            Content::User(id) => ("user", self.user(*id)),
            Content::Page(id) => ("page", object! { "id" => *id }),
            Content::Database(id) => ("database", object! { "id" => *id }),
            Content::Date(date) => ("date", date.render()),
            Content::LinkPreview(url) => ("link_preview", object! { "url" => url.as_str() }),
            Content::LinkMention(link) => ("link_mention", link.clone()),
            Content::Template(kind, value) => (
                "template_mention",
                object! { "type" => *kind, *kind => *value },
            ),
            Content::CustomEmoji(id) => ("custom_emoji", self.custom_emoji(*id)),
            Content::Text(_) | Content::Equation(_) => ("text", Json::Null),
        };
        object! { "type" => kind, kind => value }
    }
}

impl DateRange {
    pub(crate) fn render(&self) -> Json {
        object! {
            "start" => self.start.as_str(),
            "end" => self.end.as_deref(),
            "time_zone" => self.time_zone.as_deref(),
        }
    }
}

fn mention_href(mention: &Content) -> Option<String> {
    match mention {
        Content::Page(id) | Content::Database(id) => {
            Some(format!("https://app.notion.com/p/{}", id.simple()))
        }
        Content::LinkPreview(url) => Some(url.clone()),
        Content::LinkMention(link) => link.get("href").and_then(Json::as_str).map(str::to_string),
        _ => None,
    }
}

/// Rich text without its styles, as titles are compared and shown in URLs.
pub(crate) fn plain_text(workspace: &Workspace, spans: &RichText) -> String {
    spans
        .iter()
        .map(|span| span_text(workspace, span))
        .collect()
}

fn span_text(workspace: &Workspace, span: &Span) -> String {
    match &span.content {
        Content::Text(text) | Content::Equation(text) => text.clone(),
        Content::User(id) => format!(
            "@{}",
            workspace
                .user(*id)
                .map_or("Unknown", |user| user.name.as_str())
        ),
        Content::Page(id) => title_of(workspace, *id, |id| {
            workspace
                .page(id)
                .map(|page| plain_text(workspace, &without_pages(&page.title)))
        }),
        Content::Database(id) => title_of(workspace, *id, |id| {
            workspace
                .database(id)
                .map(|database| plain_text(workspace, &database.title))
        }),
        Content::Date(date) => match &date.end {
            Some(end) => format!("{} → {end}", date.start),
            None => date.start.clone(),
        },
        Content::LinkPreview(url) => url.clone(),
        Content::LinkMention(link) => link
            .get("href")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_string(),
        Content::Template(_, value) => match *value {
            "today" => "@Today".to_string(),
            "now" => "@Now".to_string(),
            _ => "@Me".to_string(),
        },
        Content::CustomEmoji(id) => {
            let emoji = workspace.held.emojis.iter().find(|emoji| emoji.id == *id);
            format!(":{}:", emoji.map_or("emoji", |emoji| emoji.name.as_str()))
        }
    }
}

/// The title of a mentioned object; `Untitled` where the integration cannot see it.
fn title_of(workspace: &Workspace, id: Uuid, title: impl Fn(Uuid) -> Option<String>) -> String {
    let shown = if workspace.is_visible(id) {
        title(id)
    } else {
        None
    };
    shown
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| "Untitled".to_string())
}

/// A title that mentions a page could mention itself: mentions inside mentioned titles are not followed.
fn without_pages(title: &RichText) -> RichText {
    title
        .iter()
        .filter(|span| !matches!(span.content, Content::Page(_)))
        .cloned()
        .collect()
}
