//! Which synced blocks a document has of its own, and of which others it shows copies.
//!
//! An edit of the original is told of the page that holds it, not of the pages that show it.

use std::collections::BTreeSet;

use crate::id::Id;
use crate::notion::{Block, BlockType, Content, SyncedFromType};

use super::Document;

/// The synced blocks of a document, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Its own, which others may show.
    pub originals: BTreeSet<Id>,
    /// Those of which it shows copies.
    pub copied: BTreeSet<Id>,
}

impl Document {
    /// Its synced blocks, wherever they are nested.
    pub fn synced(&self) -> Synced {
        let mut synced = Synced::default();
        gather(&self.blocks, &mut synced);
        synced
    }
}

fn gather(blocks: &[Block], synced: &mut Synced) {
    for block in blocks {
        if let Content::Known(BlockType::SyncedBlock(it)) = &block.content {
            let from = it.get().and_then(|it| it.synced_from.get());
            let original = from.map(|from| match from.content.known() {
                Some(SyncedFromType::BlockId(id)) => id.as_str(),
                None => None,
            });
            match original {
                Some(id) => synced
                    .copied
                    .extend(id.and_then(|id| id.parse::<Id>().ok())),
                None => {
                    let id = block.id.as_str().and_then(|id| id.parse::<Id>().ok());
                    synced.originals.extend(id);
                }
            }
        }
        gather(block.children.as_slice(), synced);
    }
}
