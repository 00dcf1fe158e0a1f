//! In which order pages come, and how a list goes on.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::Query;
use super::{NOON, Pages, date, page, with};

#[test]
fn what_is_empty_comes_last_in_either_direction() {
    let by = |direction: &str| json!([{ "property": "P", "direction": direction }]);
    for (values, ascending, descending) in [
        (json!([2, null, 1, 10]), "cadbe", "dacbe"),
        (json!(["b", "", "A", "Ab"]), "cdabe", "adcbe"),
        (json!([true, null, false]), "cabd", "acbd"),
        (
            json!([date("2026-02-01"), null, date("2026-01-31T23:00:00.000Z")]),
            "cabd",
            "acbd",
        ),
        (json!([["b"], [], ["a", "z"], ["a"]]), "dcabe", "acdbe"),
        (
            json!(["TASK-10", null, "TASK-9", "TASK-100"]),
            "cadbe",
            "dacbe",
        ),
        (json!([[2], [], [1]]), "cabd", "acbd"),
        (json!(["x", null, 1]), "cabd", "acbd"),
    ] {
        let pages = with(values.clone());
        assert_eq!(pages.sorted(&by("ascending")), ascending, "{values}");
        assert_eq!(pages.sorted(&by("descending")), descending, "{values}");
    }
}

#[test]
fn later_sorts_decide_between_equals_and_ids_between_the_rest() {
    let pages = Pages::of(&[
        json!({ "P": 1, "Q": "x" }),
        json!({ "P": 0, "Q": "x" }),
        json!({ "P": 1, "Q": "a" }),
        json!({ "P": 1, "Q": "x" }),
    ]);
    let by = |name: &str, direction: &str| json!({ "property": name, "direction": direction });
    assert_eq!(
        pages.sorted(&json!([by("P", "descending"), by("Q", "ascending")])),
        "cadb"
    );
    assert_eq!(pages.sorted(&json!([by("P", "descending")])), "acdb");
    assert_eq!(
        pages.sorted(&json!([{ "timestamp": "created_time", "direction": "descending" }])),
        "cbad"
    );
    assert_eq!(pages.sorted(&json!([])), "abcd", "the order of the index");
}

#[test]
fn summaries_go_out_as_they_are_stored_and_only_those_of_pages() {
    let odd = r#"{"object":"page","id":"x",  "new": [1.0, {"a": "\u00e9"}],"values":{"P":2}}"#;
    let mut pages = with(json!([1]));
    pages
        .0
        .insert(0, ("page:x".to_owned(), 9_999, odd.to_owned()));
    for (member, summary) in [
        ("database:y", r#"{"object":"database"}"#),
        ("page:z", r#"{"object":"page","id":}"#),
    ] {
        pages
            .0
            .insert(0, (member.to_owned(), 9_999, summary.to_owned()));
    }
    let filter = json!({ "property": "P", "number": { "greater_than": 1 } }).to_string();
    let query = Query::parse("", Some(&filter), None, None, 20).unwrap();
    let body = query.answer(&pages.reply(), NOON).unwrap().unwrap();
    let expected = format!(r#"{{"results":[{odd}],"next_cursor":null,"total":1}}"#);
    assert_eq!(String::from_utf8(body).unwrap(), expected);
}

#[test]
fn a_cursor_goes_on_with_its_own_query_only() {
    let pages = with(json!(["ä", "b", "c"]));
    let filter = r#"{"property":"P","title":{"is_not_empty":true}}"#;
    let spaced = r#"{ "title": {"is_not_empty": true}, "property": "P" }"#;
    let sorts = r#"[{"property":"P","direction":"descending"}]"#;
    let first = pages
        .ask(&[("filter", filter), ("sorts", sorts), ("limit", "1")])
        .unwrap();
    let (ids, cursor, total) = &first;
    assert_eq!((ids.concat().as_str(), *total), ("a", 3));
    let cursor = cursor.as_deref().unwrap();
    assert!(cursor.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let rest = pages
        .ask(&[("filter", spaced), ("sorts", sorts), ("cursor", cursor)])
        .unwrap();
    assert_eq!((rest.0.concat().as_str(), rest.1, rest.2), ("cb", None, 3));
    for parameters in [
        vec![("filter", filter), ("cursor", cursor)],
        vec![("sorts", sorts), ("cursor", cursor)],
        vec![
            ("filter", filter),
            ("sorts", sorts),
            ("cursor", "20~page:x"),
        ],
        vec![
            ("filter", filter),
            ("sorts", sorts),
            ("cursor", &cursor[1..]),
        ],
        vec![("filter", filter), ("sorts", sorts), ("cursor", "é")],
        vec![("filter", filter), ("sorts", sorts), ("cursor", "")],
    ] {
        let refused = pages.ask(&parameters).expect_err("a problem");
        assert!(refused.starts_with("400 cursor is none that"), "{refused}");
    }
    // Of another list, with the same filter.
    let parse = |list: &str, cursor| Query::parse(list, Some(filter), Some(sorts), Some(cursor), 1);
    assert!(parse("", cursor).is_ok());
    assert!(parse("another", cursor).is_err());
}

/// Values of all sorts, few enough to be equal often.
fn value() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!(null)),
        Just(json!("")),
        Just(json!([])),
        Just(json!(-0.0)),
        (0..3_i32).prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        "[aAbB€]{1,2}".prop_map(|text| json!(text)),
        "[a-z]{150}".prop_map(|text| json!(text)),
        "T-[0-9]{1,3}".prop_map(|text| json!(text)),
        any::<bool>().prop_map(|flag| json!(flag)),
        prop::collection::vec("[ab]", 0..3).prop_map(|list| json!(list)),
        (10..29_u32).prop_map(|day| date(&format!("2026-01-{day}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_are_the_whole_list_whatever_goes_comes_or_moves_meanwhile(
        values in prop::collection::vec((value(), value()), 0..26),
        directions in prop::collection::vec(any::<bool>(), 0..3),
        limit in 1..8_usize,
        moved in prop::collection::vec((0..26_usize, value()), 0..4),
    ) {
        let rows: Vec<Json> = values.iter().map(|(p, q)| json!({ "P": p, "Q": q })).collect();
        let mut pages = Pages::of(&rows);
        let sorts: Vec<Json> = directions.iter().zip(["P", "Q"]).map(|(is_up, name)| {
            json!({ "property": name, "direction": if *is_up { "ascending" } else { "descending" } })
        }).collect();
        let sorts = json!(sorts).to_string();
        let (whole, _, total) = pages.ask(&[("sorts", &sorts)]).unwrap();
        prop_assert_eq!((whole.len(), total), (rows.len(), rows.len()));

        let (mut parts, mut cursor) = (Vec::new(), None::<String>);
        let limit = limit.to_string();
        loop {
            let mut parameters = vec![("sorts", sorts.as_str()), ("limit", limit.as_str())];
            parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let (ids, next, _) = pages.ask(&parameters).unwrap();
            parts.extend(ids);
            if cursor.is_none() {
                // After the first part some pages change, or go.
                for (place, value) in &moved {
                    if let Some(entry) = pages.0.get_mut(*place) {
                        let id = entry.0.replace("page:", "");
                        *entry = page(&id, entry.1, &json!({ "P": value, "Q": value }));
                    }
                }
                if let (Some((place, _)), true) = (moved.first(), moved.len() > 2) {
                    pages.0.retain(|(member, ..)| pages_member(*place) != *member);
                }
            }
            cursor = next;
            if cursor.is_none() { break; }
        }
        let touched: Vec<String> = moved.iter().map(|(place, _)| pages_member(*place).replace("page:", "")).collect();
        let untouched = |ids: &[String]| -> Vec<String> {
            ids.iter().filter(|id| !touched.contains(id)).cloned().collect()
        };
        prop_assert_eq!(untouched(&parts), untouched(&whole));
    }
}

fn pages_member(place: usize) -> String {
    let name = "abcdefghijklmnopqrstuvwxyz".chars().nth(place).unwrap();
    format!("page:{name}")
}
