//! What only admins are told with the status: what the Worker is, who may read, and when it was woken.

use serde::Serialize;

use crate::document::FINGERPRINT;
use crate::keys::Keys;
use crate::read::{AccessKind, Setup};
use crate::redis::{Command, Value};
use crate::time::Timestamp;

use super::Status;

/// What the Worker is, who may read, and when it was woken.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkerStatus {
    /// The version of notion-edge that answers.
    pub version: &'static str,
    /// Names the schema of the documents that it makes: another name, and everything is made anew.
    pub builder: &'static str,
    /// The schema of what is stored, as of the last complete export of everything; null before the first. Documents without blocks
    /// have a hyphen and the fingerprint of their scope behind it.
    pub stored_builder: Option<String>,
    /// Who may read.
    pub access: AccessKind,
    /// Which pages anyone may read, where a rule says that.
    pub publish_rule: Option<String>,
    /// How many pages that are, where a rule says that.
    pub public_pages: Option<i64>,
    /// How many tokens let readers in.
    pub read_tokens: usize,
    /// How many tokens show what is not public, where a rule says what is.
    pub preview_tokens: usize,
    /// Whether everything that the connection sees is copied: neither `ROOTS` nor `EXCLUDE` leaves anything out.
    pub copies_everything: bool,
    /// When a cron trigger last woke it and a run could begin; null where none ever did.
    pub ticked_at: Option<String>,
    /// How long after the one before that was, in seconds.
    pub tick_interval: Option<f64>,
    /// Until when a run has the lease, where one is at work, or was a moment ago and died.
    pub busy_until: Option<String>,
    /// What time it is by the Worker's clock.
    pub now: String,
    /// What time it is by Redis's clock.
    pub redis_now: Option<String>,
}

impl WorkerStatus {
    /// The commands whose replies it needs, behind those of the status.
    pub fn commands(keys: &Keys) -> Vec<Command> {
        vec![
            Command::new(["HMGET", &keys.lease(), "ticked", "tick_gap", "until"]),
            Command::new(["ZCARD", &keys.public_pages()]),
            Command::new(["TIME"]),
        ]
    }

    /// The status with this in it; nothing if the replies are not what the commands give.
    pub fn whole(setup: &Setup, replies: &[Value]) -> Option<Status> {
        let (of_status, own) = replies.split_at_checked(replies.len().checked_sub(3)?)?;
        let [lease, public_pages, time] = own else {
            return None;
        };
        let millis = |place: usize| lease.items().get(place).and_then(Value::integer);
        let text = |millis: i64| Timestamp::from_millis(millis).to_string();
        let is_ruled = setup.access == AccessKind::Rule;
        let seconds = time.items().first().and_then(Value::integer);
        let micros = time.items().get(1).and_then(Value::integer);
        let redis_now = seconds.zip(micros);
        let mut status = Status::read(of_status)?;
        status.worker = Some(Self {
            version: env!("CARGO_PKG_VERSION"),
            builder: FINGERPRINT,
            stored_builder: super::stored_builder(of_status),
            access: setup.access,
            publish_rule: setup.publish_rule.clone(),
            public_pages: public_pages.integer().filter(|_| is_ruled),
            read_tokens: setup.read_tokens,
            preview_tokens: setup.preview_tokens,
            copies_everything: setup.scope.is_everything(),
            ticked_at: millis(0).map(text),
            tick_interval: millis(1).map(|gap| gap as f64 / 1_000.0),
            busy_until: millis(2)
                .filter(|until| *until > setup.now.millis())
                .map(text),
            now: setup.now.to_string(),
            redis_now: redis_now
                .map(|(seconds, micros)| text(seconds.saturating_mul(1_000) + micros / 1_000)),
        });
        Some(status)
    }
}
