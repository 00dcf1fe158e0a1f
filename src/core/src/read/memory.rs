//! What a shell remembers of what it read, within so many bytes; and whether the store answers.
//!
//! Only finished values are shared between requests, never what is still awaited: workerd ends a request that waits for another's.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::failure::Failure;
use crate::time::Timestamp;

/// How long what was read is served without asking again.
pub const FRESH: Duration = Duration::from_secs(5);

/// How long it is served where the store does not answer.
pub const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// What an entry costs beside its key and value, about, in bytes.
const OVERHEAD: usize = 200;

/// Values by key, of which those go first that were used longest ago.
#[derive(Clone, Debug)]
pub struct Memory<T> {
    capacity: usize,
    bytes: usize,
    turn: u64,
    entries: HashMap<String, Entry<T>>,
    /// The keys by the turn at which each was used last.
    by_use: BTreeMap<u64, String>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    value: T,
    bytes: usize,
    read_at: Timestamp,
    turn: u64,
}

impl<T: Clone> Memory<T> {
    /// Holds at most `capacity` bytes; 0 holds nothing.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            bytes: 0,
            turn: 0,
            entries: HashMap::new(),
            by_use: BTreeMap::new(),
        }
    }

    /// The value under `key`, and when it was read; nothing where that is longer ago than `age`.
    pub fn get(&mut self, key: &str, now: Timestamp, age: Duration) -> Option<(T, Timestamp)> {
        let entry = self.entries.get_mut(key)?;
        if now.since(entry.read_at) >= age {
            return None;
        }
        self.turn += 1;
        if let Some(key) = self.by_use.remove(&entry.turn) {
            self.by_use.insert(self.turn, key);
        }
        entry.turn = self.turn;
        Some((entry.value.clone(), entry.read_at))
    }

    /// Keeps a value of `bytes` bytes that was asked for at `read_at`, unless there is one that was asked for later;
    /// one that would take more than a quarter of the room is not kept.
    pub fn put(&mut self, key: String, value: T, bytes: usize, read_at: Timestamp) {
        let known = self.entries.get(&key);
        if known.is_some_and(|known| known.read_at > read_at) {
            return;
        }
        self.remove(&key);
        let bytes = bytes + 2 * key.len() + OVERHEAD;
        if bytes > self.capacity / 4 {
            return;
        }
        self.turn += 1;
        self.bytes += bytes;
        self.by_use.insert(self.turn, key.clone());
        let entry = Entry {
            value,
            bytes,
            read_at,
            turn: self.turn,
        };
        self.entries.insert(key, entry);
        while self.bytes > self.capacity {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                return;
            };
            self.forget(&oldest);
        }
    }

    /// Whether it holds anything at all.
    pub fn is_used(&self) -> bool {
        self.capacity > 0
    }

    /// Puts a value of the same length in the place of the one under `key`, as asked for at `read_at`.
    pub fn renew(&mut self, key: &str, value: T, read_at: Timestamp) {
        if let Some(entry) = self.entries.get_mut(key) {
            (entry.value, entry.read_at) = (value, read_at);
        }
    }

    /// Forgets what is under `key`.
    pub fn remove(&mut self, key: &str) {
        if let Some(turn) = self.forget(key) {
            self.by_use.remove(&turn);
        }
    }

    fn forget(&mut self, key: &str) -> Option<u64> {
        let entry = self.entries.remove(key)?;
        self.bytes -= entry.bytes;
        Some(entry.turn)
    }
}

/// Whether the store answers; where it does not, it is left alone for a moment, so that readers need not wait each for themselves.
#[derive(Clone, Debug, Default)]
pub struct Health {
    failures: u32,
    rests_until: Timestamp,
}

impl Health {
    /// Failures in a row after which the store is left alone.
    const PATIENCE: u32 = 3;
    /// For how long.
    const REST: Duration = Duration::from_secs(1);

    /// Whether the store is left alone for now.
    pub fn is_resting(&self, now: Timestamp) -> bool {
        self.failures >= Self::PATIENCE && now < self.rests_until
    }

    /// Whether the last answer was none. Who has an older value need not wait for the next then.
    pub fn is_doubtful(&self, now: Timestamp) -> bool {
        self.failures > 0 && now < self.rests_until
    }

    /// Takes what came of a request to the store. Where it refuses one, it is there: what is wrong with one key says nothing of the others.
    pub fn heard(&mut self, now: Timestamp, failure: Option<&Failure>) {
        match failure.filter(|it| it.is_passing() || it.is_of_the_server()) {
            None => self.failures = 0,
            Some(_) => {
                self.failures = self.failures.saturating_add(1);
                self.rests_until = now.plus(Self::REST);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{FRESH, Health, Memory, STALE};
    use crate::failure::Failure;
    use crate::time::Timestamp;

    const AT: fn(i64) -> Timestamp = Timestamp::from_millis;

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let mut memory = Memory::new(4_000);
        for (time, name) in (0..).zip(["a", "b", "c"]) {
            memory.put(name.to_owned(), name, 700, AT(time));
        }
        assert_eq!(memory.get("a", AT(3), FRESH), Some(("a", AT(0))));
        for name in ["d", "e"] {
            memory.put(name.to_owned(), name, 700, AT(4));
        }
        let kept = ["a", "b", "c", "d", "e"].map(|name| memory.get(name, AT(5), FRESH).is_some());
        assert_eq!(kept, [true, false, true, true, true]);
        assert!(memory.bytes <= 4_000);
        memory.put("large".to_owned(), "large", 1_000, AT(5));
        assert_eq!(memory.get("large", AT(5), FRESH), None);
        assert_eq!(Memory::new(0).get("a", AT(0), FRESH), None::<((), _)>);
    }

    #[test]
    fn what_is_not_fresh_may_still_be_served_stale() {
        let mut memory = Memory::new(4_000);
        memory.put("a".to_owned(), 1, 10, AT(0));
        memory.put("a".to_owned(), 2, 10, AT(1_000));
        // Whose answer took long.
        memory.put("a".to_owned(), 1, 10, AT(500));
        assert_eq!(memory.get("a", AT(5_999), FRESH), Some((2, AT(1_000))));
        assert_eq!(memory.get("a", AT(6_000), FRESH), None);
        assert_eq!(memory.get("a", AT(6_000), STALE), Some((2, AT(1_000))));
        memory.remove("a");
        assert_eq!((memory.get("a", AT(6_000), STALE), memory.bytes), (None, 0));
        assert!(memory.by_use.is_empty());
    }

    #[test]
    fn a_store_that_fails_again_and_again_is_left_alone_for_a_second() {
        let mut health = Health::default();
        let late = Failure::Transient("no answer within 1 s".to_owned());
        for time in 0..3 {
            assert!(!health.is_resting(AT(time)), "{time}");
            health.heard(AT(time), Some(&late));
            assert!(health.is_doubtful(AT(time)));
        }
        assert!(health.is_resting(AT(1_001)));
        assert!(!health.is_resting(AT(1_002)));
        health.heard(AT(1_100), Some(&late));
        assert!(health.is_resting(AT(2_099)));
        health.heard(AT(2_099), None);
        assert!(!health.is_doubtful(AT(2_099)));
        assert_eq!(FRESH, Duration::from_secs(5));
    }
    #[test]
    fn a_store_that_refuses_one_request_is_there_for_the_others() {
        let mut health = Health::default();
        let wrong_type = Failure::of_redis(400, Some("WRONGTYPE Operation against a key"));
        for time in 0..9 {
            health.heard(AT(time), Some(&wrong_type));
            assert!(!health.is_doubtful(AT(time)));
        }
        let no_more = Failure::of_redis(400, Some("ERR max daily request limit exceeded"));
        health.heard(AT(9), Some(&no_more));
        assert!(health.is_doubtful(AT(9)));
    }
}
