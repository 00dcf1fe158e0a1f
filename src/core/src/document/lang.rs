//! The language of a page, from the property in which its author says it.

use std::collections::BTreeMap;

use super::PlainValue;

/// Names of that property, in this order.
const LANG_PROPERTIES: [&str; 4] = ["Lang", "lang", "Language", "language"];

/// The language tag that the page's properties give, as BCP 47 spells it; nothing where they give none.
///
/// A select, status or text with a tag such as `de` or `pt-BR`; what is no tag, such as "German", says nothing.
pub fn lang_of(values: &BTreeMap<String, PlainValue>) -> Option<String> {
    LANG_PROPERTIES
        .iter()
        .find_map(|name| match values.get(*name) {
            Some(PlainValue::Text(text)) => tag(text.trim()),
            _ => None,
        })
}

/// A primary language of two or three letters, then subtags: scripts in title case, regions in upper case.
fn tag(text: &str) -> Option<String> {
    let mut subtags = text.split(['-', '_']);
    let primary = subtags.next()?;
    if !matches!(primary.len(), 2 | 3) || !primary.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut tag = primary.to_ascii_lowercase();
    for subtag in subtags {
        if !matches!(subtag.len(), 2..=8) || !subtag.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let lower = subtag.to_ascii_lowercase();
        tag.push('-');
        match (subtag.len(), lower.split_at_checked(1)) {
            (2, _) => tag.push_str(&lower.to_ascii_uppercase()),
            (4, Some((first, rest))) => {
                tag.push_str(&first.to_ascii_uppercase());
                tag.push_str(rest);
            }
            _ => tag.push_str(&lower),
        }
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::lang_of;
    use crate::document::PlainValue;

    #[test]
    fn a_tag_is_spelt_as_the_standard_spells_it() {
        for (text, expected) in [
            ("de", Some("de")),
            (" PT_br ", Some("pt-BR")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("German", None),
            ("de-", None),
            ("d\"e", None),
            ("", None),
        ] {
            let value = PlainValue::Text(text.to_owned());
            let values = BTreeMap::from([("Language".to_owned(), value)]);
            assert_eq!(lang_of(&values).as_deref(), expected, "{text}");
        }
    }
}
