//! Scripts written for Upstash, as Redis takes them.
//!
//! The flag `allow-key-locking` lets Upstash lock a script's keys instead of everything. Clients put
//! it into their scripts (`@upstash/ratelimit` does), and Redis refuses a script with a flag that it
//! does not know. It locks everything in any case, so the flag is taken out. What is left has
//! another SHA: who asks for the script by that of the original gets NOSCRIPT, and sends it.

const FLAG: &[u8] = b"allow-key-locking";

/// What to send instead of `script`, if it has the flag in its first line: `#!lua flags=…`.
pub fn without_key_locking(script: &[u8]) -> Option<Vec<u8>> {
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
}
