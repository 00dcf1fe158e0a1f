//! Property values are whole, or the document says which one is not.

use notion_edge_core::failure::Failure;
use serde_json::{Value, json};

use crate::script::{A, OLD, list, page};
use crate::world::World;

/// A user, a mention or a reference with this number.
fn shown(kind: &str, number: usize) -> Value {
    let id = format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f");
    let mention = json!({ "type": "page", "page": { "id": id } });
    match kind {
        "people" => json!({ "object": "user", "id": id }),
        "relation" => json!({ "id": id }),
        _ => json!({ "type": "mention", "mention": mention, "plain_text": "x", "href": null }),
    }
}

/// The document of a page whose property of this kind shows `shows` values and has `has`, as far as Notion tells.
fn exported(kind: &'static str, shows: usize, has: Option<usize>) -> (World, Value) {
    let values: Vec<Value> = (0..shows).map(|number| shown(kind, number)).collect();
    let mut listed = page(A, "A", OLD);
    listed["properties"]["P"] = json!({ "id": "p", "type": kind, kind: values });
    if kind == "relation" {
        listed["properties"]["P"]["has_more"] = json!(true);
    }
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(std::slice::from_ref(&listed)),
        path if path.contains("/properties/p") => match has {
            Some(has) => {
                let item = |number| json!({ "object": "property_item", "id": "p", "type": kind, kind: shown(kind, number) });
                list(&(0..has).map(item).collect::<Vec<_>>())
            }
            None => Err(Failure::NotFound),
        },
        _ => list(&[]),
    });
    world.run_to_the_end();
    let document = world.documents().remove(A).unwrap();
    (world, document)
}

#[test]
fn values_beyond_25_are_fetched_whole() {
    for kind in ["relation", "people", "rich_text"] {
        let (_, document) = exported(kind, 25, Some(40));
        let values = document["properties"]["P"][kind].as_array().unwrap();
        assert_eq!(values.len(), 40, "{kind}");
        assert_eq!(document["complete"], true, "{}", document["errors"]);
    }
}

#[test]
fn a_short_value_costs_no_request() {
    for kind in ["people", "rich_text"] {
        let (world, document) = exported(kind, 24, None);
        assert!(
            world
                .asked
                .iter()
                .all(|(_, path)| !path.contains("/properties/"))
        );
        assert_eq!(document["complete"], true, "{}", document["errors"]);
    }
}

#[test]
fn a_value_that_stays_cut_short_is_named() {
    for kind in ["relation", "people", "rich_text"] {
        for has in [None, Some(3), Some(0)] {
            let (_, document) = exported(kind, 25, has);
            let values = document["properties"]["P"][kind].as_array().unwrap();
            assert_eq!(values.len(), 25, "{kind} {has:?}");
            assert_eq!(document["complete"], false, "{kind} {has:?}");
            assert!(
                document["errors"].to_string().contains("\\\"P\\\""),
                "{}",
                document["errors"]
            );
        }
    }
}

#[test]
fn a_rollup_of_25_values_is_not_called_complete() {
    for (count, is_complete) in [(24, true), (25, false)] {
        let numbers = vec![json!({ "type": "number", "number": 1 }); count];
        let rollup = json!({ "type": "array", "function": "show_original", "array": numbers });
        let mut listed = page(A, "A", OLD);
        listed["properties"]["P"] = json!({ "id": "p", "type": "rollup", "rollup": rollup });
        let mut world = World::scripted(move |request| match request.path.as_str() {
            "/v1/search" => list(std::slice::from_ref(&listed)),
            _ => list(&[]),
        });
        world.run_to_the_end();
        let document = world.documents().remove(A).unwrap();
        assert_eq!(document["complete"], is_complete, "{}", document["errors"]);
    }
}
