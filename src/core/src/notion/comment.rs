//! Comments: one by one, of threads that are still open.

use serde::{Deserialize, Serialize};

use super::field::{Field, Nullable, Optional};
use super::file::HostedFile;
use super::object::Object;
use super::parent::Parent;
use super::rich_text::RichText;
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::{Vocabulary, Word};

/// A comment.
pub type Comment = Object<CommentFields>;

/// The fields of a comment.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Comment")
)]
#[serde(default)]
pub struct CommentFields {
    /// Always "comment".
    pub object: Field<Word<CommentObject>>,
    /// The comment's id.
    pub id: Field<RawId>,
    /// The page or the block it is about.
    pub parent: Field<Parent>,
    /// The thread.
    pub discussion_id: Field<RawId>,
    /// When it was written, floored to the minute.
    pub created_time: Field<Time>,
    /// When it was last edited, floored to the minute.
    pub last_edited_time: Field<Time>,
    /// Who wrote it.
    pub created_by: Field<User>,
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// Under which name it is shown.
    pub display_name: Optional<Object<DisplayName>>,
    /// The files attached to it.
    pub attachments: Optional<Vec<Object<Attachment>>>,
}

/// The word of a comment's `object`.
pub enum CommentObject {}

impl Vocabulary for CommentObject {
    const WORDS: &'static [&'static str] = &["comment"];
}

/// Under which name a comment is shown.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CommentDisplayName")
)]
#[serde(default)]
pub struct DisplayName {
    /// "custom", "user" or "integration".
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// The name.
    pub resolved_name: Nullable<String>,
}

/// A file attached to a comment.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "CommentAttachment")
)]
#[serde(default)]
pub struct Attachment {
    /// "audio", "image", "pdf", "productivity" or "video".
    pub category: Field<String>,
    /// Where it is.
    pub file: Field<Object<HostedFile>>,
}
