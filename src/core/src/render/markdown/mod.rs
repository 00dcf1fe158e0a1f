//! The blocks of a page as Markdown: CommonMark with GitHub's tables, task lists, strikethrough and math.
//!
//! The page's title is the site's business, and its first heading: headings begin at `##`.
//! A parser of CommonMark reads back the same text. There is no HTML in it: many readers refuse or escape that,
//! and people and language models read Markdown as it is. What Markdown lacks has one form each:
//!
//! | of Notion | in Markdown |
//! |---|---|
//! | bold, italic, strikethrough, code | `**`, `_`, `~~`, backticks; white space at the ends of emphasis stands outside; code that would end the cell or the link around it (`\\|`, `]:`) is text |
//! | underline, colours, how letters and Roman numerals count, columns' shares, icons that are pictures | left out |
//! | a link | `[text](address)`; `<address>` where the text says the same; only text where it may not be followed |
//! | an address that is only text | text: a backslash keeps the text whole, though readers may still link it |
//! | the end of a line within a block | a backslash; in headings, cells and descriptions of pictures `&#10;` |
//! | a paragraph or a heading without text | nothing; lists before and behind it stay apart by their markers |
//! | a heading, also one that folds | `##` to `#####`; what it folds comes behind it |
//! | a toggle; a tab | an item of a list, with what it folds |
//! | a callout | a quote, which begins with its emoji |
//! | blocks inside of a paragraph or of another block that has no place for them | behind it |
//! | columns, synced blocks, templates, meeting notes | what is in them, one after the other |
//! | a task without text | `[ ] &#32;`: without anything behind it, it would be none |
//! | a table without a heading | an empty heading; a column of headings is as others |
//! | an equation | `$…$`, `$$…$$`; code where TeX has what ends it, ` ```math ` on lines of its own |
//! | code's caption | a paragraph behind it; links and looks within a block of code are left out |
//! | a picture | `![caption](address)`; a caption with links once more on the next line |
//! | a link to a block of the page | to the heading above, of which alone there are anchors |
//! | any other file, an embed, a bookmark, a preview | a link, and the caption on the next line |
//! | a mention | its text, with a link where there is one; an emoji of the workspace as `:name:` |
//! | child pages, child databases, links to pages | the title, with a link where it has a path on the site |
//! | a table of contents | a list of links to the headings, by GitHub's anchors; a further one is only named |
//! | breadcrumb | the titles, between them `/` |
//! | what Notion does not give or this version does not know | `_Unsupported block: form_`, and its children |
//! | more than 32 levels of lists and quotes | beside what they lie in |
//!
//! Blocks are worked off a stack, so that no depth ends the program, and each once, so that time is linear.
//! What is more than a document may have is left out.

mod block;
mod emphasis;
mod escape;
mod heading;
mod inline;
mod list;
mod math;
mod media;
mod page_link;
mod rich_text;
mod run;
mod table;
mod writer;

use crate::document::Document;
use crate::notion::{Block, RichText};

use super::heading::AnchorStyle;
use super::page::Page;
use super::target::Targets;
use inline::Place;
use list::{Items, Kind};
use run::{Run, joined};
use writer::Writer;

/// The blocks of a document as Markdown, without its title.
///
/// `targets` is what is known of the pages and databases that the page links to, holds and lies under.
/// The same input gives the same text.
pub(super) fn render(document: &Document, targets: &Targets) -> String {
    let mut renderer = Renderer {
        markdown: Writer::default(),
        steps: vec![Step::Blocks(&document.blocks)],
        page: Page::of(document, targets, AnchorStyle::Github),
        has_toc: false,
    };
    while let Some(step) = renderer
        .steps
        .pop()
        .filter(|_| !renderer.markdown.is_full())
    {
        renderer.step(step);
    }
    renderer.markdown.finish()
}

/// Writes one page.
struct Renderer<'a> {
    markdown: Writer,
    /// What is still to be written, the last first.
    steps: Vec<Step<'a>>,
    page: Page<'a>,
    has_toc: bool,
}

/// Something that is still to be written.
enum Step<'a> {
    /// Blocks beside each other.
    Blocks(&'a [Block]),
    /// The items that are left of a list.
    Items(&'a [Block], Items),
    /// Tabs beside each other.
    Tabs(&'a [Block]),
    /// The end of the quote or item that is open.
    End,
}

impl<'a> Renderer<'a> {
    fn step(&mut self, step: Step<'a>) {
        match step {
            Step::End => self.markdown.close(),
            Step::Items(blocks, items) => self.items(blocks, items),
            Step::Tabs(blocks) => self.tabs(blocks),
            Step::Blocks(blocks) => {
                let Some((block, rest)) = blocks.split_first() else {
                    return;
                };
                match Kind::of(block) {
                    Some(kind) => self.list(blocks, kind),
                    None => {
                        self.steps.push(Step::Blocks(rest));
                        self.block(block);
                    }
                }
            }
        }
    }

    /// Has the children written next, and the open quote or item ended after them; before them where it is too deep.
    fn children_then_end(&mut self, block: &'a Block) {
        if self.markdown.is_deepest() {
            self.markdown.close();
        } else {
            self.steps.push(Step::End);
        }
        self.children_behind(block);
    }

    /// Has the children written behind a block that has no place for them.
    fn children_behind(&mut self, block: &'a Block) {
        self.steps.push(Step::Blocks(block.children.as_slice()));
    }

    /// A paragraph of an author's text; nothing where there is none.
    fn lead(&mut self, items: &[RichText]) {
        let runs = self.runs(items);
        self.paragraph_of(runs);
    }

    /// A paragraph of runs; nothing where there is nothing to be seen.
    fn paragraph_of(&mut self, runs: Vec<Run>) {
        let runs = joined(runs, Place::Paragraph);
        if !runs.is_empty() {
            self.markdown.block();
            inline::write(&runs, Place::Paragraph, &mut self.markdown);
        }
    }
}
