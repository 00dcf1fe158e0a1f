//! How far an export is, of each kind of work. How long it will take is judged in `eta`.

use notion_edge_core::engine::Verified;
use notion_edge_core::status::{Progress, Status};
use notion_sim::{Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::world::World;

impl World {
    /// What `/v1/status` says now.
    pub fn status(&mut self) -> Status {
        let commands = Status::commands(&Self::keys(), self.now);
        let replies: Vec<_> = commands
            .iter()
            .map(|command| self.run(command).unwrap())
            .collect();
        Status::read(&replies).unwrap()
    }
}

#[test]
fn the_status_counts_each_kind_and_nothing_waits_in_the_end() {
    let mut world = World::new(Workspace::generated(60, 3), Options::default());
    let mut run = world.begin();
    world.go_on(&mut run, Kill::After(100));
    let status = world.status();
    assert_eq!(status.state, Progress::Exporting);
    let work = status.work.unwrap();
    assert!(work.pages.done > 0 && work.pages.waiting > 0, "{work:?}");
    let kinds = [&work.pages, &work.databases, &work.data_sources];
    let waiting: u64 = kinds.iter().map(|kind| kind.waiting).sum();
    assert_eq!(
        waiting + work.rebuilds.waiting,
        u64::try_from(status.frontier).unwrap()
    );
    assert!(work.pages.mean_seconds.unwrap() > 0.05, "{work:?}");
    world.go_on(&mut run, Kill::Never);
    let status = world.status();
    let counts = status.counts;
    let work = status.work.unwrap();
    let done = work.databases.done + work.data_sources.done;
    assert_eq!((work.pages.done, done), (counts.pages, counts.containers));
    assert_eq!(work.rebuilds.done, counts.rebuilt);
    let kinds = [work.pages, work.databases, work.data_sources, work.rebuilds];
    assert!(kinds.iter().all(|kind| kind.waiting == 0), "{kinds:?}");
    assert_eq!((work.eta, work.error_rate), (None, 0.0));
    assert_eq!(world.state().export.unwrap().verified, Verified::Whole);
}

#[test]
fn progress_is_told_at_each_tenth_or_minute_with_a_commit() {
    let mut world = World::new(Workspace::generated(60, 3), Options::default());
    world.run_to_the_end();
    let events: Vec<(String, Vec<(String, String)>)> = redis::cmd("XRANGE")
        .arg(&["notion:events", "-", "+"])
        .query(&mut world.connection)
        .unwrap();
    let field = |fields: &[(String, String)], name: &str| {
        let found = fields.iter().find(|(it, _)| it == name);
        found.unwrap().1.clone()
    };
    let told = events
        .iter()
        .filter(|(_, fields)| field(fields, "type") == "export.progress");
    let told: Vec<serde_json::Value> = told
        .map(|(_, fields)| serde_json::from_str(&field(fields, "data")).unwrap())
        .collect();
    assert!((5..=12).contains(&told.len()), "{told:?}");
    let done: Vec<u64> = told.iter().map(|it| it["done"].as_u64().unwrap()).collect();
    assert!(done.is_sorted(), "{done:?}");
    assert!(told.iter().any(|it| it["waiting"].as_u64() > Some(0)));
}

#[test]
fn an_admin_is_told_what_the_worker_is_and_when_a_cron_trigger_last_woke_it() {
    let mut world = World::new(Workspace::generated(20, 3), Options::default());
    let ask = |world: &mut World| -> Value {
        let answer = world.read("/v1/status", &[]).unwrap();
        let status: Value = serde_json::from_slice(&answer.body).unwrap();
        status["worker"].clone()
    };
    world.run_to_the_end();
    let worker = ask(&mut world);
    assert_eq!(
        worker["ticked_at"],
        json!(null),
        "no trigger began that run"
    );
    assert_eq!(worker["now"], world.now.to_string());
    assert_eq!(worker["busy_until"], json!(null));
    assert_eq!(worker["builder"], worker["stored_builder"]);
    assert!(worker["redis_now"].as_str().unwrap() > "2026-");
    let expected = json!(["private", 2, 0, true]);
    let told = [
        "access",
        "read_tokens",
        "preview_tokens",
        "copies_everything",
    ];
    assert_eq!(json!(told.map(|name| &worker[name])), expected);

    world.settings = world.settings.at_a_tick();
    let first = world.now;
    world.run_to_the_end();
    let worker = ask(&mut world);
    assert_eq!(
        (&worker["ticked_at"], &worker["tick_interval"]),
        (&json!(first.to_string()), &json!(null))
    );
    world.wait(300);
    let gap = world.now.since(first).as_secs_f64();
    let mut run = world.begin();
    world.go_on(&mut run, Kill::After(1));
    let worker = ask(&mut world);
    assert_eq!(worker["tick_interval"], gap);
    assert!(worker["busy_until"].as_str().unwrap() > world.now.to_string().as_str());
    world.wait(120);
    world.settings.is_tick = false;
    let before = worker["ticked_at"].clone();
    world.run_to_the_end();
    assert_eq!(ask(&mut world)["ticked_at"], before, "that was an order");
}
