//! Whatever stands in any place of a page: nothing runs, nothing loads from where it should not.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::parsed::{Element, Parsed};
use super::{blocks, render};

/// What an attacker types. The browser's test reads the same file: tests/render.test.mjs.
pub fn payloads() -> Vec<String> {
    serde_json::from_str(include_str!("payloads.json")).unwrap()
}

/// Puts the payload into every text of the page but its types; with `and_types` into those of blocks as well.
pub fn poisoned(value: &Value, payload: &str, and_types: bool) -> Value {
    match value {
        Value::String(_) => payload.into(),
        Value::Array(items) => items
            .iter()
            .map(|it| poisoned(it, payload, and_types))
            .collect(),
        Value::Object(keys) => {
            let kind = keys.get("type").and_then(Value::as_str);
            let mut poisoned_keys = Map::new();
            for (key, value) in keys {
                let is_type = and_types && Some(key.as_str()) == kind;
                let key = if is_type { payload } else { key };
                let value = match key {
                    "type" | "object" if !and_types => value.clone(),
                    _ => poisoned(value, payload, and_types),
                };
                poisoned_keys.insert(key.to_owned(), value);
            }
            Value::Object(poisoned_keys)
        }
        other => other.clone(),
    }
}

fn check(html: &str) {
    let formatting = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
    let formatting: BTreeSet<char> = formatting.collect();
    assert!(!html.contains(|c| formatting.contains(&c)), "{html}");
    Parsed::of(html).elements.iter().for_each(check_element);
}

fn check_element(element: &Element) {
    const ELEMENTS: &str = "a audio blockquote br code details div em figcaption figure h2 h3 h4 h5 hr iframe img input \
        label li nav ol p pre s span strong summary table tbody td th thead time tr u ul video";
    const ATTRIBUTES: &str = "allowfullscreen alt aria-current aria-hidden aria-label checked class controls \
        data-display data-icon data-language data-status data-time-zone data-type datetime decoding disabled href id \
        loading name open preload referrerpolicy role sandbox scope src start style tabindex title type";
    let has = |list: &str, word: &str| list.split_whitespace().any(|it| it == word);
    assert!(has(ELEMENTS, &element.name), "{}", element.name);
    for (name, value) in &element.attributes {
        assert!(has(ATTRIBUTES, name), "{name}={value}");
        match name.as_str() {
            "style" => assert!(
                value.starts_with("--ne-ratio:0") && value.len() < 20,
                "{value}"
            ),
            "href" | "src" => check_address(value),
            "id" => assert!(value.starts_with("h-") || is_id(value), "{value}"),
            "class" => assert!(
                value
                    .split(' ')
                    .all(|it| it.starts_with("ne-") || it.starts_with("language-")),
                "{value}"
            ),
            _ => {}
        }
    }
    if element.name == "iframe" {
        let url = &element.attributes["src"];
        let hosts = [
            "https://www.youtube-nocookie.com/embed/",
            "https://player.vimeo.com/video/",
        ];
        assert!(hosts.iter().any(|host| url.starts_with(host)), "{url}");
        assert!(element.attributes.contains_key("sandbox"));
        assert!(!element.attributes["title"].is_empty());
    }
}

/// The id of a block: no script and no style of a site is called like that.
fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub fn check_address(url: &str) {
    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let is_known = ["https://", "http://", "mailto:", "tel:", "#"]
        .iter()
        .any(|it| url.starts_with(it));
    assert!(is_path || is_known, "{url}");
    assert!(!url.contains(char::is_control), "{url}");
}

#[test]
fn nothing_in_any_place_is_anything_but_text() {
    let page: Value = serde_json::from_str(include_str!("page.json")).unwrap();
    check(&render(blocks(&page)));
    for payload in &payloads() {
        check(&render(blocks(&poisoned(&page, payload, false))));
        check(&render(blocks(&poisoned(&page, payload, true))));
    }
}

#[test]
fn what_is_not_supported_says_nothing_of_what_it_holds() {
    let page: Value = serde_json::from_str(include_str!("page.json")).unwrap();
    let html = render(blocks(&page));
    assert!(html.contains("data-type=\"hologram\""));
    assert!(
        !html.contains("secret") && !html.contains("Old title"),
        "{html}"
    );
}
