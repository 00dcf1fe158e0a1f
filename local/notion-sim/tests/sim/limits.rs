//! Budgets, faults, lags and cuts: everything that makes a client's life hard on purpose.
//! Nothing here waits: the clock is an argument.

use std::collections::BTreeMap;

use notion_sim::{BLOG_DATA_SOURCE_ID, Change, HOME_PAGE_ID, Options, Workspace, oracle};

use crate::client::{Client, NOON, ids, text};

fn with(options: Options) -> Client {
    Client::new(Workspace::demo(), options)
}

#[test]
fn the_budget_is_per_fixed_minute_and_says_how_long_to_wait() {
    let mut client = with(Options {
        rate: Some(3),
        ..Options::default()
    });
    client.now_ms = NOON + 47_200;
    let statuses: Vec<u16> = (0..4).map(|_| client.get("users/me").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    let refused = client.get("users/me");
    assert_eq!(refused.header("retry-after"), Some("13"));
    assert_eq!(refused.text(&["additional_data", "retry_after"]), "13");
    assert_eq!(
        refused.text(&["additional_data", "rate_limit_reason"]),
        "public_api_request_rate_limit"
    );
    assert!(refused.header("x-ratelimit-remaining").is_none());
    client.now_ms = NOON + 59_999;
    assert_eq!(client.get("users/me").header("retry-after"), Some("1"));
    client.now_ms = NOON + 60_000;
    assert_eq!(client.get("users/me").status, 200);
    assert_eq!(client.sim.requests().throttled, 3);
}

#[test]
fn faults_are_as_many_as_asked_for_and_come_again_with_the_seed() {
    let run = |seed| {
        let mut client = with(Options {
            seed,
            faults: 0.2,
            ..Options::default()
        });
        let statuses: Vec<u16> = (0..2_000).map(|_| client.get("users/me").status).collect();
        let counters = client.sim.requests().clone();
        assert_eq!(
            counters.served["users.me"] + counters.faults,
            2_000,
            "a fault is no served request"
        );
        statuses
    };
    let statuses = run(5);
    assert_eq!(statuses, run(5));
    assert_ne!(statuses, run(6));
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    statuses
        .iter()
        .for_each(|status| *counts.entry(*status).or_default() += 1);
    assert_eq!(
        counts.keys().copied().collect::<Vec<_>>(),
        [200, 409, 429, 500, 502, 503, 504, 529]
    );
    assert!((1_500..1_700).contains(&counts[&200]), "{counts:?}");
}

#[test]
fn a_bad_gateway_is_a_page_of_the_edge_and_not_notions() {
    let mut client = with(Options {
        seed: 5,
        faults: 1.0,
        ..Options::default()
    });
    let answers: Vec<_> = (0..200).map(|_| client.get("users/me")).collect();
    for answer in &answers {
        let is_html = answer.header("content-type") == Some("text/html; charset=UTF-8");
        assert_eq!(is_html, answer.status == 502);
        assert_eq!(answer.header("x-notion-request-id").is_none(), is_html);
        assert!(answer.header("cf-ray").is_some());
        assert_eq!(
            answer.header("retry-after").is_some(),
            matches!(answer.status, 429 | 529)
        );
    }
    assert!(answers.iter().any(|answer| answer.status == 502));
}

#[test]
fn a_short_page_is_not_the_end() {
    let mut client = with(Options {
        page_size_limit: 3,
        ..Options::default()
    });
    let first = client.get(&format!("blocks/{HOME_PAGE_ID}/children?page_size=100"));
    assert_eq!(first.body.get("results").unwrap().items().len(), 3);
    assert_eq!(first.text(&["has_more"]), "true");
    let all = client.list(&format!("blocks/{HOME_PAGE_ID}/children"));
    assert_eq!(
        all,
        Client::demo().list(&format!("blocks/{HOME_PAGE_ID}/children"))
    );
}

#[test]
fn the_cursor_of_a_listing_of_children_is_the_next_block() {
    let mut client = Client::demo();
    let all = ids(&client.list(&format!("blocks/{HOME_PAGE_ID}/children")));
    let first = client.get(&format!("blocks/{HOME_PAGE_ID}/children?page_size=2"));
    assert_eq!(first.text(&["next_cursor"]), all[2]);
}

#[test]
fn a_long_page_comes_in_several_pages() {
    let mut client = Client::demo();
    let page = client.query("search", "\"query\":\"a month of tides\"");
    let path = format!("blocks/{}/children", text(&page[0], &["id"]));
    assert_eq!(
        client.get(&path).body.get("results").unwrap().items().len(),
        100
    );
    assert!(client.list(&path).len() > 110);
}

#[test]
fn a_cursor_of_a_query_dies_and_one_of_children_does_not() {
    let mut client = with(Options {
        cursor_ttl_ms: Some(50_000),
        ..Options::default()
    });
    let query = format!("data_sources/{BLOG_DATA_SOURCE_ID}/query");
    let cursor = client
        .post(&query, r#"{"page_size":2}"#)
        .text(&["next_cursor"]);
    assert_eq!(cursor.len(), 75);
    assert!(cursor.starts_with("s:"));
    let body = format!("{{\"start_cursor\":\"{cursor}\"}}");
    assert_eq!(client.post(&query, &body).status, 200);
    client.now_ms += 60_000;
    assert_eq!(
        client.post(&query, &body).error().2,
        format!("The start_cursor provided is invalid: {cursor}")
    );
}

#[test]
fn a_query_ends_at_its_depth_and_says_so_on_every_page() {
    let options = Options {
        query_depth_limit: 7,
        ..Options::default()
    };
    let mut client = with(options);
    let query = format!("data_sources/{BLOG_DATA_SOURCE_ID}/query");
    let first = client.post(&query, r#"{"page_size":5}"#);
    let body = format!(
        "{{\"page_size\":5,\"start_cursor\":\"{}\"}}",
        first.text(&["next_cursor"])
    );
    let last = client.post(&query, &body);
    for page in [&first, &last] {
        assert_eq!(
            page.text(&["request_status", "incomplete_reason"]),
            "query_result_limit_reached"
        );
    }
    assert_eq!(last.body.get("results").unwrap().items().len(), 2);
    assert_eq!(last.text(&["has_more"]), "false");
    let narrow = r#"{"filter":{"property":"Featured","checkbox":{"equals":true}}}"#;
    assert!(
        client
            .post(&query, narrow)
            .body
            .get("request_status")
            .is_none()
    );
}

#[test]
fn search_lags_behind_edits_and_new_pages() {
    let mut client = with(Options {
        search_lag_ms: 120_000,
        ..Options::default()
    });
    let oldest = ids(&client.query("search", "")).pop().unwrap();
    let change = Change::SetTitle {
        page: HOME_PAGE_ID.parse().unwrap(),
        title: "New".to_string(),
    };
    client.sim.workspace_mut().apply(change, NOON).unwrap();
    let create = Change::CreatePage {
        parent: HOME_PAGE_ID.parse().unwrap(),
        title: "Fresh".to_string(),
    };
    let fresh = client
        .sim
        .workspace_mut()
        .apply(create, NOON)
        .unwrap()
        .to_string();
    let before = client.query("search", "");
    assert_ne!(
        ids(&before)[0],
        HOME_PAGE_ID,
        "an edit has not moved it yet"
    );
    let home = before
        .iter()
        .find(|object| text(object, &["id"]) == HOME_PAGE_ID)
        .unwrap();
    assert_eq!(
        text(home, &["last_edited_time"]),
        "2026-11-20T12:00:00.000Z",
        "but it shows itself as it is"
    );
    assert!(!ids(&before).contains(&fresh));
    client.now_ms = NOON + 120_000;
    let after = ids(&client.query("search", ""));
    assert!(after[..2].contains(&HOME_PAGE_ID.to_string()) && after[..2].contains(&fresh));
    assert_eq!(after.last(), Some(&oldest));
}

#[test]
fn search_may_know_nothing_but_the_roots() {
    let omission = Options {
        search_omission: 1.0,
        ..Options::default()
    };
    let mut client = Client::new(Workspace::demo_with_generated(300, 2), omission);
    let found = client.query("search", "");
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|object| text(object, &["parent", "type"]) == "workspace"),
        "{:?}",
        ids(&found)
    );
}

#[test]
fn objects_may_come_as_nothing_but_their_id() {
    let mut client = with(Options {
        partial_objects: 1.0,
        ..Options::default()
    });
    for row in client.query(&format!("data_sources/{BLOG_DATA_SOURCE_ID}/query"), "") {
        assert_eq!(row.entries().len(), 2);
        let alone = client.get(&format!("pages/{}", text(&row, &["id"])));
        assert!(
            alone.body.get("properties").is_some(),
            "by itself it is whole"
        );
    }
}

#[test]
fn values_are_cut_at_25_references_and_whole_by_themselves() {
    let mut client = Client::demo();
    let books = oracle::pages(client.sim.workspace());
    let id = books
        .into_iter()
        .find(|page| page.title == "The Little Auk manual of tides")
        .unwrap()
        .id;
    let manual = client.get(&format!("pages/{id}")).body;
    let properties = manual.get("properties").unwrap();
    let relation = properties.get("Explains").unwrap();
    assert_eq!(relation.get("relation").unwrap().items().len(), 25);
    assert_eq!(text(relation, &["has_more"]), "true");
    assert_eq!(
        text(properties, &["Terms", "rollup", "number"]),
        "25",
        "computed over what is shown"
    );
    let mentions = |items: &[notion_sim::Json]| {
        items
            .iter()
            .filter(|item| text(item, &["type"]) == "mention")
            .count()
    };
    assert_eq!(
        mentions(
            properties
                .get("Index")
                .unwrap()
                .get("rich_text")
                .unwrap()
                .items()
        ),
        25
    );
    let mut full = |name: &str| {
        client.list(&format!(
            "pages/{}/properties/{}?page_size=10",
            id,
            text(properties, &[name, "id"])
        ))
    };
    assert_eq!(full("Explains").len(), 32);
    let index = full("Index");
    assert_eq!(
        index
            .iter()
            .filter(|item| text(item, &["rich_text", "type"]) == "mention")
            .count(),
        30
    );
    assert_eq!(full("Terms").len(), 32);
    let rollup = format!(
        "pages/{}/properties/{}",
        id,
        text(properties, &["Terms", "id"])
    );
    let first = client.get(&format!("{rollup}?page_size=10"));
    assert_eq!(
        first.text(&["property_item", "rollup", "type"]),
        "incomplete"
    );
    assert!(
        first
            .text(&["property_item", "next_url"])
            .contains("start_cursor=")
    );
    assert_eq!(
        client
            .get(&rollup)
            .text(&["property_item", "rollup", "number"]),
        "32"
    );
}

#[test]
fn signed_urls_differ_on_each_read_and_expire() {
    let options = Options {
        signed_url_ttl_ms: 60_000,
        files_base: Some("http://127.0.0.1:1/files".to_string()),
        ..Options::default()
    };
    let mut client = with(options);
    let documentation = client.query("search", "\"query\":\"documentation\"");
    let path = format!("pages/{}", text(&documentation[0], &["id"]));
    let url = |client: &mut Client| client.get(&path).text(&["cover", "file", "url"]);
    let (first, second) = (url(&mut client), url(&mut client));
    assert_ne!(first, second);
    assert_eq!(
        client.get(&path).text(&["cover", "file", "expiry_time"]),
        "2026-11-20T12:01:00.000Z"
    );
    let mut fetch = |url: &str, now_ms| {
        let request = http::Request::get(url).body(Vec::new()).unwrap();
        let response = client.sim.handle(&request, now_ms);
        (
            response.status().as_u16(),
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .to_string(),
        )
    };
    assert_eq!(fetch(&first, NOON + 59_999), (200, "image/png".to_string()));
    assert_eq!(
        fetch(&first, NOON + 60_000),
        (403, "application/xml".to_string())
    );
    assert_eq!(
        fetch(
            &first.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
            NOON
        )
        .0,
        403
    );
    assert_eq!(fetch(first.split('?').next().unwrap(), NOON).0, 403);
    assert_eq!(
        fetch("/files/assets/cover-harbour.svg", NOON),
        (200, "image/svg+xml".to_string())
    );
}

#[test]
fn the_same_requests_get_the_same_answers() {
    let run = || {
        let mut client = Client::new(
            Workspace::demo_with_generated(100, 3),
            Options {
                seed: 9,
                faults: 0.1,
                ..Options::default()
            },
        );
        let mut answers = Vec::new();
        for _ in 0..100 {
            answers.push(client.post("search", r#"{"page_size":5}"#).body);
        }
        answers
    };
    assert_eq!(run(), run());
}
