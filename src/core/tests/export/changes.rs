//! After the first export only what changed is fetched, and pages that show others follow them.

use std::time::Duration;

use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::Value;

use crate::world::World;

fn exported(workspace: Workspace) -> World {
    let mut world = World::new(workspace, Options::default());
    world.run_to_the_end();
    world.now = world.now.plus(Duration::from_secs(300));
    world
}

#[test]
fn nothing_is_fetched_again_when_nothing_changed() {
    let mut world = exported(Workspace::generated(40, 8));
    let before = world.contents();
    let requests = world.sim.requests().total;
    world.run_to_the_end();
    assert_eq!(
        world.sim.requests().total - requests,
        1,
        "one look at the newest results of search"
    );
    crate::store::assert_same(&world.contents(), &before, "a quiet export");
}

#[test]
fn a_new_title_reaches_the_page_and_whoever_mentions_it() {
    let mut world = exported(Workspace::demo());
    let documents = world.documents();
    let mentioned = documents
        .values()
        .flat_map(|document| document["links"].as_array().unwrap());
    let target = mentioned
        .filter(|link| link["path"].is_string())
        .find_map(|link| link["id"].as_str())
        .unwrap();
    let change = Change::SetTitle {
        page: target.parse().unwrap(),
        title: "A new name".to_owned(),
    };
    let now = world.now.millis();
    world.sim.workspace_mut().apply(change, now).unwrap();
    world.now = world.now.plus(Duration::from_secs(180));
    world.run_to_the_end();
    assert_eq!(
        world.documents()[target]["title"],
        Value::from("A new name")
    );
    assert_eq!(
        world.documents()[target]["path"],
        documents[target]["path"],
        "a path outlives a title"
    );
    world.assert_nothing_is_missed();
}

#[test]
fn an_edit_in_the_minute_of_its_export_is_seen() {
    let mut world = World::new(Workspace::generated(20, 9), Options::default());
    let page = oracle::pages(world.sim.workspace()).next().unwrap().id;
    let append = |text: &str| Change::AppendParagraph {
        parent: page.parse().unwrap(),
        text: text.to_owned(),
    };
    let edit = |world: &mut World, text: &str| {
        let now = world.now.millis();
        world.sim.workspace_mut().apply(append(text), now).unwrap();
    };
    edit(&mut world, "first");
    world.run_to_the_end();
    edit(&mut world, "second, within the same minute");
    world.now = world.now.plus(Duration::from_secs(240));
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}
