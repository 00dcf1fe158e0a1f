//! Scripts and functions written for Upstash, as Redis takes them.
//!
//! The flag `allow-key-locking` lets Upstash lock a script's keys instead of everything. Clients put
//! it into their scripts (`@upstash/ratelimit` does), and Redis refuses a script with a flag that it
//! does not know. It locks everything in any case, so the flag is taken out. What is left has
//! another SHA, and clients go on asking for the script by that of the original, which they are told
//! when they load it: it is remembered which belongs to which. Where it is not (any more), they get
//! NOSCRIPT, and send the script.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha1::{Digest, Sha1};

const FLAG: &[u8] = b"allow-key-locking";

/// As many scripts are remembered, which is more than programs have: most have a handful.
const REMEMBERED: usize = 1024;

/// A SHA as Redis writes it, in lower case.
pub type Sha = Box<[u8]>;

/// A script that Redis gets without the flag.
pub struct Adapted {
    /// What to send.
    pub script: Vec<u8>,
    /// The SHA of the original.
    pub original: Sha,
}

/// The scripts that Redis got without the flag: the SHA that their clients know, and that of Redis.
#[derive(Default)]
pub struct Scripts(Mutex<HashMap<Sha, Sha>>);

impl Scripts {
    /// What to send instead of `script`, if it has the flag.
    pub fn adapt(&self, script: &[u8]) -> Option<Adapted> {
        let (adapted, original) = (without_key_locking(script)?, sha(script));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Who makes new scripts without end sends them each time anyway.
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(original.clone(), sha(&adapted));
        Some(Adapted {
            script: adapted,
            original,
        })
    }

    /// What to ask for instead of the script with this SHA, if that had the flag.
    pub fn sha_for(&self, original: &[u8]) -> Option<Cow<'static, [u8]>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let adapted = known.get(&*original.to_ascii_lowercase())?;
        Some(adapted.to_vec().into())
    }
}

/// What to send instead of a library with this `code`, if one of its functions has the flag, as in
/// `flags={'no-writes', 'allow-key-locking'}`. Libraries go by their names: no SHA changes.
pub fn library_without_key_locking(code: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.windows(FLAG.len()).position(|window| window == FLAG) {
        let (before, flag) = rest.split_at_checked(start)?;
        let (flag, after) = flag.split_at_checked(FLAG.len())?;
        match without_item(before, after) {
            Some((before, after)) => {
                kept.extend_from_slice(before);
                rest = after;
            }
            None => {
                kept.extend_from_slice(before);
                kept.extend_from_slice(flag);
                rest = after;
            }
        }
    }
    kept.extend_from_slice(rest);
    (kept.len() < code.len()).then_some(kept)
}

/// What stands before and after an item of a Lua table, where these are what stands around its text:
/// its quotes go, and a comma that follows. Anywhere else the text is no flag.
fn without_item<'a>(before: &'a [u8], after: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let quote = [*before.last().filter(|quote| b"'\"".contains(quote))?];
    let before = before.strip_suffix(&quote)?;
    let after = after.strip_prefix(&quote)?.trim_ascii_start();
    let opens = before.trim_ascii_end().last()?;
    let (closes, next) = after.split_first()?;
    match closes {
        _ if !b"{,;".contains(opens) => None,
        b',' | b';' => Some((before, next)),
        b'}' => Some((before, after)),
        _ => None,
    }
}

fn sha(script: &[u8]) -> Sha {
    let digest = Sha1::digest(script);
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<String>().into_bytes().into()
}

/// What to send instead of `script`, if it has the flag in its first line: `#!lua flags=…`.
fn without_key_locking(script: &[u8]) -> Option<Vec<u8>> {
    if !script.starts_with(b"#!") {
        return None;
    }
    let end = script.iter().position(|byte| *byte == b'\n');
    let (line, rest) = script.split_at_checked(end.unwrap_or(script.len()))?;
    let mut is_flagged = false;
    let mut words = Vec::new();
    for word in line.split(|byte| *byte == b' ') {
        let Some(flags) = word.strip_prefix(b"flags=") else {
            words.push(word.to_vec());
            continue;
        };
        let flags = flags.split(|byte| *byte == b',');
        let (locking, others): (Vec<_>, Vec<_>) = flags.partition(|flag| flag.trim_ascii() == FLAG);
        is_flagged |= !locking.is_empty();
        if !others.is_empty() {
            words.push([b"flags=", &*others.join(&b',')].concat());
        }
    }
    // Redis takes a script that names its language and no flag for one that writes.
    let line = match &words[..] {
        [_] => Vec::new(),
        words => words.join(&b' '),
    };
    is_flagged.then(|| [&*line, rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_taken_out_and_nothing_else() {
        for (script, wanted) in [
            ("#!lua flags=allow-key-locking\nreturn 1\n", "\nreturn 1\n"),
            (
                "#!lua flags=no-writes,allow-key-locking\nx",
                "#!lua flags=no-writes\nx",
            ),
            (
                "#!lua flags=allow-key-locking,allow-oom\r\nx",
                "#!lua flags=allow-oom\r\nx",
            ),
            ("#!lua flags=allow-key-locking", ""),
        ] {
            let adapted = without_key_locking(script.as_bytes());
            assert_eq!(adapted.as_deref(), Some(wanted.as_bytes()), "{script}");
        }
        for script in [
            "",
            "return 1",
            "#!lua\nreturn 'flags=allow-key-locking'",
            "#!lua flags=no-writes\nx",
            "-- flags=allow-key-locking\nreturn 1",
        ] {
            assert_eq!(without_key_locking(script.as_bytes()), None, "{script}");
        }
    }

    #[test]
    fn the_flag_of_a_function_is_taken_out_of_its_table() {
        for (code, wanted) in [
            ("flags={'allow-key-locking'}", "flags={}"),
            ("{'no-writes', 'allow-key-locking'}", "{'no-writes', }"),
            ("{ \"allow-key-locking\" ,'no-writes'}", "{ 'no-writes'}"),
            ("{'a';'allow-key-locking';'b'}", "{'a';'b'}"),
            ("{'allow-key-locking'} {'allow-key-locking'}", "{} {}"),
        ] {
            let adapted = library_without_key_locking(code.as_bytes());
            assert_eq!(adapted.as_deref(), Some(wanted.as_bytes()), "{code}");
        }
        for code in [
            "",
            "-- allow-key-locking",
            "local flag = 'allow-key-locking'",
            "{'allow-key-locking\"}",
            "{['allow-key-locking']=1}",
            "{'allow-key-locking",
            "f('x', 'allow-key-locking')",
        ] {
            assert_eq!(library_without_key_locking(code.as_bytes()), None, "{code}");
        }
    }

    #[test]
    fn the_sha_of_the_original_leads_to_what_redis_has() {
        let scripts = Scripts::default();
        let original = b"#!lua flags=allow-key-locking\nreturn 1";
        let known = sha(original);
        assert_eq!(scripts.sha_for(&known), None);
        let adapted = scripts.adapt(original);
        let wanted = adapted.map(|adapted| sha(&adapted.script));
        for asked in [known.to_vec(), known.to_ascii_uppercase()] {
            assert_eq!(scripts.sha_for(&asked).as_deref(), wanted.as_deref());
        }
        assert!(scripts.adapt(b"return 1").is_none());
        assert_eq!(scripts.sha_for(&sha(b"return 1")), None);
    }

    #[test]
    fn scripts_without_end_take_no_memory_without_end() {
        let scripts = Scripts::default();
        let script = |number| format!("#!lua flags=allow-key-locking\nreturn {number}");
        for number in 0..=REMEMBERED {
            scripts.adapt(script(number).as_bytes());
        }
        let is_known = |number| scripts.sha_for(&sha(script(number).as_bytes())).is_some();
        let known = (0..=REMEMBERED).filter(|number| is_known(*number));
        assert!((1..=REMEMBERED).contains(&known.count()));
        assert!(is_known(REMEMBERED));
    }
}
