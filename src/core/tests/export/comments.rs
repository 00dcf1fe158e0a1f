//! The open comments of a page, stored with it.

use notion_edge_core::failure::Failure;
use notion_sim::{Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, NEW, OLD, body, list, page, part};
use crate::store::assert_same;
use crate::world::World;

fn with_comments(options: Options) -> World {
    let mut world = World::new(Workspace::demo(), options);
    world.settings.object_types.comments = true;
    world
}

fn asked(world: &World, since: usize) -> usize {
    let asked = world.asked[since..].iter();
    asked.filter(|(_, path)| path.contains("/comments")).count()
}

#[test]
fn open_comments_are_stored_without_anyones_address() {
    let options = Options {
        page_size_limit: 1,
        ..Options::default()
    };
    let mut world = with_comments(options);
    world.is_strict = true;
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    let comments = world.stored("notion:comment:*");
    assert!(!comments.is_empty());
    let text = format!("{comments:?}");
    for secret in ["X-Amz", "expiry_time", "avatar_url", "@example"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn turning_them_on_reads_every_page_again_and_off_takes_them_out_without_reading() {
    let mut world = with_comments(Options::default());
    for is_on in [false, true, false, true] {
        world.settings.object_types.comments = is_on;
        let since = world.asked.len();
        for _ in 0..2 {
            world.run_to_the_end();
            world.wait(300);
        }
        world.assert_nothing_is_missed();
        assert_eq!(asked(&world, since) > 0, is_on);
    }
    let since = world.asked.len();
    world.settings.object_types.blocks = true;
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert_eq!(asked(&world, since), 0, "blocks need nothing of Notion");
}

#[test]
fn a_connection_that_may_not_read_comments_is_told_so_once_and_exports_the_rest() {
    let mut world = with_comments(Options {
        reads_comments: false,
        ..Options::default()
    });
    world.settings.workers = 1;
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert_eq!(asked(&world, 0), 1);
    let state = world.state();
    assert_eq!(state.export.unwrap().counts.errors, 1);
    let message = &state.errors[0].message;
    assert!(message.contains("may not read comments"), "{message}");
}

fn comment(text: &str) -> Value {
    let text = json!({ "type": "text", "text": { "content": text }, "plain_text": text });
    json!({ "object": "comment", "id": B, "rich_text": [text],
        "display_name": { "type": "user", "resolved_name": "someone@mail.example" },
        "created_by": { "object": "user", "id": A, "avatar_url": "https://x.example/a" } })
}

/// One page with these comments, listed one by one; in the trash where there are none to speak of.
fn one_page(world: &mut World, edited: &'static str, comments: Option<Vec<Value>>) {
    let mut page = page(A, "A", edited);
    page["in_trash"] = json!(comments.is_none());
    let listed = comments.is_some().then(|| page.clone());
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(listed.as_slice()),
        path if path == format!("/v1/pages/{A}") => body(&page),
        path if path.starts_with("/v1/comments") => {
            let comments = comments.as_deref().unwrap_or_default();
            let place = path.split("start_cursor=").nth(1);
            let place: usize = place.map_or(0, |place| place.parse().unwrap());
            match comments.get(place..=place) {
                Some(one) if place + 1 < comments.len() => part(one, &(place + 1).to_string()),
                one => list(one.unwrap_or_default()),
            }
        }
        path if path.contains(A) => list(&[]),
        _ => Err(Failure::NotFound),
    }));
}

#[test]
fn comments_many_few_and_none_are_stored_in_order_and_go_with_their_page() {
    let mut world = World::scripted(|_| list(&[]));
    world.settings.object_types.comments = true;
    let key = format!("notion:comment:{A}");
    let long = "long ".repeat(4_000);
    let many: Vec<String> = (0..60).map(|place| format!("{place} {long}")).collect();
    let edits = [
        "2026-11-20T14:00:00.000Z",
        "2026-11-20T18:00:00.000Z",
        NEW,
        OLD,
    ];
    let lists: [&[String]; 4] = [&many[..2], &[], &many, &many[..1]];
    for (comments, edited) in lists.iter().zip(edits.iter().rev()) {
        let given = comments.iter().map(|text| comment(text)).collect();
        one_page(&mut world, edited, Some(given));
        world.run_to_the_end();
        world.wait(7_200);
        let stored = world.stored("notion:comment:*");
        let texts = stored
            .get(&key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let texts: Vec<&str> = texts
            .map(|comment| comment["rich_text"][0]["plain_text"].as_str().unwrap())
            .collect();
        assert_eq!(texts, comments.iter().collect::<Vec<_>>());
        let text = format!("{stored:?}");
        assert!(
            !text.contains("mail.example") && !text.contains("avatar"),
            "{text}"
        );
    }
    assert!(
        world.longest_request < 1_000_000,
        "{}",
        world.longest_request
    );
    assert_eq!(world.stored_keys("notion:export:stage:*").len(), 0);
    world.wait(90_000);
    one_page(&mut world, NEW, None);
    world.run_to_the_end();
    assert_eq!(world.stored_keys("notion:comment:*").len(), 0);
}

#[test]
fn a_crash_after_any_effect_gives_the_same_comments() {
    let mut world = World::scripted(|_| list(&[]));
    world.settings.object_types.comments = true;
    let many: Vec<Value> = (0..8).map(|_| comment(&"long ".repeat(4_000))).collect();
    one_page(&mut world, OLD, Some(many));
    let effects = world.run_once(Kill::Never).effects;
    let expected = world.contents();
    for effect in 1..effects {
        for kill in [Kill::AfterLosing(effect), Kill::Losing(effect)] {
            redis::cmd("FLUSHALL").exec(&mut world.connection).unwrap();
            world.runs = 0;
            world.run_once(kill);
            world.wait(61);
            world.run_to_the_end();
            assert_same(&world.contents(), &expected, &format!("{kill:?}"));
        }
    }
}
