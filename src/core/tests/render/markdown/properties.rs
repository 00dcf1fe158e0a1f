//! Random pages: a reader sees what the page says, as it says it.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::expected::expected;
use super::parsed::{Node, Piece, options, parse, text_of};
use super::{blocks, paragraph, render};
use crate::properties::{any_block, any_rich_text};

/// Text of which as much as possible means something to a reader of Markdown.
fn any_text() -> BoxedStrategy<String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "Z",
        "é",
        "日本",
        "「",
        "」",
        "🎉",
        "Ⓐ",
        "e\u{301}",
        "1",
        "12",
        "word",
        " ",
        "  ",
        "\n",
        "\t",
        "\r\n",
        "\u{a0}",
        "\u{2003}",
        "\u{2028}",
        "\u{feff}",
        "\u{200b}",
        "\u{202e}",
        "\u{0}",
        "*",
        "**",
        "***",
        "_",
        "__",
        "~",
        "~~",
        "`",
        "``",
        "```",
        "~~~",
        "$",
        "$$",
        "\\",
        "\\\\",
        "|",
        "||",
        "\\|",
        "[",
        "]",
        "[x]",
        "[ ] ",
        "[^1]",
        "[a](b)",
        "![",
        "!",
        "](",
        "(",
        ")",
        "<",
        ">",
        "<b>",
        "</p>",
        "<!--",
        "-->",
        "<?",
        "<a@b.c>",
        "<https://a.b>",
        "&",
        "&amp;",
        "&#42;",
        "&lt",
        ";",
        "#",
        "## ",
        " ##",
        "-",
        "- ",
        "---",
        "+ ",
        "* ",
        "* * *",
        "===",
        "=",
        "1. ",
        "2) ",
        "10.",
        ".",
        ":",
        ":-",
        ":--",
        "---|---",
        "| a |",
        "> ",
        ">",
        "http://",
        "https://a.b/c_d_",
        "www.",
        "www.a.b",
        "ftp://x.y",
        "a@b.c",
        "@",
        "x_y_z",
        "{",
        "}",
        "'",
        "\"",
        "%",
        "^",
        "Intro",
        "\n\n",
        "\n- ",
        "\n# ",
        "\n1. ",
        "\n> ",
        "\n    ",
        "\n```\n",
        "\n| - |\n",
        "\n===\n",
        "\n:-\n",
    ]);
    let text = vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => text, 1 => "\\PC{0,8}", 1 => "[ -~\n]{0,12}"].boxed()
}

/// What is compared: anchors are made from a heading's text, and have a test of their own.
fn without_anchors(nodes: &mut [Node]) {
    let blank = |pieces: &mut Vec<Piece>| {
        for link in pieces
            .iter_mut()
            .filter_map(|piece| piece.look.link.as_mut())
        {
            if link.starts_with('#') {
                link.truncate(1);
            }
        }
    };
    for node in nodes {
        match node {
            Node::Paragraph(pieces) | Node::Heading(_, pieces) => blank(pieces),
            Node::Quote(nodes) => without_anchors(nodes),
            Node::List(_, items) => items.iter_mut().for_each(|item| without_anchors(item)),
            _ => {}
        }
    }
}

fn check(page: &[Value]) -> Result<(), TestCaseError> {
    let markdown = render(blocks(&page.to_vec().into()));
    let mut is = parse(&markdown, &options());
    without_anchors(&mut is);
    let expected = expected(page);
    prop_assert_eq!(&is, &expected, "\n{}", markdown);
    // An address in a text may become a link, and the text stays the same.
    let mut linking = options();
    linking.extension.autolink = true;
    let linked = parse(&markdown, &linking);
    prop_assert_eq!(text_of(&linked), text_of(&expected), "\n{}", markdown);
    prop_assert_eq!(render(blocks(&page.to_vec().into())), markdown);
    Ok(())
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn a_text_is_read_as_it_was_typed(text in any_rich_text(any_text())) {
        check(&[paragraph(&text)])?;
    }

    #[test]
    fn a_text_is_read_as_it_was_typed_wherever_it_stands(text in any_rich_text(any_text()), kind in 0..6) {
        let block = match kind {
            0 => json!({"type": "heading_2", "heading_2": {"rich_text": text}}),
            1 => json!({"type": "to_do", "to_do": {"rich_text": text, "checked": true}}),
            2 => json!({"type": "table_row", "table_row": {"cells": [text, text]}}),
            3 => json!({"type": "image", "image": {"type": "external",
                "external": {"url": "https://a.b/c"}, "caption": text}}),
            4 => json!({"type": "code", "code": {"rich_text": text, "caption": text}}),
            _ => json!({"type": "quote", "quote": {"rich_text": text}}),
        };
        check(&[block])?;
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_page_is_read_as_it_was_written(page in vec(any_block(any_text()), 0..6)) {
        check(&page)?;
    }
}

/// Every two characters of ASCII that stand beside the ends of emphasis.
#[test]
fn emphasis_of_anything_beside_anything_is_emphasis() {
    let chars: Vec<char> = ('!'..='~')
        .chain(['é', '。', '🎉', 'Ⓐ', '\u{301}', '\u{a0}'])
        .collect();
    for &outer in &chars {
        for &inner in &chars {
            for looks in [
                &["bold"][..],
                &["italic"],
                &["strikethrough"],
                &["bold", "italic"],
            ] {
                let (outer, inner) = (format!("x{outer}"), format!("{inner}y{inner}"));
                let end = outer.chars().rev().collect::<String>();
                let runs = [
                    super::run(&outer, &[]),
                    super::run(&inner, looks),
                    super::run(&end, &[]),
                ];
                let page = [paragraph(&runs)];
                let markdown = render(blocks(&page.to_vec().into()));
                assert_eq!(parse(&markdown, &options()), expected(&page), "{markdown}");
            }
        }
    }
}

/// Every three runs of one sign each, between letters: whatever ends and begins there does so right behind the other.
#[test]
fn emphasis_of_single_signs_is_emphasis() {
    let looks: [&[&str]; 6] = [
        &[],
        &["bold"],
        &["italic"],
        &["strikethrough"],
        &["bold", "strikethrough"],
        &["bold", "italic"],
    ];
    let texts = ["a", "(", "*"];
    let equation = |looks: &[&str]| {
        let mut run = super::run("*", looks);
        run["type"] = "equation".into();
        run["equation"] = json!({ "expression": "*" });
        run
    };
    let all: Vec<Value> = looks
        .iter()
        .flat_map(|looks| {
            let texts = texts.iter().map(|text| super::run(text, looks));
            texts.chain([equation(looks)])
        })
        .collect();
    for first in &all {
        for second in &all {
            for third in &all {
                let runs = [first, second, third].map(Value::clone);
                let letter = || super::run("x", &[]);
                let runs: Vec<Value> = [letter()]
                    .into_iter()
                    .chain(runs)
                    .chain([letter()])
                    .collect();
                let page = [paragraph(&runs)];
                let markdown = render(blocks(&page.to_vec().into()));
                assert_eq!(parse(&markdown, &options()), expected(&page), "{markdown}");
            }
        }
    }
}
