//! How a long text goes ahead in parts: a large document before its commit, or what is fetched of a page.
//!
//! A script blocks Redis while it runs, and a request has a size limit; so the commit only renames what was staged.

use crate::engine::write::Part;

/// A longer document is staged.
const MAX_COMMIT_BYTES: usize = 64 * 1024;

/// The length of a part: with all quotes escaped it still stays under 1 MB.
pub const PART_BYTES: usize = 512 * 1024;

/// How far a text has been staged.
#[derive(Debug, Default)]
pub struct Stage {
    offset: usize,
    in_flight: usize,
}

impl Stage {
    /// Whether a document is staged at all.
    pub fn is_used(json: &str) -> bool {
        json.len() > MAX_COMMIT_BYTES
    }

    /// The next part; nothing when all of them are written.
    pub fn next_part(&mut self, json: &str) -> Option<Part> {
        if self.is_done(json) {
            return None;
        }
        let end = json.floor_char_boundary(self.offset.saturating_add(PART_BYTES));
        let text = json.get(self.offset..end)?.to_owned();
        self.in_flight = text.len();
        Some(Part {
            offset: self.offset,
            text,
        })
    }

    /// Whether the part that is under way is the last one.
    pub fn is_last(&self, json: &str) -> bool {
        self.offset.saturating_add(self.in_flight) >= json.len()
    }

    /// How much is written.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Notes that the part that was sent is written.
    pub fn written(&mut self) {
        self.offset += std::mem::take(&mut self.in_flight);
    }

    /// Whether all parts are written.
    pub fn is_done(&self, json: &str) -> bool {
        self.offset >= json.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{PART_BYTES, Stage};

    #[test]
    fn parts_cut_no_character_and_make_the_whole() {
        let json = "é€😀x".repeat(200_000);
        let (mut stage, mut whole) = (Stage::default(), String::new());
        while let Some(part) = stage.next_part(&json) {
            assert_eq!(part.offset, whole.len());
            assert!(part.text.len() <= PART_BYTES);
            whole.push_str(&part.text);
            assert_eq!(stage.is_last(&json), whole.len() == json.len());
            stage.written();
        }
        assert_eq!(whole, json);
        assert!(stage.is_done(&json));
    }

    #[test]
    fn a_small_document_goes_with_its_commit() {
        assert!(!Stage::is_used("{}"));
        assert!(Stage::is_used(&"x".repeat(100_000)));
    }
}
