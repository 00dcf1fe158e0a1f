//! Uploads of files, on their way or done.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::{Field, Maybe, Nullable, Optional};
use super::object::{Empty, Object, Types};
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::{Vocabulary, Word};

/// An upload.
pub type FileUpload = Object<FileUploadFields>;

/// The fields of an upload.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct FileUploadFields {
    /// Always "file_upload".
    pub object: Field<Word<FileUploadObject>>,
    /// The upload's id.
    pub id: Field<RawId>,
    /// When it was begun.
    pub created_time: Field<Time>,
    /// Who began it: the id and the type only.
    pub created_by: Optional<User>,
    /// When something last happened to it.
    pub last_edited_time: Field<Time>,
    /// It is in the trash.
    pub in_trash: Field<bool>,
    /// When it is dropped unless it is attached.
    pub expiry_time: Nullable<Time>,
    /// How far it is.
    pub status: Field<Word<UploadStatuses>>,
    /// The file's name.
    pub filename: Nullable<String>,
    /// The file's media type.
    pub content_type: Nullable<String>,
    /// The file's size in bytes.
    pub content_length: Nullable<Number>,
    /// Where to send the file.
    pub upload_url: Maybe<String>,
    /// Where to say that all parts are sent.
    pub complete_url: Maybe<String>,
    /// What became of a file that Notion was to fetch itself.
    pub file_import_result: Maybe<FileImportResult>,
    /// How many parts there are, and how many of them are sent.
    pub number_of_parts: Maybe<Value>,
}

/// The word of an upload's `object`.
pub enum FileUploadObject {}

impl Vocabulary for FileUploadObject {
    const WORDS: &'static [&'static str] = &["file_upload"];
}

/// How far an upload is.
pub enum UploadStatuses {}

impl Vocabulary for UploadStatuses {
    const WORDS: &'static [&'static str] = &["pending", "uploaded", "expired", "failed"];
}

/// What became of a file that Notion was to fetch itself.
pub type FileImportResult = Object<FileImportResultFields, FileImportResultType>;

/// What every such result has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct FileImportResultFields {
    /// When it was settled.
    pub imported_time: Field<Time>,
}

/// Whether the file was fetched.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileImportResultType {
    /// It was.
    Success(Field<Object<Empty>>),
    /// It was not.
    Error(Field<Object<FileImportError>>),
}

impl Types for FileImportResultType {
    const NAME: &'static str = "FileImportResult";
}

/// Why a file was not fetched.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct FileImportError {
    /// Such as "validation_error" or "download_error".
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// Names the cause.
    pub code: Field<String>,
    /// For people.
    pub message: Field<String>,
    /// What of the request was wrong.
    pub parameter: Maybe<String>,
    /// The status that the other server answered with.
    pub status_code: Maybe<Number>,
}
