//! The frontier as the engine meets it: how much of it is wanted, what was handed out, and whether there is more.
//!
//! It lies in Redis, and a script hands out what is due; nothing of it is remembered between runs.

use std::time::Duration;

use crate::redis::Value;
use crate::time::Timestamp;

use super::Engine;
use super::job::Job;
use super::lane::Turn;
use super::unit::{
    Asked, EXPIRED, LONGEST_RETRY_DELAY, NEVER_STORED, NOTHING_STORED, Taken, Unit, Want,
};
use super::write::{NOBODY, Settlement, Version};

/// What the last look at the frontier showed.
#[derive(Debug, Default)]
pub struct Frontier {
    /// Whether a take could bring something.
    pub is_worth_a_look: bool,
    /// Whether it holds nothing that this export is to wait for.
    pub is_worked_off: bool,
    /// When the first is due of what it waits for.
    pub next_due: Option<Timestamp>,
    /// Whether something in it has become public by itself: that goes before search.
    pub publishes: bool,
}

/// How many entries of the frontier are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// To be fetched.
    pub fetched: usize,
    /// To be built again; with none to be fetched only what goes before all else.
    pub rebuilt: usize,
}

impl Engine {
    /// Takes what a write handed out, if it was to hand out anything.
    pub(super) fn taken(&mut self, now: Timestamp, turn: Turn, answer: &Value) {
        let taken = answer.items().get(3).map(Value::items);
        let Some([first, source, entries @ ..]) = taken else {
            return;
        };
        let source = source.text().unwrap_or_default();
        if source == "withdrawn" && entries.is_empty() {
            self.frontier.publishes = false;
            return;
        }
        // What shows something that was taken back from the public goes before what is to be fetched, and beside it.
        let is_rebuild = ["rebuild", "withdrawn"].contains(&source.as_str());
        let mut units = Vec::new();
        for entry in entries.chunks(7) {
            match self.parse_taken(entry, is_rebuild, now) {
                // One that wrote in the same request and has to write again.
                Ok(taken) if self.is_at_work(taken.member) => {}
                Ok(taken) => units.push(Unit::of(taken, now)),
                Err(foreign) => {
                    self.foreign.push(foreign);
                    self.lane.enter(Turn::Discard);
                }
            }
        }
        // Those whose writes went in the same request are done as well.
        let is_alone = self
            .others(&[turn])
            .all(|active| matches!(active.unit.want(), Want::End));
        self.frontier = match first.text().unwrap_or_default() {
            // What is being worked on stands in the frontier as well and is always due.
            first if entries.is_empty() && is_alone => self.frontier_from(&first, now),
            _ => Frontier {
                is_worth_a_look: !entries.is_empty() && source != "rebuild",
                publishes: source == "withdrawn" && self.frontier.publishes,
                ..Frontier::default()
            },
        };
        for unit in units {
            self.start_unit(unit, now);
        }
    }

    /// What the score of its first entry says of the frontier, while nothing is being worked on.
    pub(super) fn frontier_from(&self, first: &str, now: Timestamp) -> Frontier {
        let due = first.parse().ok().map(Timestamp::from_millis);
        let is_due = due.is_some_and(|due| due <= now);
        let next_due = due.filter(|due| !is_due && due.since(now) <= self.patience());
        Frontier {
            is_worth_a_look: is_due,
            is_worked_off: !is_due && next_due.is_none(),
            next_due,
            publishes: false,
        }
    }

    /// How many entries of the frontier a write is to bring: what ends a unit makes room for another.
    pub(super) fn wanted(&self, turn: Turn, ending: &[Turn], now: Timestamp) -> Wanted {
        // What ends in one request hands out with the last of it.
        let hands_out = ending.last() == Some(&turn) && turn != Turn::Discard;
        let is_stopping = self.closing.is_some()
            || self.is_interrupted()
            || self.is_expiry_due(now)
            || self.is_unlinking();
        let room = self.room().saturating_sub(self.others(ending).count());
        // Where search takes long the lease is renewed meanwhile: with that nothing begins but what needs nothing of Notion's.
        let (fetched, is_wanted) = match self.is_listing() {
            true => (0, self.frontier.publishes),
            false => (room, room > 0),
        };
        match hands_out && !is_stopping && is_wanted {
            true => Wanted {
                fetched,
                rebuilt: self.room_for_rebuilds(ending),
            },
            false => Wanted::default(),
        }
    }

    /// How long this export waits for what is put off: until every object has had its attempts, but one for changes
    /// not at all, since the next follows soon and finds it in the frontier.
    fn patience(&self) -> Duration {
        match self.state.export.as_ref().map(|export| export.job) {
            Some(Job::Changes) | None => Duration::ZERO,
            Some(_) => LONGEST_RETRY_DELAY,
        }
    }

    /// Reads the seven fields of an entry: member, takes, when and how it was listed, version, owner,
    /// since when it is missing, whether its document is large.
    ///
    /// # Errors
    /// How an entry ends that names no object of this version.
    fn parse_taken(
        &self,
        entry: &[Value],
        is_rebuild: bool,
        now: Timestamp,
    ) -> Result<Taken, Settlement> {
        let text = |place: usize| entry.get(place).and_then(Value::text);
        let filled = |place: usize| text(place).filter(|text| !text.is_empty());
        let subject = text(0).unwrap_or_default();
        let Ok(member) = subject.parse() else {
            let version = match is_rebuild {
                true => Version::Rebuilt,
                false => Version::Forgotten,
            };
            return Err(Settlement::foreign(subject, version));
        };
        // What someone waits for is fetched even where it looks current.
        let is_urgent = self.is_urgent();
        let ordered = self
            .state
            .export
            .as_ref()
            .and_then(|export| export.job.id());
        let is_version = |known: &str| ![NEVER_STORED, NOTHING_STORED].contains(&known);
        let takes = entry.get(1).and_then(Value::integer).unwrap_or_default();
        Ok(Taken {
            member,
            takes: u32::try_from(takes).unwrap_or(u32::MAX),
            listed: filled(2).and_then(|listed| {
                let (at, json) = listed.split_once(' ')?;
                Some((Timestamp::from_millis(at.parse().ok()?), json.to_owned()))
            }),
            half: filled(2).as_deref().and_then(half_of),
            known: filled(3).filter(|known| !(is_urgent && is_version(known))),
            is_stored: !matches!(filled(3).as_deref(), Some(NEVER_STORED | NOTHING_STORED)),
            owner: filled(4).and_then(|owner| owner.parse().ok()),
            asked: match filled(4).as_deref() {
                // What is fetched may have moved.
                Some(NOBODY) if is_rebuild => Asked::InVain,
                _ => Asked::NotYet,
            },
            missing: filled(5).and_then(|since| Some(Timestamp::from_millis(since.parse().ok()?))),
            is_large: filled(6).is_some(),
            connection: self.state.connection_of_all(),
            is_rebuild,
            is_expired: filled(3).as_deref() == Some(EXPIRED),
            builder: self.builder.clone(),
            at: now,
            export: self.state.export.as_ref().map_or(0, |export| export.number),
            scope: self.scope.clone(),
            is_rescoped: self.is_rescoping() && self.is_rescoped(),
            is_urgent,
            is_named: ordered == Some(member.id())
                || self.settings.scope.names(member.id()) == Some(true),
            wants_comments: self.wants_comments(),
        })
    }
}

/// How many bytes are saved of an object that is half fetched; what an earlier version saved has no number.
fn half_of(listed: &str) -> Option<usize> {
    let bytes = listed.strip_prefix("half")?;
    Some(bytes.trim_start().parse().unwrap_or_default())
}
