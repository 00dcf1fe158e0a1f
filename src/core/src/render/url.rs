//! The addresses that a reader may follow.
//!
//! Let through are `http`, `https`, `mailto`, `tel`, paths on the site and fragments: nothing that runs,
//! nothing relative, and no address without a scheme that leads to another host.

use std::borrow::Cow;

use super::byte_set::ByteSet;
use super::text::{LEFT_OUT, is_left_out};

/// An address that is safe to follow, whoever wrote it. It is not escaped yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

/// What every character begins with that is lost, and some others.
const LOST: ByteSet = LEFT_OUT.with(b"\t\n");

/// What must follow the scheme.
const SCHEMES: [(&str, &str); 4] = [("http", "//"), ("https", "//"), ("mailto", ""), ("tel", "")];

impl Url {
    /// The address in a text, without what browsers ignore; nothing where it may not be followed.
    pub fn parse(text: &str) -> Option<Self> {
        // What is written leaves out more than browsers ignore: `/\u{202e}/host` would become an address of another host.
        let is_lost = |c: char| c.is_control() || is_left_out(c);
        let kept: Cow<'_, str> = if LOST.is_in(text) {
            text.chars().filter(|c| !is_lost(*c)).collect()
        } else {
            text.into()
        };
        let text = kept.trim();
        (is_local(text) || is_known(text)).then(|| Self(text.to_owned()))
    }

    /// The address as it is followed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A path on the site or a fragment. Two slashes would name a host; browsers read a backslash as a slash.
fn is_local(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('#') => true,
        Some('/') => !matches!(chars.next(), Some('/' | '\\')),
        _ => false,
    }
}

fn is_known(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    SCHEMES.iter().any(|(known, follows)| {
        scheme.eq_ignore_ascii_case(known)
            && rest
                .strip_prefix(follows)
                .is_some_and(|rest| !rest.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn addresses_that_people_follow_are_let_through() {
        for url in [
            "https://example.com/a?b=c&d=e#f",
            "HTTP://EXAMPLE.COM",
            "mailto:a@b.example?subject=x",
            "tel:+49-30-1",
            "/über-uns#team",
            "/",
            "#h-intro",
        ] {
            assert_eq!(Url::parse(url).as_ref().map(Url::as_str), Some(url));
        }
        let disguised = Url::parse(" \u{1}ht\ntps:\t//example.com\u{85} ");
        assert_eq!(
            disguised.as_ref().map(Url::as_str),
            Some("https://example.com")
        );
    }

    #[test]
    fn nothing_else_is() {
        for url in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "javascript&colon;alert(1)",
            "javascript&#58;alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "blob:https://example.com/x",
            "file:///etc/passwd",
            "view-source:https://example.com",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\u{202e}/evil.example",
            "/\u{2066}\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https://",
            "mailto:",
            "relative/path",
            "?query",
            "x:y",
        ] {
            assert_eq!(Url::parse(url), None, "{url:?}");
        }
    }
}
