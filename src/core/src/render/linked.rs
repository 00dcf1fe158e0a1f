//! The blocks that a page links to itself, as from a word to its footnote and back.
//!
//! They have ids, and so have headings. Others have none: ids of all blocks would make the compressed HTML
//! a sixth larger, for links from other pages to what is no heading, which are rare.

use std::collections::{HashMap, HashSet};

use crate::id::Id;
use crate::notion::{Address, Block, BlockType, RichText};

use super::payload::cells;
use super::text::address;

/// The blocks of a page to which its own texts link, headings aside.
#[derive(Debug, Default)]
pub struct LinkedBlocks {
    /// By their ids; a synced copy has the id of its original, and only the first of them is here.
    of_id: HashMap<Id, Linked>,
}

#[derive(Debug)]
struct Linked {
    /// Where the block lies.
    block: *const Block,
    /// How many headings stand before it.
    headings: usize,
}

impl LinkedBlocks {
    /// Finds them, however deep they are nested.
    pub fn of(page: Id, blocks: &[Block]) -> Self {
        let mut wanted = HashSet::new();
        in_order(blocks, |block| {
            for text in texts(block) {
                wanted.extend(text.iter().filter_map(|item| named(item, page)));
            }
        });
        let mut linked = Self::default();
        if wanted.is_empty() {
            return linked;
        }
        let mut headings = 0;
        in_order(blocks, |block| {
            if block.heading_level().is_some() {
                headings += 1;
            } else if let Some(id) =
                id_of(block).filter(|id| wanted.contains(id) && has_place(block))
            {
                linked.of_id.entry(id).or_insert(Linked { block, headings });
            }
        });
        linked
    }

    /// Whether there is a block with this id.
    pub fn has(&self, id: Id) -> bool {
        self.of_id.contains_key(&id)
    }

    /// The id of this block, where the page links to it.
    pub fn id(&self, block: &Block) -> Option<Id> {
        let id = id_of(block)?;
        let linked = self.of_id.get(&id)?;
        std::ptr::eq(linked.block, block).then_some(id)
    }

    /// Which heading of the page stands above the block with this id.
    pub fn heading_above(&self, id: Id) -> Option<usize> {
        self.of_id.get(&id)?.headings.checked_sub(1)
    }
}

/// Shows each block before those inside of it.
pub fn in_order<'a>(blocks: &'a [Block], mut show: impl FnMut(&'a Block)) {
    let mut levels = vec![blocks.iter()];
    while let Some(siblings) = levels.last_mut() {
        let Some(block) = siblings.next() else {
            levels.pop();
            continue;
        };
        show(block);
        levels.push(block.children.as_slice().iter());
    }
}

/// The block of the page that an item links to.
fn named(item: &RichText, page: Id) -> Option<Id> {
    let url = address(item).filter(|url| url.contains('#'))?;
    let address = Address::parse(url).filter(|it| it.object == page)?;
    address.block
}

fn id_of(block: &Block) -> Option<Id> {
    block.id.as_str()?.parse().ok()
}

/// Columns and rows are parts of something that a reader can be led to, and have no element of their own around them.
const fn has_place(block: &Block) -> bool {
    !matches!(
        block.content.known(),
        Some(BlockType::Column(_) | BlockType::TableRow(_))
    )
}

/// All texts of a block in which links stand.
fn texts(block: &Block) -> impl Iterator<Item = &[RichText]> {
    let further = match block.content.known() {
        Some(BlockType::Code(it)) => it.get().map(|it| it.caption.as_slice()),
        Some(BlockType::Bookmark(it) | BlockType::Embed(it)) => {
            it.get().map(|it| it.caption.as_slice())
        }
        Some(BlockType::MeetingNotes(it) | BlockType::Transcription(it)) => {
            it.get().map(|it| it.title.as_slice())
        }
        _ => block.file().map(|file| file.caption.as_slice()),
    };
    let further = further.unwrap_or_default();
    let cells = cells(block).unwrap_or_default().iter().map(Vec::as_slice);
    [block.rich_text(), further].into_iter().chain(cells)
}
