//! What a read-only token may run: what Redis itself flags as reading, with a short list of
//! exceptions.
//!
//! A command that Redis did not list when it was asked is not run. That goes for PUBLISH too, which
//! Redis flags neither as writing nor as reading: what it sends acts on whoever listens, and these
//! tokens may be public. To listen is to read, so they may subscribe, but not to the channels in
//! which Redis tells the names of keys, and not to MONITOR.
//!
//! Scripts are judged by their command: Redis keeps EVAL_RO from writing, but a script sent with it
//! can still call KEYS or SCAN, and no look at its text could tell. Only Redis can refuse that, to a
//! user without those commands: the option --readonly-redis names one.

use std::collections::HashSet;

use crate::command::Command;
use crate::resp::{Malformed, Token, Tokens};

/// They list the keys of others, which who only reads pages has no business with, and can be slow.
/// Redis flags them as reading. What else it may have of that kind some day is told by its category:
/// about the keyspace, but about no key that the command names.
const ENUMERATE: [&str; 3] = ["keys", "randomkey", "scan"];

/// Of that kind, but it tells no more than how many keys there are.
const COUNT: &str = "dbsize";

/// Channels in which Redis tells what happens to which key begin so, when it is set to tell.
const KEYSPACE_CHANNELS: [&[u8]; 2] = [b"__key", b"__subkey"];

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
        (!is_allowed).then(|| no_permission(&name))
    }
}

/// The error for a stream that is not for reading.
pub fn stream_refusal(command: &Command<'_>) -> Option<String> {
    let is_refused =
        command.is("monitor") || command.args().iter().any(|channel| tells_keys(channel));
    is_refused.then(|| no_permission(&command.name()))
}

/// Whether messages in `channel` name keys. A pattern such as `*` matches such channels too.
pub fn tells_keys(channel: &[u8]) -> bool {
    KEYSPACE_CHANNELS
        .iter()
        .any(|prefix| channel.starts_with(prefix))
}

fn no_permission(name: &str) -> String {
    format!("NOPERM this user has no permissions to run the '{name}' command or its subcommand")
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
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        tokens.skip()?;
        let reads = parse_words(tokens, b"readonly")?;
        let names_no_key = tokens.next()? == Token::Integer(0);
        let mut enumerates = false;
        for field in 4..fields {
            match field {
                6 => enumerates = parse_words(tokens, b"@keyspace")? && names_no_key,
                9 => parse_entries(tokens, allowed)?,
                _ => tokens.skip()?,
            }
        }
        if reads && (!enumerates || name == COUNT) {
            allowed.insert(name);
        }
    }
    Ok(())
}

/// Whether `wanted` is among an array of words.
fn parse_words(tokens: &mut Tokens<'_>, wanted: &[u8]) -> Result<bool, Malformed> {
    let Token::Array(words) = tokens.next()? else {
        return Err(Malformed);
    };
    let mut is_there = false;
    for _ in 0..words {
        is_there |= matches!(
            tokens.next()?,
            Token::Status(word) | Token::Bulk(word) if word == wanted
        );
    }
    Ok(is_there)
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

    fn about_no_key(name: &str) -> String {
        let keys = ":1\r\n:1\r\n:1\r\n*1\r\n+@read";
        let none = ":0\r\n:0\r\n:0\r\n*2\r\n+@keyspace\r\n+@read";
        entry(name, &["readonly"], &[]).replace(keys, none)
    }

    fn refused(line: &str) -> bool {
        let entries = [
            about_no_key("scan-of-tomorrow"),
            about_no_key("dbsize"),
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
            "DBSIZE",
        ] {
            assert!(!refused(line), "{line}");
        }
    }

    #[test]
    fn what_writes_enumerates_or_is_unknown_does_not() {
        for line in [
            "SET k v",
            "SCAN 0",
            "SCAN-OF-TOMORROW",
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
    fn who_only_reads_may_listen_but_not_to_the_names_of_keys() {
        let refused = |line: &str| {
            let args = line.split(' ').map(|arg| arg.as_bytes().into()).collect();
            stream_refusal(&Command::new(args).unwrap()).is_some()
        };
        for line in ["SUBSCRIBE a b", "psubscribe *"] {
            assert!(!refused(line), "{line}");
        }
        for line in [
            "MONITOR",
            "SUBSCRIBE a __keyevent@0__:set",
            "PSUBSCRIBE __keyspace@*",
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
