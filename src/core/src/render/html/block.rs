//! One block: the element that it is, and what becomes of its children.

use crate::notion::{
    Block, BlockType, Callout, Code, Column, LinkToPage, LinkToPageType, MeetingNotes, Paragraph,
    RichText, TextBlock, Time,
};
use crate::render::payload::{cells, language_name, missing_type, name, time_of};

use crate::render::text::is_blank;

use super::media::Media;
use super::writer::Attribute;
use super::{Renderer, Step, color_class};

/// What something that folds is called where its author did not name it, as browsers do.
const EMPTY_SUMMARY: &str = "Details";

impl<'a> Renderer<'a> {
    /// Writes a block, or its beginning: then what is left of it is the next step.
    pub(super) fn block(&mut self, block: &'a Block) {
        if let Some(anchor) = self.page.linked_anchor(block) {
            let div = self.html.start("div").class("ne-target", None);
            drop(div.attribute(Attribute::Id, &anchor));
            self.steps.push(Step::End);
        }
        let known = block.content.known();
        if known.and_then(|known| self.known(known, block)).is_none() {
            self.unsupported(block);
        }
    }

    /// Nothing is written where the block does not say what its type promises.
    fn known(&mut self, known: &'a BlockType, block: &'a Block) -> Option<()> {
        match known {
            BlockType::Paragraph(it) => self.paragraph(it.get()?, block),
            BlockType::Heading1(it)
            | BlockType::Heading2(it)
            | BlockType::Heading3(it)
            | BlockType::Heading4(it) => self.heading(it.get()?, block),
            BlockType::Quote(it) => self.quote(it.get()?, block),
            BlockType::Toggle(it) => self.toggle(it.get()?, block),
            BlockType::Callout(it) => self.callout(it.get()?, block),
            BlockType::Template(it) => {
                let text = it.get()?.rich_text.as_slice();
                self.html.start("div").class("ne-template", None);
                self.lead(text);
                self.children_then_end(block);
            }
            BlockType::ColumnList(_) => self.around("ne-columns", block),
            BlockType::Column(it) => self.column(it.get().map(|it| &it.fields), block),
            BlockType::SyncedBlock(_) => self.around("ne-synced", block),
            BlockType::Tab(_) => self.tabs(block),
            BlockType::Table(it) => self.table(it.get()?, block),
            BlockType::MeetingNotes(it) | BlockType::Transcription(it) => {
                self.meeting(it.get()?, block);
            }
            // An item of a list is written with its list; one that comes here says nothing.
            BlockType::BulletedListItem(_)
            | BlockType::NumberedListItem(_)
            | BlockType::ToDo(_) => return None,
            _ => {
                self.leaf(known, block)?;
                self.children_behind(block);
            }
        }
        Some(())
    }

    /// A block that has no children, unless something is odd about it.
    fn leaf(&mut self, known: &BlockType, block: &Block) -> Option<()> {
        match known {
            BlockType::Code(it) => self.code(it.get()?),
            BlockType::Equation(it) => {
                let tex = it.get()?.expression.as_str().unwrap_or_default();
                let div = self.html.start("div").class("ne-equation", None);
                drop(div.fixed("data-display", "block"));
                self.html.text(tex);
                self.html.end();
            }
            BlockType::Divider(_) => drop(self.html.empty("hr").class("ne-divider", None)),
            BlockType::Breadcrumb(_) => self.breadcrumb(),
            BlockType::TableOfContents(it) => {
                self.table_of_contents(it.get().map(|it| &it.color));
            }
            BlockType::TableRow(_) => self.lone_row(cells(block)?),
            BlockType::ChildPage(it) => {
                let title = it.get()?.title.as_str().unwrap_or_default();
                self.html.start("p").class("ne-child-page", None);
                self.page_link(block.id.get(), title, "ne-page");
                self.html.end();
            }
            BlockType::ChildDatabase(it) => {
                let title = it.get()?.title.as_str().unwrap_or_default();
                self.html.start("p").class("ne-child-database", None);
                self.page_link(block.id.get(), title, "ne-page");
                self.html.end();
            }
            BlockType::LinkToPage(it) => self.link_to_page(it.get()?)?,
            BlockType::Bookmark(it) => {
                let it = it.get()?;
                self.linked("ne-bookmark", it.url.as_str(), it.caption.as_slice());
            }
            BlockType::Embed(it) => {
                let it = it.get()?;
                self.linked("ne-embed", it.url.as_str(), it.caption.as_slice());
            }
            BlockType::LinkPreview(it) => {
                self.linked("ne-link-preview", it.get()?.url.as_str(), &[]);
            }
            BlockType::Image(it) => self.file(it.get()?, Media::Image),
            BlockType::Video(it) => self.file(it.get()?, Media::Video),
            BlockType::Audio(it) => self.file(it.get()?, Media::Audio),
            BlockType::Pdf(it) => self.file(it.get()?, Media::Pdf),
            BlockType::File(it) => self.file(it.get()?, Media::File),
            _ => return None,
        }
        Some(())
    }

    /// Says what is missing, and nothing of what it holds; its children stay.
    fn unsupported(&mut self, block: &'a Block) {
        let div = self.html.start("div").class("ne-unsupported", None);
        drop(div.maybe(Attribute::DataType, missing_type(block)));
        self.children_then_end(block);
    }

    fn paragraph(&mut self, paragraph: &Paragraph, block: &'a Block) {
        let color = color_class(&paragraph.color);
        let tag = self.html.start("p");
        drop(tag.class("ne-paragraph", color.as_deref()));
        self.icon(&paragraph.icon);
        self.rich_text(paragraph.rich_text.as_slice());
        self.html.end();
        self.children_behind(block);
    }

    /// The text of a block that holds its children beside it.
    fn lead(&mut self, text: &[RichText]) {
        if !text.is_empty() {
            self.html.start("p").class("ne-paragraph", None);
            self.rich_text(text);
            self.html.end();
        }
    }

    /// A block that is nothing but its children.
    fn around(&mut self, class: &'static str, block: &'a Block) {
        self.html.start("div").class(class, None);
        self.children_then_end(block);
    }

    fn quote(&mut self, quote: &TextBlock, block: &'a Block) {
        let color = color_class(&quote.color);
        let tag = self.html.start("blockquote");
        drop(tag.class("ne-quote", color.as_deref()));
        self.lead(quote.rich_text.as_slice());
        self.children_then_end(block);
    }

    fn toggle(&mut self, toggle: &TextBlock, block: &'a Block) {
        let color = color_class(&toggle.color);
        let tag = self.html.start("details");
        drop(tag.class("ne-toggle", color.as_deref()));
        self.summary(toggle.rich_text.as_slice());
        self.rich_text(toggle.rich_text.as_slice());
        self.html.end();
        self.children_then_end(block);
    }

    /// Begins what is seen of something that folds. Without text a reader could not hear what it is.
    pub(super) fn summary(&mut self, text: &[RichText]) {
        let summary = self.html.start("summary");
        if is_blank(text) {
            drop(summary.fixed("aria-label", EMPTY_SUMMARY));
        }
    }

    fn callout(&mut self, callout: &Callout, block: &'a Block) {
        let color = color_class(&callout.color);
        let tag = self.html.start("div");
        drop(
            tag.class("ne-callout", color.as_deref())
                .fixed("role", "note"),
        );
        self.icon(&callout.icon);
        self.html.start("div").class("ne-callout-body", None);
        self.lead(callout.rich_text.as_slice());
        self.steps.push(Step::End);
        self.children_then_end(block);
    }

    fn code(&mut self, code: &Code) {
        self.html.start("figure").class("ne-code", None);
        // It can scroll, so people must be able to reach it by keyboard.
        self.html.start("pre").fixed("tabindex", "0");
        let tag = self.html.start("code");
        match code.language.as_str() {
            Some(language) => drop(
                tag.attribute(
                    Attribute::Class,
                    &format!("language-{}", language_name(language)),
                )
                .attribute(Attribute::DataLanguage, language),
            ),
            None => drop(tag),
        }
        self.code_text(code.rich_text.as_slice());
        self.html.end();
        self.html.end();
        self.caption(code.caption.as_slice());
        self.html.end();
    }

    fn column(&mut self, column: Option<&Column>, block: &'a Block) {
        let ratio = column.and_then(|column| column.width_ratio.get()?.as_f64());
        let mut div = self.html.start("div").class("ne-column", None);
        if let Some(ratio) = ratio.filter(|ratio| (0.0..=1.0).contains(ratio)) {
            div = div.ratio((ratio * 10_000.0).round() / 10_000.0);
        }
        drop(div);
        self.children_then_end(block);
    }

    fn tabs(&mut self, block: &'a Block) {
        self.tabs += 1;
        self.html.start("div").class("ne-tabs", None);
        self.steps.push(Step::End);
        let tabs = block.children.as_slice();
        self.steps.push(Step::Tabs(tabs, self.tabs, true));
    }

    /// The first of these tabs, and the others next. What is no paragraph stands among them as it is.
    pub(super) fn tab(&mut self, tabs: &'a [Block], group: usize, is_first: bool) {
        let Some((tab, rest)) = tabs.split_first() else {
            return;
        };
        let label = match tab.content.known() {
            Some(BlockType::Paragraph(label)) => label.get(),
            _ => None,
        };
        self.steps
            .push(Step::Tabs(rest, group, is_first && label.is_none()));
        let Some(label) = label else {
            return self.steps.push(Step::Blocks(std::slice::from_ref(tab)));
        };
        let color = color_class(&label.color);
        let details = self.html.start("details");
        let mut details = details
            .class("ne-tab", color.as_deref())
            .attribute(Attribute::Name, &format!("ne-tabs-{group}"));
        if is_first {
            details = details.fixed("open", "");
        }
        let anchor = self.page.linked_anchor(tab);
        drop(details.maybe(Attribute::Id, anchor.as_deref()));
        self.summary(label.rich_text.as_slice());
        self.icon(&label.icon);
        self.rich_text(label.rich_text.as_slice());
        self.html.end();
        self.html.start("div").class("ne-tab-body", None);
        self.steps.push(Step::End);
        self.children_then_end(tab);
    }

    /// A comment cannot be linked to: it is not on the site.
    fn link_to_page(&mut self, link: &LinkToPage) -> Option<()> {
        let id = match link.content.known()? {
            LinkToPageType::PageId(id) | LinkToPageType::DatabaseId(id) => id,
            LinkToPageType::CommentId(_) => return None,
        };
        self.html.start("p").class("ne-link-to-page", None);
        self.page_link(id.get(), "", "ne-page");
        self.html.end();
        Some(())
    }

    /// Who was there Notion tells by ids only, and they say nothing to a reader.
    fn meeting(&mut self, notes: &MeetingNotes, block: &'a Block) {
        let div = self.html.start("div").class("ne-meeting", None);
        drop(div.maybe(Attribute::DataStatus, notes.status.as_str().and_then(name)));
        if !notes.title.as_slice().is_empty() {
            self.html.start("p").class("ne-meeting-title", None);
            self.rich_text(notes.title.as_slice());
            self.html.end();
        }
        if let Some((start, end)) = time_of(notes) {
            self.html.start("p").class("ne-meeting-time", None);
            self.span(start.as_str(), end.map(Time::as_str), None);
            self.html.end();
        }
        self.children_then_end(block);
    }
}
