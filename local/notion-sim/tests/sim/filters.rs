//! Queries over the demo's blog: what filters and sorts mean, and what they may not say.
//! The demo is small enough that every expectation can be checked by eye.

use notion_sim::{BLOG_DATA_SOURCE_ID, Json};

use crate::client::{Client, text};

fn path() -> String {
    format!("data_sources/{BLOG_DATA_SOURCE_ID}/query")
}

/// The slugs of the posts that match a filter, in alphabetical order.
fn slugs(filter: &str) -> Vec<String> {
    let mut found: Vec<String> = Client::demo()
        .query(&path(), &format!("\"filter\":{filter}"))
        .iter()
        .map(slug)
        .collect();
    found.sort();
    found
}

fn slug(row: &Json) -> String {
    let spans = row
        .get("properties")
        .unwrap()
        .get("Slug")
        .unwrap()
        .get("rich_text")
        .unwrap();
    spans
        .items()
        .iter()
        .map(|span| text(span, &["plain_text"]))
        .collect()
}

fn refused(filter: &str) -> String {
    let answer = Client::demo().post(&path(), &format!("{{\"filter\":{filter}}}"));
    let (status, code, message) = answer.error();
    assert_eq!(
        (status, code.as_str()),
        (400, "validation_error"),
        "{filter}"
    );
    message
}

#[test]
fn each_type_of_property_can_be_filtered() {
    let one = |filter: &str, expected: &[&str]| assert_eq!(slugs(filter), expected, "{filter}");
    one(
        r#"{"property":"Status","status":{"equals":"In review"}}"#,
        &["what-a-datum-is"],
    );
    one(
        r#"{"property":"Status","status":{"equals":["In review","Draft"]}}"#,
        &["borrowed-batteries", "next-gauge", "what-a-datum-is"],
    );
    one(
        r#"{"property":"Name","title":{"contains":"WINTERS"}}"#,
        &["three-winters-in-skerry-bay"],
    );
    one(
        r#"{"property":"Name","title":{"is_empty":true}}"#,
        &["next-gauge"],
    );
    one(
        r#"{"property":"Slug","rich_text":{"starts_with":"the-"}}"#,
        &["the-float-and-the-pressure-cell"],
    );
    one(
        r#"{"property":"Words","number":{"less_than_or_equal_to":430}}"#,
        &["borrowed-batteries", "open-firmware"],
    );
    one(
        r#"{"property":"Category","select":{"equals":"Announcement"}}"#,
        &["open-firmware"],
    );
    one(
        r#"{"property":"Featured","checkbox":{"equals":true}}"#,
        &["a-gauge-you-can-repair", "open-firmware"],
    );
    one(
        r#"{"property":"Source","url":{"contains":"github"}}"#,
        &["open-firmware"],
    );
    one(
        r#"{"property":"Published","date":{"on_or_after":"2026-03-18"}}"#,
        &["what-a-datum-is", "why-the-table-was-wrong"],
    );
    one(
        r#"{"property":"Published","date":{"before":"2024-05-21"}}"#,
        &["a-gauge-you-can-repair"],
    );
    one(
        r#"{"property":"Published","date":{"equals":"2025-06-18"}}"#,
        &["reading-the-sea-at-night"],
    );
    one(
        r#"{"property":"Attachments","files":{"is_not_empty":true}}"#,
        &["a-gauge-you-can-repair"],
    );
    one(
        r#"{"property":"Path","formula":{"string":{"ends_with":"/open-firmware"}}}"#,
        &["open-firmware"],
    );
    one(
        r#"{"property":"Related count","rollup":{"number":{"greater_than":2}}}"#,
        &["the-float-and-the-pressure-cell"],
    );
    one(
        r#"{"property":"ID","unique_id":{"equals":1}}"#,
        &["a-gauge-you-can-repair"],
    );
    one(
        r#"{"property":"Verified","verification":{"status":"verified"}}"#,
        &["a-gauge-you-can-repair"],
    );
    let sea = r#"{"property":"Tags","multi_select":{"contains":"field work"}}"#;
    one(
        sea,
        &["how-we-ship-to-islands", "three-winters-in-skerry-bay"],
    );
    let roles =
        r#"{"property":"Author roles","rollup":{"any":{"select":{"equals":"Field technician"}}}}"#;
    one(roles, &["three-winters-in-skerry-bay"]);
}

#[test]
fn groups_nest_two_deep() {
    let both = r#"{"and":[{"property":"Status","status":{"equals":"Published"}},{"or":[{"property":"Words","number":{"greater_than":1300}},{"property":"Words","number":{"less_than":450}}]}]}"#;
    assert_eq!(
        slugs(both),
        ["open-firmware", "the-float-and-the-pressure-cell"]
    );
    let deeper = r#"{"and":[{"or":[{"and":[{"property":"Name","title":{"equals":"a"}}]}]}]}"#;
    assert!(refused(deeper).starts_with(
        "body failed validation: body.filter.and[0].or[0].and should be not present, instead was `["
    ));
}

#[test]
fn timestamps_are_compared_as_they_are_shown() {
    let created =
        r#"{"timestamp":"created_time","created_time":{"on_or_after":"2026-10-20T14:00:00.000Z"}}"#;
    assert_eq!(slugs(created), ["borrowed-batteries", "next-gauge"]);
    let after =
        r#"{"timestamp":"created_time","created_time":{"after":"2026-10-20T14:00:00.000Z"}}"#;
    assert_eq!(slugs(after), ["next-gauge"]);
    let edited = r#"{"timestamp":"last_edited_time","last_edited_time":{"past_month":{}}}"#;
    assert_eq!(slugs(edited), ["next-gauge"]);
    let with_property = r#"{"timestamp":"created_time","property":"Created","created_time":{"before":"2026-01-01"}}"#;
    assert_eq!(
        refused(with_property),
        "body failed validation: body.filter.property should be not present, instead was `\"Created\"`."
    );
}

#[test]
fn a_filter_that_makes_no_sense_is_refused_in_notions_words() {
    for (filter, message) in [
        (
            r#"{"property":"Colour","select":{"equals":"red"}}"#,
            "Could not find property with name or id: Colour",
        ),
        (
            r#"{"property":"Words","rich_text":{"equals":"5"}}"#,
            "The property type in the database does not match the property type of the filter provided: \
             database property number does not match filter rich_text",
        ),
        (
            r#"{"property":"Words","number":{"equals":"5"}}"#,
            "body failed validation: body.filter.number.equals should be a number, instead was `\"5\"`.",
        ),
        (
            r#"{"property":"Name","title":{"resembles":"x"}}"#,
            "body failed validation: body.filter.title.resembles should be not present, instead was `\"x\"`.",
        ),
        (
            r#"{"property":"Published","date":{"before":"soon"}}"#,
            "body failed validation: body.filter.date.before should be a valid ISO 8601 date string, instead was `\"soon\"`.",
        ),
        (
            r#"{"property":"Slug","rich_text":{"is_empty":false}}"#,
            "body failed validation: body.filter.rich_text.is_empty should be `true`, instead was `false`.",
        ),
        (
            r#""Published""#,
            "body failed validation: body.filter should be an object or `undefined`, instead was `\"Published\"`.",
        ),
    ] {
        assert_eq!(refused(filter), message);
    }
    let nothing = refused("{}");
    assert!(nothing.starts_with("body failed validation. Fix one:\nbody.filter.or should be defined, instead was `undefined`.\n"), "{nothing}");
}

#[test]
fn rows_come_in_the_order_that_is_asked_for() {
    let order = |sorts: &str| -> Vec<String> {
        let rows = Client::demo().query(&path(), &format!("\"page_size\":4,\"sorts\":{sorts}"));
        rows.iter().map(slug).collect()
    };
    let by_words = order(r#"[{"property":"Words","direction":"ascending"}]"#);
    assert_eq!(by_words[..2], ["borrowed-batteries", "open-firmware"]);
    assert_eq!(
        by_words.last().map(String::as_str),
        Some("next-gauge"),
        "what is empty comes last"
    );
    let by_status = order(
        r#"[{"property":"Status","direction":"descending"},{"property":"Name","direction":"ascending"}]"#,
    );
    assert_eq!(
        by_status[..2],
        ["a-gauge-you-can-repair", "a-year-of-surges"]
    );
    let mut by_time = order(r#"[{"timestamp":"created_time","direction":"ascending"}]"#);
    assert_eq!(by_time.len(), 11);
    by_time.reverse();
    assert_eq!(by_time, order("[]"), "the newest first, if nothing is said");
    let wrong = Client::demo().post(
        &path(),
        r#"{"sorts":[{"property":"Colour","direction":"ascending"}]}"#,
    );
    assert_eq!(
        wrong.error().2,
        "Could not find sort property with name or id: Colour"
    );
}
