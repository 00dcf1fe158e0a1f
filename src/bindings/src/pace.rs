//! What keeps an export polite and predictable, for use without the exporter: limiter, breaker, estimator.
//!
//! None of them reads a clock: instants are passed in, in milliseconds.

use std::time::Duration;

use notion_edge_core::engine::{Breaker, Limiter};
use notion_edge_core::progress::{self, Observed, Waiting};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::instant;

/// Starts no more than so many requests in any 60 seconds, wherever they begin; all of them may start at once.
#[wasm_bindgen]
pub struct RateLimiter(Limiter);

#[wasm_bindgen]
impl RateLimiter {
    /// `perMinute` requests in any 60 seconds.
    #[wasm_bindgen(constructor)]
    pub fn new(per_minute: u32) -> Self {
        Self(Limiter::new(per_minute))
    }

    /// When one more request may start; `nowMs` or earlier means at once.
    #[wasm_bindgen(js_name = nextStart)]
    pub fn next_start(&self) -> f64 {
        millis(self.0.next_start().millis())
    }

    /// Notes a request that starts now.
    pub fn start(&mut self, now_ms: f64) {
        self.0.start(instant(now_ms));
    }

    /// Holds everything back until that instant, as a `Retry-After` demands.
    pub fn pause(&mut self, until_ms: f64) {
        self.0.pause(instant(until_ms));
    }
}

/// Stops asking a server that does not answer, and finds out with one request when it does again.
#[wasm_bindgen]
pub struct CircuitBreaker(Breaker);

#[wasm_bindgen]
impl CircuitBreaker {
    /// Opens for `pauseMs` after `threshold` failures without an answer between them.
    #[wasm_bindgen(constructor)]
    pub fn new(threshold: u32, pause_ms: u32) -> Self {
        let pause = Duration::from_millis(u64::from(pause_ms));
        Self(Breaker::new(threshold, pause, pause))
    }

    /// Whether a request may start. When the pause is over it says yes once, until that one is told of.
    pub fn allows(&mut self, now_ms: f64) -> bool {
        self.0.allows(instant(now_ms))
    }

    /// Notes an answer, whatever it says: a refusal is one.
    pub fn answered(&mut self, now_ms: f64) {
        self.0.answered(instant(now_ms));
    }

    /// Notes that there was no answer, or a fault of the server.
    pub fn failed(&mut self, now_ms: f64) {
        self.0.failed(instant(now_ms));
    }

    /// Until when nothing may start; undefined while it is closed.
    #[wasm_bindgen(js_name = openUntil, getter)]
    pub fn open_until(&self) -> Option<f64> {
        self.0.open_until().map(|until| millis(until.millis()))
    }
}

/// Estimates when work will be done of which more is found on the way.
#[wasm_bindgen]
#[derive(Default)]
pub struct ProgressEstimator {
    estimator: progress::ProgressEstimator,
    per_minute: Option<u32>,
}

/// A duration in seconds that is not certain, from the last observation on.
#[wasm_bindgen]
pub struct Estimate {
    /// The best guess.
    #[wasm_bindgen(readonly)]
    pub seconds: f64,
    /// It takes less one time in ten.
    #[wasm_bindgen(readonly)]
    pub low: f64,
    /// It takes more one time in ten.
    #[wasm_bindgen(readonly)]
    pub high: f64,
}

#[wasm_bindgen]
impl ProgressEstimator {
    /// One that has seen nothing; `perMinute` is how many requests any minute allows, if that is known.
    #[wasm_bindgen(constructor)]
    pub fn new(per_minute: Option<u32>) -> Self {
        Self {
            per_minute,
            ..Self::default()
        }
    }

    /// Notes how many are done now, how many are known to wait, and how many requests were sent so far;
    /// without that each takes one.
    pub fn observe(&mut self, now_ms: f64, done: u32, waiting: u32, requests: Option<u32>) {
        let (done, waiting) = (u64::from(done), u64::from(waiting));
        let seen = Observed {
            done,
            found: done + waiting,
            requests: requests.map_or(done, u64::from),
            per_minute: self.per_minute,
            ..Observed::default()
        };
        self.estimator.observe(instant(now_ms), seen);
    }

    /// How long `waiting` more will take; undefined while too little was seen to tell.
    pub fn estimate(&self, waiting: u32) -> Option<Estimate> {
        let waiting = Waiting {
            objects: u64::from(waiting),
            ..Waiting::default()
        };
        let estimate = self.estimator.estimate(waiting)?;
        Some(Estimate {
            seconds: estimate.seconds,
            low: estimate.low,
            high: estimate.high,
        })
    }
}

fn millis(millis: i64) -> f64 {
    // Milliseconds until the year 287396 fit into the 53 bits of a float.
    millis as f64
}
