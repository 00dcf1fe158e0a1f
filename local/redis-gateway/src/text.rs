//! Text as a JSON string, and how far it can be taken as it is.
//!
//! Values are mostly long stretches without anything to escape. They are looked through in pieces
//! that the compiler checks at once, which is several times faster than byte by byte.

/// Bytes that are checked at once.
const PIECE: usize = 32;

/// How many bytes at the beginning of `text` stand for themselves in a JSON string.
pub fn plain_length(text: &[u8]) -> usize {
    let pieces = text.chunks_exact(PIECE).take_while(|piece| is_plain(piece));
    let start = pieces.count() * PIECE;
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| !is_special(**byte)).count()
}

/// Appends `text` with its quotation marks.
pub fn push_text(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    for piece in text.as_bytes().chunks(PIECE) {
        if is_plain(piece) {
            json.extend_from_slice(piece);
        } else {
            piece.iter().for_each(|byte| push_byte(json, *byte));
        }
    }
    json.push(b'"');
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Without an early end, so that all bytes are looked at together.
fn is_plain(piece: &[u8]) -> bool {
    !piece
        .iter()
        .fold(false, |any, byte| any | is_special(*byte))
}

fn push_byte(json: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        0..b' ' => {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| DIGITS.get(usize::from(digit)));
            json.extend_from_slice(b"\\u00");
            json.extend(high.into_iter().chain(low));
            return;
        }
        _ => return json.push(byte),
    };
    json.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        let special =
            prop::sample::select(vec!["\"", "\\", "\n", "\0", "\u{1f}", "\u{7f}", "é", "😀"]);
        let plain = "[ -!#-\\[\\]-~]{0,80}";
        let parts = prop_oneof![
            plain.prop_map(String::from),
            special.prop_map(String::from),
            any::<String>()
        ];
        prop::collection::vec(parts, 0..6).prop_map(|parts| parts.concat())
    }

    #[test]
    fn what_has_to_be_escaped_is() {
        let mut json = Vec::new();
        let all: String = (0..0x80_u8).map(char::from).collect();
        push_text(&mut json, &all);
        assert_eq!(json, serde_json::to_vec(&all).unwrap());
    }

    proptest! {
        #[test]
        fn text_becomes_the_json_that_everyone_makes_of_it(text in text()) {
            let mut json = Vec::new();
            push_text(&mut json, &text);
            prop_assert_eq!(json, serde_json::to_vec(&text).unwrap());
        }

        #[test]
        fn the_plain_length_ends_at_the_first_special_byte(text in text()) {
            let first = text.bytes().position(is_special).unwrap_or(text.len());
            prop_assert_eq!(plain_length(text.as_bytes()), first);
        }
    }
}
