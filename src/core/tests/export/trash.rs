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

impl World {
    /// A page in a page, and how many go with it: not more than a tenth of all, which would be held.
    pub fn page_with_some_below(&self) -> (usize, String) {
        let workspace = self.sim.workspace();
        let pages: Vec<_> = oracle::pages(workspace).collect();
        let is_below = |other: &str, id: &str| {
            let mut above = oracle::above(workspace, other.parse().unwrap());
            other == id || above.any(|above| above == id)
        };
        let below = |id: &str| pages.iter().filter(|it| is_below(&it.id, id)).count();
        let held = pages.iter().filter(|page| page.parent.kind == "page_id");
        let mut counts = held.map(|page| (below(&page.id), page.id.clone()));
        counts.find(|(count, _)| (3..12).contains(count)).unwrap()
    }
}

/// Search hides what is in the trash, and shows the page that held it as edited.
#[test]
fn a_page_goes_with_the_edit_of_the_page_that_held_it() {
    for (flags_descendants_of_trash, includes_blocks) in
        [(false, true), (true, true), (true, false)]
    {
        let options = Options {
            flags_descendants_of_trash,
            ..Options::default()
        };
        let mut world = World::new(Workspace::generated(120, 8), options);
        world.settings.includes_blocks = includes_blocks;
        world.run_to_the_end();
        world.wait(300);
        world.run_to_the_end();
        let (count, id) = world.page_with_some_below();
        let before = world.documents().len();
        let id = id.parse().unwrap();
        let now = world.now.millis();
        let workspace = world.sim.workspace_mut();
        workspace.apply(Change::Trash { id }, now).unwrap();
        world.wait(60);
        world.run_to_the_end();
        assert_eq!(world.documents().len(), before - count);
        world.wait(60);
        let now = world.now.millis();
        let workspace = world.sim.workspace_mut();
        workspace.apply(Change::Restore { id }, now).unwrap();
        world.wait(60);
        world.run_to_the_end();
        assert_eq!(world.documents().len(), before);
    }
}

#[test]
fn what_is_not_shared_any_more_leaves_no_word_of_the_trash_that_it_was_in() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let (_, page) = world.page_with_some_below();
    let id = page.parse().unwrap();
    let word = |world: &mut World| -> Option<String> {
        redis::cmd("HGET")
            .arg(&["notion:index:summaries", &format!("page:{page}")])
            .query(&mut world.connection)
            .unwrap()
    };
    change(&mut world, Change::Trash { id });
    assert_eq!(word(&mut world).unwrap(), r#"{"in_trash":true}"#);
    // A full export asks for it once more.
    change(&mut world, Change::Unshare { id });
    assert_eq!(word(&mut world), None);
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
