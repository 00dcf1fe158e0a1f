//! Every page gets a path of its own, however many want the same.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::document::PathPattern;
use notion_sim::{Options, Workspace};
use serde_json::{Value, json};

use crate::script::{A, B, C, NEW, OLD, list, page, page_in};
use crate::world::World;

fn exported(pages: Vec<Value>) -> World {
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&pages),
        _ => list(&[]),
    });
    assert_eq!(world.run_to_the_end(), 1);
    world
}

fn paths(world: &mut World) -> BTreeSet<String> {
    let documents = world.documents();
    documents
        .values()
        .map(|document| document["path"].as_str().unwrap().to_owned())
        .collect()
}

fn with_slug(mut page: Value, slug: &str) -> Value {
    page["properties"]["Slug"] = json!({
        "id": "s", "type": "rich_text",
        "rich_text": [{ "type": "text", "text": { "content": slug }, "plain_text": slug }],
    });
    page
}

#[test]
fn pages_made_together_may_have_the_same_title_or_none() {
    for title in ["Notes", ""] {
        let mut world = exported([A, B, C].map(|id| page(id, title, OLD)).to_vec());
        assert_eq!(paths(&mut world).len(), 3, "{:?}", world.documents().keys());
        assert_eq!(world.errors().len(), 0);
    }
}

#[test]
fn a_suffix_that_is_taken_as_well_becomes_the_whole_id() {
    let twin = format!("{}77ad0a4f", &B[..28]);
    let pages = [A, B, &twin, C].map(|id| page(id, "Notes", OLD)).to_vec();
    let first = with_slug(page(C, "x", OLD), "notes");
    let mut world = exported(vec![first.clone()]);
    let all = [vec![first], pages[..3].to_vec()].concat();
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&all),
        _ => list(&[]),
    }));
    world.wait(25 * 3_600);
    world.run_to_the_end();
    let paths = paths(&mut world);
    assert_eq!(paths.len(), 4, "{paths:?}");
    let whole = |id: &str| paths.contains(&format!("/notes-{id}"));
    assert!(whole(A) || whole(&twin), "{paths:?}");
    assert_eq!(world.errors().len(), 0);
}

#[test]
fn a_page_whose_every_path_is_taken_is_reported_and_holds_up_nothing() {
    let slugs = [
        "notes".to_owned(),
        format!("notes-{}", &A[28..]),
        format!("notes-{A}"),
    ];
    let rivals = ["1", "2", "3"].map(|digit| format!("{}{digit}", &C[..35]));
    let rivals = rivals.iter().zip(&slugs);
    let rivals: Vec<Value> = rivals
        .map(|(id, slug)| with_slug(page(id, "x", OLD), slug))
        .collect();
    let mut world = exported(rivals.clone());
    let later = vec![page(A, "Notes", OLD), page(B, "Last", NEW)];
    let all = [rivals, later].concat();
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&all),
        _ => list(&[]),
    }));
    world.wait(25 * 3_600);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 4);
    assert!(world.errors()[&format!("page:{A}")].contains("another page has the path /notes-38c9"));
}

#[test]
fn a_path_that_a_page_had_leads_to_its_new_one() {
    let mut world = World::scripted(|_| list(&[]));
    for (slug, edited) in [("first", OLD), ("second", NEW)] {
        world.script = Some(Box::new(move |request| match request.path.as_str() {
            "/v1/search" => list(&[with_slug(page(A, "Notes", edited), slug)]),
            _ => list(&[]),
        }));
        world.run_to_the_end();
        world.wait(7_200);
    }
    let redirect: Option<String> = redis::cmd("HGET")
        .arg(&["notion:redirects", "/first"])
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(redirect.as_deref(), Some(A));
    assert_eq!(paths(&mut world), ["/second".to_owned()].into());
}

/// A holds B and C, which are called the same; what A is called and the languages of the three may change.
fn two_below(slug: &'static str, lang: &'static str, edited: &'static str) -> crate::world::Script {
    let under = json!({ "type": "page_id", "page_id": A });
    let pages = [
        with_lang(page_in(&under, B, "Intro", edited), lang),
        page_in(&under, C, "Intro", OLD),
        with_slug(page(A, "A", edited), slug),
    ];
    Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&pages),
        _ => list(&[]),
    })
}

fn with_lang(mut page: Value, lang: &str) -> Value {
    page["properties"]["Language"] = json!({ "id": "l", "type": "select", "select": { "id": "x", "name": lang, "color": "red" } });
    page
}

#[test]
fn paths_follow_the_pattern_and_what_it_shows() {
    let mut world = World::scripted(|_| list(&[]));
    world.script = Some(two_below("docs", "de", OLD));
    world.run_to_the_end();
    let flat = paths(&mut world);
    assert_eq!(flat.len(), 3);
    assert!(
        flat.contains("/docs") && flat.contains("/intro"),
        "{flat:?}"
    );

    let asked = world.asked.len();
    world.settings.paths = PathPattern::parse("/{lang}/{parents}/{slug}").unwrap();
    world.wait(60);
    world.run_to_the_end();
    let of_pages = world
        .asked
        .iter()
        .skip(asked)
        .filter(|(_, path)| path.contains("/pages/"));
    assert_eq!(of_pages.count(), 0, "what is stored is built again");
    // In different languages no suffix keeps them apart.
    let in_tree = ["/docs", "/de/docs/intro", "/docs/intro"].map(str::to_owned);
    assert_eq!(paths(&mut world), in_tree.into());
    assert!(world.redirects().contains_key("/intro"));

    world.wait(7_200);
    world.script = Some(two_below("handbook", "pt-BR", NEW));
    world.run_to_the_end();
    let moved = ["/handbook", "/pt-BR/handbook/intro", "/handbook/intro"].map(str::to_owned);
    assert_eq!(paths(&mut world), moved.into());
    let redirects = world.redirects();
    assert_eq!(redirects["/docs/intro"], C);
    assert_eq!(redirects["/de/docs/intro"], B);
    let documents = world.documents();
    world.assert_summaries_agree(&documents);
    assert_eq!(documents[B]["lang"], "pt-BR");
}

#[test]
fn rows_lie_under_their_database() {
    for is_changed in [false, true] {
        let mut world = World::new(Workspace::generated(60, 5), Options::default());
        if is_changed {
            world.run_to_the_end();
            world.wait(60);
        }
        world.settings.paths = PathPattern::parse("/site/{parents}/{slug}").unwrap();
        world.run_to_the_end();
        assert_in_tree(&mut world);

        world.settings.paths = PathPattern::default();
        world.wait(60);
        world.run_to_the_end();
        let documents = world.documents();
        world.assert_summaries_agree(&documents);
        world.assert_rendered(&documents);
        for document in documents.values() {
            let [path, slug] = ["path", "slug"].map(|field| document[field].as_str().unwrap());
            assert_eq!(path, format!("/{slug}"));
        }
    }
}

/// Each path is that of the page above with the slug behind it; a row's ends in its database and itself.
fn assert_in_tree(world: &mut World) {
    let documents = world.documents();
    world.assert_summaries_agree(&documents);
    let faces = world.titles();
    let mut rows = 0;
    for document in documents.values() {
        let [path, slug] = ["path", "slug"].map(|field| document[field].as_str().unwrap());
        let above = document["ancestors"].as_array().unwrap();
        let parent = above.last().and_then(Value::as_str);
        let start = match parent.and_then(|parent| documents.get(parent)) {
            Some(parent) => parent["path"].as_str().unwrap().to_owned(),
            None if parent.is_none() => "/site".to_owned(),
            None => {
                rows += 1;
                let database = &faces[parent.unwrap()];
                let end = format!("/{database}/{slug}");
                assert!(path.ends_with(&end), "{path} in {database}");
                continue;
            }
        };
        assert_eq!(path, format!("{start}/{slug}"));
    }
    assert!(rows > 5, "only {rows} rows");
}

impl World {
    fn redirects(&mut self) -> BTreeMap<String, String> {
        redis::cmd("HGETALL")
            .arg("notion:redirects")
            .query(&mut self.connection)
            .unwrap()
    }

    /// The titles of databases by id, as they stand in paths.
    fn titles(&mut self) -> BTreeMap<String, String> {
        let summaries: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:index:summaries")
            .query(&mut self.connection)
            .unwrap();
        let databases = summaries.iter().filter_map(|(member, summary)| {
            let id = member.strip_prefix("database:")?;
            let summary: Value = serde_json::from_str(summary).unwrap();
            let slugs = summary["slugs"].as_array().unwrap();
            Some((
                id.to_owned(),
                slugs.last().unwrap().as_str().unwrap().to_owned(),
            ))
        });
        databases.collect()
    }
}
