//! From the page object to what is fetched with it, and from that to the document.

use crate::document::{Claim, Document, SourceError};
use crate::engine::unit::comments::{Comments, CommentsDraft, StoredComments};
use crate::engine::unit::draft::Draft;
use crate::engine::unit::fetch::Fetch;
use crate::engine::unit::reading::Reading;
use crate::engine::write::{Leads, Version};
use crate::notion::Page;
use crate::time::Timestamp;

use super::{PageUnit, Phase};

impl PageUnit {
    pub(super) fn fetch(&mut self, read_at: Timestamp, page: Page) {
        let edited = page
            .last_edited_time
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let listed = self.taken.builder.version_of(&edited);
        if let Some(known) = self.taken.known.clone()
            && self.taken.builder.is_known(&known, &listed)
        {
            self.settle(self.taken.unchanged(Version::Known(known)));
            return;
        }
        if let Some((version, mut fetch)) = self.half.take() {
            if fetch.is_of(self.id, &page) {
                fetch.files_mut().want(&self.taken.builder);
                self.version = version;
                self.phase = Phase::Fetching(fetch);
                return;
            }
            self.files = fetch.of_another_version();
        }
        self.version = self.taken.builder.version_read(&edited, read_at);
        let comments = match self.taken.wants_comments {
            true => Comments::due(),
            false => Comments::default(),
        };
        let mut files = std::mem::take(&mut self.files);
        files.want(&self.taken.builder);
        self.phase = Phase::Fetching(Box::new(Fetch::new(self.id, page, comments, files)));
    }

    /// Asks Notion for all of it once more; what was copied of its files stays copied.
    pub(super) fn begin_anew(&mut self) {
        if let Phase::Fetching(fetch) = std::mem::replace(&mut self.phase, Phase::Asking) {
            self.files = fetch.begun_anew();
        }
        (self.is_as_listed, self.taken.half) = (false, None);
        // It has less of it now, which is no fault of its own.
        self.had = 0;
    }

    /// Builds the document from everything that Notion gave.
    pub(super) fn draft(&mut self) {
        let Phase::Fetching(fetch) = std::mem::replace(&mut self.phase, Phase::Done) else {
            return;
        };
        let bytes = fetch.bytes();
        let (mut source, comments, leads, files) = fetch.finish();
        if !self.taken.builder.includes_blocks {
            source.leave_out_blocks();
        }
        for (key, problem) in files.lost() {
            source.errors.push(SourceError {
                block_id: None,
                message: format!("the file {key} could not be copied: {problem}"),
            });
        }
        let mut document = Document::build(source);
        document.describe_files(|key| files.record(key));
        let shown = files.lines(document.files.iter().map(|file| &file.key));
        if files.has_left() {
            // Whoever has a place for files is to read it again.
            let version = std::mem::replace(&mut self.version, Version::Uncertain);
            self.version = self.taken.builder.version_left(version);
        }
        self.look(document, comments, leads, shown, bytes);
    }

    pub(super) fn look(
        &mut self,
        document: Document,
        comments: StoredComments,
        leads: Leads,
        files: Option<String>,
        bytes: usize,
    ) {
        let parent = document.parent_member(self.taken.owner);
        let reading = Reading::new(
            self.member(),
            parent,
            document.data_source_id,
            document.targets(),
        );
        let claim = Claim::default();
        self.phase = Phase::Looking(Box::new(Draft {
            document,
            leads,
            reading,
            claim,
            // What is rendered of a page is nearly always shorter than its document.
            bytes: bytes.saturating_mul(2),
            committed: None,
            blocks: None,
            comments: CommentsDraft::new(comments),
            files,
        }));
    }
}
