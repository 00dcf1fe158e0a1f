//! Objects held in memory: the demo's, what changes create, and generated objects once they were changed.
//! Holds, and decides nothing: `workspace` reads it and `change` writes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::Uuid;
use crate::model::{Block, Comment, CustomEmoji, DataSource, Database, FileUpload, Page, User};

/// Why an object that exists is not there for the integration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Barred {
    /// Not shared, or no longer.
    Unshared,
    /// Deleted for good.
    Purged,
}

/// Everything that is not computed on demand.
#[derive(Clone, Default)]
pub(crate) struct Held {
    pub(crate) pages: BTreeMap<Uuid, Page>,
    pub(crate) blocks: BTreeMap<Uuid, Block>,
    pub(crate) databases: BTreeMap<Uuid, Database>,
    pub(crate) data_sources: BTreeMap<Uuid, DataSource>,
    /// The content of pages and blocks, in document order.
    pub(crate) children: BTreeMap<Uuid, Vec<Uuid>>,
    /// Objects that the integration cannot see, nor anything below them.
    pub(crate) barred: BTreeMap<Uuid, Barred>,
    /// The generated pages, by index, which `pages` replaces.
    pub(crate) replaced: BTreeSet<u64>,
    /// When a page was edited, oldest first, starting with its time before the first change.
    pub(crate) edits: BTreeMap<Uuid, Vec<i64>>,
    pub(crate) users: Vec<User>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) emojis: Vec<CustomEmoji>,
    pub(crate) uploads: Vec<FileUpload>,
}

impl Held {
    /// The time of the last edit of a page that had happened by `ms`; `None` for a page that had not been made.
    pub(crate) fn edited_by(&self, page: &Page, ms: i64) -> Option<i64> {
        match self.edits.get(&page.id) {
            None => Some(page.stamps.edited_ms),
            Some(edits) => edits.iter().rev().find(|edit| **edit <= ms).copied(),
        }
    }
}
