//! What is rendered, seen by a parser of HTML.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod blank;
#[allow(dead_code, reason = "other tests of recordings read the bytes")]
#[path = "../recordings/corpus.rs"]
mod corpus;
mod linked;
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

#[test]
fn the_colour_that_only_icons_have_is_a_class() {
    let icon = json!({"type": "icon", "icon": {"name": "bell", "color": "lightgray"}});
    let page = json!([{"type": "callout", "callout": {"rich_text": [], "icon": icon}}]);
    let html = render(blocks(&page));
    let mark = r#"<span class="ne-icon ne-lightgray" data-icon="bell" aria-hidden="true">"#;
    assert!(html.contains(mark), "{html}");
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
    for color in [
        "default",
        "default_background",
        "red;background:url(//x)",
        "RED",
        "",
    ] {
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

/// Whatever Notion says of it: its old arrow leads to nothing where there is no end.
#[test]
fn a_date_is_said_in_one_form() {
    let instant = |hour: u32| format!("2022-04-24T{hour:02}:00:00.000+02:00");
    for (start, end, told, shown) in [
        ("2022-04-24", Value::Null, "2022-04-24 → ", "2022-04-24"),
        ("2022-04-24", Value::Null, "2022-04-24", "2022-04-24"),
        (
            "2022-04-24",
            json!("2022-04-25"),
            "2022-04-24 → 2022-04-25",
            "2022-04-24 – 2022-04-25",
        ),
        (
            &instant(9),
            json!(instant(10)),
            "",
            "2022-04-24 09:00 – 10:00",
        ),
    ] {
        let date = json!({"type": "date", "date": {"start": start, "end": end}});
        let text = json!([{"type": "mention", "mention": date, "plain_text": told}]);
        let page = json!([{"type": "paragraph", "paragraph": {"rich_text": text}}]);
        let Rendered { html, markdown } = rendered(&document(blocks(&page)));
        let parsed = Parsed::of(&html);
        assert_eq!(parsed.text, shown);
        let times = parsed.elements.iter().filter(|it| it.name == "time");
        let times: Vec<_> = times.map(|it| it.attributes["datetime"].clone()).collect();
        let end = end.as_str().into_iter();
        assert!(
            times
                .iter()
                .map(String::as_str)
                .eq([start].into_iter().chain(end))
        );
        assert_eq!(markdown.trim(), shown);
    }
}

/// Who links to a heading of another page knows its block, and not its text.
#[test]
fn a_heading_can_be_linked_to_by_its_block() {
    let block = "66666666-6666-4666-8666-666666666666";
    let heading = |is_toggleable: bool| {
        let text = json!([{"type": "text", "plain_text": "Tides"}]);
        json!({"object": "block", "id": block, "type": "heading_1",
            "heading_1": {"rich_text": text, "is_toggleable": is_toggleable}})
    };
    let anchor = block.replace('-', "");
    for is_toggleable in [false, true] {
        // A synced copy has the same id.
        let page = json!([heading(is_toggleable), heading(is_toggleable)]);
        let parsed = Parsed::of(&render(blocks(&page)));
        let ids = parsed.elements.iter();
        let ids: Vec<_> = ids.filter_map(|it| it.attributes.get("id")).collect();
        assert_eq!(
            ids.iter().filter(|id| ***id == anchor).count(),
            1,
            "{ids:?}"
        );
    }
    let link = |page: &str| {
        let url = format!("/{}#{anchor}", page.replace('-', ""));
        let text = json!([{"type": "text", "text": {"content": "x", "link": {"url": url}}, "plain_text": "x"}]);
        let page = json!([heading(false), {"type": "paragraph", "paragraph": {"rich_text": text}}]);
        rendered(&document(blocks(&page)))
    };
    let elsewhere = format!("/team#{anchor}");
    let other = link(TEAM);
    assert!(
        other
            .html
            .contains(&format!("<a href=\"{elsewhere}\">x</a>"))
    );
    assert!(other.markdown.ends_with(&format!("[x]({elsewhere})\n")));
    let own = link(PAGE);
    assert!(own.html.contains("<a href=\"#h-tides\">x</a>"));
    assert!(own.markdown.ends_with("[x](#tides)\n"));
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

/// A stable address has few characters; what the author called the file is among the page's files.
#[test]
fn a_file_is_called_as_the_document_knows_it() {
    let key = "a7ad78c2edeb9abbaeee-file.pdf";
    let file = json!({"type": "file", "file": {"key": key, "url": format!("/v1/files/{key}")}});
    let known = json!([{"key": key, "kind": "pdf", "name": "潮汐表.pdf", "owner": "b", "content_type": null,
        "size": null, "width": null, "height": null}]);
    let document = Document {
        files: serde_json::from_value(known).unwrap(),
        ..document(blocks(&json!([{"type": "pdf", "pdf": file}])))
    };
    let Rendered { html, markdown } = rendered(&document);
    assert!(html.contains(">潮汐表.pdf</a>"), "{html}");
    assert!(markdown.starts_with("[潮汐表.pdf]("), "{markdown}");
}

/// An address in Notion says nothing to a reader of the site.
#[test]
fn a_bookmark_of_a_page_of_the_site_says_its_title() {
    let url = format!("https://www.notion.so/Old-title-{}", TEAM.replace('-', ""));
    for kind in ["bookmark", "embed", "link_preview"] {
        let page = json!([{"type": kind, kind: {"url": url}}]);
        let Rendered { html, markdown } = rendered(&document(blocks(&page)));
        assert!(html.contains("href=\"/team\">Team</a>"), "{html}");
        assert_eq!(markdown, "[Team](/team)\n");
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
