//! What every write carries, and what it says of keys and arguments.

use crate::engine::expiry::Ttl;
use crate::engine::frontier::Wanted;
use crate::engine::job::Job;
use crate::engine::unit::BlockKeys;
use crate::keys::Keys;
use crate::member::Member;
use crate::scope::Scope;
use crate::time::Timestamp;

/// What every write carries.
pub struct Header<'a> {
    pub keys: &'a Keys,
    pub run: &'a str,
    pub sequence: u64,
    /// The sequence of the write before it in the same request.
    pub after: Option<u64>,
    /// The last one that is known to be done.
    pub done: u64,
    pub lease_until: Timestamp,
    pub state: String,
    pub export: u64,
    /// What the export looks at. One of a page or database has a frontier of its own, and takes every version for an old one.
    pub job: Job,
    /// What is copied.
    pub scope: &'a Scope,
    pub now: Timestamp,
    /// How many entries of the frontier are to be handed out with a write that ends the work on one.
    pub wanted: Wanted,
    /// What is being worked on, besides what this write ends.
    pub active: Vec<Member>,
    /// What a commit tells of how far the export is, as JSON; mostly nothing.
    pub progress: String,
    /// How long what is written lives.
    pub ttl: Ttl,
    pub block_keys: BlockKeys,
    /// Whether a rule says which pages are public: then some have texts of their own for who may read only those.
    pub has_rule: bool,
}

impl Header<'_> {
    pub(super) fn is_left_in(&self, member: &Member) -> bool {
        self.scope.names(member.id()) != Some(false)
    }

    /// How what is unchanged lives on: each block that has a key of its own is written for that.
    pub(super) fn way_to_live_on(&self) -> &'static str {
        match self.block_keys {
            BlockKeys::Renewed => "built",
            BlockKeys::None | BlockKeys::Written | BlockKeys::Removed => "",
        }
    }

    pub(super) fn frontier(&self) -> String {
        match self.job.is_urgent() {
            true => self.keys.urgent(),
            false => self.keys.frontier(),
        }
    }
}
