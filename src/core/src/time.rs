//! Instants and spans in whole milliseconds.
//!
//! The core never reads a clock: every instant is passed in by the shell or came from Notion.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Datelike, Month, SecondsFormat, Timelike};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 time, with `Z` or an offset, as Notion writes it.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|time| Self(time.timestamp_millis()))
    }

    /// As headers of HTTP have it, in whole seconds.
    pub fn to_http(self) -> String {
        let time = DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        let month = Month::try_from(time.month() as u8).map_or("", |month| month.name());
        format!(
            "{}, {:02} {:.3} {:04} {} GMT",
            time.weekday(),
            time.day(),
            month,
            time.year(),
            time.time().with_nanosecond(0).unwrap_or_default(),
        )
    }

    /// The span from `earlier` to this instant; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This instant, later by `span`.
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp_millis(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true)),
            None => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn both_of_notions_forms_are_read() {
        let floored = Timestamp::parse("2026-06-27T16:49:00.000Z");
        let database = Timestamp::parse("2026-06-27T16:49:02.556+00:00");
        assert_eq!(
            database.map(Timestamp::millis),
            floored.map(|time| time.millis() + 2_556)
        );
        assert_eq!(
            floored.map(|time| time.to_string()).as_deref(),
            Some("2026-06-27T16:49:00.000Z")
        );
        let http = floored.map(|time| time.to_http());
        assert_eq!(http.as_deref(), Some("Sat, 27 Jun 2026 16:49:00 GMT"));
        let http = database.map(|time| time.to_http());
        assert_eq!(http.as_deref(), Some("Sat, 27 Jun 2026 16:49:02 GMT"));
    }
}
