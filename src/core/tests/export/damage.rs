//! A store that others wrote into, that lost a key, or all of them: it is whole again once it is left alone.

use notion_sim::{Options, Workspace};
use redis::Connection;

use crate::driver::Kill;
use crate::store::assert_same;
use crate::world::World;

fn workspace() -> Workspace {
    Workspace::generated(5, 3)
}

fn redis(connection: &mut Connection, words: &[&str]) -> redis::Value {
    redis::cmd(words[0])
        .arg(&words[1..])
        .query(connection)
        .unwrap()
}

/// Exports of everything, until what rests for an hour or a day has been tried again.
fn go_on(world: &mut World) {
    for _ in 0..3 {
        world.wait(25 * 3_600);
        world.run_to_the_end();
    }
}

#[test]
fn a_flushed_store_is_filled_again_whenever_it_happens() {
    let mut world = World::new(workspace(), Options::default());
    let whole = world.run_once(Kill::Never);
    let expected = world.contents();
    for effect in 1..whole.effects {
        world.reset(workspace(), Options::default());
        let mut run = world.begin();
        world.go_on(&mut run, Kill::After(effect));
        redis(&mut world.connection, &["FLUSHALL"]);
        // The run lives on, and must not write into what is not its own any more.
        world.go_on(&mut run, Kill::Never);
        world.wait(61);
        world.run_to_the_end();
        assert_same(&world.contents(), &expected, &format!("effect {effect}"));
    }
}

#[test]
fn a_foreign_value_under_any_key_is_told_and_keeps_out_no_more_than_itself() {
    let mut world = World::new(workspace(), Options::default());
    world.run_to_the_end();
    let expected = world.contents();
    let keys = world.stored_keys("*");
    for key in keys {
        world.reset(workspace(), Options::default());
        redis(&mut world.connection, &["RPUSH", &key, "another's"]);
        for _ in 0..3 {
            let before = world.asked.len();
            world.run_once(Kill::Never);
            let asked = world.asked.len() - before;
            assert!(asked < 300, "{key}: {asked} requests in a run");
            world.wait(61);
        }
        let kind = redis(&mut world.connection, &["TYPE", &key]);
        if kind == redis::Value::SimpleString("list".to_owned()) {
            redis(&mut world.connection, &["DEL", &key]);
        }
        go_on(&mut world);
        assert_same(&world.contents(), &expected, &key);
    }
}

/// Nothing tells that a text is gone; whoever reads its page again finds out.
#[test]
fn a_text_that_redis_evicts_comes_back_when_its_page_is_read_again() {
    let mut world = World::new(workspace(), Options::default());
    world.run_to_the_end();
    go_on_hourly(&mut world);
    let expected = world.contents();
    let keys = world.stored_keys("notion:page:*");
    let pages = keys
        .iter()
        .map(|key| key.trim_start_matches("notion:page:"));
    for (place, page) in pages.enumerate() {
        let kind = ["page", "html", "markdown"][place % 3];
        redis(
            &mut world.connection,
            &["DEL", &format!("notion:{kind}:{page}")],
        );
    }
    go_on_hourly(&mut world);
    assert_same(&world.contents(), &expected, "after two days");
}

fn go_on_hourly(world: &mut World) {
    for _ in 0..50 {
        world.wait(3_600);
        world.run_to_the_end();
    }
}
