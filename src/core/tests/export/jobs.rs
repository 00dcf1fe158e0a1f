//! Exports that someone asks for: what they look at, whom they go before, and how they end.

use std::time::Duration;

use notion_edge_core::engine::{Job, Outcome};
use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, OLD, body, database, list, page};
use crate::store::{Contents, assert_same};
use crate::world::{NOON, World};

impl World {
    /// Orders a job; the number of its export.
    pub fn order(&mut self, job: &str, id: Option<&str>) -> u64 {
        let (status, report) = self.command("POST", "/v1/exports", &order(job, id));
        assert_eq!(status, 202, "{report}");
        report["number"].as_u64().unwrap()
    }

    fn report(&mut self, number: u64) -> Value {
        let (status, report) = self.command("GET", &format!("/v1/exports/{number}"), "");
        assert_eq!(status, 200, "{report}");
        report
    }

    fn reports(&mut self) -> Vec<Value> {
        let (_, mut reports) = self.command("GET", "/v1/exports", "");
        reports["results"].as_array_mut().unwrap().split_off(0)
    }

    fn cancel(&mut self, number: u64) -> (u16, Value) {
        self.command("DELETE", &format!("/v1/exports/{number}"), "")
    }

    /// The pages whose own blocks were asked for since request number `since`.
    fn fetched(&self, since: usize) -> Vec<String> {
        let paths = self.asked[since..].iter().map(|(_, path)| path);
        let listed = paths.filter_map(|path| {
            let id = path.strip_prefix("/v1/blocks/")?.split('/').next()?;
            oracle::page(self.sim.workspace(), id.parse().ok()?).map(|page| page.id)
        });
        let mut pages: Vec<String> = listed.collect();
        pages.sort();
        pages.dedup();
        pages
    }

    /// The pages below `root` and itself, as the sim has them.
    fn subtree(&self, root: &str) -> Vec<String> {
        let workspace = self.sim.workspace();
        let pages = oracle::pages(workspace).map(|page| page.id);
        let is_below = |id: &String| {
            id == root || oracle::above(workspace, id.parse().unwrap()).any(|id| id == root)
        };
        let mut pages: Vec<String> = pages.filter(is_below).collect();
        pages.sort();
        pages
    }
}

fn order(job: &str, id: Option<&str>) -> String {
    match id {
        Some(id) => json!({ "job": job, "id": id }).to_string(),
        None => json!({ "job": job }).to_string(),
    }
}

/// A page of the demo with others below it, and the number of those.
fn parent(world: &World) -> (String, Vec<String>) {
    let pages = oracle::pages(world.sim.workspace()).map(|page| page.id);
    let pages = pages.map(|id| (world.subtree(&id), id));
    let (below, id) = pages
        .filter(|(below, _)| (3..20).contains(&below.len()))
        .max_by_key(|(below, _)| below.len())
        .unwrap();
    (id, below)
}

/// What readers can see.
fn served(world: &mut World) -> Contents {
    let mut contents = world.contents();
    contents.retain(|key, _| !key.starts_with("record of"));
    contents
}

fn exported() -> World {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    world.wait(300);
    world
}

#[test]
fn a_page_is_fetched_anew_with_what_lies_below_it_and_nothing_else_is() {
    let mut world = exported();
    let before = served(&mut world);
    let (id, below) = parent(&world);
    let asked = world.asked.len();
    let number = world.order("page", Some(&id.replace('-', "")));
    assert_eq!(world.report(number)["state"], "queued");
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
    assert_eq!(world.fetched(asked), below);
    let searches = world.asked[asked..].iter();
    assert!(searches.clone().all(|(_, path)| path != "/v1/search"));
    let report = world.report(number);
    assert_eq!(
        (&report["state"], &report["job"], &report["id"]),
        (&json!("complete"), &json!("page"), &json!(id))
    );
    assert_eq!(report["counts"]["pages"], below.len());
    assert_same(&served(&mut world), &before, "nothing had changed");
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn a_database_is_fetched_with_its_rows_by_its_own_id_or_that_of_its_data_source() {
    let mut world = exported();
    let source = oracle::data_sources(world.sim.workspace())
        .max_by_key(|source| source.rows.len())
        .unwrap();
    let mut rows = world.subtree(&source.database);
    for id in [source.database.clone(), source.id.clone()] {
        if id == source.id {
            rows = world.subtree(&source.id);
        }
        let asked = world.asked.len();
        let number = world.order("database", Some(&id));
        world.run_once(Kill::Never);
        assert_eq!(world.report(number)["state"], "complete");
        assert_eq!(world.fetched(asked), rows, "by {id}");
    }
}

/// What the other export has listed waits in a frontier that nobody who has ordered this one waits for.
#[test]
fn a_database_is_fetched_whole_although_another_export_has_listed_half_of_its_rows() {
    let options = Options {
        page_size_limit: 2,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(30, 5), options);
    let source = oracle::data_sources(world.sim.workspace()).next().unwrap();
    for minute in 0..40 {
        let change = Change::CreatePage {
            parent: source.id.parse().unwrap(),
            title: format!("row {minute}"),
        };
        let made_at = NOON - 86_400_000 + minute * 60_000;
        let made = world.sim.workspace_mut().apply(change, made_at);
        assert!(made.is_ok());
    }
    world.settings.run_subrequests = 45;
    let is_half = |world: &mut World| {
        world.run_once(Kill::Never);
        world.wait(61);
        let listed: Option<String> = redis::cmd("HGET")
            .arg("notion:export:listed")
            .arg(format!("data_source:{}", source.id))
            .query(&mut world.connection)
            .unwrap();
        listed.is_some_and(|listed| listed.starts_with("half"))
    };
    assert!((0..20).any(|_| is_half(&mut world)));
    world.settings.run_subrequests = 9_900;
    let rows = world.subtree(&source.database).len();
    let number = world.order("database", Some(&source.database));
    let is_over = (0..20).any(|_| {
        world.run_once(Kill::Never);
        world.report(number)["state"] == "complete"
    });
    assert!(rows >= 40 && is_over);
    assert_eq!(world.report(number)["counts"]["pages"], rows);
}

#[test]
fn what_notion_does_not_know_is_told_and_not_silently_complete() {
    let mut world = exported();
    let page = oracle::pages(world.sim.workspace()).next().unwrap().id;
    for (job, id) in [("page", A), ("database", A), ("database", &page)] {
        let number = world.order(job, Some(id));
        world.run_to_the_end();
        let report = world.report(number);
        assert_eq!(report["state"], "failed", "{report}");
        assert_eq!(report["errors"][0]["id"], id);
        assert!(
            report["errors"][0]["message"]
                .to_string()
                .contains("check the id")
        );
    }
    assert!(world.records().keys().all(|member| !member.contains(A)));
    // What the store holds is asked for once more before it goes, as ever.
    let id = page.parse().unwrap();
    let now = world.now.millis();
    world
        .sim
        .workspace_mut()
        .apply(Change::Purge { id }, now)
        .unwrap();
    let number = world.order("page", Some(&page));
    world.run_to_the_end();
    assert_eq!(world.report(number)["state"], "complete");
    assert!(world.documents().contains_key(&page));
    world.wait(11 * 60);
    world.run_to_the_end();
    assert!(!world.documents().contains_key(&page));
}

#[test]
fn a_page_goes_before_the_rest_of_an_export_that_is_under_way() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.settings.run_time = Duration::from_secs(1);
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Advanced));
    let (id, below) = parent(&world);
    let number = world.order("page", Some(&id));
    let asked = world.asked.len();
    world.run_once(Kill::Never);
    let fetched = world.fetched(asked);
    assert!(below.iter().any(|id| fetched.contains(id)), "{fetched:?}");
    assert!(fetched.iter().all(|id| below.contains(id)), "{fetched:?}");
    assert_eq!(world.state().aside.unwrap().job, Job::All);
    world.settings.run_time = Duration::from_secs(50);
    world.run_to_the_end();
    assert_eq!(world.report(number)["state"], "complete");
    assert_eq!(world.state().export.unwrap().job, Job::All);
    assert_eq!(world.state().aside, None);
    world.assert_nothing_is_missed();
    let kinds: Vec<String> = world.events().into_iter().map(|(kind, _)| kind).collect();
    let exports: Vec<&str> = kinds
        .iter()
        .filter_map(|kind| kind.strip_prefix("export."))
        .filter(|kind| *kind != "progress")
        .collect();
    assert_eq!(exports, ["started", "started", "completed", "completed"]);
}

#[test]
fn a_run_that_is_under_way_turns_to_an_order() {
    for pause in [3, 9, 30, 60] {
        let mut world = World::new(Workspace::demo(), Options::default());
        let mut run = world.begin();
        assert_eq!(world.go_on(&mut run, Kill::After(pause)), None);
        let (id, _) = parent(&world);
        let number = world.order("page", Some(&id));
        assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Busy));
        let begun = world.now;
        let report = loop {
            let next = Kill::After(run.effects() + 1);
            assert_eq!(world.go_on(&mut run, next), None);
            let report = world.report(number);
            if report["state"] == "complete" {
                break report;
            }
        };
        let took = world.now.since(begun);
        assert!(took < Duration::from_secs(15), "{pause}: {took:?} {report}");
        assert_eq!(world.go_on(&mut run, Kill::Never), Some(Outcome::Complete));
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_death_at_any_time_loses_neither_the_order_nor_what_it_was_put_before() {
    let workspace = || Workspace::generated(5, 3);
    let mut world = World::new(workspace(), Options::default());
    let id = oracle::pages(world.sim.workspace()).next().unwrap().id;
    let begin = |world: &mut World| {
        world.reset(workspace(), Options::default());
        world.run_once(Kill::After(9));
        world.wait(61);
        world.order("page", Some(&id))
    };
    begin(&mut world);
    let effects = world.run_once(Kill::Never).effects;
    let expected = world.contents();
    for effect in (1..effects).step_by(7) {
        for kill in [Kill::After(effect), Kill::AfterLosing(effect + 2)] {
            let number = begin(&mut world);
            world.run_once(kill);
            world.wait(61);
            world.run_to_the_end();
            assert_eq!(world.report(number)["state"], "complete", "{kill:?}");
            assert_same(&world.contents(), &expected, &format!("{kill:?}"));
        }
    }
}

#[test]
fn the_same_job_waits_once_and_no_more_than_ten_wait() {
    let mut world = exported();
    let last = world.state().export.unwrap().number;
    let all = world.order("all", None);
    assert!(all > last);
    assert_eq!(world.order("all", None), all);
    let (status, report) = world.command("POST", "/v1/exports", "");
    assert_eq!((status, report["number"].as_u64()), (202, Some(all)));
    let changes = world.order("changes", None);
    assert!(changes > all);
    let pages: Vec<String> = oracle::pages(world.sim.workspace())
        .map(|page| page.id)
        .collect();
    for page in &pages[..8] {
        world.order("page", Some(page));
    }
    let (status, problem) = world.command("POST", "/v1/exports", &order("page", Some(&pages[8])));
    assert_eq!(status, 409, "{problem}");
    assert_eq!(world.order("page", Some(&pages[7])), changes + 8);
    let numbers = |reports: Vec<Value>| -> Vec<u64> {
        reports
            .iter()
            .map(|it| it["number"].as_u64().unwrap())
            .collect()
    };
    let waiting = numbers(world.reports());
    assert_eq!(waiting[..10], (all..all + 10).rev().collect::<Vec<_>>());
    world.run_to_the_end();
    assert!(
        world.reports()[..10]
            .iter()
            .all(|it| it["state"] == "complete")
    );
    world.wait(300);
    world.run_to_the_end();
    assert_eq!(world.state().export.unwrap().number, all + 10);
    world.assert_nothing_is_missed();
}

#[test]
fn a_body_that_makes_no_sense_is_refused() {
    let mut world = exported();
    for body in [
        "{",
        "[]",
        r#"{"job":"page"}"#,
        r#"{"job":"all","id":"38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f"}"#,
        r#"{"job":"page","id":"x"}"#,
        r#"{"job":"everything"}"#,
        r#"{"id":"38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f"}"#,
        r#"{"job":"all","pages":1}"#,
        &" {}".repeat(1_000),
    ] {
        let (status, problem) = world.command("POST", "/v1/exports", body);
        assert_eq!(status, 400, "{body:.60}: {problem}");
    }
}

#[test]
fn an_export_is_cancelled_while_it_waits_and_while_it_runs_and_what_it_wrote_stays() {
    let mut world = exported();
    world.is_strict = true;
    let (id, below) = parent(&world);
    let waiting = world.order("page", Some(&id));
    let (status, report) = world.cancel(waiting);
    assert_eq!((status, &report["state"]), (200, &json!("cancelled")));
    assert_eq!(world.cancel(waiting), (200, report));
    let asked = world.asked.len();
    world.run_to_the_end();
    assert_eq!(
        world.asked.len() - asked,
        1,
        "nothing but a look at what changed"
    );

    let running = world.order("page", Some(&id));
    world.settings.run_time = Duration::from_millis(700);
    assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Advanced));
    assert_eq!(world.report(running)["state"], "running");
    let (status, report) = world.cancel(running);
    assert_eq!((status, &report["state"]), (202, &json!("cancelling")));
    assert_eq!(world.cancel(running).0, 202);
    assert_eq!(world.report(running)["state"], "cancelling");
    let asked = world.asked.len();
    world.run_to_the_end();
    let report = world.report(running);
    assert_eq!(report["state"], "cancelled");
    assert!(report["counts"]["pages"].as_u64().unwrap() < below.len() as u64);
    assert_eq!(world.cancel(running).0, 200);
    world.settings.run_time = Duration::from_secs(50);
    world.run_to_the_end();
    assert_eq!(world.fetched(asked), Vec::<String>::new());
    let urgent: u64 = redis::cmd("EXISTS")
        .arg("notion:export:urgent")
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(urgent, 0);
    world.assert_nothing_is_missed();
}

#[test]
fn what_cannot_be_cancelled_says_why() {
    let mut world = World::new(Workspace::demo(), Options::default());
    assert_eq!(world.cancel(1).0, 404);
    world.settings.run_time = Duration::from_secs(1);
    world.run_once(Kill::Never);
    let (status, problem) = world.cancel(1);
    assert_eq!(status, 409);
    assert!(problem["detail"].to_string().contains("nobody asked"));
    world.settings.run_time = Duration::from_secs(50);
    world.run_to_the_end();
    let (status, problem) = world.cancel(1);
    assert_eq!(status, 409);
    assert!(problem["detail"].to_string().contains("is over"));
}

#[test]
fn an_order_waits_for_nothing_but_notion() {
    let mut world = World::new(Workspace::generated(60, 8), Options::default());
    world.settings.rate_limit = 20;
    let outcome = world.run_once(Kill::Never).outcome;
    assert_eq!(outcome, Some(Outcome::Advanced));
    let early = world.run_once(Kill::Never).outcome;
    assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
    let page = oracle::pages(world.sim.workspace()).next().unwrap().id;
    let number = world.order("page", Some(&page));
    world.settings.rate_limit = 100_000;
    world.run_once(Kill::Never);
    assert_eq!(world.report(number)["state"], "complete");

    let number = world.order("page", Some(&page));
    let until = world
        .now
        .plus(Duration::from_secs(600))
        .millis()
        .to_string();
    redis::cmd("HSET")
        .arg(&[
            "notion:export:lease",
            "not_before",
            &until,
            "paused_until",
            &until,
        ])
        .exec(&mut world.connection)
        .unwrap();
    let early = world.run_once(Kill::Never).outcome;
    assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
    world.wait(600);
    world.run_once(Kill::Never);
    assert_eq!(world.report(number)["state"], "complete");
}

#[test]
fn the_history_keeps_twenty_exports_and_none_in_which_nothing_happened() {
    let mut world = World::new(Workspace::generated(5, 3), Options::default());
    let page = oracle::pages(world.sim.workspace()).next().unwrap().id;
    world.run_to_the_end();
    world.wait(300);
    for _ in 0..25 {
        world.order("page", Some(&page));
        world.run_to_the_end();
        // Three in which nothing happens.
        for _ in 0..3 {
            world.wait(60);
            world.run_to_the_end();
        }
    }
    let reports = world.reports();
    assert_eq!(reports.len(), 20);
    assert!(reports[1..].iter().all(|it| it["job"] == "page"));
    let kept: u64 = redis::cmd("LLEN")
        .arg("notion:export:history")
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(kept, 20);
}

/// The sweep has put the page down for some time in the next day: what is put off until sooner goes before that.
#[test]
fn a_page_that_is_gone_goes_in_time_wherever_else_it_waits() {
    let mut world = exported();
    world.wait(300);
    world.run_to_the_end();
    let soon = world.now.plus(Duration::from_secs(11 * 60)).millis();
    let waiting: Vec<String> = redis::cmd("ZRANGE")
        .arg(&[
            "notion:export:frontier",
            &format!("({soon}"),
            "+inf",
            "BYSCORE",
        ])
        .query(&mut world.connection)
        .unwrap();
    let mut pages = waiting.iter().filter_map(|it| it.strip_prefix("page:"));
    let page = pages
        .find(|id| world.subtree(id).len() == 1)
        .unwrap()
        .to_owned();
    let now = world.now.millis();
    let id = page.parse().unwrap();
    let purged = world.sim.workspace_mut().apply(Change::Purge { id }, now);
    assert_eq!(purged, Ok(id));
    world.order("page", Some(&page));
    world.run_to_the_end();
    world.wait(11 * 60);
    world.run_to_the_end();
    assert!(!world.documents().contains_key(&page));
}

#[test]
fn an_order_for_what_is_in_the_trash_or_has_no_rows_to_see_says_so() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(B, "B", OLD)]),
        path if path == format!("/v1/pages/{A}") => {
            let mut trashed = page(A, "A", OLD);
            trashed["in_trash"] = json!(true);
            body(&trashed)
        }
        path if path == format!("/v1/databases/{C}") => body(&database(C, &[])),
        _ => list(&[]),
    });
    world.run_to_the_end();
    for (job, id, why) in [
        ("page", A, "in the trash"),
        ("database", C, "no data source"),
    ] {
        let number = world.order(job, Some(id));
        world.run_to_the_end();
        let report = world.report(number);
        let told = report["errors"][0]["message"].to_string();
        assert!(told.contains(why), "{report}");
    }
}
