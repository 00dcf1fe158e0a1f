//! What readers get beside pages and lists: objects, comments, several pages, trees, searches, events and metrics.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::document::PublishRule;
use notion_edge_core::read::{Audience, Request, Route};
use notion_edge_core::store::Operation;
use notion_sim::{Change, Options, Workspace};
use serde_json::{Value, json};

use crate::world::World;

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// A world in which everything there is is stored, over a Redis that is strict about keys.
fn demo() -> World {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    let types = &mut world.settings.object_types;
    (types.blocks, types.comments, types.users) = (true, true, true);
    world.run_to_the_end();
    world
}

impl World {
    /// The answer as JSON, or the status of the problem.
    pub fn told(&mut self, address: &str) -> Result<Value, u16> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Request::pairs(query),
            ..Request::default()
        };
        let answer = self.serve(&request);
        let answer = answer.map_err(|problem| problem.answer().status)?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    /// How many requests to Redis an answer takes, where Redis knows the scripts.
    pub fn requests(&mut self, address: &str) -> usize {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Request::pairs(query),
            ..Request::default()
        };
        let was_strict = std::mem::replace(&mut self.is_strict, false);
        let _ = self.serve(&request);
        let route = Route::parse(&request).unwrap();
        let mut call = route.call(&Self::keys(), self.audience, self.now).unwrap();
        let mut requests = 0;
        loop {
            requests += 1;
            let commands = call.poll().commands;
            let replies = commands.iter().map(|command| self.run(command)).collect();
            if call.apply(replies).unwrap().is_some() {
                self.is_strict = was_strict;
                return requests;
            }
        }
    }

    /// Puts pages into the store as an export would, thousands at a time.
    pub fn add_summaries(&mut self, numbers: std::ops::Range<u32>, excerpt: &str) {
        let keys = Self::keys();
        let (mut zadd, mut hset) = (redis::cmd("ZADD"), redis::cmd("HSET"));
        zadd.arg(keys.pages());
        hset.arg(keys.summaries());
        for number in numbers {
            let member = format!("page:00000000-0000-4000-8000-{number:012}");
            let id = &member["page:".len()..];
            let summary = format!(
                r#"{{"object":"page","id":"{id}","title":"Page {number}","path":"/{number}","database_id":null,"ancestors":[],"icon":null,"created_time":"","values":{{}},"excerpt":"{excerpt}"}}"#
            );
            zadd.arg(number).arg(&member);
            hset.arg(&member).arg(summary);
        }
        zadd.exec(&mut self.connection).unwrap();
        hset.exec(&mut self.connection).unwrap();
    }

    fn expires(&mut self, number: u32, at: i64) {
        let member = format!("page:00000000-0000-4000-8000-{number:012}");
        redis::cmd("ZADD")
            .arg(&[&Self::keys().expiry(), &at.to_string(), &member])
            .exec(&mut self.connection)
            .unwrap();
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn objects_are_given_as_they_are_stored_by_either_form_of_their_id() {
    let mut world = demo();
    for (address, kind) in [
        ("databases", "database"),
        ("data-sources", "data_source"),
        ("users", "user"),
        ("blocks", "block"),
    ] {
        let stored = world.stored(&format!("notion:{kind}:*"));
        assert!(stored.len() > 1, "{kind}");
        for (key, object) in stored.iter().take(20) {
            let id = key.rsplit(':').next().unwrap();
            for id in [id.to_owned(), id.replace('-', "")] {
                let given = world.told(&format!("/v1/{address}/{id}"));
                assert_eq!(given.as_ref(), Ok(object), "{key}");
            }
            assert_eq!(object["object"], kind);
        }
        let unknown = world.told(&format!("/v1/{address}/{UNKNOWN}"));
        assert_eq!(unknown, Err(404));
        assert_eq!(world.told(&format!("/v1/{address}/x")), Err(400));
        assert_eq!(world.requests(&format!("/v1/{address}/{UNKNOWN}")), 1);
    }
    let sources = world.stored("notion:data_source:*");
    let (key, _) = sources.first_key_value().unwrap();
    let id = key.rsplit(':').next().unwrap();
    let source = world.told(&format!("/v1/data-sources/{id}")).unwrap();
    assert!(source["properties"].is_object(), "its schema");
}

#[test]
fn comments_are_those_of_the_page_and_none_where_it_has_none() {
    let mut world = demo();
    let stored = world.stored("notion:comment:*");
    let (mut with, mut without) = (0, 0);
    for id in world.documents().keys() {
        let expected = stored.get(&format!("notion:comment:{id}"));
        let expected = expected.cloned().unwrap_or(json!([]));
        let given = world.told(&format!("/v1/comments?page={id}"));
        *(if expected == json!([]) {
            &mut without
        } else {
            &mut with
        }) += 1;
        assert_eq!(given, Ok(json!({ "results": expected })));
        assert_eq!(world.requests(&format!("/v1/comments?page={id}")), 1);
    }
    assert!(with > 0 && without > 0, "{with}, {without}");
    assert_eq!(
        world.told(&format!("/v1/comments?page={UNKNOWN}")),
        Err(404)
    );
    let databases = world.stored_keys("notion:database:*");
    let database = databases[0].rsplit(':').next().unwrap();
    let of_a_database = world.told(&format!("/v1/comments?page={database}"));
    assert_eq!(of_a_database, Err(404));
}

#[test]
fn several_pages_come_in_the_order_asked_and_the_missing_ones_are_named() {
    let mut world = demo();
    let documents = world.documents();
    let mut ids: Vec<&str> = documents
        .keys()
        .map(String::as_str)
        .rev()
        .take(49)
        .collect();
    ids.insert(3, UNKNOWN);
    let address = format!("/v1/pages:batch?ids={}", ids.join(","));
    let given = world.told(&address).unwrap();
    let known = ids.iter().filter(|id| **id != UNKNOWN);
    let expected: Vec<&Value> = known.clone().map(|id| &documents[*id]).collect();
    assert_eq!(given, json!({ "results": expected, "missing": [UNKNOWN] }));
    assert_eq!(world.requests(&address), 1);
    let cut = world.told(&format!("{address}&fields=path")).unwrap();
    let paths: Vec<Value> = known
        .map(|id| json!({ "path": documents[*id]["path"] }))
        .collect();
    assert_eq!(cut, json!({ "results": paths, "missing": [UNKNOWN] }));
}

#[test]
fn documents_of_more_than_8_mb_together_are_refused_and_alone_are_not() {
    let mut world = World::scripted(|_| Err(notion_edge_core::failure::Failure::NotFound));
    let ids = [UNKNOWN, "00000000-0000-4000-8000-000000000001"];
    for id in ids {
        let document = format!(r#"{{"id":"{id}","text":"{}"}}"#, "x".repeat(4_200_000));
        let key = World::keys().page(id.parse().unwrap());
        redis::cmd("SET")
            .arg(&[key, document])
            .exec(&mut world.connection)
            .unwrap();
    }
    let [a, b] = ids;
    assert_eq!(
        world.told(&format!("/v1/pages:batch?ids={a},{b}")),
        Err(422)
    );
    let alone = world.told(&format!("/v1/pages:batch?ids={b}&fields=id"));
    assert_eq!(alone.unwrap()["results"], json!([{ "id": b }]));
}

/// What lies directly under what, by id, as a tree shows it; what lies under nothing is under an empty name.
fn places(nodes: &Value, above: &str, found: &mut BTreeMap<String, String>) {
    for node in nodes.as_array().unwrap() {
        let id = text(&node["id"]);
        places(&node["children"], &id, found);
        assert_eq!(found.insert(id.clone(), above.to_owned()), None, "{id}");
        let is_leaf = node["children"] == json!([]);
        assert!(is_leaf || node["has_children"] == true, "{id}");
    }
}

#[test]
fn a_tree_has_every_page_once_where_its_document_says_that_it_lies() {
    for workspace in [Workspace::demo(), Workspace::generated(200, 4)] {
        let mut world = World::new(workspace, Options::default());
        world.is_strict = true;
        world.run_to_the_end();
        let documents = world.documents();
        let databases: Vec<String> = world.stored("notion:database:*").into_keys().collect();
        let is_database = |id: &str| databases.contains(&format!("notion:database:{id}"));
        let whole = world.told("/v1/tree?rows=true").unwrap();
        let mut found = BTreeMap::new();
        places(&whole["results"], "", &mut found);
        for (id, document) in &documents {
            let ancestors = document["ancestors"].as_array().unwrap();
            let above = ancestors.last().map(text).unwrap_or_default();
            assert_eq!(found.get(id), Some(&above), "{id}");
        }
        let others = found.keys().filter(|id| !documents.contains_key(*id));
        let others: Vec<&String> = others.collect();
        assert!(!others.is_empty() && others.iter().all(|id| is_database(id)));

        let without_rows = world.told("/v1/tree").unwrap();
        let mut shown = BTreeMap::new();
        places(&without_rows["results"], "", &mut shown);
        for (id, above) in &found {
            let ancestors = documents.get(id).map(|it| it["ancestors"].clone());
            let ancestors = ancestors.unwrap_or(json!([above]));
            let mut ancestors = ancestors.as_array().unwrap().iter().map(text);
            let is_hidden = ancestors.any(|id| is_database(&id));
            assert_eq!(shown.get(id), (!is_hidden).then_some(above), "{id}");
        }

        let root = documents
            .keys()
            .find(|id| found.values().any(|it| it == *id));
        let root = root.unwrap();
        let below = world
            .told(&format!("/v1/tree?root={root}&depth=1"))
            .unwrap();
        let node = &below["results"][0];
        assert_eq!(node["path"], documents[root]["path"]);
        assert_eq!(node["title"], documents[root]["title"]);
        assert_eq!(node["icon"], documents[root]["icon"]);
        assert_eq!(
            (&node["children"], &node["has_children"]),
            (&json!([]), &json!(true))
        );
        assert_eq!(world.told(&format!("/v1/tree?root={UNKNOWN}")), Err(404));
        assert_eq!(world.requests("/v1/tree"), 1);
    }
}

#[test]
fn a_search_finds_pages_by_title_headings_and_excerpt_whatever_their_case() {
    let mut world = demo();
    let documents = world.documents();
    for (id, document) in &documents {
        let title = text(&document["title"])
            .to_uppercase()
            .replace(['&', '+', '%', '#'], " ");
        if title.trim().is_empty() {
            continue;
        }
        let found = world
            .told(&format!("/v1/search?q={title}&limit=50"))
            .unwrap();
        let results = found["results"].as_array().unwrap();
        assert!(results.iter().any(|it| it["id"] == **id), "{title}");
        assert_eq!(found["total"], results.len());
    }
    let heading = documents
        .values()
        .flat_map(|it| it["toc"].as_array().unwrap())
        .map(|it| text(&it["text"]))
        .find(|it| it.chars().all(|it| it.is_alphabetic() || it == ' '));
    let heading = heading.expect("a heading").to_uppercase();
    let found = world.told(&format!("/v1/search?q={heading}&limit=50"));
    let found = found.unwrap()["results"].clone();
    let has_it = |it: &Value| {
        let headings = it["headings"].as_array().unwrap();
        headings.iter().any(|it| text(it).to_uppercase() == heading)
    };
    assert!(found.as_array().unwrap().iter().any(has_it), "{heading}");
    let found = world.told("/v1/search?q=the&limit=50").unwrap();
    let results = found["results"].as_array().unwrap();
    let in_title = |it: &Value| text(&it["title"]).to_lowercase().contains("the");
    assert!(results.iter().any(|it| !in_title(it)), "by an excerpt");
    let key = |it: &Value| (in_title(it), text(&it["last_edited_time"]));
    assert!(results.is_sorted_by(|a, b| key(a) >= key(b)));
    let shown = world.list(&[("limit", "100")])["results"].clone();
    let first = shown
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == results[0]["id"]);
    assert_eq!(first, Some(&results[0]), "the summary of lists");
    assert_eq!(world.requests("/v1/search?q=the"), 1);
}

#[test]
fn ten_thousand_pages_are_looked_at_without_those_that_expired_and_one_more_is_refused() {
    let mut world = World::scripted(|_| Err(notion_edge_core::failure::Failure::NotFound));
    world.is_strict = true;
    world.add_summaries(0..10_000, "e");
    let now = world.now.millis();
    for (number, at) in [(9_999, 0), (9_998, now), (9_997, now + 1)] {
        world.expires(number, at);
    }
    let found = world.told("/v1/search?q=page&limit=1").unwrap();
    assert_eq!(found["total"], 9_998);
    assert_eq!(found["results"][0]["title"], "Page 9997", "the newest");
    let tree = world.told("/v1/tree").unwrap();
    assert_eq!(tree["results"].as_array().unwrap().len(), 9_998);
    world.add_summaries(10_000..10_001, "e");
    for address in ["/v1/search?q=page", "/v1/tree"] {
        assert_eq!(world.told(address), Err(422), "{address}");
    }
}

#[test]
fn more_than_16_mb_of_summaries_are_too_many_for_a_search_and_not_for_a_tree() {
    let mut world = World::scripted(|_| Err(notion_edge_core::failure::Failure::NotFound));
    let long = "x".repeat(1_000_000);
    world.add_summaries(0..16, &long);
    assert_eq!(
        world.told("/v1/search?q=page&limit=1").unwrap()["total"],
        16
    );
    world.add_summaries(16..17, &long);
    assert_eq!(world.told("/v1/search?q=page"), Err(422));
    let tree = world.told("/v1/tree").unwrap();
    assert_eq!(tree["results"].as_array().unwrap().len(), 17);
}

#[test]
fn who_follows_the_events_gets_each_once_and_learns_what_was_missed() {
    let mut world = demo();
    let expected: Vec<(String, Value)> = world
        .events()
        .into_iter()
        .map(|(kind, data)| (kind, serde_json::from_str(&data).unwrap()))
        .collect();
    let (mut after, mut followed, mut first) = ("0".to_owned(), Vec::new(), String::new());
    loop {
        let part = world
            .told(&format!("/v1/events?after={after}&limit=7"))
            .unwrap();
        assert_eq!(part["missed"], false);
        let events = part["results"].as_array().unwrap();
        if events.is_empty() {
            assert_eq!(part["next"], after);
            break;
        }
        if after == "0" {
            first = text(&events[0]["id"]);
        }
        after = text(&part["next"]);
        assert_eq!(events.last().unwrap()["id"], after);
        assert!(events.iter().all(|it| it["ts"].is_i64()));
        followed.extend(
            events
                .iter()
                .map(|it| (text(&it["type"]), it["data"].clone())),
        );
    }
    assert_eq!(followed, expected);
    assert!(followed.iter().any(|(kind, _)| kind == "page.created"));
    let last = world.told("/v1/events?limit=2").unwrap();
    assert_eq!(last["next"], after);
    assert_eq!(last["results"].as_array().unwrap().len(), 2);
    assert_eq!(last["results"][1]["id"], after);
    assert_eq!(world.requests(&format!("/v1/events?after={after}")), 1);

    redis::cmd("XTRIM")
        .arg(&["notion:events", "MAXLEN", "3"])
        .exec(&mut world.connection)
        .unwrap();
    let part = world.told(&format!("/v1/events?after={first}")).unwrap();
    assert_eq!(part["missed"], true);
    assert_eq!(part["results"].as_array().unwrap().len(), 3);
    assert_eq!(world.told("/v1/events?after=x"), Err(400));
}

#[test]
fn who_comes_with_an_event_of_another_store_is_told_so_although_events_of_this_one_are_later() {
    let mut world = demo();
    let last = text(&world.told("/v1/events?limit=1").unwrap()["next"]);
    let (millis, number) = last.split_once('-').unwrap();
    let millis: u64 = millis.parse().unwrap();
    // This store's events are before and after it.
    let later = format!("{}-0", millis + 2);
    redis::cmd("XADD")
        .arg(&["notion:events", &later, "ts", "1", "type", "export.started"])
        .exec(&mut world.connection)
        .unwrap();
    for after in [
        format!("{}-0", millis + 1),
        format!("{millis}-{number}1"),
        format!("{}-0", millis + 3),
    ] {
        let part = world.told(&format!("/v1/events?after={after}")).unwrap();
        assert_eq!(part["missed"], true, "{after}");
        assert_eq!(part["next"], later, "{after}");
        assert_eq!(world.requests(&format!("/v1/events?after={after}")), 1);
    }
    let part = world.told(&format!("/v1/events?after={last}")).unwrap();
    assert_eq!(part["missed"], false);
    assert_eq!(part["next"], later);
    redis::cmd("FLUSHALL").exec(&mut world.connection).unwrap();
    let part = world.told(&format!("/v1/events?after={last}")).unwrap();
    assert_eq!(
        (&part["missed"], &part["next"]),
        (&true.into(), &"0".into())
    );
    assert_eq!(world.told("/v1/events?after=0").unwrap()["missed"], false);
}

#[test]
fn metrics_count_what_is_stored() {
    let mut world = demo();
    let pages = world.documents().len();
    let answer = world.read("/metrics", &[]).unwrap();
    let text = String::from_utf8(answer.body).unwrap();
    assert!(
        text.contains(&format!("\nnotion_edge_pages {pages}\n")),
        "{text}"
    );
    assert!(text.contains("notion_edge_export_state{state=\"complete\"} 1\n"));
    assert!(text.contains("\nnotion_edge_export_number 1\n"));
    let (_, content_type) = &answer.headers[0];
    assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(world.requests("/metrics"), 1);
}

/// The ids of all nodes of a tree.
fn ids(nodes: &Value, found: &mut BTreeSet<String>) {
    for node in nodes.as_array().unwrap() {
        ids(&node["children"], found);
        assert!(found.insert(text(&node["id"])));
    }
}

/// Asks every route as anyone may, and finds the pages that are public, and no other one.
fn assert_only_public_pages_show(world: &mut World, context: &str) {
    let documents = world.documents();
    world.audience = Audience::Public;
    let listed = world.list(&[("limit", "100")])["results"].clone();
    let public: BTreeSet<String> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(&it["id"]))
        .collect();
    assert!(
        public.len() > 3 && public.len() < documents.len(),
        "{context}: {public:?}"
    );
    let mut told = String::new();

    let mut found = BTreeSet::new();
    for part in documents.keys().collect::<Vec<_>>().chunks(50) {
        let given = part
            .iter()
            .map(|it| it.as_str())
            .collect::<Vec<_>>()
            .join(",");
        let batch = world.told(&format!("/v1/pages:batch?ids={given}")).unwrap();
        for document in batch["results"].as_array().unwrap() {
            let id = text(&document["id"]);
            let alone = world.told(&format!("/v1/pages/{id}")).unwrap();
            assert_eq!(*document, alone, "{context}");
            found.insert(id);
        }
        told.push_str(&batch["results"].to_string());
    }
    assert_eq!(found, public, "{context}: in a batch");

    let tree = world.told("/v1/tree?rows=true").unwrap();
    let mut found = BTreeSet::new();
    ids(&tree["results"], &mut found);
    found.retain(|id| documents.contains_key(id));
    assert_eq!(found, public, "{context}: in a tree");
    told.push_str(&tree.to_string());

    for (id, document) in &documents {
        let title = text(&document["title"]).replace(['&', '+', '%', '#'], " ");
        if !title.trim().is_empty() {
            let found = world
                .told(&format!("/v1/search?q={title}&limit=50"))
                .unwrap();
            let results = found["results"].as_array().unwrap();
            let is_found = results.iter().any(|it| it["id"] == **id);
            assert_eq!(is_found, public.contains(id), "{context}: {title}");
            told.push_str(&found.to_string());
        }
        let rooted = world.told(&format!("/v1/tree?root={id}"));
        assert_eq!(rooted.is_ok(), public.contains(id), "{context}: {id}");
    }
    let mut standing = BTreeSet::new();
    let events = world.told("/v1/events?after=0&limit=1000").unwrap();
    for event in events["results"].as_array().unwrap() {
        let id = text(&event["data"]["id"]);
        match event["type"].as_str().unwrap() {
            "page.created" => assert!(standing.insert(id.clone()), "{context}: {id}"),
            "page.updated" => assert!(standing.contains(&id), "{context}: {id}"),
            "page.deleted" => assert!(standing.remove(&id), "{context}: {id}"),
            other => panic!("{context}: {other}"),
        }
        assert_eq!(event["data"].as_object().unwrap().len(), 2, "{context}");
    }
    assert_eq!(standing, public, "{context}: who follows the events");
    for database in world.stored_keys("notion:database:*") {
        let id = database.rsplit(':').next().unwrap();
        let rooted = world.told(&format!("/v1/tree?root={id}"));
        assert_eq!(
            rooted,
            Err(404),
            "{context}: no database of the demo lies in a public page"
        );
    }
    world.audience = Audience::All;

    for (id, document) in documents.iter().filter(|(id, _)| !public.contains(*id)) {
        let path = format!("\"{}\"", text(&document["path"]));
        for trace in [id.clone(), id.replace('-', ""), path] {
            assert!(!told.contains(&trace), "{context}: {trace}");
        }
    }
}

#[test]
fn what_is_not_published_shows_on_no_route_before_and_after_it_is_taken_back() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.settings.publish_rule = Some(PublishRule::parse("Status=Published").unwrap());
    world.is_strict = true;
    world.run_to_the_end();
    assert_only_public_pages_show(&mut world, "at first");

    let rows = world.documents();
    let rows = rows
        .iter()
        .filter(|(_, it)| it["values"].get("Status").is_some());
    let rows: Vec<(String, bool)> = rows
        .map(|(id, it)| (id.clone(), it["values"]["Status"] == "Published"))
        .collect();
    let of = |is_public: bool| rows.iter().find(|it| it.1 == is_public).unwrap().0.clone();
    world.wait(600);
    let now = world.now.millis();
    for (page, status) in [(of(true), "Draft"), (of(false), "Published")] {
        let change = Change::SetProperty {
            page: page.parse().unwrap(),
            name: "Status".to_owned(),
            value: status.into(),
        };
        world.sim.workspace_mut().apply(change, now).unwrap();
    }
    let trashed = rows.iter().rfind(|it| it.1).unwrap().0.parse().unwrap();
    world
        .sim
        .workspace_mut()
        .apply(Change::Trash { id: trashed }, now)
        .unwrap();
    world.wait(25 * 3_600);
    world.run_to_the_end();
    assert_only_public_pages_show(&mut world, "after changes");

    let whole = world.told("/v1/tree?rows=true").unwrap();
    let mut found = BTreeMap::new();
    places(&whole["results"], "", &mut found);
    for id in world.documents().keys() {
        assert!(found.contains_key(id), "a preview has {id}");
    }
}
