//! Lists: bulleted, numbered, of tasks, of toggles and of tabs.
//!
//! Lists of one family beside each other have different markers, so that they stay apart.
//! A list is tight, without empty lines, where its items hold nothing but text and lists.

use crate::notion::{Block, BlockType};
use crate::render::list::{List, numbered, start_of};

use super::block::icon;
use super::inline::Place;
use super::run::{Run, joined};
use super::writer::Last;
use super::{Renderer, Step};

/// CommonMark reads no number with more digits.
const MOST: u32 = 999_999_999;

/// The kind of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Of(List),
    Toggles,
    Tabs,
}

/// A list whose items are being written.
#[derive(Clone, Copy, Debug)]
pub struct Items {
    kind: Kind,
    marker: char,
    /// Of the next item, where the list has numbers.
    number: Option<u32>,
    is_tight: bool,
    is_first: bool,
}

impl Kind {
    /// The list that a block is an item of, tabs aside.
    pub fn of(block: &Block) -> Option<Self> {
        match block.content.known() {
            Some(BlockType::Toggle(toggle)) if toggle.get().is_some() => Some(Self::Toggles),
            _ => List::of(block).map(Self::Of),
        }
    }

    fn has(self, block: &Block) -> bool {
        match self {
            Self::Tabs => is_label(block),
            _ => Self::of(block) == Some(self),
        }
    }
}

impl<'a> Renderer<'a> {
    /// Writes the list that the first of these blocks is an item of, and then the others.
    pub(super) fn list(&mut self, blocks: &'a [Block], kind: Kind) {
        let (items, rest) = cut(blocks, kind);
        self.steps.push(match kind {
            Kind::Tabs => Step::Tabs(rest),
            _ => Step::Blocks(rest),
        });
        let (number, markers) = match kind {
            Kind::Of(List::Numbered) => (Some(start(items).unwrap_or(1)), ['.', ')']),
            _ => (None, ['-', '*']),
        };
        let list = Items {
            kind,
            marker: next_marker(self.markdown.last(), markers),
            number,
            is_tight: is_tight(items),
            is_first: true,
        };
        self.items(items, list);
    }

    /// Writes the first item and has the others written behind it.
    pub(super) fn items(&mut self, blocks: &'a [Block], items: Items) {
        let Some((block, rest)) = blocks.split_first() else {
            return;
        };
        let runs = joined(self.item_runs(block), Place::Paragraph);
        let is_task = items.kind == Kind::Of(List::Tasks);
        let follows_list = matches!(self.markdown.last(), Last::List(_));
        // What follows a paragraph without an empty line is read as a list only if it has text and begins with 1.
        let interrupts = (is_task || !runs.is_empty()) && items.number.is_none_or(|it| it == 1);
        let is_nested = self.markdown.is_in_item();
        let is_joined = match items.is_first {
            true => is_nested && items.is_tight && interrupts,
            false => items.is_tight && follows_list,
        };
        self.markdown.item(items.number, items.marker, is_joined);
        let others = Items {
            number: items.number.map(|number| (number + 1).min(MOST)),
            is_first: false,
            ..items
        };
        self.steps.push(Step::Items(rest, others));
        if is_task || !runs.is_empty() {
            self.markdown.block();
            if let Some(BlockType::ToDo(task)) = block.content.known() {
                let is_checked = task.get().is_some_and(|task| task.checked.is_true());
                let sign = if is_checked { "[x] " } else { "[ ] " };
                self.markdown.push_str(sign);
                self.markdown.begin_text();
                if runs.is_empty() {
                    self.markdown.push_str("&#32;");
                }
            }
            super::inline::write(&runs, Place::Paragraph, &mut self.markdown);
        }
        self.children_then_end(block);
    }

    /// The first of these tabs as a list. What is no paragraph stands among them as it is.
    pub(super) fn tabs(&mut self, blocks: &'a [Block]) {
        let Some((block, rest)) = blocks.split_first() else {
            return;
        };
        if is_label(block) {
            return self.list(blocks, Kind::Tabs);
        }
        self.steps.push(Step::Tabs(rest));
        self.steps.push(Step::Blocks(std::slice::from_ref(block)));
    }

    fn item_runs(&self, block: &Block) -> Vec<Run> {
        let mut runs = match block.content.known() {
            Some(BlockType::Paragraph(label)) => label.get().map(|label| icon(&label.icon)),
            _ => None,
        }
        .unwrap_or_default();
        runs.extend(self.runs(block.rich_text()));
        runs
    }
}

/// The marker of a list: another one than that of the list before it.
pub fn next_marker(last: Last, [first, second]: [char; 2]) -> char {
    if last == Last::List(first) {
        second
    } else {
        first
    }
}

/// The items of the list with which these blocks begin, and what follows; a list that counts anew is another one.
fn cut(blocks: &[Block], kind: Kind) -> (&[Block], &[Block]) {
    let goes_on = |block: &&Block| kind.has(block) && numbered(block).and_then(start_of).is_none();
    let further = blocks.iter().skip(1).take_while(goes_on).count();
    blocks
        .split_at_checked(further + 1)
        .unwrap_or((blocks, &[]))
}

/// The number of the first item, as far as CommonMark counts.
fn start(items: &[Block]) -> Option<u32> {
    let start = start_of(numbered(items.first()?)?)?;
    u32::try_from(start).ok().filter(|start| *start <= MOST)
}

/// Whether items hold nothing but text and lists.
fn is_tight(items: &[Block]) -> bool {
    let mut children = items.iter().flat_map(|item| item.children.as_slice());
    children.all(|child| Kind::of(child).is_some())
}

fn is_label(block: &Block) -> bool {
    matches!(block.content.known(), Some(BlockType::Paragraph(label)) if label.get().is_some())
}
