//! Neither depth nor length ends the program, and what is written grows as what is read does.

use std::time::Instant;

use notion_edge_core::notion::Block;
use serde_json::{Value, json};

use super::parsed::{options, parse, text_of};
use super::{blocks, paragraph, render, run};
use crate::rendered;
use crate::size::{MOST, heading, nested, unnest};

#[test]
fn a_hundred_thousand_levels_are_rendered() {
    for kind in [
        "toggle",
        "paragraph",
        "quote",
        "to_do",
        "numbered_list_item",
        "hologram",
    ] {
        let document = nested(kind, 100_000);
        let began = Instant::now();
        let markdown = rendered(&document).markdown;
        assert!(began.elapsed() < MOST);
        let sign = if kind == "hologram" { "hologram" } else { "x" };
        assert!(markdown.matches(sign).count() >= 100_000, "{kind}");
        assert!(markdown.len() < 30_000_000, "{kind}: {}", markdown.len());
        unnest(document);
    }
}

/// One level less than is too deep, that, and one more.
#[test]
fn what_is_too_deep_stands_beside_what_it_lies_in() {
    for levels in 32..36 {
        for kind in ["bulleted_list_item", "quote", "numbered_list_item"] {
            let document = nested(kind, levels);
            let markdown = rendered(&document).markdown;
            let text = text_of(&parse(&markdown, &options()));
            assert_eq!(text, "x".repeat(levels), "{markdown}");
            unnest(document);
        }
    }
}

#[test]
fn many_equal_headings_and_tables_of_them_stay_linear() {
    let began = Instant::now();
    let toc = blocks(&json!([{"type": "table_of_contents", "table_of_contents": {}}])).remove(0);
    let mut page = vec![heading("x"); 50_000];
    page.extend(vec![toc; 50_000]);
    let markdown = render(page);
    assert!(markdown.contains("[x](#x-49999)"));
    assert!(markdown.len() < 5_000_000, "{}", markdown.len());
    assert!(began.elapsed() < MOST);
}

#[test]
fn gigantic_texts_stay_linear() {
    for text in [
        "<&\u{202e}\n é",
        "`",
        "&",
        "_",
        "1",
        "a ",
        "a_",
        "\\|",
        "www.",
        "\n",
    ] {
        let began = Instant::now();
        let text = text.repeat(200_000);
        let runs = [
            run(&text, &[]),
            run(&text, &["code"]),
            run(&text, &["bold"]),
        ];
        let cell = json!({"type": "table_row", "table_row": {"cells": [runs]}});
        let markdown = render(blocks(&json!([paragraph(&runs), cell])));
        assert!(markdown.len() >= 1_200_000);
        assert!(began.elapsed() < MOST);
    }
}

#[test]
fn many_runs_rows_and_cells_stay_linear() {
    let began = Instant::now();
    let runs: Vec<Value> = (0..100_000)
        .map(|at| {
            run(
                "x",
                if at % 2 == 0 {
                    &["bold"]
                } else {
                    &["italic", "bold"]
                },
            )
        })
        .collect();
    let wide = json!({"type": "table_row", "table_row": {"cells": vec![json!([]); 20_000]}});
    let row = json!({"type": "table_row", "table_row": {"cells": [[]]}});
    let mut rows = vec![wide];
    rows.extend(vec![row; 20_000]);
    let page = json!([paragraph(&runs), {"type": "table", "table": {}, "children": rows}]);
    let page: Vec<Block> = blocks(&page);
    let markdown = render(page);
    assert!(markdown.len() < 5_000_000, "{}", markdown.len());
    assert!(began.elapsed() < MOST);
}

/// Each line begins with what it lies in, so many lines deep inside are longest.
#[test]
fn many_lines_in_items_with_long_numbers_stay_bounded() {
    let lines = "\n".repeat(20_000);
    let text = json!([{"type": "text", "text": {"content": lines}, "plain_text": lines}]);
    let code = json!({"type": "code", "code": {"rich_text": text, "language": "c"}});
    let page = (0..32).fold(code, |inside, _| {
        json!({"type": "numbered_list_item", "children": [inside],
            "numbered_list_item": {"rich_text": [], "list_start_index": 999_999_999}})
    });
    let markdown = render(blocks(&json!([page])));
    assert!(markdown.len() < 20_000 * 120, "{} bytes", markdown.len());
}
