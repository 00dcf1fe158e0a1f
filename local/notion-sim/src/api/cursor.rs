//! The cursors of searches and queries: a session, and the object at which the next page starts.
//!
//! The session carries the position, the time and what the query was, under a seal: cursors cost no memory, and a foreign or old one is known as such.

use crate::api::answer::Refusal;
use crate::api::options::Options;
use crate::id::{Seal, Uuid};
use crate::random::{mix_bytes, mix_wide};

/// Where a query goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Cursor {
    /// How many results were given before.
    pub(crate) position: u64,
    /// The object that comes next.
    pub(crate) next: Uuid,
    /// Its time in the order of the query, if it is ordered by one.
    pub(crate) time_ms: i64,
    /// Whether the query has more results than it will give.
    pub(crate) is_incomplete: bool,
}

const MARK: u128 = 0x2b7;
/// Times are kept from 2000 on, in 42 bits.
const EPOCH_MS: i64 = 946_684_800_000;

/// Makes and reads the cursors of one query.
pub(crate) struct Session<'a> {
    options: &'a Options,
    /// What the query was: a cursor of another one does not fit.
    fingerprint: u128,
    now_ms: i64,
}

impl<'a> Session<'a> {
    pub(crate) fn new(options: &'a Options, about: &str, now_ms: i64) -> Session<'a> {
        let fingerprint = u128::from(mix_bytes(options.seed, about.as_bytes()) & 0x3ff);
        Session {
            options,
            fingerprint,
            now_ms,
        }
    }

    /// `s:<session>:<next object>`, 75 characters.
    pub(crate) fn write(&self, cursor: Cursor) -> String {
        let issued = ((self.now_ms - EPOCH_MS).max(0) / 1_000) as u128 & ((1 << 33) - 1);
        let time = (cursor.time_ms - EPOCH_MS).max(0) as u128 & ((1 << 42) - 1);
        let position = u128::from(cursor.position) & ((1 << 26) - 1);
        let flag = u128::from(cursor.is_incomplete);
        let payload = (MARK << 112)
            | (self.fingerprint << 102)
            | (flag << 101)
            | (position << 75)
            | (issued << 42)
            | time;
        format!(
            "s:{}:{}",
            self.seal(cursor.next).close(payload),
            cursor.next
        )
    }

    pub(crate) fn read(&self, text: &str) -> Result<Cursor, Refusal> {
        let invalid = || Refusal::invalid_cursor(text);
        let (session, next) = text
            .strip_prefix("s:")
            .and_then(|rest| rest.split_once(':'))
            .ok_or_else(invalid)?;
        let next: Uuid = next.parse().map_err(|_| invalid())?;
        let session: Uuid = session.parse().map_err(|_| invalid())?;
        let payload = self.seal(next).open(session).ok_or_else(invalid)?;
        let bits = |from: u32, count: u32| (payload >> from) & ((1 << count) - 1);
        if bits(112, 10) != MARK || bits(102, 10) != self.fingerprint {
            return Err(invalid());
        }
        let age_ms = self.now_ms - (bits(42, 33) as i64 * 1_000 + EPOCH_MS);
        if self.options.cursor_ttl_ms.is_some_and(|ttl| age_ms > ttl) {
            return Err(invalid());
        }
        Ok(Cursor {
            position: bits(75, 26) as u64,
            next,
            time_ms: bits(0, 42) as i64 + EPOCH_MS,
            is_incomplete: bits(101, 1) == 1,
        })
    }

    /// Under another seal for each object, so that the two halves of a cursor belong together.
    fn seal(&self, next: Uuid) -> Seal {
        Seal::new(mix_wide(self.options.seed ^ 0x6375_7273, next.as_u128()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW_MS: i64 = 1_795_000_000_000;

    fn cursor() -> Cursor {
        let next = "38c9ce7b-60a4-417c-8a8f-db641a44776a".parse().unwrap();
        Cursor {
            position: 100,
            next,
            time_ms: 1_782_578_942_556,
            is_incomplete: true,
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let options = Options::default();
        let session = Session::new(&options, "query", NOW_MS);
        let text = session.write(cursor());
        assert_eq!(text.len(), 75);
        assert_eq!(session.read(&text), Ok(cursor()));
    }

    #[test]
    fn a_cursor_of_another_query_or_a_changed_one_is_refused() {
        let options = Options::default();
        let text = Session::new(&options, "query", NOW_MS).write(cursor());
        assert!(
            Session::new(&options, "another", NOW_MS)
                .read(&text)
                .is_err()
        );
        let changed = text.replace("38c9ce7b", "38c9ce7c");
        let refusal = Session::new(&options, "query", NOW_MS)
            .read(&changed)
            .unwrap_err();
        assert_eq!(refusal, Refusal::invalid_cursor(&changed));
    }

    #[test]
    fn a_cursor_dies_when_its_time_is_over() {
        let options = Options {
            cursor_ttl_ms: Some(50_000),
            ..Options::default()
        };
        let text = Session::new(&options, "query", NOW_MS).write(cursor());
        assert!(
            Session::new(&options, "query", NOW_MS + 50_000)
                .read(&text)
                .is_ok()
        );
        assert!(
            Session::new(&options, "query", NOW_MS + 52_000)
                .read(&text)
                .is_err()
        );
    }
}
