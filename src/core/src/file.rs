//! The bytes of files that Notion hosts: copying them, what is known of a copy, and how it is served.
//!
//! Notion's addresses of files end after an hour. Where a shell has a place for files, the export copies each once,
//! under its key; a key never names other bytes, so a copy may be kept for ever.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The longest key that is taken.
const MAX_KEY: usize = 120;

/// The media type of bytes of which nothing is known.
const UNKNOWN: &str = "application/octet-stream";

/// How many of the first bytes of a file tell its dimensions, if any do: pictures of cameras have a preview before them.
pub const HEAD_BYTES: usize = 256 * 1024;

/// What is to be done with files; only a shell can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRequest {
    /// Copies what is at `url` to `key`; the reply is a [`FileRecord`] as text.
    Copy {
        /// Its name for good.
        key: String,
        /// Where Notion has it, for an hour: a secret.
        url: String,
        /// How long it may take, in milliseconds.
        timeout_ms: u64,
    },
    /// Deletes the copies under these keys, of which some may not be there; the reply is empty.
    Delete {
        /// At most 1,000.
        keys: Vec<String>,
        /// How long it may take, in milliseconds.
        timeout_ms: u64,
    },
}

/// What is known of the bytes of a file.
///
/// As text: size, width and height in decimal digits, `-` where there is none, and the media type, separated by spaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FileRecord {
    /// In bytes.
    pub size: u64,
    /// In pixels, of a picture.
    pub dimensions: Option<(u32, u32)>,
    /// The media type.
    pub content_type: String,
}

impl FileRecord {
    /// Of a file of that size that was sent as `content_type` and begins with `head`.
    pub fn of(size: u64, content_type: Option<&str>, head: &[u8]) -> Self {
        Self {
            size,
            dimensions: dimensions(head),
            content_type: content_type
                .and_then(clean_type)
                .unwrap_or_else(|| UNKNOWN.to_owned()),
        }
    }
}

impl fmt::Display for FileRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dimensions {
            Some((width, height)) => {
                write!(f, "{} {width} {height} {}", self.size, self.content_type)
            }
            None => write!(f, "{} - - {}", self.size, self.content_type),
        }
    }
}

/// A text that is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARecord;

impl fmt::Display for NotARecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not size, width, height and media type of a file")
    }
}

impl FromStr for FileRecord {
    type Err = NotARecord;

    fn from_str(text: &str) -> Result<Self, NotARecord> {
        let mut words = text.splitn(4, ' ');
        let mut next = || words.next().ok_or(NotARecord);
        let (size, width, height, content_type) = (next()?, next()?, next()?, next()?);
        let dimensions = match (width, height) {
            ("-", "-") => None,
            (width, height) => Some((
                width.parse().map_err(|_| NotARecord)?,
                height.parse().map_err(|_| NotARecord)?,
            )),
        };
        Ok(Self {
            size: size.parse().map_err(|_| NotARecord)?,
            dimensions,
            content_type: clean_type(content_type).ok_or(NotARecord)?,
        })
    }
}

impl TryFrom<String> for FileRecord {
    type Error = NotARecord;

    fn try_from(text: String) -> Result<Self, NotARecord> {
        text.parse()
    }
}

impl From<FileRecord> for String {
    fn from(record: FileRecord) -> Self {
        record.to_string()
    }
}

/// What an answer of the storage that has Notion's files means; nothing where it gave the file.
pub fn failure_of(status: u16) -> Option<Failure> {
    match status {
        200 => None,
        429 | 500..=599 => Some(Failure::Transient(format!("its storage answered {status}"))),
        _ => Some(Failure::Rejected {
            code: status.to_string(),
            message: "its storage does not give it".to_owned(),
        }),
    }
}

/// Whether the text may be the key of a file.
pub fn is_key(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    text.len() <= MAX_KEY
        && text.contains('-')
        && !text.starts_with('.')
        && text.chars().all(is_plain)
}

/// The headers of a file that is served, names in lower case: who keeps it follows from `cache`.
///
/// The bytes are anyone's who may write in the workspace: only what a browser shows without running anything in it opens
/// in the browser, and whatever opens has no rights of the site's.
pub fn headers(content_type: Option<&str>, cache: &str) -> Vec<(&'static str, String)> {
    let content_type = content_type
        .and_then(clean_type)
        .unwrap_or_else(|| UNKNOWN.to_owned());
    let name = content_type.split(';').next().unwrap_or_default();
    let kind = name.split('/').next().unwrap_or_default();
    let is_pdf = name == "application/pdf";
    let is_shown =
        matches!(kind, "image" | "video" | "audio" | "font") || is_pdf || name == "text/plain";
    let mut headers = vec![
        ("content-type", content_type),
        ("cache-control", cache.to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("accept-ranges", "bytes".to_owned()),
    ];
    // A viewer of PDF does not open in a sandbox.
    if !is_pdf {
        let policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'";
        headers.push(("content-security-policy", policy.to_owned()));
    }
    if !is_shown {
        headers.push(("content-disposition", "attachment".to_owned()));
    }
    headers
}

/// A part that begins behind the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

/// The part of a file of `size` bytes that a header `Range` asks for, as offset and length; nothing where the whole file answers it:
/// another unit, several parts, or what is no range (RFC 9110, section 14.2).
///
/// # Errors
/// It begins behind the end: the answer is 416.
pub fn range(header: &str, size: u64) -> Option<Result<(u64, u64), OutOfRange>> {
    let (unit, part) = header.trim().split_once('=')?;
    let (first, last) = part.split_once('-')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let number = |text: &str| -> Option<u64> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (offset, end) = match (first.is_empty(), last.is_empty()) {
        (true, _) => (size.saturating_sub(number(last)?), size),
        (false, true) => (number(first)?, size),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            (first, last.saturating_add(1).min(size))
        }
    };
    Some(match offset < end {
        true => Ok((offset, end - offset)),
        false => Err(OutOfRange),
    })
}

/// Width and height of the picture that begins like this, in pixels.
fn dimensions(head: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(head).ok()?;
    let pixels = |length: usize| u32::try_from(length).ok().filter(|length| *length > 0);
    Some((pixels(size.width)?, pixels(size.height)?))
}

/// A media type that may stand in a header, in lower case but for its parameters.
fn clean_type(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c))
    };
    let (kind, subtype) = name.trim().split_once('/')?;
    let is_good = is_token(kind)
        && is_token(subtype)
        && text.len() <= 200
        // Behind a comma browsers would read another type.
        && parameters.chars().all(|c| c != ',' && (c == ' ' || c.is_ascii_graphic()));
    let name = format!("{kind}/{subtype}").to_ascii_lowercase();
    is_good.then(|| match parameters.trim() {
        "" => name,
        parameters => format!("{name}; {parameters}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{FileRecord, OutOfRange, failure_of, headers, is_key, range};

    /// A picture of 3 by 2 pixels, as far as its header goes.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x03\0\0\0\x02\x08\x06\0\0\0";

    #[test]
    fn a_record_is_read_as_it_is_written() {
        for record in [
            FileRecord::of(7, Some("Image/PNG"), PNG),
            FileRecord::of(0, Some("text/plain; charset=utf-8"), b"hello"),
            FileRecord::of(u64::MAX, None, b""),
        ] {
            assert_eq!(record.to_string().parse(), Ok(record));
        }
        let png = FileRecord::of(7, Some("Image/PNG"), PNG);
        assert_eq!(png.to_string(), "7 3 2 image/png");
        for wrong in ["", "7", "7 - -", "x - - a/b", "7 1 - a/b", "7 - - a"] {
            let read = wrong.parse::<FileRecord>();
            assert!(read.is_err(), "{wrong:?} {read:?}");
        }
    }

    #[test]
    fn a_type_that_would_break_a_header_is_none() {
        for wrong in [
            "",
            "text",
            "text/html\r\nx: y",
            "a b/c",
            "text/plain; \u{e9}",
            "application/pdf;, text/html",
            "/",
            "text/",
        ] {
            let record = FileRecord::of(1, Some(wrong), b"");
            assert_eq!(record.content_type, "application/octet-stream", "{wrong:?}");
        }
    }

    #[test]
    fn what_could_run_in_a_browser_is_only_downloaded_or_without_rights() {
        let of = |content_type| -> Vec<(&str, String)> { headers(Some(content_type), "no-store") };
        let has = |content_type, name: &str, part: &str| {
            of(content_type)
                .iter()
                .any(|(it, value)| *it == name && value.contains(part))
        };
        for content_type in [
            "text/html",
            "application/xhtml+xml",
            "text/xml",
            "application/javascript",
            "application/pdf;, text/html",
            "application/pdf+xml",
            "x/y",
        ] {
            assert!(
                has(content_type, "content-disposition", "attachment"),
                "{content_type}"
            );
            assert!(
                has(content_type, "content-security-policy", "sandbox"),
                "{content_type}"
            );
        }
        for content_type in [
            "image/svg+xml",
            "image/png",
            "video/mp4",
            "text/plain; charset=utf-8",
        ] {
            assert!(
                !has(content_type, "content-disposition", "attachment"),
                "{content_type}"
            );
            assert!(
                has(content_type, "content-security-policy", "sandbox"),
                "{content_type}"
            );
        }
        assert!(!has("application/pdf", "content-disposition", "attachment"));
        assert!(has("application/pdf", "x-content-type-options", "nosniff"));
    }

    #[test]
    fn keys_are_told_from_what_is_none() {
        assert!(is_key("0123456789abcdef0123-cover.png"));
        for wrong in ["", "a", "../a-b", ".a-b", "a/b-c", "A-b", "a-b?c", "ä-b"] {
            assert!(!is_key(wrong), "{wrong}");
        }
        assert!(!is_key(&format!("a-{}", "b".repeat(200))));
    }

    #[test]
    fn a_part_is_what_the_header_asks_for_within_the_file() {
        for (header, expected) in [
            ("bytes=0-0", Some(Ok((0, 1)))),
            ("bytes=2-", Some(Ok((2, 8)))),
            ("bytes=2-99999999999999999999999", Some(Ok((2, 8)))),
            ("bytes=-3", Some(Ok((7, 3)))),
            ("bytes=-30", Some(Ok((0, 10)))),
            (" bytes=9-9 ", Some(Ok((9, 1)))),
            ("Bytes=9-9", Some(Ok((9, 1)))),
            ("bytes=10-", Some(Err(OutOfRange))),
            ("bytes=10-12", Some(Err(OutOfRange))),
            ("bytes=-0", Some(Err(OutOfRange))),
            ("bytes=3-2", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("lines=1-2", None),
            ("", None),
        ] {
            assert_eq!(range(header, 10), expected, "{header:?}");
        }
        assert_eq!(range("bytes=0-", 0), Some(Err(OutOfRange)));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert_eq!(failure_of(200), None);
        for (status, is_passing) in [
            (403, false),
            (404, false),
            (503, true),
            (429, true),
            (302, false),
        ] {
            let failure = failure_of(status).expect("no file");
            assert_eq!(failure.is_passing(), is_passing, "{status}");
        }
    }
}
