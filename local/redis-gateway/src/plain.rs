//! The bodies that nearly everyone sends, read without a detour: arrays of strings, numbers and
//! booleans.
//!
//! Whatever else there may be, wrong or merely rare, is `body`'s, which reads all there is and
//! explains what it can not read. So nothing here needs words: without an answer, that one is asked.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use crate::body::{MAX_ARGS, parse_string};
use crate::command::Command;
use crate::text::plain_length;

/// Most commands have no more arguments.
const USUAL_ARGS: usize = 4;

/// Reads `["SET","key","value"]`.
pub fn plain_command(body: &str) -> Option<Command<'_>> {
    let mut rest = Rest(body);
    let command = rest.command()?;
    rest.ends().then_some(command)
}

/// Reads `[["SET","key","value"],["GET","key"]]`, at most `limit` of them.
pub fn plain_commands(body: &str, limit: usize) -> Option<Vec<Command<'_>>> {
    let mut rest = Rest(body);
    let mut commands = Vec::new();
    rest.open()?;
    loop {
        commands.push(rest.command()?);
        if commands.len() > limit {
            return None;
        }
        if rest.closes()? {
            return rest.ends().then_some(commands);
        }
    }
}

/// What has not been read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn command(&mut self) -> Option<Command<'a>> {
        let mut args = Vec::with_capacity(USUAL_ARGS);
        self.open()?;
        loop {
            args.push(self.arg()?);
            if args.len() > MAX_ARGS {
                return None;
            }
            if self.closes()? {
                return Command::new(args);
            }
        }
    }

    fn arg(&mut self) -> Option<Cow<'a, [u8]>> {
        self.skip_space();
        match self.0.strip_prefix('"') {
            Some(text) => self.string(text),
            None => self.literal(),
        }
    }

    /// A string that begins with `text`.
    fn string(&mut self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        let length = plain_length(text.as_bytes());
        if let Some(rest) = text.get(length..)?.strip_prefix('"') {
            self.0 = rest;
            return Some(text.as_bytes().get(..length)?.into());
        }
        let mut end = length;
        while text.as_bytes().get(end)? != &b'"' {
            // What is escaped does not end it. Raw control characters are not JSON.
            end += if text.as_bytes().get(end)? == &b'\\' {
                2
            } else {
                return None;
            };
            end += plain_length(text.as_bytes().get(end..)?);
        }
        let (quoted, rest) = self.0.split_at_checked(end + 2)?;
        self.0 = rest;
        parse_string(quoted).ok()
    }

    /// A number or a boolean.
    fn literal(&mut self) -> Option<Cow<'a, [u8]>> {
        let end = self.0.find([',', ']', ' ', '\n', '\r', '\t'])?;
        let (literal, rest) = self.0.split_at_checked(end)?;
        if !literal.starts_with(['-', 't', 'f'])
            && !literal.starts_with(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        serde_json::from_str::<IgnoredAny>(literal).ok()?;
        self.0 = rest;
        Some(literal.as_bytes().into())
    }

    fn open(&mut self) -> Option<()> {
        self.skip_space();
        self.0 = self.0.strip_prefix('[')?;
        Some(())
    }

    /// Whether the array ends here, or goes on.
    fn closes(&mut self) -> Option<bool> {
        self.skip_space();
        let closes = self.0.starts_with(']');
        self.0 = self.0.strip_prefix([']', ','])?;
        Some(closes)
    }

    fn ends(mut self) -> bool {
        self.skip_space();
        self.0.is_empty()
    }

    fn skip_space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\n', '\r', '\t']);
    }
}
