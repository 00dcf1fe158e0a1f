//! The Lua scripts, one for each atomic operation, embedded from their files.
//!
//! What each does and takes is said at the head of its `.lua` file.
//! They are constants, not an enum, so that a program carries only those that it runs.

use std::cell::RefCell;
use std::collections::HashMap;

use sha1::{Digest, Sha1};

use crate::hex::hex;

use super::Dialect;

pub(crate) const CALL: &str = include_str!("../scripts/call.lua");
pub(crate) const PART: &str = include_str!("../scripts/store/part.lua");
const ALL: &str = include_str!("../scripts/all.lua");
const BLOCKS: &str = include_str!("../scripts/page_blocks.lua");
const FILES: &str = include_str!("../scripts/files.lua");
const EXPIRY: &str = include_str!("../scripts/expiry.lua");
const NAMED: &str = include_str!("../scripts/named.lua");
const PRELUDE: &str = include_str!("../scripts/prelude.lua");
const RECORD: &str = include_str!("../scripts/record.lua");
const SHOWN: &str = include_str!("../scripts/shown.lua");
const WORK: &str = include_str!("../scripts/work.lua");

/// An atomic operation on the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    parts: &'static [&'static str],
    only_reads: bool,
}

/// A script with its keys and arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptCall {
    /// Which script.
    pub script: Script,
    /// Every key that it touches.
    pub keys: Vec<String>,
    /// Its arguments.
    pub args: Vec<String>,
}

impl Script {
    /// Takes the lease for a run.
    pub const ACQUIRE: Self = Self::new(&[include_str!("../scripts/acquire.lua")]);
    /// Reads several documents.
    pub const BATCH: Self = Self::reading(&[include_str!("../scripts/batch.lua")]);
    /// Writes some of a page's blocks one by one.
    pub const BLOCKS: Self = Self::new(&[
        CALL,
        PRELUDE,
        EXPIRY,
        BLOCKS,
        include_str!("../scripts/blocks.lua"),
    ]);
    /// Ends an export that is queued, or has one ended that has begun.
    pub const CANCEL: Self = Self::new(&[include_str!("../scripts/cancel.lua")]);
    /// Writes a database or data source.
    pub const COMMIT_OBJECT: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        EXPIRY,
        WORK,
        FILES,
        include_str!("../scripts/commit_object.lua"),
    ]);
    /// Writes a page.
    pub const COMMIT_PAGE: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        EXPIRY,
        WORK,
        FILES,
        BLOCKS,
        include_str!("../scripts/publish.lua"),
        include_str!("../scripts/commit_page.lua"),
    ]);
    /// Lets go what an export holds.
    pub const CONFIRM: Self = Self::new(&[include_str!("../scripts/confirm.lua")]);
    /// Puts what a listing found into the frontier.
    pub const DISCOVER: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        EXPIRY,
        include_str!("../scripts/discover.lua"),
    ]);
    /// Notes what has expired.
    pub const EXPIRE: Self =
        Self::new(&[CALL, PRELUDE, RECORD, include_str!("../scripts/expire.lua")]);
    /// Reads a part of an index with the summaries.
    pub const LIST: Self = Self::reading(&[CALL, NAMED, PART, include_str!("../scripts/list.lua")]);
    /// Saves the state with an event.
    pub const MARK: Self = Self::new(&[CALL, PRELUDE, include_str!("../scripts/mark.lua")]);
    /// Queues an export.
    pub const ORDER: Self = Self::new(&[include_str!("../scripts/order.lua")]);
    /// Reads a page.
    pub const PAGE: Self = Self::reading(&[include_str!("../scripts/page.lua")]);
    /// Reads a whole index with the summaries.
    pub const QUERY: Self =
        Self::reading(&[CALL, NAMED, ALL, include_str!("../scripts/query.lua")]);
    /// Ends a run.
    pub const RELEASE: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        include_str!("../scripts/release.lua"),
    ]);
    /// Takes an object out.
    pub const REMOVE: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        EXPIRY,
        WORK,
        FILES,
        BLOCKS,
        include_str!("../scripts/remove.lua"),
    ]);
    /// Ends the work on a member without a document.
    pub const SETTLE: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        EXPIRY,
        WORK,
        include_str!("../scripts/settle.lua"),
    ]);
    /// Writes a part of a large document.
    pub const STAGE: Self =
        Self::new(&[CALL, PRELUDE, RECORD, include_str!("../scripts/stage.lua")]);
    /// Puts what the store holds into the frontier, to be read again over time.
    pub const SWEEP: Self =
        Self::new(&[CALL, PRELUDE, RECORD, include_str!("../scripts/sweep.lua")]);
    /// Hands out work.
    pub const TAKE: Self = Self::new(&[
        CALL,
        PRELUDE,
        RECORD,
        WORK,
        include_str!("../scripts/take.lua"),
    ]);
    /// Reads what a tree shows of all pages and databases.
    pub const TREE: Self = Self::reading(&[CALL, ALL, SHOWN, include_str!("../scripts/tree.lua")]);
    /// Reads what a tree shows of some pages.
    pub const TREE_PART: Self =
        Self::reading(&[CALL, SHOWN, include_str!("../scripts/tree_part.lua")]);
    /// Notes which copies of files no page shows.
    pub const UNLINK: Self = Self::new(&[CALL, PRELUDE, include_str!("../scripts/unlink.lua")]);
    /// Writes some users, and takes some out.
    pub const USERS: Self =
        Self::new(&[CALL, PRELUDE, EXPIRY, include_str!("../scripts/users.lua")]);
    /// Puts what the store holds and an export has not seen into the frontier.
    pub const VERIFY: Self =
        Self::new(&[CALL, PRELUDE, RECORD, include_str!("../scripts/verify.lua")]);
    /// Has what Notion told of read again.
    pub const WEBHOOK: Self = Self::new(&[CALL, RECORD, include_str!("../scripts/webhook.lua")]);
    /// Reads all that is known of an id.
    pub const WHY: Self = Self::reading(&[include_str!("../scripts/why.lua")]);
    /// Leaves word of an object before it is stored.
    pub const WORD: Self = Self::new(&[CALL, PRELUDE, include_str!("../scripts/word.lua")]);

    /// A script whose text is these parts, one after the other.
    pub(crate) const fn new(parts: &'static [&'static str]) -> Self {
        Self {
            parts,
            only_reads: false,
        }
    }

    /// A script that writes nothing, so that a read-only token and a replica may run it.
    pub(crate) const fn reading(parts: &'static [&'static str]) -> Self {
        Self {
            parts,
            only_reads: true,
        }
    }

    /// The whole text of the script.
    pub fn source(self, dialect: Dialect) -> String {
        dialect.first_line(self.only_reads).to_owned() + &self.parts.join("\n")
    }

    /// The SHA-1 of the text in hexadecimal, by which EVALSHA names it.
    pub fn digest(self, dialect: Dialect) -> String {
        thread_local! {
            /// By where the parts lie, because a script is sent hundreds of times in a run and hashing 15 kB costs more than the rest.
            static DIGESTS: RefCell<HashMap<(*const [&'static str], Dialect), String>> = RefCell::default();
        }
        let digest = || hex(Sha1::digest(self.source(dialect)));
        let place = (std::ptr::from_ref(self.parts), dialect);
        DIGESTS.with_borrow_mut(|digests| digests.entry(place).or_insert_with(digest).clone())
    }

    /// Whether it writes nothing.
    pub fn only_reads(self) -> bool {
        self.only_reads
    }
}
