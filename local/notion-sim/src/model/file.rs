//! Files and icons, before any URL is signed.
//! What a URL looks like is decided in `render::files`.

use crate::id::Uuid;

/// A file that an object shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum File {
    /// At an address of its own. `asset:` stands for the company's own file server.
    External(String),
    /// In Notion's storage, under an id and a name.
    Stored { id: Uuid, name: String },
}

impl File {
    /// The last part of the file's address.
    pub(crate) fn name(&self) -> &str {
        match self {
            File::External(url) => url.rsplit(['/', ':']).next().unwrap_or(url),
            File::Stored { name, .. } => name,
        }
    }
}

/// The icon of a page, database or callout.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Icon {
    Emoji(String),
    File(File),
    CustomEmoji(Uuid),
    /// One of Notion's own icons.
    Native {
        name: String,
        color: String,
    },
}
