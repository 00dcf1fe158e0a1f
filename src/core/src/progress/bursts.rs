//! How long so many requests take, from when those before them were sent.
//!
//! Requests come in bursts: where a limit of Notion or of a run is used up, work stands still until the next minute.
//! So their time is a staircase, and what has to wait for one more minute takes one more.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A silence of so many ms ends a burst.
pub const PAUSE_MS: u64 = 10_000;

/// After a longer one nobody ran for a while: that is not how bursts follow each other.
const LONGEST_PAUSE_MS: u64 = 150_000;

/// What limits are counted by, and what the cron trigger comes by, in ms.
const MINUTE_MS: f64 = 60_000.0;

/// The requests so far, as bursts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bursts {
    /// When the burst that is under way began, and when its last request was seen.
    began_at: Timestamp,
    last_at: Timestamp,
    /// The requests of that burst.
    sent: u64,
    /// The bursts before it: how many, their requests, and the ms from the beginning of each to that of the next.
    over: u64,
    requests_over: u64,
    millis_over: u64,
    /// The requests of all of them, and the ms between those, without pauses.
    requests: u64,
    busy_ms: u64,
}

impl Bursts {
    /// The beginning of the first one, with what was sent before anything was done.
    pub fn begin(now: Timestamp, sent: u64) -> Self {
        Self {
            began_at: now,
            last_at: now,
            sent,
            ..Self::default()
        }
    }

    /// Notes what was sent since the last time.
    pub fn add(&mut self, now: Timestamp, sent: u64) {
        if sent == 0 {
            return;
        }
        let silence_ms = millis(now, self.last_at);
        if silence_ms < PAUSE_MS {
            self.busy_ms = self.busy_ms.saturating_add(silence_ms);
        } else {
            if silence_ms <= LONGEST_PAUSE_MS {
                self.over += 1;
                self.requests_over = self.requests_over.saturating_add(self.sent);
                let took = millis(now, self.began_at);
                self.millis_over = self.millis_over.saturating_add(took);
            }
            (self.began_at, self.sent) = (now, 0);
        }
        self.sent = self.sent.saturating_add(sent);
        self.requests = self.requests.saturating_add(sent);
        self.last_at = now;
    }

    /// How many ms after `now` so many more requests will have been made; `per_minute` is how many a minute allows,
    /// which the first burst does not show yet.
    pub fn millis(&self, now: Timestamp, requests: f64, per_minute: Option<u32>) -> f64 {
        let each = self.each_ms();
        let allowed = per_minute.map(f64::from);
        let (most, apart_ms) = match self.over {
            0 => match allowed.filter(|most| most * each < MINUTE_MS) {
                Some(most) => (most, MINUTE_MS),
                None => return requests * each,
            },
            over => (
                self.requests_over as f64 / over as f64,
                self.millis_over as f64 / over as f64,
            ),
        };
        let left = (most - self.sent as f64).max(0.0);
        if requests <= left {
            return requests * each;
        }
        let beyond = requests - left;
        let bursts = (beyond / most).ceil();
        let next_ms = bursts * apart_ms - millis(now, self.began_at) as f64;
        next_ms.max(0.0) + (beyond - (bursts - 1.0) * most) * each
    }

    /// What a request took, on average and in ms, while work went on.
    pub fn each_ms(&self) -> f64 {
        self.busy_ms as f64 / self.requests.max(1) as f64
    }

    /// How many requests it has seen since the first object was done.
    pub fn seen(&self) -> u64 {
        self.requests
    }
}

/// The ms between two instants.
pub fn millis(now: Timestamp, before: Timestamp) -> u64 {
    u64::try_from(now.since(before).as_millis()).unwrap_or(u64::MAX)
}
