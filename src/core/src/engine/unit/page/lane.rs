//! A page in the lane: what is looked at in Redis before its commit, and what is written.

use crate::document::Document;
use crate::engine::unit::blocks::{Blocks, KEYS_AT_ONCE};
use crate::engine::unit::climb::Above;
use crate::engine::unit::fetch::Fetch;
use crate::engine::unit::inside::leads_in;
use crate::engine::unit::stage::{PART_BYTES, Staging};
use crate::engine::unit::{BlockKeys, Context, LaneStep};
use crate::engine::write::{Leads, Verdict, Version, Write};
use crate::keys::StagedText;
use crate::member::Member;
use crate::redis::{Command, Value};

use super::{PageUnit, Phase, Then};

impl PageUnit {
    /// In how many parts what it fetched would be saved, or its document staged and its blocks written.
    pub fn parts(&self, block_keys: BlockKeys) -> u32 {
        let bytes = match &self.phase {
            Phase::Fetching(fetch) => fetch.bytes(),
            Phase::Saving(half, _) => half.len(),
            Phase::Looking(draft) => {
                let document = draft.bytes.saturating_mul(draft.claim.left());
                document.saturating_add(draft.comments.bytes())
            }
            Phase::Committing(draft, stage) => {
                let again = draft
                    .bytes
                    .saturating_mul(draft.claim.left().saturating_sub(1));
                let document = draft.bytes.saturating_sub(stage.offset());
                let left = document.saturating_add(draft.comments.bytes());
                again.saturating_add(left)
            }
            Phase::Removing(removal) => removal.blocks.len() / KEYS_AT_ONCE * PART_BYTES,
            _ => 0,
        };
        // Parts of blocks are half as long, and shorter where there are many; those that are gone are about as many.
        let times = match (block_keys, &self.phase) {
            (BlockKeys::None, _) | (_, Phase::Saving(..) | Phase::Removing(_)) => 1,
            (BlockKeys::Written | BlockKeys::Renewed | BlockKeys::Removed, _) => 6,
        };
        u32::try_from(bytes.saturating_mul(times) / PART_BYTES + 1).unwrap_or(u32::MAX)
    }

    /// What it is about to look at, itself first.
    pub fn looks(&self) -> Option<Vec<Member>> {
        match &self.phase {
            Phase::Looking(draft) => Some(draft.reading.subjects().to_vec()),
            Phase::Leaving(reading, _) => Some(reading.subjects().to_vec()),
            _ => None,
        }
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        // It may hold the lane because it was just found to be in scope.
        if let Phase::Fetching(fetch) = &mut self.phase
            && fetch.next().is_none()
        {
            match fetch.files_in_lane(context.keys, self.taken.builder.includes_blocks) {
                Some(step) => return step,
                // Its files may be what is to be asked for now.
                None if fetch.next().is_some() => return LaneStep::Leave,
                None => {
                    self.draft();
                    return LaneStep::Look;
                }
            }
        }
        match &mut self.phase {
            Phase::Recalling => {
                LaneStep::Read(vec![get(context.keys.stage(StagedText::Object(self.id)))])
            }
            Phase::Judging(climb, _) => climb
                .command(context.keys)
                .map_or(LaneStep::Leave, |command| LaneStep::Read(vec![command])),
            Phase::Loading => LaneStep::Read(vec![get(context.keys.page(self.id))]),
            Phase::Saving(half, stage) => match stage.next_part(half) {
                Some(part) => LaneStep::Write(Write::Stage {
                    text: StagedText::Object(self.id),
                    half: stage.is_last(half).then_some(Member::Page(self.id)),
                    part,
                }),
                None => LaneStep::Leave,
            },
            Phase::Looking(draft) => LaneStep::Read(draft.reading.commands(context)),
            Phase::Committing(draft, stage) => {
                if draft.committed.is_none() {
                    return LaneStep::Leave;
                }
                match draft.ahead(stage, self.version == Version::Rebuilt) {
                    Some(write) => LaneStep::Write(write),
                    None => match draft.commit(context, self.version.clone(), &self.taken) {
                        Some(commit) => LaneStep::Write(Write::CommitPage(commit)),
                        None => LaneStep::Leave,
                    },
                }
            }
            Phase::Leaving(reading, _) => LaneStep::Read(reading.commands(context)),
            Phase::Removing(removal) => LaneStep::Write(Write::Remove(removal.clone())),
            Phase::Settling(settlement) => LaneStep::Write(Write::Settle(settlement.clone())),
            Phase::Asking
            | Phase::Ascending(..)
            | Phase::Identifying
            | Phase::Fetching(_)
            | Phase::HalfDone
            | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, context: &Context<'_>, values: &[Value]) {
        let block_keys = context.block_keys;
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Recalling => {
                // What another builder saved, or what is not whole, is as good as nothing.
                let half = values.first().and_then(Value::text);
                let half = half.and_then(|half| serde_json::from_str(&half).ok());
                self.half = half
                    .filter(|(builder, ..): &(String, Version, Box<Fetch>)| {
                        builder == self.taken.builder.name()
                    })
                    .map(|(_, version, fetch)| (version, fetch));
                // What is saved and cannot be read must not be saved and counted as new for ever.
                let had = self.half.as_ref().map(|(_, fetch)| fetch.ended());
                self.had = had.unwrap_or(usize::MAX);
                self.phase = Phase::Asking;
            }
            Phase::Fetching(mut fetch) => {
                fetch.files_mut().looked(values);
                self.phase = Phase::Fetching(fetch);
            }
            Phase::Loading => match values.first().and_then(Value::text) {
                Some(json) => match serde_json::from_str::<Document>(&json) {
                    Ok(document) => {
                        let leads = match self.taken.is_rescoped {
                            true => leads_in(&document.blocks),
                            false => Leads::default(),
                        };
                        let above = Above::of(document.parent.as_ref(), self.taken.owner);
                        self.judge(above, Then::Look(Box::new(document), leads, json.len()));
                    }
                    Err(error) => self.fail(format!("the stored document cannot be read: {error}")),
                },
                None => self.settle(self.taken.kept()),
            },
            Phase::Judging(mut climb, then) => {
                climb.read(values);
                let put_back = self.taken.put_back();
                match put_back.filter(|_| climb.question().is_some()) {
                    Some(put_back) => self.settle(put_back),
                    None => {
                        self.phase = Phase::Judging(climb, then);
                        self.judged();
                    }
                }
            }
            Phase::Looking(mut draft) => {
                let references = draft.reading.references(values);
                let departure = draft.reading.departure(self.taken.scope.as_deref());
                self.phase = if let Some(departure) = departure {
                    self.failure = self.taken.why_left(departure);
                    let removal = draft.reading.removal(values, departure);
                    Phase::Removing(Box::new(removal))
                } else if draft.shows_more(&references) {
                    Phase::Looking(draft)
                } else {
                    let block_keys = match (block_keys, self.taken.is_expired) {
                        (BlockKeys::Written, true) => BlockKeys::Renewed,
                        (block_keys, _) => block_keys,
                    };
                    let builder = &self.taken.builder;
                    draft.resolve(&references, builder, block_keys, context.now);
                    Phase::Committing(draft, Staging::default())
                };
            }
            Phase::Leaving(mut reading, departure) => {
                self.phase = Phase::Removing(Box::new(reading.removal(values, departure)));
            }
            other => self.phase = other,
        }
    }

    pub fn written(&mut self, verdict: Verdict) {
        match (std::mem::replace(&mut self.phase, Phase::Done), verdict) {
            (Phase::Committing(mut draft, _), Verdict::PathTaken) => match draft.claim.next() {
                Some(claim) => {
                    draft.claim = claim;
                    self.phase = Phase::Looking(draft);
                }
                None => self.fail(format!("another page has the path {}", draft.document.path)),
            },
            // The commit took the document with it.
            (Phase::Committing(mut draft, mut stage), _) => {
                if draft.committed.is_some() {
                    let blocks = draft.blocks.as_mut();
                    if !blocks.is_some_and(Blocks::written) && !draft.comments.written() {
                        stage.written();
                    }
                    self.phase = Phase::Committing(draft, stage);
                }
            }
            (Phase::Fetching(mut fetch), _) => {
                fetch.files_mut().noted();
                self.phase = Phase::Fetching(fetch);
            }
            (Phase::Saving(half, mut stage), _) => {
                stage.written();
                self.phase = match stage.is_done(&half) {
                    true => Phase::HalfDone,
                    false => Phase::Saving(half, stage),
                };
            }
            (Phase::Removing(mut removal), Verdict::Partial) => {
                removal
                    .blocks
                    .drain(..removal.blocks.len().min(KEYS_AT_ONCE));
                self.phase = Phase::Removing(removal);
            }
            (Phase::Removing(_) | Phase::Settling(_) | Phase::Done, _) => {}
            (other, _) => self.phase = other,
        }
    }

    /// Redis refuses what was to be written; whether that can be noted.
    pub fn refused(&mut self, problem: &str) -> bool {
        let is_noted = !matches!(self.phase, Phase::Settling(_));
        self.settle(self.taken.refused(problem));
        is_noted
    }
}

fn get(key: String) -> Command {
    Command::new(["GET".to_owned(), key])
}
