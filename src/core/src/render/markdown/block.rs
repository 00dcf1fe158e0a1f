//! One block: its form, and what becomes of its children.

use crate::notion::{
    Block, BlockType, Callout, Code, Field, Icon, IconType, LinkToPage, LinkToPageType,
    MeetingNotes, Promise, Span, Time, plain_text,
};
use crate::render::payload::{cells, language_name, missing_type, time_of};
use crate::render::text::shown;

use super::media::Media;
use super::run::Run;
use super::{Renderer, Step};

/// A line across the page. Three hyphens would be a heading's underline, an item of a list,
/// or the beginning of what generators of sites read as settings.
const LINE: &str = "___";

impl<'a> Renderer<'a> {
    /// Writes a block, or its beginning: then what is left of it is the next step.
    pub(super) fn block(&mut self, block: &'a Block) {
        let known = block.content.known();
        if known.and_then(|known| self.known(known, block)).is_none() {
            self.unsupported(block);
        }
    }

    /// Nothing is written where the block does not say what its type promises.
    fn known(&mut self, known: &'a BlockType, block: &'a Block) -> Option<()> {
        match known {
            BlockType::Quote(it) => {
                let text = it.get()?.rich_text.as_slice();
                self.markdown.quote();
                self.lead(text);
                self.children_then_end(block);
            }
            BlockType::Callout(it) => self.callout(it.get()?, block),
            BlockType::Table(_) => self.table(known, block)?,
            BlockType::Tab(_) => self.steps.push(Step::Tabs(block.children.as_slice())),
            // An item of a list is written with its list; one that comes here says nothing.
            BlockType::BulletedListItem(_)
            | BlockType::NumberedListItem(_)
            | BlockType::ToDo(_)
            | BlockType::Toggle(_) => return None,
            _ => {
                self.leaf(known, block)?;
                self.children_behind(block);
            }
        }
        Some(())
    }

    /// A block whose children come behind it.
    fn leaf(&mut self, known: &BlockType, block: &Block) -> Option<()> {
        match known {
            BlockType::Paragraph(it) => {
                let it = it.get()?;
                let mut runs = icon(&it.icon);
                runs.extend(self.runs(it.rich_text.as_slice()));
                self.paragraph_of(runs);
            }
            BlockType::Heading1(it)
            | BlockType::Heading2(it)
            | BlockType::Heading3(it)
            | BlockType::Heading4(it) => self.heading(it.get()?, block),
            BlockType::Template(it) => self.lead(it.get()?.rich_text.as_slice()),
            BlockType::ColumnList(_) | BlockType::Column(_) | BlockType::SyncedBlock(_) => {}
            BlockType::MeetingNotes(it) | BlockType::Transcription(it) => self.meeting(it.get()?),
            BlockType::Code(it) => self.code(it.get()?),
            BlockType::Equation(it) => {
                self.equation(it.get()?.expression.as_str().unwrap_or_default());
            }
            BlockType::Divider(_) => {
                self.markdown.block();
                self.markdown.push_str(LINE);
            }
            BlockType::Breadcrumb(_) => self.breadcrumb(),
            BlockType::TableOfContents(_) => self.table_of_contents(),
            BlockType::TableRow(_) => self.rows(false, &[cells(block)?]),
            BlockType::ChildPage(it) | BlockType::ChildDatabase(it) => {
                let title = it.get()?.title.as_str().unwrap_or_default();
                let run = self.page_run(block.id.get(), title);
                self.paragraph_of(vec![run]);
            }
            BlockType::LinkToPage(it) => self.link_to_page(it.get()?)?,
            BlockType::Bookmark(it) | BlockType::Embed(it) => {
                let it = it.get()?;
                self.linked(it.url.as_str(), it.caption.as_slice());
            }
            BlockType::LinkPreview(it) => self.linked(it.get()?.url.as_str(), &[]),
            BlockType::Image(it) => self.file(it.get()?, Media::Image),
            BlockType::Video(it) | BlockType::Audio(it) => self.file(it.get()?, Media::Played),
            BlockType::Pdf(it) | BlockType::File(it) => self.file(it.get()?, Media::Other),
            _ => return None,
        }
        Some(())
    }

    /// Says what is missing, and nothing of what it holds; its children stay.
    fn unsupported(&mut self, block: &'a Block) {
        let note = match missing_type(block) {
            Some(kind) => format!("Unsupported block: {kind}"),
            None => "Unsupported block".to_owned(),
        };
        self.paragraph_of(vec![Run::note(&note)]);
        self.children_behind(block);
    }

    fn callout(&mut self, callout: &Callout, block: &'a Block) {
        let mut runs = icon(&callout.icon);
        runs.extend(self.runs(callout.rich_text.as_slice()));
        self.markdown.quote();
        self.paragraph_of(runs);
        self.children_then_end(block);
    }

    fn code(&mut self, code: &Code) {
        let language = code.language.as_str().map(language_name);
        let text = plain_text(code.rich_text.as_slice());
        self.fenced(&language.unwrap_or_default(), &shown(&text));
        self.lead(code.caption.as_slice());
    }

    /// A comment cannot be linked to: it is not on the site.
    fn link_to_page(&mut self, link: &LinkToPage) -> Option<()> {
        let id = match link.content.known()? {
            LinkToPageType::PageId(id) | LinkToPageType::DatabaseId(id) => id,
            LinkToPageType::CommentId(_) => return None,
        };
        let run = self.page_run(id.get(), "");
        self.paragraph_of(vec![run]);
        Some(())
    }

    /// Who was there Notion tells by ids only, and they say nothing to a reader.
    fn meeting(&mut self, notes: &MeetingNotes) {
        self.lead(notes.title.as_slice());
        if let Some((start, end)) = time_of(notes) {
            let span = Span::of(start.as_str(), end.map(Time::as_str));
            self.paragraph_of(vec![Run::plain(&span.text())]);
        }
    }
}

/// An emoji that stands before a text; other icons are pictures.
pub(super) fn icon<P: Promise>(icon: &Field<Icon, P>) -> Vec<Run> {
    let emoji = match icon.get().and_then(|icon| icon.content.known()) {
        Some(IconType::Emoji(emoji)) => emoji.as_str().filter(|emoji| !emoji.is_empty()),
        _ => None,
    };
    let run = emoji.map(|emoji| Run::plain(&format!("{emoji} ")));
    run.into_iter().collect()
}
