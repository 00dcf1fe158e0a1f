//! A list with a filter or in an order gives what Notion gives to the same query, by the sim.

use notion_sim::{BLOG_DATA_SOURCE_ID, Options, Workspace};
use serde_json::{Value, json};

use crate::world::World;

const TEAM: &str = "cd64fb1e-a953-4ae2-afa8-a1efb8ea1882";
const TERMS: &str = "101379c7-d2ab-4d67-8074-a6442ba33d67";
const BOOKS: &str = "04a0a7d3-d3f1-4773-a6e3-5f4b2b1522b8";

const MARA: &str = "62f746b4-84e6-4ceb-95bd-447e7184d454";
const A_POST: &str = "0d0b7738-32da-4aeb-ba7f-2f8a832af3b7";

impl World {
    /// The ids that the sim gives for a query of a data source.
    fn queried(&mut self, data_source: &str, query: &Value) -> Vec<String> {
        let request = http::Request::builder()
            .method(http::Method::POST)
            .uri(format!("/v1/data_sources/{data_source}/query"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("notion-version", "2026-03-11")
            .header("content-type", "application/json")
            .body(query.to_string().into_bytes())
            .unwrap();
        let answer = self.sim.handle(&request, self.now.millis());
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{query}: {body}");
        ids(&body)
    }

    /// The ids that a reader gets for the same.
    fn selected(&mut self, data_source: &str, query: &Value) -> Vec<String> {
        let text = |name: &str| query.get(name).map(Value::to_string);
        let (filter, sorts) = (text("filter"), text("sorts"));
        let mut parameters = vec![("data_source_id", data_source), ("limit", "100")];
        parameters.extend(filter.as_deref().map(|filter| ("filter", filter)));
        parameters.extend(sorts.as_deref().map(|sorts| ("sorts", sorts)));
        let listed = self.list(&parameters);
        let ids = ids(&listed);
        assert_eq!(listed["total"], ids.len(), "{query}");
        ids
    }

    /// Puts pages into the index as an export would, thousands at a time.
    fn add_pages(&mut self, numbers: std::ops::Range<u32>, values: impl Fn(u32) -> Value) {
        let keys = Self::keys();
        let (mut zadd, mut hset) = (redis::cmd("ZADD"), redis::cmd("HSET"));
        zadd.arg(keys.pages());
        hset.arg(keys.summaries());
        for number in numbers {
            let member = format!("page:{number:05}");
            let values = values(number);
            let summary = format!(
                r#"{{"object":"page","id":"{number}","title":"T","created_time":"","last_edited_time":"","values":{values}}}"#
            );
            zadd.arg(number).arg(&member);
            hset.arg(&member).arg(summary);
        }
        zadd.exec(&mut self.connection).unwrap();
        hset.exec(&mut self.connection).unwrap();
    }
}

fn ids(list: &Value) -> Vec<String> {
    let results = list["results"].as_array().unwrap().iter();
    results
        .map(|page| page["id"].as_str().unwrap().to_owned())
        .collect()
}

fn demo() -> World {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    world.run_to_the_end();
    world
}

#[test]
fn filters_give_the_rows_that_notion_gives() {
    let mut world = demo();
    let texts = [
        json!({ "equals": "OPEN FIRMWARE" }),
        json!({ "does_not_equal": "Open firmware" }),
        json!({ "contains": "tHe" }),
        json!({ "does_not_contain": "the" }),
        json!({ "starts_with": "a" }),
        json!({ "ends_with": "E" }),
        json!({ "is_empty": true }),
        json!({ "is_not_empty": true }),
    ];
    let numbers = |number: i64| {
        [
            json!({ "equals": number }),
            json!({ "does_not_equal": number }),
            json!({ "greater_than": number }),
            json!({ "less_than": number }),
            json!({ "greater_than_or_equal_to": number }),
            json!({ "less_than_or_equal_to": number }),
            json!({ "is_empty": true }),
            json!({ "is_not_empty": true }),
        ]
    };
    let dates = [
        json!({ "equals": "2025-06-18" }),
        json!({ "before": "2025-06-18" }),
        json!({ "after": "2025-06-18" }),
        json!({ "on_or_before": "2025-06-18T00:00:00Z" }),
        json!({ "on_or_after": "2026-10-20T14:00:00.000Z" }),
        json!({ "before": "today" }),
        json!({ "after": "one_month_ago" }),
        json!({ "this_week": {} }),
        json!({ "past_week": {} }),
        json!({ "past_month": {} }),
        json!({ "past_year": {} }),
        json!({ "next_week": {} }),
        json!({ "next_month": {} }),
        json!({ "next_year": {} }),
        json!({ "is_empty": true }),
        json!({ "is_not_empty": true }),
    ];
    let options = |names: Value| {
        [
            json!({ "equals": names }),
            json!({ "does_not_equal": names }),
            json!({ "is_empty": true }),
            json!({ "is_not_empty": true }),
        ]
    };
    let lists = |items: Value| {
        [
            json!({ "contains": items }),
            json!({ "does_not_contain": items }),
            json!({ "is_empty": true }),
            json!({ "is_not_empty": true }),
        ]
    };
    let flags = [
        json!({ "equals": true }),
        json!({ "equals": false }),
        json!({ "does_not_equal": true }),
    ];

    let mut filters: Vec<(&str, Value)> = Vec::new();
    let mut add = |source, name: &str, kind: &str, conditions: &[Value]| {
        let filter = |condition: &Value| json!({ "property": name, kind: condition });
        filters.extend(
            conditions
                .iter()
                .map(|condition| (source, filter(condition))),
        );
    };
    let under = |kind: &str, conditions: &[Value]| -> Vec<Value> {
        conditions
            .iter()
            .map(|condition| json!({ kind: condition }))
            .collect()
    };
    const BLOG: &str = BLOG_DATA_SOURCE_ID;
    add(BLOG, "Name", "title", &texts);
    add(BLOG, "Slug", "rich_text", &texts);
    add(BLOG, "Summary", "rich_text", &texts);
    add(BLOG, "Source", "url", &texts);
    add(BLOG, "Contact", "email", &texts);
    add(BLOG, "Hotline", "phone_number", &texts);
    add(BLOG, "Words", "number", &numbers(430));
    add(BLOG, "ID", "unique_id", &numbers(3));
    add(BLOG, "Featured", "checkbox", &flags);
    add(BLOG, "Status", "status", &options(json!("Published")));
    add(
        BLOG,
        "Status",
        "status",
        &options(json!(["Draft", "In review"])),
    );
    add(BLOG, "Category", "select", &options(json!("Story")));
    add(BLOG, "Tags", "multi_select", &lists(json!("field work")));
    add(
        BLOG,
        "Tags",
        "multi_select",
        &lists(json!(["software", "tides"])),
    );
    add(BLOG, "Published", "date", &dates);
    add(BLOG, "Created", "created_time", &dates);
    add(BLOG, "Edited", "last_edited_time", &dates);
    add(BLOG, "Authors", "people", &lists(json!(MARA)));
    add(BLOG, "Created by", "created_by", &lists(json!(MARA)));
    add(BLOG, "Edited by", "last_edited_by", &lists(json!(MARA)));
    add(BLOG, "Related", "relation", &lists(json!(A_POST)));
    add(BLOG, "Attachments", "files", &lists(json!("x"))[2..]);
    add(
        BLOG,
        "Verified",
        "verification",
        &["verified", "expired", "none"].map(|state| json!({ "status": state })),
    );
    add(BLOG, "Path", "formula", &under("string", &texts));
    add(BLOG, "Live", "formula", &under("checkbox", &flags));
    add(
        BLOG,
        "Age in days",
        "formula",
        &under("number", &numbers(300)),
    );
    add(BLOG, "Review on", "formula", &under("date", &dates));
    add(
        BLOG,
        "Related count",
        "rollup",
        &under("number", &numbers(2)),
    );
    add(
        BLOG,
        "Words in related",
        "rollup",
        &under("number", &numbers(700)),
    );
    add(BLOG, "Latest related", "rollup", &under("date", &dates));
    for quantifier in ["any", "every", "none"] {
        let each = under("select", &options(json!("Field technician")));
        add(BLOG, "Author roles", "rollup", &under(quantifier, &each));
    }
    add(TEAM, "Posts", "relation", &lists(json!(A_POST)));
    add(TEAM, "Since", "date", &dates);
    add(TEAM, "Role", "select", &options(json!("Engineer")));
    add(TERMS, "Meaning", "rich_text", &texts);
    add(BOOKS, "Year", "number", &numbers(2022));
    for kind in ["created_time", "last_edited_time"] {
        let filter = |condition: &Value| (BLOG, json!({ "timestamp": kind, kind: condition }));
        filters.extend(dates.iter().map(filter));
    }
    let words = |number: i64| json!({ "property": "Words", "number": { "greater_than": number } });
    let is = |name: &str| json!({ "property": "Status", "status": { "equals": name } });
    filters.push((BLOG, json!({ "and": [is("Published"), { "or": [words(1_300), { "property": "Featured", "checkbox": { "equals": true } }] }] })));
    filters.push((
        BLOG,
        json!({ "or": [is("Draft"), { "and": [is("Published"), words(700)] }] }),
    ));

    let mut distinct = 0;
    for (source, filter) in filters {
        let query = json!({ "filter": filter });
        let mut expected = world.queried(source, &query);
        let mut selected = world.selected(source, &query);
        distinct += usize::from((1..11).contains(&expected.len()));
        expected.sort();
        selected.sort();
        assert_eq!(selected, expected, "{query}");
    }
    // Most of them choose some rows and leave out others, so that this test can fail.
    assert!(distinct > 150, "{distinct}");
}

#[test]
fn sorts_give_the_rows_in_notions_order() {
    let mut world = demo();
    // Not options of a select or status: their order in Notion is that of the schema.
    for name in [
        "Name",
        "Slug",
        "Summary",
        "Published",
        "Words",
        "Featured",
        "Source",
        "Contact",
        "ID",
        "Path",
        "Live",
        "Age in days",
        "Review on",
        "Related count",
        "Words in related",
        "Latest related",
        "Created",
        "Edited",
    ] {
        for direction in ["ascending", "descending"] {
            let by =
                |name: &str, direction: &str| json!({ "property": name, "direction": direction });
            let query = json!({ "sorts": [by(name, direction), by("ID", "ascending")] });
            let expected = world.queried(BLOG_DATA_SOURCE_ID, &query);
            assert_eq!(
                world.selected(BLOG_DATA_SOURCE_ID, &query),
                expected,
                "{query}"
            );
        }
    }
    for timestamp in ["created_time", "last_edited_time"] {
        let by = json!({ "timestamp": timestamp, "direction": "descending" });
        let query = json!({ "sorts": [by, { "property": "ID", "direction": "ascending" }] });
        let expected = world.queried(BLOG_DATA_SOURCE_ID, &query);
        assert_eq!(
            world.selected(BLOG_DATA_SOURCE_ID, &query),
            expected,
            "{query}"
        );
    }
}

#[test]
fn parts_of_a_sorted_list_are_all_of_it_over_every_page() {
    let mut world = demo();
    let sorts = r#"[{"property":"title","direction":"ascending"}]"#;
    let whole = world.list(&[("sorts", sorts), ("limit", "100")]);
    assert_eq!(whole["total"], world.list(&[])["total"]);
    let (mut parts, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut parameters = vec![("sorts", sorts), ("limit", "7")];
        parameters.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let part = world.list(&parameters);
        assert_eq!(part["total"], whole["total"]);
        parts.extend(ids(&part));
        cursor = part["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(parts.len(), whole["total"].as_u64().unwrap() as usize);
    assert_eq!(parts[..ids(&whole).len()], ids(&whole));
}

#[test]
fn ten_thousand_pages_are_looked_at_without_those_that_expired_and_one_more_is_refused() {
    let mut world = World::scripted(|_| Err(notion_edge_core::failure::Failure::NotFound));
    world.is_strict = true;
    world.add_pages(0..10_000, |number| json!({ "N": number }));
    let keys = World::keys();
    let now = world.now.millis();
    for (number, until) in [(3, 0), (4, now), (5, now + 1)] {
        let (until, member) = (until.to_string(), format!("page:{number:05}"));
        redis::cmd("ZADD")
            .arg(&[&keys.expiry(), &until, &member])
            .exec(&mut world.connection)
            .unwrap();
    }
    let sorts = r#"[{"property":"N","direction":"ascending"}]"#;
    let listed = world.list(&[("sorts", sorts), ("limit", "5")]);
    assert_eq!(
        (ids(&listed), &listed["total"]),
        (
            ["0", "1", "2", "5", "6"].map(str::to_owned).to_vec(),
            &json!(9_998)
        )
    );
    let filter = r#"{"property":"N","number":{"less_than":6}}"#;
    let listed = world.list(&[("filter", filter)]);
    assert_eq!(ids(&listed), ["5", "2", "1", "0"], "the newest first");

    world.add_pages(10_000..10_001, |_| json!({}));
    let problem = world.read("/v1/pages", &[("sorts", sorts)]).unwrap_err();
    assert_eq!(problem.answer().status, 422);
    assert!(world.read("/v1/pages", &[]).is_ok());
}

#[test]
fn more_than_16_mb_of_summaries_are_refused() {
    let mut world = World::scripted(|_| Err(notion_edge_core::failure::Failure::NotFound));
    let text = "x".repeat(1_000_000);
    world.add_pages(0..16, |_| json!({ "T": text }));
    let filter = r#"{"property":"T","rich_text":{"is_not_empty":true}}"#;
    assert_eq!(
        world.list(&[("filter", filter), ("limit", "1")])["total"],
        16
    );
    world.add_pages(16..17, |_| json!({ "T": text }));
    let problem = world.read("/v1/pages", &[("filter", filter)]).unwrap_err();
    assert_eq!(problem.answer().status, 422);
}
