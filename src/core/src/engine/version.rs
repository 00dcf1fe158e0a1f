//! When two readings of an object are the same version of it.
//!
//! Notion floors times to the minute, so an edit right after a reading can hide in the same minute.

use std::time::Duration;

use crate::document::FINGERPRINT;
use crate::time::Timestamp;

use super::write::Version;

/// An object edited less than this before it was read is read again in the next export.
const HEDGE: Duration = Duration::from_secs(120);

/// The version that a last edited time names; another builder makes another version of the same page.
pub fn version_of(last_edited_time: &str) -> String {
    format!("{last_edited_time}~{FINGERPRINT}")
}

/// What the store may claim to know of an object that showed `last_edited_time` and was read at `read_at`.
pub fn version_read(last_edited_time: &str, read_at: Timestamp) -> Version {
    match Timestamp::parse(last_edited_time) {
        Some(edited) if read_at.since(edited) >= HEDGE => {
            Version::Known(version_of(last_edited_time))
        }
        _ => Version::Uncertain,
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, version_of, version_read};
    use crate::time::Timestamp;

    #[test]
    fn a_version_read_within_the_hedge_is_not_trusted() {
        let edited = "2026-06-27T16:49:00.000Z";
        let at = |text| Timestamp::parse(text).expect("a time");
        assert_eq!(
            version_read(edited, at("2026-06-27T16:50:30.000Z")),
            Version::Uncertain
        );
        assert_eq!(
            version_read(edited, at("2026-06-27T16:51:00.000Z")),
            Version::Known(version_of(edited))
        );
    }
}
