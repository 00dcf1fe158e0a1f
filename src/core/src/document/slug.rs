//! The last part of a page's path, made from its title.
//!
//! Letters of every script stay; a slug without letters or digits is the id's last eight digits.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::id::Id;

/// A longer slug is cut at a word.
const MAX_CHARS: usize = 80;

/// The slug for a title, or for a text that an author wrote as the slug.
pub fn slug_of(text: &str, id: Id) -> String {
    let slug = words_in_slug(text);
    if slug.is_empty() { id.short() } else { slug }
}

/// The letters and digits of a text, in lower case and with hyphens between words; empty where it has none.
pub fn words_in_slug(text: &str) -> String {
    let mut slug = String::new();
    for word in words(text) {
        if slug.is_empty() {
            slug = word.chars().take(MAX_CHARS).collect();
        } else if slug.chars().count() + 1 + word.chars().count() <= MAX_CHARS {
            slug.push('-');
            slug.push_str(&word);
        } else {
            break;
        }
    }
    slug
}

/// The words of a text. A letter has its marks with it: those of Thai and of the scripts of India stand within words.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut is_within) = (Vec::<String>::new(), false);
    for c in text.chars().filter(|c| !is_unseen(*c)) {
        let is_letter = c.is_alphanumeric();
        if is_letter && !is_within {
            words.push(String::new());
        }
        is_within = is_letter || (is_within && is_mark(c));
        if let Some(word) = words.last_mut().filter(|_| is_within) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Whether a character is a part of the one before it, as accents and the signs of vowels are.
pub fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// What stands within a word and is none of its letters: apostrophes, soft hyphens, and what has a sign look otherwise.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
    )
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARS, slug_of};

    #[test]
    fn titles_become_slugs() {
        let id = "2712e341754a41aea9ce4c0bb4b18c52"
            .parse()
            .expect("a valid id");
        for (title, slug) in [
            ("Hello, World!", "hello-world"),
            ("  What’s new in 2.0? ", "whats-new-in-2-0"),
            ("Über uns / Team", "über-uns-team"),
            ("日本語のページ", "日本語のページ"),
            ("🎉", "b4b18c52"),
            ("हिन्दी में", "हिन्दी-में"),
            ("น้ำขึ้น น้ำลง", "น้ำขึ้น-น้ำลง"),
            ("المدّ والجزر", "المدّ-والجزر"),
            ("U\u{308}ber Cafe\u{301}s", "u\u{308}ber-cafe\u{301}s"),
            ("Donau\u{ad}dampf", "donaudampf"),
            ("1\u{fe0f}\u{20e3} ❤\u{fe0f} love", "1-love"),
            ("../../etc", "etc"),
        ] {
            assert_eq!(slug_of(title, id), slug);
        }
        assert!(slug_of(&"word ".repeat(50), id).chars().count() <= MAX_CHARS);
        assert_eq!(slug_of(&"x".repeat(500), id).len(), MAX_CHARS);
    }
}
