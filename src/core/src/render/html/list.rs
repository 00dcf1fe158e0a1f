//! Lists: items of one kind beside each other become one list.

use crate::notion::{Block, BlockType, Color, Field, RichText};
use crate::render::list::{List, numbered, start_of};

use super::writer::Attribute;
use super::{Renderer, Step, color_class};

/// What a task without text is called.
const EMPTY_TASK: &str = "Empty task";

impl<'a> Renderer<'a> {
    /// Begins the list that the first of these blocks is an item of.
    pub(super) fn list(&mut self, blocks: &'a [Block], list: List) {
        let Some((first, rest)) = blocks.split_first() else {
            return;
        };
        match list {
            List::Bulleted => drop(self.html.start("ul").class("ne-list", None)),
            List::Tasks => drop(self.html.start("ul").class("ne-tasks", None)),
            List::Numbered => {
                let mut tag = self.html.start("ol").class("ne-numbered", None);
                if let Some(start) = numbered(first).and_then(start_of) {
                    tag = tag.attribute(Attribute::Start, &start.to_string());
                }
                match numbered(first).and_then(|item| item.list_format.as_str()) {
                    Some("letters") => drop(tag.fixed("type", "a")),
                    Some("roman") => drop(tag.fixed("type", "i")),
                    _ => drop(tag),
                }
            }
        }
        self.steps.push(Step::Items(rest, list));
        self.item(first);
    }

    /// Goes on with the open list, or ends it: another kind of block follows, or a list that counts anew.
    pub(super) fn items(&mut self, blocks: &'a [Block], list: List) {
        match blocks.split_first() {
            Some((block, rest))
                if List::of(block) == Some(list)
                    && numbered(block).and_then(start_of).is_none() =>
            {
                self.steps.push(Step::Items(rest, list));
                self.item(block);
            }
            _ => {
                self.html.end();
                self.steps.push(Step::Blocks(blocks));
            }
        }
    }

    fn item(&mut self, block: &'a Block) {
        let class = color_of(block).and_then(color_class);
        let anchor = self.page.linked_anchor(block);
        let item = self.html.start("li");
        let item = item.maybe(Attribute::Class, class.as_deref());
        drop(item.maybe(Attribute::Id, anchor.as_deref()));
        let text = block.rich_text();
        if let Some(BlockType::ToDo(item)) = block.content.known() {
            self.html.start("label");
            let is_checked = item.get().is_some_and(|item| item.checked.is_true());
            let mut input = self.html.empty("input").fixed("type", "checkbox");
            if is_checked {
                input = input.fixed("checked", "");
            }
            // Without text there is no label that a reader could hear.
            if text.iter().all(is_blank) {
                input = input.fixed("aria-label", EMPTY_TASK);
            }
            drop(input.fixed("disabled", ""));
            self.rich_text(text);
            self.html.end();
        } else {
            self.rich_text(text);
        }
        self.children_then_end(block);
    }
}

fn color_of(block: &Block) -> Option<&Field<Color>> {
    match block.content.known()? {
        BlockType::BulletedListItem(item) => item.get().map(|item| &item.color),
        BlockType::NumberedListItem(item) => item.get().map(|item| &item.color),
        BlockType::ToDo(item) => item.get().map(|item| &item.color),
        _ => None,
    }
}

fn is_blank(item: &RichText) -> bool {
    item.plain_text().is_none_or(|text| text.trim().is_empty())
}
