//! What the replies under way may take of the gateway's memory.
//!
//! A reply counts from when it is complete until its answer has been sent, with the size that it
//! had when it came from Redis. Clients that read slowly are what makes this necessary: their
//! answers wait here. A reply that finds no room is refused rather than waited with, because
//! waiting would hold the connection that everyone shares.

use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::collect::Room;

/// What is counted. Smaller replies are left out: as many as there can be hardly matter.
const UNIT: usize = 16 * 1024;

/// The limits of one request, and of all.
#[derive(Clone)]
pub struct Memory {
    limit: usize,
    total: usize,
    units: Arc<Semaphore>,
}

/// Replies, and what is counted for them.
#[derive(Default)]
pub struct Replies {
    bytes: Bytes,
    share: Option<OwnedSemaphorePermit>,
}

/// What was made of replies, and what is counted for it.
struct Held {
    bytes: Bytes,
    _share: OwnedSemaphorePermit,
}

impl Memory {
    /// The replies to one request may have `limit` bytes, those to all that are under way `total`.
    pub fn new(limit: usize, total: usize) -> Self {
        let units = (total / UNIT).min(Semaphore::MAX_PERMITS);
        Self {
            limit,
            total,
            units: Arc::new(Semaphore::new(units)),
        }
    }

    /// What the next request may take.
    pub fn room(&self) -> Room {
        Room {
            limit: self.limit,
            total: self.total,
            // Down to the last unit: what is smaller is not counted.
            free: (self.units.available_permits() + 1).saturating_mul(UNIT),
        }
    }

    /// Counts `bytes`.
    pub fn hold(&self, bytes: Bytes) -> Replies {
        let units = u32::try_from(bytes.len() / UNIT).unwrap_or(u32::MAX);
        // Two connections can find the same room at once: then the later reply is kept uncounted.
        let share = (units > 0)
            .then(|| Arc::clone(&self.units).try_acquire_many_owned(units).ok())
            .flatten();
        Replies { bytes, share }
    }
}

impl Replies {
    /// The replies themselves as a body.
    pub fn into_bytes(self) -> Bytes {
        match self.share {
            None => self.bytes,
            Some(_share) => Bytes::from_owner(Held {
                bytes: self.bytes,
                _share,
            }),
        }
    }

    /// `bytes` as a body. They were made of these replies, and take their place.
    pub fn replaced_by(self, bytes: Vec<u8>) -> Bytes {
        Self {
            bytes: bytes.into(),
            ..self
        }
        .into_bytes()
    }
}

impl Deref for Replies {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_free_again_when_the_body_is_gone() {
        let memory = Memory::new(1000, 10 * UNIT);
        let free = memory.room().free;
        let small = memory.hold(vec![0; 100].into());
        assert_eq!(memory.room().free, free);
        let large = memory.hold(vec![0; 4 * UNIT].into());
        assert_eq!(memory.room().free, free - 4 * UNIT);
        let body = large.replaced_by(vec![1; 5]);
        assert_eq!(body, vec![1; 5]);
        assert_eq!(memory.room().free, free - 4 * UNIT);
        drop(body);
        assert_eq!(memory.room().free, free);
        assert_eq!(small.len(), 100);
    }
}
