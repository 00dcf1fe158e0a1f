//! What is rendered, seen by a parser of HTML.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[allow(dead_code, reason = "other tests of recordings read the bytes")]
#[path = "../recordings/corpus.rs"]
mod corpus;
mod markdown;
mod parsed;
mod properties;
mod recorded;
mod security;
mod size;

use notion_edge_core::document::{Document, References};
use notion_edge_core::notion::{Block, Colors, Vocabulary};
use notion_edge_core::render::Rendered;
use serde_json::{Value, json};

use parsed::Parsed;

/// The page that the tests render.
const PAGE: &str = "55555555-5555-4555-8555-555555555555";
const HOME: &str = "11111111-1111-4111-8111-111111111111";
const TEAM: &str = "22222222-2222-4222-8222-222222222222";
const DATABASE: &str = "33333333-3333-4333-8333-333333333333";

fn document(blocks: Vec<Block>) -> Document {
    let page = json!({
        "schema": 1, "object": "page", "id": PAGE, "title": "This <page>", "slug": "this", "path": "/this",
        "lang": null, "parent": null, "data_source_id": null, "database_id": null, "ancestors": [HOME],
        "icon": null, "cover": null, "created_time": "", "last_edited_time": "", "created_by": null,
        "last_edited_by": null, "properties": {}, "values": {}, "blocks": [], "excerpt": "", "text": "", "toc": [],
        "words": 0, "reading_minutes": 0, "files": [], "complete": true, "truncated": false,
        "unsupported_blocks": [], "errors": [], "links": [
            {"type": "page", "id": HOME, "title": "Home", "path": "/home"},
            {"type": "page", "id": TEAM, "title": "Team", "path": "/team"},
            {"type": "database", "id": DATABASE, "title": "Things"},
            {"type": "url", "url": "https://example.com"}]
    });
    let document: Document = serde_json::from_value(page).unwrap();
    Document { blocks, ..document }
}

fn rendered(document: &Document) -> Rendered {
    Rendered::of(document, &References::default())
}

fn render(blocks: Vec<Block>) -> String {
    let document = document(blocks);
    rendered(&document).html
}

fn blocks(json: &Value) -> Vec<Block> {
    serde_json::from_str(&serde_json::to_string(json).unwrap()).unwrap()
}

/// Every type of block, run of text, mention and icon, line by line as it has been looked at.
#[test]
fn all_types_of_blocks_are_rendered() {
    let page: Vec<Block> = serde_json::from_str(include_str!("page.json")).unwrap();
    let html = render(page);
    Parsed::of(&html);
    let html = html.replace("><", ">\n<") + "\n";
    for (line, (is, expected)) in html
        .lines()
        .zip(include_str!("page.html").lines())
        .enumerate()
    {
        assert_eq!(is, expected, "line {} of page.html", line + 1);
    }
    assert_eq!(
        html.lines().count(),
        include_str!("page.html").lines().count()
    );
}

/// A browser keeps room for a picture of which the size is known, and for no other.
#[test]
fn a_picture_has_its_dimensions_where_they_are_known() {
    let picture = |key: &str| {
        json!({ "object": "block", "id": "b", "type": "image", "image": { "type": "file", "caption": [],
            "file": { "key": key, "url": format!("/v1/files/{key}") } } })
    };
    let file = |key: &str, width: Value, height: Value| {
        json!({ "key": key, "kind": "image", "name": "n", "owner": "b", "content_type": "image/png", "size": 7,
            "width": width, "height": height })
    };
    let blocks = blocks(&json!([
        picture("a-a.png"),
        picture("b-b.svg"),
        picture("c-c.png")
    ]));
    let files = json!([
        file("a-a.png", json!(640), json!(480)),
        file("b-b.svg", Value::Null, Value::Null)
    ]);
    let document = Document {
        files: serde_json::from_value(files).unwrap(),
        ..document(blocks)
    };
    let parsed = Parsed::of(&rendered(&document).html);
    let pictures = parsed.elements.iter().filter(|it| it.name == "img");
    let sizes: Vec<_> = pictures
        .map(|it| ["width", "height"].map(|name| it.attributes.get(name).map(String::as_str)))
        .collect();
    assert_eq!(sizes, [[Some("640"), Some("480")], [None; 2], [None; 2]]);
}

/// Colours that are known, and not a word more.
#[test]
fn all_colors_are_classes() {
    for color in [
        "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
    ] {
        for (word, class) in [
            (color.to_owned(), format!("ne-{color}")),
            (
                format!("{color}_background"),
                format!("ne-{color}-background"),
            ),
        ] {
            let page = json!([{"type": "quote", "quote": {"rich_text": [], "color": word}}]);
            let expected = format!("<blockquote class=\"ne-quote {class}\"></blockquote>");
            assert_eq!(render(blocks(&page)), expected);
        }
    }
    for color in ["default", "red;background:url(//x)", "RED", ""] {
        let page = json!([{"type": "quote", "quote": {"rich_text": [], "color": color}}]);
        assert_eq!(
            render(blocks(&page)),
            "<blockquote class=\"ne-quote\"></blockquote>"
        );
    }
}

/// An address does not tell what lies there: it takes nothing away from what is known.
#[test]
fn a_link_by_address_hides_no_title() {
    let mut document = document(blocks(&json!([
        {"type": "link_to_page", "link_to_page": {"type": "database_id", "database_id": DATABASE}},
        {"type": "breadcrumb", "breadcrumb": {}}])));
    document.links.push(
        serde_json::from_value(
            json!({"type": "page", "id": DATABASE, "title": null, "path": null}),
        )
        .unwrap(),
    );
    let html = rendered(&document).html;
    assert!(html.contains(">Things</span>"), "{html}");
}

/// A link that nobody can see or hear leads nowhere.
#[test]
fn the_table_of_contents_has_no_headings_without_text() {
    let heading = |text: &str| {
        let text = json!([{"type": "text", "text": {"content": text}, "plain_text": text}]);
        json!({"type": "heading_1", "heading_1": {"rich_text": text}})
    };
    let toc = json!({"type": "table_of_contents", "table_of_contents": {}});
    let page = json!([toc, heading(""), heading("Tides"), heading(" ")]);
    let document = document(blocks(&page));
    let Rendered { html, markdown } = rendered(&document);
    let parsed = Parsed::of(&html);
    let entries = parsed.elements.iter().filter(|it| it.name == "li");
    assert_eq!(entries.count(), 1, "{html}");
    assert!(
        markdown.starts_with("- [Tides](#tides)\n\n##"),
        "{markdown}"
    );
    let html = render(blocks(&json!([toc, heading("")])));
    assert!(!html.contains("<ol>"), "{html}");
}

/// A reader who hears the page hears that there is a task.
#[test]
fn a_task_without_text_has_a_label() {
    let task = |text: Value| json!({"type": "to_do", "to_do": {"rich_text": text}});
    let said = json!([{"type": "text", "text": {"content": "Sail"}, "plain_text": "Sail"}]);
    let parsed = Parsed::of(&render(blocks(&json!([task(json!([])), task(said)]))));
    let boxes = parsed.elements.iter().filter(|it| it.name == "input");
    let labels: Vec<_> = boxes.map(|it| it.attributes.get("aria-label")).collect();
    assert_eq!(labels, [Some(&"Empty task".to_owned()), None]);
}

/// Where there is no end, Notion's old arrow leads to nothing.
#[test]
fn a_date_without_an_end_has_no_arrow() {
    for (end, told, shown) in [
        (Value::Null, "2022-04-24 → ", "2022-04-24"),
        (Value::Null, "2022-04-24", "2022-04-24"),
        (
            json!("2022-04-25"),
            "2022-04-24 → 2022-04-25",
            "2022-04-24 → 2022-04-25",
        ),
    ] {
        let date = json!({"type": "date", "date": {"start": "2022-04-24", "end": end}});
        let text = json!([{"type": "mention", "mention": date, "plain_text": told}]);
        let page = json!([{"type": "paragraph", "paragraph": {"rich_text": text}}]);
        let Rendered { html, markdown } = rendered(&document(blocks(&page)));
        assert_eq!(Parsed::of(&html).text, shown);
        assert_eq!(markdown.trim(), shown);
    }
}

/// Notion does not always tell what it does not give.
#[test]
fn a_block_that_is_not_told_has_no_name() {
    let page = |payload: Value| json!([{"type": "unsupported", "unsupported": payload}]);
    let of = |payload: Value| rendered(&document(blocks(&page(payload))));
    let unnamed = of(json!({}));
    assert_eq!(unnamed.html, r#"<div class="ne-unsupported"></div>"#);
    assert_eq!(unnamed.markdown, "_Unsupported block_\n");
    assert!(
        of(json!({"block_type": "form"}))
            .html
            .contains(r#"data-type="form""#)
    );
}

/// What its author called it is lost, but its address ends in it.
#[test]
fn a_file_without_a_name_is_called_by_its_address_without_the_digest() {
    for (name, shown) in [
        ("a7ad78c2edeb9abbaeee-tide%20table.pdf", "tide table.pdf"),
        ("a7ad78c2edeb9abbaee-a.pdf", "a7ad78c2edeb9abbaee-a.pdf"),
        ("a7ad78c2edeb9abbaeee-", "a7ad78c2edeb9abbaeee-"),
    ] {
        let file = json!({"type": "file", "file": {"url": format!("/v1/files/{name}")}});
        let html = render(blocks(&json!([{"type": "pdf", "pdf": file}])));
        assert!(html.contains(&format!(">{shown}</a>")), "{html}");
    }
}

/// The stylesheet is written from the table at the head of the module.
#[test]
fn every_class_is_in_the_table() {
    let table = include_str!("../../src/render/html/mod.rs");
    let page: Vec<Block> = serde_json::from_str(include_str!("page.json")).unwrap();
    for element in Parsed::of(&render(page)).elements {
        let classes = element.attributes.get("class").cloned();
        for class in classes.unwrap_or_default().split_whitespace() {
            let color = class
                .trim_start_matches("ne-")
                .trim_end_matches("-background");
            let is_color = Colors::WORDS.contains(&color);
            let family = class.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
            assert!(
                is_color
                    || class.starts_with("language-")
                    || table.contains(&format!("`{family}`")),
                "{class}"
            );
        }
    }
}
