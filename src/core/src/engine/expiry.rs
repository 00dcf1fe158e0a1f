//! When what is stored goes by itself, where `TTL` is set.
//!
//! Redis takes the keys away that readers read, also while no exporter runs; a sorted set has when, so that lists can leave
//! such objects out. The next run has them fetched again: they are in Notion still. Whatever sees an object there renews it.

use std::time::Duration;

use crate::redis::Value;
use crate::time::Timestamp;

use super::Engine;

/// How long what is written lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ttl {
    /// For ever.
    None,
    /// For ever, and what was written before may not.
    Removed,
    /// So long.
    Of(Duration),
}

impl Ttl {
    /// As scripts are told.
    pub fn arg(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Removed => "removed".to_owned(),
            Self::Of(ttl) => ttl.as_millis().to_string(),
        }
    }

    /// What expires before this is renewed when it is seen: a quarter of its time is over.
    pub fn renews_before(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Of(ttl) => Some(now.plus(ttl / 4 * 3)),
            Self::None | Self::Removed => None,
        }
    }
}

impl Engine {
    /// How long what is written now lives.
    pub(super) fn ttl(&self) -> Ttl {
        match self.settings.ttl {
            Some(ttl) => Ttl::Of(ttl),
            None if self.state.is_mixed => Ttl::Removed,
            None => Ttl::None,
        }
    }

    /// Notes that what this run writes expires at the earliest a whole time from now.
    pub(super) fn meet_ttl(&mut self, now: Timestamp) {
        if let Some(ttl) = self.settings.ttl {
            let first = now.plus(ttl);
            let known = self.state.next_expiry.unwrap_or(first);
            self.state.next_expiry = Some(known.min(first));
        }
    }

    /// Whether something may have expired since it was last looked for.
    pub(super) fn is_expiry_due(&self, now: Timestamp) -> bool {
        self.state.next_expiry.is_some_and(|next| next <= now)
    }

    /// Takes when the next object expires.
    pub(super) fn noted_expired(&mut self, now: Timestamp, answer: &Value) {
        let next = answer.items().get(2).and_then(Value::text);
        let next = next.and_then(|next| Some(Timestamp::from_millis(next.parse().ok()?)));
        self.state.next_expiry = next;
        self.meet_ttl(now);
        self.frontier.is_worth_a_look = true;
    }
}
