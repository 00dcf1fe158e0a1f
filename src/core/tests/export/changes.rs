//! After the first export only what changed is fetched, and pages that show others follow them.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use notion_edge_core::failure::Failure;
use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::{Value, json};

use crate::script::{A, B, C, NEW, OLD, body, list, page, page_in, part};
use crate::world::{Script, World};

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

/// A row of the first database, or of the second, whose time does not tell that it was moved.
fn moved(is_moved: &Rc<Cell<bool>>, is_searched: bool) -> Script {
    const D: &str = "38c9ce7b-60a4-8175-8cb8-d1a177ad0a4f";
    const E: &str = "38c9ce7b-60a4-8176-8cb8-d1a177ad0a4f";
    let is_moved = is_moved.clone();
    let object = |kind: &str, id: &str, parent: Value| {
        json!({
            "object": kind, "id": id, "title": [], "created_time": OLD, "last_edited_time": OLD,
            "properties": {}, "data_sources": [], "in_trash": false, "parent": parent,
        })
    };
    let source = move |id: &str, of: &str| {
        object(
            "data_source",
            id,
            json!({ "type": "database_id", "database_id": of }),
        )
    };
    let database = move |id: &str, of: &str| {
        let mut database = object(
            "database",
            id,
            json!({ "type": "workspace", "workspace": true }),
        );
        database["data_sources"] = json!([{ "id": of, "name": "Rows" }]);
        body(&database)
    };
    Box::new(move |request| {
        let (source_id, database_id) = match is_moved.get() {
            true => (D, E),
            false => (B, C),
        };
        let parent = json!({ "type": "data_source_id", "data_source_id": source_id, "database_id": database_id });
        let row = page_in(&parent, A, "A", OLD);
        let (_, path) = request.path.split_at("/v1/".len());
        match path.split('?').next().unwrap() {
            "search" if is_searched => list(&[source(B, C), source(D, E), row]),
            "search" => list(&[source(B, C), source(D, E)]),
            path if path == format!("databases/{C}") => database(C, B),
            path if path == format!("databases/{E}") => database(E, D),
            path if path == format!("data_sources/{source_id}/query") => list(&[row]),
            path if path == format!("pages/{A}") => body(&row),
            _ => list(&[]),
        }
    })
}

#[test]
fn a_page_that_was_moved_is_seen_where_a_listing_shows_it_although_its_time_is_the_same() {
    let is_moved = Rc::new(Cell::new(false));
    // Search shows it at the next tick, its new data source with the next export of everything.
    for (is_searched, seconds) in [(true, 60), (false, 25 * 3_600)] {
        is_moved.set(false);
        let mut world = World::scripted(|_| list(&[]));
        world.script = Some(moved(&is_moved, is_searched));
        // No export for changes, whose sweep would see it as well.
        world.run_to_the_end();
        let before = world.documents()[A]["data_source_id"].clone();
        is_moved.set(true);
        world.wait(seconds);
        world.run_to_the_end();
        let after = world.documents()[A]["data_source_id"].clone();
        assert_ne!(before, after, "after {seconds} s");
        let rows = |id: &Value| {
            let id = id.as_str().unwrap();
            world.list(&[("data_source_id", id)])["total"].clone()
        };
        let listed = [&before, &after].map(rows);
        assert_eq!(listed, [json!(0), json!(1)], "after {seconds} s");
    }
}

fn id(place: usize) -> String {
    format!("38c9ce7b-60a4-8136-8cb8-{place:012x}")
}

/// Results of search, five edited in each minute; one of them under another title and time.
fn results(count: usize, edited: Option<usize>) -> Vec<Value> {
    let result = |place: usize| match edited {
        Some(edited) if edited == place => page(&id(place), "edited", NEW),
        _ => {
            let (hour, minute) = (16 - place / 300, 59 - place / 5 % 60);
            page(
                &id(place),
                "",
                &format!("2026-06-27T{hour}:{minute:02}:00.000Z"),
            )
        }
    };
    (0..count).map(result).collect()
}

/// Search in parts of these lengths.
fn parts(results: Vec<Value>, lengths: &'static [usize]) -> Script {
    Box::new(move |request| {
        if request.path != "/v1/search" {
            return list(&[]);
        }
        let cursor = request
            .body
            .as_ref()
            .and_then(|body| body["start_cursor"].as_str());
        let place: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let start: usize = lengths[..place].iter().sum();
        let results = &results[start..start + lengths[place]];
        match place + 1 < lengths.len() {
            true => part(results, &(place + 1).to_string()),
            false => list(results),
        }
    })
}

#[test]
fn search_goes_on_past_short_parts_and_stops_after_a_hundred_known_results() {
    // A part without results, or with a few that are known, says nothing.
    let cases: [(&[usize], usize); 4] = [
        (&[100, 100, 100], 1),
        (&[0, 100, 100], 2),
        (&[1, 0, 99, 100, 100], 3),
        (&[50, 49, 100, 101], 3),
    ];
    for (lengths, asked) in cases {
        let total = lengths.iter().sum();
        let mut world = World::scripted(|_| list(&[]));
        world.script = Some(parts(results(total, None), lengths));
        world.run_to_the_end();
        world.wait(300);
        let before = world.asked.len();
        world.run_to_the_end();
        assert_eq!(
            world.asked.len() - before,
            asked,
            "a quiet search in {lengths:?}"
        );
        world.wait(300);
        let edited = total.min(98);
        world.script = Some(parts(results(total, Some(edited)), lengths));
        world.run_to_the_end();
        let id = id(edited);
        assert_eq!(
            world.documents()[&id]["title"],
            Value::from("edited"),
            "in {lengths:?}"
        );
    }
}

#[test]
fn an_edit_that_search_shows_late_is_seen_within_the_overlap() {
    // 300 results within 14 minutes: the late one stands below two whole parts that are known.
    let crowd = |late: &str| -> Vec<Value> {
        (0..300)
            .map(|place| {
                let own = format!("2026-06-27T16:{:02}:00.000Z", 59 - place / 25);
                let time = if place == 299 { late } else { &own };
                page(&id(place), time, time)
            })
            .collect()
    };
    let lengths = &[100, 100, 100];
    let mut world = World::scripted(|_| list(&[]));
    world.script = Some(parts(crowd("2026-06-27T16:01:00.000Z"), lengths));
    world.run_to_the_end();
    world.wait(300);
    let late = "2026-06-27T16:48:00.000Z";
    world.script = Some(parts(crowd(late), lengths));
    world.run_to_the_end();
    assert_eq!(world.documents()[&id(299)]["title"], Value::from(late));
}

#[test]
fn something_foreign_in_the_frontier_is_put_out_and_told() {
    // What is to be built again stands below zero.
    for (score, mark) in [("1", ""), ("-1", "~")] {
        let mut world = World::scripted(|request| match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", OLD)]),
            _ => list(&[]),
        });
        world.run_to_the_end();
        let foreign = "block:38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f";
        redis::cmd("ZADD")
            .arg(&["notion:export:frontier", score, &format!("{mark}{foreign}")])
            .exec(&mut world.connection)
            .unwrap();
        world.wait(60);
        let commits = world.commits;
        world.run_to_the_end();
        assert!(
            world.commits - commits < 10,
            "{score}: {}",
            world.commits - commits
        );
        assert!(world.errors().contains_key(foreign), "{score}");
    }
}

#[test]
fn an_edit_that_search_hides_is_found_by_the_next_full_export() {
    for seed in 1..=4 {
        let options = Options {
            search_omission: 1.0,
            ..Options::default()
        };
        let mut world = World::new(Workspace::generated(60, seed), options);
        world.run_to_the_end();
        let quiet = world.asked.len();
        world.wait(25 * 3_600);
        world.run_to_the_end();
        let full = world.asked.len() - quiet;
        assert!(full <= 60 + 30, "{full} requests verify 60 pages");
        let truths: Vec<_> = oracle::pages(world.sim.workspace()).collect();
        let is_child = |id: &String| truths.iter().any(|page| page.blocks.contains(id));
        let children = truths.iter().map(|page| &page.id).filter(|id| is_child(id));
        for (place, child) in children.enumerate().filter(|(place, _)| place % 2 == 0) {
            let change = Change::AppendParagraph {
                parent: child.parse().unwrap(),
                text: format!("edit {place}"),
            };
            let now = world.now.millis();
            world.sim.workspace_mut().apply(change, now).unwrap();
        }
        world.wait(25 * 3_600);
        world.settings.run_subrequests = [9_900, 150][usize::try_from(seed % 2).unwrap()];
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

#[test]
fn a_hidden_page_read_in_the_minute_of_its_edit_is_read_again() {
    let options = Options {
        search_omission: 1.0,
        ..Options::default()
    };
    let mut world = World::new(Workspace::generated(60, 2), options);
    let truths: Vec<_> = oracle::pages(world.sim.workspace()).collect();
    let is_child = |id: &String| truths.iter().any(|page| page.blocks.contains(id));
    let child = truths
        .iter()
        .map(|page| &page.id)
        .find(|id| is_child(id))
        .unwrap();
    for text in ["first", "second, within the same minute"] {
        let change = Change::AppendParagraph {
            parent: child.parse().unwrap(),
            text: text.to_owned(),
        };
        let now = world.now.millis();
        world.sim.workspace_mut().apply(change, now).unwrap();
        world.run_to_the_end();
    }
    world.wait(25 * 3_600);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
}

#[test]
fn more_known_objects_than_a_batch_are_all_verified() {
    let pages: Vec<Value> = results(1_300, None);
    let hidden = pages.clone();
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&pages),
        _ => list(&[]),
    });
    world.run_to_the_end();
    world.wait(25 * 3_600);
    let before = world.asked.len();
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&[]),
        path => match hidden
            .iter()
            .find(|page| path.ends_with(page["id"].as_str().unwrap()))
        {
            Some(page) => body(page),
            None => Err(Failure::NotFound),
        },
    }));
    world.settings.run_subrequests = 1_000;
    assert!(world.run_to_the_end() > 1);
    assert_eq!(
        world.asked.len() - before,
        1 + 1_300,
        "search, and each page once"
    );
}

/// A page with hundreds of others below it would take minutes of the whole rate at each edit.
#[test]
fn an_edit_asks_for_no_page_that_is_below_and_known() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    let children = |page: &oracle::PageTruth| {
        let pages = oracle::pages(world.sim.workspace());
        pages
            .filter(|it| it.parent.id.as_ref() == Some(&page.id))
            .count()
    };
    let parent = oracle::pages(world.sim.workspace())
        .max_by_key(children)
        .unwrap();
    assert!(children(&parent) > 3);
    let change = Change::SetTitle {
        page: parent.id.parse().unwrap(),
        title: "Edited".to_owned(),
    };
    let now = world.now.millis();
    world.sim.workspace_mut().apply(change, now).unwrap();
    world.wait(300);
    let asked = world.asked.len();
    world.run_to_the_end();
    let asked = world.asked[asked..]
        .iter()
        .filter_map(|(_, path)| path.strip_prefix("/v1/pages/"));
    let pages: Vec<&str> = asked.filter(|id| !id.contains('/')).collect();
    assert_eq!(pages, Vec::<&str>::new());
    world.assert_nothing_is_missed();
}

/// It did not know what an object lies in.
#[test]
fn a_store_of_an_earlier_version_is_gone_on_with() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let key = "notion:export:objects";
    let records: Vec<(String, String)> = redis::cmd("HGETALL")
        .arg(key)
        .query(&mut world.connection)
        .unwrap();
    for (member, record) in records {
        let mut parts: Vec<&str> = record.split('|').collect();
        parts.remove(5);
        redis::cmd("HSET")
            .arg(&[key, &member, &parts.join("|")])
            .exec(&mut world.connection)
            .unwrap();
    }
    world.wait(25 * 3_600);
    let asked = world.asked.len();
    world.run_to_the_end();
    assert_eq!(
        world.asked.len() - asked,
        1,
        "search shows that it is whole"
    );
    assert_eq!(world.documents().len(), 2);
}
