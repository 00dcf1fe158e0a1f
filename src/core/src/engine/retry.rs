//! How long to wait before asking again: exponential, with full jitter from a seed.

use std::time::Duration;

/// The longest pause between two attempts.
const MAX_PAUSE: Duration = Duration::from_secs(60);

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
        let longest = self
            .first
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

    use super::{Backoff, MAX_PAUSE};

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
}
