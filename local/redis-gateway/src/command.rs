//! One command of a request, and which commands are refused before Redis sees them.
//!
//! All clients share one connection to Redis. Refused is what would change that connection for
//! everyone, hold it, turn it into something other than question and answer, or end it or the
//! server. Who may run a command is not decided here, and neither is whether it exists: Redis
//! knows.

use std::borrow::Cow;
use std::ops::Range;

use crate::resp::push_command;
use crate::script::{Scripts, Sha, library_without_key_locking};

/// No name that is refused is longer.
const LONGEST: usize = "punsubscribe".len();

/// A command's name and arguments, borrowed from the request where it has them byte by byte.
#[derive(Debug, PartialEq)]
pub struct Command<'a> {
    args: Vec<Cow<'a, [u8]>>,
    /// The SHA by which its client knows the script that it loads, where Redis gets another script.
    loads: Option<Sha>,
}

impl<'a> Command<'a> {
    /// `None` without a name: Redis gives an empty command no reply, and every later one would go
    /// to the wrong request.
    pub fn new(args: Vec<Cow<'a, [u8]>>) -> Option<Self> {
        (!args.is_empty()).then_some(Self { args, loads: None })
    }

    /// The name in lower case, as COMMAND lists it.
    pub fn name(&self) -> String {
        self.word(0)
    }

    /// The argument after the name in lower case, which for commands such as XINFO is part of the
    /// name.
    pub fn subcommand(&self) -> String {
        self.word(1)
    }

    /// Appends the command as Redis reads it.
    pub fn push_to(&self, wire: &mut Vec<u8>) {
        push_command(wire, &self.args);
    }

    /// How many bytes it takes as Redis reads it, at most.
    pub fn size(&self) -> usize {
        // Headers have a kind, up to 20 digits and a line end.
        self.args.iter().map(|arg| arg.len() + 25).sum::<usize>() + 23
    }

    /// Whether its name is `name`, which is in lower case.
    pub fn is(&self, name: &str) -> bool {
        self.args
            .first()
            .is_some_and(|arg| arg.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// What comes after the name.
    pub fn args(&self) -> &[Cow<'a, [u8]>] {
        self.args.get(1..).unwrap_or_default()
    }

    /// The command as Redis takes it: scripts and functions without what only Upstash knows, and
    /// asked for by the SHA that they have without it.
    pub fn adapted(mut self, scripts: &Scripts) -> Self {
        if self.is("eval") || self.is("eval_ro") {
            self.adapt_script(1, scripts);
        } else if self.is("evalsha") || self.is("evalsha_ro") {
            self.rename_scripts(1..2, scripts);
        } else if self.is("script") && self.subcommand() == "load" {
            self.loads = self.adapt_script(2, scripts);
        } else if self.is("script") && self.subcommand() == "exists" {
            self.rename_scripts(2..usize::MAX, scripts);
        } else if self.is("function") && self.subcommand() == "load" {
            self.adapt_library();
        }
        self
    }

    /// The SHA that the script at this place had, if it is another one now.
    fn adapt_script(&mut self, place: usize, scripts: &Scripts) -> Option<Sha> {
        let script = self.args.get_mut(place)?;
        let adapted = scripts.adapt(script)?;
        *script = adapted.script.into();
        Some(adapted.original)
    }

    fn rename_scripts(&mut self, places: Range<usize>, scripts: &Scripts) {
        let shas = self.args.iter_mut().skip(places.start).take(places.len());
        for sha in shas {
            if let Some(adapted) = scripts.sha_for(sha) {
                *sha = adapted;
            }
        }
    }

    fn adapt_library(&mut self) {
        if let Some(code) = self.args.last_mut()
            && let Some(adapted) = library_without_key_locking(code)
        {
            *code = adapted.into();
        }
    }

    /// Whether Redis's reply to it is what its client expects.
    pub fn is_answered_by_redis(&self) -> bool {
        self.loads.is_none()
    }

    /// Redis's reply to it as its client expects it.
    pub fn restored<'r>(&self, reply: &'r [u8]) -> Cow<'r, [u8]> {
        match &self.loads {
            Some(sha) if reply.starts_with(b"$") => [b"$40\r\n", &**sha, b"\r\n"].concat().into(),
            _ => reply.into(),
        }
    }

    /// Why this command can not run through the gateway, if it can not.
    pub fn refusal(&self) -> Option<String> {
        let mut room = [0; LONGEST];
        let name = self.args.first()?;
        let lower = room.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        let reason = match &*lower {
            b"monitor" | b"psubscribe" | b"subscribe" => {
                "it needs a connection of its own; the paths /subscribe/…, /psubscribe/… and \
                 /monitor give one"
            }
            b"punsubscribe" | b"ssubscribe" | b"sunsubscribe" | b"unsubscribe" => {
                "it needs a connection of its own"
            }
            b"discard" | b"exec" | b"multi" => {
                "send the commands of a transaction together, to /multi-exec"
            }
            b"unwatch" | b"watch" => {
                "every request shares one connection; a script can check before it writes"
            }
            b"blmove" | b"blmpop" | b"blpop" | b"brpop" | b"brpoplpush" | b"bzmpop"
            | b"bzpopmax" | b"bzpopmin" | b"wait" | b"waitaof" => {
                "it would hold the connection that every request shares"
            }
            b"xread" | b"xreadgroup" if self.blocks() => {
                "with BLOCK it would hold the connection that every request shares"
            }
            // The name of the library that a client is written in harms nobody, and clients ask
            // for it to be set.
            b"client" if self.subcommand() == "setinfo" => return None,
            b"asking" | b"auth" | b"client" | b"hello" | b"quit" | b"readonly" | b"readwrite"
            | b"reset" | b"select" => "it is about the connection, which every request shares",
            b"script" if self.subcommand() == "debug" => {
                "it would turn the connection into a debugging session"
            }
            b"psync" | b"replconf" | b"sync" => {
                "it would turn the connection into a replication stream"
            }
            b"debug" | b"failover" | b"replicaof" | b"shutdown" | b"slaveof" => {
                "it would take the server away from everyone"
            }
            // Redis takes these for a browser that was led to its port, and hangs up.
            b"post" | b"host:" => "redis closes the connection on it",
            _ => return None,
        };
        let shown = if self.is("script") {
            "SCRIPT DEBUG".to_owned()
        } else {
            String::from_utf8_lossy(lower).to_ascii_uppercase()
        };
        Some(format!("ERR {shown} is not available over HTTP: {reason}"))
    }

    /// Whether XREAD or XREADGROUP has the option BLOCK, which stands before the word STREAMS, in
    /// any order with the others.
    fn blocks(&self) -> bool {
        let mut options = self.args().iter();
        while let Some(option) = options.next() {
            // Values may look like options: `GROUP block consumer`.
            let values = match &*option.to_ascii_lowercase() {
                b"block" => return true,
                b"streams" => return false,
                b"group" => 2,
                b"claim" | b"count" => 1,
                _ => 0,
            };
            options.by_ref().take(values).for_each(drop);
        }
        false
    }

    fn word(&self, index: usize) -> String {
        self.args
            .get(index)
            .map(|arg| String::from_utf8_lossy(arg).to_ascii_lowercase())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn command(line: &str) -> Command<'_> {
        Command::new(line.split(' ').map(|arg| arg.as_bytes().into()).collect()).unwrap()
    }

    #[test]
    fn what_can_not_work_over_a_shared_connection_is_refused_in_any_case() {
        for line in [
            "SUBSCRIBE news",
            "sSubscribe news",
            "monitor",
            "MULTI",
            "exec",
            "WATCH k",
            "blpop k 0",
            "BZMPOP 0 1 k MIN",
            "WAIT 1 0",
            "XREAD BLOCK 0 STREAMS s $",
            "xread count 1 block 5 streams s $",
            "XREADGROUP GROUP g c NOACK BLOCK 0 STREAMS s >",
            "XREADGROUP BLOCK 0 GROUP g c STREAMS s >",
            "XREADGROUP COUNT 1 group streams c BLOCK 0 STREAMS s >",
            "XREADGROUP NOACK GROUP block c COUNT 1 BLOCK 0 STREAMS s >",
            "SELECT 1",
            "AUTH secret",
            "HELLO 3",
            "RESET",
            "QUIT",
            "CLIENT REPLY OFF",
            "client",
            "CLIENT SETNAME x",
            "SCRIPT DEBUG YES",
            "SYNC",
            "DEBUG SLEEP 5",
            "SHUTDOWN NOSAVE",
            "REPLICAOF NO ONE",
            "POST / HTTP/1.1",
            "Host: example.org",
        ] {
            let refusal = command(line)
                .refusal()
                .unwrap_or_else(|| format!("{line} is let through"));
            assert!(
                refusal.starts_with("ERR ") && refusal.contains("is not available over HTTP"),
                "{refusal}"
            );
        }
    }

    #[test]
    fn everything_else_is_for_redis_to_judge() {
        for line in [
            "GET subscribe",
            "PUBLISH news multi",
            "XREAD COUNT 1 STREAMS block 0",
            "XREADGROUP GROUP block block STREAMS s >",
            "XREADGROUP GROUP streams block COUNT 1 STREAMS s >",
            "XREADGROUP COUNT 1 GROUP block block STREAMS s >",
            "SCRIPT LOAD debug",
            "client setInfo lib-name x",
            "EVAL return{} 0",
            "PING",
            "no-such-command",
        ] {
            assert_eq!(command(line).refusal(), None, "{line}");
        }
        assert_eq!(
            Command::new(vec![b"\xff\xfe".as_slice().into()])
                .unwrap()
                .refusal(),
            None
        );
    }

    #[test]
    fn a_refused_password_is_not_repeated() {
        assert!(
            !command("AUTH hunter2")
                .refusal()
                .unwrap()
                .contains("hunter2")
        );
    }

    #[test]
    fn a_command_without_a_name_is_none() {
        assert_eq!(Command::new(vec![]), None);
    }
}
