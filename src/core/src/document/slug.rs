//! The last part of a page's path, made from its title.
//!
//! Letters of every script stay; a slug without letters or digits is the id's last eight digits.

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
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’') {
        let word: String = word
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if word.is_empty() {
            continue;
        }
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
            ("../../etc", "etc"),
        ] {
            assert_eq!(slug_of(title, id), slug);
        }
        assert!(slug_of(&"word ".repeat(50), id).chars().count() <= MAX_CHARS);
        assert_eq!(slug_of(&"x".repeat(500), id).len(), MAX_CHARS);
    }
}
