//! Chance from a seed, and which seeds a test runs.

use std::ops::RangeInclusive;

/// Draws one after the other from a seed.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Less than `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// The seeds of a test: `SEED=7` replays one, `SEEDS=3000` runs so many, `SEEDS=3001-6000` those, otherwise there are `usual` of them.
pub fn seeds(usual: u64) -> RangeInclusive<u64> {
    let number = |text: &str| text.parse().unwrap();
    match (std::env::var("SEED"), std::env::var("SEEDS")) {
        (Ok(seed), _) => number(&seed)..=number(&seed),
        (_, Ok(seeds)) => match seeds.split_once('-') {
            Some((first, last)) => number(first)..=number(last),
            None => 1..=number(&seeds),
        },
        _ => 1..=usual,
    }
}
