//! The keys of single blocks: what is written of them before their page is committed, and what with that.
//!
//! What a small page has goes with its commit. Of a large one it goes ahead in parts, each of which may be written twice:
//! a set names what is stored, so that whoever begins again takes out what the page has no longer.

use std::collections::HashSet;

use crate::document::{Document, LaidOut, Layout};
use crate::engine::write::{BlockChange, StoredBlock, Write};
use crate::id::Id;
use crate::keys::StagedText;

use super::stage::{PART_BYTES, Stage};

/// How many keys one script writes, or takes out: few enough not to hold up Redis.
pub const KEYS_AT_ONCE: usize = 1_000;

/// What becomes of the keys of single blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKeys {
    /// There are none.
    None,
    /// Each block has one.
    Written,
    /// The same, and all are written with every commit, because they expire or may have.
    Renewed,
    /// There may be some from before, which go.
    Removed,
}

/// What is to be written of the blocks of one page.
#[derive(Debug)]
pub struct Blocks {
    /// How many of the page's own blocks are to be written, and how many are.
    count: usize,
    written: usize,
    /// Whether they are too much for one commit.
    goes_ahead: bool,
    /// Those that are stored and that the page has no longer.
    gone: Vec<Id>,
    /// A block too long for one request, on its way in parts.
    long: Option<(Id, LaidOut, Stage)>,
    in_flight: InFlight,
}

/// What is on its way.
#[derive(Debug, Default)]
enum InFlight {
    #[default]
    Nothing,
    /// A part of the long block.
    Part,
    /// So many blocks.
    Blocks(usize),
    /// So many that are gone.
    Gone(usize),
}

impl Blocks {
    /// For a page of which the `former` blocks are stored, and which is to have these.
    pub fn new(current: &[Id], former: &[Id], goes_ahead: bool) -> Self {
        let is_current: HashSet<&Id> = current.iter().collect();
        let gone = former.iter().filter(|id| !is_current.contains(id));
        Self {
            count: current.len(),
            written: 0,
            goes_ahead,
            gone: gone.copied().collect(),
            long: None,
            in_flight: InFlight::Nothing,
        }
    }

    /// Whether there is nothing to write, and nothing to take out.
    pub fn is_empty(&self) -> bool {
        self.count == 0 && self.gone.is_empty()
    }

    /// What goes next ahead of the commit; nothing when the rest goes with it.
    pub fn next(&mut self, document: &mut Document, is_rebuild: bool) -> Option<Write> {
        let page = document.id;
        if self.goes_ahead && self.written < self.count {
            if self.long.is_none() {
                let part = document.block_objects(self.written, KEYS_AT_ONCE, PART_BYTES / 2);
                match <[_; 1]>::try_from(part) {
                    Ok([(id, json)]) if json.len() > PART_BYTES => {
                        let json = LaidOut::new(json, Layout::Compact);
                        self.long = Some((id, json, Stage::default()));
                    }
                    Ok([one]) => return Some(self.part(page, vec![one], is_rebuild)),
                    Err(part) => return Some(self.part(page, part, is_rebuild)),
                }
            }
            let (id, json, stage) = self.long.as_mut()?;
            if let Some(part) = stage.next_part(json) {
                self.in_flight = InFlight::Part;
                let (text, half) = (StagedText::Object(*id), None);
                return Some(Write::Stage { text, part, half });
            }
            self.in_flight = InFlight::Blocks(1);
            return Some(Write::Blocks(BlockChange {
                page,
                written: vec![(*id, StoredBlock::Staged)],
                gone: Vec::new(),
                is_rebuild,
            }));
        }
        let count = self.gone.len().min(KEYS_AT_ONCE);
        (self.gone.len() > KEYS_AT_ONCE).then(|| {
            self.in_flight = InFlight::Gone(count);
            let gone = self.gone.iter().take(count).copied().collect();
            Write::Blocks(BlockChange {
                page,
                written: Vec::new(),
                gone,
                is_rebuild,
            })
        })
    }

    /// What goes with the commit.
    pub fn rest(&self, document: &mut Document, is_rebuild: bool) -> BlockChange {
        let written = document.block_objects(self.written, self.count - self.written, usize::MAX);
        BlockChange {
            page: document.id,
            written: inline(written),
            gone: self.gone.clone(),
            is_rebuild,
        }
    }

    /// Notes that what went ahead is written; whether anything did.
    pub fn written(&mut self) -> bool {
        match std::mem::take(&mut self.in_flight) {
            InFlight::Nothing => return false,
            InFlight::Part => {
                if let Some((_, _, stage)) = &mut self.long {
                    stage.written();
                }
            }
            InFlight::Blocks(count) => {
                self.written += count;
                self.long = None;
            }
            InFlight::Gone(count) => drop(self.gone.drain(..count)),
        }
        true
    }

    fn part(&mut self, page: Id, part: Vec<(Id, String)>, is_rebuild: bool) -> Write {
        self.in_flight = InFlight::Blocks(part.len());
        Write::Blocks(BlockChange {
            page,
            written: inline(part),
            gone: Vec::new(),
            is_rebuild,
        })
    }
}

fn inline(part: Vec<(Id, String)>) -> Vec<(Id, StoredBlock)> {
    let stored = part.into_iter();
    stored
        .map(|(id, json)| (id, StoredBlock::Json(json)))
        .collect()
}
