//! Who may ask: bearer tokens, of which some may only read.
//!
//! What reading means is decided in `readonly`, where tokens come from in `tokens`. None is ever
//! printed.

use std::borrow::Cow;

use hyper::header::{AUTHORIZATION, HeaderMap};
use sha2::{Digest as _, Sha256};
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

/// The tokens that open the gateway, as digests: comparing those takes as long for a token that is
/// nearly right as for any other, whatever its length.
#[derive(Default)]
pub struct Tokens(Vec<(Digest, Access)>);

type Digest = [u8; 32];

impl Tokens {
    /// Some tokens for everything, and some for reading.
    pub fn new(full: &[String], read_only: &[String]) -> Result<Self, String> {
        if read_only.iter().any(|token| full.contains(token)) {
            return Err(
                "a token is both for everything and for reading only: take it out of one list"
                    .to_owned(),
            );
        }
        let full = full.iter().map(|token| (digest(token), Access::Full));
        let read_only = read_only
            .iter()
            .map(|token| (digest(token), Access::ReadOnly));
        Ok(Self(full.chain(read_only).collect()))
    }

    /// Whether there is a token at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the token of a request allows, if it is one of ours.
    pub fn access(&self, headers: &HeaderMap, query: &str) -> Option<Access> {
        let presented = digest(presented(headers, query)?);
        let mut access = None;
        for (token, allows) in &self.0 {
            let equal: Choice = token.ct_eq(&presented);
            if equal.into() {
                access = Some(*allows);
            }
        }
        access
    }
}

fn digest(token: impl AsRef<[u8]>) -> Digest {
    Sha256::digest(token).into()
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
        let full = ["one", "tw+o"].map(str::to_owned);
        Tokens::new(&full, &["reader".to_owned()])
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
    fn a_token_can_not_be_for_everything_and_for_reading() {
        let [one, two] = ["one", "two"].map(str::to_owned);
        assert!(Tokens::new(&[one, two.clone()], &[two]).is_err());
    }
}
