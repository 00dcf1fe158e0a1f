//! Characters of a text, so that a reader of Markdown takes none of them for markup.
//!
//! A backslash goes before what would be read as markup, and as little else as can be told from beside it.
//! Where a character itself would be lost (white space at the end of a line) or hides markup beside it
//! (see `emphasis`), it is written as its number: `&#32;`.

use crate::render::byte_set::ByteSet;

use super::inline::Place;

/// A character within a text.
#[derive(Clone, Copy, Debug)]
pub struct Within<'a> {
    pub place: Place,
    /// What of the text stands on the line before it.
    pub line: &'a str,
    /// What follows in the same run of text.
    pub rest: &'a str,
}

/// How a character is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    AsItIs,
    AfterBackslash,
    AsNumber,
}

/// No entity has a longer name.
const LONGEST_ENTITY: usize = 32;

impl Within<'_> {
    /// How the character must be written here.
    pub fn written(&self, c: char) -> Written {
        if is_lost(c) || (c.is_whitespace() && self.line.is_empty()) {
            Written::AsNumber
        } else if self.is_markup(c) {
            Written::AfterBackslash
        } else {
            Written::AsItIs
        }
    }

    /// What may be has its first byte in [`MARKUP`], unless it is that only at the beginning.
    fn is_markup(&self, c: char) -> bool {
        let before = self.line.chars().next_back();
        let next = self.rest.chars().next();
        let is_end = next.is_none_or(char::is_whitespace);
        let begins_block = self.line.is_empty() && self.place == Place::Paragraph;
        match c {
            '\\' | '`' | '*' | '[' | ']' | '~' | '$' => true,
            '_' => !self.is_within_word(before),
            // Whatever follows the run, it is no white space that has been looked at.
            '<' => next.is_none_or(|next| !next.is_whitespace()),
            '>' | '-' | '+' | '=' => begins_block,
            '#' => begins_block || (self.place == Place::Heading && (is_end || next == Some('#'))),
            '|' => begins_block || self.place == Place::Cell,
            ':' => (begins_block && next == Some('-')) || self.rest.starts_with("//"),
            '&' => self.begins_entity(),
            // `[^` begins a footnote.
            '^' => {
                before == Some('[') || (self.line.is_empty() && self.place == Place::Description)
            }
            '.' if self.ends_with_www() => true,
            '.' | ')' => self.ends_number() && is_end,
            '@' => {
                let of_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
                before.is_some_and(of_name) && next.is_some_and(|c| c.is_ascii_alphanumeric())
            }
            _ => false,
        }
    }

    /// Between letters an underscore is nothing else. The last character of a run may yet become a number.
    fn is_within_word(&self, before: Option<char>) -> bool {
        let mut rest = self.rest.chars();
        let is_plain = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        is_plain(before) && is_plain(rest.next()) && rest.next().is_some()
    }

    /// `&amp;` and its like.
    fn begins_entity(&self) -> bool {
        let mut rest = self.rest.bytes().take(LONGEST_ENTITY + 2);
        let end = rest.find(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#');
        end == Some(b';')
    }

    /// `www.` begins a link.
    fn ends_with_www(&self) -> bool {
        let mut before = self.line.bytes().rev().take(3);
        before.len() == 3 && before.all(|byte| byte.eq_ignore_ascii_case(&b'w'))
    }

    /// `1.` and `1)` begin lists.
    fn ends_number(&self) -> bool {
        self.place == Place::Paragraph
            && (1..=9).contains(&self.line.len())
            && self.line.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// What every character begins with that is not written as it is wherever it stands behind others on a line.
pub const MARKUP: ByteSet = ByteSet::NONE
    .with_range(0, 0x1f)
    .with(b"\\`*[]~$_<#|:&^.)@")
    .with_range(0x7f, 0xff);

/// Lines are not broken at these, and files do not begin with the last one, whatever some readers do.
const fn is_lost(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The character as its number.
pub fn number_of(c: char) -> String {
    format!("&#{};", u32::from(c))
}

/// A letter or a digit for every reader, of whatever version of Unicode: neither punctuation nor symbol nor space.
pub fn is_word(c: char) -> bool {
    // Letters in circles and squares are symbols as well.
    let is_symbol = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    c.is_alphanumeric() && !is_symbol
}

/// White space or punctuation for every reader.
pub const fn is_border(c: char) -> bool {
    c.is_ascii_punctuation() || matches!(c, ' ' | '\t' | '\n')
}

#[cfg(test)]
mod tests {
    use super::{MARKUP, Within, Written};
    use crate::render::markdown::inline::Place;

    #[test]
    fn whatever_begins_otherwise_is_written_as_it_is() {
        let places = [
            Place::Paragraph,
            Place::Heading,
            Place::Cell,
            Place::Description,
        ];
        for c in ('\0'..='\u{ff}').filter(|c| !MARKUP.is_in(&c.to_string())) {
            for line in ["a", "1", " ", "[", "!", "www", "\\"] {
                for rest in ["", " ", "a", ".", "//", "-", "#", "[", "^", ";"] {
                    for place in places {
                        let within = Within { place, line, rest };
                        assert_eq!(within.written(c), Written::AsItIs, "{c:?} in {within:?}");
                    }
                }
            }
        }
    }
}
