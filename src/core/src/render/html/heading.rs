//! Headings and the table of them.

use crate::notion::{Block, Color, Field, Heading};
use crate::render::text::{is_blank, shown};
use crate::render::url::Url;

use super::writer::Attribute;
use super::{Renderer, color_class};

/// The id of the table of contents.
const TOC: &str = "h-";

/// What the table of contents is called.
const TOC_TITLE: &str = "Table of contents";

impl<'a> Renderer<'a> {
    /// A heading, one level below Notion's: the page's title is the first. One without text is only a distance.
    pub(super) fn heading(&mut self, heading: &Heading, block: &'a Block) {
        let text = heading.rich_text.as_slice();
        let is_toggle = heading.is_toggleable.is_true();
        let (element, class) = match block.heading_level() {
            Some(1) | None => ("h2", "ne-heading ne-heading-1"),
            Some(2) => ("h3", "ne-heading ne-heading-2"),
            Some(3) => ("h4", "ne-heading ne-heading-3"),
            Some(_) => ("h5", "ne-heading ne-heading-4"),
        };
        let element = match (is_blank(text), is_toggle) {
            (false, _) => element,
            (true, false) => "p",
            (true, true) => "span",
        };
        let is_linkable = !is_toggle && element != "p";
        let of_block = self.page.headings.block_anchor(block);
        let of_block = of_block.as_deref();
        if is_toggle {
            let details = self.html.start("details").class("ne-toggle", None);
            drop(details.maybe(Attribute::Id, of_block));
            self.summary(text);
        }
        let color = color_class(&heading.color);
        let anchor = self.page.headings.anchor(block).map(str::to_owned);
        let tag = self.html.start(element).class(class, color.as_deref());
        drop(tag.maybe(Attribute::Id, anchor.as_deref()));
        self.rich_text(text);
        // Inside of a summary a link would be a control within a control.
        if let Some(url) = anchor.filter(|_| is_linkable).and_then(|it| fragment(&it)) {
            let link = self.html.start("a").class("ne-anchor", None);
            let link = link.maybe(Attribute::Id, of_block).href(&url);
            drop(link.fixed("aria-hidden", "true").fixed("tabindex", "-1"));
            self.html.end();
        }
        self.html.end();
        if is_toggle {
            self.html.end();
            self.children_then_end(block);
        } else {
            self.children_behind(block);
        }
    }

    /// The headings of the page, once; after that a link, since many tables of many headings would be endless.
    pub(super) fn table_of_contents(&mut self, color: Option<&Field<Color>>) {
        let class = color.and_then(color_class);
        if std::mem::replace(&mut self.has_toc, true) {
            self.html.start("p").class("ne-toc", class.as_deref());
            if let Some(url) = fragment(TOC) {
                self.html.start("a").href(&url);
                self.html.text(TOC_TITLE);
                self.html.end();
            }
            self.html.end();
            return;
        }
        let nav = self.html.start("nav").class("ne-toc", class.as_deref());
        drop(nav.fixed("id", TOC).fixed("aria-label", TOC_TITLE));
        // A link without text is none that anybody could follow.
        let headings = self.page.headings.list().iter();
        let mut headings = headings
            .filter(|heading| !shown(&heading.text).trim().is_empty())
            .peekable();
        if headings.peek().is_some() {
            self.html.start("ol");
            for heading in headings {
                let class = match heading.level {
                    1 => "ne-toc-1",
                    2 => "ne-toc-2",
                    3 => "ne-toc-3",
                    _ => "ne-toc-4",
                };
                self.html.start("li").class(class, None);
                if let Some(url) = fragment(&heading.anchor) {
                    self.html.start("a").href(&url);
                    self.html.text(&heading.text);
                    self.html.end();
                }
                self.html.end();
            }
            self.html.end();
        }
        self.html.end();
    }
}

fn fragment(anchor: &str) -> Option<Url> {
    Url::parse(&format!("#{anchor}"))
}
