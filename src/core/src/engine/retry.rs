//! How often, when and how patiently a request is repeated: one table for all kinds of requests,
//! and pauses that grow exponentially, with full jitter from a seed.

use std::time::Duration;

use crate::api::Operation;
use crate::config::Settings;

use super::PATIENCE;

/// The longest pause between two attempts: a longer one would end the run, and the next one would count from none again.
const MAX_PAUSE: Duration = PATIENCE;

/// How the requests of one kind are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often one that failed is repeated.
    pub most: u32,
    /// The longest first pause; each further one may be twice as long.
    first_pause: Duration,
    /// How long the first attempt may take; each further one may take twice as long.
    first_timeout: Duration,
    timeout: Duration,
}

impl Retries {
    /// The table. Without search nothing begins, and a query of Notion's may take long, so both are repeated more often
    /// and get more time; what is asked for by its id comes soon or not at all.
    pub fn of(operation: Operation, settings: &Settings) -> Self {
        // Retries beside MAX_RETRIES, the first pause in RETRY_BACKOFF, the first attempt's part of TIMEOUT.
        let (more, pauses, part) = match operation {
            Operation::Probe => (0, 1, 6),
            Operation::Search => (2, 2, 1),
            Operation::Listing => (1, 1, 2),
            Operation::Object | Operation::Property => (0, 1, 3),
            Operation::File => (0, 1, 1),
        };
        Self {
            // Whoever wants no retries gets none.
            most: match settings.max_retries {
                0 => 0,
                most => most.saturating_add(more),
            },
            first_pause: settings.retry_backoff.saturating_mul(pauses),
            first_timeout: settings.timeout / part,
            timeout: settings.timeout,
        }
    }

    /// How long the attempt may take that follows so many failed ones; never longer than `TIMEOUT`.
    pub fn timeout(self, failed: u32) -> Duration {
        self.first_timeout
            .saturating_mul(1 << failed.min(20))
            .min(self.timeout)
    }
}

/// A source of pauses; the same seed gives the same pauses.
#[derive(Debug)]
pub struct Backoff {
    first: Duration,
    seed: u64,
}

impl Backoff {
    /// Pauses of at most `first` before the first retry, twice that before the second, and so on.
    pub fn new(first: Duration, seed: u64) -> Self {
        Self { first, seed }
    }

    /// The pause before retry number `attempt`, which counts from 1.
    pub fn pause(&mut self, attempt: u32) -> Duration {
        self.pause_of(self.first, attempt)
    }

    /// The same for a kind of request.
    pub fn pause_for(&mut self, retries: Retries, attempt: u32) -> Duration {
        self.pause_of(retries.first_pause, attempt)
    }

    fn pause_of(&mut self, first: Duration, attempt: u32) -> Duration {
        let longest = first
            .saturating_mul(1 << attempt.saturating_sub(1).min(20))
            .min(MAX_PAUSE);
        let millis = u64::try_from(longest.as_millis())
            .unwrap_or(u64::MAX)
            .max(1);
        Duration::from_millis(self.next() % millis)
    }

    /// SplitMix64, by Steele, Lea and Flood (2014).
    fn next(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Backoff, MAX_PAUSE, Retries};
    use crate::api::Operation;
    use crate::config::Settings;

    const ALL: [Operation; 6] = [
        Operation::File,
        Operation::Probe,
        Operation::Search,
        Operation::Object,
        Operation::Listing,
        Operation::Property,
    ];

    #[test]
    fn pauses_are_jittered_bounded_and_replayable() {
        let pauses = |seed| -> Vec<Duration> {
            let mut backoff = Backoff::new(Duration::from_secs(1), seed);
            (1..=40).map(|attempt| backoff.pause(attempt)).collect()
        };
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
        assert!(pauses(7).iter().all(|pause| *pause < MAX_PAUSE));
        assert!(
            pauses(7)
                .first()
                .is_some_and(|pause| *pause < Duration::from_secs(1))
        );
    }

    #[test]
    fn timeouts_grow_up_to_the_one_that_is_set() {
        let settings = Settings::default();
        for operation in ALL {
            let retries = Retries::of(operation, &settings);
            let timeouts: Vec<Duration> = (0..=retries.most)
                .map(|failed| retries.timeout(failed))
                .collect();
            assert!(timeouts.is_sorted(), "{operation:?} {timeouts:?}");
            assert_eq!(timeouts.last(), Some(&settings.timeout), "{operation:?}");
        }
        let probe = Retries::of(Operation::Probe, &settings);
        assert_eq!(probe.timeout(0), Duration::from_secs(5));
    }

    #[test]
    fn search_is_repeated_most_often_and_nothing_where_nothing_is_to_be() {
        let retries = |operation, max_retries| {
            let settings = Settings {
                max_retries,
                ..Settings::default()
            };
            Retries::of(operation, &settings).most
        };
        assert_eq!(
            ALL.map(|operation| retries(operation, 3)),
            [3, 3, 5, 3, 4, 3]
        );
        assert_eq!(ALL.map(|operation| retries(operation, 0)), [0; 6]);
    }
}
