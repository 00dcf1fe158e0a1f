//! The open comments of a page, listed after everything else of it.

use serde::{Deserialize, Serialize};

use crate::api::{Cursor, Request};
use crate::document::{LaidOut, Layout, stored_comments};
use crate::engine::answer::{Trail, print_of};
use crate::engine::listing::MAX_RESTARTS;
use crate::engine::write::Write;
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::StagedText;
use crate::notion::{Comment, List};

use super::stage::Stage;

/// The comments of one page, as far as they are listed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Comments {
    /// Whether they are still to be asked for.
    is_due: bool,
    /// Whether all of them are listed.
    is_whole: bool,
    listed: Vec<Comment>,
    #[serde(skip)]
    cursor: Option<Cursor>,
    #[serde(skip)]
    trail: Trail,
    restarts: u32,
    /// Why there are none.
    failure: Option<Failure>,
}

/// What a commit does with the comments of its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoredComments {
    /// They stay as they are.
    #[default]
    Kept,
    /// These are stored: a JSON array, or empty where there are none.
    Written(String),
    /// The same, which went ahead in parts.
    Staged,
}

/// Comments on their way to the store: many of them go ahead in parts.
#[derive(Debug)]
pub struct CommentsDraft {
    stored: StoredComments,
    /// Those that go ahead.
    long: Option<LaidOut>,
    stage: Stage,
    is_in_flight: bool,
}

impl CommentsDraft {
    pub fn new(stored: StoredComments) -> Self {
        let (stored, long) = match stored {
            StoredComments::Written(json) => {
                let json = LaidOut::new(json, Layout::Compact);
                match Stage::is_used(&json) {
                    true => (StoredComments::Staged, Some(json)),
                    false => (StoredComments::Written(json.whole().into_owned()), None),
                }
            }
            stored => (stored, None),
        };
        Self {
            stored,
            long,
            stage: Stage::default(),
            is_in_flight: false,
        }
    }

    /// The next part that goes ahead of the commit, if one does.
    pub fn next(&mut self, page: Id) -> Option<Write> {
        let part = self.stage.next_part(self.long.as_ref()?)?;
        self.is_in_flight = true;
        let (text, half) = (StagedText::Comments(page), None);
        Some(Write::Stage { text, part, half })
    }

    /// What goes with the commit.
    pub fn rest(&self, is_dropped: bool) -> StoredComments {
        match &self.stored {
            StoredComments::Kept if is_dropped => StoredComments::Written(String::new()),
            stored => stored.clone(),
        }
    }

    /// Notes that a part is written; whether it was one of these.
    pub fn written(&mut self) -> bool {
        let is_one = std::mem::take(&mut self.is_in_flight);
        if is_one {
            self.stage.written();
        }
        is_one
    }

    /// In how many bytes they go ahead still.
    pub fn bytes(&self) -> usize {
        match (&self.long, &self.stored) {
            (Some(json), _) => json.len().saturating_sub(self.stage.offset()),
            (None, StoredComments::Written(json)) => json.len(),
            (None, _) => 0,
        }
    }
}

impl Comments {
    /// Those of a page for which they are asked.
    pub fn due() -> Self {
        Self {
            is_due: true,
            ..Self::default()
        }
    }

    /// Makes them ready to be saved: a listing that has not ended begins anew.
    pub fn suspend(&mut self) {
        if self.is_due {
            self.begin_anew();
        }
    }

    /// The next request, if one is needed.
    pub fn next(&self, page: Id) -> Option<Request> {
        self.is_due
            .then(|| Request::comments(page, self.cursor.as_ref()))
    }

    /// Takes one part of the list.
    ///
    /// # Errors
    /// [`Failure::Circular`] where the parts go in circles.
    pub fn take(&mut self, list: List<Comment>) -> Result<(), Failure> {
        let next = Cursor::of(list.next());
        if let Some(next) = &next {
            let comments = list.results.as_slice();
            let first = comments.first().and_then(print_of);
            self.trail.follow(next, first, comments.len())?;
        }
        self.cursor = next;
        self.is_due = self.cursor.is_some();
        self.is_whole = !self.is_due;
        let comments = list.fields.results.into_value();
        self.listed.extend(comments.unwrap_or_default());
        Ok(())
    }

    /// Takes a refusal for good: the page goes without them.
    ///
    /// # Errors
    /// The failure, where Notion has given what cannot be followed, and may give better another time.
    pub fn refused(&mut self, failure: &Failure) -> Result<(), Failure> {
        if failure.is_dead_cursor() && self.restarts < MAX_RESTARTS {
            self.restarts += 1;
            self.begin_anew();
            return Ok(());
        }
        if failure.is_circular() {
            return Err(failure.clone());
        }
        self.is_due = false;
        self.failure = Some(failure.clone());
        Ok(())
    }

    /// Why there are none, where Notion refused them; that the page has gone is told otherwise.
    pub fn failure(&self) -> Option<&Failure> {
        let failure = self.failure.as_ref();
        failure.filter(|failure| **failure != Failure::NotFound)
    }

    /// What becomes of them.
    pub fn finish(self, page: Id) -> StoredComments {
        match self.is_whole {
            true => StoredComments::Written(stored_comments(page, self.listed)),
            false => StoredComments::Kept,
        }
    }

    fn begin_anew(&mut self) {
        self.cursor = None;
        self.trail = Trail::default();
        self.listed.clear();
    }
}
