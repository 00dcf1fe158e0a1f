//! For how long others may keep an answer.

use std::time::Duration;

/// How long an edge or a browser may serve an answer without asking, and after that while it asks, in seconds.
/// With the time for which an isolate takes what it remembers as fresh ([`FRESH`](super::memory::FRESH)) they are how old an
/// answer may be where nothing is purged: a minute.
const MAX_AGE: u64 = 25;
const WHILE_REVALIDATE: u64 = 30;

/// For how long an edge may serve an answer where this Worker fails, in seconds.
const IF_ERROR: u64 = 24 * 60 * 60;

/// What must not be kept: answers to a token, and problems.
pub const PRIVATE: &str = "private, no-store";

/// Whether anyone gets the same answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// The anonymous answer is the same.
    pub is_public: bool,
    /// Who shows another token, or none, may get another one.
    pub varies: bool,
}

/// How old what is served is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    age: Duration,
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Redis,
    Memory,
    /// Memory, because Redis does not answer.
    Stale,
}

impl Freshness {
    /// What was read just now.
    pub fn now() -> Self {
        Self {
            age: Duration::ZERO,
            origin: Origin::Redis,
        }
    }

    /// What was remembered for `age`.
    pub fn remembered(age: Duration, is_stale: bool) -> Self {
        let origin = if is_stale {
            Origin::Stale
        } else {
            Origin::Memory
        };
        Self { age, origin }
    }

    /// As RFC 9211 tells it.
    pub fn status(self) -> String {
        let age = self.age.as_secs();
        match self.origin {
            Origin::Redis => "notion-edge; fwd=miss".to_owned(),
            Origin::Memory => "notion-edge; hit".to_owned(),
            Origin::Stale => {
                format!("notion-edge; hit; ttl=-{age}; detail=\"the store does not answer\"")
            }
        }
    }
}

impl Cache {
    /// The value of `Cache-Control`.
    pub fn control(self, freshness: Freshness) -> String {
        if !self.is_public {
            return PRIVATE.to_owned();
        }
        match freshness.origin {
            // Soon there may be a newer one.
            Origin::Stale => format!("public, max-age=1, stale-if-error={IF_ERROR}"),
            Origin::Redis | Origin::Memory => format!(
                "public, max-age={MAX_AGE}, stale-while-revalidate={WHILE_REVALIDATE}, stale-if-error={IF_ERROR}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cache, Freshness, MAX_AGE, PRIVATE, WHILE_REVALIDATE};
    use crate::read::memory::FRESH;

    #[test]
    fn nobody_gets_what_was_replaced_more_than_a_minute_ago() {
        assert_eq!(FRESH.as_secs() + MAX_AGE + WHILE_REVALIDATE, 60);
        let public = Cache {
            is_public: true,
            varies: false,
        };
        let control = |freshness| public.control(freshness);
        let expected = "public, max-age=25, stale-while-revalidate=30,";
        assert!(control(Freshness::now()).starts_with(expected));
        let remembered = Freshness::remembered(Duration::from_millis(4_001), false);
        assert!(control(remembered).starts_with(expected));
        let stale = Freshness::remembered(Duration::from_secs(90), true);
        assert!(control(stale).starts_with("public, max-age=1, stale-if-error"));
        assert!(stale.status().contains("ttl=-90"));
        let private = Cache {
            is_public: false,
            varies: false,
        };
        assert_eq!(private.control(Freshness::now()), PRIVATE);
    }
}
