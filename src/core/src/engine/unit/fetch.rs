//! Everything of a page that takes further requests: its blocks, level by level, and property values cut short by Notion.
//!
//! Child pages and databases are noted, not entered: each is an object of its own.
//! It can be saved between two requests; a listing that has not ended then begins anew.

use std::collections::VecDeque;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::api::{Cursor, Request};
use crate::document::{MAX_BYTES, Source, SourceError, TOO_LARGE, sources_of};
use crate::engine::answer::{self, Trail};
use crate::engine::asking::Question;
use crate::engine::listing::MAX_RESTARTS;
use crate::engine::write::Leads;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::member::Member;
use crate::notion::{self, Block, List, Page};

use super::comments::{Comments, StoredComments};
use super::files::Files;
use super::inside::{Before, Inside, Listing, id_of, member_of};
use super::properties::LongProperties;
use super::tree::Tree;
use super::{LaneStep, Unreadable};

/// Blocks nested deeper are left out: a reader's JSON parser may stop at 128 levels, and each block takes two.
const MAX_DEPTH: usize = 50;

/// How many synced copies are filled from their originals: copies within copies multiply.
const MAX_COPIES: usize = 200;

/// The fetching of one page.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fetch {
    id: Id,
    page: Page,
    tree: Tree,
    listings: VecDeque<Listing>,
    /// Blocks of which a listing showed only the id.
    partial: VecDeque<usize>,
    properties: LongProperties,
    #[serde(default)]
    comments: Comments,
    #[serde(default)]
    files: Files,
    /// Pages and databases that its own blocks hold.
    found: Vec<Member>,
    /// Those of them that lie under one of its blocks.
    #[serde(default)]
    nested: Vec<Member>,
    /// Those that only synced copies show: another page holds them.
    shown: Vec<Member>,
    errors: Vec<SourceError>,
    is_truncated: bool,
    /// The length of all answers so far.
    bytes: usize,
    /// How many synced copies were filled.
    copies: usize,
    /// How many listings, blocks and property values came to an end.
    ended: usize,
    /// Whether one did that a run before had not ended.
    #[serde(skip)]
    has_advanced: bool,
}

impl Fetch {
    pub fn new(id: Id, page: Page, comments: Comments, files: Files) -> Self {
        let listing = Listing::new(id, None);
        Self {
            id,
            properties: LongProperties::of(&page),
            page,
            comments,
            files,
            tree: Tree::default(),
            listings: VecDeque::from([listing]),
            partial: VecDeque::new(),
            found: Vec::new(),
            nested: Vec::new(),
            shown: Vec::new(),
            errors: Vec::new(),
            is_truncated: false,
            bytes: 0,
            copies: 0,
            ended: 0,
            has_advanced: false,
        }
    }

    /// Whether this is the fetching of that version of that page.
    pub fn is_of(&self, id: Id, page: &Page) -> bool {
        self.id == id && self.page.last_edited_time == page.last_edited_time
    }

    /// Makes it ready to be saved; nothing if there is no more to save than before.
    pub fn suspend(&mut self) -> Option<&Self> {
        if !self.has_advanced {
            return None;
        }
        if let Some(mut listing) = self.listings.pop_front() {
            if listing.cursor.take().is_some() {
                self.forget(&listing);
            }
            self.listings.push_front(listing);
        }
        self.properties.suspend();
        self.comments.suspend();
        Some(self)
    }

    /// The length of all answers so far.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many requests it is expected to need still: those that wait, or as many again as came to an end.
    /// Few pages are long, and one that has taken long will mostly take as long again.
    pub fn queued(&self) -> usize {
        let ended = self.ended.saturating_sub(self.files.done());
        (self.partial.len() + self.listings.len()).max(ended)
    }

    /// How much came to an end, in requests and not in bytes: an edit may add some of those.
    pub fn ended(&self) -> usize {
        self.ended
    }

    /// Lets go of what it fetched: only the files that were copied stay known.
    pub fn begun_anew(self) -> Files {
        self.files.begun_anew()
    }

    /// Lets go of what it fetched of an earlier version.
    pub fn of_another_version(self) -> Files {
        self.files.of_another_version()
    }

    /// Whether it has what an earlier run had not.
    pub fn has_advanced(&self) -> bool {
        self.has_advanced
    }

    /// Goes on without the file that is asked for: no run has to try it again.
    pub fn lose_file(&mut self, failure: &Failure) {
        self.files.lose(failure);
        self.ended += 1;
        self.has_advanced = true;
    }

    /// What is asked for next, if anything is.
    pub fn next(&self) -> Option<Question> {
        let request = self.next_request().map(Question::Notion);
        request.or_else(|| self.files.next())
    }

    /// Whether the next thing is a file.
    pub fn is_at_a_file(&self) -> bool {
        self.next_request().is_none() && self.files.next().is_some()
    }

    /// What is done in the lane for its files, once everything else is there.
    pub fn files_in_lane(&mut self, keys: &Keys, with_blocks: bool) -> Option<LaneStep> {
        if self.files.are_unsought() {
            let blocks = match with_blocks {
                true => usize::MAX,
                false => 0,
            };
            let blocks = self.tree.blocks_mut().take(blocks);
            self.files
                .found(sources_of(self.id, &mut self.page, blocks));
        }
        self.files.lane(keys, self.id)
    }

    /// Its files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The same, to go on with.
    pub fn files_mut(&mut self) -> &mut Files {
        &mut self.files
    }

    /// The next request to Notion, if one is needed.
    fn next_request(&self) -> Option<Request> {
        if let Some(place) = self.partial.front() {
            return self.tree.block(*place).and_then(id_of).map(Request::block);
        }
        match self.listings.front() {
            Some(listing) => Some(Request::children(listing.of, listing.cursor.as_ref())),
            None => {
                let property = self.properties.next(self.id);
                property.or_else(|| self.comments.next(self.id))
            }
        }
    }

    /// Takes the body that answers that request; what is wrong with the listing that it is a part of, if anything is.
    ///
    /// # Errors
    /// What is wrong with it; nothing has changed then.
    pub fn take(&mut self, body: &[u8]) -> Result<Result<(), Failure>, Unreadable> {
        if let Some(place) = self.partial.front().copied() {
            let block = read(body, "block")?;
            self.partial.pop_front();
            self.retrieved(place, block);
        } else if let Some(listing) = self.listings.front_mut() {
            let list: List<Block> = answer::list(body, "block")?;
            listing.weigh(&list)?;
            if let Err(circular) = listing.follow(&list) {
                return Ok(Err(circular));
            }
            if let Some(listing) = self.listings.pop_front() {
                self.list(listing, list);
            }
        } else if self.properties.next(self.id).is_some() {
            let list = answer::list(body, "property_item")?;
            match self.properties.take(list) {
                Ok(is_ended) => {
                    self.ended += usize::from(is_ended);
                    self.has_advanced |= is_ended;
                }
                Err(circular) => return Ok(Err(circular)),
            }
        } else if self.comments.next(self.id).is_some() {
            if let Err(circular) = self.comments.take(answer::list(body, "comment")?) {
                return Ok(Err(circular));
            }
        } else {
            self.files.take(body)?;
            self.ended += 1;
            self.has_advanced = true;
        }
        self.bytes = self.bytes.saturating_add(body.len());
        // What takes more bytes than a document may have must not fill the isolate either.
        if self.bytes > MAX_BYTES
            && let Some(first) = self.listings.front().map(|listing| listing.of)
        {
            self.leaves_out(Some(first), TOO_LARGE);
            self.listings.clear();
        }
        Ok(Ok(()))
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
            let id = self.tree.block(place).and_then(id_of);
            let problem = format!("notion shows only the id of this block: {failure}");
            self.lacks(id, problem);
            self.expand(place);
        } else if let Some(listing) = self.listings.pop_front() {
            return self.list_failed(listing, failure);
        } else if self.properties.next(self.id).is_none() {
            self.comments.refused(failure)?;
        } else if let Some(problem) = self.properties.refused(failure)? {
            self.lacks(None, problem);
        }
        Ok(())
    }

    /// Goes on without any blocks, because Notion refuses them.
    pub fn go_without_blocks(&mut self, failure: &Failure) {
        self.lacks(Some(self.id), failure.to_string());
    }

    /// Why it has no comments, where Notion refused them.
    pub fn refused_comments(&self) -> Option<&Failure> {
        self.comments.failure()
    }

    /// What was fetched, with its comments, the pages and databases that it leads to, and its files.
    pub fn finish(mut self) -> (Source, StoredComments, Leads, Files) {
        for problem in self.properties.complete(&mut self.page) {
            self.lacks(None, problem);
        }
        let has_all_blocks = self.errors.iter().all(|error| error.block_id.is_none());
        let leads = Leads {
            held: self.found,
            nested: self.nested,
            shown: self.shown,
            are_all: has_all_blocks && !self.is_truncated,
        };
        let source = Source {
            id: self.id,
            page: self.page,
            blocks: self.tree.nest(),
            errors: self.errors,
            is_truncated: self.is_truncated,
        };
        (source, self.comments.finish(self.id), leads, self.files)
    }

    fn list(&mut self, mut listing: Listing, list: List<Block>) {
        let next = Cursor::of(list.next());
        if listing.cursor.is_none() {
            listing.kept = self.tree.children_of(listing.node).len();
            listing.before = Before {
                nodes: self.tree.len(),
                errors: self.errors.len(),
                bytes: self.bytes,
                copies: self.copies,
                ended: self.ended,
                is_truncated: self.is_truncated,
            };
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
            self.ended += 1;
            self.has_advanced = true;
            self.list_parts(&listing);
        }
    }

    /// Notes what the page lacks; the rest of it is good.
    fn lacks(&mut self, block_id: Option<Id>, message: String) {
        self.errors.push(SourceError { block_id, message });
    }

    /// Notes that a part is left out; the first place speaks for all.
    fn leaves_out(&mut self, block_id: Option<Id>, why: &str) {
        if !std::mem::replace(&mut self.is_truncated, true) {
            self.lacks(block_id, why.to_owned());
        }
    }

    /// Lists the parts of meeting notes that are not among the children of the block.
    fn list_parts(&mut self, listing: &Listing) {
        let children = self.tree.children_of(listing.node).iter();
        let ids: Vec<Option<Id>> = children
            .map(|child| self.tree.block(*child).and_then(id_of))
            .collect();
        let missing = listing
            .parts
            .iter()
            .filter(|part| !ids.contains(&Some(**part)));
        let missing = missing.map(|part| Listing::new(*part, listing.node));
        self.listings.extend(missing);
    }

    fn list_failed(&mut self, mut listing: Listing, failure: &Failure) -> Result<(), Failure> {
        if failure.is_dead_cursor() && listing.restarts < MAX_RESTARTS {
            if listing.cursor.take().is_some() {
                self.forget(&listing);
            }
            listing.restarts += 1;
            listing.trail = Trail::default();
            self.listings.push_front(listing);
        } else if listing.node.is_none() || failure.is_circular() {
            return Err(failure.clone());
        } else if let Some(other) = listing.or_else.take() {
            if listing.cursor.take().is_some() {
                self.forget(&listing);
            }
            listing.trail = Trail::default();
            listing.of = other;
            self.listings.push_front(listing);
        } else if !listing.parts.is_empty() {
            self.list_parts(&listing);
        } else {
            self.lacks(Some(listing.of), failure.to_string());
        }
        Ok(())
    }

    fn add(&mut self, parent: Option<usize>, block: Block) {
        let is_partial = block.is_partial() && id_of(&block).is_some();
        let place = self.tree.add(parent, block);
        if is_partial {
            self.partial.push_back(place);
        } else {
            self.expand(place);
        }
    }

    /// Takes a block that a listing showed only by its id.
    fn retrieved(&mut self, place: usize, mut block: Block) {
        block.forget_request();
        self.ended += 1;
        self.has_advanced = true;
        if block.is_in_trash() {
            return self.tree.remove(place);
        }
        self.tree.replace(place, block);
        self.expand(place);
    }

    /// Queues what is inside of a block, and notes what it stands for.
    fn expand(&mut self, place: usize) {
        let Some(block) = self.tree.block(place) else {
            return;
        };
        let (inside, member) = (Inside::of(block, place), member_of(block));
        if !self.tree.is_copied(place) && self.tree.depth(place) > 0 {
            self.nested.extend(member);
        }
        let noted = match self.tree.is_copied(place) {
            true => &mut self.shown,
            false => &mut self.found,
        };
        noted.extend(member.filter(|member| !noted.contains(member)));
        let listing = match inside {
            Inside::Nothing => return,
            Inside::Empty(id) => return self.tree.list_as(place, Some(id)),
            Inside::Copied(copied) if self.tree.is_inside(place, copied.of) => {
                let problem = "a synced block that holds itself".to_owned();
                return self.lacks(copied.or_else, problem);
            }
            Inside::Copied(copied) if self.copies >= MAX_COPIES => {
                return self.leaves_out(copied.or_else, "the page has too many synced blocks");
            }
            Inside::Copied(listing) => {
                self.copies += 1;
                listing
            }
            // A synced copy that shows it may be above: that is not a circle of its own.
            Inside::Own(own) if self.tree.is_inside(place, own.of) => {
                let problem = "a block that holds itself".to_owned();
                return self.lacks(Some(own.of), problem);
            }
            Inside::Own(listing) => listing,
        };
        self.tree.list_as(place, Some(listing.of));
        if self.tree.depth(place) >= MAX_DEPTH {
            self.leaves_out(Some(listing.of), "what is in this block is nested too deep");
        } else {
            self.listings.push_back(listing);
        }
    }

    /// Drops what a listing brought before its cursor died.
    fn forget(&mut self, listing: &Listing) {
        let children = self.tree.cut(listing.node, listing.kept);
        self.listings
            .retain(|waiting| !waiting.node.is_some_and(|node| children.contains(&node)));
        self.partial.retain(|place| !children.contains(place));
        // While it was under way nothing else added to the page.
        let before = listing.before;
        self.tree.truncate(before.nodes);
        self.errors.truncate(before.errors);
        self.bytes = before.bytes;
        self.copies = before.copies;
        self.ended = before.ended;
        self.is_truncated = before.is_truncated;
    }
}

fn read<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Unreadable> {
    notion::from_slice(body)
        .map_err(|error| Unreadable(format!("not a {what} of Notion's: {error}")))
}
