//! Halves of characters in JSON.
//!
//! Programs that count in UTF-16 cut emoji in two, and write each half as `\ud83d`.
//! JSON allows that, but no text of Rust has it, and no UTF-8: the half becomes the sign for a character that is lost.

/// The sign, as JSON writes it.
const LOST: &str = "\\ufffd";

/// An escaped unit of UTF-16 has six bytes.
const ESCAPE: usize = 6;

/// The JSON with whole characters only; nothing where it has no others.
pub fn whole(json: &str) -> Option<String> {
    let (mut whole, mut rest, mut is_changed) = (String::new(), json, false);
    while let Some(at) = rest.find('\\') {
        let (before, escaped) = rest.split_at(at);
        whole.push_str(before);
        let unit = unit(escaped);
        let is_pair = || {
            let next = escaped.get(ESCAPE..).and_then(self::unit);
            next.is_some_and(|next| (0xdc00..0xe000).contains(&next))
        };
        let length = match unit {
            Some(0xd800..0xdc00) if is_pair() => 2 * ESCAPE,
            Some(0xd800..0xe000) => {
                whole.push_str(LOST);
                is_changed = true;
                rest = escaped.get(ESCAPE..).unwrap_or_default();
                continue;
            }
            // Behind a backslash another one is no beginning of anything.
            _ => 2,
        };
        let (kept, behind) = escaped.split_at_checked(length).unwrap_or((escaped, ""));
        whole.push_str(kept);
        rest = behind;
    }
    whole.push_str(rest);
    is_changed.then_some(whole)
}

/// The unit with which a text begins, as `\u0041`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn half_a_character_is_lost_and_nothing_else() {
        for (json, expected) in [
            (r#""a\ud83d""#, Some(r#""a\ufffd""#)),
            (r#"["\uD83D","\ude00b"]"#, Some(r#"["\ufffd","\ufffdb"]"#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\n""#, Some(r#""\ufffd\n""#)),
            (r#""\ud83d\ude00 \u00e9 \n""#, None),
            (r#""\\ud83d""#, None),
            (r#""\\\ud83d""#, Some(r#""\\\ufffd""#)),
            (r#""é\"#, None),
            ("", None),
        ] {
            assert_eq!(whole(json).as_deref(), expected, "{json}");
        }
    }
}
