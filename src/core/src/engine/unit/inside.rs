//! What is inside of a block: whose children are to be listed for it, and the page or database that it stands for.

use serde::{Deserialize, Serialize};

use crate::api::Cursor;
use crate::document::is_copy;
use crate::engine::answer::{Doubt, Trail, print_of};
use crate::engine::write::Leads;
use crate::failure::Failure;
use crate::id::Id;
use crate::member::Member;
use crate::notion::{Block, BlockType, Content, List, MeetingNotes, RawId, SyncedFromType};

use super::Unreadable;

/// Children to be listed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Listing {
    /// Whose children Notion is asked for.
    pub of: Id,
    /// The block that gets them; none for the page itself.
    pub node: Option<usize>,
    /// What to ask instead if Notion does not give those: the copy, where the original is not shared.
    pub or_else: Option<Id>,
    /// Parts of meeting notes, to be listed as well where they are not among the children.
    pub parts: Vec<Id>,
    /// How many children the block had before, which a listing that begins anew must keep.
    pub kept: usize,
    /// How much there was of the page before, which it must not count twice.
    #[serde(skip)]
    pub before: Before,
    /// Where it goes on; no cursor outlives its run.
    #[serde(skip)]
    pub cursor: Option<Cursor>,
    #[serde(skip)]
    pub trail: Trail,
    #[serde(skip)]
    doubt: Doubt,
    pub restarts: u32,
}

/// How much there was of a page when a listing began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before {
    pub nodes: usize,
    pub errors: usize,
    pub bytes: usize,
    pub copies: usize,
    pub ended: usize,
    pub is_truncated: bool,
}

impl Listing {
    pub fn new(of: Id, node: Option<usize>) -> Self {
        Self {
            of,
            node,
            or_else: None,
            parts: Vec::new(),
            kept: 0,
            before: Before::default(),
            cursor: None,
            trail: Trail::default(),
            doubt: Doubt::default(),
            restarts: 0,
        }
    }

    /// Looks whether a part is one of it.
    ///
    /// # Errors
    /// That it may be one of another listing.
    pub fn weigh(&mut self, list: &List<Block>) -> Result<(), Unreadable> {
        let first = list.results.as_slice().first();
        let above = first.and_then(|block| parse(block.parent.get()?.id()));
        self.doubt.weigh(self.of, above)
    }

    /// Goes on behind a part of it.
    ///
    /// # Errors
    /// [`Failure::Circular`] where it goes in circles.
    pub fn follow(&mut self, list: &List<Block>) -> Result<(), Failure> {
        let results = list.results.as_slice();
        match Cursor::of(list.next()) {
            Some(next) => {
                let first = results.first().and_then(id_of);
                let first = first.and_then(|id| print_of(&id));
                self.trail.follow(&next, first, results.len())
            }
            None => Ok(()),
        }
    }
}

/// What the children of a block are.
pub enum Inside {
    /// There are none, or they are an object of their own.
    Nothing,
    /// There are none, but there could be.
    Empty(Id),
    /// Those of the block itself.
    Own(Listing),
    /// Those of the original of a synced copy.
    Copied(Listing),
}

impl Inside {
    /// What is inside of the block at `node`.
    pub fn of(block: &Block, node: usize) -> Self {
        let Some(id) = id_of(block) else {
            return Self::Nothing;
        };
        let own = Listing::new(id, Some(node));
        match &block.content {
            Content::Known(BlockType::ChildPage(_) | BlockType::ChildDatabase(_)) => Self::Nothing,
            Content::Known(BlockType::MeetingNotes(notes) | BlockType::Transcription(notes)) => {
                let parts = notes.get().map(|notes| parts_of(notes)).unwrap_or_default();
                match block.has_children.is_true() || !parts.is_empty() {
                    true => Self::Own(Listing { parts, ..own }),
                    false => Self::Empty(id),
                }
            }
            Content::Known(BlockType::SyncedBlock(synced)) => {
                let from = synced.get().and_then(|synced| synced.synced_from.get());
                let original = from.and_then(|from| match from.content.known() {
                    Some(SyncedFromType::BlockId(id)) => parse(id.get()),
                    None => None,
                });
                match original {
                    Some(original) => Self::Copied(Listing {
                        or_else: Some(id),
                        ..Listing::new(original, Some(node))
                    }),
                    None if block.has_children.is_true() => Self::Own(own),
                    None => Self::Empty(id),
                }
            }
            _ if block.has_children.is_true() => Self::Own(own),
            _ => Self::Nothing,
        }
    }
}

/// The page or database that a block stands for.
pub fn member_of(block: &Block) -> Option<Member> {
    match &block.content {
        Content::Known(BlockType::ChildPage(_)) => id_of(block).map(Member::Page),
        Content::Known(BlockType::ChildDatabase(_)) => id_of(block).map(Member::Database),
        _ => None,
    }
}

/// What blocks lead to, as they are nested in a document.
pub fn leads_in(blocks: &[Block]) -> Leads {
    let mut leads = Leads::default();
    gather(blocks, false, &mut leads);
    leads
}

fn gather(blocks: &[Block], is_copied: bool, leads: &mut Leads) {
    for block in blocks {
        let noted = match is_copied {
            true => &mut leads.shown,
            false => &mut leads.held,
        };
        noted.extend(member_of(block).filter(|member| !noted.contains(member)));
        gather(
            block.children.as_slice(),
            is_copied || is_copy(block),
            leads,
        );
    }
}

/// The id of a block, if it has a good one.
pub fn id_of(block: &Block) -> Option<Id> {
    parse(block.id.get())
}

/// The three parts of meeting notes, in the order in which Notion shows them.
fn parts_of(notes: &MeetingNotes) -> Vec<Id> {
    let Some(children) = notes.children.get() else {
        return Vec::new();
    };
    let parts = [
        &children.summary_block_id,
        &children.notes_block_id,
        &children.transcript_block_id,
    ];
    parts
        .into_iter()
        .filter_map(|part| parse(part.get()))
        .collect()
}

fn parse(id: Option<&RawId>) -> Option<Id> {
    id.and_then(|id| id.as_str().parse().ok())
}
