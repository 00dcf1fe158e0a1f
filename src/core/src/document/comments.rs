//! The open comments of a page as they are stored: Notion's own JSON in Notion's order, scrubbed.

use crate::id::Id;
use crate::notion::Comment;

use super::files::FileKeys;
use super::json;
use super::scrub::Scrubber;

/// The comments as they are stored; empty where there are none.
pub fn stored_comments(page: Id, mut comments: Vec<Comment>) -> String {
    if comments.is_empty() {
        return String::new();
    }
    let mut scrubber = Scrubber::new(FileKeys::new(page));
    for comment in &mut comments {
        scrubber.comment(comment);
    }
    json(&comments)
}
