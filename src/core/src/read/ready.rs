//! Answers as a shell sends them, for who asks in the same words: such a request costs one look into memory.

use crate::config::Config;
use crate::time::Timestamp;

use super::Audience;
use super::memory::{FRESH, Memory};

/// Answers by the requests that they were given to; `R` is one as the shell sends it.
#[derive(Clone, Debug)]
pub struct Ready<R> {
    answers: Memory<R>,
}

impl<R: Clone> Ready<R> {
    /// Of `capacity` bytes for all that is remembered it takes a quarter.
    pub fn new(capacity: usize) -> Self {
        Self {
            answers: Memory::new(capacity / 4),
        }
    }

    /// The answer to a request as [`Request::parse`](super::Request::parse) takes it, while what it was made of is fresh. The token
    /// is checked as it always is, and is no part of what is remembered.
    pub fn get(&mut self, config: &Config, asked: &str, now: Timestamp) -> Option<R> {
        let (words, authorization) = asked.rsplit_once('\n')?;
        let authorization = Some(authorization).filter(|it| !it.is_empty());
        let audience = config.access.check(authorization).ok()?;
        let found = self.answers.get(&key(audience, words), now, FRESH);
        found.map(|(answer, _)| answer)
    }

    /// Keeps an answer of `bytes` bytes, which was made for that audience of what was read at `read_at`.
    pub fn put(
        &mut self,
        audience: Audience,
        asked: &str,
        answer: R,
        bytes: usize,
        read_at: Timestamp,
    ) {
        if let Some((words, _)) = asked.rsplit_once('\n') {
            self.answers
                .put(key(audience, words), answer, bytes, read_at);
        }
    }
}

fn key(audience: Audience, words: &str) -> String {
    let audience = match audience {
        Audience::All => "all",
        Audience::Public => "public",
    };
    [audience, "\n", words].concat()
}

#[cfg(test)]
mod tests {
    use super::Ready;
    use crate::config::Config;
    use crate::read::{Audience, FRESH};
    use crate::time::Timestamp;

    const READ_AT: Timestamp = Timestamp::from_millis(1_000_000);
    const WORDS: [&str; 6] = [
        "GET",
        "https://a.example/v1/pages?v=3",
        "text/html",
        "W/\"a\"",
        "",
        "https://b.example",
    ];

    fn config(access: &[(&str, &str)]) -> Config {
        let needed = [
            ("NOTION_TOKEN", "ntn_x"),
            ("UPSTASH_REDIS_REST_URL", "https://redis.example"),
            ("UPSTASH_REDIS_REST_TOKEN", "x"),
            ("ADMIN_TOKENS", "admin"),
        ];
        let all: Vec<_> = needed.iter().chain(access).collect();
        let lookup = |name: &str| {
            let found = all.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Config::read(lookup).expect("a configuration")
    }

    fn asked(words: [&str; 6], authorization: &str) -> String {
        [&words.join("\n"), authorization].join("\n")
    }

    #[test]
    fn an_answer_goes_to_those_only_who_may_have_it() {
        let rule = config(&[
            ("ACCESS", "rule"),
            ("PUBLISH_RULE", "Status=Published"),
            ("READ_TOKENS", "read"),
            ("PREVIEW_TOKENS", "preview"),
        ]);
        let private = config(&[("ACCESS", "private"), ("READ_TOKENS", "read,other")]);
        let shown = [
            "", "read", "other", "preview", "admin", "previe", "preview2",
        ];
        let who = |config: &Config, audience: Audience| -> Vec<&str> {
            let mut ready = Ready::new(1 << 20);
            let asked_first = asked(WORDS, "Bearer of whom it was made for");
            ready.put(audience, &asked_first, 7, 100, READ_AT);
            let gets = |token: &&str| {
                let authorization = match *token {
                    "" => String::new(),
                    token => format!("Bearer {token}"),
                };
                let answer = ready.get(config, &asked(WORDS, &authorization), READ_AT);
                answer.is_some()
            };
            shown.into_iter().filter(gets).collect()
        };
        assert_eq!(who(&rule, Audience::All), ["preview"]);
        assert_eq!(who(&rule, Audience::Public), ["", "read"]);
        assert_eq!(who(&private, Audience::All), ["read", "other"]);
        assert_eq!(who(&private, Audience::Public), [""; 0]);
    }

    #[test]
    fn an_answer_is_for_the_same_words_only_and_for_as_long_as_it_is_fresh() {
        let config = config(&[("ACCESS", "public"), ("ROOTS", "all")]);
        let mut ready = Ready::new(1 << 20);
        ready.put(Audience::All, &asked(WORDS, ""), 7, 100, READ_AT);
        let mut get = |words, now| ready.get(&config, &asked(words, ""), now);
        let last = READ_AT.plus(FRESH - std::time::Duration::from_millis(1));
        assert_eq!(get(WORDS, last), Some(7));
        assert_eq!(get(WORDS, READ_AT.plus(FRESH)), None);
        for (place, word) in [
            "HEAD",
            "https://c.example/v1/pages?v=3",
            "text/markdown",
            "",
            "7-0",
            "https://c.example",
        ]
        .into_iter()
        .enumerate()
        {
            let mut words = WORDS;
            words
                .iter_mut()
                .skip(place)
                .take(1)
                .for_each(|it| *it = word);
            assert_ne!(words, WORDS);
            assert_eq!(get(words, READ_AT), None, "{word}");
        }
        let mut nothing = Ready::new(0);
        nothing.put(Audience::All, &asked(WORDS, ""), 7, 0, READ_AT);
        assert_eq!(nothing.get(&config, &asked(WORDS, ""), READ_AT), None);
    }
}
