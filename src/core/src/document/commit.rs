//! What a commit writes beside the document: its hash, what lists show of it, and what makes other pages change.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::id::Id;
use crate::notion::{Block, FileObject, Icon, Nullable};
use crate::time::Timestamp;

use super::{Document, DocumentObject, FINGERPRINT, PlainValue, json};

/// A document as it is written.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The page's id.
    pub id: Id,
    /// The document.
    pub json: String,
    /// Tells versions of the content apart: two documents that differ only in their last edited time share it.
    pub hash: String,
    /// Its path on the site.
    pub path: String,
    /// What pages that mention this one show of it.
    pub face: String,
    /// What pages below this one take from it.
    pub ancestors: String,
    /// What lists show of it.
    pub summary: String,
    /// When it was last edited.
    pub last_edited: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// How many blocks it has.
    pub blocks: u64,
}

/// What lists show of a page.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PageSummary")
)]
pub struct Summary<'a> {
    /// Always "page".
    object: DocumentObject,
    /// The page's id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    id: Id,
    /// The title as plain text.
    title: &'a str,
    /// Unique among all pages.
    slug: &'a str,
    /// The page's path on the site.
    path: &'a str,
    /// The language, where it is known.
    lang: Option<&'a str>,
    /// The data source that the page is a row of.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    data_source_id: Option<Id>,
    /// The database of that data source.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    database_id: Option<Id>,
    /// The ids of the pages and databases above, from the root down.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    ancestors: &'a [Id],
    /// What stands before the title.
    icon: &'a Nullable<Icon>,
    /// The picture above the title.
    cover: &'a Nullable<FileObject>,
    /// When the page was made.
    created_time: &'a str,
    /// When the page was last edited.
    last_edited_time: &'a str,
    /// The properties as plain values.
    values: &'a BTreeMap<String, PlainValue>,
    /// The beginning of the text.
    excerpt: &'a str,
    /// How long reading takes, in whole minutes.
    reading_minutes: u32,
    /// Whether everything of the page is in its document.
    complete: bool,
}

impl Document {
    /// The document as it is written.
    pub fn committed(&mut self) -> Committed {
        let hash = self.hash();
        let time = |text: &str| Timestamp::parse(text).unwrap_or_default();
        Committed {
            id: self.id,
            hash,
            json: json(self),
            path: self.path.clone(),
            face: json(&[&self.title, &self.path]),
            ancestors: json(&self.ancestors),
            summary: json(&self.summary()),
            last_edited: time(&self.last_edited_time),
            created: time(&self.created_time),
            blocks: count(&self.blocks),
        }
    }

    fn hash(&mut self) -> String {
        let last_edited_time = std::mem::take(&mut self.last_edited_time);
        let mut hasher = Hasher(Sha256::new_with_prefix(FINGERPRINT));
        serde_json::to_writer(&mut hasher, self)
            .expect("a document has only string keys, and a hasher takes every byte");
        self.last_edited_time = last_edited_time;
        hex(hasher.0.finalize().into_iter().take(16))
    }

    fn summary(&self) -> Summary<'_> {
        Summary {
            object: self.object,
            id: self.id,
            title: &self.title,
            slug: &self.slug,
            path: &self.path,
            lang: self.lang.as_deref(),
            data_source_id: self.data_source_id,
            database_id: self.database_id,
            ancestors: &self.ancestors,
            icon: &self.icon,
            cover: &self.cover,
            created_time: &self.created_time,
            last_edited_time: &self.last_edited_time,
            values: &self.values,
            excerpt: &self.excerpt,
            reading_minutes: self.reading_minutes,
            complete: self.complete,
        }
    }
}

struct Hasher(Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All blocks with their children.
fn count(blocks: &[Block]) -> u64 {
    blocks
        .iter()
        .map(|block| 1 + count(block.children.as_slice()))
        .sum()
}
