//! Rich text: runs with their looks, links, mentions and equations.
//!
//! Of what a site says about a link that is mentioned only the title is shown:
//! its icon and picture would have the reader's browser ask that site.

use std::borrow::Cow;

use crate::notion::{
    Annotations, BETWEEN, CustomEmoji, DateRange, Field, Mention, MentionType, Object, RichText,
    RichTextType, Span, is_time,
};
use crate::render::text::address;
use crate::render::url::Url;

use super::writer::Attribute;
use super::{Renderer, color_class};

/// How the ends of lines are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// As breaks.
    Broken,
    /// As they are, in code.
    Kept,
}

impl Renderer<'_> {
    /// Text within a block.
    pub(super) fn rich_text(&mut self, items: &[RichText]) {
        self.items_of_text(items, Lines::Broken);
    }

    /// Text within `pre`.
    pub(super) fn code_text(&mut self, items: &[RichText]) {
        self.items_of_text(items, Lines::Kept);
    }

    /// Runs beside each other with the same link share it: a reader hears it once.
    /// A link that may not be followed, or leads nowhere on the site, stays as a mark.
    fn items_of_text(&mut self, items: &[RichText], lines: Lines) {
        let mut open: Option<Option<Url>> = None;
        for item in items {
            if self.html.is_full() {
                break;
            }
            let link = address(item).map(|url| self.page.link(url));
            if open != link {
                if open.is_some() {
                    self.html.end();
                }
                match &link {
                    Some(Some(url)) => drop(self.html.start("a").href(url)),
                    Some(None) => drop(self.html.start("span").class("ne-dead-link", None)),
                    None => {}
                }
                open = link;
            }
            self.item_of_text(item, lines);
        }
        if open.is_some() {
            self.html.end();
        }
    }

    fn item_of_text(&mut self, item: &RichText, lines: Lines) {
        let elements = item.annotations.get().map_or(0, |it| self.looks(it));
        match item.content.known() {
            Some(RichTextType::Mention(mention)) => {
                let text = item.plain_text().unwrap_or_default();
                self.mention(mention.get().map(AsRef::as_ref), &text);
            }
            Some(RichTextType::Equation(equation)) => {
                let own = equation.get().and_then(|it| it.expression.as_str());
                let tex = own.map(Cow::from).or_else(|| item.plain_text());
                let span = self.html.start("span").class("ne-equation", None);
                drop(span.fixed("data-display", "inline"));
                self.html.text(&tex.unwrap_or_default());
                self.html.end();
            }
            Some(RichTextType::Text(_)) | None => match item.plain_text() {
                Some(text) => self.lines(&text, lines),
                None => {
                    self.html.start("span").class("ne-unsupported", None);
                    self.html.end();
                }
            },
        }
        for _ in 0..elements {
            self.html.end();
        }
    }

    /// Begins an element for each look, and tells how many.
    fn looks(&mut self, looks: &Annotations) -> usize {
        let mut begun = 0;
        if let Some(class) = color_class(&looks.color) {
            let span = self.html.start("span");
            drop(span.attribute(Attribute::Class, &class));
            begun += 1;
        }
        for (has_it, element) in [
            (&looks.bold, "strong"),
            (&looks.italic, "em"),
            (&looks.strikethrough, "s"),
            (&looks.underline, "u"),
            (&looks.code, "code"),
        ] {
            if has_it.is_true() {
                self.html.start(element);
                begun += 1;
            }
        }
        begun
    }

    fn lines(&mut self, text: &str, lines: Lines) {
        if lines == Lines::Kept {
            return self.html.text(text);
        }
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.html.empty("br");
            }
            self.html.text(line);
        }
    }

    fn mention(&mut self, mention: Option<&Mention>, text: &str) {
        match mention.and_then(|mention| mention.content.known()) {
            Some(MentionType::Page(page)) | Some(MentionType::Database(page)) => {
                let id = page.get().and_then(|page| page.id.get());
                self.page_link(id, text, "ne-mention ne-page");
            }
            Some(MentionType::Date(date)) => self.date(date.get(), text),
            Some(MentionType::LinkPreview(link)) => {
                let url = link.get().and_then(|link| link.url.as_str());
                self.mentioned_link(url, text);
            }
            Some(MentionType::LinkMention(link)) => {
                let url = link.get().and_then(|link| link.href.as_str());
                self.mentioned_link(url, text);
            }
            Some(MentionType::CustomEmoji(emoji)) => self.emoji(emoji, text),
            Some(MentionType::User(_) | MentionType::TemplateMention(_)) | None => {
                self.html.start("span").class("ne-mention", None);
                self.html.text(text);
                self.html.end();
            }
        }
    }

    fn mentioned_link(&mut self, url: Option<&str>, text: &str) {
        let url = url.and_then(|url| self.page.link(url));
        let text = match (&url, text) {
            (Some(url), "") => url.as_str(),
            _ => text,
        };
        match &url {
            Some(url) => drop(self.html.start("a").class("ne-mention", None).href(url)),
            None => drop(self.html.start("span").class("ne-mention", None)),
        }
        self.html.text(text);
        self.html.end();
    }

    fn date(&mut self, date: Option<&Object<DateRange>>, text: &str) {
        self.html.start("span").class("ne-mention", None);
        match date.and_then(|date| date.start.as_str().map(|start| (start, date))) {
            Some((start, date)) => self.span(start, date.end.as_str(), date.time_zone.as_str()),
            None => self.html.text(text),
        }
        self.html.end();
    }

    /// A day or an instant, or from when to when: as machines read it, and in words.
    pub(super) fn span(&mut self, start: &str, end: Option<&str>, zone: Option<&str>) {
        let words = Span::of(start, end);
        self.time(start, zone, &words.start);
        if let Some((end, words)) = end.zip(words.end) {
            self.html.text(BETWEEN);
            self.time(end, zone, &words);
        }
    }

    fn time(&mut self, time: &str, zone: Option<&str>, words: &str) {
        if !is_time(time) {
            return self.html.text(words);
        }
        let tag = self.html.start("time").attribute(Attribute::Datetime, time);
        drop(tag.maybe(Attribute::DataTimeZone, zone));
        self.html.text(words);
        self.html.end();
    }

    fn emoji(&mut self, emoji: &Field<Object<CustomEmoji>>, text: &str) {
        let emoji = emoji.get();
        let url = emoji.and_then(|emoji| emoji.url.as_str());
        let Some(url) = url.and_then(Url::parse) else {
            self.html.start("span").class("ne-mention", None);
            self.html.text(text);
            return self.html.end();
        };
        let image = self.html.empty("img").class("ne-emoji", None).src(&url);
        drop(image.attribute(Attribute::Alt, text));
    }
}
