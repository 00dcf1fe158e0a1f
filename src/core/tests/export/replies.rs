//! Redis refuses, or gives replies that no command gives: nothing is lost by that, and it is told what to do.

use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use notion_edge_core::redis::Value;
use notion_sim::{Options, Workspace};

use crate::driver::Kill;
use crate::store::{Contents, assert_same};
use crate::world::{Answered, World};

fn workspace() -> Workspace {
    Workspace::generated(5, 3)
}

/// A world, what its store is to hold, and how many commands that takes.
fn whole() -> (World, Contents, usize) {
    let mut world = World::new(workspace(), Options::default());
    world.run_to_the_end();
    let expected = world.contents();
    let commands = world.commands;
    (world, expected, commands)
}

/// Runs until all is done that rests for an hour, and read again what could not be built again; what stopped them on the way.
fn run_to_the_end(world: &mut World) -> Vec<String> {
    let mut problems = Vec::new();
    for run in 0..40 {
        if let Some(Outcome::Stopped(problem)) = world.run_once(Kill::Never).outcome {
            problems.push(problem);
        }
        if run >= 4 && world.errors().is_empty() {
            break;
        }
        world.wait(if run < 4 { 20 * 60 } else { 3_600 });
    }
    problems
}

/// With every command in turn answered like that, whether it was done or not.
fn with_each(answer: impl Fn(&Answered) -> Answered + Clone + 'static, told: &str) {
    let (mut world, expected, commands) = whole();
    for place in 0..commands {
        world.reset(workspace(), Options::default());
        world.commands = 0;
        let answer = answer.clone();
        world.garble = Some(Box::new(move |number, _, given| match number == place {
            true => answer(&given),
            false => given,
        }));
        let problems = run_to_the_end(&mut world);
        let context = format!("command {place}: {problems:?}");
        assert!(problems.iter().all(|it| it.contains(told)), "{context}");
        assert_same(&world.contents(), &expected, &context);
        let errors = world.errors();
        assert!(
            errors.is_empty(),
            "{context}: {errors:?} {:?}",
            world.records()
        );
        let events = world.events();
        let deleted = events.iter().find(|(kind, _)| kind == "page.deleted");
        assert_eq!(deleted, None, "{context}");
    }
}

#[test]
fn a_redis_that_takes_nothing_more_stops_the_run_and_costs_no_object_its_place() {
    let limit = "ERR max requests limit exceeded. Limit: 500000, Usage: 500000.";
    for (error, told) in [
        (
            "OOM command not allowed when used memory > 'maxmemory'.",
            "give redis more memory",
        ),
        (
            "MISCONF Redis is unable to persist to disk.",
            "have redis save",
        ),
        (limit, "raise the limit"),
    ] {
        with_each(|_| Err(Failure::of_redis(400, Some(error))), told);
    }
}

#[test]
fn a_command_that_is_refused_for_once_is_done_when_its_object_has_rested() {
    let error = "ERR max single record size exceeded";
    with_each(
        move |_| Err(Failure::of_redis(400, Some(error))),
        "redis refuses: ERR max single record",
    );
}

#[test]
fn a_reply_that_no_command_gives_is_asked_for_again() {
    let strange = [
        Value::Nil,
        Value::Integer(7),
        Value::Text("b2s=".to_owned()),
        Value::Array(Vec::new()),
        Value::Array(vec![Value::Nil; 3]),
    ];
    for reply in strange {
        // Where that is what the command may well answer it is believed.
        with_each(
            move |given| match (given, &reply) {
                (Ok(Value::Nil | Value::Text(_)), _) => given.clone(),
                (Ok(Value::Array(items)), Value::Array(others)) if items.len() == others.len() => {
                    given.clone()
                }
                _ => Ok(reply.clone()),
            },
            "nothing stops it",
        );
    }
}

/// A minute without a lease is nobody's fault.
#[test]
fn a_redis_that_is_full_for_an_hour_is_asked_little_and_holds_what_it_had() {
    let (mut world, expected, _) = whole();
    world.edit_every_page("later");
    world.wait(600);
    world.garble = Some(Box::new(|_, _, _| {
        Err(Failure::of_redis(400, Some("OOM command not allowed")))
    }));
    let before = world.commands;
    for _ in 0..60 {
        world.run_once(Kill::Never);
        world.now = world.now.plus(Duration::from_secs(60));
    }
    let commands = world.commands - before;
    assert!(commands <= 60, "{commands} commands in an hour");
    assert_eq!(
        world.documents().len(),
        expected
            .keys()
            .filter(|key| key.starts_with("notion:page:"))
            .count()
    );
    world.garble = None;
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}
