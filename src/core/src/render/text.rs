//! What of an author's text is shown, and where it links to.
//!
//! Control characters are left out, and so are those that turn the direction of text around:
//! the embeddings, overrides and isolates of Unicode. The marks of direction stay.

use std::borrow::Cow;

use crate::notion::{Content, RichText, RichTextType};

use super::byte_set::ByteSet;

/// No text that is rendered has this character.
pub fn is_left_out(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => c.is_control(),
    }
}

/// What every character begins with that is left out, and some others. Behind ASCII the controls are U+0080 to U+009F.
pub const LEFT_OUT: ByteSet = ByteSet::NONE
    .with_range(0, b'\t' - 1)
    .with_range(b'\n' + 1, 0x1f)
    .with(&[0x7f, 0xc2, 0xe2]);

/// A text without what is left out.
pub fn shown(text: &str) -> Cow<'_, str> {
    if LEFT_OUT.is_in(text) {
        Cow::Owned(text.chars().filter(|c| !is_left_out(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a text shows nothing.
pub fn is_blank(items: &[RichText]) -> bool {
    items.iter().all(|item| match item.content.known() {
        Some(RichTextType::Mention(_) | RichTextType::Equation(_)) => false,
        Some(RichTextType::Text(_)) | None => {
            item.plain_text().is_some_and(|text| text.trim().is_empty())
        }
    })
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
