//! Nothing is missed.

use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, OLD, block, body, broken, data_source, database, list, page, part};
use crate::world::{NOON, World};

#[test]
fn the_demo_workspace_is_exported_whole() {
    let mut world = World::new(Workspace::demo(), Options::default());
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
    world.assert_nothing_is_missed();
}

#[test]
fn nothing_is_missed_whatever_search_hides() {
    let mut world = World::new(Workspace::demo(), Options::default());
    for seed in 1..=12 {
        let options = Options {
            seed,
            search_omission: [0.0, 0.3, 1.0][usize::try_from(seed % 3).unwrap()],
            page_size_limit: [100, 3, 17][usize::try_from(seed % 3).unwrap()],
            partial_objects: if seed % 4 == 0 { 0.3 } else { 0.0 },
            ..Options::default()
        };
        world.reset(Workspace::generated(60, seed), options);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_listing_beyond_the_depth_limit_goes_on_in_windows() {
    let options = Options {
        query_depth_limit: 7,
        page_size_limit: 5,
        search_omission: 1.0,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(200, 5), options);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn requests_are_close_to_what_the_workspace_needs() {
    let mut world = World::new(Workspace::generated(60, 2), Options::default());
    world.run_to_the_end();
    let requests = world.sim.requests();
    assert_eq!(requests.refused, 0);
    assert_eq!(
        requests.served.get("pages.retrieve"),
        None,
        "search showed every page"
    );
}

/// A page with a relation of which its object shows one reference, and says that there are more.
fn with_long_relation() -> Value {
    let mut page = page(A, "A", OLD);
    page["properties"]["Related"] =
        json!({ "id": "r", "type": "relation", "relation": [{ "id": B }], "has_more": true });
    page
}

fn reference(id: &str) -> Value {
    json!({ "object": "property_item", "id": "r", "type": "relation", "relation": { "id": id } })
}

#[test]
fn a_property_that_notion_refuses_is_missing_and_told_and_the_page_is_stored() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[with_long_relation()]),
        path if path.contains("/properties/") => Err(Failure::NotFound),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let document = &world.documents()[A];
    assert_eq!(document["complete"], Value::Bool(false));
    assert_eq!(
        document["properties"]["Related"]["has_more"],
        Value::Bool(true)
    );
    let problem = document["errors"][0]["message"].as_str().unwrap();
    assert!(
        problem.starts_with("property \"Related\" is cut short"),
        "{problem}"
    );
}

#[test]
fn a_long_relation_whose_cursor_dies_has_each_reference_once() {
    let mut dead = false;
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[with_long_relation()]),
        path if path.contains("start_cursor") && !dead => {
            dead = true;
            Err(Failure::Rejected {
                code: "validation_error".to_owned(),
                message: "The start_cursor provided is invalid: next".to_owned(),
            })
        }
        path if path.contains("start_cursor") => list(&[reference(C)]),
        path if path.contains("/properties/") => part(&[reference(B)], "next"),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let relation = world.documents()[A]["properties"]["Related"]["relation"].clone();
    assert_eq!(relation, json!([{ "id": B }, { "id": C }]));
}

fn with_rows(rows: usize, options: Options) -> (World, oracle::DataSourceTruth) {
    let mut world = World::new(Workspace::generated(30, 5), options);
    let source = oracle::data_sources(world.sim.workspace()).next().unwrap();
    let made_at = NOON - 86_400_000;
    for _ in 0..rows {
        let change = Change::CreatePage {
            parent: source.id.parse().unwrap(),
            title: "a row".to_owned(),
        };
        world.sim.workspace_mut().apply(change, made_at).unwrap();
    }
    let change = Change::CreatePage {
        parent: source.id.parse().unwrap(),
        title: "the last row".to_owned(),
    };
    world
        .sim
        .workspace_mut()
        .apply(change, made_at + 120_000)
        .unwrap();
    (world, source)
}

#[test]
fn more_rows_of_one_minute_than_a_listing_gives_are_told_and_the_later_ones_found() {
    let options = Options {
        query_depth_limit: 7,
        search_omission: 1.0,
        ..Options::default()
    };
    let (mut world, source) = with_rows(12, options);
    world.run_to_the_end();
    let errors = world.state().errors;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].object, format!("data_source:{}", source.id));
    assert!(
        errors[0]
            .message
            .contains("not all rows made in the minute of 2026-11-19T12:00")
    );
    let titles: Vec<Value> = world
        .documents()
        .values()
        .map(|page| page["title"].clone())
        .collect();
    assert!(titles.contains(&Value::from("the last row")));
}

#[test]
fn rows_that_are_not_listed_are_told_in_whatever_run_the_listing_ends() {
    for budget in [24, 30, 36] {
        let options = Options {
            query_depth_limit: 7,
            page_size_limit: 2,
            search_omission: 1.0,
            ..Options::default()
        };
        let (mut world, source) = with_rows(12, options);
        world.settings.run_subrequests = budget;
        world.run_to_the_end();
        let errors = world.state().errors;
        let source = format!("data_source:{}", source.id);
        assert!(
            errors.iter().any(|error| error.object == source),
            "budget {budget}: {errors:?}"
        );
    }
}

#[test]
fn rows_that_show_no_time_come_to_an_end() {
    let row = |id: &str| json!({ "object": "page", "id": id });
    let mut queries = 0;
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[json!({
            "object": "data_source", "id": C, "created_time": OLD, "last_edited_time": OLD,
            "parent": { "type": "workspace", "workspace": true }, "title": [], "properties": {},
        })]),
        path if path.contains("query") => {
            queries += 1;
            assert!(queries < 20, "the listing goes on for ever");
            let dated = [page(A, "A", OLD)];
            let results = if queries == 1 {
                dated.to_vec()
            } else {
                vec![row(B)]
            };
            body(&json!({
                "object": "list", "results": results, "has_more": false, "next_cursor": null,
                "request_status": { "type": "incomplete" },
            }))
        }
        path if path == format!("/v1/pages/{B}") => body(&page(B, "B", OLD)),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let errors = world.state().errors;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].message.contains("not all rows"));
}

#[test]
fn a_window_of_rows_that_ends_with_a_partial_row_is_not_the_last() {
    for seed in 1..=6 {
        let options = Options {
            seed,
            query_depth_limit: 7,
            search_omission: 1.0,
            partial_objects: 0.4,
            ..Options::default()
        };
        let mut world = World::new(Workspace::generated(150, seed), options);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_synced_block_that_holds_itself_is_shown_once_and_told() {
    let copy = |id: &str, of: &str| {
        let from = json!({ "synced_from": { "type": "block_id", "block_id": of } });
        let mut copy = block(id, "synced_block", &from);
        copy["has_children"] = Value::Bool(true);
        copy
    };
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path.contains(A) => list(&[copy(C, B)]),
        _ => list(&[copy(C, B)]),
    });
    world.run_to_the_end();
    assert_eq!(world.asked.len(), 3, "{:?}", world.asked);
    let document = &world.documents()[A];
    assert_eq!(
        document["errors"][0]["message"],
        "a synced block that holds itself"
    );
    assert_eq!(document["complete"], Value::Bool(false));
}

#[test]
fn rows_that_are_too_much_for_notion_at_once_come_in_smaller_parts() {
    const ROWS: usize = 120;
    for most in [25, 5] {
        let mut world = World::scripted(move |request| match request.path.as_str() {
            "/v1/search" => list(&[data_source(B, C)]),
            path if path.contains("/query") => {
                let asked = request.body.as_ref().unwrap();
                let size = usize::try_from(asked["page_size"].as_u64().unwrap()).unwrap();
                if size > most {
                    return broken();
                }
                let first: usize = asked["start_cursor"]
                    .as_str()
                    .map_or(0, |cursor| cursor.parse().unwrap());
                let end = ROWS.min(first + size);
                let id = |number: usize| format!("{number:08x}-60a4-8136-8cb8-d1a177ad0a4f");
                let rows: Vec<Value> = (first..end).map(|row| page(&id(row), "Row", OLD)).collect();
                match end == ROWS {
                    true => list(&rows),
                    false => part(&rows, &end.to_string()),
                }
            }
            path if path.contains("/databases/") => body(&database(C, &[B])),
            _ => list(&[]),
        });
        world.run_to_the_end();
        assert_eq!(world.documents().len(), ROWS, "{most}");
        assert_eq!(world.errors().len(), 0, "{most}");
    }
}
