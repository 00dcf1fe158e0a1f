//! The users of the workspace, stored one by one: nobody's address or picture, and nobody who has left.

use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use notion_sim::{Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, list, part};
use crate::store::assert_same;
use crate::world::World;

fn with_users(options: Options) -> World {
    let mut world = World::new(Workspace::generated(5, 3), options);
    world.settings.object_types.users = true;
    world
}

fn users_asked(world: &World) -> usize {
    let asked = world.asked.iter();
    asked
        .filter(|(_, path)| path.starts_with("/v1/users?"))
        .count()
}

#[test]
fn users_are_stored_without_address_and_picture_once_in_an_export_of_everything() {
    let mut world = with_users(Options::default());
    world.is_strict = true;
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    let users = world.stored("notion:user:*");
    assert!(users.len() > 1, "{users:?}");
    for (key, user) in &users {
        let text = user.to_string();
        assert!(
            !text.contains('@') && !text.contains("avatar"),
            "{key}: {text}"
        );
        assert!(user["name"].is_string(), "{key}: {text}");
    }
    assert_eq!(users_asked(&world), 1);
    world.wait(300);
    world.run_to_the_end();
    assert_eq!(users_asked(&world), 1, "an export for changes does not ask");
    world.wait(90_000);
    world.run_to_the_end();
    assert_eq!(users_asked(&world), 2);
}

#[test]
fn a_crash_after_any_effect_gives_the_same_users() {
    let options = || Options {
        page_size_limit: 2,
        ..Options::default()
    };
    let mut world = with_users(options());
    let whole = world.run_once(Kill::Never);
    assert_eq!(whole.outcome, Some(Outcome::Complete));
    world.assert_nothing_is_missed();
    let expected = world.contents();
    for effect in 1..whole.effects.min(40) {
        for kill in [Kill::AfterLosing(effect), Kill::Losing(effect)] {
            world.reset(Workspace::generated(5, 3), options());
            world.run_once(kill);
            world.wait(61);
            world.run_to_the_end();
            let numbered = |contents: crate::store::Contents| {
                let mut contents = contents;
                contents.remove("notion:index:users");
                contents
            };
            let (found, expected) = (world.contents(), expected.clone());
            assert_same(&numbered(found), &numbered(expected), &format!("{kill:?}"));
            world.assert_nothing_is_missed();
        }
    }
}

#[test]
fn a_connection_that_may_not_read_users_is_told_so_and_exports_the_rest() {
    let mut world = with_users(Options {
        reads_users: false,
        ..Options::default()
    });
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    let state = world.state();
    let told = state.errors.iter().filter(|error| error.object == "users");
    let told: Vec<&String> = told.map(|error| &error.message).collect();
    assert!(
        matches!(told[..], [message] if message.contains("may not read users")),
        "{told:?}"
    );
    assert_eq!(users_asked(&world), 1);
    world.sim.options_mut().reads_users = true;
    world.wait(90_000);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert_eq!(world.state().errors.len(), 0);
}

#[test]
fn turning_them_on_and_off_stores_them_and_takes_them_out() {
    let mut world = with_users(Options::default());
    for is_on in [false, true, false] {
        world.settings.object_types.users = is_on;
        world.run_to_the_end();
        world.wait(300);
        world.run_to_the_end();
        world.wait(300);
        world.assert_nothing_is_missed();
    }
    assert_eq!(users_asked(&world), 1);
}

fn person(id: &str) -> Value {
    json!({ "object": "user", "id": id, "name": id, "type": "person", "person": {} })
}

#[test]
fn a_user_who_is_gone_is_taken_out_and_a_dead_cursor_takes_nobody() {
    let mut world = World::scripted(|_| list(&[]));
    world.settings.object_types.users = true;
    let mut tell = |users: Vec<&'static str>, is_dead: bool| {
        let mut has_died = !is_dead;
        world.script = Some(Box::new(move |request| match request.path.as_str() {
            path if path.contains("start_cursor") && !std::mem::replace(&mut has_died, true) => {
                Err(Failure::Rejected {
                    code: "validation_error".to_owned(),
                    message: "The start_cursor provided is invalid: x".to_owned(),
                })
            }
            path if path.contains("start_cursor") => list(&[person(users[users.len() - 1])]),
            path if path.starts_with("/v1/users?") => part(&[person(users[0])], "next"),
            _ => list(&[]),
        }));
        world.run_to_the_end();
        world.wait(90_000);
        let stored = world.stored_keys("notion:user:*");
        stored
            .iter()
            .map(|key| key[12..].to_owned())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(tell(vec![A, B], false), set(&[A, B]));
    assert_eq!(tell(vec![A, B], true), set(&[A, B]));
    assert_eq!(tell(vec![A, C], false), set(&[A, C]));
}
