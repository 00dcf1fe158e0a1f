//! Deletes the copies of files that no page shows any more. Nothing else is at work meanwhile: a page might show one again.

use crate::engine::asking::Question;
use crate::engine::write::Write;
use crate::failure::Failure;
use crate::file::FileRequest;
use crate::redis::{Command, Value};

use super::{Context, LaneStep, Want};

/// How many are deleted at once: as many as R2 takes.
const AT_ONCE: usize = 1_000;

/// The deletion of copies.
#[derive(Debug)]
pub struct Unlink {
    phase: Phase,
    failure: Option<String>,
}

#[derive(Debug)]
enum Phase {
    /// Which are to go is read.
    Looking,
    /// These are deleted.
    Deleting(Vec<String>),
    /// They are taken off the list.
    Writing(Vec<String>),
    Done,
}

impl Unlink {
    pub fn new() -> Self {
        Self {
            phase: Phase::Looking,
            failure: None,
        }
    }

    /// Why some stay; they are tried again after the next export.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    pub fn want(&self) -> Want {
        match &self.phase {
            Phase::Looking | Phase::Writing(_) => Want::Lane,
            Phase::Deleting(keys) => Want::Ask(Question::File(FileRequest::Delete {
                keys: keys.clone(),
                timeout_ms: 0,
            })),
            Phase::Done => Want::End,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) {
        self.phase = match (std::mem::replace(&mut self.phase, Phase::Done), answer) {
            (Phase::Deleting(keys), Ok(_)) => Phase::Writing(keys),
            (_, Err(failure)) => {
                self.failure = Some(format!("files that no page shows any more stay: {failure}"));
                Phase::Done
            }
            (other, Ok(_)) => other,
        };
    }

    pub fn lane(&self, context: &Context<'_>) -> LaneStep {
        match &self.phase {
            Phase::Looking => LaneStep::Read(vec![Command::new([
                "SRANDMEMBER".to_owned(),
                context.keys.unlinked(),
                AT_ONCE.to_string(),
            ])]),
            Phase::Writing(keys) => LaneStep::Write(Write::Unlinked(keys.clone())),
            Phase::Deleting(_) | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, values: &[Value]) {
        let keys = values.first().map(Value::items).unwrap_or_default();
        let keys: Vec<String> = keys
            .iter()
            .filter_map(Value::text)
            .map(|key| key.to_string())
            .collect();
        self.phase = match keys.is_empty() {
            true => Phase::Done,
            false => Phase::Deleting(keys),
        };
    }

    pub fn written(&mut self) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Writing(keys) if keys.len() == AT_ONCE => Phase::Looking,
            _ => Phase::Done,
        };
    }
}
