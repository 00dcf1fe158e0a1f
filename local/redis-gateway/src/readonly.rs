//! What a read-only token may run: what Redis itself flags as reading, with a short list of
//! exceptions.
//!
//! A command that Redis did not list when it was asked is not run. Scripts are judged by their
//! command: Redis keeps EVAL_RO from writing, but a script sent with it can still call KEYS or
//! SCAN. Where that matters, the gateway's Redis user should not have them.

use std::collections::HashSet;

use crate::command::Command;
use crate::resp::{Malformed, Token, Tokens};

/// They list the keys of others, which who only reads pages has no business with, and can be slow.
const ENUMERATE: [&str; 3] = ["keys", "randomkey", "scan"];

/// Not flagged, because they read no key. A client which probes the connection needs them.
const HARMLESS: [&str; 3] = ["echo", "ping", "time"];

/// The names of all commands that a read-only token may run, subcommands as `xinfo|stream`.
pub struct ReadOnly(HashSet<String>);

impl ReadOnly {
    /// Reads the reply to COMMAND.
    pub fn parse(reply: &[u8]) -> Result<Self, Malformed> {
        let mut allowed: HashSet<_> = HARMLESS.map(str::to_owned).into();
        let mut tokens = Tokens::new(reply);
        parse_entries(&mut tokens, &mut allowed)?;
        for name in ENUMERATE {
            allowed.remove(name);
        }
        Ok(Self(allowed))
    }

    /// The error for a command that is not for reading.
    pub fn refusal(&self, command: &Command<'_>) -> Option<String> {
        let name = command.name();
        let full_name = format!("{name}|{}", command.subcommand());
        let is_allowed = self.0.contains(&name) || self.0.contains(&full_name);
        (!is_allowed).then(|| {
            format!(
                "NOPERM this user has no permissions to run the '{name}' command or its subcommand"
            )
        })
    }
}

/// Reads an array of entries: name, arity, flags, four things about keys and categories, and since
/// Redis 7 also tips, key specifications and the entries of subcommands.
fn parse_entries(tokens: &mut Tokens<'_>, allowed: &mut HashSet<String>) -> Result<(), Malformed> {
    let Token::Array(entries) = tokens.next()? else {
        return Err(Malformed);
    };
    for _ in 0..entries {
        let Token::Array(fields) = tokens.next()? else {
            return Err(Malformed);
        };
        let Token::Bulk(name) = tokens.next()? else {
            return Err(Malformed);
        };
        tokens.skip()?;
        if parse_flags(tokens)? {
            allowed.insert(String::from_utf8_lossy(name).to_ascii_lowercase());
        }
        for field in 3..fields {
            if field == 9 {
                parse_entries(tokens, allowed)?;
            } else {
                tokens.skip()?;
            }
        }
    }
    Ok(())
}

fn parse_flags(tokens: &mut Tokens<'_>) -> Result<bool, Malformed> {
    let Token::Array(flags) = tokens.next()? else {
        return Err(Malformed);
    };
    let mut reads = false;
    for _ in 0..flags {
        reads |= matches!(
            tokens.next()?,
            Token::Status(b"readonly") | Token::Bulk(b"readonly")
        );
    }
    Ok(reads)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// An entry as Redis 7 gives it.
    fn entry(name: &str, flags: &[&str], subcommands: &[String]) -> String {
        let flags: String = flags
            .iter()
            .map(|flag| format!("+{flag}\r\n"))
            .collect::<Vec<_>>()
            .concat();
        let count = flags.matches('+').count();
        let name = format!("${}\r\n{name}\r\n", name.len());
        let subcommands = format!("*{}\r\n{}", subcommands.len(), subcommands.concat());
        format!(
            "*10\r\n{name}:2\r\n*{count}\r\n{flags}:1\r\n:1\r\n:1\r\n*1\r\n+@read\r\n*0\r\n*0\r\n\
             {subcommands}"
        )
    }

    fn refused(line: &str) -> bool {
        let entries = [
            entry("get", &["readonly", "fast"], &[]),
            entry("set", &["write", "denyoom"], &[]),
            entry("scan", &["readonly"], &[]),
            entry("publish", &["pubsub"], &[]),
            entry(
                "xinfo",
                &[],
                &[
                    entry("xinfo|stream", &["readonly"], &[]),
                    entry("xinfo|help", &["loading"], &[]),
                ],
            ),
            entry("eval", &["noscript"], &[]),
            entry("eval_ro", &["readonly", "noscript"], &[]),
        ];
        let reply = format!("*{}\r\n{}", entries.len(), entries.concat());
        let command =
            Command::new(line.split(' ').map(|arg| arg.as_bytes().into()).collect()).unwrap();
        ReadOnly::parse(reply.as_bytes())
            .unwrap()
            .refusal(&command)
            .is_some()
    }

    #[test]
    fn what_redis_flags_as_reading_runs() {
        for line in [
            "GET k",
            "get",
            "XINFO STREAM s",
            "EVAL_RO x 0",
            "PING",
            "TIME",
        ] {
            assert!(!refused(line), "{line}");
        }
    }

    #[test]
    fn what_writes_enumerates_or_is_unknown_does_not() {
        for line in [
            "SET k v",
            "SCAN 0",
            "PUBLISH c m",
            "XINFO HELP",
            "XINFO",
            "EVAL x 0",
            "KEYS *",
            "NEW.COMMAND",
        ] {
            assert!(refused(line), "{line}");
        }
    }

    #[test]
    fn a_reply_that_is_not_about_commands_is_malformed() {
        for reply in ["+OK\r\n", "*1\r\n:1\r\n", "*1\r\n*1\r\n$3\r\nget\r\n", ""] {
            assert!(ReadOnly::parse(reply.as_bytes()).is_err(), "{reply:?}");
        }
    }
}
