//! How a large document goes ahead of its commit, in parts.
//!
//! A script blocks Redis while it runs, and a request has a size limit; so the commit only renames what was staged.

/// A longer document is staged.
const MAX_COMMIT_BYTES: usize = 64 * 1024;

/// The length of a part: with all quotes escaped it still stays under 1 MB.
const PART_BYTES: usize = 512 * 1024;

/// How far a document has been staged.
#[derive(Debug, Default)]
pub struct Stage {
    offset: usize,
    in_flight: usize,
}

impl Stage {
    /// Whether `json` is staged at all.
    pub fn is_used(json: &str) -> bool {
        json.len() > MAX_COMMIT_BYTES
    }

    /// The next part and its offset in bytes; nothing when the commit can follow.
    pub fn next_part(&mut self, json: &str) -> Option<(usize, String)> {
        if !Self::is_used(json) || self.offset >= json.len() {
            return None;
        }
        let end = json.floor_char_boundary(self.offset.saturating_add(PART_BYTES));
        let part = json.get(self.offset..end)?;
        self.in_flight = part.len();
        Some((self.offset, part.to_owned()))
    }

    /// Notes that what was sent is written; whether that was the commit.
    pub fn was_commit(&mut self) -> bool {
        self.offset += self.in_flight;
        std::mem::take(&mut self.in_flight) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::{PART_BYTES, Stage};

    #[test]
    fn parts_cut_no_character_and_make_the_whole() {
        let json = "é€😀x".repeat(200_000);
        let (mut stage, mut whole) = (Stage::default(), String::new());
        while let Some((offset, part)) = stage.next_part(&json) {
            assert_eq!(offset, whole.len());
            assert!(part.len() <= PART_BYTES);
            whole.push_str(&part);
            assert!(!stage.was_commit());
        }
        assert_eq!(whole, json);
        assert!(stage.was_commit());
    }

    #[test]
    fn a_small_document_goes_with_its_commit() {
        assert_eq!(Stage::default().next_part("{}"), None);
    }
}
