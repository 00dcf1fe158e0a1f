//! Everything of a page that takes further requests: its blocks, level by level, and property values cut short by Notion.
//!
//! Child pages and databases are noted, not entered: each is an object of its own.

use std::collections::VecDeque;

use serde::de::DeserializeOwned;

use crate::api::{Cursor, Request};
use crate::document::{Source, SourceError};
use crate::engine::listing::MAX_RESTARTS;
use crate::failure::Failure;
use crate::id::Id;
use crate::member::Member;
use crate::notion::{Block, BlockType, Content, List, MeetingNotes, Page, RawId, SyncedFromType};

use super::Unreadable;
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
    /// Blocks of which a listing showed only the id.
    partial: VecDeque<usize>,
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
    /// Parts of meeting notes, to be listed as well where they are not among the children.
    parts: Vec<Id>,
    /// How many children the block had before, which a listing that begins anew must keep.
    kept: usize,
    cursor: Option<Cursor>,
    restarts: u32,
}

impl Listing {
    fn new(of: Id, node: Option<usize>) -> Self {
        Self {
            of,
            node,
            or_else: None,
            parts: Vec::new(),
            kept: 0,
            cursor: None,
            restarts: 0,
        }
    }
}

impl Fetch {
    pub fn new(id: Id, page: Page) -> Self {
        let listing = Listing::new(id, None);
        Self {
            id,
            properties: LongProperties::of(&page),
            page,
            nodes: Vec::new(),
            roots: Vec::new(),
            listings: VecDeque::from([listing]),
            partial: VecDeque::new(),
            found: Vec::new(),
            errors: Vec::new(),
            is_truncated: false,
        }
    }

    /// The next request, if one is needed.
    pub fn next(&self) -> Option<Request> {
        if let Some(place) = self.partial.front() {
            return parse(self.nodes.get(*place)?.block.id.get()).map(Request::block);
        }
        match self.listings.front() {
            Some(listing) => Some(Request::children(listing.of, listing.cursor.as_ref())),
            None => self.properties.next(self.id),
        }
    }

    /// Takes the body that answers that request.
    ///
    /// # Errors
    /// What is wrong with it; nothing has changed then.
    pub fn take(&mut self, body: &[u8]) -> Result<(), Unreadable> {
        if let Some(place) = self.partial.front().copied() {
            let block = read(body, "block")?;
            self.partial.pop_front();
            self.retrieved(place, block);
        } else if !self.listings.is_empty() {
            let list = read(body, "list of blocks")?;
            if let Some(listing) = self.listings.pop_front() {
                self.list(listing, list);
            }
        } else {
            self.properties.take(read(body, "list of property items")?);
        }
        Ok(())
    }

    /// Takes a refusal of that request.
    ///
    /// # Errors
    /// The failure, if it leaves the page unfinished.
    pub fn failed(&mut self, failure: &Failure) -> Result<(), Failure> {
        if failure.is_passing() {
            return Err(failure.clone());
        }
        if let Some(place) = self.partial.pop_front() {
            let id = self
                .nodes
                .get(place)
                .and_then(|node| parse(node.block.id.get()));
            self.lacks(
                id,
                format!("notion shows only the id of this block: {failure}"),
            );
            self.expand(place);
            Ok(())
        } else if let Some(listing) = self.listings.pop_front() {
            self.list_failed(listing, failure)
        } else {
            if let Some(problem) = self.properties.refused(failure) {
                self.lacks(None, problem);
            }
            Ok(())
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

    fn list(&mut self, mut listing: Listing, list: List<Block>) {
        let next = Cursor::of(list.next());
        if listing.cursor.is_none() {
            listing.kept = self.children_of(listing.node).len();
        }
        for block in list.fields.results.into_value().unwrap_or_default() {
            if !block.is_in_trash() {
                self.add(listing.node, block);
            }
        }
        if next.is_some() {
            listing.cursor = next;
            self.listings.push_front(listing);
        } else {
            self.list_parts(&listing);
        }
    }

    /// Notes what the page lacks; the rest of it is good.
    fn lacks(&mut self, block_id: Option<Id>, message: String) {
        self.errors.push(SourceError { block_id, message });
    }

    /// Lists the parts of meeting notes that are not among the children of the block.
    fn list_parts(&mut self, listing: &Listing) {
        let children = self.children_of(listing.node).iter();
        let ids: Vec<Option<Id>> = children
            .filter_map(|child| self.nodes.get(*child))
            .map(|node| parse(node.block.id.get()))
            .collect();
        let missing = listing
            .parts
            .iter()
            .filter(|part| !ids.contains(&Some(**part)));
        let missing: Vec<Listing> = missing
            .map(|part| Listing::new(*part, listing.node))
            .collect();
        self.listings.extend(missing);
    }

    fn children_of(&self, node: Option<usize>) -> &[usize] {
        match node {
            Some(place) => self
                .nodes
                .get(place)
                .map(|node| node.children.as_slice())
                .unwrap_or_default(),
            None => &self.roots,
        }
    }

    fn list_failed(&mut self, mut listing: Listing, failure: &Failure) -> Result<(), Failure> {
        if failure.is_dead_cursor() && listing.restarts < MAX_RESTARTS {
            self.forget(&listing);
            listing.cursor = None;
            listing.restarts += 1;
            self.listings.push_front(listing);
        } else if listing.node.is_none() {
            return Err(failure.clone());
        } else if let Some(other) = listing.or_else.take() {
            listing.of = other;
            listing.cursor = None;
            self.listings.push_front(listing);
        } else if !listing.parts.is_empty() {
            self.list_parts(&listing);
        } else {
            self.lacks(Some(listing.of), failure.to_string());
        }
        Ok(())
    }

    fn add(&mut self, parent: Option<usize>, block: Block) {
        let place = self.nodes.len();
        let is_partial = block.is_partial() && parse(block.id.get()).is_some();
        self.nodes.push(Node {
            block,
            children: Vec::new(),
            parent,
            listed_as: None,
        });
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.children.push(place),
            None => self.roots.push(place),
        }
        if is_partial {
            self.partial.push_back(place);
        } else {
            self.expand(place);
        }
    }

    /// Queues what is inside of a block.
    fn expand(&mut self, place: usize) {
        let Some(node) = self.nodes.get(place) else {
            return;
        };
        let (block, parent) = (node.block.clone(), node.parent);
        self.note(&block);
        let (listings, listed_as) = self.listings_of(&block, parent, place);
        if let Some(node) = self.nodes.get_mut(place) {
            node.listed_as = listed_as;
        }
        if !listings.is_empty() && self.depth(parent) >= MAX_DEPTH {
            self.is_truncated = true;
        } else {
            self.listings.extend(listings);
        }
    }

    /// Takes a block that a listing showed only by its id.
    fn retrieved(&mut self, place: usize, mut block: Block) {
        block.extra.remove("request_id");
        if let Some(node) = self.nodes.get_mut(place) {
            node.block = block;
        }
        self.expand(place);
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
            or_else,
            ..Listing::new(of, Some(place))
        };
        match &block.content {
            Content::Known(BlockType::ChildPage(_) | BlockType::ChildDatabase(_)) => {
                (Vec::new(), None)
            }
            Content::Known(BlockType::MeetingNotes(notes) | BlockType::Transcription(notes)) => {
                let parts = notes.get().map(|notes| parts_of(notes)).unwrap_or_default();
                let is_listed = block.has_children.is_true() || !parts.is_empty();
                let whole = Listing {
                    parts,
                    ..listing(id, None)
                };
                (is_listed.then_some(whole).into_iter().collect(), Some(id))
            }
            Content::Known(BlockType::SyncedBlock(synced)) => {
                let original = synced.get().and_then(|synced| synced.synced_from.get());
                let original = original.and_then(|from| match from.content.known() {
                    Some(SyncedFromType::BlockId(id)) => parse(id.get()),
                    None => None,
                });
                match original {
                    Some(original) if self.is_inside(parent, original) => {
                        self.lacks(Some(id), "a synced block that holds itself".to_owned());
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

fn read<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Unreadable> {
    serde_json::from_slice(body)
        .map_err(|error| Unreadable(format!("not a {what} of Notion's: {error}")))
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
