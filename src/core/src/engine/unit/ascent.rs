//! Which page's blocks hold an object that lies under a block, where no page that was read has told: the way up, by asking Notion.
//!
//! What lies in a block in the trash is in the trash, whatever Notion says of it. One request for each block above it,
//! and one for the object itself where that is not at hand.

use serde::Deserialize;

use crate::api::Request;
use crate::failure::Failure;
use crate::id::Id;
use crate::member::Member;
use crate::notion::{self, Parent};

use super::Unreadable;
use super::climb::Above;

/// More blocks than lie in each other on any page.
const MOST_STEPS: u32 = 100;

/// The way up.
#[derive(Debug)]
pub struct Ascent {
    at: At,
    steps: u32,
}

#[derive(Clone, Copy, Debug)]
enum At {
    /// Notion is asked what this lies in.
    Asking(Above),
    Ended(Held),
}

/// What holds an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The blocks of this page.
    By(Id),
    /// Nothing that the connection sees.
    ByNobody,
    /// A block in the trash, or it is itself there.
    InTrash,
    /// Notion did not answer: it may another time.
    NotTold,
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    parent: Option<Parent>,
    #[serde(default)]
    in_trash: Option<bool>,
    /// What older versions of the API call the same.
    #[serde(default)]
    archived: Option<bool>,
}

impl Ascent {
    /// From there on up.
    pub fn new(from: Above) -> Self {
        let at = At::Asking(from);
        Self { at, steps: 0 }
    }

    /// What holds the object, once that is known.
    pub fn held(&self) -> Option<Held> {
        match self.at {
            At::Ended(held) => Some(held),
            At::Asking(_) => None,
        }
    }

    /// The question to Notion, if one is next.
    pub fn question(&self) -> Option<Request> {
        match self.at {
            At::Asking(above) => above.question(),
            At::Ended(_) => None,
        }
    }

    /// Takes what Notion says.
    ///
    /// # Errors
    /// What is wrong with a body that is no object.
    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) -> Result<(), Unreadable> {
        self.at = match answer {
            Ok(body) => {
                let shown: Shown = notion::from_slice(body)
                    .map_err(|error| Unreadable(format!("not an object of Notion's: {error}")))?;
                self.steps += 1;
                let is_in_trash = shown.in_trash.or(shown.archived) == Some(true);
                match Above::of(shown.parent.as_ref(), None) {
                    _ if is_in_trash => At::Ended(Held::InTrash),
                    Above::Member(Member::Page(id)) => At::Ended(Held::By(id)),
                    above @ Above::Block(_) if self.steps < MOST_STEPS => At::Asking(above),
                    _ => At::Ended(Held::ByNobody),
                }
            }
            Err(failure) if failure.is_passing() => At::Ended(Held::NotTold),
            Err(_) => At::Ended(Held::ByNobody),
        };
        Ok(())
    }
}
