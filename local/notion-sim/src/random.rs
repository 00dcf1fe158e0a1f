//! Seeded chance: everything the sim leaves to chance is a function of the seed and of what it is about.
//!
//! No generator holds a state that a test would have to replay. Not for secrets.

/// A well-mixed hash of `value` under `seed` (splitmix64's finaliser, twice).
pub(crate) fn mix(seed: u64, value: u64) -> u64 {
    finalise(
        finalise(seed ^ 0x9e37_79b9_7f4a_7c15)
            .wrapping_add(value)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ value,
    )
}

/// [`mix`] over bytes.
pub(crate) fn mix_bytes(seed: u64, bytes: &[u8]) -> u64 {
    bytes
        .chunks(8)
        .fold(mix(seed, bytes.len() as u64), |hash, chunk| {
            let word = chunk
                .iter()
                .rev()
                .fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
            mix(hash, word)
        })
}

/// [`mix`] over an id or anything else of 128 bits.
pub(crate) fn mix_wide(seed: u64, value: u128) -> u64 {
    mix(mix(seed, (value >> 64) as u64), value as u64)
}

/// Whether something with probability `share` happens, decided by `hash`.
pub(crate) fn happens(hash: u64, share: f64) -> bool {
    ((hash >> 11) as f64) < share * (1u64 << 53) as f64
}

fn finalise(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_met_closely_over_many_draws() {
        let hits = (0..100_000).filter(|n| happens(mix(7, *n), 0.2)).count();
        assert!((19_000..21_000).contains(&hits), "{hits}");
        assert!(!(0..1000).any(|n| happens(mix(7, n), 0.0)));
        assert!((0..1000).all(|n| happens(mix(7, n), 1.0)));
    }
}
