//! Whatever stands in any place of a page: no reader finds HTML or a dangerous address in it.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use serde_json::Value;

use super::parsed::options;
use super::{blocks, render};
use crate::security::{check_address, payloads, poisoned};

/// Dangerous in Markdown only.
const MORE: &[&str] = &[
    "[x](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "](javascript:alert(1)) [y",
    "[x]: javascript:alert(1)",
    "[x]:javascript:alert(1)\n[x]",
    "<javascript:alert(1)>",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "$$\n<script>alert(1)</script>\n$$",
    "\n\n<script>alert(1)</script>\n\n",
    "\\\\<script>alert(1)</script>",
    "a\\",
    "https://example.com/) <script>alert(1)</script> (",
    "https://example.com/ \"onmouseover=alert(1)",
    "https://example.com/<script>",
    "https://example.com/`<script>`",
    "https://example.com/\\)<script>",
    "---\nlayout: x\n---",
    "\u{feff}---",
];

/// Reads Markdown as one who knows GitHub's additions does, and as one who does not.
fn check(markdown: &str) {
    for options in [options(), Options::default()] {
        let arena = Arena::new();
        let document = parse_document(&arena, markdown, &options);
        for node in document.descendants() {
            match &node.data().value {
                NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => panic!("HTML: {markdown}"),
                NodeValue::Link(it) | NodeValue::Image(it) => check_address(&it.url),
                _ => {}
            }
        }
    }
    assert!(!markdown.starts_with("---"), "{markdown}");
    assert!(
        !markdown.contains(['\u{202e}', '\u{2066}', '\u{0}']),
        "{markdown}"
    );
}

#[test]
fn nothing_in_any_place_is_html_or_leads_where_it_should_not() {
    let page: Value = serde_json::from_str(include_str!("../page.json")).unwrap();
    check(&render(blocks(&page)));
    let more = MORE.iter().map(|payload| (*payload).to_owned());
    for payload in &payloads().into_iter().chain(more).collect::<Vec<_>>() {
        check(&render(blocks(&poisoned(&page, payload, false))));
        check(&render(blocks(&poisoned(&page, payload, true))));
    }
}

#[test]
fn what_is_not_supported_says_nothing_of_what_it_holds() {
    let page: Value = serde_json::from_str(include_str!("../page.json")).unwrap();
    let markdown = render(blocks(&page));
    assert!(markdown.contains("_Unsupported block: hologram_"));
    assert!(
        !markdown.contains("secret") && !markdown.contains("Old title"),
        "{markdown}"
    );
}
