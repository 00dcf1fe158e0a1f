//! What a date in a filter means: an instant, a day, a day named relative to today, a span around it.
//!
//! As Notion's API: a time without an offset is UTC, and a day is that day of UTC from its first millisecond to its last.
//! Notion does not document how long its months and years are here; ours are 30 and 365 days, weeks begin on Monday,
//! and `past_…` and `next_…` hold today.
//! Values are compared by their start, days among them by their first instant.

use crate::time::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// An instant, in ms.
    Instant(i64),
    /// The day that begins at this instant.
    Day(i64),
    /// So many days after today.
    Relative(i64),
}

/// A span around today: from the first to the last day, both in days after today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Days relative to today.
    Days(i64, i64),
    /// Monday to Sunday.
    ThisWeek,
}

impl Moment {
    /// Reads a date, a date and time, or one of Notion's words for a day.
    pub fn parse(text: &str) -> Option<Self> {
        let days = match text {
            "today" => 0,
            "tomorrow" => 1,
            "yesterday" => -1,
            "one_week_ago" => -7,
            "one_week_from_now" => 7,
            "one_month_ago" => -30,
            "one_month_from_now" => 30,
            _ => {
                let at = instant(text)?;
                return Some(match is_day(text) {
                    true => Self::Day(at),
                    false => Self::Instant(at),
                });
            }
        };
        Some(Self::Relative(days))
    }

    /// The first and the last instant of it, in ms.
    pub fn span(self, now: Timestamp) -> (i64, i64) {
        match self {
            Self::Instant(at) => (at, at),
            Self::Day(first) => span(first, first),
            Self::Relative(days) => {
                let first = day(today(now).saturating_add(days));
                span(first, first)
            }
        }
    }
}

impl Window {
    /// All of Notion's words for a span.
    pub const WORDS: [&str; 7] = [
        "this_week",
        "past_week",
        "past_month",
        "past_year",
        "next_week",
        "next_month",
        "next_year",
    ];

    /// Reads one of Notion's words for a span.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "this_week" => Self::ThisWeek,
            "past_week" => Self::Days(-7, 0),
            "past_month" => Self::Days(-30, 0),
            "past_year" => Self::Days(-365, 0),
            "next_week" => Self::Days(0, 7),
            "next_month" => Self::Days(0, 30),
            "next_year" => Self::Days(0, 365),
            _ => return None,
        })
    }

    /// The first and the last instant of it, in ms.
    pub fn span(self, now: Timestamp) -> (i64, i64) {
        let today = today(now);
        let (first, last) = match self {
            Self::Days(first, last) => (first, last),
            // 1970 began on a Thursday.
            Self::ThisWeek => {
                let since_monday = today.saturating_add(3).rem_euclid(7);
                (-since_monday, 6 - since_monday)
            }
        };
        span(
            day(today.saturating_add(first)),
            day(today.saturating_add(last)),
        )
    }
}

/// The instant that a stored or given date names, in ms: of a day its first one.
pub fn instant(text: &str) -> Option<i64> {
    let whole = match text.split_once('T') {
        None => format!("{text}T00:00:00Z"),
        Some((day, time)) => {
            let (time, offset) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
            let seconds = if time.len() == "12:00".len() {
                ":00"
            } else {
                ""
            };
            let offset = if offset.is_empty() { "Z" } else { offset };
            format!("{day}T{time}{seconds}{offset}")
        }
    };
    Timestamp::parse(&whole).map(Timestamp::millis)
}

fn is_day(text: &str) -> bool {
    text.len() <= "2026-01-02".len()
}

/// The number of the day since 1970.
fn today(now: Timestamp) -> i64 {
    now.millis().div_euclid(DAY_MS)
}

fn day(number: i64) -> i64 {
    number.saturating_mul(DAY_MS)
}

/// From the beginning of one day to the end of another.
fn span(first: i64, last: i64) -> (i64, i64) {
    (first, last.saturating_add(DAY_MS - 1))
}

#[cfg(test)]
mod tests {
    use super::{Moment, Window, instant};
    use crate::time::Timestamp;

    fn at(text: &str) -> i64 {
        instant(text).expect("a date")
    }

    /// A Friday.
    fn now() -> Timestamp {
        Timestamp::from_millis(at("2026-11-20T15:30:00Z"))
    }

    #[test]
    fn every_form_of_a_date_is_read_and_utc_where_nothing_is_said() {
        let noon = at("2026-06-27T12:00:00Z");
        for text in [
            "2026-06-27T12:00",
            "2026-06-27T12:00:00",
            "2026-06-27T12:00:00.000",
            "2026-06-27T14:00:00.000+02:00",
            "2026-06-27T05:00-07:00",
        ] {
            assert_eq!(instant(text), Some(noon), "{text}");
            assert_eq!(Moment::parse(text), Some(Moment::Instant(noon)), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-06-31",
            "2026",
            "Today",
            "T",
            "2026-06-27T",
            "2026-06-27T1200",
            "2026-06-27T12:00+",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_all_of_it() {
        for (text, day) in [
            ("2026-11-20", "2026-11-20"),
            ("today", "2026-11-20"),
            ("tomorrow", "2026-11-21"),
            ("yesterday", "2026-11-19"),
            ("one_week_ago", "2026-11-13"),
            ("one_week_from_now", "2026-11-27"),
            ("one_month_ago", "2026-10-21"),
            ("one_month_from_now", "2026-12-20"),
        ] {
            let span = Moment::parse(text).map(|moment| moment.span(now()));
            let last = at(&format!("{day}T23:59:59.999Z"));
            assert_eq!(span, Some((at(day), last)), "{text}");
        }
    }

    #[test]
    fn spans_hold_today() {
        for (word, first, last) in [
            ("this_week", "2026-11-16", "2026-11-22"),
            ("past_week", "2026-11-13", "2026-11-20"),
            ("past_month", "2026-10-21", "2026-11-20"),
            ("past_year", "2025-11-20", "2026-11-20"),
            ("next_week", "2026-11-20", "2026-11-27"),
            ("next_month", "2026-11-20", "2026-12-20"),
            ("next_year", "2026-11-20", "2027-11-20"),
        ] {
            assert!(Window::WORDS.contains(&word));
            let span = Window::parse(word).map(|window| window.span(now()));
            let last = at(&format!("{last}T23:59:59.999Z"));
            assert_eq!(span, Some((at(first), last)), "{word}");
        }
    }

    #[test]
    fn a_week_begins_on_monday() {
        let of = |text: &str| Window::ThisWeek.span(Timestamp::from_millis(at(text))).0;
        for day in ["2026-11-16", "2026-11-18", "2026-11-22"] {
            assert_eq!(of(day), at("2026-11-16"), "{day}");
        }
        assert_eq!(of("2026-11-23"), at("2026-11-23"));
        assert_eq!(of("1969-12-31"), at("1969-12-29"));
    }
}
