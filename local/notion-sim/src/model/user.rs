//! People, bots and groups, and what hangs on pages without being content: comments, custom emojis, uploads.
//! Who may see what is not decided by users: the workspace knows what is shared with the integration.

use crate::id::Uuid;
use crate::model::{File, Parent, RichText};

/// Someone or something that edits.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) avatar: Option<File>,
    pub(crate) account: Account,
}

/// What kind of user this is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Account {
    Person {
        email: String,
    },
    /// A person from outside, whom the list of users leaves out.
    Guest {
        email: String,
    },
    Bot,
    Group,
}

/// A comment on a page or a block.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    pub(crate) discussion: Uuid,
    pub(crate) created_ms: i64,
    pub(crate) author: Uuid,
    pub(crate) text: RichText,
    pub(crate) attachments: Vec<(String, File)>,
    /// Resolved threads are not shown by the API.
    pub(crate) is_resolved: bool,
}

/// An emoji of the workspace's own.
#[derive(Clone, Debug)]
pub(crate) struct CustomEmoji {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) image: File,
}

/// A file sent to Notion through the API.
#[derive(Clone, Debug)]
pub(crate) struct FileUpload {
    pub(crate) id: Uuid,
    pub(crate) created_ms: i64,
    pub(crate) status: &'static str,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) content_length: Option<u64>,
}
