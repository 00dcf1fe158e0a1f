//! The blocks of a document one by one: each as it stands in there, without those inside of it.
//!
//! What a synced copy shows is not among them: it belongs to the page of the original.

use crate::id::Id;
use crate::notion::{Block, BlockType, Content};

use super::{Document, json};

impl Document {
    /// The ids of its own blocks, parents first.
    pub fn block_ids(&self) -> Vec<Id> {
        let mut ids = Vec::new();
        gather(&self.blocks, &mut ids);
        ids
    }

    /// The JSON of its own blocks from the `first` on, in the order of [`Self::block_ids`]:
    /// no more than `most`, and none behind the one with which they reach `bytes`.
    pub fn block_objects(&mut self, first: usize, most: usize, bytes: usize) -> Vec<(Id, String)> {
        let mut part = Part {
            skipped: first,
            most,
            bytes,
            objects: Vec::new(),
        };
        part.add(&mut self.blocks);
        part.objects
    }
}

/// Some blocks of a document.
struct Part {
    /// How many are still to be passed over.
    skipped: usize,
    most: usize,
    bytes: usize,
    objects: Vec<(Id, String)>,
}

impl Part {
    fn add(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            if self.most == 0 || self.bytes == 0 {
                return;
            }
            if let Some(id) = id_of(block) {
                if self.skipped > 0 {
                    self.skipped -= 1;
                } else {
                    // A block may hold thousands: they are set aside, not copied.
                    let inside = std::mem::take(&mut block.children);
                    let object = json(block);
                    block.children = inside;
                    self.most -= 1;
                    self.bytes = self.bytes.saturating_sub(object.len());
                    self.objects.push((id, object));
                }
            }
            if !is_copy(block)
                && let Some(inside) = block.children.get_mut()
            {
                self.add(inside);
            }
        }
    }
}

fn gather(blocks: &[Block], ids: &mut Vec<Id>) {
    for block in blocks {
        ids.extend(id_of(block));
        if !is_copy(block) {
            gather(block.children.as_slice(), ids);
        }
    }
}

fn id_of(block: &Block) -> Option<Id> {
    block.id.as_str()?.parse().ok()
}

/// Whether what is inside belongs to another block.
pub fn is_copy(block: &Block) -> bool {
    matches!(&block.content, Content::Known(BlockType::SyncedBlock(synced))
        if synced.get().is_some_and(|synced| synced.synced_from.get().is_some()))
}
