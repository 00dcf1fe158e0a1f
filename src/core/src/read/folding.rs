//! Texts as a search compares them: without regard to case and accents, however those are encoded.
//!
//! Latin letters lose their accents, whether one character has both or the accent follows as one of its own, as macOS writes names.
//! A letter of another script keeps the mark that it has in it, which often makes it another letter.

/// The letters from U+00E0 to U+017F without accents, in lower case, each as it stands in Unicode's order.
const PLAIN: &str = "aaaaaaæceeeeiiiiðnooooo÷ouuuuyþy\
    aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjjkkĸllllllllllnnnnnnnŋŋooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The first of them.
const FIRST: u32 = 0xe0;

/// Accents that follow a letter.
const ACCENTS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// The text in lower case and without accents.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_ascii() {
            true => out.push(letter.to_ascii_lowercase()),
            false => out.extend(letter.to_lowercase().filter(is_letter).map(plain)),
        }
    }
    out
}

fn is_letter(letter: &char) -> bool {
    !ACCENTS.contains(letter)
}

fn plain(letter: char) -> char {
    match u32::from(letter).checked_sub(FIRST) {
        // Most letters need no look.
        None => letter,
        Some(place) if place < 160 => PLAIN.chars().nth(place as usize).unwrap_or(letter),
        // At the end of a word it is written otherwise.
        Some(_) if letter == 'ς' => 'σ',
        Some(_) => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, PLAIN, folded};

    #[test]
    fn letters_are_alike_without_case_and_accents_however_these_are_encoded() {
        for (text, expected) in [
            ("Café", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("ÅNGSTRÖM", "angstrom"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("ŽIŽEK", "zizek"),
            ("ΟΔΟΣ οδός", "οδοσ οδόσ"),
            ("straße", "straße"),
            ("東京タワー", "東京タワー"),
            ("がぎ", "がぎ"),
            ("й", "й"),
            ("\u{301}", ""),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
        assert_eq!(PLAIN.chars().count(), 160);
        assert_eq!(u32::from('à'), FIRST);
    }
}
