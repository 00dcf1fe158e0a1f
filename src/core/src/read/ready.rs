//! Answers as a shell sends them, for who asks in the same words: such a request costs one look into memory.

use crate::config::Config;
use crate::time::Timestamp;

use super::Audience;
use super::memory::{FRESH, Memory};

/// Answers by the requests that they were given to; `R` is one as the shell sends it.
#[derive(Clone, Debug)]
pub struct Ready<R> {
    answers: Memory<R>,
}

impl<R: Clone> Ready<R> {
    /// Of `capacity` bytes for all that is remembered it takes a quarter.
    pub fn new(capacity: usize) -> Self {
        Self {
            answers: Memory::new(capacity / 4),
        }
    }

    /// The answer to a request as [`Request::parse`](super::Request::parse) takes it, while what it was made of is fresh. The token
    /// is checked as it always is, and is no part of what is remembered.
    pub fn get(&mut self, config: &Config, asked: &str, now: Timestamp) -> Option<R> {
        let (words, authorization) = asked.rsplit_once('\n')?;
        let authorization = Some(authorization).filter(|it| !it.is_empty());
        let audience = config.access.check(authorization).ok()?;
        let found = self.answers.get(&key(audience, words), now, FRESH);
        found.map(|(answer, _)| answer)
    }

    /// Keeps an answer of `bytes` bytes, which was made for that audience of what was read at `read_at`.
    pub fn put(
        &mut self,
        audience: Audience,
        asked: &str,
        answer: R,
        bytes: usize,
        read_at: Timestamp,
    ) {
        if let Some((words, _)) = asked.rsplit_once('\n') {
            self.answers
                .put(key(audience, words), answer, bytes, read_at);
        }
    }
}

fn key(audience: Audience, words: &str) -> String {
    let audience = match audience {
        Audience::All => "all",
        Audience::Public => "public",
    };
    [audience, "\n", words].concat()
}
