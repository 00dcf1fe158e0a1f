//! Digests as people, Redis and headers have them.

/// Two lower-case digits for each byte.
pub fn hex(bytes: impl IntoIterator<Item = u8>) -> String {
    let digits = bytes.into_iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

/// The bytes that such digits stand for, upper case or lower.
pub fn bytes(hex: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| {
        let [high, low] = pair else { return None };
        let digit = |it: &u8| char::from(*it).to_digit(16);
        u8::try_from(digit(high)? * 16 + digit(low)?).ok()
    };
    hex.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::{bytes, hex};

    #[test]
    fn digits_stand_for_bytes_and_anything_else_for_nothing() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes(&hex(all.clone())), Some(all));
        assert_eq!(bytes("aF00"), Some(vec![0xaf, 0]));
        assert_eq!(bytes(""), Some(Vec::new()));
        for wrong in ["a", "abc", "g0", "+1", "0\u{e4}"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }
}
