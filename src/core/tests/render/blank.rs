//! Blocks whose authors wrote nothing: nobody hears of them what there is not.

use serde_json::{Value, json};

use super::parsed::Parsed;
use super::{blocks, render};

fn page(kind: &str, text: &str, is_toggleable: bool) -> Parsed {
    let runs = match text {
        "" => json!([]),
        _ => json!([{"type": "text", "text": {"content": text}, "plain_text": text}]),
    };
    let payload = json!({"rich_text": runs, "is_toggleable": is_toggleable});
    let block: Value = json!({"object": "block", "type": kind, kind: payload});
    Parsed::of(&render(blocks(&json!([block]))))
}

#[test]
fn a_heading_without_text_is_none() {
    for text in ["", " \n"] {
        for is_toggleable in [false, true] {
            let parsed = page("heading_2", text, is_toggleable);
            let mut names = parsed.elements.iter().map(|it| it.name.as_str());
            assert!(
                !names.any(|name| name == "h3" || name == "a"),
                "{text:?} {is_toggleable}"
            );
        }
    }
    let parsed = page("heading_2", "x", false);
    assert!(parsed.elements.iter().any(|it| it.name == "h3"));
}

#[test]
fn what_folds_and_has_no_text_has_a_name_all_the_same() {
    for (kind, is_toggleable) in [("toggle", false), ("heading_1", true)] {
        for (text, name) in [("", Some("Details")), ("  ", Some("Details")), ("x", None)] {
            let parsed = page(kind, text, is_toggleable);
            let mut summaries = parsed.elements.iter().filter(|it| it.name == "summary");
            let label = summaries.next().unwrap().attributes.get("aria-label");
            assert_eq!(label.map(String::as_str), name, "{kind} {text:?}");
        }
    }
}

#[test]
fn an_equation_alone_is_a_heading() {
    let run = json!({"type": "equation", "equation": {"expression": "x^2"}, "plain_text": "x^2"});
    let block = json!({"object": "block", "type": "heading_1", "heading_1": {"rich_text": [run]}});
    let parsed = Parsed::of(&render(blocks(&json!([block]))));
    assert!(parsed.elements.iter().any(|it| it.name == "h2"));
}
