//! Each operator of each type, by which pages meet it.

use serde_json::{Value as Json, json};

use super::{OTHER, PERSON, Pages, check, date, with};

#[test]
fn texts_are_compared_without_regard_to_case_and_nothing_is_no_text() {
    let pages = with(json!(["Ärger im Hafen", "hafen", "", null]));
    for kind in ["title", "rich_text", "url", "email", "phone_number"] {
        check(
            &pages,
            kind,
            &[
                ("equals", json!("HAFEN"), "b"),
                ("does_not_equal", json!("Hafen"), "acde"),
                ("contains", json!("ÄRGER"), "a"),
                ("contains", json!(""), "abcde"),
                ("does_not_contain", json!("hafen"), "cde"),
                ("starts_with", json!("haf"), "b"),
                ("ends_with", json!("HAFEN"), "ab"),
                ("is_empty", json!(true), "cde"),
                ("is_not_empty", json!(true), "ab"),
            ],
        );
    }
}

#[test]
fn numbers_are_compared_and_what_is_empty_only_differs() {
    let operators = [
        ("equals", json!(2), "b"),
        ("does_not_equal", json!(2), "acde"),
        ("greater_than", json!(2), "c"),
        ("less_than", json!(2), "a"),
        ("greater_than_or_equal_to", json!(2.0), "bc"),
        ("less_than_or_equal_to", json!(2), "ab"),
        ("is_empty", json!(true), "de"),
        ("is_not_empty", json!(true), "abc"),
    ];
    check(&with(json!([-1.5, 2, 1e3, null])), "number", &operators);
    check(
        &with(json!(["TASK-1", "TASK-2", "TASK-10", null])),
        "unique_id",
        &operators,
    );
    check(
        &with(json!(["1", "2", "10", null])),
        "unique_id",
        &operators,
    );
}

#[test]
fn what_is_empty_is_not_checked() {
    let operators = [
        ("equals", json!(true), "a"),
        ("equals", json!(false), "bc"),
        ("does_not_equal", json!(true), "bc"),
        ("does_not_equal", json!(false), "a"),
    ];
    check(&with(json!([true, false])), "checkbox", &operators);
}

#[test]
fn options_go_by_their_names_one_or_any_of_several() {
    let pages = with(json!(["Done", "done", "In review", null]));
    for kind in ["select", "status"] {
        let operators = [
            ("equals", json!("Done"), "a"),
            ("equals", json!(["Done", "In review"]), "ac"),
            ("does_not_equal", json!("Done"), "bcde"),
            ("does_not_equal", json!(["Done", "done"]), "cde"),
            ("is_empty", json!(true), "de"),
            ("is_not_empty", json!(true), "abc"),
        ];
        check(&pages, kind, &operators);
    }
    let operators = [
        ("contains", json!("x"), "ab"),
        ("contains", json!(["y", "z"]), "bc"),
        ("does_not_contain", json!("x"), "cdef"),
        ("is_empty", json!(true), "def"),
        ("is_not_empty", json!(true), "abc"),
    ];
    check(
        &with(json!([["x"], ["x", "y"], ["z"], [], null])),
        "multi_select",
        &operators,
    );
}

#[test]
fn people_and_relations_go_by_id_in_any_spelling() {
    let bare = PERSON.replace('-', "").to_uppercase();
    let operators = [
        ("contains", json!(PERSON), "ab"),
        ("contains", json!(bare), "ab"),
        ("does_not_contain", json!(PERSON), "cde"),
        ("is_empty", json!(true), "de"),
        ("is_not_empty", json!(true), "abc"),
    ];
    let person = |id: &str| json!({ "id": id, "name": "N", "kind": "person" });
    let people = json!([
        [person(PERSON)],
        [person(OTHER), person(PERSON)],
        [person(OTHER)],
        []
    ]);
    check(&with(people), "people", &operators);
    let single = json!([person(PERSON), person(PERSON), person(OTHER), null]);
    for kind in ["created_by", "last_edited_by"] {
        check(&with(single.clone()), kind, &operators);
    }
    let target = |id: &str| json!({ "id": id, "title": null, "path": null });
    let pages = json!([
        [target(PERSON)],
        [target(OTHER), target(PERSON)],
        [target(OTHER)],
        []
    ]);
    check(&with(pages), "relation", &operators);
    let me = json!({ "property": "P", "people": { "contains": "me" } });
    let refused = with(json!([[]])).refused(&me);
    assert!(
        refused.starts_with("400 filter.people.contains: who \"me\" is"),
        "{refused}"
    );
}

#[test]
fn files_are_there_or_not() {
    let file = json!({ "name": "f.pdf", "url": "https://example.com/f.pdf" });
    let operators = [
        ("is_empty", json!(true), "bc"),
        ("is_not_empty", json!(true), "a"),
    ];
    check(&with(json!([[file], []])), "files", &operators);
}

#[test]
fn a_page_without_a_state_of_verification_has_none() {
    let operators = [
        ("status", json!("verified"), "a"),
        ("status", json!("expired"), "b"),
        ("status", json!("none"), "cde"),
        ("does_not_equal", json!("verified"), "bcde"),
        ("does_not_equal", json!("none"), "ab"),
    ];
    check(
        &with(json!(["verified", "expired", "unverified", null])),
        "verification",
        &operators,
    );
}

#[test]
fn a_day_is_met_by_every_time_in_it_and_an_instant_by_itself() {
    let starts = [
        "2026-11-19",
        "2026-11-20",
        "2026-11-20T23:59:00.000+00:00",
        "2026-11-21T01:00:00.000+02:00",
        "2026-11-21",
    ];
    let dates: Vec<Json> = starts.into_iter().map(date).chain([json!(null)]).collect();
    let pages = with(json!(dates));
    let operators = [
        ("equals", json!("2026-11-20"), "bcd"),
        ("equals", json!("today"), "bcd"),
        ("equals", json!("2026-11-21T00:00:00+01:00"), "d"),
        ("before", json!("2026-11-20"), "a"),
        ("before", json!("2026-11-20T23:59:00Z"), "abd"),
        ("after", json!("2026-11-20"), "e"),
        ("after", json!("yesterday"), "bcde"),
        ("after", json!("2026-11-20T23:00"), "ce"),
        ("on_or_before", json!("2026-11-20"), "abcd"),
        ("on_or_before", json!("one_week_from_now"), "abcde"),
        ("on_or_after", json!("2026-11-20"), "bcde"),
        ("on_or_after", json!("2026-11-21"), "e"),
        ("on_or_after", json!("tomorrow"), "e"),
        ("is_empty", json!(true), "fg"),
        ("is_not_empty", json!(true), "abcde"),
    ];
    check(&pages, "date", &operators);
}

#[test]
fn spans_are_around_today() {
    let starts = [
        "2025-11-20",
        "2026-10-21",
        "2026-11-13",
        "2026-11-16",
        "2026-11-22",
        "2026-11-27",
        "2026-12-20",
        "2027-11-21",
    ];
    let pages = with(json!(starts.map(date)));
    let operators = [
        ("this_week", json!({}), "de"),
        ("past_week", json!({}), "cd"),
        ("past_month", json!({}), "bcd"),
        ("past_year", json!({}), "abcd"),
        ("next_week", json!({}), "ef"),
        ("next_month", json!({}), "efg"),
        ("next_year", json!({}), "efg"),
    ];
    check(&pages, "date", &operators);
}

#[test]
fn times_of_a_page_are_met_as_timestamps_and_as_properties() {
    let time = |name: &str| json!({ "P": name });
    let pages = Pages::of(&[
        time("2024-02-29T00:00:00.000Z"),
        time("2026-10-20T14:00:00.000Z"),
        time("2026-11-19T08:30:00.000Z"),
    ]);
    for kind in ["created_time", "last_edited_time"] {
        for (condition, names) in [
            (json!({ "on_or_after": "2026-10-20T14:00:00.000Z" }), "bc"),
            (json!({ "after": "2026-10-20T14:00:00.000Z" }), "c"),
            (json!({ "past_week": {} }), "c"),
            (json!({ "equals": "2024-02-29" }), "a"),
            (json!({ "is_not_empty": true }), "abc"),
        ] {
            assert_eq!(
                pages.filtered(&json!({ "timestamp": kind, kind: condition })),
                names
            );
            assert_eq!(
                pages.filtered(&json!({ "property": "P", kind: condition })),
                names
            );
        }
    }
}

#[test]
fn formulas_are_compared_by_their_result() {
    for (values, kind, condition, names) in [
        (
            json!(["/blog/a", null]),
            "string",
            json!({ "ends_with": "A" }),
            "a",
        ),
        (
            json!([true, false, null]),
            "checkbox",
            json!({ "equals": false }),
            "bcd",
        ),
        (
            json!([3, 4, null]),
            "number",
            json!({ "greater_than": 3 }),
            "b",
        ),
        (
            json!([date("2026-01-01"), null]),
            "date",
            json!({ "is_empty": true }),
            "bc",
        ),
    ] {
        check(&with(values), "formula", &[(kind, condition, names)]);
    }
}

#[test]
fn rollups_are_compared_by_their_result_or_by_each_of_their_values() {
    let number = [("number", json!({ "greater_than": 3 }), "b")];
    check(&with(json!([3, 4, null])), "rollup", &number);
    let day = [("date", json!({ "before": "2026-02-01" }), "a")];
    check(&with(json!([date("2026-01-01"), null])), "rollup", &day);
    let roles = with(json!([
        ["Editor"],
        ["Editor", "Technician"],
        ["Technician"],
        [],
        null
    ]));
    let has = |name: &str| json!({ "select": { "equals": name } });
    let operators = [
        ("any", has("Editor"), "ab"),
        ("every", has("Editor"), "adef"),
        ("none", has("Editor"), "cdef"),
        ("any", json!({ "rich_text": { "contains": "tech" } }), "bc"),
    ];
    check(&roles, "rollup", &operators);
    let tags = with(json!([[["x"], ["y"]], [["y"]], [[]]]));
    let operators = [
        ("any", json!({ "multi_select": { "contains": "x" } }), "a"),
        (
            "every",
            json!({ "multi_select": { "contains": "y" } }),
            "bd",
        ),
        (
            "every",
            json!({ "multi_select": { "is_empty": true } }),
            "cd",
        ),
    ];
    check(&tags, "rollup", &operators);
}

#[test]
fn groups_are_met_by_all_or_by_any_and_nest_two_deep() {
    let pages = with(json!([1, 2, 3, 4]));
    let is = |number: i32| json!({ "property": "P", "number": { "equals": number } });
    assert_eq!(pages.filtered(&json!({ "or": [is(1), is(4)] })), "ad");
    let above = json!({ "property": "P", "number": { "greater_than": 1 } });
    assert_eq!(
        pages.filtered(&json!({ "and": [above, { "or": [is(1), is(2)] }] })),
        "b"
    );
    assert_eq!(pages.filtered(&json!({ "and": [] })), "abcde");
    assert_eq!(pages.filtered(&json!({ "or": [] })), "");
    let deeper = json!({ "and": [{ "or": [{ "and": [is(1)] }] }] });
    let refused = pages.refused(&deeper);
    assert!(
        refused.starts_with("400 filter.and[0].or[0].and is a group in"),
        "{refused}"
    );
    let many = vec![is(1); 101];
    assert_eq!(
        pages.refused(&json!({ "or": many })),
        "400 filter.or is not a list of at most 100"
    );
}

#[test]
fn every_page_has_a_title_whatever_its_data_source_calls_it() {
    let pages = Pages::of(&[json!({ "Name": "Title a" }), json!({ "title": "own" })]);
    let title = |text: &str| json!({ "property": "title", "title": { "ends_with": text } });
    assert_eq!(pages.filtered(&title(" A")), "a");
    assert_eq!(pages.filtered(&title("own")), "b");
    assert_eq!(
        pages.sorted(&json!([{ "property": "title", "direction": "ascending" }])),
        "ba"
    );
}
