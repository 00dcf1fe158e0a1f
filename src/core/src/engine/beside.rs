//! What is copied beside pages and databases where `OBJECT_TYPES` names it: single blocks, comments, users; and copies of files, where there is a place for them.

use crate::config::FilePlace;
use crate::failure::Failure;
use crate::time::Timestamp;

use super::Engine;
use super::expiry::Ttl;
use super::job::Job;
use super::state::ExportError;
use super::unit::{BlockKeys, Errand, LaneStep, Unit, Unlink, Users};
use super::write::Write;

impl Engine {
    /// What becomes of the keys of single blocks, also of those that were written before this was changed.
    pub(super) fn block_keys(&self) -> BlockKeys {
        match self.settings.object_types.blocks {
            true if self.ttl() == Ttl::None => BlockKeys::Written,
            true => BlockKeys::Renewed,
            false if self.state.is_mixed => BlockKeys::Removed,
            false => BlockKeys::None,
        }
    }

    /// Whether comments that were stored before go.
    pub(super) fn drops_comments(&self) -> bool {
        self.state.is_mixed && !self.settings.object_types.comments
    }

    /// Notes that Notion refuses comments; where the connection may not read them, no further ones are asked for in this export.
    pub(super) fn note_comments(&mut self, now: Timestamp, object: &str, failure: &Failure) {
        let (object, message) = match failure.is_restricted() {
            true => (
                "comments",
                "the connection may not read comments: \
                    give it the capability in Notion, or take comment out of OBJECT_TYPES"
                    .to_owned(),
            ),
            false => (object, format!("its comments: {failure}")),
        };
        let is_known = self.state.export.as_mut().is_some_and(|export| {
            failure.is_restricted() && std::mem::replace(&mut export.hides_comments, true)
        });
        if !is_known {
            self.report(ExportError::new(now, object, message));
        }
    }

    /// Whether the comments of a page are asked for with it.
    pub(super) fn wants_comments(&self) -> bool {
        let export = self.state.export.as_ref();
        self.settings.object_types.comments && !export.is_some_and(|export| export.hides_comments)
    }

    /// Whether what is stored beside pages, or of their files, is to be had from Notion, because it was not stored until now.
    pub(super) fn lacks_what_is_stored_beside(&self) -> bool {
        let (comments, files) = (self.state.lacks_comments, self.state.lacks_files);
        (comments && self.wants_comments()) || (files && self.settings.files == FilePlace::Here)
    }

    /// Notes that there may be copies of files that no page shows once this is written. It is saved with the write,
    /// so that it is known whether or not its answer comes.
    pub(super) fn note_unlinking(&mut self, step: &LaneStep) {
        let may_unlink = match step {
            LaneStep::Write(Write::CommitPage(commit)) => commit.files.is_some(),
            LaneStep::Write(Write::CommitObject(commit)) => commit.files.is_some(),
            LaneStep::Write(Write::Remove(_)) => self.builder.files != FilePlace::None,
            LaneStep::Write(Write::Linking(_)) => true,
            _ => false,
        };
        self.state.may_have_unlinked |= may_unlink;
    }

    /// Whether copies of files are to be deleted: once in a run.
    pub(super) fn are_files_to_go(&self) -> bool {
        self.state.may_have_unlinked && self.settings.files == FilePlace::Here && !self.has_unlinked
    }

    /// Whether copies of files are being deleted.
    pub(super) fn is_unlinking(&self) -> bool {
        let mut active = self.active.iter();
        active.any(|active| matches!(active.unit, Unit::Errand(Errand::Unlink(_))))
    }

    /// The copies are deleted, or cannot be: that is told, and a later run tries again.
    pub(super) fn unlink_ended(&mut self, now: Timestamp, unlink: &Unlink) {
        self.has_unlinked = true;
        match unlink.failure() {
            Some(problem) => self.report(ExportError::new(now, "files", problem.to_owned())),
            None => {
                self.state.forget_error("files");
                self.state.may_have_unlinked = false;
            }
        }
    }

    /// Whether the users are to be listed: once in an export of everything, or where that was turned on or off.
    pub(super) fn are_users_due(&self) -> bool {
        let is_wanted = self.settings.object_types.users;
        self.state.export.as_ref().is_some_and(|export| {
            let is_over_all = is_wanted && export.job == Job::All;
            let is_turned = self.state.is_mixed && !export.job.is_urgent();
            !export.has_users && (is_over_all || is_turned)
        })
    }

    /// The unit that lists them, or takes out those that are stored.
    pub(super) fn users(&self) -> Unit {
        let export = self.state.export.as_ref();
        let number = export.map_or(0, |export| export.number);
        Unit::Errand(Errand::Users(match self.settings.object_types.users {
            true => Users::new(number, export.and_then(|export| export.users.clone())),
            false => Users::removed(number),
        }))
    }

    /// The users are listed, or cannot be: that is told, and the export goes on.
    pub(super) fn users_ended(&mut self, now: Timestamp, users: &Users) {
        match users.failure() {
            Some(problem) => self.report(ExportError::new(now, "users", problem.to_owned())),
            None => self.state.forget_error("users"),
        }
        if let Some(export) = self.state.export.as_mut() {
            export.has_users = true;
            export.users = None;
        }
    }
}
