//! Writes HTML so that nothing from Notion can be anything but text.
//!
//! Element and attribute names are the program's own; what comes from outside goes in as escaped text,
//! as an escaped value of one of the [`Attribute`]s, or as a [`Url`]. There is no other way in.

use crate::document::MAX_BYTES;
use crate::render::byte_set::ByteSet;
use crate::render::text::{LEFT_OUT, is_left_out};
use crate::render::url::Url;

/// Collects HTML.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    open: Vec<&'static str>,
}

/// The start tag of an element, to which attributes can be added as long as it is not dropped.
#[derive(Debug)]
pub struct Tag<'a> {
    out: &'a mut String,
}

/// The attributes whose values may come from outside: none of them loads, runs or styles anything.
#[derive(Clone, Copy, Debug)]
pub enum Attribute {
    Alt,
    AriaLabel,
    Class,
    DataIcon,
    DataLanguage,
    DataStatus,
    DataTimeZone,
    DataType,
    Datetime,
    Id,
    Name,
    Start,
    Title,
}

impl Attribute {
    const fn name(self) -> &'static str {
        match self {
            Self::Alt => "alt",
            Self::AriaLabel => "aria-label",
            Self::Class => "class",
            Self::DataIcon => "data-icon",
            Self::DataLanguage => "data-language",
            Self::DataStatus => "data-status",
            Self::DataTimeZone => "data-time-zone",
            Self::DataType => "data-type",
            Self::Datetime => "datetime",
            Self::Id => "id",
            Self::Name => "name",
            Self::Start => "start",
            Self::Title => "title",
        }
    }
}

impl Writer {
    /// Begins an element, which [`Self::end`] ends.
    pub fn start(&mut self, element: &'static str) -> Tag<'_> {
        self.open.push(element);
        self.empty(element)
    }

    /// Writes an element that has no content and no end: `br`, `hr`, `img`, `input`.
    pub fn empty(&mut self, element: &'static str) -> Tag<'_> {
        self.out.push('<');
        self.out.push_str(element);
        Tag { out: &mut self.out }
    }

    /// Ends the element that was begun last.
    pub fn end(&mut self) {
        if let Some(element) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(element);
            self.out.push('>');
        }
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    /// Whether that is as much as a page may have.
    pub fn is_full(&self) -> bool {
        self.out.len() > MAX_BYTES
    }

    /// All that was written.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }
}

impl Tag<'_> {
    /// Adds an attribute.
    pub fn attribute(self, attribute: Attribute, value: &str) -> Self {
        self.add(attribute.name(), value)
    }

    /// Adds an attribute where it has a value.
    pub fn maybe(self, attribute: Attribute, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attribute(attribute, value),
            None => self,
        }
    }

    /// Adds an attribute that means what it is called, or one with a value of the program's own.
    pub fn fixed(self, name: &'static str, value: &'static str) -> Self {
        self.add(name, value)
    }

    /// Adds a class, and another one where there is one.
    pub fn class(self, class: &'static str, more: Option<&str>) -> Self {
        match more {
            None => self.fixed("class", class),
            Some(more) => self.attribute(Attribute::Class, &format!("{class} {more}")),
        }
    }

    /// Where a link leads.
    pub fn href(self, url: &Url) -> Self {
        self.add("href", url.as_str())
    }

    /// Where a picture, a film, a sound or a frame is.
    pub fn src(self, url: &Url) -> Self {
        self.add("src", url.as_str())
    }

    /// Width and height, so that a browser keeps room for a picture before it has it.
    pub fn dimensions(self, dimensions: Option<(u32, u32)>) -> Self {
        match dimensions {
            Some((width, height)) => self
                .add("width", &width.to_string())
                .add("height", &height.to_string()),
            None => self,
        }
    }

    /// A column's share of the width, as a variable for the stylesheet.
    pub fn ratio(self, ratio: f64) -> Self {
        self.add("style", &format!("--ne-ratio:{ratio}"))
    }

    fn add(self, name: &'static str, value: &str) -> Self {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(value, self.out);
        self.out.push('"');
        self
    }
}

impl Drop for Tag<'_> {
    fn drop(&mut self) {
        self.out.push('>');
    }
}

/// What every character begins with that is not written as it is.
const CHANGED: ByteSet = LEFT_OUT.with(b"&<>\"");

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let (plain, behind) = CHANGED.split(rest);
        out.push_str(plain);
        let mut chars = behind.chars();
        let Some(c) = chars.next() else { return };
        rest = chars.as_str();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Also in text: who looks for attributes with less than a parser finds none there.
            '"' => out.push_str("&quot;"),
            _ if is_left_out(c) => {}
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attribute, Writer};

    #[test]
    fn what_comes_from_outside_stays_text() {
        let mut html = Writer::default();
        html.start("p")
            .attribute(Attribute::Title, "\"><script>'&\u{0}")
            .class("ne-x", None);
        html.text("</p><script>\u{202e}a\u{7}\u{2066}b\u{200f}é\r\n");
        assert_eq!(
            html.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;'&amp;\" class=\"ne-x\">\
             &lt;/p&gt;&lt;script&gt;ab\u{200f}é\n</p>"
        );
    }
}
