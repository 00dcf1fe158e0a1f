//! Dates and spans of time in words: wherever a text says them, it says them like this.
//!
//! Notion writes them for machines, as `2026-03-02T09:00:00.000-05:00 → 2026-03-02T10:00:00.000-05:00`.
//! Here that is `2026-03-02 09:00 – 10:00`; a site may say it as its readers do.

use super::property::DateRange;

/// What stands between the beginning of a span and its end.
pub const BETWEEN: &str = " – ";

/// A date, or a span of time, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub start: String,
    /// Its end, where that is told otherwise; its day only where it is another one.
    pub end: Option<String>,
}

impl Span {
    /// Of times as Notion writes them; what is no time stays as it is.
    pub fn of(start: &str, end: Option<&str>) -> Self {
        let words = to_the_minute(start);
        let same_day = |end: &str| day_of(start).filter(|day| day_of(end) == Some(*day));
        let end = end.filter(|end| to_the_minute(end) != words).map(|end| {
            let words = to_the_minute(end);
            match same_day(end).and_then(|day| words.strip_prefix(day)?.strip_prefix(' ')) {
                Some(time) => time.to_owned(),
                None => words,
            }
        });
        Self { start: words, end }
    }

    /// As one text.
    pub fn text(self) -> String {
        match self.end {
            Some(end) => self.start + BETWEEN + &end,
            None => self.start,
        }
    }
}

impl DateRange {
    /// In words; nothing where it has no beginning.
    pub fn span(&self) -> Option<Span> {
        Some(Span::of(self.start.as_str()?, self.end.as_str()))
    }
}

/// Whether a text is a day or an instant, as machines write it.
pub fn is_time(text: &str) -> bool {
    let is_of_time = |byte: u8| byte.is_ascii_digit() || b"T:+-.Z".contains(&byte);
    text.len() >= 10 && text.bytes().all(is_of_time)
}

/// The day of an instant; nothing for a day alone.
fn day_of(text: &str) -> Option<&str> {
    let (day, _) = text.split_once('T')?;
    is_time(text).then_some(day)
}

/// An instant to the minute.
fn to_the_minute(text: &str) -> String {
    match text.get(..16).filter(|_| is_time(text)) {
        Some(minute) => minute.replace('T', " "),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn a_span_says_its_day_once() {
        for (start, end, words) in [
            ("2026-03-02", None, "2026-03-02"),
            ("2026-03-02", Some("2026-03-04"), "2026-03-02 – 2026-03-04"),
            ("2026-03-02", Some("2026-03-02"), "2026-03-02"),
            ("2026-03-02T09:00:00.000-05:00", None, "2026-03-02 09:00"),
            (
                "2026-03-02T09:00:10Z",
                Some("2026-03-02T09:00:50Z"),
                "2026-03-02 09:00",
            ),
            (
                "2026-03-02T09:00:00.000-05:00",
                Some("2026-03-02T10:30:00.000-05:00"),
                "2026-03-02 09:00 – 10:30",
            ),
            (
                "2026-03-02T23:00:00Z",
                Some("2026-03-03T01:00:00Z"),
                "2026-03-02 23:00 – 2026-03-03 01:00",
            ),
            (
                "2026-03-02",
                Some("2026-03-02T10:30:00Z"),
                "2026-03-02 – 2026-03-02 10:30",
            ),
            ("some day", Some("later"), "some day – later"),
        ] {
            assert_eq!(Span::of(start, end).text(), words);
        }
    }
}
