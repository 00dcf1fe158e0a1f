//! Blocks under keys of their own: each as its page's document has it, and none that no page has.

use notion_edge_core::failure::Failure;
use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, NEW, OLD, block, body, list, page};
use crate::store::assert_same;
use crate::world::{NOON, World};

fn with_block_keys(workspace: Workspace) -> World {
    let mut world = World::new(workspace, Options::default());
    world.settings.object_types.blocks = true;
    world
}

/// Pages of which one is long enough to be written in parts.
fn fill(world: &mut World) {
    world.reset(Workspace::generated(3, 3), Options::default());
    world.settings.object_types.blocks = true;
    let page = oracle::pages(world.sim.workspace()).next().unwrap().id;
    append(world, &page, 90, NOON - 86_400_000);
}

fn append(world: &mut World, parent: &str, count: usize, at: i64) {
    for _ in 0..count {
        let change = Change::AppendParagraph {
            parent: parent.parse().unwrap(),
            text: "long ".repeat(400),
        };
        world.sim.workspace_mut().apply(change, at).unwrap();
    }
}

/// Takes every third block of every page away, and adds some.
fn edit(world: &mut World) {
    let now = world.now.millis();
    let pages: Vec<String> = oracle::pages(world.sim.workspace())
        .map(|page| page.id)
        .collect();
    let holds_one = |world: &World, block: &String| {
        let above = |page: &String| {
            let mut above = oracle::above(world.sim.workspace(), page.parse().unwrap());
            page == block || above.any(|id| id == *block)
        };
        pages.iter().any(above)
    };
    for page in &pages {
        let own = oracle::own_blocks(world.sim.workspace(), page.parse().unwrap());
        for id in own.iter().step_by(3) {
            if !holds_one(world, id) {
                let trash = Change::Trash {
                    id: id.parse().unwrap(),
                };
                world.sim.workspace_mut().apply(trash, now).unwrap();
            }
        }
        append(world, page, 2, now);
    }
}

#[test]
fn each_block_has_a_key_as_long_as_its_page_has_it() {
    let mut world = with_block_keys(Workspace::generated(64, 3));
    world.is_strict = true;
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert!(world.stored_keys("notion:block:*").len() > 200);
    world.wait(300);
    edit(&mut world);
    world.wait(300);
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn a_crash_after_any_effect_gives_the_same_blocks() {
    let mut world = with_block_keys(Workspace::generated(3, 3));
    fill(&mut world);
    let whole = world.run_once(Kill::Never);
    let expected = world.contents();
    for effect in 1..whole.effects {
        for kill in [
            Kill::After(effect),
            Kill::AfterLosing(effect),
            Kill::Losing(effect),
        ] {
            fill(&mut world);
            world.run_once(kill);
            world.wait(61);
            world.run_to_the_end();
            assert_same(&world.contents(), &expected, &format!("{kill:?}"));
        }
    }
}

/// The second version of a page begins to be written, and a third follows.
#[test]
fn what_a_run_that_died_wrote_ahead_is_taken_out_again() {
    let mut world = with_block_keys(Workspace::generated(3, 3));
    let mut effects = 30;
    for effect in (1..).take_while(|effect| *effect < 60) {
        if effect > effects {
            break;
        }
        fill(&mut world);
        world.run_to_the_end();
        world.wait(7_200);
        edit(&mut world);
        world.wait(300);
        effects = world
            .run_once(Kill::AfterLosing(effect))
            .effects
            .max(effects);
        edit(&mut world);
        world.wait(300);
        world.run_to_the_end();
        world.wait(300);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn turning_it_on_and_off_builds_everything_again_without_asking_for_it() {
    let mut world = World::new(Workspace::generated(40, 3), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    let without = world.contents();
    let mut with = None;
    for is_on in [true, false, true] {
        world.settings.object_types.blocks = is_on;
        let asked = world.asked.len();
        world.wait(300);
        world.run_to_the_end();
        let asked = world.asked.len() - asked;
        assert!(asked < 5, "{asked} requests");
        world.assert_nothing_is_missed();
        let contents = world.contents();
        if is_on {
            assert_same(&contents, with.as_ref().unwrap_or(&contents), "on again");
            with.get_or_insert(contents);
        } else {
            assert_same(&contents, &without, "off again");
        }
    }
}

#[test]
fn changing_it_in_the_midst_of_an_export_leaves_no_page_as_it_was() {
    for effect in (2..80).step_by(7) {
        for at_last in [true, false] {
            let mut world = World::new(Workspace::generated(12, 3), Options::default());
            // A page that three runs died with is put aside.
            for is_on in [at_last, !at_last] {
                world.settings.object_types.blocks = is_on;
                world.run_once(Kill::After(effect));
                world.wait(61);
            }
            world.settings.object_types.blocks = at_last;
            world.run_to_the_end();
            world.wait(300);
            world.run_to_the_end();
            world.assert_nothing_is_missed();
        }
    }
}

fn paragraph(id: &str, text: &str) -> Value {
    let text = json!({ "type": "text", "text": { "content": text }, "plain_text": text });
    block(id, "paragraph", &json!({ "rich_text": [text] }))
}

fn paragraphs(count: usize) -> Vec<Value> {
    let id = |place| format!("41111111-60a4-8136-8cb8-{place:012x}");
    let blocks = (0..count).map(|place| paragraph(&id(place), &"some words ".repeat(20)));
    blocks.collect()
}

/// One page with these blocks; in the trash where there are none.
fn one_page(world: &mut World, edited: &'static str, blocks: Option<Vec<Value>>) {
    let mut page = page(A, "A", edited);
    page["in_trash"] = json!(blocks.is_none());
    let listed = blocks.is_some().then(|| page.clone());
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(listed.as_slice()),
        path if path == format!("/v1/pages/{A}") => body(&page),
        path if path.contains(A) => list(blocks.as_deref().unwrap_or_default()),
        _ => Err(Failure::NotFound),
    }));
}

#[test]
fn a_page_of_many_blocks_is_written_and_taken_out_in_parts() {
    let mut kill = None;
    // Without a crash first, then with one after each effect of the removal.
    for effect in 0..40 {
        let mut world = World::scripted(|_| list(&[]));
        world.settings.object_types.blocks = true;
        one_page(&mut world, OLD, Some(paragraphs(3_500)));
        world.run_to_the_end();
        assert_eq!(world.stored_keys("notion:block:*").len(), 3_500);
        assert!(
            world.longest_request < 1_000_000,
            "{}",
            world.longest_request
        );
        world.wait(90_000);
        one_page(&mut world, NEW, None);
        let ran = world.run_once(kill.unwrap_or(Kill::Never));
        world.wait(61);
        world.run_to_the_end();
        let left = world.stored_keys("notion:*");
        let is_left = |key: &&String| key.contains("block") || key.contains(A);
        assert_eq!(left.iter().find(is_left), None, "{kill:?}");
        let gone = world
            .events()
            .into_iter()
            .filter(|(kind, _)| kind == "page.deleted");
        assert_eq!(gone.count(), 1, "{kill:?}");
        if effect > 0 && effect > ran.effects {
            break;
        }
        kill = Some(Kill::AfterLosing(effect + 1));
    }
}

#[test]
fn a_page_that_loses_many_blocks_and_one_that_gets_a_very_long_one() {
    let mut world = World::scripted(|_| list(&[]));
    world.settings.object_types.blocks = true;
    one_page(&mut world, OLD, Some(paragraphs(3_500)));
    world.run_to_the_end();
    world.wait(7_200);
    let long = "\"long\" ".repeat(100_000);
    one_page(
        &mut world,
        NEW,
        Some(vec![paragraph(B, &long), paragraph(A, "x")]),
    );
    world.run_to_the_end();
    let stored = world.stored("notion:block:*");
    assert_eq!(stored.len(), 2);
    let text = &stored[&format!("notion:block:{B}")]["paragraph"]["rich_text"][0];
    assert_eq!(text["plain_text"], json!(long));
    assert!(
        world.longest_request < 1_000_000,
        "{}",
        world.longest_request
    );
    assert_eq!(world.stored_keys("notion:export:stage:*").len(), 0);
}

const MOVED: &str = "41111111-60a4-8136-8cb8-d1a177ad0a4f";

/// A workspace of these pages, with these blocks in each.
fn workspace(world: &mut World, pages: Vec<Value>, blocks: Vec<(&'static str, Vec<Value>)>) {
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&pages),
        path => {
            let held = blocks.iter().find(|(page, _)| path.contains(page));
            list(held.map_or(&[], |(_, blocks)| blocks.as_slice()))
        }
    }));
    world.run_to_the_end();
    world.wait(7_200);
}

/// Whose words the block has that moved.
fn holder(world: &mut World) -> Value {
    let stored = world.stored("notion:block:*");
    let block = &stored[&format!("notion:block:{MOVED}")];
    block["paragraph"]["rich_text"][0]["plain_text"].clone()
}

#[test]
fn a_block_that_moved_to_another_page_stays_whichever_page_is_written_first() {
    for first in [A, B] {
        let mut world = World::scripted(|_| list(&[]));
        world.settings.object_types.blocks = true;
        let pages = |is_new: &dyn Fn(&str) -> bool| {
            [A, B]
                .map(|id| page(id, id, if is_new(id) { NEW } else { OLD }))
                .to_vec()
        };
        let held_by = |id: &'static str| vec![(id, vec![paragraph(MOVED, id)])];
        workspace(&mut world, pages(&|_| false), held_by(A));
        assert_eq!(holder(&mut world), A);
        workspace(&mut world, pages(&|id| id == first), held_by(B));
        workspace(&mut world, pages(&|_| true), held_by(B));
        assert_eq!(holder(&mut world), B, "{first} was written first");
    }
}

/// What is stored of the page that had the block is older than what the other page was read with.
#[test]
fn a_page_that_is_built_again_takes_no_block_back_that_moved() {
    let target = json!({ "type": "page_id", "page_id": C });
    let link = block(
        "42222222-60a4-8136-8cb8-d1a177ad0a4f",
        "link_to_page",
        &target,
    );
    let mut world = World::scripted(|_| list(&[]));
    world.settings.object_types.blocks = true;
    let old = [(A, "A"), (B, "B"), (C, "before")];
    let old = old.map(|(id, title)| page(id, title, OLD)).to_vec();
    let in_a = vec![paragraph(MOVED, A), link];
    workspace(&mut world, old, vec![(A, in_a)]);
    assert_eq!(holder(&mut world), A);
    let new = [(A, "A", OLD), (B, "B", NEW), (C, "after", NEW)];
    let new = new
        .map(|(id, title, edited)| page(id, title, edited))
        .to_vec();
    workspace(&mut world, new, vec![(B, vec![paragraph(MOVED, B)])]);
    let links = &world.documents()[A]["links"];
    assert_eq!(links[0]["title"], "after", "it was built again: {links}");
    assert_eq!(holder(&mut world), B);
}
