//! What is rendered of a page, and that it follows what others are called.

use std::collections::BTreeMap;

use notion_edge_core::document::{Document, Face, References};
use notion_edge_core::notion;
use notion_edge_core::render::Rendered;
use serde_json::{Value, json};

use crate::script::{A, B, C, NEW, OLD, block, body, list, page, page_in};
use crate::world::{Script, World};

impl World {
    /// Each page has its HTML and Markdown, of its document and of what others are called now, and nothing else has.
    pub fn assert_rendered(&mut self, documents: &BTreeMap<String, Value>) {
        let summaries: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:index:summaries")
            .query(&mut self.connection)
            .unwrap();
        let faces = summaries.into_iter().map(|(member, summary)| {
            let face = Face::parse(&summary).unwrap();
            (member.parse().unwrap(), face)
        });
        let references = References {
            faces: faces.filter(|(_, face)| face.is_shown()).collect(),
            ..References::default()
        };
        let mut expected = BTreeMap::new();
        for (id, document) in documents {
            let json = serde_json::to_vec(document).unwrap();
            let document: Document = notion::from_slice(&json).unwrap();
            let rendered = Rendered::of(&document, &references);
            expected.insert(format!("notion:html:{id}"), rendered.html);
            expected.insert(format!("notion:markdown:{id}"), rendered.markdown);
        }
        for kind in ["html", "markdown"] {
            for key in self.stored_keys(&format!("notion:{kind}:*")) {
                let stored = self.text(&key);
                assert_eq!(Some(stored), expected.remove(&key), "{key}");
            }
        }
        assert_eq!(expected, BTreeMap::new(), "is not stored");
    }

    /// What stands under a key that holds text.
    pub fn text(&mut self, key: &str) -> String {
        redis::cmd("GET")
            .arg(key)
            .query(&mut self.connection)
            .unwrap()
    }
}

const BREADCRUMB: &str = "41111111-60a4-8136-8cb8-d1a177ad0a4f";

/// A holds C, which holds B, which shows what it lies under.
fn nested(title: &'static str, edited: &'static str) -> Script {
    let under = |parent: &str, id: &str| {
        let parent = json!({ "type": "page_id", "page_id": parent });
        page_in(&parent, id, "Below", OLD)
    };
    let child = |id: &str| block(id, "child_page", &json!({ "title": "as it was" }));
    Box::new(move |request| match request.path.as_str() {
        // What lies below comes first, as search lists by time.
        "/v1/search" => list(&[under(C, B), under(A, C), page(A, title, edited)]),
        path if path.contains(A) => list(&[child(C)]),
        path if path.contains(C) => list(&[child(B)]),
        path if path.contains(B) => list(&[block(BREADCRUMB, "breadcrumb", &json!({}))]),
        _ => list(&[]),
    })
}

#[test]
fn what_is_rendered_follows_what_lies_above_and_below() {
    let mut world = World::scripted(|_| list(&[]));
    for (title, edited) in [("First", OLD), ("Second", NEW)] {
        world.script = Some(nested(title, edited));
        world.run_to_the_end();
        let documents = world.documents();
        world.assert_rendered(&documents);
        let path = |id: &str| documents[id]["path"].as_str().unwrap();
        let breadcrumb = world.text(&format!("notion:html:{B}"));
        for (shown, id) in [(title, A), ("Below", C)] {
            let link = format!(r#"<a class="ne-page" href="{}">{shown}</a>"#, path(id));
            assert!(breadcrumb.contains(&link), "{breadcrumb}");
        }
        let holder = world.text(&format!("notion:html:{C}"));
        let link = format!(r#"<a class="ne-page" href="{}">Below</a>"#, path(B));
        assert!(holder.contains(&link), "{holder}");
        world.wait(7_200);
    }
}

#[test]
fn a_breadcrumb_that_says_the_same_is_no_update() {
    let mut world = World::scripted(|_| list(&[]));
    let under = |parent: &str, id: &str, edited: &str| {
        let parent = json!({ "type": "page_id", "page_id": parent });
        page_in(&parent, id, "Below", edited)
    };
    let child = |id: &str| block(id, "child_page", &json!({ "title": "Below" }));
    for edited in [OLD, NEW] {
        world.script = Some(Box::new(move |request| match request.path.as_str() {
            "/v1/search" => list(&[under(C, B, edited), under(A, C, OLD), page(A, "A", OLD)]),
            path if path.contains(A) => list(&[child(C)]),
            path if path.contains(C) => list(&[child(B)]),
            path if path.contains(B) => list(&[block(BREADCRUMB, "breadcrumb", &json!({}))]),
            _ => list(&[]),
        }));
        let before = world.events().len();
        world.run_to_the_end();
        let events = world.events().split_off(before);
        let told = events.iter().filter(|(kind, _)| kind == "page.updated");
        if edited == NEW {
            let fetched = world.asked.iter().filter(|(_, path)| path.contains(B));
            assert!(fetched.count() > 1, "it was not read again");
            assert_eq!(told.count(), 0, "{events:?}");
        }
        world.wait(7_200);
    }
}

#[test]
fn what_is_rendered_goes_with_its_page() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let trashed = |id: &str| {
        let mut page = page(id, "B", NEW);
        page["in_trash"] = json!(true);
        body(&page)
    };
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path == format!("/v1/pages/{B}") => trashed(B),
        _ => list(&[]),
    }));
    world.wait(25 * 3_600);
    world.run_to_the_end();
    let documents = world.documents();
    assert_eq!(documents.keys().collect::<Vec<_>>(), [A]);
    world.assert_rendered(&documents);
}
