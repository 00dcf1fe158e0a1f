//! Links to blocks of the same page: where they lead, and what they lead to.

use serde_json::{Value, json};

use super::parsed::Parsed;
use super::{PAGE, blocks, document, rendered};

const NOTE: &str = "77777777-7777-4777-8777-777777777777";

/// What has words by which another block is linked to: its id without hyphens.
fn linking(kind: &str, id: &str) -> Value {
    let url = format!("/{}#{}", PAGE.replace('-', ""), id.replace('-', ""));
    let run =
        json!({"type": "text", "text": {"content": "1", "link": {"url": url}}, "plain_text": "1"});
    json!({"object": "block", "type": kind, kind: {"rich_text": [run]}})
}

fn said(kind: &str, id: &str, text: &str) -> Value {
    let run = json!({"type": "text", "text": {"content": text}, "plain_text": text});
    json!({"object": "block", "id": id, "type": kind, kind: {"rich_text": [run]}})
}

/// The ids of a page, and where its links lead.
fn anchors(page: &[Value]) -> (Vec<String>, Vec<String>) {
    let html = rendered(&document(blocks(&json!(page)))).html;
    let parsed = Parsed::of(&html);
    let all = |name: &str| {
        let elements = parsed.elements.iter();
        let values = elements.filter_map(|it| it.attributes.get(name).cloned());
        values.collect()
    };
    (all("id"), all("href"))
}

#[test]
fn a_link_to_a_block_of_the_same_page_leads_to_it() {
    let anchor = NOTE.replace('-', "");
    for kind in [
        "paragraph",
        "quote",
        "callout",
        "toggle",
        "template",
        "code",
        "bulleted_list_item",
        "numbered_list_item",
        "to_do",
    ] {
        let page = [linking("paragraph", NOTE), said(kind, NOTE, "the note")];
        let (ids, links) = anchors(&page);
        assert_eq!(ids, [anchor.as_str()], "{kind}");
        assert_eq!(links, [format!("#{anchor}")], "{kind}");
    }
}

#[test]
fn a_link_in_a_table_or_a_caption_leads_to_a_block_as_well() {
    let url = format!("/{}#{}", PAGE.replace('-', ""), NOTE.replace('-', ""));
    let text = json!([{"type": "text", "text": {"content": "1", "link": {"url": url}}, "plain_text": "1"}]);
    let row = json!({"object": "block", "type": "table_row", "table_row": {"cells": [text]}});
    let table = json!({"object": "block", "type": "table", "table": {}, "children": [row]});
    let picture = json!({"type": "external", "external": {"url": "https://a.example/b.png"}, "caption": text});
    let picture = json!({"object": "block", "type": "image", "image": picture});
    for linking in [table, picture] {
        let (ids, links) = anchors(&[linking, said("paragraph", NOTE, "the note")]);
        let anchor = NOTE.replace('-', "");
        assert_eq!(
            (ids, links),
            (vec![anchor.clone()], vec![format!("#{anchor}")])
        );
    }
}

/// Ids that nobody needs would cost bytes, and two of one id would lead to the first.
#[test]
fn only_what_the_page_links_to_has_an_id_and_only_the_first_of_two_copies() {
    let other = "88888888-8888-4888-8888-888888888888";
    let (ids, _) = anchors(&[said("paragraph", other, "a"), said("quote", NOTE, "b")]);
    assert!(ids.is_empty(), "{ids:?}");
    let page = [
        linking("paragraph", NOTE),
        said("paragraph", NOTE, "original"),
        said("paragraph", other, "between"),
        said("paragraph", NOTE, "copy"),
    ];
    let (ids, _) = anchors(&page);
    assert_eq!(ids, [NOTE.replace('-', "")]);
}

#[test]
fn a_link_to_a_block_that_the_page_does_not_have_leads_to_the_page() {
    let (ids, links) = anchors(&[linking("paragraph", NOTE)]);
    assert_eq!((ids.len(), links), (0, vec!["/this".to_owned()]));
}

#[test]
fn in_markdown_a_link_to_a_block_leads_to_the_heading_above() {
    let heading = "66666666-6666-4666-8666-666666666666";
    let page = json!([
        linking("paragraph", NOTE),
        said("heading_2", heading, "Foot notes"),
        said("numbered_list_item", NOTE, "the note"),
    ]);
    let markdown = rendered(&document(blocks(&page))).markdown;
    assert!(markdown.starts_with("[1](#foot-notes)\n"), "{markdown}");
    let page = json!([
        linking("paragraph", NOTE),
        said("paragraph", NOTE, "the note")
    ]);
    let markdown = rendered(&document(blocks(&page))).markdown;
    assert!(markdown.starts_with("[1](/this)\n"), "{markdown}");
}
