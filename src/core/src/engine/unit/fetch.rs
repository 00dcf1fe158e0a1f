//! Everything of a page that takes further requests: its blocks, level by level, and property values cut short by Notion.
//!
//! Child pages and databases are noted, not entered: each is an object of its own.

use std::collections::VecDeque;

use crate::api::{Cursor, Request};
use crate::document::{Source, SourceError};
use crate::engine::listing::MAX_RESTARTS;
use crate::failure::Failure;
use crate::id::Id;
use crate::member::Member;
use crate::notion::{Block, BlockType, Content, List, MeetingNotes, Page, RawId, SyncedFromType};

use super::properties::LongProperties;

/// Blocks nested deeper are left out: a reader's JSON parser may stop at 128 levels, and each block takes two.
const MAX_DEPTH: usize = 50;

/// The fetching of one page.
#[derive(Debug)]
pub struct Fetch {
    id: Id,
    page: Page,
    nodes: Vec<Node>,
    roots: Vec<usize>,
    listings: VecDeque<Listing>,
    properties: LongProperties,
    found: Vec<Member>,
    errors: Vec<SourceError>,
    is_truncated: bool,
}

/// A block, and where its children are.
#[derive(Debug)]
struct Node {
    block: Block,
    children: Vec<usize>,
    parent: Option<usize>,
    /// The block whose children were listed for this one: itself, or the original of a synced copy.
    listed_as: Option<Id>,
}

/// Children to be listed.
#[derive(Debug)]
struct Listing {
    /// Whose children Notion is asked for.
    of: Id,
    /// The block that gets them; none for the page itself.
    node: Option<usize>,
    /// What to ask instead if Notion does not give those: the copy, where the original is not shared.
    or_else: Option<Id>,
    /// How many children the block had before, which a listing that begins anew must keep.
    kept: usize,
    cursor: Option<Cursor>,
    restarts: u32,
}

impl Fetch {
    pub fn new(id: Id, page: Page) -> Self {
        let listing = Listing {
            of: id,
            node: None,
            or_else: None,
            kept: 0,
            cursor: None,
            restarts: 0,
        };
        Self {
            id,
            properties: LongProperties::of(&page),
            page,
            nodes: Vec::new(),
            roots: Vec::new(),
            listings: VecDeque::from([listing]),
            found: Vec::new(),
            errors: Vec::new(),
            is_truncated: false,
        }
    }

    /// The next request, if one is needed.
    pub fn next(&self) -> Option<Request> {
        match self.listings.front() {
            Some(listing) => Some(Request::children(listing.of, listing.cursor.as_ref())),
            None => self.properties.next(self.id),
        }
    }

    /// Takes the answer to that request.
    ///
    /// # Errors
    /// A failure that leaves the page unfinished.
    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Failure> {
        let Some(listing) = self.listings.pop_front() else {
            return self.properties.answered(answer);
        };
        match answer {
            Ok(body) => self.list(listing, body),
            Err(failure) => self.list_failed(listing, failure),
        }
    }

    /// What was fetched, and the pages and databases that the blocks hold.
    pub fn finish(mut self) -> (Source, Vec<Member>) {
        self.properties.complete(&mut self.page);
        let roots = std::mem::take(&mut self.roots);
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        let blocks = nest(&mut nodes, roots);
        let source = Source {
            id: self.id,
            page: self.page,
            blocks,
            errors: self.errors,
            is_truncated: self.is_truncated,
        };
        (source, self.found)
    }

    fn list(&mut self, mut listing: Listing, body: &[u8]) -> Result<(), Failure> {
        let list: List<Block> = serde_json::from_slice(body)
            .map_err(|error| Failure::Transient(format!("not a list of blocks: {error}")))?;
        let next = Cursor::of(list.next());
        for block in list.fields.results.into_value().unwrap_or_default() {
            if !block.is_in_trash() {
                self.add(listing.node, block);
            }
        }
        if next.is_some() {
            listing.cursor = next;
            self.listings.push_front(listing);
        }
        Ok(())
    }

    fn list_failed(&mut self, mut listing: Listing, failure: &Failure) -> Result<(), Failure> {
        let is_passing = matches!(failure, Failure::Transient(_) | Failure::RateLimited { .. });
        if failure.is_dead_cursor() && listing.restarts < MAX_RESTARTS {
            self.forget(&listing);
            listing.cursor = None;
            listing.restarts += 1;
            self.listings.push_front(listing);
        } else if is_passing || listing.node.is_none() {
            return Err(failure.clone());
        } else if let Some(other) = listing.or_else.take() {
            listing.of = other;
            listing.cursor = None;
            self.listings.push_front(listing);
        } else {
            // The rest of the page is good; the document says what it lacks.
            self.errors.push(SourceError {
                block_id: Some(listing.of),
                message: failure.to_string(),
            });
        }
        Ok(())
    }

    fn add(&mut self, parent: Option<usize>, block: Block) {
        let place = self.nodes.len();
        let (mut listings, listed_as) = self.listings_of(&block, parent, place);
        if !listings.is_empty() && self.depth(parent) >= MAX_DEPTH {
            listings.clear();
            self.is_truncated = true;
        }
        self.note(&block);
        self.nodes.push(Node {
            block,
            children: Vec::new(),
            parent,
            listed_as,
        });
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.children.push(place),
            None => self.roots.push(place),
        }
        self.listings.extend(listings);
    }

    /// Notes the page or database that a block stands for.
    fn note(&mut self, block: &Block) {
        let id = block.id.as_str().and_then(|id| id.parse().ok());
        let member = match (&block.content, id) {
            (Content::Known(BlockType::ChildPage(_)), Some(id)) => Member::Page(id),
            (Content::Known(BlockType::ChildDatabase(_)), Some(id)) => Member::Database(id),
            _ => return,
        };
        // A synced block shows the same child in several places.
        if !self.found.contains(&member) {
            self.found.push(member);
        }
    }

    /// The listings that a block's children need, and the block that they are listed as.
    fn listings_of(
        &mut self,
        block: &Block,
        parent: Option<usize>,
        place: usize,
    ) -> (Vec<Listing>, Option<Id>) {
        let Some(id) = block.id.as_str().and_then(|id| id.parse::<Id>().ok()) else {
            return (Vec::new(), None);
        };
        let listing = |of, or_else| Listing {
            of,
            node: Some(place),
            or_else,
            kept: 0,
            cursor: None,
            restarts: 0,
        };
        match &block.content {
            Content::Known(BlockType::ChildPage(_) | BlockType::ChildDatabase(_)) => {
                (Vec::new(), None)
            }
            Content::Known(BlockType::MeetingNotes(notes) | BlockType::Transcription(notes)) => {
                let parts = notes.get().map(|notes| parts_of(notes)).unwrap_or_default();
                let whole = if parts.is_empty() && block.has_children.is_true() {
                    vec![id]
                } else {
                    parts
                };
                (
                    whole.into_iter().map(|part| listing(part, None)).collect(),
                    Some(id),
                )
            }
            Content::Known(BlockType::SyncedBlock(synced)) => {
                let original = synced.get().and_then(|synced| synced.synced_from.get());
                let original = original.and_then(|from| match from.content.known() {
                    Some(SyncedFromType::BlockId(id)) => parse(id.get()),
                    None => None,
                });
                match original {
                    Some(original) if self.is_inside(parent, original) => {
                        let message = "a synced block that holds itself".to_owned();
                        self.errors.push(SourceError {
                            block_id: Some(id),
                            message,
                        });
                        (Vec::new(), None)
                    }
                    Some(original) => (vec![listing(original, Some(id))], Some(original)),
                    None if block.has_children.is_true() => (vec![listing(id, None)], Some(id)),
                    None => (Vec::new(), Some(id)),
                }
            }
            _ if block.has_children.is_true() => (vec![listing(id, None)], Some(id)),
            _ => (Vec::new(), None),
        }
    }

    fn depth(&self, parent: Option<usize>) -> usize {
        let mut depth = 0;
        let mut above = parent.and_then(|place| self.nodes.get(place));
        while let Some(node) = above {
            depth += 1;
            above = node.parent.and_then(|place| self.nodes.get(place));
        }
        depth
    }

    /// Whether the children of `original` are being listed somewhere above.
    fn is_inside(&self, parent: Option<usize>, original: Id) -> bool {
        let mut above = parent.and_then(|place| self.nodes.get(place));
        while let Some(node) = above {
            if node.listed_as == Some(original) {
                return true;
            }
            above = node.parent.and_then(|place| self.nodes.get(place));
        }
        false
    }

    /// Drops what a listing brought before its cursor died.
    fn forget(&mut self, listing: &Listing) {
        let children = match listing.node.and_then(|place| self.nodes.get_mut(place)) {
            Some(node) => node
                .children
                .split_off(listing.kept.min(node.children.len())),
            None => std::mem::take(&mut self.roots),
        };
        self.listings
            .retain(|waiting| !waiting.node.is_some_and(|node| children.contains(&node)));
    }
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

/// Puts children into their parents, from the deepest up, without recursion.
fn nest(nodes: &mut [Option<Node>], roots: Vec<usize>) -> Vec<Block> {
    for place in (0..nodes.len()).rev() {
        let Some(children) = nodes
            .get_mut(place)
            .and_then(Option::as_mut)
            .map(|node| std::mem::take(&mut node.children))
        else {
            continue;
        };
        let blocks: Vec<Block> = children
            .into_iter()
            .filter_map(|child| take_block(nodes, child))
            .collect();
        if let Some(node) = nodes.get_mut(place).and_then(Option::as_mut)
            && (!blocks.is_empty() || node.listed_as.is_some())
        {
            node.block.children = blocks.into();
        }
    }
    roots
        .into_iter()
        .filter_map(|root| take_block(nodes, root))
        .collect()
}

fn take_block(nodes: &mut [Option<Node>], place: usize) -> Option<Block> {
    nodes
        .get_mut(place)
        .and_then(Option::take)
        .map(|node| node.block)
}
