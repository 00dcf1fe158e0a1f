//! What is gone leaves the store, and nothing else does.

use notion_edge_core::api::Request;
use notion_edge_core::failure::Failure;
use notion_sim::{Change, Options, Sim, Workspace, oracle};
use serde_json::json;

use crate::driver::Kill;
use crate::script::{
    A, Answer, B, C, NEW, OLD, block, body, data_source, database, list, page, page_in, part,
};
use crate::world::{Script, World};

fn apply(world: &mut World, change: Change) {
    let now = world.now.millis();
    world.sim.workspace_mut().apply(change, now).unwrap();
}

fn pages(world: &World) -> Vec<String> {
    oracle::pages(world.sim.workspace())
        .map(|page| page.id)
        .collect()
}

/// Lets any number of pages go.
fn confirm(world: &mut World) {
    redis::cmd("HSET")
        .arg(&["notion:export:lease", "confirmed_until", "9999999999999"])
        .exec(&mut world.connection)
        .unwrap();
}

/// Exports until nothing is put off any more: everything is listed, and what is missing is asked for twice.
fn settle(world: &mut World) {
    world.wait(25 * 3_600);
    world.run_to_the_end();
    world.wait(11 * 60);
    world.run_to_the_end();
}

#[test]
fn a_page_that_is_deleted_for_good_goes_after_two_looks_ten_minutes_apart() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let id = pages(&world).pop().unwrap();
    apply(
        &mut world,
        Change::Purge {
            id: id.parse().unwrap(),
        },
    );
    world.wait(25 * 3_600);
    world.run_to_the_end();
    assert!(
        world.documents().contains_key(&id),
        "one look is not enough"
    );
    world.wait(9 * 60);
    world.run_to_the_end();
    assert!(world.documents().contains_key(&id), "nine minutes are not");
    world.wait(2 * 60);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert_eq!(world.errors().len(), 0);
    let deleted = world
        .events()
        .into_iter()
        .filter(|(kind, _)| kind == "page.deleted");
    assert_eq!(deleted.count(), 1);
}

#[test]
fn a_page_that_answers_again_stays() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let id = pages(&world).pop().unwrap();
    apply(
        &mut world,
        Change::Unshare {
            id: id.parse().unwrap(),
        },
    );
    world.wait(25 * 3_600);
    world.run_to_the_end();
    apply(
        &mut world,
        Change::Share {
            id: id.parse().unwrap(),
        },
    );
    settle(&mut world);
    world.assert_nothing_is_missed();
    let is_missing = |world: &mut World| world.records().values().any(|it| it.missing.is_some());
    assert!(!is_missing(&mut world));
    let leaving: u64 = redis::cmd("ZCARD")
        .arg("notion:export:leaving")
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(leaving, 0);
}

#[test]
fn what_another_connection_does_not_see_is_not_gone() {
    let shared = [A, C].map(|id| page(id, id, OLD));
    let after = |bot: &'static str| {
        let shared = shared.clone();
        let mut world = World::scripted(move |request| match request.path.as_str() {
            "/v1/search" => list(&shared),
            _ => list(&[]),
        });
        world.bot = Some("one");
        world.run_to_the_end();
        world.bot = Some(bot);
        world.script = Some(Box::new(|request| {
            match request.path.starts_with("/v1/pages/") {
                true => Err(Failure::NotFound),
                false => list(&[]),
            }
        }));
        settle(&mut world);
        world
    };
    assert_eq!(after("one").documents().len(), 0);
    let mut world = after("two");
    assert_eq!(world.documents().len(), 2);
    assert!(
        world.state().errors[0]
            .message
            .contains("another connection")
    );
    // However few they are.
    settle(&mut world);
    assert_eq!(world.documents().len(), 2);
    assert!(world.state().held.is_some());
    // After a whole export with it, it is the one that counts, if someone confirms that.
    confirm(&mut world);
    settle(&mut world);
    assert_eq!(world.documents().len(), 0);
}

/// What it sees is so much more that what it does not see is less than a tenth.
#[test]
fn a_token_of_another_workspace_takes_nothing_away_until_someone_confirms_it() {
    let mut world = World::new(Workspace::generated(12, 1), Options::default());
    world.run_to_the_end();
    let of_one = (world.documents(), world.stored("notion:data*:*"));
    world.sim = Sim::new(Workspace::generated(300, 2), Options::default());
    world.bot = Some("two");
    for _ in 0..4 {
        settle(&mut world);
        let (documents, others) = (world.documents(), world.stored("notion:data*:*"));
        assert!(documents.len() > 20 * of_one.0.len());
        for (id, document) in &of_one.0 {
            assert_eq!(documents.get(id), Some(document));
        }
        for (key, object) in &of_one.1 {
            assert_eq!(others.get(key), Some(object));
        }
    }
    let held = world.state().held.unwrap();
    assert_eq!(held.pages, of_one.0.len() as u64);
    let address = format!("/v1/exports/{}/confirm", held.export);
    world.ask_worker("POST", &address, &[]).unwrap();
    world.run_to_the_end();
    world.wait(3_700);
    world.run_to_the_end();
    world.assert_exact();
    // From then on it is as with any connection.
    let id = pages(&world).pop().unwrap().parse().unwrap();
    world.wait(25 * 3_600);
    apply(&mut world, Change::Purge { id });
    settle(&mut world);
    world.assert_exact();
}

#[test]
fn what_is_held_of_a_trashed_database_stays_where_it_is() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let before = world.documents();
    let sources = oracle::data_sources(world.sim.workspace());
    let source = sources.max_by_key(|source| source.rows.len()).unwrap();
    assert!(source.rows.len() * 10 > 2 * before.len());
    apply(
        &mut world,
        Change::Trash {
            id: source.database.parse().unwrap(),
        },
    );
    settle(&mut world);
    assert!(world.state().held.is_some());
    let after = world.documents();
    for row in after.keys().filter(|id| source.rows.contains(id)) {
        assert_eq!(after[row], before[row], "{row}");
    }
}

/// A proxy that lost its way knows no page at all.
#[test]
fn a_404_that_is_not_notions_says_nothing() {
    assert_eq!(
        Failure::of_notion(
            404,
            None,
            br#"{"object":"error","code":"object_not_found"}"#
        ),
        Failure::NotFound
    );
    for body in ["", "<html>", "{}"] {
        let failure = Failure::of_notion(404, None, body.as_bytes());
        assert!(matches!(failure, Failure::Rejected { .. }), "{failure:?}");
    }
}

#[test]
fn a_trashed_database_takes_its_rows_with_it_and_brings_them_back() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    let before = world.documents().len();
    let source = oracle::data_sources(world.sim.workspace())
        .min_by_key(|source| (source.rows.is_empty(), source.rows.len()))
        .unwrap();
    let id = source.database.parse().unwrap();
    confirm(&mut world);
    apply(&mut world, Change::Trash { id });
    settle(&mut world);
    world.assert_nothing_is_missed();
    assert!(world.documents().len() < before);
    apply(&mut world, Change::Restore { id });
    world.wait(25 * 3_600);
    world.run_once(Kill::Never);
    world.assert_nothing_is_missed();
    assert_eq!(world.documents().len(), before);
}

/// Notion does not promise to flag what lies in a trashed page.
#[test]
fn what_lies_in_a_trashed_page_goes_with_it_whatever_notion_says_of_it() {
    let (mut world, child) = (
        World::scripted(|_| list(&[])),
        block(B, "child_page", &json!({ "title": "B" })),
    );
    let answers = move |is_trashed: bool| {
        let child = child.clone();
        move |request: &Request| {
            let mut above = page(A, "A", OLD);
            above["in_trash"] = json!(is_trashed);
            let below = |parent: &str, id: &str| {
                page_in(
                    &json!({ "type": "page_id", "page_id": parent }),
                    id,
                    id,
                    OLD,
                )
            };
            match request.path.split('?').next().unwrap() {
                "/v1/search" if is_trashed => list(&[]),
                "/v1/search" => list(&[above]),
                path if path == format!("/v1/pages/{A}") => body(&above),
                path if path == format!("/v1/pages/{B}") => body(&below(A, B)),
                path if path == format!("/v1/pages/{C}") => body(&below(B, C)),
                path if path == format!("/v1/blocks/{A}/children") => {
                    list(std::slice::from_ref(&child))
                }
                path if path == format!("/v1/blocks/{B}/children") => {
                    list(&[block(C, "child_page", &json!({ "title": "C" }))])
                }
                _ => list(&[]),
            }
        }
    };
    world.script = Some(Box::new(answers(false)));
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 3);
    world.script = Some(Box::new(answers(true)));
    settle(&mut world);
    assert_eq!(world.documents().len(), 0);
    world.script = Some(Box::new(answers(false)));
    settle(&mut world);
    assert_eq!(world.documents().len(), 3);
}

#[test]
fn a_large_drop_is_held_until_someone_confirms_it() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let all = pages(&world);
    for id in all.iter().take(20) {
        let id = id.parse().unwrap();
        // What lies in another that is gone already cannot be purged once more.
        let _ = world
            .sim
            .workspace_mut()
            .apply(Change::Purge { id }, world.now.millis());
    }
    let gone = all.len() - pages(&world).len();
    settle(&mut world);
    assert_eq!(world.documents().len(), all.len(), "nothing goes");
    let held = world.state().held.unwrap();
    assert_eq!((held.pages, held.of), (gone as u64, all.len() as u64));
    let confirm = |number: u64| format!("/v1/exports/{number}/confirm");
    let other = world.ask_worker("POST", &confirm(held.export + 1), &[]);
    assert_eq!(other.unwrap_err().answer().status, 404);
    let answer = world
        .ask_worker("POST", &confirm(held.export), &[])
        .unwrap();
    assert_eq!(
        answer.body,
        format!("{{\"confirmed\":{gone}}}").into_bytes()
    );
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert_eq!(world.state().held, None);
}

/// Their own versions are those that are stored.
#[test]
fn what_lies_in_a_trashed_page_goes_when_someone_confirms_that_so_much_may() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let all = pages(&world);
    let above = |page: &String| -> Vec<String> {
        oracle::above(world.sim.workspace(), page.parse().unwrap()).collect()
    };
    let above: Vec<Vec<String>> = all.iter().map(above).collect();
    let below = |page: &&String| above.iter().filter(|above| above.contains(page)).count();
    let top = all.iter().max_by_key(below).unwrap();
    assert!(below(&top) * 10 > all.len());
    let id = top.parse().unwrap();
    apply(&mut world, Change::Trash { id });
    settle(&mut world);
    let held = world.state().held.unwrap();
    let address = format!("/v1/exports/{}/confirm", held.export);
    world.ask_worker("POST", &address, &[]).unwrap();
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn a_tenth_of_the_pages_may_go_in_a_day_and_no_more() {
    let mut world = World::new(Workspace::generated(100, 4), Options::default());
    world.run_to_the_end();
    let all = pages(&world);
    let most = all.len() / 10;
    for id in &all {
        if all.len() - pages(&world).len() >= most {
            break;
        }
        let trash = Change::Trash {
            id: id.parse().unwrap(),
        };
        let _ = world.sim.workspace_mut().apply(trash, world.now.millis());
        if all.len() - pages(&world).len() > most {
            let restore = Change::Restore {
                id: id.parse().unwrap(),
            };
            apply(&mut world, restore);
        }
    }
    settle(&mut world);
    world.assert_nothing_is_missed();
    assert_eq!(world.state().held, None);
    let next = pages(&world).pop().unwrap();
    let trash = |id: &str| Change::Trash {
        id: id.parse().unwrap(),
    };
    apply(&mut world, trash(&next));
    world.wait(20 * 3_600);
    world.settings.reconcile_interval = std::time::Duration::from_secs(3_600);
    world.run_to_the_end();
    assert!(world.documents().contains_key(&next), "it was one more");
    assert!(world.state().held.is_some());
    world.wait(25 * 3_600);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn a_page_that_went_after_it_was_listed_goes_as_soon_as_any_other() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    world.wait(7_200);
    world.script = Some(Box::new(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", NEW)]),
        _ => Err(Failure::NotFound),
    }));
    world.run_to_the_end();
    assert!(world.documents().contains_key(A), "one look is not enough");
    world.wait(11 * 60);
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 0);
    assert_eq!(world.errors().len(), 0);
}

/// Nothing leads to what is in the trash before it was first seen, but what lies in it and is not marked.
#[test]
fn a_row_of_a_database_that_was_trashed_before_it_was_first_seen_is_not_copied() {
    let mut world = World::scripted(|request| {
        let under = json!({ "type": "data_source_id", "data_source_id": B, "database_id": C });
        let times = json!({ "created_time": OLD, "last_edited_time": OLD, "title": [] });
        let object = |mut fields: serde_json::Value| {
            for (name, value) in times.as_object().unwrap() {
                fields[name] = value.clone();
            }
            body(&fields)
        };
        match request.path.as_str() {
            "/v1/search" => list(&[page_in(&under, A, "A", OLD)]),
            path if path == format!("/v1/data_sources/{B}") => object(json!({
                "object": "data_source", "id": B, "properties": {}, "in_trash": false,
                "parent": { "type": "database_id", "database_id": C },
            })),
            path if path == format!("/v1/databases/{C}") => object(json!({
                "object": "database", "id": C, "data_sources": [{ "id": B, "name": "Rows" }], "in_trash": true,
                "parent": { "type": "workspace", "workspace": true },
            })),
            _ => list(&[]),
        }
    });
    world.run_to_the_end();
    assert_eq!(world.documents().len(), 0);
    assert_eq!(world.errors().len(), 0);
}

/// Where a database is, with all that lies in it.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Here,
    Trash,
    Elsewhere,
}

/// A database of one row, which Notion does not flag in the trash. The first of many parts of the listing has it.
fn a_row(place: Place) -> Script {
    const PARTS: usize = 30;
    let mut parts = 0;
    Box::new(move |request| {
        let database = json!({
            "object": "database", "id": C, "title": [], "created_time": OLD, "last_edited_time": OLD,
            "data_sources": [{ "id": B, "name": "Rows" }], "in_trash": place == Place::Trash,
            "parent": { "type": "workspace", "workspace": true },
        });
        let source = json!({
            "object": "data_source", "id": B, "title": [], "created_time": OLD, "last_edited_time": OLD,
            "properties": {}, "in_trash": false, "parent": { "type": "database_id", "database_id": C },
        });
        let under = json!({ "type": "data_source_id", "data_source_id": B, "database_id": C });
        let row = page_in(&under, A, "A", OLD);
        match request.path.split('?').next().unwrap() {
            "/v1/search" if place == Place::Here => list(&[source]),
            "/v1/search" => list(&[]),
            _ if place == Place::Elsewhere => Err(Failure::NotFound),
            path if path == format!("/v1/databases/{C}") => body(&database),
            path if path == format!("/v1/data_sources/{B}") => body(&source),
            path if path == format!("/v1/pages/{A}") => body(&row),
            path if path == format!("/v1/data_sources/{B}/query") => {
                parts = (parts + 1) % PARTS;
                match parts {
                    0 => list(&[]),
                    1 => part(&[row], "1"),
                    cursor => part(&[], &cursor.to_string()),
                }
            }
            _ => list(&[]),
        }
    })
}

/// The row is taken as soon as a part of the listing shows it, and is done with long before the last part.
#[test]
fn a_row_that_is_read_while_its_data_source_is_listed_comes_back_with_it() {
    let mut world = World::scripted(|_| list(&[]));
    for (place, rows) in [(Place::Here, 1), (Place::Trash, 0)] {
        world.script = Some(a_row(place));
        settle(&mut world);
        assert_eq!(world.documents().len(), rows);
    }
    world.script = Some(a_row(Place::Here));
    world.wait(25 * 3_600);
    world.asked.clear();
    world.run_once(Kill::Never);
    let place = |of: &str| world.asked.iter().rposition(|(_, path)| path.contains(of));
    assert!(place(&format!("/blocks/{A}/")) < place("/query"));
    assert_eq!(world.documents().len(), 1);
}

/// Nothing leads to the database but what lies in it.
#[test]
fn what_was_taken_away_while_it_was_in_the_trash_comes_back_when_it_is_given_back() {
    let mut world = World::scripted(|_| list(&[]));
    for (place, rows) in [
        (Place::Here, 1),
        (Place::Trash, 0),
        (Place::Elsewhere, 0),
        (Place::Here, 1),
    ] {
        world.script = Some(a_row(place));
        settle(&mut world);
        assert_eq!(world.documents().len(), rows);
    }
}

/// Notion knows an id as that of something else than was asked for.
fn of_another_kind(id: &str, is: &str, not: &str) -> Answer {
    Err(Failure::Rejected {
        code: "validation_error".to_owned(),
        message: format!(
            "Provided ID {id} is a {is}, not a {not}. Use the retrieve {is} API instead."
        ),
    })
}

#[test]
fn a_page_that_became_a_database_goes_and_the_database_is_there_and_back_again() {
    let mut world = World::scripted(|_| list(&[]));
    let is_page = |request: &Request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(C, "C", OLD)]),
        path if path == format!("/v1/pages/{A}") => body(&page(A, "A", OLD)),
        path if path == format!("/v1/pages/{C}") => body(&page(C, "C", OLD)),
        path if path == format!("/v1/databases/{A}") => of_another_kind(A, "page", "database"),
        path if path == format!("/v1/data_sources/{B}") => Err(Failure::NotFound),
        _ => list(&[]),
    };
    let is_database = |request: &Request| match request.path.as_str() {
        "/v1/search" => list(&[data_source(B, A), page(C, "C", OLD)]),
        path if path == format!("/v1/pages/{A}") => of_another_kind(A, "database", "page"),
        path if path == format!("/v1/pages/{C}") => body(&page(C, "C", OLD)),
        path if path == format!("/v1/databases/{A}") => body(&database(A, &[B])),
        path if path == format!("/v1/data_sources/{B}") => body(&data_source(B, A)),
        _ => list(&[]),
    };
    let scripts: [(Script, usize, usize); 3] = [
        (Box::new(is_page), 2, 0),
        (Box::new(is_database), 1, 1),
        (Box::new(is_page), 2, 0),
    ];
    for (script, pages, databases) in scripts {
        world.script = Some(script);
        for _ in 0..3 {
            world.wait(25 * 3_600);
            world.run_to_the_end();
            world.wait(15 * 60);
            world.run_to_the_end();
        }
        assert_eq!(world.documents().len(), pages, "{:?}", world.errors());
        assert_eq!(world.stored_keys("notion:database:*").len(), databases);
        assert_eq!(world.errors().len(), 0, "{:?}", world.errors());
    }
}
