//! Deletes the copies of files that no page shows any more. Nothing else is at work meanwhile: a page might show one again.

use crate::engine::asking::Question;
use crate::engine::write::Write;
use crate::failure::Failure;
use crate::file::{FileRequest, is_key};
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
    /// Which of these are shown all the same is read: a run that died may have been about to copy them once more.
    Checking(Vec<String>),
    /// That the first may be gone from now on is written: a run may die before it is known that they are.
    Announcing(Vec<String>, Vec<String>),
    /// The first are deleted, and then all taken off the list.
    Deleting(Vec<String>, Vec<String>),
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
            Phase::Looking | Phase::Checking(_) | Phase::Announcing(..) | Phase::Writing(_) => {
                Want::Lane
            }
            Phase::Deleting(keys, _) => Want::Ask(Question::File(FileRequest::Delete {
                keys: keys.clone(),
                timeout_ms: 0,
            })),
            Phase::Done => Want::End,
        }
    }

    pub fn answered(&mut self, answer: Result<&[u8], &Failure>) {
        self.phase = match (std::mem::replace(&mut self.phase, Phase::Done), answer) {
            (Phase::Deleting(_, all), Ok(_)) => Phase::Writing(all),
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
            Phase::Checking(keys) => LaneStep::Read(vec![Command::new(
                ["HMGET".to_owned(), context.keys.files()]
                    .into_iter()
                    .chain(keys.iter().cloned()),
            )]),
            // They stand there already; the state that is saved with it says how often there were deletions.
            Phase::Announcing(keys, _) => LaneStep::Write(Write::Linking(keys.clone())),
            Phase::Writing(keys) => LaneStep::Write(Write::Unlinked(keys.clone())),
            Phase::Deleting(..) | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, values: &[Value]) {
        let items = values.first().map(Value::items).unwrap_or_default();
        self.phase = match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Looking => {
                let keys = items.iter().filter_map(Value::text);
                let keys: Vec<String> = keys
                    .map(|key| key.to_string())
                    .filter(|key| is_key(key))
                    .collect();
                match keys.is_empty() {
                    true => Phase::Done,
                    false => Phase::Checking(keys),
                }
            }
            Phase::Checking(all) => {
                let is_shown =
                    |place: usize| items.get(place).is_some_and(|it| it.text().is_some());
                let keys = all
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| !is_shown(*place));
                let keys: Vec<String> = keys.map(|(_, key)| key.clone()).collect();
                match keys.is_empty() {
                    true => Phase::Writing(all),
                    false => Phase::Announcing(keys, all),
                }
            }
            other => other,
        };
    }

    pub fn written(&mut self) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Announcing(keys, all) => Phase::Deleting(keys, all),
            Phase::Writing(keys) if keys.len() == AT_ONCE => Phase::Looking,
            _ => Phase::Done,
        };
    }
}
