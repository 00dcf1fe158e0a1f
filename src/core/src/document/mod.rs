//! The page document: what is stored for a page, and what a site reads.
//!
//! It is made in two steps: `build` takes everything from Notion's answers, `resolve` what other pages are called.
//! The second step is repeated from the stored document when those change; it needs no Notion.
//! The same input gives the same bytes.

mod blocks;
mod build;
mod comments;
mod commit;
mod files;
mod hide;
mod lang;
mod layout;
mod limits;
mod meter;
mod object;
mod path;
mod reference;
mod resolve;
mod scrub;
mod signature;
mod slug;
mod standing;
mod synced;
mod text;
mod user;
mod values;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

pub use blocks::is_copy;
pub use build::{BLOCKS_LEFT_OUT, Source, SourceError};
pub use comments::stored_comments;
pub use commit::{Committed, Public, PublicTexts, Summary, below};
pub use files::{FileSource, sources_of};
pub use layout::{LaidOut, Layout, Place};
pub use limits::{MAX_BYTES, TOO_LARGE};
pub use object::StoredObject;
pub use path::PathPattern;
pub use reference::{Claim, Face, References, ancestors_under};
pub(crate) use slug::{is_mark, words_in_slug};
pub use standing::{Lineage, PublishRule, Standing, Visibility};
pub use user::stored_user;
pub use values::{PlainValue, RelatedPage};

use crate::id::Id;
use crate::notion::{Block, Field, FileObject, Icon, Nullable, Parent, Properties, User};

/// Names what the builder makes of a page; raised when it makes something else of the same page.
pub const FINGERPRINT: &str = "9";

/// The version of the document's shape.
pub const SCHEMA: u32 = 1;

/// A page as it is stored and served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PageDocument")
)]
pub struct Document {
    /// The version of this shape: 1.
    pub schema: u32,
    /// Always "page".
    pub object: DocumentObject,
    /// The page's id, lower case with hyphens.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub id: Id,
    /// The title as plain text; empty where the page has none.
    pub title: String,
    /// The page's own part of its path; stays when the title changes. No two pages have the same path.
    pub slug: String,
    /// The page's path on the site.
    pub path: String,
    /// The language as a tag of BCP 47, where a property `Lang` or `Language` gives one.
    pub lang: Option<String>,
    /// Where the page hangs, as Notion says it.
    pub parent: Option<Parent>,
    /// The data source that the page is a row of.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub data_source_id: Option<Id>,
    /// The database of that data source.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub database_id: Option<Id>,
    /// The ids of the pages and databases above, from the root down.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub ancestors: Vec<Id>,
    /// What stands before the title; a file by its key.
    pub icon: Nullable<Icon>,
    /// The picture above the title; a file by its key.
    pub cover: Nullable<FileObject>,
    /// When the page was made, as Notion says it.
    pub created_time: String,
    /// When the page was last edited, floored to the minute by Notion.
    pub last_edited_time: String,
    /// Who made it, without address and picture.
    pub created_by: Option<User>,
    /// Who edited it last, without address and picture.
    pub last_edited_by: Option<User>,
    /// The properties in Notion's own shape, complete and scrubbed.
    #[serde(deserialize_with = "kept")]
    pub properties: Properties,
    /// The properties as plain values, by the same names.
    pub values: BTreeMap<String, PlainValue>,
    /// The blocks in Notion's own shape, nested by `children` and scrubbed; none where `INCLUDE_BLOCKS` is false.
    /// Then `excerpt`, `text`, `toc` and what blocks link to are empty as well, and `errors` says so.
    #[serde(deserialize_with = "kept")]
    pub blocks: Vec<Block>,
    /// The beginning of the text, for lists and descriptions.
    pub excerpt: String,
    /// All text, a line for each block, for search.
    pub text: String,
    /// The headings, in order.
    pub toc: Vec<Heading>,
    /// How many words the text has.
    pub words: u32,
    /// How long reading takes, in whole minutes.
    pub reading_minutes: u32,
    /// Where the page links to: pages, databases and addresses, each once, in order. What lies in it is among them.
    pub links: Vec<Link>,
    /// The files of the page, each once, in order.
    pub files: Vec<FileReference>,
    /// Whether everything of the page is in here.
    pub complete: bool,
    /// Whether something was left out because of its size or depth.
    pub truncated: bool,
    /// Blocks that Notion's API does not give, or that this version does not know.
    pub unsupported_blocks: Vec<UnsupportedBlock>,
    /// What is missing: it could not be fetched, or was left out.
    pub errors: Vec<DocumentError>,
}

/// The word of a document's `object`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DocumentObject {
    /// A page.
    Page,
}

/// An entry of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TocEntry")
)]
pub struct Heading {
    /// The block's id.
    pub id: String,
    /// 1 to 4.
    pub level: u8,
    /// The heading as plain text.
    pub text: String,
}

/// Where a page links to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "DocumentLink")
)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Link {
    /// A page of the workspace.
    #[cfg_attr(feature = "schema", schemars(title = "PageLink"))]
    Page {
        /// Its id.
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        id: Id,
        /// Its title, where it has been exported.
        title: Option<String>,
        /// Its path on the site, where it has been exported.
        path: Option<String>,
    },
    /// A database of the workspace.
    #[cfg_attr(feature = "schema", schemars(title = "DatabaseLink"))]
    Database {
        /// Its id.
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        id: Id,
        /// Its title, where it has been exported.
        title: Option<String>,
    },
    /// An address.
    #[cfg_attr(feature = "schema", schemars(title = "UrlLink"))]
    Url {
        /// The address, as it stands in Notion.
        url: String,
    },
}

impl Link {
    /// To a page of which nothing is known yet.
    fn page(id: Id) -> Self {
        Self::Page {
            id,
            title: None,
            path: None,
        }
    }

    /// To a database of which nothing is known yet.
    fn database(id: Id) -> Self {
        Self::Database { id, title: None }
    }
}

/// A file of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileReference {
    /// Names the file for good, whatever address Notion signs for it.
    pub key: String,
    /// `icon`, `cover`, `image`, `video`, `audio`, `pdf`, `file` or `property`.
    pub kind: String,
    /// The file's name.
    pub name: String,
    /// The page or block that has it.
    pub owner: String,
    /// Its media type, where the bytes have been seen.
    pub content_type: Option<String>,
    /// Its size in bytes, where they have been seen.
    pub size: Option<u64>,
    /// Its width in pixels, where the bytes have been seen.
    pub width: Option<u32>,
    /// Its height in pixels, where the bytes have been seen.
    pub height: Option<u32>,
}

/// A block that is in the document only by its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "UnsupportedBlockEntry")
)]
pub struct UnsupportedBlock {
    /// The block's id.
    pub id: String,
    /// What it is in Notion: `button`, `form` ..., or a type newer than this version.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Something of the page that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentError {
    /// The block that it is, that it is in, or from which on it is missing; none for a property, or for all blocks together.
    pub block_id: Option<String>,
    /// Why.
    pub message: String,
}

/// Reads what was kept as it came, whatever it is: a page could not be built again otherwise.
fn kept<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: Default,
    D: Deserializer<'de>,
    Field<T>: Deserialize<'de>,
{
    Ok(Field::<T>::deserialize(from)?
        .into_value()
        .unwrap_or_default())
}

/// What is written of what is not large.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    meter::json(value, 128)
}
