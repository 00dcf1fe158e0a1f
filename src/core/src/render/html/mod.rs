//! The blocks of a page as HTML.
//!
//! The page's title is the site's business, and its `h1`: headings begin at `h2`.
//! Blocks are worked off a stack, so that no depth ends the program, and each once, so that time is linear.
//! Whatever stands where it should not is written all the same; what cannot be written is marked.
//! What is more than a document may have is left out, since a few bytes may name a page with a long title.
//! Colours are classes, and nothing is styled here but the share of a column.
//! The stylesheet is the SDK's, `sdk-ts/styles/blocks.css`; it wants the class `ne-content` on an element around all.
//!
//! | class | element | what it is |
//! |---|---|---|
//! | `ne-paragraph` | `p` | a paragraph |
//! | `ne-heading`, `ne-heading-1` to `-4` | `h2` to `h5` | a heading, with an id; a `p` or `span` where it has no text |
//! | `ne-anchor` | `a` | in a heading: the link to it, without text; its id, or that of the `ne-toggle` that folds, is the block's |
//! | `ne-target` | `div` | around a block that the page links to and that is no item of a list; its id is the block's |
//! | `ne-list`, `ne-numbered`, `ne-tasks` | `ul`, `ol`, `ul` | a list; each `li` has its block's colour, and its id where the page links to it |
//! | `ne-quote`, `ne-template`, `ne-synced` | `blockquote`, `div`, `div` | what they are called |
//! | `ne-toggle` | `details` | a toggle, or a heading that folds |
//! | `ne-callout`, `ne-callout-body` | `div` | a callout, and what is beside its icon |
//! | `ne-icon` | `span`, `img` | an icon; one of Notion's own has only `data-icon`, and its colour as a class |
//! | `ne-columns`, `ne-column` | `div` | columns; `--ne-ratio` is the share of the width, where there is one |
//! | `ne-tabs`, `ne-tab`, `ne-tab-body` | `div`, `details`, `div` | tabs, of which the browser keeps one open |
//! | `ne-table` | `div` | around a `table`, so that it can scroll |
//! | `ne-code` | `figure` | code: `pre`, and `code` with `language-…` |
//! | `ne-equation` | `span`, `div` | TeX as text; `data-display` is `inline` or `block` |
//! | `ne-divider` | `hr` | a line |
//! | `ne-toc`, `ne-toc-1` to `-4` | `nav`, `li` | the headings; a further one is a link to the first |
//! | `ne-breadcrumb` | `nav` | what the page lies under |
//! | `ne-image`, `ne-video`, `ne-audio`, `ne-pdf`, `ne-file` | `figure` | a file; the last two are links |
//! | `ne-bookmark`, `ne-link-preview`, `ne-embed` | `figure` | an address: a link, or an `iframe` |
//! | `ne-url` | `a`, `span` | in those: the address or the file's name; a `span` where it may not be followed |
//! | `ne-child-page`, `ne-child-database`, `ne-link-to-page` | `p` | another page or database |
//! | `ne-page` | `a`, `span` | its title; a `span` where it has no path on the site |
//! | `ne-dead-link` | `span` | text whose link may not be followed, or leads nowhere on the site |
//! | `ne-meeting`, `ne-meeting-title`, `ne-meeting-time` | `div`, `p`, `p` | notes of a meeting |
//! | `ne-children` | `div` | blocks inside of one that has no place for them |
//! | `ne-mention`, `ne-emoji` | `span` or `a`, `img` | a mention; an emoji of the workspace |
//! | `ne-unsupported` | `div`, `span` | what Notion does not give or this version does not know; `data-type` says what |
//! | `ne-gray` … `ne-red`, `ne-gray-background` …, `ne-lightgray` | | a colour of Notion's; the last one only of icons |

mod block;
mod heading;
mod list;
mod media;
mod page_link;
mod rich_text;
mod table;
mod writer;

use crate::document::Document;
use crate::notion::{Block, Color, Colors, Field, Promise, RichText, Vocabulary};

use super::heading::AnchorStyle;
use super::list::List;
use super::page::Page;
use super::target::Targets;
use writer::Writer;

/// The blocks of a document as HTML, without its title.
///
/// `targets` is what is known of the pages and databases that the page links to, holds and lies under.
/// The same input gives the same text. Several documents on one page of a site may share ids of headings.
pub(super) fn render(document: &Document, targets: &Targets) -> String {
    let mut renderer = Renderer::of(Page::of(document, targets, AnchorStyle::Prefixed));
    renderer.steps.push(Step::Blocks(&document.blocks));
    while let Some(step) = renderer.steps.pop().filter(|_| !renderer.html.is_full()) {
        renderer.step(step);
    }
    renderer.html.finish()
}

/// The text of a property as HTML, without an element around it.
pub(super) fn render_text(text: &[RichText], document: &Document, targets: &Targets) -> String {
    let mut renderer = Renderer::of(Page::without_headings(document, targets));
    renderer.rich_text(text);
    renderer.html.finish()
}

/// Writes one page.
struct Renderer<'a> {
    html: Writer,
    /// What is still to be written, the last first.
    steps: Vec<Step<'a>>,
    page: Page<'a>,
    has_toc: bool,
    has_breadcrumb: bool,
    /// How many blocks of tabs there were.
    tabs: usize,
}

/// Something that is still to be written.
enum Step<'a> {
    /// Blocks beside each other.
    Blocks(&'a [Block]),
    /// Blocks beside each other, of which the first belong to the list that is open.
    Items(&'a [Block], List),
    /// Tabs beside each other, of the group with this number; the first is open.
    Tabs(&'a [Block], usize, bool),
    /// The end of the element that is open.
    End,
}

impl<'a> Renderer<'a> {
    fn of(page: Page<'a>) -> Self {
        Self {
            html: Writer::default(),
            steps: Vec::new(),
            page,
            has_toc: false,
            has_breadcrumb: false,
            tabs: 0,
        }
    }

    fn step(&mut self, step: Step<'a>) {
        match step {
            Step::End => self.html.end(),
            Step::Tabs(tabs, group, is_first) => self.tab(tabs, group, is_first),
            Step::Items(blocks, list) => self.items(blocks, list),
            Step::Blocks(blocks) => {
                let Some((block, rest)) = blocks.split_first() else {
                    return;
                };
                match List::of(block) {
                    Some(list) => self.list(blocks, list),
                    None => {
                        self.steps.push(Step::Blocks(rest));
                        self.block(block);
                    }
                }
            }
        }
    }

    /// Has the children written next, and the open element ended after them.
    fn children_then_end(&mut self, block: &'a Block) {
        self.steps.push(Step::End);
        self.steps.push(Step::Blocks(block.children.as_slice()));
    }

    /// Has the children written behind a block that has no place for them.
    fn children_behind(&mut self, block: &'a Block) {
        if !block.children.as_slice().is_empty() {
            self.html.start("div").class("ne-children", None);
            self.children_then_end(block);
        }
    }
}

/// The class of a colour; none for the default ones, and for one that this version does not know.
fn color_class<P: Promise>(color: &Field<Color, P>) -> Option<String> {
    let is_default = |word: &str| word == "default" || word == "default_background";
    let word = color.as_str().filter(|word| !is_default(word))?;
    // Only icons have the last one.
    let is_known = Colors::WORDS.contains(&word) || word == "lightgray";
    is_known.then(|| format!("ne-{}", word.replace('_', "-")))
}
