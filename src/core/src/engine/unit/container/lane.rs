//! A database or data source in the lane: what is looked at in Redis before its commit, and what is written.

use crate::document::{LaidOut, References, Standing, ancestors_under, below};
use crate::engine::unit::draft::without;
use crate::engine::unit::{Context, LaneStep};
use crate::engine::write::{Found, ObjectCommit, Part, Version, Write};
use crate::keys::{Keys, StagedText};
use crate::member::Member;
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::{Container, Phase};

/// What is saved of a data source that is half listed begins with this; milliseconds follow, the number of the export,
/// and what is missing up to then, each after a space.
const ROWS_UP_TO: &str = "rows up to ";

impl Container {
    /// What it is about to look at, itself first.
    pub fn looks(&self) -> Option<Vec<Member>> {
        match &self.phase {
            Phase::Looking(reading) | Phase::Leaving(reading, _) => {
                Some(reading.subjects().to_vec())
            }
            _ => None,
        }
    }

    pub fn lane(&mut self, context: &Context<'_>) -> LaneStep {
        if matches!(self.phase, Phase::Filing) {
            match self.files.lane(context.keys, self.taken.member.id()) {
                Some(step) => return step,
                // They are what is to be asked for now.
                None if self.files.next().is_some() => return LaneStep::Leave,
                None => {
                    self.phase = self.looking();
                    return LaneStep::Look;
                }
            }
        }
        match &mut self.phase {
            Phase::Recalling => LaneStep::Read(vec![Command::new([
                "GET".to_owned(),
                context
                    .keys
                    .stage(StagedText::Object(self.taken.member.id())),
            ])]),
            Phase::Judging(climb) => climb
                .command(context.keys)
                .map_or(LaneStep::Leave, |command| LaneStep::Read(vec![command])),
            Phase::Wording => LaneStep::Write(Write::Word(self.taken.member)),
            Phase::Saving(at) => {
                let (at, export) = (at.millis(), self.taken.export);
                let missing = self.failure.as_deref().unwrap_or_default();
                LaneStep::Write(Write::Stage {
                    text: StagedText::Object(self.taken.member.id()),
                    part: Part {
                        offset: 0,
                        text: format!("{ROWS_UP_TO}{at} {export} {missing}"),
                    },
                    half: Some(self.taken.member),
                })
            }
            Phase::Found(found) => LaneStep::Write(Write::Discover(Found::first_part(found))),
            Phase::Loading => LaneStep::Read(vec![Command::new([
                "GET".to_owned(),
                context.keys.object(self.taken.member),
            ])]),
            Phase::Looking(reading) => LaneStep::Read(reading.commands(context)),
            Phase::Committing(commit) => LaneStep::Write(Write::CommitObject(commit.clone())),
            Phase::Leaving(reading, _) => LaneStep::Read(reading.commands(context)),
            Phase::Removing(removal) => LaneStep::Write(Write::Remove(removal.clone())),
            Phase::Settling(settlement) => LaneStep::Write(Write::Settle(settlement.clone())),
            Phase::Asking
            | Phase::Ascending(_)
            | Phase::Identifying
            | Phase::Listing
            | Phase::Filing
            | Phase::HalfDone
            | Phase::Done => LaneStep::Leave,
        }
    }

    pub fn read(&mut self, keys: &Keys, values: &[Value]) {
        match &mut self.phase {
            Phase::Loading => self.load(values),
            Phase::Filing => self.files.looked(values),
            Phase::Recalling => self.recall(values),
            Phase::Judging(climb) => {
                climb.read(values);
                let put_back = self.taken.put_back();
                match put_back.filter(|_| climb.question().is_some()) {
                    Some(put_back) => self.settle(put_back),
                    None => self.judged(),
                }
            }
            Phase::Leaving(reading, departure) => {
                let removal = reading.removal(values, *departure);
                self.phase = Phase::Removing(Box::new(removal));
            }
            Phase::Looking(_) => self.look(keys, values),
            _ => {}
        }
    }

    /// Takes how far an earlier run came with the rows.
    fn recall(&mut self, values: &[Value]) {
        let half = values.first().and_then(Value::text);
        let half = half.as_deref().and_then(|half| {
            let mut words = half.strip_prefix(ROWS_UP_TO)?.splitn(3, ' ');
            let at = Timestamp::from_millis(words.next()?.parse().ok()?);
            // Another export has put the rows before that into its own frontier only.
            let is_of_this = words.next()?.parse() == Ok(self.taken.export);
            is_of_this.then_some((at, words.next()?))
        });
        self.half = half.map(|(at, _)| at);
        self.rows.since = self.half;
        self.failure = half
            .map(|(_, missing)| missing.to_owned())
            .filter(|missing| !missing.is_empty());
        self.phase = Phase::Asking;
    }

    /// Takes what the store knows of what it lies under: it is committed, or goes with that.
    fn look(&mut self, keys: &Keys, values: &[Value]) {
        let lists_rows = self.lists_rows();
        let Phase::Looking(reading) = &mut self.phase else {
            return;
        };
        let references = reading.references(values);
        let is_in_trash = reading.is_in_trash();
        let departure = reading.departure(self.taken.scope.as_deref());
        if let Some(departure) = departure {
            self.failure = self.taken.why_left(departure);
            let removal = reading.removal(values, departure);
            self.phase = Phase::Removing(Box::new(removal));
        } else if lists_rows && (is_in_trash || !self.rows.is_complete) {
            self.begin_rows(is_in_trash);
        } else if let Some(commit) = self.commit(keys, &references) {
            self.phase = Phase::Committing(Box::new(commit));
        }
    }

    /// What is written of it, under what the store knows.
    fn commit(&mut self, keys: &Keys, references: &References) -> Option<ObjectCommit> {
        let Phase::Looking(reading) = &self.phase else {
            return None;
        };
        let object = self.object.take()?;
        // Search may hide what it lies under, and what is in the trash shows nowhere else.
        let above = reading.above().first().copied();
        let unknown = above.filter(|above| !references.faces.contains_key(above));
        let listed_by = reading.lists(keys, None, false);
        let no_longer_listed_by = without(reading.former_lists(), &listed_by);
        let ancestors = ancestors_under(self.taken.member.id(), references);
        let slugs = object.slugs(references, &self.taken.builder.paths);
        let is_ruled = self.taken.builder.rule.is_some();
        let standing = is_ruled.then(|| Standing::inherited(self.taken.member.id(), references));
        let files = self
            .files
            .lines(object.sources.iter().map(|source| &source.key));
        if self.files.has_left() {
            let version = std::mem::replace(&mut self.version, Version::Uncertain);
            self.version = self.taken.builder.version_left(version);
        }
        Some(ObjectCommit {
            member: self.taken.member,
            version: self.version.clone(),
            key: keys.object(self.taken.member),
            face: match &standing {
                Some(standing) => format!("{} {}", standing.visibility.word(), object.title),
                None => object.title.clone(),
            },
            owner: self.taken.owner(object.is_under_a_block()),
            unknown,
            summary: object.summary(&ancestors, &slugs, standing.as_ref()),
            ancestors: below(&ancestors, &slugs, standing.as_ref()),
            created: object.created,
            json: LaidOut::new(object.json, self.taken.builder.layout)
                .whole()
                .into_owned(),
            found: object.leads_to,
            listed_by,
            no_longer_listed_by,
            files: files.filter(|_| !self.taken.is_rebuild),
        })
    }

    pub fn written(&mut self) {
        self.phase = match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Found(rest) if !rest.is_empty() => Phase::Found(rest),
            Phase::Found(_) if self.rows.is_complete => self.filing(),
            Phase::Filing => {
                self.files.noted();
                Phase::Filing
            }
            Phase::Found(_) | Phase::Wording => Phase::Listing,
            Phase::Saving(_) => Phase::HalfDone,
            _ => Phase::Done,
        };
    }

    /// Redis refuses what was to be written; whether that can be noted.
    pub fn refused(&mut self, problem: &str) -> bool {
        let is_noted = !matches!(self.phase, Phase::Settling(_));
        self.settle(self.taken.refused(problem));
        is_noted
    }
}
