//! Reads single variables and gathers what is wrong with them.
//!
//! After a problem a reader gives the default and goes on, so that the next problem is found as well.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{Problems, Secret};

/// The variables, and what was wrong with those that were read.
pub struct Variables<F> {
    lookup: F,
    problems: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Variables<F> {
    pub fn new(lookup: F) -> Self {
        Self {
            lookup,
            problems: Vec::new(),
        }
    }

    pub fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Problems(self.problems))
        }
    }

    pub fn problem(&mut self, name: &str, what: &str) {
        self.problems.push(format!("{name} {what}"));
    }

    /// The value; an empty one counts as none.
    pub fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    pub fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Tokens, separated by commas.
    pub fn secrets(&self, name: &str) -> Vec<Secret> {
        self.list(name).into_iter().map(Secret::new).collect()
    }

    pub fn secret(&mut self, name: &str, where_from: &str) -> Secret {
        match self.text(name) {
            // A line break would end the header that carries it.
            Some(text) if text.chars().any(char::is_control) => {
                self.problem(name, "has a line break or control character in it");
                Secret::new(String::new())
            }
            Some(text) => Secret::new(text),
            None => {
                self.problem(name, &format!("is missing: {where_from}"));
                Secret::new(String::new())
            }
        }
    }

    pub fn url(&mut self, name: &str, default: Option<&str>) -> String {
        let Some(text) = self.text(name).or_else(|| default.map(str::to_owned)) else {
            self.problem(name, "is missing: the https address of the server");
            return String::new();
        };
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        match rest {
            Some(rest)
                if !rest.is_empty()
                    && !rest.starts_with('/')
                    && !rest.contains(char::is_whitespace) =>
            {
                text.trim_end_matches('/').to_owned()
            }
            _ => {
                self.problem(
                    name,
                    "is not an address that begins with https:// or http://",
                );
                String::new()
            }
        }
    }

    pub fn count(&mut self, name: &str, default: u32, range: RangeInclusive<u32>) -> u32 {
        let Some(text) = self.text(name) else {
            return default;
        };
        match text.parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.problem(
                    name,
                    &format!(
                        "is not a whole number from {} to {}",
                        range.start(),
                        range.end()
                    ),
                );
                default
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str, default: bool) -> bool {
        match self.text(name).as_deref() {
            None => default,
            Some("true") => true,
            Some("false") => false,
            Some(_) => {
                self.problem(name, "is neither true nor false");
                default
            }
        }
    }

    /// `180`, `180/min` or `3/s`, as requests per minute: two at least, because a page takes two in the same run.
    pub fn rate(&mut self, name: &str, default: u32) -> u32 {
        let Some(text) = self.text(name) else {
            return default;
        };
        let (number, factor) = match text.split_once('/') {
            None => (text.as_str(), Some(1)),
            Some((number, "min" | "m")) => (number, Some(1)),
            Some((number, "s")) => (number, Some(60)),
            Some((number, _)) => (number, None),
        };
        let rate = number
            .trim()
            .parse::<u32>()
            .ok()
            .zip(factor)
            .map(|(number, factor)| number.saturating_mul(factor));
        match rate {
            Some(rate) if (2..=100_000).contains(&rate) => rate,
            _ => {
                self.problem(name, "is not a rate like 180/min or 3/s, of 2/min at least");
                default
            }
        }
    }

    /// `1500ms`, `30s`, `5min`, `24h`, `7d`; a bare number means seconds.
    pub fn duration(&mut self, name: &str, default: Duration) -> Duration {
        let Some(text) = self.text(name) else {
            return default;
        };
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = text.get(digits.len()..).unwrap_or_default();
        let millis = match unit {
            "ms" => Some(1),
            "" | "s" => Some(1_000),
            "m" | "min" => Some(60_000),
            "h" => Some(3_600_000),
            "d" => Some(86_400_000),
            _ => None,
        };
        let span = digits
            .trim()
            .parse::<u64>()
            .ok()
            .zip(millis)
            .and_then(|(number, unit)| number.checked_mul(unit));
        match span {
            Some(span) if span > 0 => Duration::from_millis(span),
            _ => {
                self.problem(name, "is not a time like 30s, 5min or 24h");
                default
            }
        }
    }
}
