//! A page may take any number of runs, as long as each of them gets on.

use notion_edge_core::document::FINGERPRINT;
use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use notion_sim::{Change, Options, Workspace, oracle};

use serde_json::json;

use crate::driver::Kill;
use crate::script::{A, B, C, OLD, block, body, list, page, part};
use crate::store::assert_same;
use crate::world::{NOON, World};

/// A workspace whose first pages got this many blocks with a block inside: each takes a request.
fn with_large_pages(pages: usize, blocks: usize, options: Options) -> World {
    let mut world = World::new(Workspace::generated(6, 1), options);
    grow(&mut world, pages, blocks);
    world
}

fn grow(world: &mut World, pages: usize, blocks: usize) {
    let truths = oracle::pages(world.sim.workspace()).take(pages);
    let ids: Vec<String> = truths.map(|page| page.id).collect();
    for id in ids {
        for _ in 0..blocks {
            let block = append(world, &id, "outside");
            append(world, &block, "inside");
        }
    }
}

fn append(world: &mut World, parent: &str, text: &str) -> String {
    let change = Change::AppendParagraph {
        parent: parent.parse().unwrap(),
        text: text.to_owned(),
    };
    let workspace = world.sim.workspace_mut();
    workspace
        .apply(change, NOON - 86_400_000)
        .unwrap()
        .to_string()
}

fn first_page(world: &World) -> String {
    oracle::pages(world.sim.workspace()).next().unwrap().id
}

#[test]
fn pages_that_take_longer_than_the_rate_limit_allows_at_once_are_exported() {
    for pages in [1, 2, 5] {
        let options = Options {
            rate: Some(180),
            ..Options::default()
        };
        let mut world = with_large_pages(pages, 250, options);
        world.settings.rate_limit = 180;
        let runs = world.run_to_the_end();
        assert!(
            runs > 1,
            "250 requests for each of {pages} pages need more than one run"
        );
        world.assert_nothing_is_missed();
        assert_eq!(world.errors().len(), 0);
        let requests = world.asked.len();
        assert!(
            requests < pages * 260 + 150,
            "{requests} requests for {pages} pages"
        );
        assert_eq!(world.sim.requests().throttled, 0);
    }
}

#[test]
fn a_page_is_the_same_in_however_many_runs_it_was_fetched() {
    let mut world = with_large_pages(2, 40, Options::default());
    assert_eq!(world.run_to_the_end(), 1);
    let expected = world.contents();
    for budget in [24, 31, 60] {
        world.reset(Workspace::generated(6, 1), Options::default());
        grow(&mut world, 2, 40);
        world.settings.run_subrequests = budget;
        let runs = world.run_to_the_end();
        assert!(runs > 3, "{runs} runs of {budget} requests");
        assert_same(&world.contents(), &expected, &format!("budget {budget}"));
        assert_eq!(world.errors().len(), 0);
    }
}

#[test]
fn a_run_that_dies_costs_a_half_fetched_page_no_more_than_that_run() {
    let mut expected = None;
    for effect in (2..30).step_by(3) {
        let mut world = with_large_pages(1, 40, Options::default());
        world.settings.run_subrequests = 30;
        for _ in 0..2 {
            world.run_once(Kill::Never);
            world.wait(60);
        }
        world.run_once(Kill::AfterLosing(effect));
        world.wait(61);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
        assert_eq!(world.errors().len(), 0, "after effect {effect}");
        let contents = world.contents();
        assert_same(
            &contents,
            expected.as_ref().unwrap_or(&contents),
            &format!("after effect {effect}"),
        );
        expected.get_or_insert(contents);
    }
}

#[test]
fn what_was_fetched_of_an_older_version_is_dropped() {
    let mut world = with_large_pages(1, 40, Options::default());
    world.settings.run_subrequests = 40;
    world.run_once(Kill::Never);
    world.wait(60);
    let page = first_page(&world);
    let first = oracle::pages(world.sim.workspace()).next().unwrap().blocks[0].clone();
    let now = world.now.millis();
    let workspace = world.sim.workspace_mut();
    workspace
        .apply(
            Change::Trash {
                id: first.parse().unwrap(),
            },
            now,
        )
        .unwrap();
    world.wait(300);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert!(
        !world.documents()[&page]["blocks"]
            .to_string()
            .contains(&first)
    );
}

#[test]
fn what_cannot_be_read_of_a_half_fetched_page_is_fetched_again() {
    for garbage in ["", "{", "[\"0\",\"uncertain\",{}]", "null"] {
        let mut world = with_large_pages(1, 40, Options::default());
        world.settings.run_subrequests = 30;
        for _ in 0..2 {
            world.run_once(Kill::Never);
            world.wait(60);
        }
        let page = first_page(&world);
        let stage = format!("notion:export:stage:{page}");
        let saved: Option<String> = redis::cmd("GET")
            .arg(&stage)
            .query(&mut world.connection)
            .unwrap();
        assert!(
            saved.is_some_and(|saved| saved.len() > 1_000),
            "something was saved"
        );
        redis::cmd("SET")
            .arg(&[&stage, garbage])
            .exec(&mut world.connection)
            .unwrap();
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

/// Changes what is saved of a half fetched page, and gives the text of the document in the end.
fn built_from_half(change: impl Fn(String) -> String) -> String {
    let mut world = with_large_pages(1, 40, Options::default());
    world.settings.run_subrequests = 30;
    for _ in 0..2 {
        world.run_once(Kill::Never);
        world.wait(60);
    }
    let page = first_page(&world);
    let stage = format!("notion:export:stage:{page}");
    let saved: String = redis::cmd("GET")
        .arg(&stage)
        .query(&mut world.connection)
        .unwrap();
    redis::cmd("SET")
        .arg(&[&stage, &change(saved.replace("outside", "saved"))])
        .exec(&mut world.connection)
        .unwrap();
    world.run_to_the_end();
    world.documents()[&page].to_string()
}

#[test]
fn what_another_builder_saved_is_not_used() {
    assert!(built_from_half(|saved| saved).contains("saved"));
    let builder = format!("[\"{FINGERPRINT}\"");
    let other = built_from_half(|saved| {
        assert!(saved.starts_with(&builder), "{saved}");
        saved.replacen(&builder, "[\"another\"", 1)
    });
    assert!(!other.contains("saved") && other.contains("outside"));
}

#[test]
fn a_page_that_is_edited_before_every_run_is_put_aside_and_told() {
    let mut world = with_large_pages(1, 40, Options::default());
    world.settings.run_subrequests = 30;
    let page = first_page(&world);
    for _ in 0..30 {
        let now = world.now.millis();
        let change = Change::AppendParagraph {
            parent: page.parse().unwrap(),
            text: "again".to_owned(),
        };
        world.sim.workspace_mut().apply(change, now).unwrap();
        if world.run_once(Kill::Never).outcome == Some(Outcome::Complete) {
            break;
        }
        world.wait(60);
    }
    let errors = world.errors();
    let problem = errors.get(&format!("page:{page}"));
    let problem = problem.expect("the page holds the export open for ever");
    assert!(problem.contains("did not come to an end"), "{problem}");
    assert_eq!(world.documents().len(), 5);
}

#[test]
fn a_page_whose_one_listing_is_longer_than_any_run_is_reported_and_the_rest_goes_on() {
    let options = Options {
        page_size_limit: 2,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(6, 1), options);
    let page = first_page(&world);
    for _ in 0..120 {
        append(&mut world, &page, "flat");
    }
    world.settings.run_subrequests = 60;
    world.run_to_the_end();
    let errors = world.errors();
    let problem = &errors[&format!("page:{page}")];
    assert!(problem.contains("did not come to an end"), "{problem}");
    assert_eq!(world.documents().len() + errors.len(), 6);
    assert_ne!(world.run_once(Kill::Never).outcome, Some(Outcome::Busy));
}

#[test]
fn the_rows_of_a_data_source_may_take_any_number_of_runs() {
    let options = Options {
        page_size_limit: 5,
        search_omission: 1.0,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(400, 5), options);
    world.settings.run_subrequests = 120;
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert_eq!(world.errors().len(), 0);
}

#[test]
fn a_long_relation_that_a_run_did_not_finish_has_each_reference_once() {
    let reference = |place: usize| {
        let id = format!("38c9ce7b-60a4-8136-8cb8-{place:012x}");
        json!({ "object": "property_item", "id": "r", "type": "relation", "relation": { "id": id } })
    };
    let mut long = page(A, "A", OLD);
    long["properties"]["Related"] =
        json!({ "id": "r", "type": "relation", "relation": [], "has_more": true });
    let child = block(B, "child_page", &json!({ "title": "B" }));
    for budget in 20..32 {
        let (long, child) = (long.clone(), child.clone());
        let mut world = World::scripted(move |request| match request.path.as_str() {
            "/v1/search" => list(std::slice::from_ref(&long)),
            path if path == format!("/v1/pages/{A}") => body(&long),
            path if path.contains("/properties/") => {
                let place = path.split("start_cursor=").nth(1);
                let place: usize = place.map_or(0, |place| place.parse().unwrap());
                match place {
                    6 => list(&[reference(place)]),
                    _ => part(&[reference(place)], &(place + 1).to_string()),
                }
            }
            path if path.contains(A) => list(std::slice::from_ref(&child)),
            _ => Err(Failure::NotFound),
        });
        world.settings.run_subrequests = budget;
        world.run_to_the_end();
        let relation = world.documents()[A]["properties"]["Related"]["relation"].clone();
        assert_eq!(
            relation.as_array().unwrap().len(),
            7,
            "budget {budget}: {relation}"
        );
    }
}

#[test]
fn units_that_stop_each_other_after_one_answer_each_do_not_do_so_for_ever() {
    let ids = [A, B, C];
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&ids.map(|id| json!({ "object": "page", "id": id }))),
        path if path.starts_with("/v1/pages/") => body(&page(&path[10..], "A", OLD)),
        _ => part(&[], "next"),
    });
    world.settings.run_subrequests = 12;
    world.settings.workers = 3;
    for _ in 0..40 {
        if world.run_once(Kill::Never).outcome == Some(Outcome::Complete) {
            break;
        }
        world.wait(60);
    }
    assert_eq!(world.errors().len(), 3, "{:?}", world.errors());
}
