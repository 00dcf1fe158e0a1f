//! Object ids: what Notion takes for a UUID, and ids that carry their own meaning.
//!
//! [`Seal`] turns up to 122 bits into a version 4 UUID and back, so that a generated object is found from its id alone.
//! It hides nothing from anyone: it only has to look like an id.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::random::mix;

/// The id of a Notion object.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Uuid(u128);

impl Uuid {
    /// A version 4 UUID out of 122 bits; the six bits of version and variant are put in.
    pub(crate) const fn from_bits(bits: u128) -> Uuid {
        let high = (bits >> 74) & ((1 << 48) - 1);
        let middle = (bits >> 62) & 0xfff;
        let low = bits & ((1 << 62) - 1);
        Uuid((high << 80) | (0x4 << 76) | (middle << 64) | (0b10 << 62) | low)
    }

    /// A version 4 UUID that begins as all ids of objects made at about the same time do; 90 bits tell them apart.
    pub(crate) const fn made_together(bits: u128) -> Uuid {
        Uuid::from_bits((TOGETHER << 90) | (bits & ((1 << 90) - 1)))
    }

    /// The 90 bits of [`Uuid::made_together`], if the id begins like that.
    pub(crate) fn bits_together(self) -> Option<u128> {
        let bits = self.bits()?;
        (bits >> 90 == TOGETHER).then_some(bits & ((1 << 90) - 1))
    }

    /// A version 4 UUID out of two hashes.
    pub(crate) fn from_hashes(high: u64, low: u64) -> Uuid {
        Uuid::from_bits(((u128::from(high) << 64) | u128::from(low)) >> 6)
    }

    /// The 122 bits of [`Uuid::from_bits`], if this is a version 4 UUID.
    pub(crate) fn bits(self) -> Option<u128> {
        let version = (self.0 >> 76) & 0xf;
        let variant = (self.0 >> 62) & 0b11;
        let high = self.0 >> 80;
        let middle = (self.0 >> 64) & 0xfff;
        (version == 4 && variant == 0b10)
            .then_some((high << 74) | (middle << 62) | (self.0 & ((1 << 62) - 1)))
    }

    /// The id as a number, for hashing.
    pub(crate) fn as_u128(self) -> u128 {
        self.0
    }

    /// The id without hyphens, as in Notion's URLs.
    pub fn simple(self) -> String {
        format!("{:032x}", self.0)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        write!(
            formatter,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            (n >> 80) & 0xffff,
            (n >> 64) & 0xffff,
            (n >> 48) & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

/// The first eight digits that ids share: in Notion's newer ids they are a time.
const TOGETHER: u128 = 0x38c9_ce7b;

/// A text that Notion does not take for a UUID.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotAUuid;

impl fmt::Display for NotAUuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a uuid")
    }
}

impl FromStr for Uuid {
    type Err = NotAUuid;

    /// Takes the hyphenated form, and 32 lower-case digits; refuses a version or variant outside RFC 9562, as Notion does.
    /// An upper-case hyphenated id is a UUID to Notion, but no object's: it is read as the nil id, which nothing has.
    fn from_str(text: &str) -> Result<Uuid, NotAUuid> {
        let hyphens = [8, 13, 18, 23];
        let hyphenated = text.len() == 36
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| (byte == b'-') == hyphens.contains(&at));
        let simple = text.len() == 32
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        if !hyphenated && !simple {
            return Err(NotAUuid);
        }
        let digits: String = text.chars().filter(|digit| *digit != '-').collect();
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAUuid);
        }
        let number = u128::from_str_radix(&digits, 16).map_err(|_| NotAUuid)?;
        let version = (number >> 76) & 0xf;
        let variant = (number >> 62) & 0b11;
        if number != 0 && (!(1..=8).contains(&version) || variant != 0b10) {
            return Err(NotAUuid);
        }
        let upper_case = digits.bytes().any(|byte| byte.is_ascii_uppercase());
        Ok(Uuid(if upper_case { 0 } else { number }))
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|_| D::Error::custom(format_args!("`{text}` is not a uuid")))
    }
}

/// A keyed permutation of 122 bits, or of 90: four Feistel rounds over two halves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seal {
    seed: u64,
    half_bits: u32,
}

const ROUNDS: u64 = 4;

impl Seal {
    /// Ids that have nothing in common, for payloads of 122 bits.
    pub(crate) fn new(seed: u64) -> Seal {
        let half_bits = 61;
        Seal { seed, half_bits }
    }

    /// Ids that begin alike, for payloads of 90 bits.
    pub(crate) fn made_together(seed: u64) -> Seal {
        let half_bits = 45;
        Seal { seed, half_bits }
    }

    /// The id which stands for `payload`, of which the lowest bits count.
    pub(crate) fn close(self, payload: u128) -> Uuid {
        let (mut left, mut right) = (
            (payload >> self.half_bits) & self.half(),
            payload & self.half(),
        );
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        let bits = (left << self.half_bits) | right;
        match self.half_bits {
            45 => Uuid::made_together(bits),
            _ => Uuid::from_bits(bits),
        }
    }

    /// The payload behind an id; any id of that form has one, so the payload has to be recognised.
    pub(crate) fn open(self, id: Uuid) -> Option<u128> {
        let bits = match self.half_bits {
            45 => id.bits_together()?,
            _ => id.bits()?,
        };
        let (mut left, mut right) = (bits >> self.half_bits, bits & self.half());
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        Some((left << self.half_bits) | right)
    }

    fn half(self) -> u128 {
        (1 << self.half_bits) - 1
    }

    fn round(self, round: u64, half: u128) -> u128 {
        u128::from(mix(self.seed.wrapping_add(round), half as u64)) & self.half()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_spellings_are_the_same_id() {
        let id: Uuid = "38c9ce7b-60a4-8118-bdf5-e1e9d2e3dcfc".parse().unwrap();
        assert_eq!("38c9ce7b60a48118bdf5e1e9d2e3dcfc".parse(), Ok(id));
        assert_eq!(id.to_string(), "38c9ce7b-60a4-8118-bdf5-e1e9d2e3dcfc");
        assert_eq!(id.simple(), "38c9ce7b60a48118bdf5e1e9d2e3dcfc");
    }

    #[test]
    fn what_notion_refuses_is_refused() {
        for text in [
            "AAA",
            "",
            "12345678-1234-1234-1234-123456789abc",
            "38c9ce7b-60a4-0118-bdf5-e1e9d2e3dcfc",
            "38C9CE7B60A48118BDF5E1E9D2E3DCFC",
            "38c9ce7b60a4-8118-bdf5-e1e9d2e3dcfc",
            "{8c9ce7b-60a4-8118-bdf5-e1e9d2e3dcf}",
        ] {
            assert_eq!(text.parse::<Uuid>(), Err(NotAUuid), "{text}");
        }
        assert!(
            "00000000-0000-0000-0000-000000000000"
                .parse::<Uuid>()
                .is_ok()
        );
        assert!(
            "38C9CE7B-60A4-8118-BDF5-E1E9D2E3DCFC"
                .parse::<Uuid>()
                .is_ok()
        );
    }

    #[test]
    fn a_sealed_payload_opens_under_its_seed_only() {
        let seal = Seal::new(7);
        for payload in [0, 1, (1 << 122) - 1, 0x1234_5678_9abc_def0] {
            let id = seal.close(payload);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(seal.open(id), Some(payload));
            assert_ne!(Seal::new(8).open(id), Some(payload));
        }
    }

    #[test]
    fn ids_made_together_begin_alike_and_open_under_their_seed() {
        let seal = Seal::made_together(7);
        for payload in [0, 1, (1 << 90) - 1, 0x1234_5678_9abc_def0] {
            let id = seal.close(payload);
            assert!(id.to_string().starts_with("38c9ce7b-"), "{id}");
            assert_eq!(seal.open(id), Some(payload));
            assert_ne!(Seal::made_together(8).open(id), Some(payload));
        }
        assert_eq!(seal.open(Seal::new(7).close(1)), None);
    }
}
