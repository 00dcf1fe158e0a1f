//! Notion's ids and times, kept as they came.
//!
//! Neither is checked or normalised here: what Notion sent is what is written back.

use std::fmt;

use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize};

use super::shape::{self, Fit, Shape};

/// An id as it came: usually a UUID with hyphens, but not where other kinds of object have their own.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(inline, description = "")
)]
pub struct RawId(String);

/// An instant as it came: `2026-06-27T16:49:00.000Z`, or `2026-06-27T16:49:02.556+00:00` on databases and views.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(inline, description = "")
)]
pub struct Time(String);

impl RawId {
    /// The id as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) const fn text_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

impl Time {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) const fn text_mut(&mut self) -> &mut String {
        &mut self.0
    }

    /// Milliseconds since 1970, where the text is an instant.
    pub fn millis(&self) -> Option<i64> {
        let instant = DateTime::parse_from_rfc3339(&self.0).ok()?;
        Some(instant.timestamp_millis())
    }
}

impl AsRef<str> for RawId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Time {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<String> for RawId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<String> for Time {
    fn from(time: String) -> Self {
        Self(time)
    }
}

impl fmt::Display for RawId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Shape for RawId {
    fn from_text(value: &str) -> Fit<Self> {
        Ok(Self(value.to_owned()))
    }
}

impl Shape for Time {
    fn from_text(value: &str) -> Fit<Self> {
        Ok(Self(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for RawId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        shape::read_whole(from, "a string")
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        shape::read_whole(from, "a string")
    }
}
