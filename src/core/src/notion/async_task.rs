//! Tasks that Notion goes on with after it has answered.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::{Field, Maybe, Optional};
use super::object::Object;
use super::scalar::Time;
use super::word::{Vocabulary, Word};

/// A task.
pub type AsyncTask = Object<AsyncTaskFields>;

/// The fields of a task.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct AsyncTaskFields {
    /// Always "async_task".
    pub object: Field<Word<AsyncTaskObject>>,
    /// The task's id, which is not a UUID.
    pub id: Field<String>,
    /// Such as "queued" or "succeeded".
    pub status: Field<String>,
    /// Where to ask for it.
    pub status_url: Optional<String>,
    /// When it was begun.
    pub created_time: Field<Time>,
    /// How many seconds to wait before asking.
    pub poll_after_seconds: Maybe<Number>,
    /// What it does.
    pub operation: Optional<Object<Operation>>,
    /// The body that the request would have given.
    pub result: Maybe<Value>,
}

/// The word of a task's `object`.
pub enum AsyncTaskObject {}

impl Vocabulary for AsyncTaskObject {
    const WORDS: &'static [&'static str] = &["async_task"];
}

/// What a task does.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Operation {
    /// Where the request came in, such as "rest".
    pub surface: Field<String>,
    /// Method and path.
    pub name: Field<String>,
}
