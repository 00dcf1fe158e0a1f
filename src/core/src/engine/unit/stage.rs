//! How a long text goes ahead in parts: a large page before its commit, or what is fetched of one.
//!
//! A script blocks Redis while it runs, and a request has a size limit; so the commit only renames what was staged.

use crate::document::{Committed, LaidOut, Place};
use crate::engine::write::Part;
use crate::keys::StagedText;

/// A page with a longer text is staged, with all that is written of it.
const MAX_COMMIT_BYTES: usize = 64 * 1024;

/// The length of a part: with all quotes escaped it still stays under 1 MB.
pub const PART_BYTES: usize = 512 * 1024;

/// How far a text has been staged.
#[derive(Debug, Default)]
pub struct Stage {
    place: Place,
    /// The place behind the part that is under way.
    next: Place,
    /// Whether a part is written: a text of no length is one part.
    is_begun: bool,
}

impl Stage {
    /// Whether a text is staged at all.
    pub fn is_used(json: &LaidOut) -> bool {
        json.len() > MAX_COMMIT_BYTES
    }

    /// The next part; nothing when all of them are written.
    pub fn next_part(&mut self, json: &LaidOut) -> Option<Part> {
        if self.is_done(json) {
            return None;
        }
        let (text, next) = json.part(self.place, PART_BYTES);
        self.next = next;
        Some(Part {
            offset: self.place.offset,
            text,
        })
    }

    /// Whether the part that is under way is the last one.
    pub fn is_last(&self, json: &LaidOut) -> bool {
        self.next.offset >= json.len()
    }

    /// How much is written.
    pub fn offset(&self) -> usize {
        self.place.offset
    }

    /// Notes that the part that was sent is written.
    pub fn written(&mut self) {
        self.place = self.next;
        self.is_begun = true;
    }

    /// Whether all parts are written.
    pub fn is_done(&self, json: &LaidOut) -> bool {
        self.is_begun && self.place.offset >= json.len()
    }
}

/// How far the texts of a large page have been staged, one after the other.
#[derive(Debug, Default)]
pub struct Staging {
    /// How many are whole.
    done: usize,
    /// How long those are.
    bytes: usize,
    stage: Stage,
}

impl Staging {
    /// Whether a page is staged at all: titles of others can make what is rendered longer than the document.
    /// So is each with texts for those who may read only what is public: there are few.
    pub fn is_used(page: &Committed) -> bool {
        page.public_texts().is_some() || page.texts().any(Stage::is_used)
    }

    /// The next part, and of which text; nothing when all of them are written.
    pub fn next_part(&mut self, page: &Committed) -> Option<(StagedText, Part)> {
        let names = [
            StagedText::Object(page.id),
            StagedText::Html(page.id),
            StagedText::Markdown(page.id),
            StagedText::PublicObject(page.id),
            StagedText::PublicHtml(page.id),
            StagedText::PublicMarkdown(page.id),
        ];
        for (name, text) in names.into_iter().zip(page.texts()).skip(self.done) {
            if let Some(part) = self.stage.next_part(text) {
                return Some((name, part));
            }
            self.done += 1;
            self.bytes += text.len();
            self.stage = Stage::default();
        }
        None
    }

    /// How much is written.
    pub fn offset(&self) -> usize {
        self.bytes + self.stage.offset()
    }

    /// The place in the document from which on it is to be written and is not held, where that is so.
    pub fn lacks(&self, page: &Committed) -> Option<Place> {
        let place = self.stage.place;
        (self.done == 0 && page.json.lacks(place)).then_some(place)
    }

    /// Notes that the part that was sent is written.
    pub fn written(&mut self) {
        self.stage.written();
    }
}

#[cfg(test)]
mod tests {
    use super::{PART_BYTES, Stage};
    use crate::document::{LaidOut, Layout};

    #[test]
    fn parts_cut_no_character_and_make_the_whole() {
        for layout in [Layout::Compact, Layout::Indented] {
            let json = format!("[\"{}\"]", "é€😀x".repeat(200_000));
            let json = LaidOut::new(json, layout);
            let (mut stage, mut whole) = (Stage::default(), String::new());
            while let Some(part) = stage.next_part(&json) {
                assert_eq!(part.offset, whole.len());
                assert!(part.text.len() <= PART_BYTES);
                whole.push_str(&part.text);
                assert_eq!(stage.is_last(&json), whole.len() == json.len());
                stage.written();
            }
            assert_eq!(whole, json.whole());
            assert!(stage.is_done(&json));
        }
    }

    #[test]
    fn a_small_document_goes_with_its_commit() {
        let of = |json: String| LaidOut::new(json, Layout::Compact);
        assert!(!Stage::is_used(&of("{}".to_owned())));
        assert!(Stage::is_used(&of("x".repeat(100_000))));
    }
}
