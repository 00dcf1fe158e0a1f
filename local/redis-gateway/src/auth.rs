//! Who may ask: bearer tokens, of which some may only read.
//!
//! What reading means is decided in `readonly`. Tokens come from the environment and are never
//! printed.

use std::borrow::Cow;

use hyper::header::{AUTHORIZATION, HeaderMap};
use subtle::{Choice, ConstantTimeEq};

use crate::request::query_pairs;

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Access {
    /// Every command.
    Full,
    /// Commands that only read.
    ReadOnly,
}

/// The tokens that open the gateway.
pub struct Tokens(Vec<(String, Access)>);

impl Tokens {
    /// Reads the comma-separated lists of GATEWAY_TOKENS and GATEWAY_READONLY_TOKENS.
    pub fn parse(full: &str, read_only: &str) -> Result<Self, String> {
        let list = |text: &str| -> Vec<String> {
            text.split(',')
                .map(str::trim)
                .filter(|token| !token.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (full, read_only) = (list(full), list(read_only));
        if full.is_empty() {
            return Err(
                "GATEWAY_TOKENS is empty: set it to one or more bearer tokens, separated by commas"
                    .to_owned(),
            );
        }
        if read_only.iter().any(|token| full.contains(token)) {
            return Err(
                "a token is in both GATEWAY_TOKENS and GATEWAY_READONLY_TOKENS: take it out of one"
                    .to_owned(),
            );
        }
        let full = full.into_iter().map(|token| (token, Access::Full));
        Ok(Self(
            full.chain(read_only.into_iter().map(|token| (token, Access::ReadOnly)))
                .collect(),
        ))
    }

    /// What the token of a request allows, if it is one of ours. Takes as long for a token that is
    /// nearly right.
    pub fn access(&self, headers: &HeaderMap, query: &str) -> Option<Access> {
        let presented = presented(headers, query)?;
        let mut access = None;
        for (token, allows) in &self.0 {
            let equal: Choice = token.as_bytes().ct_eq(&presented);
            if equal.into() {
                access = Some(*allows);
            }
        }
        access
    }
}

/// The token of `?_token=`, or else of `Authorization: Bearer`.
fn presented<'a>(headers: &'a HeaderMap, query: &'a str) -> Option<Cow<'a, [u8]>> {
    if let Some((_, token)) = query_pairs(query).find(|(name, _)| **name == *b"_token") {
        return token;
    }
    let (scheme, token) = headers
        .get(AUTHORIZATION)?
        .as_bytes()
        .split_at_checked("Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii().into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn access(authorization: &str, query: &str) -> Option<Access> {
        let mut headers = HeaderMap::new();
        if !authorization.is_empty() {
            headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        }
        Tokens::parse("one, tw+o", "reader")
            .unwrap()
            .access(&headers, query)
    }

    #[test]
    fn each_token_opens_what_it_is_for() {
        assert_eq!(access("Bearer one", ""), Some(Access::Full));
        assert_eq!(access("bearer  tw+o ", ""), Some(Access::Full));
        assert_eq!(access("Bearer reader", ""), Some(Access::ReadOnly));
        assert_eq!(access("", "EX=1&_token=tw%2Bo"), Some(Access::Full));
    }

    #[test]
    fn anything_else_opens_nothing() {
        for (authorization, query) in [
            ("", ""),
            ("Bearer ", ""),
            ("Bearer on", ""),
            ("Bearer onex", ""),
            ("Bearer one, tw+o", ""),
            ("Basic one", ""),
            ("one", ""),
            ("", "_token"),
            ("", "_token="),
            ("", "token=one"),
            ("Bearer one", "_token=wrong"),
        ] {
            assert_eq!(
                access(authorization, query),
                None,
                "{authorization:?} {query:?}"
            );
        }
    }

    #[test]
    fn tokens_that_can_not_be_meant_are_refused() {
        for (full, read_only) in [("", ""), (" , ", ""), ("", "reader"), ("one,two", "two")] {
            assert!(
                Tokens::parse(full, read_only).is_err(),
                "{full:?} {read_only:?}"
            );
        }
    }
}
