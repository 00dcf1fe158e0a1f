//! What servers of the REST protocol want differently.

/// Whose server it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Redis or Valkey, whatever stands in front of it.
    #[default]
    Redis,
    /// Upstash: a script locks the whole database unless its first line says that its keys are all there is to lock.
    /// Redis refuses that line.
    Upstash,
}

impl Dialect {
    /// The dialect of the server at that address.
    pub fn of(url: &str) -> Self {
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if host == "upstash.io" || host.ends_with(".upstash.io") {
            Self::Upstash
        } else {
            Self::Redis
        }
    }

    /// The first line of a script.
    pub(super) fn first_line(self, only_reads: bool) -> &'static str {
        match (self, only_reads) {
            (Self::Redis, _) => "",
            (Self::Upstash, false) => "#!lua flags=allow-key-locking\n",
            (Self::Upstash, true) => "#!lua flags=no-writes,allow-key-locking\n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;
    use crate::redis::{Command, Script, ScriptCall};

    #[test]
    fn upstash_is_known_by_its_host() {
        for url in [
            "https://eu1-example-12345.upstash.io",
            "https://a.UPSTASH.io:443/",
            "https://user:pass@a.upstash.io",
            "https://a.upstash.io.",
        ] {
            assert_eq!(Dialect::of(url), Dialect::Upstash, "{url}");
        }
        for url in [
            "http://127.0.0.1:8080",
            "https://upstash.io.example.com",
            "https://notupstash.io",
            "https://example.com/a.upstash.io",
            "https://a.upstash.io@example.com",
            "",
        ] {
            assert_eq!(Dialect::of(url), Dialect::Redis, "{url}");
        }
    }

    #[test]
    fn on_upstash_a_script_says_that_its_keys_are_all_there_is_to_lock() {
        let call = |script| ScriptCall {
            script,
            keys: vec!["k".to_owned()],
            args: vec!["a".to_owned()],
        };
        for (script, line) in [
            (Script::ACQUIRE, "#!lua flags=allow-key-locking"),
            (Script::LIST, "#!lua flags=no-writes,allow-key-locking"),
        ] {
            let by_digest = Command::by_digest(&call(script));
            for by_source in [
                Command::by_source(&call(script)),
                by_digest.with_source(script),
            ] {
                let words = by_source.words_for(Dialect::Upstash);
                let text = words.get(1).map(String::as_str).unwrap_or_default();
                assert_eq!(text.lines().next(), Some(line));
                assert!(text.ends_with(&script.source(Dialect::Redis)));
                assert_eq!(words.get(2..), by_digest.words().get(2..));
                assert_eq!(by_source.words_for(Dialect::Redis), by_source.words());
            }
            assert_eq!(
                by_digest.words_for(Dialect::Upstash).get(1),
                Some(&script.digest(Dialect::Upstash))
            );
            assert_ne!(
                script.digest(Dialect::Upstash),
                script.digest(Dialect::Redis)
            );
        }
        let plain = Command::new(["GET", "EVAL"]);
        assert_eq!(plain.words_for(Dialect::Upstash), plain.words());
    }
}
