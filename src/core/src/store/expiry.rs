//! When something goes away by itself.

use std::time::Duration;

use crate::time::Timestamp;

use super::Error;

/// The latest instant that JavaScript's dates know.
const LATEST_MS: i64 = 8_640_000_000_000_000;

/// When a value or record expires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// Not by itself.
    #[default]
    Never,
    /// After this time from now.
    After(Duration),
    /// At this instant.
    At(Timestamp),
}

impl Expiry {
    /// Whether it is a span, and its milliseconds, or those of the instant. A span is measured by Redis's clock, which need
    /// not agree with ours.
    ///
    /// # Errors
    /// See [`instant`](Self::instant).
    pub(super) fn words(self, now: Timestamp) -> Result<Option<(bool, String)>, Error> {
        let is_span = matches!(self, Self::After(_));
        let from = if is_span { now.millis() } else { 0 };
        let at = self.instant(now)?;
        Ok(at.map(|at| (is_span, at.saturating_sub(from).to_string())))
    }

    /// The instant in milliseconds, if there is one.
    ///
    /// # Errors
    /// [`Error::UnsupportedArgument`] for an instant that is not in the future, or beyond the dates of JavaScript.
    pub(super) fn instant(self, now: Timestamp) -> Result<Option<i64>, Error> {
        let at = match self {
            Self::Never => return Ok(None),
            Self::After(time) => now.plus(time),
            Self::At(at) => at,
        };
        if at <= now {
            return Err(Error::unsupported("ttl", "it is not in the future"));
        }
        if at.millis() > LATEST_MS {
            return Err(Error::unsupported("ttl", "no date is that late"));
        }
        Ok(Some(at.millis()))
    }
}
