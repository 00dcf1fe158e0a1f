//! Random pages: what is written is whole, and says what the page says.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::parsed::Parsed;
use super::{blocks, render};

fn any_text() -> BoxedStrategy<String> {
    let piece = prop::sample::select(vec![
        "word", " ", "  ", "\n", "\t", "\r\n", "<", ">", "&", "&amp;", "\"", "'", "</p>",
        "<script>", "é", "日本", "🎉", "\u{202e}", "\u{2066}", "\u{200f}", "\u{0}", "\u{7}", "$x$",
        "Intro",
    ]);
    vec(piece, 0..6).prop_map(|pieces| pieces.concat()).boxed()
}

fn any_url() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        Some("https://example.com/"),
        Some("/22222222222242228222222222222222"),
        Some("/44444444444444448444444444444444"),
        Some("javascript:alert(1)"),
        Some("https://youtu.be/x"),
    ])
}

fn any_item(text: BoxedStrategy<String>) -> impl Strategy<Value = Value> {
    let looks = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(vec!["default", "red", "x"]),
    );
    (text, any_url(), looks, 0..6).prop_map(|(text, url, (bold, italic, struck, code, color), kind)| {
        let looks = json!({"bold": bold, "italic": italic, "strikethrough": struck, "underline": struck, "code": code, "color": color});
        let mut item = match kind {
            0 => json!({"type": "equation", "equation": {"expression": text}}),
            1 => json!({"type": "mention", "mention": {"type": "user", "user": {"object": "user"}}}),
            2 => json!({"type": "hologram", "hologram": {}}),
            _ => json!({"type": "text", "text": {"content": text, "link": url.map(|url| json!({"url": url}))}}),
        };
        item["plain_text"] = text.into();
        item["href"] = url.into();
        item["annotations"] = looks;
        item
    })
}

pub fn any_rich_text(text: BoxedStrategy<String>) -> impl Strategy<Value = Vec<Value>> {
    vec(any_item(text), 0..5)
}

/// Types of blocks with text and children; any block may have children, whatever Notion says.
const TEXTS: &[&str] = &[
    "paragraph",
    "heading_1",
    "heading_2",
    "heading_3",
    "heading_4",
    "bulleted_list_item",
    "numbered_list_item",
    "quote",
    "toggle",
    "to_do",
    "callout",
    "template",
    "code",
    "image",
    "embed",
    "bookmark",
    "equation",
    "column_list",
    "column",
    "tab",
    "synced_block",
    "divider",
    "breadcrumb",
    "table_of_contents",
    "table_row",
    "child_page",
    "hologram",
    "unsupported",
];

pub fn any_block(text: BoxedStrategy<String>) -> impl Strategy<Value = Value> {
    let own = (
        prop::sample::select(TEXTS),
        any_rich_text(text.clone()),
        any_rich_text(text),
        any::<bool>(),
        any_url(),
    );
    let block = own.prop_map(|(kind, text, caption, is_so, url)| {
        let mut payload = json!({"color": "red", "checked": is_so, "is_toggleable": is_so, "url": url, "title": "x",
            "type": "external", "external": {"url": url}, "caption": caption});
        match kind {
            "table_row" => payload["cells"] = json!([text, caption]),
            "equation" => payload["expression"] = plain(&text).into(),
            _ => payload["rich_text"] = text.into(),
        }
        if kind == "numbered_list_item" && is_so {
            payload["list_start_index"] = 7.into();
        }
        json!({"object": "block", "id": "22222222-2222-4222-8222-222222222222", "type": kind, kind: payload})
    });
    block.prop_recursive(4, 24, 4, |inner| {
        (inner.clone(), vec(inner, 0..4), any::<bool>()).prop_map(
            |(mut block, children, is_table)| {
                if is_table {
                    let kind = json!({"has_column_header": true, "has_row_header": true});
                    block = json!({"object": "block", "type": "table", "table": kind});
                }
                block["children"] = children.into();
                block
            },
        )
    })
}

fn plain(items: &[Value]) -> String {
    items
        .iter()
        .map(|item| item["plain_text"].as_str().unwrap())
        .collect()
}

/// What a block says, in the order in which it is read.
fn said(block: &Value, to: &mut String) {
    let kind = block["type"].as_str().unwrap();
    let payload = &block[kind];
    let items = |name: &str| payload[name].as_array().cloned().unwrap_or_default();
    match kind {
        "table_row" => items("cells")
            .iter()
            .for_each(|cell| to.push_str(&plain(cell.as_array().unwrap()))),
        "equation" => to.push_str(payload["expression"].as_str().unwrap()),
        "code" => to.push_str(&(plain(&items("rich_text")) + &plain(&items("caption")))),
        "image" | "embed" | "bookmark" => to.push_str(&plain(&items("caption"))),
        "hologram" | "unsupported" | "synced_block" | "column_list" | "column" | "tab"
        | "divider" | "breadcrumb" | "table_of_contents" | "child_page" | "table" => {}
        _ => to.push_str(&plain(&items("rich_text"))),
    }
    let children = block["children"].as_array().cloned().unwrap_or_default();
    let is_row = |child: &Value| kind == "table" && child["type"] == "table_row";
    for child in children.iter().filter(|child| is_row(child)) {
        said(
            &json!({"type": "table_row", "table_row": child["table_row"]}),
            to,
        );
    }
    for child in &children {
        match is_row(child) {
            true => child["children"]
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|it| said(it, to)),
            false => said(child, to),
        }
    }
}

/// Without what is left out of every text.
pub fn kept(text: &str) -> String {
    let is_left_out = |c: char| {
        ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
            || (c.is_control() && !['\t', '\n'].contains(&c))
    };
    text.chars().filter(|c| !is_left_out(*c)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_whole_and_says_what_the_page_says(page in vec(any_block(any_text()), 0..6)) {
        let html = render(blocks(&page.clone().into()));
        let parsed = Parsed::of(&html);
        let mut expected = String::new();
        page.iter().for_each(|block| said(block, &mut expected));
        prop_assert_eq!(&parsed.text, &kept(&expected), "{}", html);
        let ids: Vec<&String> = parsed.elements.iter().filter_map(|it| it.attributes.get("id")).collect();
        for href in parsed.elements.iter().filter_map(|it| it.attributes.get("href")) {
            if let Some(anchor) = href.strip_prefix('#') {
                prop_assert!(ids.iter().any(|id| *id == anchor), "{} {}", href, html);
            }
        }
        prop_assert_eq!(render(blocks(&page.into())), html);
    }
}
