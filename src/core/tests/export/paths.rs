//! Every page gets a path of its own, however many want the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::script::{A, B, C, NEW, OLD, list, page};
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
    let mut pages: Vec<Value> = rivals
        .iter()
        .zip(&slugs)
        .map(|(id, slug)| with_slug(page(id, "x", OLD), slug))
        .collect();
    pages.push(page(A, "Notes", OLD));
    pages.push(page(B, "Last", NEW));
    let mut world = exported(pages);
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
