//! Notion's two ways of writing an instant, and the ones it reads.
//!
//! Instants are milliseconds since 1970 everywhere else in this crate.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat};

/// Milliseconds of one minute.
pub(crate) const MINUTE_MS: i64 = 60_000;
/// Milliseconds of one day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// The instant floored to the minute, as pages, blocks, data sources and comments show it.
pub(crate) fn floored(ms: i64) -> String {
    utc(floor_to_minute(ms))
}

/// `ms` without its seconds.
pub(crate) fn floor_to_minute(ms: i64) -> i64 {
    ms.div_euclid(MINUTE_MS) * MINUTE_MS
}

/// The instant to the millisecond with a `Z`, as expiry times are written.
pub(crate) fn utc(ms: i64) -> String {
    instant(ms).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The instant to the millisecond with `+00:00`, as database containers and views show it.
pub(crate) fn offset(ms: i64) -> String {
    instant(ms).to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// The instant as `20260304T091500Z`, as signed URLs write it.
pub(crate) fn compact(ms: i64) -> String {
    instant(ms).format("%Y%m%dT%H%M%SZ").to_string()
}

/// The calendar day of an instant, in UTC.
pub(crate) fn day(ms: i64) -> String {
    instant(ms).format("%Y-%m-%d").to_string()
}

/// Reads a date (its first instant in UTC), a date and time with an offset, or one without (UTC).
pub(crate) fn parse(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|time| time.and_utc().timestamp_millis())
}

/// Whether `text` names a day and no time of day.
pub(crate) fn is_day(text: &str) -> bool {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn instant(ms: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_floored_to_its_minute_but_not_for_databases() {
        let ms = 1_782_578_942_556;
        assert_eq!(floored(ms), "2026-06-27T16:49:00.000Z");
        assert_eq!(offset(ms), "2026-06-27T16:49:02.556+00:00");
        assert_eq!(compact(ms), "20260627T164902Z");
    }

    #[test]
    fn every_form_of_an_instant_is_read() {
        let noon = Some(1_782_561_600_000);
        assert_eq!(parse("2026-06-27T12:00"), noon);
        assert_eq!(parse("2026-06-27T12:00:00Z"), noon);
        assert_eq!(parse("2026-06-27T14:00:00.000+02:00"), noon);
        assert_eq!(parse("2026-06-27"), Some(1_782_518_400_000));
        assert_eq!(parse("soon"), None);
    }
}
