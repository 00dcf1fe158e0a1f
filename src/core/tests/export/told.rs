//! What Notion tells of between any two effects of a run is in the store after the run that begins with the answer to it.

use notion_edge_core::engine::Outcome;
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, HOME_PAGE_ID, Options, Workspace, oracle};
use serde_json::json;

use crate::driver::Kill;
use crate::world::World;

/// A change, and the event that tells of it.
type Told = (Change, &'static str);

/// A demo of which everything is stored, and nothing of it shows in search.
fn exported() -> World {
    let options = Options {
        search_omission: 1.0,
        ..Options::default()
    };
    let mut world = World::new(Workspace::demo(), options);
    for _ in 0..3 {
        world.run_to_the_end();
        world.wait(300);
    }
    world
}

/// Rows and pages of the demo that hold no others.
fn leaves(world: &World) -> Vec<String> {
    let pages: Vec<_> = oracle::pages(world.sim.workspace()).collect();
    let is_leaf = |id: &str| {
        pages
            .iter()
            .all(|page| page.parent.id.as_deref() != Some(id))
    };
    let leaves = pages.iter().filter(|page| is_leaf(&page.id));
    leaves.map(|page| page.id.clone()).collect()
}

fn changes(world: &World) -> Vec<Told> {
    let id = |text: &str| text.parse().unwrap();
    let leaves = leaves(world);
    let (first, second) = (leaves.first().unwrap(), leaves.last().unwrap());
    vec![
        (
            Change::SetTitle {
                page: id(first),
                title: "Told".to_owned(),
            },
            "page.properties_updated",
        ),
        (
            Change::AppendParagraph {
                parent: id(second),
                text: "Told".to_owned(),
            },
            "page.content_updated",
        ),
        (Change::Trash { id: id(first) }, "page.deleted"),
        (
            Change::Move {
                page: id(second),
                parent: id(HOME_PAGE_ID),
            },
            "page.moved",
        ),
        (
            Change::CreatePage {
                parent: id(BLOG_DATA_SOURCE_ID),
                title: "Made".to_owned(),
            },
            "page.created",
        ),
        (
            Change::CreatePage {
                parent: id(second),
                title: "Made".to_owned(),
            },
            "page.created",
        ),
    ]
}

/// Has a run that `begin` prepares come as far as every so many of its effects, and each change told of there.
fn told_at_effects(
    every: usize,
    begin: impl Fn(&mut World),
    tell: impl Fn(&mut World, usize, &str, &str),
) {
    let count = changes(&exported()).len();
    for which in 0..count {
        for effect in (1 + which % every..).step_by(every) {
            let mut world = exported();
            begin(&mut world);
            let mut first = world.begin();
            if world.go_on(&mut first, Kill::After(effect)).is_some() {
                break;
            }
            let (change, kind) = changes(&world).swap_remove(which);
            let context = format!("{change:?} after effect {effect}");
            let now = world.now.millis();
            // Of a page that comes to lie in another, Notion tells that the other one's content changed as well.
            let (parent, is_about_it) = match &change {
                Change::AppendParagraph { parent, .. } => (Some(*parent), false),
                Change::CreatePage { parent, .. } | Change::Move { parent, .. } => {
                    (Some(*parent), true)
                }
                _ => (None, true),
            };
            let changed = world.sim.workspace_mut().apply(change, now).unwrap();
            let parent = parent.filter(|it| it.to_string() != BLOG_DATA_SOURCE_ID);
            let tells = [
                (is_about_it.then_some(changed), kind),
                (parent, "page.content_updated"),
            ];
            for (number, (id, kind)) in tells.into_iter().enumerate() {
                let Some(id) = id else { continue };
                tell(&mut world, number + 1, kind, &id.to_string());
            }

            let whole = world.settings.clone();
            world.settings = whole.after_an_answer();
            let mut second = world.begin();
            assert_eq!(world.go_on(&mut second, Kill::After(1)), None, "{context}");
            let outcome = world.go_on(&mut first, Kill::Never);
            assert_eq!(outcome, Some(Outcome::Complete), "{context}");
            world.go_on(&mut second, Kill::Never);
            // The test says where, if it fails here.
            eprintln!("{context}");
            world.assert_exact();
        }
    }
}

/// Notion tells of it.
fn by_webhook(world: &mut World, number: usize, kind: &str, id: &str) {
    let event = world.event(number, kind, id, json!({}));
    assert_eq!(world.deliver(&event), (200, json!({ "queued": 1 })));
}

/// Someone orders that page.
fn by_order(world: &mut World, _number: usize, _kind: &str, id: &str) {
    world.order("page", Some(id));
}

fn fetch_a_page(world: &mut World) {
    let page = leaves(world).swap_remove(1);
    let event = world.event(0, "page.content_updated", &page, json!({}));
    world.deliver(&event);
}

#[test]
fn what_is_told_in_a_run_for_changes_is_there_after_it() {
    told_at_effects(1, fetch_a_page, by_webhook);
}

#[test]
fn what_is_told_in_an_export_of_everything_is_there_after_it() {
    let everything = |world: &mut World| {
        world.order("all", None);
    };
    told_at_effects(7, everything, by_webhook);
}

#[test]
fn what_is_ordered_in_a_run_for_changes_is_there_after_it() {
    told_at_effects(1, fetch_a_page, by_order);
}

#[test]
fn what_is_ordered_in_an_export_of_everything_is_there_after_it() {
    let everything = |world: &mut World| {
        world.order("all", None);
    };
    told_at_effects(11, everything, by_order);
}
