//! What the engine asks of the world, and what the world answers.

use serde::Serialize;

use crate::api::Request;
use crate::failure::Failure;
use crate::file::FileRequest;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

/// Names one effect of one run, from its start to its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Ticket(pub(super) u32);

impl From<u32> for Ticket {
    /// For a shell that keeps tickets as numbers.
    fn from(number: u32) -> Self {
        Self(number)
    }
}

/// Something that only a shell can do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// One request to Notion; the reply is the body.
    Notion(Request),
    /// Commands to Redis in order, in one request: one to `/`, several to `/pipeline`.
    Redis(Vec<Command>),
    /// Copying or deleting files, where `Settings::files` says that this shell has a place for them.
    File(FileRequest),
}

/// How an effect went.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The body of a 200, or why there is none.
    Notion(Result<Vec<u8>, Failure>),
    /// What each command came to, or the failure of the whole request.
    Redis(Result<Vec<Result<Value, Failure>>, Failure>),
    /// What is known of the copied file as [`FileRecord`](crate::file::FileRecord)'s text, or nothing where files were deleted; or why that did not succeed.
    File(Result<Vec<u8>, Failure>),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Start this effect, and ask again at once: several may be in flight.
    Start(Ticket, Effect),
    /// Nothing to start before a reply comes or this instant passes.
    Wait(Option<Timestamp>),
    /// The run is over.
    Stop(Outcome),
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The export is complete.
    Complete,
    /// There is more to do; the next run goes on.
    Advanced,
    /// Another run holds the lease, or took it over.
    Busy,
    /// It is too early: nothing may be asked before this instant.
    Early(Timestamp),
    /// The run could not go on; says what is wrong and what to do.
    Stopped(String),
}
