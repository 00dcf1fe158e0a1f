//! The engine's writes, and what the scripts that perform them answer.
//!
//! How a write becomes the call of a script is `call`.

mod call;
mod commit;
mod header;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::document::Committed;
use crate::id::Id;
use crate::keys::StagedText;
use crate::redis::Value;
use crate::time::Timestamp;

use super::state::Counts;
use super::unit::{Above, BlockKeys, KEYS_AT_ONCE, StoredComments};
use crate::member::Member;
pub use call::{KEPT_EXPORTS, NOBODY, acquire};
pub use header::Header;

/// What the name of an object and its key take of a request, about.
const NAME_BYTES: usize = 100;

/// How many bytes of listed objects go in one request, unless one alone has more: quotes take two, and Redis servers
/// over HTTP have a limit of 1 MB.
const LISTED_BYTES: usize = 512 * 1024;

/// Something that changes the store.
#[derive(Clone, Debug)]
pub enum Write {
    /// Saves the state with an event.
    Mark(Mark),
    /// Puts what a listing found into the frontier.
    Discover(Vec<Found>),
    /// Hands out work; whatever ends the work on an object does that as well.
    Take,
    /// Puts a batch of what the store holds and this export has not seen into the frontier.
    Verify {
        cursor: String,
        /// What becomes of it.
        again: Again,
    },
    /// Leaves word that an object is in scope and in no trash, before it is stored.
    Word(Member),
    /// Puts a batch of what the store holds into the frontier, to be read again over time.
    Sweep(Sweeping),
    /// Notes what has expired, and puts it into the frontier.
    Expire,
    /// Writes a page.
    CommitPage(Box<PageCommit>),
    /// Writes a database or data source.
    CommitObject(Box<ObjectCommit>),
    /// Takes an object out.
    Remove(Box<Removal>),
    /// Ends the work on a member without a document, or puts it off.
    Settle(Settlement),
    /// Writes one part of a large text, or of what is fetched of a page.
    Stage {
        text: StagedText,
        part: Part,
        /// The page that is half fetched, where this is its last part.
        half: Option<Member>,
    },
    /// Writes some of a page's blocks one by one ahead of its commit, and takes some out.
    Blocks(BlockChange),
    /// Writes some users, and takes some out.
    Users(UserChange),
    /// Notes that these files are going to be copied: until a commit shows them, they are to be deleted again.
    Linking(Vec<String>),
    /// Notes that the copies of these files are deleted.
    Unlinked(Vec<String>),
    /// Ends the run.
    Release {
        not_before: Option<Timestamp>,
        /// The same, as far as Notion asked for it.
        paused_until: Option<Timestamp>,
        /// The number that the run was given and did not use.
        unused: Option<u64>,
        /// The entries of the frontier whose takes do not count.
        cut: Vec<String>,
    },
}

/// What is put into the frontier of what the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// What the export has not seen is to be asked for.
    Unseen,
    /// All is to be built again: judged by a scope that has changed, or stored with other object types.
    Built,
    /// The same, and all is to be read again, for what only Notion can bring.
    Read,
}

/// How what the store holds is read again.
#[derive(Clone, Debug)]
pub struct Sweeping {
    /// Where it goes on.
    pub cursor: String,
    /// How many objects a batch has, about.
    pub batch_size: u32,
    /// Within what time everything is read again.
    pub within: Duration,
    /// The least time between two objects.
    pub apart: Duration,
}

/// A turning point of an export.
#[derive(Clone, Debug)]
pub struct Mark {
    pub event: &'static str,
    pub data: String,
    /// What the history is to say of the export.
    pub report: Option<String>,
    pub leftover: Leftover,
    /// The numbers whose orders are carried out.
    pub carried_out: Vec<u64>,
}

/// What becomes of the frontier of an urgent export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// Nothing yet, or there is none.
    None,
    /// What is put off goes on waiting, in the frontier of the others.
    Kept,
    /// What was still to be fetched is not fetched.
    Dropped,
}

/// A part of a long text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, in bytes.
    pub offset: usize,
    pub text: String,
}

/// An object that a listing found.
#[derive(Clone, Debug)]
pub struct Found {
    pub member: Member,
    /// The version that the listing shows, if it shows one.
    pub version: Option<String>,
    /// What it lies in, as the listing shows it.
    pub above: Above,
    /// What that lies in: a data source tells of its database, which no listing shows.
    pub beyond: Above,
    /// When it was last edited, as the listing shows it.
    pub edited: Option<Timestamp>,
    /// The object as listed, where that saves asking for it.
    pub json: Option<String>,
}

impl Found {
    /// Takes the first of what a listing found, as much as goes in one request.
    pub fn first_part(found: &mut Vec<Self>) -> Vec<Self> {
        let mut bytes = 0_usize;
        let is_beyond = |found: &Self| {
            bytes = bytes.saturating_add(found.json.as_ref().map_or(0, String::len));
            bytes > LISTED_BYTES
        };
        let fitting = found.iter().position(is_beyond).unwrap_or(found.len());
        let rest = found.split_off(fitting.max(1).min(found.len()));
        std::mem::replace(found, rest)
    }
}

/// What the store will know of an object's version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// It holds exactly this one.
    Known(String),
    /// It was edited so shortly before it was read that the minute may hide another edit.
    Uncertain,
    /// As before: Notion did not give it.
    Kept,
    /// None: there is nothing of it, and it is not to be asked for again.
    Forgotten,
    /// As before: it was built again from what is stored, and Notion was not asked.
    Rebuilt,
}

/// How the work on an object ends without a document of it being written.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// As it stands in the frontier.
    pub member: String,
    pub version: Version,
    pub error: Option<String>,
    /// When it is to be tried again; without that it leaves the frontier.
    pub retry: Option<Retry>,
    /// Since when Notion does not know it any more.
    pub missing: Option<Timestamp>,
    /// Whether Notion has it and does not give it: what is stored of it lives on.
    pub is_withheld: bool,
    /// Whether it is another connection that does not see it than had stored it.
    pub is_unseen: bool,
}

/// When an object is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// At this instant, and this take counts.
    At(Timestamp),
    /// At this instant, as if it had never been taken.
    Afresh(Timestamp),
}

/// The pages and databases that the blocks of a page lead to.
#[derive(Clone, Debug, Default)]
pub struct Leads {
    /// Its own blocks hold them: it is what they lie under.
    pub held: Vec<Member>,
    /// Those of them that do not lie under the page itself, but under a block.
    pub nested: Vec<Member>,
    /// Synced copies show them, and they lie under the page of the original; or the page lies under them.
    pub shown: Vec<Member>,
    /// Whether all of its blocks were read: what its blocks held and is not among these lies elsewhere.
    pub are_all: bool,
}

/// A page to write.
#[derive(Clone, Debug)]
pub struct PageCommit {
    pub member: Member,
    pub version: Version,
    pub page: Committed,
    pub leads: Leads,
    pub listed_by: Vec<String>,
    pub no_longer_listed_by: Vec<String>,
    pub mentions: Vec<Id>,
    pub no_longer_mentions: Vec<Id>,
    /// Its synced blocks that other pages may show copies of.
    pub originals: Vec<Id>,
    /// What changes of its single blocks, and whether they have keys; nothing where those are of this document.
    pub blocks: Option<(BlockKeys, BlockChange)>,
    pub comments: StoredComments,
    /// Its files, a line each as `files.lua` reads them; nothing where they stay as they are.
    pub files: Option<String>,
    pub is_staged: bool,
    pub owner: Owner,
}

/// An object to take out, and where the last commit put it.
#[derive(Clone, Debug)]
pub struct Removal {
    pub member: Member,
    pub departure: Departure,
    /// What it lies under, where it goes with that.
    pub under: Option<Member>,
    pub path: Option<String>,
    pub listed_by: Vec<String>,
    pub mentions: Vec<Id>,
    /// The blocks that are stored one by one for it: more than a script takes out go in parts.
    pub blocks: Vec<Id>,
}

/// What changes of the blocks that are stored one by one for a page.
#[derive(Clone, Debug)]
pub struct BlockChange {
    pub page: Id,
    pub written: Vec<(Id, StoredBlock)>,
    /// Those that it has no longer.
    pub gone: Vec<Id>,
    /// Whether Notion was not asked: what lies in another page by now stays as that has it.
    pub is_rebuild: bool,
}

/// What changes of the users that are stored.
#[derive(Clone, Debug)]
pub struct UserChange {
    /// The number of the export that sees them.
    pub export: u64,
    pub written: Vec<(Id, String)>,
    pub gone: Vec<Id>,
}

/// A block on its way to a key of its own.
#[derive(Clone, Debug)]
pub enum StoredBlock {
    Json(String),
    /// It went ahead in parts.
    Staged,
}

/// Why an object leaves the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// Notion shows it, or what it lies under, in the trash.
    Trashed,
    /// Notion shows a block that it lies in in the trash.
    InTrashedBlock,
    /// Notion does not know it any more: it was deleted for good, or is not shared.
    Gone,
    /// What is copied does not have it in it: the owner says so, and nothing is held for that.
    OutOfScope,
}

/// A database or data source to write.
#[derive(Clone, Debug)]
pub struct ObjectCommit {
    pub member: Member,
    pub version: Version,
    pub key: String,
    pub json: String,
    pub summary: String,
    pub ancestors: String,
    pub face: String,
    pub created: Timestamp,
    pub listed_by: Vec<String>,
    pub no_longer_listed_by: Vec<String>,
    pub found: Vec<Member>,
    /// What it lies under, where the store does not hold that.
    pub unknown: Option<Member>,
    pub owner: Owner,
    /// As in [`PageCommit`].
    pub files: Option<String>,
}

/// The page whose blocks hold an object, as far as that decides where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The object says itself where it lies.
    NotNeeded,
    /// Not known yet: Notion is asked once nothing else is to be fetched.
    Unknown,
    /// This one.
    Page(Id),
    /// This one, by what Notion told of the blocks.
    Told(Id),
    /// None that the connection sees.
    Nobody,
    /// Notion was asked and did not answer: it is to be read again.
    NotAnswered,
}

/// What a fenced script says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Written.
    Done,
    /// It had been written before; the first answer was lost.
    Repeated,
    /// Another page has the path; nothing was written.
    PathTaken,
    /// Too many pages would have gone in a day; this one stays until later, or until someone confirms.
    Held,
    /// A part of it is; the object is still to be removed.
    Partial,
    /// Another run has the lease; nothing was written.
    Stale,
    /// The write before it in the same request was not done; nothing was written.
    TooEarly,
}

impl Verdict {
    /// The verdict, and the commands that the script cost.
    pub fn of(answer: &Value) -> Option<(Self, u64)> {
        let [verdict, cost, ..] = answer.items() else {
            return None;
        };
        let cost = u64::try_from(cost.integer()?).ok()?;
        match verdict.text()?.as_str() {
            "ok" => Some((Self::Done, cost)),
            "repeated" => Some((Self::Repeated, cost)),
            "taken" => Some((Self::PathTaken, cost)),
            "held" => Some((Self::Held, cost)),
            "partial" => Some((Self::Partial, cost)),
            "stale" => Some((Self::Stale, cost)),
            "early" => Some((Self::TooEarly, cost)),
            _ => None,
        }
    }
}

impl BlockChange {
    fn bytes(&self) -> usize {
        let texts = self.written.iter().map(|(_, block)| match block {
            StoredBlock::Json(json) => json.len(),
            StoredBlock::Staged => 0,
        });
        let names = (self.written.len() + self.gone.len()) * NAME_BYTES;
        texts.sum::<usize>().saturating_add(names)
    }
}

impl Settlement {
    /// The member of which the store holds what Notion has.
    pub fn unchanged(&self) -> Option<&str> {
        let is_known = matches!(self.version, Version::Known(_)) && self.error.is_none();
        is_known.then_some(self.member.as_str())
    }

    /// The member of which what is stored lives on.
    pub fn living(&self) -> Option<Member> {
        let lives = self.is_withheld || self.unchanged().is_some();
        self.member.parse().ok().filter(|_| lives)
    }
}

impl Write {
    /// Whether its script is told how long what is stored lives.
    pub fn tells_ttl(&self) -> bool {
        matches!(
            self,
            Self::Discover(_)
                | Self::CommitPage(_)
                | Self::CommitObject(_)
                | Self::Remove(_)
                | Self::Settle(_)
                | Self::Blocks(_)
                | Self::Users(_)
        )
    }

    /// How many bytes it sends, about: of its texts, for the rest is short.
    pub fn bytes(&self) -> usize {
        match self {
            Self::CommitPage(commit) => {
                let blocks = commit
                    .blocks
                    .as_ref()
                    .map_or(0, |(_, change)| change.bytes());
                let comments = match &commit.comments {
                    StoredComments::Written(json) => json.len(),
                    StoredComments::Kept | StoredComments::Staged => 0,
                };
                let texts = match commit.is_staged {
                    true => 0,
                    false => commit.page.bytes(),
                };
                let files = commit.files.as_ref().map_or(0, String::len);
                let leads = commit.leads.held.len() + commit.leads.shown.len();
                let names = (leads + commit.mentions.len()).saturating_mul(NAME_BYTES);
                let beside = comments.saturating_add(files).saturating_add(names);
                blocks.saturating_add(beside).saturating_add(texts)
            }
            Self::Blocks(change) => change.bytes(),
            Self::Users(change) => {
                let texts = change.written.iter().map(|(_, json)| json.len());
                let count = change.written.len() + change.gone.len();
                texts.sum::<usize>().saturating_add(count * NAME_BYTES)
            }
            Self::Remove(removal) => removal.blocks.len().min(KEYS_AT_ONCE) * NAME_BYTES,
            Self::CommitObject(commit) => commit.json.len(),
            Self::Discover(found) => {
                let texts = found.iter().filter_map(|found| found.json.as_ref());
                texts.map(String::len).sum()
            }
            Self::Stage { part, .. } => part.text.len(),
            Self::Linking(files) | Self::Unlinked(files) => files.iter().map(String::len).sum(),
            _ => 0,
        }
    }

    /// The object that the store holds as Notion has it once this is written.
    pub fn exported(&self) -> Option<String> {
        match self {
            Self::CommitPage(commit) if commit.version != Version::Rebuilt => {
                Some(commit.member.to_string())
            }
            Self::CommitObject(commit) if commit.version != Version::Rebuilt => {
                Some(commit.member.to_string())
            }
            Self::Settle(settlement) => settlement.unchanged().map(str::to_owned),
            _ => None,
        }
    }

    /// What is ordered, as its script told that.
    pub fn orders(&self, answer: Option<&Value>) -> Option<String> {
        let place = match self {
            Self::Discover(_) => 6,
            _ if self.ends_work() => 5,
            _ => return None,
        };
        answer?.items().get(place)?.text()
    }

    /// Whether it ends the work on an object, and so hands out what is next. One that waits for another path,
    /// or a later part, does not, but its script says so itself.
    pub fn ends_work(&self) -> bool {
        matches!(
            self,
            Self::Take
                | Self::CommitPage(_)
                | Self::CommitObject(_)
                | Self::Remove(_)
                | Self::Settle(_)
        )
    }

    /// The member whose work it ends for good, and whether that was to build it again.
    pub fn ends(&self) -> Option<(Member, bool)> {
        let (member, version) = match self {
            Self::CommitPage(commit) => (commit.member, &commit.version),
            Self::CommitObject(commit) => (commit.member, &commit.version),
            Self::Remove(removal) => return Some((removal.member, false)),
            Self::Settle(settlement) if settlement.retry.is_none() => {
                (settlement.member.parse().ok()?, &settlement.version)
            }
            _ => return None,
        };
        Some((member, *version == Version::Rebuilt))
    }

    /// Adds to the counts what this write brings.
    pub fn count(&self, counts: &mut Counts) {
        match self {
            Self::CommitPage(commit) if commit.version == Version::Rebuilt => counts.rebuilt += 1,
            Self::CommitPage(commit) => {
                counts.pages += 1;
                counts.blocks += commit.page.blocks;
            }
            Self::CommitObject(commit) if commit.version == Version::Rebuilt => counts.rebuilt += 1,
            Self::CommitObject(_) => counts.containers += 1,
            Self::Settle(settlement) if settlement.unchanged().is_some() => counts.unchanged += 1,
            _ => {}
        }
    }
}
