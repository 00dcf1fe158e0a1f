//! What is refused, in which words.

use serde_json::{Value as Json, json};

use super::super::Value;
use super::{NOON, Pages, check, detail, with};
use crate::failure::Failure;
use crate::keys::Keys;
use crate::read::Audience;
use crate::read::list::List;
use crate::store::{Error, Operation};

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let pages = with(json!([1]));
    let on = |kind: &str, condition: Json| json!({ "property": "P", kind: condition });
    for (filter, beginning) in [
        (json!("P"), "filter is not an object"),
        (json!({}), "filter is not a group, nor a condition"),
        (
            json!({ "property": "P" }),
            "filter is not a condition: it has no type",
        ),
        (
            json!({ "property": 1, "number": { "equals": 1 } }),
            "filter is not a group, nor",
        ),
        (
            on("colour", json!({})),
            "filter.colour is no type that is known here, there are title, ",
        ),
        (
            on("number", json!(1)),
            "filter.number is not an object with an operator",
        ),
        (
            on("number", json!({})),
            "filter.number is not an object with an operator",
        ),
        (
            on("number", json!({ "equals": 1, "less_than": 2 })),
            "filter.number is not an object with an operator and nothing else",
        ),
        (
            on("number", json!({ "equals": "1" })),
            "filter.number.equals is not a number",
        ),
        (
            on("number", json!({ "resembles": 1 })),
            "filter.number.resembles is no operator that is known here, there are equals, ",
        ),
        (
            on("title", json!({ "contains": 1 })),
            "filter.title.contains is not a text",
        ),
        (
            on("title", json!({ "is_empty": false })),
            "filter.title.is_empty is not true",
        ),
        (
            on("checkbox", json!({ "is_empty": true })),
            "filter.checkbox.is_empty is no operator",
        ),
        (
            on("checkbox", json!({ "equals": "true" })),
            "filter.checkbox.equals is not true or false",
        ),
        (
            on("select", json!({ "contains": "x" })),
            "filter.select.contains is no operator",
        ),
        (
            on("select", json!({ "equals": [1] })),
            "filter.select.equals is not a name or a list",
        ),
        (
            on("relation", json!({ "contains": "x" })),
            "filter.relation.contains is not an id",
        ),
        (
            on("files", json!({ "contains": "x" })),
            "filter.files.contains is no operator that is known here, there are is_empty, is_not_empty",
        ),
        (
            on("date", json!({ "before": "soon" })),
            "filter.date.before is not a date as ISO 8601",
        ),
        (
            on("date", json!({ "past_week": true })),
            "filter.date.past_week is not {}",
        ),
        (
            on("verification", json!({ "status": "x" })),
            "filter.verification.status is not verified, ",
        ),
        (
            on("formula", json!({ "text": {} })),
            "filter.formula.text is no type",
        ),
        (
            on("formula", json!({ "string": { "equals": 1 } })),
            "filter.formula.string.equals is not a text",
        ),
        (
            on("rollup", json!({ "all": {} })),
            "filter.rollup.all is no word",
        ),
        (
            on("rollup", json!({ "any": { "formula": {} } })),
            "filter.rollup.any.formula is no type",
        ),
        (
            on("rollup", json!({ "any": { "date": { "before": 1 } } })),
            "filter.rollup.any.date.before is not a date",
        ),
        (json!({ "and": { "or": [] } }), "filter.and is not a list"),
        (
            json!({ "and": [], "or": [] }),
            "filter is not and and nothing else",
        ),
        (json!({ "or": [1] }), "filter.or[0] is not an object"),
        (
            json!({ "property": "P", "number": { "equals": 1 }, "select": {} }),
            "filter.",
        ),
        (
            json!({ "property": "P", "type": "select", "number": { "equals": 1 } }),
            "filter.type is not number",
        ),
        (
            json!({ "timestamp": "edited", "edited": {} }),
            "filter.timestamp is not created_time or last_edited_time",
        ),
        (
            json!({ "timestamp": "created_time" }),
            "filter.created_time is missing",
        ),
        (
            json!({ "timestamp": "created_time", "property": "P", "created_time": { "is_empty": true } }),
            "filter.property does not go together",
        ),
    ] {
        let refused = pages.refused(&filter);
        assert!(
            refused.starts_with(&format!("400 {beginning}")),
            "{filter}: {refused}"
        );
    }
    let refused = |name: &str, text: &str| pages.ask(&[(name, text)]).expect_err("a problem");
    assert!(refused("filter", "{").starts_with("400 filter is no JSON: "));
    assert!(refused("sorts", "x").starts_with("400 sorts is no JSON: "));
    assert!(refused("filter", &" ".repeat(20_000)).starts_with("400 filter is longer than"));
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(refused("filter", &deep).starts_with("400 filter is no JSON: "));
}

#[test]
fn a_property_that_no_page_has_is_refused_but_one_that_some_lack_is_empty_there() {
    let pages = Pages::of(&[json!({ "P": 1 }), json!({ "Q": 1 })]);
    let empty = |name: &str| json!({ "property": name, "number": { "is_empty": true } });
    assert_eq!(pages.filtered(&empty("P")), "b");
    let refused = pages.refused(&empty("p"));
    assert!(
        refused.starts_with("400 no page of this list has a property \"p\""),
        "{refused}"
    );
    let refused = pages
        .ask(&[("sorts", r#"[{"property":"R","direction":"ascending"}]"#)])
        .expect_err("a problem");
    assert!(refused.contains("a property \"R\""), "{refused}");
    assert_eq!(Pages::default().filtered(&empty("p")), "");
}

#[test]
fn a_type_that_no_value_is_of_is_refused_and_where_only_some_are_the_others_are_empty() {
    let refused =
        with(json!([1, 2])).refused(&json!({ "property": "P", "rich_text": { "equals": "1" } }));
    assert!(
        refused.starts_with("400 filter.rich_text is not the type of that property"),
        "{refused}"
    );
    let mixed = with(json!([1, "1", null]));
    check(
        &mixed,
        "rich_text",
        &[
            ("equals", json!("1"), "b"),
            ("is_empty", json!(true), "acd"),
        ],
    );
    check(
        &with(json!([null, null])),
        "rich_text",
        &[("is_empty", json!(true), "abc")],
    );
    let inner = json!({ "property": "P", "rollup": { "any": { "number": { "equals": 1 } } } });
    assert!(
        with(json!([["x"]]))
            .refused(&inner)
            .starts_with("400 filter.rollup is not the type")
    );
}

#[test]
fn a_sort_that_makes_no_sense_is_refused_with_its_place() {
    let pages = with(json!([1]));
    let sort = json!({ "property": "P", "direction": "ascending" });
    for (sorts, expected) in [
        (json!({}), "400 sorts is not a list of at most 10"),
        (
            json!(vec![sort; 11]),
            "400 sorts is not a list of at most 10",
        ),
        (json!([1]), "400 sorts[0] is not an object"),
        (
            json!([{ "property": "P" }]),
            "400 sorts[0].direction is not ascending or descending",
        ),
        (
            json!([{ "property": "P", "direction": "up" }]),
            "400 sorts[0].direction is not ascending or descending",
        ),
        (
            json!([{ "direction": "ascending" }]),
            "400 sorts[0] is not by one property or one timestamp",
        ),
        (
            json!([{ "timestamp": "x", "direction": "ascending" }]),
            "400 sorts[0].timestamp is not created_time or last_edited_time",
        ),
        (
            json!([{ "timestamp": "created_time", "property": "P", "direction": "ascending" }]),
            "400 sorts[0] is not by one property or one timestamp",
        ),
    ] {
        assert_eq!(
            pages
                .ask(&[("sorts", &sorts.to_string())])
                .expect_err("a problem"),
            expected,
            "{sorts}"
        );
    }
}

#[test]
fn too_many_pages_are_refused_with_what_to_do() {
    let id = "2712e341754a41aea9ce4c0bb4b18c52";
    let query = [
        ("data_source_id".to_owned(), id.to_owned()),
        ("sorts".to_owned(), "[]".to_owned()),
    ];
    let list = List::parse(&query).unwrap();
    let told = |reply: Result<Vec<Value>, Failure>| {
        let mut asked = list.ask(&Keys::new("notion", ":", None), Audience::All, NOON);
        let found = asked.apply(reply);
        found.map(|found| match found {
            Some(crate::read::route::Found::Query(Err(problem))) => detail(&problem),
            other => format!("{other:?}"),
        })
    };
    let verdict = |verdict: &str| {
        Ok(vec![Value::Array(vec![
            Value::Text(verdict.to_owned()),
            Value::Integer(10_001),
        ])])
    };
    let refused = told(verdict("members")).unwrap();
    assert!(
        refused.starts_with("422 filter and sorts work on lists of up to 10000 pages and 16 MB"),
        "{refused}"
    );
    assert!(
        refused.contains("this one has 10001 pages; narrow it by data_source_id or parent_id"),
        "{refused}"
    );
    assert!(
        told(verdict("bytes"))
            .unwrap()
            .contains("summaries are too large")
    );
    let upstash = Failure::Rejected {
        code: "ERR".to_owned(),
        message: "ERR max request size exceeded. Limit: 10485760 bytes".to_owned(),
    };
    assert!(told(Err(upstash)).unwrap().starts_with("422 "));
    assert_eq!(told(Err(Failure::NoScript)).unwrap(), "None");
    assert!(matches!(told(Ok(vec![Value::Nil])), Err(Error::Failed(_))));
    assert!(told(Ok(vec![])).is_err());
}
