//! Byte strings: seeds, and what chance makes of them.

use std::fmt;

use proptest::prelude::*;

/// Bytes that are shown as a Rust literal, so that a failure can be pasted into a test.
#[derive(Clone)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// One of `seeds`, changed up to eight times, with `words` thrown in.
pub fn mutated(
    seeds: &'static [&'static [u8]],
    words: &'static [&'static [u8]],
) -> impl Strategy<Value = Bytes> {
    let seed = prop::sample::select(seeds).prop_map(<[u8]>::to_vec);
    let noise = prop::collection::vec(any::<u8>(), 0..64);
    let start = prop_oneof![9 => seed, 1 => noise];
    (start, prop::collection::vec(mutation(seeds, words), 0..8)).prop_map(
        |(mut bytes, mutations)| {
            for mutation in mutations {
                mutation.apply(&mut bytes);
            }
            Bytes(bytes)
        },
    )
}

/// A change at a place, which is taken modulo the length.
#[derive(Clone, Debug)]
enum Mutation {
    Set(usize, u8),
    Insert(usize, &'static [u8]),
    Cut(usize, usize),
    Repeat(usize, usize, usize),
    End(usize),
}

fn mutation(
    seeds: &'static [&'static [u8]],
    words: &'static [&'static [u8]],
) -> impl Strategy<Value = Mutation> {
    let (place, length) = (0..4096_usize, 1..12_usize);
    prop_oneof![
        3 => (place.clone(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        4 => (place.clone(), prop::sample::select(words)).prop_map(|(at, it)| Mutation::Insert(at, it)),
        1 => (place.clone(), prop::sample::select(seeds)).prop_map(|(at, it)| Mutation::Insert(at, it)),
        2 => (place.clone(), length.clone()).prop_map(|(at, length)| Mutation::Cut(at, length)),
        1 => (place.clone(), length, 1..300_usize)
            .prop_map(|(at, length, times)| Mutation::Repeat(at, length, times)),
        1 => place.prop_map(Mutation::End),
    ]
}

impl Mutation {
    fn apply(self, bytes: &mut Vec<u8>) {
        let place = |at: usize| at % (bytes.len() + 1);
        match self {
            Self::Set(at, byte) => {
                let at = place(at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            Self::Insert(at, it) => {
                let at = place(at);
                bytes.splice(at..at, it.iter().copied());
            }
            Self::Cut(at, length) => {
                let at = place(at);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Repeat(at, length, times) => {
                let at = place(at);
                let piece = bytes[at..(at + length).min(bytes.len())].repeat(times);
                bytes.splice(at..at, piece);
            }
            Self::End(at) => bytes.truncate(place(at)),
        }
    }
}
