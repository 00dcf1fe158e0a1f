//! What gives a signed address away, and how a text loses it.
//!
//! Whoever holds such an address reads the file without a token, so it is a secret wherever it stands,
//! whether Notion signed it or somebody pasted it; and it changes with each reading, which content must not.
//! What is left names the file and opens nothing. Other secrets that people write are not recognised.

use crate::percent::decoded;

/// Parameters that nothing else is called, of S3 and Google's storage: told even where a text is cut in the middle.
const CERTAIN: [&str; 5] = [
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
];

/// Parameters by the names that CloudFront, Azure, Notion's own file server and older S3 give them.
const PARAMETERS: [&str; 4] = ["awsaccesskeyid", "expirationtimestamp", "sig", "signature"];

/// An address inside of an address is encoded, and one in that twice.
const MAX_ENCODINGS: usize = 3;

/// How the query or the fragment begins of an address that is encoded inside of another one.
const INNER_QUERIES: [&str; 4] = ["%3f", "%23", "%253f", "%2523"];

/// How a further parameter begins.
const FURTHER: [&str; 3] = ["&", "%26", "%2526"];

/// Whether the address has a signature.
pub fn is_signed(address: &str) -> bool {
    let mut text = address.to_ascii_lowercase();
    for _ in 0..MAX_ENCODINGS {
        if has_signature(&text) {
            return true;
        }
        if !text.contains('%') {
            return false;
        }
        text = decoded(&text).to_ascii_lowercase();
    }
    has_signature(&text)
}

/// What names the file: the address without query and fragment, and without any signature.
pub fn place_of(address: &str) -> &str {
    let lower = address.to_ascii_lowercase();
    let before = |marks: &[&str]| {
        let end = marks.iter().filter_map(|mark| lower.find(mark)).min();
        end.and_then(|end| address.get(..end))
    };
    let places = [
        before(&["?", "#"]).or(Some(address)),
        before(&INNER_QUERIES),
        before(&FURTHER),
    ];
    let mut places = places.into_iter().flatten();
    places.find(|place| !is_signed(place)).unwrap_or_default()
}

/// The text with each signed address cut to its place; nothing where there is none.
pub fn unsigned(text: &str) -> Option<String> {
    if !text.contains(['=', '%']) {
        return None;
    }
    let (mut kept, mut rest, mut is_cut) = (String::new(), text, false);
    while let Some(first) = rest.chars().next() {
        let is_inside = !ends_address(first);
        let end = rest
            .find(|c| ends_address(c) == is_inside)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        if is_inside && part.contains(['=', '%']) && is_signed(part) {
            let bare = part.trim_end_matches([')', ']', '.', ',', ';', ':', '!', '\'']);
            kept.push_str(place_of(part));
            kept.push_str(part.get(bare.len()..).unwrap_or_default());
            is_cut = true;
        } else {
            kept.push_str(part);
        }
        rest = after;
    }
    is_cut.then_some(kept)
}

/// A character that no address has in it, or none without encoding.
fn ends_address(c: char) -> bool {
    !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
}

/// Reads a text in lower case.
fn has_signature(text: &str) -> bool {
    text.match_indices('=').any(|(at, _)| {
        let (before, value) = text.split_at(at);
        let is_parameter = |name: &&str| {
            before
                .strip_suffix(*name)
                .is_some_and(|rest| rest.ends_with(['?', '&', '#', ';']))
        };
        // A placeholder in somebody's documentation is no signature.
        let has_value = value
            .chars()
            .nth(1)
            .is_some_and(|c| c.is_ascii_alphanumeric() || "%+/-_~".contains(c));
        has_value
            && (CERTAIN.iter().any(|name| before.ends_with(name))
                || PARAMETERS.iter().any(is_parameter))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_signed, place_of, unsigned};

    #[test]
    fn signed_addresses_are_told_whatever_signed_them() {
        for signed in [
            "https://s3/a.png?X-Amz-Algorithm=AWS4&X-Amz-Signature=1",
            "https://s3/a.png?x-amz-security-token=abc",
            "HTTPS://S3/A.PNG?X-AMZ-CREDENTIAL=AKIA%2F2026",
            "https://s3/a.png?AWSAccessKeyId=AKIA&Signature=x%3D&Expires=1",
            "https://cdn/a.png?Expires=1&Signature=abc&Key-Pair-Id=K",
            "https://file.notion.so/f/a.png?table=block&expirationTimestamp=1&signature=abc&downloadName=a.png",
            "https://img.notionusercontent.com/s3/a%2Fb.png/size/w=250?exp=1&sig=abc",
            "https://x.blob.core.windows.net/a?sv=1&sp=r&sig=abc",
            "https://x/a?a=1&amp;signature=abc",
            "https://www.notion.so/image/https%3A%2F%2Fs3%2Fa.png%3FX-Amz-Signature%3Dabc?table=block",
            "https://x/?to=https%253A%252F%252Fs3%253Fsig%253Dabc",
        ] {
            assert!(is_signed(signed), "{signed}");
            assert!(!is_signed(place_of(signed)), "{signed}");
        }
    }

    #[test]
    fn other_addresses_stay() {
        for text in [
            "https://example.com/?design=1&q=signature",
            "https://example.com/signature=abc",
            "POST /hook?signature=<signature>",
            "https://example.com/?signature={signature}",
            "x-amz-signature: abc",
            "a = b, 100 % sure",
        ] {
            assert_eq!(unsigned(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_loses_its_signatures_and_nothing_else() {
        for (text, kept) in [
            ("https://s3/a?X-Amz-Signature=1", "https://s3/a"),
            (
                "see (https://s3/a?q=1&sig=abc), or <https://x/b?sig=d#e>.",
                "see (https://s3/a), or <https://x/b>.",
            ),
            (
                "図：https://s3/図.png?sig=abc。次の文",
                "図：https://s3/図.png。次の文",
            ),
            (
                "second half &X-Amz-Signature=abc&x=1 end",
                "second half  end",
            ),
            (
                r"https://s3/a?b=1\u0026X-Amz-Signature=abc",
                r"https://s3/a?b=1\",
            ),
        ] {
            assert_eq!(unsigned(text).as_deref(), Some(kept));
        }
    }
}
