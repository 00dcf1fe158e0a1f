//! What Notion says when it refuses. What to do about it is decided elsewhere, by `code`, never by `message`.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::{Field, Maybe, Optional};
use super::object::Object;
use super::word::{Vocabulary, Word};

/// The body of an error.
pub type ErrorBody = Object<ErrorFields>;

/// The fields of an error.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct ErrorFields {
    /// Always "error".
    pub object: Field<Word<ErrorObject>>,
    /// The HTTP status.
    pub status: Field<Number>,
    /// What went wrong, such as "object_not_found".
    pub code: Field<String>,
    /// For people; its wording changes.
    pub message: Field<String>,
    /// What else is known.
    pub additional_data: Maybe<Object<AdditionalData>>,
    /// Notion's name for the request.
    pub request_id: Optional<String>,
}

/// The word of an error's `object`.
pub enum ErrorObject {}

impl Vocabulary for ErrorObject {
    const WORDS: &'static [&'static str] = &["error"];
}

/// What else is known about an error.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AdditionalData {
    /// On 404: the connection that the object is not shared with.
    pub integration_id: Maybe<String>,
    /// On 429: whose budget is spent, such as "public_api_request_rate_limit".
    pub rate_limit_reason: Maybe<String>,
    /// On 429: seconds to wait, as a string.
    pub retry_after: Maybe<Value>,
    /// On 503: what was too much.
    pub endpoint_name: Maybe<String>,
    /// On 503: Notion's own name of the error.
    pub notion_error_name: Maybe<String>,
    /// On 503: what Notion advises.
    pub retry_guidance: Maybe<Vec<String>>,
    /// On 403: how many blocks a workspace may have.
    pub block_limit: Maybe<Value>,
}
