//! Headings and the table of them.

use crate::notion::{Block, Heading};
use crate::render::text::{is_blank, shown};
use crate::render::url::Url;

use super::Renderer;
use super::inline::{self, Place};
use super::list::next_marker;
use super::run::{Run, joined};

/// What stands in place of a further table of contents.
const TOC_TITLE: &str = "Table of contents";

impl Renderer<'_> {
    /// A heading, one level below Notion's: the page's title is the first. One without text is none.
    pub(super) fn heading(&mut self, heading: &Heading, block: &Block) {
        let text = heading.rich_text.as_slice();
        if is_blank(text) {
            return;
        }
        let signs = match block.heading_level() {
            Some(1) | None => "##",
            Some(2) => "###",
            Some(3) => "####",
            Some(_) => "#####",
        };
        let runs = joined(self.runs(text), Place::Heading);
        self.markdown.block();
        self.markdown.push_str(signs);
        if !runs.is_empty() {
            self.markdown.push(' ');
            self.markdown.begin_text();
            inline::write(&runs, Place::Heading, &mut self.markdown);
        }
    }

    /// The headings of the page, once: many tables of many headings would be endless.
    pub(super) fn table_of_contents(&mut self) {
        if std::mem::replace(&mut self.has_toc, true) {
            return self.paragraph_of(vec![Run::note(TOC_TITLE)]);
        }
        let marker = next_marker(self.markdown.last(), ['-', '*']);
        let mut is_joined = false;
        for heading in self.page.headings.list() {
            let text = shown(&heading.text).replace('\n', " ");
            let url = Url::parse(&format!("#{}", heading.anchor));
            let runs = joined(vec![Run::linked(text.trim(), url)], Place::Paragraph);
            if !runs.is_empty() {
                self.markdown.item(None, marker, is_joined);
                self.markdown.block();
                inline::write(&runs, Place::Paragraph, &mut self.markdown);
                self.markdown.close();
                is_joined = true;
            }
        }
    }
}
