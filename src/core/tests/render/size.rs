//! Neither depth nor length ends the program, and what is written grows as what is read does.

use std::time::{Duration, Instant};

use notion_edge_core::document::{Document, Layout, MAX_BYTES};
use notion_edge_core::notion::Block;
use serde_json::json;

use super::{TEAM, blocks, document, render, rendered};

/// In quadratic time each of these would take hours.
pub const MOST: Duration = Duration::from_secs(30);

pub fn heading(text: &str) -> Block {
    let page = json!([{"type": "heading_1", "heading_1": {"rich_text": [{"type": "text", "plain_text": text}]}}]);
    blocks(&page).remove(0)
}

/// A block with the text `x` inside of one of the same kind, and so on.
pub fn nested(kind: &str, levels: usize) -> Document {
    let page = json!([{"type": kind, kind: {"rich_text": [{"type": "text", "plain_text": "x"}]}}]);
    let leaf = blocks(&page).remove(0);
    let mut level = vec![leaf.clone()];
    for _ in 1..levels {
        let mut around = leaf.clone();
        around.children = level.into();
        level = vec![around];
    }
    document(level)
}

/// Dropped as they are, nested blocks would end the program themselves.
pub fn unnest(mut document: Document) {
    let mut level = std::mem::take(&mut document.blocks);
    while let Some(mut block) = level.pop() {
        let inside = std::mem::take(&mut block.children);
        level.extend(inside.into_value().unwrap_or_default());
    }
}

#[test]
fn a_hundred_thousand_levels_are_rendered() {
    for kind in ["toggle", "paragraph", "bulleted_list_item", "hologram"] {
        let document = nested(kind, 100_000);
        let began = Instant::now();
        let html = rendered(&document).html;
        assert!(began.elapsed() < MOST);
        for element in ["p", "div", "details", "ul", "li"] {
            let begun = html.matches(&format!("<{element}>")).count()
                + html.matches(&format!("<{element} ")).count();
            assert_eq!(begun, html.matches(&format!("</{element}>")).count());
        }
        assert!(html.matches("<").count() >= 200_000);
        unnest(document);
    }
}

#[test]
fn many_equal_headings_and_tables_of_them_stay_linear() {
    let began = Instant::now();
    let toc = blocks(&json!([{"type": "table_of_contents", "table_of_contents": {}}])).remove(0);
    let mut page = vec![heading("x"); 50_000];
    page.extend(vec![toc; 50_000]);
    let html = render(page);
    assert!(html.contains("id=\"h-x-50000\""));
    assert!(html.len() < 20_000_000, "{}", html.len());
    assert!(began.elapsed() < MOST);
}

#[test]
fn gigantic_texts_stay_linear() {
    let began = Instant::now();
    let text = "<&\u{202e}\n é".repeat(1_000_000);
    let html = render(vec![heading(&text)]);
    assert_eq!(html.matches("&lt;&amp;<br> é").count(), 1_000_000);
    assert!(began.elapsed() < MOST);
}

/// A few bytes may name a page with a long title, and each line lies in all that is around it.
#[test]
fn what_is_rendered_has_a_ceiling_and_the_document_says_so() {
    let title = "\"tide\" ".repeat(20_000);
    let mention = json!({"type": "mention", "plain_text": "",
        "mention": {"type": "page", "page": {"id": TEAM}}});
    let mentions = json!([{"type": "paragraph", "paragraph": {"rich_text": vec![mention; 1_000]}}]);
    let link =
        json!({"type": "link_to_page", "link_to_page": {"type": "page_id", "page_id": TEAM}});
    let lines = "\n".repeat(1_000_000);
    let code =
        json!({"type": "code", "code": {"rich_text": [{"type": "text", "plain_text": lines}]}});
    let deep = (0..30).fold(
        code,
        |inside, _| json!({"type": "quote", "quote": {"rich_text": []}, "children": [inside]}),
    );
    for page in [mentions, json!(vec![link; 1_000]), json!([deep])] {
        let mut document = document(blocks(&page));
        for target in &mut document.links {
            let text = serde_json::to_string(target).unwrap();
            *target =
                serde_json::from_str(&text.replace("Team", &title.replace('"', "\\\""))).unwrap();
        }
        let began = Instant::now();
        let rendered = rendered(&document);
        assert!(began.elapsed() < MOST);
        let longest = rendered.html.len().max(rendered.markdown.len());
        assert!((MAX_BYTES..2 * MAX_BYTES).contains(&longest), "{longest}");
        let committed = document.committed(rendered, &[], Layout::Compact, None);
        assert!(!document.complete && document.errors.len() == 1);
        assert!(committed.json.whole().contains(&document.errors[0].message));
        // The next time the page is called otherwise.
        document.committed(Default::default(), &[], Layout::Compact, None);
        assert!(document.complete && document.errors.is_empty());
    }
}
