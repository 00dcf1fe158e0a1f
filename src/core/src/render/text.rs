//! What of an author's text is shown, and where it links to.
//!
//! Control characters are left out, and so are those that turn the direction of text around:
//! the embeddings, overrides and isolates of Unicode. The marks of direction stay.

use crate::notion::{Content, RichText, RichTextType};

/// No text that is rendered has this character.
pub fn is_left_out(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => c.is_control(),
    }
}

/// How much of a text holds nothing that is left out, told by its bytes: it may well be more.
pub fn length_of_shown(text: &str) -> usize {
    let mut bytes = text.bytes();
    bytes.position(may_be_left_out).unwrap_or(text.len())
}

/// Whether a byte may begin a character that is left out.
pub const fn may_be_left_out(byte: u8) -> bool {
    match byte {
        b'\n' | b'\t' => false,
        // The controls behind the ASCII ones are U+0080 to U+009F.
        0xc2 | 0xe2 => true,
        _ => byte.is_ascii_control(),
    }
}

/// Where a run of text links to. A mention has its link in itself.
pub fn address(item: &RichText) -> Option<&str> {
    match &item.content {
        Content::Known(RichTextType::Mention(_)) => None,
        Content::Known(RichTextType::Text(text)) => {
            let own = || text.get()?.link.get()?.url.as_str();
            item.href.as_str().or_else(own)
        }
        _ => item.href.as_str(),
    }
}
