//! Lists: items of one kind beside each other are one list.

use crate::notion::{Block, BlockType, NumberedListItem};

/// The kind of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Bulleted,
    Numbered,
    Tasks,
}

impl List {
    /// The list that a block is an item of.
    pub const fn of(block: &Block) -> Option<Self> {
        match block.content.known() {
            Some(BlockType::BulletedListItem(item)) if item.get().is_some() => Some(Self::Bulleted),
            Some(BlockType::NumberedListItem(item)) if item.get().is_some() => Some(Self::Numbered),
            Some(BlockType::ToDo(item)) if item.get().is_some() => Some(Self::Tasks),
            _ => None,
        }
    }
}

/// What a block says as an item of a numbered list.
pub fn numbered(block: &Block) -> Option<&NumberedListItem> {
    match block.content.known() {
        Some(BlockType::NumberedListItem(item)) => item.get().map(|item| &item.fields),
        _ => None,
    }
}

/// The number that a list starts with, as far as browsers count.
pub fn start_of(item: &NumberedListItem) -> Option<i32> {
    i32::try_from(item.list_start_index.get()?.as_i64()?).ok()
}
