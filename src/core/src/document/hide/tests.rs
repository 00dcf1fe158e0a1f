//! What of a page anyone may read, case by case.

#![allow(clippy::indexing_slicing)]

use serde_json::{Value, json};

use crate::document::{Document, Face, References, Source, Visibility};
use crate::id::Id;
use crate::member::Member;

const OWN: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c50";
const DRAFT: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c51";
const PUBLIC: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const FOREIGN: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c53";

fn id(text: &str) -> Id {
    text.parse().expect("an id")
}

fn references() -> References {
    let face = |visibility| Face {
        visibility: Some(visibility),
        ..Face::default()
    };
    References {
        faces: [
            (Member::Page(id(DRAFT)), face(Visibility::Draft)),
            (Member::Page(id(PUBLIC)), face(Visibility::Public)),
        ]
        .into(),
        ..References::default()
    }
}

/// What is left of blocks and properties, and whether anything was hidden.
fn hidden(blocks: Value, properties: Value) -> (Document, bool) {
    let mut document = Document::build(Source {
        id: id(OWN),
        page: serde_json::from_value(
            json!({"object": "page", "id": OWN, "properties": properties}),
        )
        .expect("a page"),
        blocks: serde_json::from_value(blocks).expect("blocks"),
        errors: Vec::new(),
        is_truncated: false,
    });
    let has_hidden = document.hide(&references());
    (document, has_hidden)
}

fn block(kind: &str, content: Value) -> Value {
    json!([{"object": "block", "id": "b", "type": "toggle", "toggle": {"rich_text": []},
        "children": [{"object": "block", "id": DRAFT, "type": kind, kind: content}]}])
}

fn mention(target: &str) -> Value {
    json!({"type": "mention", "mention": {"type": "page", "page": {"id": target}},
        "plain_text": "Secret", "href": format!("https://www.notion.so/{}", target.replace('-', ""))})
}

#[test]
fn blocks_that_stand_for_a_page_go_with_it() {
    let at = |target: &str| json!({"url": format!("https://www.notion.so/x-{}", target.replace('-', "")), "caption": []});
    for (kind, content, hides) in [
        ("child_page", json!({"title": "Secret"}), true),
        ("child_database", json!({"title": "Secret"}), true),
        (
            "link_to_page",
            json!({"type": "page_id", "page_id": DRAFT}),
            true,
        ),
        (
            "link_to_page",
            json!({"type": "page_id", "page_id": FOREIGN}),
            true,
        ),
        (
            "link_to_page",
            json!({"type": "page_id", "page_id": PUBLIC}),
            false,
        ),
        ("bookmark", at(DRAFT), true),
        ("embed", at(DRAFT), true),
        ("link_preview", at(DRAFT), true),
        ("bookmark", at(FOREIGN), false),
        ("bookmark", at(PUBLIC), false),
    ] {
        let (document, has_hidden) = hidden(block(kind, content), json!({}));
        assert_eq!(has_hidden, hides, "{kind}");
        let children = document
            .blocks
            .first()
            .map(|block| block.children.as_slice().len());
        assert_eq!(children, Some(usize::from(!hides)), "{kind}");
        if hides {
            let left = serde_json::to_string(&document).expect("JSON");
            assert!(
                !left.contains("Secret") && !left.contains(DRAFT),
                "{kind}: {left}"
            );
        }
    }
}

#[test]
fn mentions_and_links_lose_what_they_name_and_other_text_stays() {
    let link = |target: &str| {
        json!({"type": "text", "text": {"content": "here", "link": {"url": format!("/{target}")}},
        "plain_text": "here", "href": format!("/{target}")})
    };
    let paragraph = |items: Value| json!([{"object": "block", "id": "b", "type": "paragraph", "paragraph": {"rich_text": items}}]);
    let (document, has_hidden) = hidden(
        paragraph(json!([mention(DRAFT), link(DRAFT), mention(PUBLIC)])),
        json!({}),
    );
    assert!(has_hidden);
    assert_eq!(document.text, "hereSecret");
    let left = serde_json::to_string(&document).expect("JSON");
    assert!(
        !left.contains(DRAFT) && !left.contains(&DRAFT.replace('-', "")),
        "{left}"
    );
    assert!(left.contains(PUBLIC));
    assert!(
        !hidden(
            paragraph(json!([mention(PUBLIC), link(FOREIGN)])),
            json!({})
        )
        .1
    );
    assert!(hidden(paragraph(json!([mention(FOREIGN)])), json!({})).1);
}

#[test]
fn a_link_to_a_draft_is_one_in_each_form_that_addresses_have() {
    let (draft, public) = (DRAFT.replace('-', ""), PUBLIC.replace('-', ""));
    for url in [
        format!("http://www.notion.so/Secret-{draft}"),
        format!("HTTPS://Notion.so/Secret-{draft}#{public}"),
        format!("notion://www.notion.so/Secret-{draft}"),
        format!("https://www.notion.so/{public}?v=1&p={draft}"),
        format!("https://www.notion.so/Secret-{draft}?v=1&p={public}"),
    ] {
        // People paste an address, and it is the text as well.
        let text = json!([{"type": "text", "text": {"content": url, "link": {"url": url}},
            "plain_text": url, "href": url}]);
        let paragraph = json!([{"object": "block", "id": "b", "type": "paragraph", "paragraph": {"rich_text": text}}]);
        let (document, has_hidden) = hidden(paragraph, json!({}));
        let left = serde_json::to_string(&document).expect("JSON");
        assert!(has_hidden && !left.contains(&draft), "{url}: {left}");
    }
}

#[test]
fn a_hidden_relation_empties_the_rollups_and_a_title_is_told_anew() {
    let properties = |target: &str| {
        json!({
            "Name": {"id": "title", "type": "title", "title": [mention(DRAFT), {"type": "text", "text": {"content": "Open"}, "plain_text": "Open"}]},
            "Related": {"id": "r", "type": "relation", "relation": [{"id": target}, {"id": PUBLIC}]},
            "Count": {"id": "c", "type": "rollup", "rollup": {"type": "number", "number": 2, "function": "count"}},
            "Names": {"id": "n", "type": "rollup", "rollup": {"type": "array", "function": "show_original",
                "array": [{"type": "rich_text", "rich_text": [{"type": "text", "plain_text": "Secret"}]}]}},
        })
    };
    let (document, _) = hidden(json!([]), properties(DRAFT));
    assert_eq!(document.title, "Open");
    let values = serde_json::to_value(&document.values).expect("JSON");
    assert_eq!(values["Count"], Value::Null);
    assert_eq!(values["Names"], json!([]));
    assert_eq!(values["Related"].as_array().map(Vec::len), Some(1));
    let left = serde_json::to_string(&document).expect("JSON");
    assert!(!left.contains("Secret") && !left.contains(DRAFT), "{left}");
    let (document, _) = hidden(json!([]), properties(PUBLIC));
    assert_eq!(
        serde_json::to_value(&document.values).expect("JSON")["Count"],
        2
    );
}

#[test]
fn a_relation_that_a_rollup_shows_names_no_draft() {
    let related = json!({"type": "relation", "relation": [{"id": DRAFT}, {"id": PUBLIC}]});
    let rollup = json!({"type": "array", "function": "show_original", "array": [related]});
    let properties = json!({"Parts": {"id": "p", "type": "rollup", "rollup": rollup}});
    let (document, has_hidden) = hidden(json!([]), properties);
    assert!(has_hidden);
    let left = serde_json::to_string(&document).expect("JSON");
    assert!(!left.contains(DRAFT), "{left}");
    let related: Vec<Id> = document.values["Parts"]
        .related()
        .iter()
        .map(|page| page.id)
        .collect();
    assert_eq!(related, [id(PUBLIC)]);
}

#[test]
fn links_and_files_that_stood_in_what_is_hidden_go_with_it() {
    let file = |name: &str| json!([{"name": name, "type": "file", "file": {"url": format!("https://x.s3.amazonaws.com/a/{name}?X-Amz-Signature=1")}}]);
    let text = |url: &str| json!([{"type": "text", "text": {"content": "x", "link": {"url": url}}, "plain_text": "x", "href": url}]);
    let rollup = |kind: &str, value: Value| {
        let array = json!([{"type": kind, kind: value}]);
        json!({"id": kind, "type": "rollup", "rollup": {"type": "array", "function": "show_original", "array": array}})
    };
    let properties = |target: &str| {
        json!({
            "Related": {"id": "r", "type": "relation", "relation": [{"id": target}]},
            "Site": rollup("url", json!("https://secret.example")),
            "Papers": rollup("files", file("secret.png")),
            "Own": {"id": "o", "type": "files", "files": file("own.png")},
            "Text": {"id": "t", "type": "rich_text", "rich_text": text("https://open.example")},
        })
    };
    let (document, _) = hidden(json!([mention_in_paragraph(FOREIGN)]), properties(DRAFT));
    let left = serde_json::to_string(&document).expect("JSON");
    assert!(
        !left.contains("secret") && !left.contains(FOREIGN),
        "{left}"
    );
    assert_eq!((document.files.len(), document.links.len()), (1, 1));
    let (document, _) = hidden(json!([]), properties(PUBLIC));
    assert_eq!((document.files.len(), document.links.len()), (2, 2));
}

fn mention_in_paragraph(target: &str) -> Value {
    json!({"object": "block", "id": "b", "type": "paragraph", "paragraph": {"rich_text": [mention(target)]}})
}
