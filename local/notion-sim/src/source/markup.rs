//! The inline markup of the demo's content files.
//!
//! `**bold**` `*italic*` `~~struck~~` `__underlined__` `` `code` `` `[label](url)` `{red:coloured}` `$$x^2$$`, and mentions:
//! `@{user:mara}` `@{page:home}` `@{database:blog}` `@{date:2026-03-01/2026-03-04}` `@{emoji:auk}` `@{preview:URL}` `@{link:JSON}` `@{template:today|now|me}`.
//! A backslash keeps the next character as it is.

use crate::json::Json;
use crate::model::{Content, DateRange, RichText, Span, Style};
use crate::source::names::Names;

/// Every colour there is, without the default; each has a `_background` too.
pub(crate) const COLORS: [&str; 9] = [
    "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

/// Reads one line of markup.
pub(crate) fn parse(text: &str, names: &Names) -> Result<RichText, String> {
    let mut parser = Parser {
        rest: text,
        names,
        spans: Vec::new(),
        pending: String::new(),
    };
    parser.run("", &Style::default(), None)?;
    Ok(parser.spans)
}

struct Parser<'a> {
    rest: &'a str,
    names: &'a Names,
    spans: RichText,
    pending: String,
}

impl Parser<'_> {
    /// Reads until `end`, or to the end of the text if `end` is empty.
    fn run(&mut self, end: &str, style: &Style, link: Option<&str>) -> Result<(), String> {
        while !self.rest.is_empty() {
            if !end.is_empty() && self.take(end) {
                self.flush(style, link);
                return Ok(());
            }
            if self.styled(style, link)? || self.special(style, link)? {
                continue;
            }
            self.take("\\");
            let mut chars = self.rest.chars();
            self.pending.extend(chars.next());
            self.rest = chars.as_str();
        }
        self.flush(style, link);
        if end.is_empty() {
            Ok(())
        } else {
            Err(format!("`{end}` is missing"))
        }
    }

    fn styled(&mut self, style: &Style, link: Option<&str>) -> Result<bool, String> {
        let (end, inner) = if self.take("**") {
            (
                "**",
                Style {
                    bold: true,
                    ..style.clone()
                },
            )
        } else if self.take("*") {
            (
                "*",
                Style {
                    italic: true,
                    ..style.clone()
                },
            )
        } else if self.take("~~") {
            (
                "~~",
                Style {
                    strikethrough: true,
                    ..style.clone()
                },
            )
        } else if self.take("__") {
            (
                "__",
                Style {
                    underline: true,
                    ..style.clone()
                },
            )
        } else if let Some(color) = self.take_color() {
            (
                "}",
                Style {
                    color,
                    ..style.clone()
                },
            )
        } else {
            return Ok(false);
        };
        self.flush(style, link);
        self.run(end, &inner, link)?;
        Ok(true)
    }

    /// Code, links, equations and mentions.
    fn special(&mut self, style: &Style, link: Option<&str>) -> Result<bool, String> {
        if self.take("`") {
            self.flush(style, link);
            self.pending = self.until("`")?.to_string();
            self.flush(
                &Style {
                    code: true,
                    ..style.clone()
                },
                link,
            );
        } else if self.take("$$") {
            let expression = self.until("$$")?.to_string();
            self.add(Content::Equation(expression), style, link);
        } else if self.take("@{") {
            let mention = self.until_brace()?;
            let content = self.mention(&mention)?;
            self.add(content, style, link);
        } else if self.rest.starts_with('[') && self.rest.contains("](") {
            self.flush(style, link);
            let (_, after) = self.rest.split_once("](").unwrap_or_default();
            let (url, _) = after.split_once(')').ok_or("`)` is missing")?;
            let url = url.to_string();
            self.take("[");
            self.run("](", style, Some(&url))?;
            self.until(")")?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn mention(&self, text: &str) -> Result<Content, String> {
        let (kind, value) = text
            .split_once(':')
            .ok_or_else(|| format!("`{text}` is no mention"))?;
        Ok(match kind {
            "user" => Content::User(self.names.user(value)?),
            "page" => Content::Page(self.names.page(value)?),
            "database" => Content::Database(self.names.database(value)?),
            "emoji" => Content::CustomEmoji(self.names.emoji(value)?),
            "date" => Content::Date(date_range(value)),
            "preview" => Content::LinkPreview(value.to_string()),
            "link" => Content::LinkMention(Json::parse(value).map_err(|error| error.to_string())?),
            "template" => match value {
                "today" => Content::Template("template_mention_date", "today"),
                "now" => Content::Template("template_mention_date", "now"),
                _ => Content::Template("template_mention_user", "me"),
            },
            _ => return Err(format!("`{kind}` is no kind of mention")),
        })
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take_color(&mut self) -> Option<String> {
        let (name, after) = self.rest.strip_prefix('{')?.split_once(':')?;
        let base = name.strip_suffix("_background").unwrap_or(name);
        if !COLORS.contains(&base) && name != "default_background" {
            return None;
        }
        self.rest = after;
        Some(name.to_string())
    }

    fn until(&mut self, end: &str) -> Result<&str, String> {
        let (found, after) = self
            .rest
            .split_once(end)
            .ok_or_else(|| format!("`{end}` is missing"))?;
        self.rest = after;
        Ok(found)
    }

    /// The text up to the brace that closes a mention, which may hold JSON.
    fn until_brace(&mut self) -> Result<String, String> {
        let mut depth = 0;
        for (at, char) in self.rest.char_indices() {
            match char {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    let found = self.rest.get(..at).unwrap_or_default().to_string();
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(found);
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
        Err("`}` is missing".to_string())
    }

    fn add(&mut self, content: Content, style: &Style, link: Option<&str>) {
        self.flush(style, link);
        self.spans.push(Span {
            content,
            style: style.clone(),
            link: link.map(str::to_string),
        });
    }

    fn flush(&mut self, style: &Style, link: Option<&str>) {
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.spans.push(Span {
                content: Content::Text(text),
                style: style.clone(),
                link: link.map(str::to_string),
            });
        }
    }
}

/// `2026-03-01`, or a range with a slash.
pub(crate) fn date_range(text: &str) -> DateRange {
    let (start, end) = text
        .split_once('/')
        .map_or((text, None), |(start, end)| (start, Some(end.to_string())));
    DateRange {
        start: start.to_string(),
        end,
        time_zone: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn spans(text: &str) -> RichText {
        parse(text, &Names::default()).unwrap()
    }

    #[test]
    fn styles_nest_and_links_carry_them() {
        let found = spans("plain **bold *both*** [a `link`](https://x.example)");
        let both = found
            .iter()
            .find(|span| span.content == Content::Text("both".into()))
            .unwrap();
        assert!(both.style.bold && both.style.italic);
        let code = found.last().unwrap();
        assert!(code.style.code);
        assert_eq!(code.link.as_deref(), Some("https://x.example"));
    }

    #[test]
    fn a_backslash_keeps_the_next_character() {
        assert_eq!(
            spans(r"2 \* 3 {not a colour}"),
            vec![Span::text("2 * 3 {not a colour}")]
        );
    }

    #[test]
    fn an_open_style_is_an_error() {
        assert_eq!(
            parse("**bold", &Names::default()),
            Err("`**` is missing".to_string())
        );
        assert!(parse("@{page:nowhere}", &Names::default()).is_err());
    }
}
