//! The Lua scripts, one for each atomic operation, embedded from their files.
//!
//! What each does and takes is said at the head of its `.lua` file.

use sha1::{Digest, Sha1};

use crate::hex::hex;

const PRELUDE: &str = include_str!("../scripts/prelude.lua");
const SETTLED: &str = include_str!("../scripts/settled.lua");

/// An atomic operation on the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Takes the lease for a run.
    Acquire,
    /// Writes a database or data source.
    CommitObject,
    /// Writes a page.
    CommitPage,
    /// Puts what a listing found into the frontier.
    Discover,
    /// Reads a part of an index with the summaries.
    List,
    /// Saves the state with an event.
    Mark,
    /// Ends a run.
    Release,
    /// Takes a page out.
    RemovePage,
    /// Ends the work on a member without a document.
    Settle,
    /// Writes a part of a large document.
    Stage,
    /// Hands out work.
    Take,
    /// Puts what the store holds and an export has not seen into the frontier.
    Verify,
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
    /// The whole text of the script.
    pub fn source(self) -> String {
        match self {
            Self::Acquire => include_str!("../scripts/acquire.lua").to_owned(),
            Self::CommitObject => settled(include_str!("../scripts/commit_object.lua")),
            Self::CommitPage => settled(include_str!("../scripts/commit_page.lua")),
            Self::Discover => fenced(include_str!("../scripts/discover.lua")),
            Self::List => include_str!("../scripts/list.lua").to_owned(),
            Self::Mark => fenced(include_str!("../scripts/mark.lua")),
            Self::Release => fenced(include_str!("../scripts/release.lua")),
            Self::RemovePage => settled(include_str!("../scripts/remove_page.lua")),
            Self::Settle => settled(include_str!("../scripts/settle.lua")),
            Self::Stage => fenced(include_str!("../scripts/stage.lua")),
            Self::Take => fenced(include_str!("../scripts/take.lua")),
            Self::Verify => fenced(include_str!("../scripts/verify.lua")),
        }
    }

    /// The SHA-1 of the text in hexadecimal, by which EVALSHA names it.
    pub fn digest(self) -> String {
        hex(Sha1::digest(self.source()))
    }
}

fn fenced(body: &str) -> String {
    [PRELUDE, body].join("\n")
}

fn settled(body: &str) -> String {
    [PRELUDE, SETTLED, body].join("\n")
}
