//! How many requests to Notion are in flight: more while it answers as usual, fewer where it does not.
//!
//! Additive increase, multiplicative decrease, as in TCP; latency that grows counts as well as failures.
//! How many start in a minute is the limiter's.

use std::time::Duration;

use crate::time::Timestamp;

/// Connections of one Worker that may wait for an answer at once; Cloudflare queues a seventh.
pub const MAX_CONNECTIONS: usize = 6;

/// One of them is for Redis.
const FOR_NOTION: usize = MAX_CONNECTIONS - 1;

/// What remains after a failure.
const AFTER_FAILURE: f64 = 0.5;

/// What remains when latency has grown.
const AFTER_SLOWNESS: f64 = 0.75;

/// What is added for as many answers as may be in flight.
const GAIN: f64 = 0.25;

/// Latency has grown when the latest answers took so many times what is usual; kinds of requests differ by less.
const SLOW: f64 = 2.0;

/// So many answers must have been seen to know what is usual.
const ENOUGH: u32 = 20;

/// Failures within this are one: they were all in flight together.
const ROUND: Duration = Duration::from_secs(1);

/// The bound on requests in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Concurrency {
    most: f64,
    limit: f64,
    usual_ms: f64,
    recent_ms: f64,
    seen: u32,
    lowered_at: Option<Timestamp>,
}

impl Concurrency {
    /// Begins with as many as there are connections.
    pub fn new() -> Self {
        let most = u32::try_from(FOR_NOTION).map_or(1.0, f64::from);
        Self {
            most,
            limit: most,
            usual_ms: 0.0,
            recent_ms: 0.0,
            seen: 0,
            lowered_at: None,
        }
    }

    /// How many may be in flight; at least one.
    pub fn limit(&self) -> usize {
        (1..=FOR_NOTION)
            .rev()
            .find(|count| u32::try_from(*count).is_ok_and(|count| f64::from(count) <= self.limit))
            .unwrap_or(1)
    }

    /// Notes an answer, and how long it took.
    pub fn answered(&mut self, now: Timestamp, latency: Duration) {
        let millis = latency.as_secs_f64() * 1_000.0;
        let weigh = |mean: &mut f64, weight: f64| *mean += (millis - *mean) * weight;
        if self.seen == 0 {
            (self.usual_ms, self.recent_ms) = (millis, millis);
        }
        weigh(&mut self.usual_ms, 1.0 / 128.0);
        weigh(&mut self.recent_ms, 1.0 / 8.0);
        self.seen = self.seen.saturating_add(1);
        if self.seen >= ENOUGH && self.recent_ms > SLOW * self.usual_ms {
            self.lower(now, AFTER_SLOWNESS);
        } else {
            self.limit = (self.limit + GAIN / self.limit).min(self.most);
        }
    }

    /// Notes an answer that asks to hold back, a fault of the server, or none in time.
    pub fn congested(&mut self, now: Timestamp) {
        self.lower(now, AFTER_FAILURE);
    }

    fn lower(&mut self, now: Timestamp, share: f64) {
        if self.lowered_at.is_none_or(|at| now.since(at) >= ROUND) {
            self.limit = (self.limit * share).max(1.0);
            self.lowered_at = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Concurrency;
    use crate::time::Timestamp;

    /// A server in virtual time that takes `latency` for an answer, given how many are in flight.
    fn limits(seconds: u64, latency: impl Fn(u64, usize) -> Option<u64>) -> Vec<usize> {
        let mut concurrency = Concurrency::new();
        let (mut now, mut limits) = (Timestamp::from_millis(0), Vec::new());
        while now < Timestamp::from_millis(0).plus(Duration::from_secs(seconds)) {
            let in_flight = concurrency.limit();
            let second = now.since(Timestamp::from_millis(0)).as_secs();
            let took = latency(second, in_flight);
            now = now.plus(Duration::from_millis(took.unwrap_or(100)));
            for _ in 0..in_flight {
                match took {
                    Some(took) => concurrency.answered(now, Duration::from_millis(took)),
                    None => concurrency.congested(now),
                }
            }
            limits.push(concurrency.limit());
        }
        limits
    }

    #[test]
    fn a_server_that_answers_as_usual_gets_all_connections() {
        let limits = limits(60, |_, _| Some(150));
        assert!(limits.iter().all(|limit| *limit == 5), "{limits:?}");
    }

    #[test]
    fn failures_lower_it_and_it_recovers_in_seconds() {
        let limits = limits(60, |second, _| (!(10..15).contains(&second)).then_some(150));
        assert_eq!(limits.iter().min(), Some(&1));
        assert_eq!(limits.last(), Some(&5));
        let low = limits.iter().filter(|limit| **limit < 5).count();
        assert!(low < 80, "{low} of {}", limits.len());
    }

    #[test]
    fn latency_that_grows_lowers_it_and_never_to_nothing() {
        let limits = limits(120, |second, _| Some(if second < 30 { 150 } else { 900 }));
        assert!(limits.iter().any(|limit| *limit < 5), "{limits:?}");
        assert!(limits.iter().all(|limit| *limit >= 1));
        assert_eq!(limits.last(), Some(&5), "what lasts is usual");
    }

    #[test]
    fn a_server_that_bears_only_two_is_asked_by_about_two() {
        let limits = limits(300, |_, in_flight| (in_flight <= 2).then_some(150));
        let settled = limits.iter().skip(limits.len() / 2);
        let (count, sum) = settled.fold((0, 0), |(count, sum), limit| (count + 1, sum + limit));
        let mean = f64::from(u32::try_from(sum).unwrap_or(0)) / f64::from(count);
        assert!((1.0..=2.6).contains(&mean), "{mean}");
    }
}
