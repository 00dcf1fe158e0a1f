//! A page that Notion shows in the trash is neither served nor listed, and comes back when it is restored.

use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::json;

use crate::script::{A, B, C, OLD, block, body, list, page};
use crate::world::World;

/// A page that another one mentions, by its id.
fn mentioned(world: &mut World) -> String {
    let documents = world.documents();
    let links = documents
        .values()
        .flat_map(|document| document["links"].as_array().unwrap());
    let mut targets = links.filter(|link| link["path"].is_string());
    let target = targets.next().unwrap();
    target["id"].as_str().unwrap().to_owned()
}

fn change(world: &mut World, change: Change) {
    world.wait(600);
    let now = world.now.millis();
    world.sim.workspace_mut().apply(change, now).unwrap();
    world.wait(25 * 3_600);
    world.run_to_the_end();
}

#[test]
fn a_trashed_page_is_gone_and_comes_back_when_it_is_restored() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    let before = world.contents();
    let target = mentioned(&mut world);
    let path = world.documents()[&target]["path"]
        .as_str()
        .unwrap()
        .to_owned();
    let total = world.list(&[])["total"].as_i64().unwrap();

    change(
        &mut world,
        Change::Trash {
            id: target.parse().unwrap(),
        },
    );
    let problem = world.read(&format!("/v1/pages/{target}"), &[]).unwrap_err();
    assert_eq!(problem.answer().status, 410);
    let listed = world.list(&[("limit", "100")]);
    let mut results = listed["results"].as_array().unwrap().iter();
    assert!(results.all(|result| result["id"] != target.as_str()));
    assert!(listed["total"].as_i64().unwrap() < total);
    let events = world.events();
    let deleted =
        |(kind, data): &(String, String)| kind == "page.deleted" && data.contains(&target);
    assert_eq!(events.iter().filter(|event| deleted(event)).count(), 1);
    for (id, document) in world.documents() {
        for link in document["links"].as_array().unwrap() {
            let is_named = link["id"] == target.as_str() && !link["path"].is_null();
            assert!(!is_named, "{id} still shows {path}");
        }
    }
    let expected: Vec<String> = oracle::pages(world.sim.workspace())
        .map(|page| page.id)
        .collect();
    assert!(world.documents().keys().all(|id| expected.contains(id)));

    change(
        &mut world,
        Change::Restore {
            id: target.parse().unwrap(),
        },
    );
    world.assert_nothing_is_missed();
    assert_eq!(world.contents().len(), before.len());
}

#[test]
fn a_trashed_page_that_was_never_stored_is_no_error() {
    let mut world = World::new(Workspace::generated(10, 1), Options::default());
    let id = oracle::pages(world.sim.workspace()).nth(3).unwrap().id;
    let now = world.now.millis();
    world
        .sim
        .workspace_mut()
        .apply(
            Change::Trash {
                id: id.parse().unwrap(),
            },
            now,
        )
        .unwrap();
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert!(
        world
            .events()
            .iter()
            .all(|(kind, _)| kind != "page.deleted")
    );
}

#[test]
fn a_block_of_which_a_listing_shows_only_the_id_is_left_out_when_it_is_in_the_trash() {
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        path if path.contains("/children") => list(&[
            json!({ "object": "block", "id": B }),
            block(C, "divider", &json!({})),
        ]),
        path if path.contains(B) => {
            let mut trashed = block(B, "divider", &json!({}));
            trashed["in_trash"] = json!(true);
            body(&trashed)
        }
        _ => list(&[]),
    });
    world.run_to_the_end();
    let blocks = &world.documents()[A]["blocks"];
    assert_eq!(blocks[0]["id"], C);
    assert_eq!(blocks.as_array().map(Vec::len), Some(1));
}
