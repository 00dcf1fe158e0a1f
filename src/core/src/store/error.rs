//! What can go wrong in the store, by what a caller can do about it. Bad input is found before anything is sent.

use std::fmt;

use crate::failure::Failure;

/// An operation of the store that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The arguments cannot be worked with; nothing was sent.
    UnsupportedArgument(String),
    /// The key holds something else than the operation works on; nothing was changed.
    WrongType(String),
    /// What was to be added to is no number, or the sum would be none; nothing was changed.
    NotANumber(String),
    /// A record with that id, or with the same value in a unique index, is there; nothing was changed.
    RecordExists(String),
    /// No record has that id.
    UnknownRecord(String),
    /// What stands under a record's key, or was given as a record, is none.
    MisshapedRecord(String),
    /// Others changed it again and again between reading and writing; nothing was changed.
    Conflict(String),
    /// Redis did not do it.
    Failed(Failure),
}

impl Error {
    pub(super) fn unsupported(subject: &str, why: &str) -> Self {
        Self::UnsupportedArgument(format!("{subject}: {why}"))
    }

    pub(crate) fn unexpected() -> Self {
        Self::Failed(Failure::Transient(
            "redis gave a reply that its script does not give".to_owned(),
        ))
    }

    pub(super) fn of(failure: Failure, subject: &str) -> Self {
        let Failure::Rejected { code, message } = &failure else {
            return Self::Failed(failure);
        };
        // Redis names what INCRBY and its kin refuse in words only.
        let is_number = [
            "not an integer",
            "not a valid float",
            "not a float",
            "would overflow",
            "NaN or Infinity",
        ]
        .iter()
        .any(|words| message.contains(words));
        if code == "WRONGTYPE" || message.contains("WRONGTYPE") {
            Self::WrongType(format!("{subject}: another type of value stands there"))
        } else if is_number {
            Self::NotANumber(format!("{subject}: no number that this can be added to"))
        } else {
            Self::Failed(failure)
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedArgument(what)
            | Self::WrongType(what)
            | Self::NotANumber(what)
            | Self::RecordExists(what)
            | Self::UnknownRecord(what)
            | Self::MisshapedRecord(what)
            | Self::Conflict(what) => f.write_str(what),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
