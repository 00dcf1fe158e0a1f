//! Lists of thousands of pages: what looks at all of them keeps Redis from nobody else for long, and a sitemap has no end.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use notion_edge_core::failure::Failure;
use notion_edge_core::read::{Answer, Problem, Request, Route};
use notion_edge_core::redis::Value as Reply;
use notion_edge_core::store::Operation;
use serde_json::{Value, json};

use crate::world::World;

const DATABASE: &str = "670c5891-45d2-4c06-a206-02e0fc80fa6f";
const SOURCE: &str = "b1094c7e-5d2f-4a86-8e13-7f60c2d9a4b5";
const SITE: &str = "https://x.example";

fn empty() -> World {
    let mut world = World::scripted(|_| Err(Failure::NotFound));
    world.is_strict = true;
    world
}

/// The longest list of texts in a reply to a script.
fn most_texts(reply: &Reply) -> usize {
    let texts = |it: &Reply| {
        let is_summary = |it: &&Reply| matches!(it, Reply::Text(text) if text.starts_with('{'));
        it.items().iter().filter(is_summary).count()
    };
    let inside = reply.items().iter().map(texts).max();
    texts(reply).max(inside.unwrap_or_default())
}

impl World {
    /// Has the pages that `add_summaries` adds be rows of a database, whose summary is there.
    fn make_rows(&mut self, numbers: std::ops::Range<u32>) {
        let keys = Self::keys();
        let source = SOURCE.parse().unwrap();
        let mut rows = redis::cmd("ZADD");
        rows.arg(keys.rows(source));
        let mut summaries = redis::cmd("HSET");
        summaries.arg(keys.summaries());
        for number in numbers {
            let id = format!("00000000-0000-4000-8000-{number:012}");
            let lineage = r#""values":{"lineage":{"id":"x"}}"#;
            let summary = format!(
                r#"{{"object":"page","id":"{id}","title":"{number}","path":"/{number}","icon":null,"database_id":"{DATABASE}","ancestors":["{DATABASE}"],"created_time":"2026-06-01T00:00:00.000Z","last_edited_time":"2026-06-01T00:00:00.000Z","excerpt":"",{lineage}}}"#
            );
            rows.arg(number).arg(format!("page:{id}"));
            summaries.arg(format!("page:{id}")).arg(summary);
        }
        let database =
            format!(r#"{{"object":"database","id":"{DATABASE}","title":"D","ancestors":[]}}"#);
        summaries.arg(format!("database:{DATABASE}")).arg(database);
        rows.exec(&mut self.connection).unwrap();
        summaries.exec(&mut self.connection).unwrap();
    }

    /// What a site with an address of its own gets.
    fn site(&mut self, address: &str) -> Result<Answer, Problem> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        self.serve(&Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Request::pairs(query),
            site: Some(SITE.to_owned()),
            base: "https://worker.example".to_owned(),
            ..Request::default()
        })
    }

    fn sitemap(&mut self, address: &str) -> Vec<String> {
        let body = self.site(address).unwrap().body;
        let text = String::from_utf8(body).unwrap();
        let places = text.split("<loc>").skip(1);
        let places = places.map(|it| it.split("</loc>").next().unwrap().to_owned());
        places.collect()
    }
}

#[test]
fn no_script_reads_more_than_a_thousand_summaries() {
    let mut world = empty();
    world.add_summaries(0..2_500, "e");
    world.make_rows(0..2_500);
    let most = Rc::new(Cell::new(0));
    let seen = most.clone();
    world.garble = Some(Box::new(move |_, command, answer| {
        let is_script = command.words()[0].starts_with("EVAL");
        if let (true, Ok(reply)) = (is_script, &answer) {
            seen.set(seen.get().max(most_texts(reply)));
        }
        answer
    }));
    let sorts = r#"[{"property":"title","direction":"ascending"}]"#;
    for address in [
        "/v1/search?q=1&limit=1".to_owned(),
        "/v1/tree?rows=true".to_owned(),
        format!("/v1/pages?sorts={sorts}"),
        format!("/v1/pages?data_source_id={SOURCE}&sorts={sorts}"),
    ] {
        world.told(&address).unwrap();
        // One database, which the part of a tree has behind its pages.
        assert!(most.get() <= 1_001, "{} by {address}", most.get());
        assert_eq!(world.requests(&address), 2, "{address}");
    }
    let listed = world.list(&[("sorts", sorts), ("limit", "1")]);
    assert_eq!(listed["total"], 2_500);
}

#[test]
fn a_tree_in_parts_has_all_rows_and_their_database_once() {
    let mut world = empty();
    for rows in [1_000, 1_001, 3_000] {
        world.add_summaries(0..rows, "e");
        world.make_rows(0..rows);
        let tree = world.told("/v1/tree?rows=true").unwrap();
        let roots = tree["results"].as_array().unwrap();
        assert_eq!(roots.len(), 1, "{rows}");
        assert_eq!(roots[0]["id"], DATABASE);
        let children = roots[0]["children"].as_array().unwrap();
        assert_eq!(children.len(), rows as usize);
        let tree = world.told(&format!("/v1/tree?root={DATABASE}")).unwrap();
        let children = tree["results"][0]["children"].as_array().unwrap();
        assert_eq!(children.len(), rows as usize);
        let missing = world.told(&format!("/v1/tree?root={SOURCE}"));
        assert_eq!(missing, Err(404));
    }
}

#[test]
fn what_goes_while_a_long_list_is_read_is_left_out() {
    let mut world = empty();
    world.is_strict = false;
    world.add_summaries(0..1_500, "e");
    let request = Request {
        method: "GET".to_owned(),
        path: "/v1/search".to_owned(),
        query: Request::pairs("q=page&limit=1"),
        ..Request::default()
    };
    world.serve(&request).unwrap();
    let route = Route::parse(&request).unwrap();
    let mut call = route
        .call(&World::keys(), world.audience, world.now)
        .unwrap();
    let mut requests = 0;
    let found = loop {
        let commands = call.poll().commands;
        let replies = commands.iter().map(|it| world.run(it)).collect();
        if let Some(found) = call.apply(replies).unwrap() {
            break found;
        }
        requests += 1;
        assert!(call.is_long());
        redis::cmd("HDEL")
            .arg(World::keys().summaries())
            .arg("page:00000000-0000-4000-8000-000000001499")
            .exec(&mut world.connection)
            .unwrap();
    };
    assert_eq!(requests, 1);
    let answer = route.answer(world.audience, Ok(found)).unwrap();
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["total"], 1_499);
    assert_eq!(body["results"][0]["title"], "Page 1498");
}

#[test]
fn a_long_list_of_more_than_16_mb_is_refused_before_it_is_read() {
    let mut world = empty();
    world.add_summaries(0..1_600, &"x".repeat(9_000));
    assert!(world.told("/v1/search?q=page&limit=1").is_ok());
    world.add_summaries(1_600..2_000, &"x".repeat(9_000));
    assert_eq!(world.told("/v1/search?q=page&limit=1"), Err(422));
    assert_eq!(world.requests("/v1/search?q=page&limit=1"), 1);
}

#[test]
fn a_sitemap_of_more_than_ten_thousand_pages_is_the_index_of_its_parts() {
    let mut world = empty();
    let add = |world: &mut World, numbers: std::ops::Range<u32>| {
        let pages = redis::cmd("ZADD").arg(World::keys().pages()).to_owned();
        world.make_rows(numbers.clone());
        let pages = numbers.fold(pages, |mut pages, number| {
            let member = format!("page:00000000-0000-4000-8000-{number:012}");
            pages.arg(number).arg(member);
            pages
        });
        pages.exec(&mut world.connection).unwrap();
    };
    add(&mut world, 0..10_000);
    assert_eq!(world.sitemap("/sitemap.xml").len(), 10_000);
    add(&mut world, 10_000..10_001);
    let parts = world.sitemap("/sitemap.xml");
    let expected: Vec<String> = (1..=5)
        .map(|part| format!("https://worker.example/sitemap.xml?part={part}"))
        .collect();
    assert_eq!(parts, expected);
    let mut all = Vec::new();
    for part in 1..=5 {
        let part = world.sitemap(&format!("/sitemap.xml?part={part}"));
        assert!(part.len() <= 2_500);
        all.extend(part);
    }
    let once: HashSet<&String> = all.iter().collect();
    assert_eq!((once.len(), all.len()), (10_001, 10_001));
    assert!(once.contains(&format!("{SITE}/10000")));
    let status = |answer: Result<Answer, Problem>| match answer {
        Ok(answer) => answer.status,
        Err(problem) => problem.answer().status,
    };
    assert_eq!(status(world.site("/sitemap.xml?part=6")), 404);
    assert_eq!(status(world.site("/sitemap.xml?part=0")), 400);
}

#[test]
fn a_feed_of_a_data_source_reads_its_latest_rows_only() {
    let mut world = empty();
    world.make_rows(0..10_001);
    let feed = format!("/feed.json?data_source_id={SOURCE}&limit=3");
    let most = Rc::new(Cell::new(0));
    let seen = most.clone();
    world.garble = Some(Box::new(move |_, _, answer| {
        let texts = answer.as_ref().map_or(0, most_texts);
        seen.set(seen.get().max(texts));
        answer
    }));
    let body = world.site(&feed).unwrap().body;
    let body: Value = serde_json::from_slice(&body).unwrap();
    let titles = body["items"].as_array().unwrap().iter();
    let titles: HashSet<&Value> = titles.map(|it| &it["title"]).collect();
    let expected = [json!("9998"), json!("9999"), json!("10000")];
    assert_eq!(titles, expected.iter().collect());
    assert_eq!(most.get(), 3);
    let by_date = world.site(&format!("{feed}&date=Published")).unwrap_err();
    assert_eq!(by_date.answer().status, 422);
}
