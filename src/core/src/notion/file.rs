//! Files: external ones, uploaded ones, and uploads on their way.
//!
//! The URL of an uploaded file is signed and expires within the hour.
//! In the stored document such a file has a `key` and a stable URL instead.

use serde::{Deserialize, Serialize};

use super::field::{Field, Optional};
use super::object::{Object, Types};
use super::rich_text::RichText;
use super::scalar::{RawId, Time};

/// A file: the payload of a media block, an item of a files property, a cover.
pub type FileObject = Object<FileFields, FileType>;

/// What is said about a file beside where it is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct FileFields {
    /// On media blocks.
    pub caption: Optional<Vec<RichText>>,
    /// In files properties and on file blocks.
    pub name: Optional<String>,
}

/// Where a file is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileType {
    /// Somewhere else.
    External(Field<Object<ExternalFile>>),
    /// Uploaded to Notion.
    File(Field<Object<HostedFile>>),
    /// An upload that is not attached yet; only in requests.
    FileUpload(Field<Object<UploadReference>>),
}

impl Types for FileType {
    const NAME: &'static str = "FileObject";
}

/// A file somewhere else.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ExternalFile {
    /// Where it is, for as long as its host likes.
    pub url: Field<String>,
}

/// A file that was uploaded to Notion.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct HostedFile {
    /// Where it is: signed on Notion's side, stable in the stored document.
    pub url: Field<String>,
    /// When the signed URL ends; not stored.
    pub expiry_time: Optional<Time>,
    /// Names the file in the stored document, whatever its URL.
    pub key: Optional<String>,
}

/// An upload.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct UploadReference {
    /// The id of the upload.
    pub id: Field<RawId>,
}
