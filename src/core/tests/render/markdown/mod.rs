//! Markdown, seen by a parser of CommonMark and GitHub's additions.

mod expected;
mod parsed;
mod properties;
mod recorded;
mod security;
mod size;

use notion_edge_core::notion::Block;
use serde_json::{Value, json};

use super::{blocks, document, rendered};

fn render(blocks: Vec<Block>) -> String {
    let document = document(blocks);
    rendered(&document).markdown
}

/// A run of text with looks, as Notion says it.
fn run(text: &str, looks: &[&str]) -> Value {
    let mut annotations = json!({});
    for look in looks {
        annotations[*look] = true.into();
    }
    json!({"type": "text", "text": {"content": text}, "plain_text": text, "annotations": annotations})
}

fn paragraph(runs: &[Value]) -> Value {
    json!({"object": "block", "type": "paragraph", "paragraph": {"rich_text": runs}})
}

/// Every type of block, run of text, mention and icon, line by line as it has been looked at.
#[test]
fn all_types_of_blocks_are_rendered() {
    let page: Vec<Block> = serde_json::from_str(include_str!("../page.json")).unwrap();
    let markdown = render(page);
    let expected = include_str!("../page.md");
    for (line, (is, expected)) in markdown.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, expected, "line {} of page.md", line + 1);
    }
    assert_eq!(markdown, expected);
}

/// What a person types looks as they would write it in Markdown, where that is possible.
#[test]
fn texts_have_their_simplest_form() {
    for (runs, expected) in [
        (
            vec![run("snake_case, R&D, 3.14 < 5 - 2!", &[])],
            "snake_case, R&D, 3.14 < 5 - 2!",
        ),
        (vec![run("a*b* [c] #d", &[])], "a\\*b\\* \\[c\\] #d"),
        (
            vec![run("# a\n1. b\n- c\n> d\n---", &[])],
            "\\# a\\\n1\\. b\\\n\\- c\\\n\\> d\\\n\\---",
        ),
        (
            vec![run("&amp; <b> www.a.b http://c", &[])],
            "\\&amp; \\<b> www\\.a.b http\\://c",
        ),
        (
            vec![run("a ", &[]), run(" b ", &["bold"]), run("c", &[])],
            "a  **b** c",
        ),
        (
            vec![run("a", &[]), run("b", &["bold"]), run("c", &[])],
            "a**b**c",
        ),
        (
            vec![run("a", &[]), run("b", &["italic"]), run("c", &[])],
            "&#97;_b_&#99;",
        ),
        (
            vec![run("a", &[]), run("(b)", &["bold"]), run("c", &[])],
            "&#97;**(b)**&#99;",
        ),
        (
            vec![
                run("x", &[]),
                run("a", &["strikethrough"]),
                run("(", &["strikethrough", "bold"]),
            ],
            "&#120;~~&#97;**(**~~",
        ),
        (
            vec![
                run("a", &["bold"]),
                run(" b ", &["bold", "italic"]),
                run("c", &["italic"]),
            ],
            "**a _b_** _c_",
        ),
        (vec![run("`a` ``", &["code"])], "``` `a` `` ```"),
        (vec![run(" ", &[]), run("a\t", &[])], "&#32;a&#9;"),
        (vec![run("\na\n\nb\n", &[])], "&#10;a\\\n\\\nb&#10;"),
    ] {
        let page = blocks(&json!([paragraph(&runs)]));
        assert_eq!(render(page), format!("{expected}\n"), "{runs:?}");
    }
}

/// Who shows a picture shows no links of its description.
#[test]
fn a_caption_with_a_link_stands_below_its_picture() {
    let picture = |caption: Value| {
        let file = json!({"type": "external", "external": {"url": "https://a.example/b.png"}, "caption": caption});
        render(blocks(
            &json!([{"object": "block", "type": "image", "image": file}]),
        ))
    };
    let link = json!({"type": "text", "plain_text": "Ada", "href": "https://ada.example",
        "text": {"content": "Ada", "link": {"url": "https://ada.example"}}});
    assert_eq!(
        picture(json!([run("By ", &[]), link])),
        "![By Ada](https://a.example/b.png)\\\nBy [Ada](https://ada.example)\n"
    );
    assert_eq!(
        picture(json!([run("By ", &[]), run("Ada", &["bold"])])),
        "![By **Ada**](https://a.example/b.png)\n"
    );
}
