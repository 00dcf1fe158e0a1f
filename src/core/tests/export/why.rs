//! Why a page is there for readers, or is not: each reason as it comes about, by the same store that readers get.

use std::time::Duration;

use notion_edge_core::document::PublishRule;
use notion_edge_core::read::{Request, Route};
use notion_edge_core::store::Operation;
use notion_sim::{Change, Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, C, NEW, OLD, body, broken, list, page};
use crate::world::World;

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

impl World {
    /// Why that id or path is there or is not.
    fn why(&mut self, of: &str) -> Value {
        self.is_strict = true;
        let of = of.trim_start_matches('/');
        let answer = self.read(&format!("/v1/why/{of}"), &[]).unwrap();
        assert_eq!(answer.status, 200);
        let why: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(why["detail"].as_str().unwrap().len() > 10, "{why}");
        why
    }

    fn apply(&mut self, change: Change) -> String {
        let now = self.now.millis();
        let id = self.sim.workspace_mut().apply(change, now).unwrap();
        id.to_string()
    }

    /// A page of the demo that lies in no other, and one that does.
    fn two(&mut self) -> [String; 2] {
        let documents = self.documents();
        let mut inner = documents
            .iter()
            .filter(|(_, it)| it["parent"]["page_id"].is_string());
        let (id, document) = inner.next().unwrap();
        let parent = document["parent"]["page_id"].as_str().unwrap();
        [parent.to_owned(), id.clone()]
    }
}

fn demo() -> World {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    world
}

fn reason(why: &Value) -> &str {
    why["reason"].as_str().unwrap()
}

#[test]
fn what_is_there_is_told_with_who_gets_it_in_one_request_and_two_by_a_path() {
    let mut world = demo();
    let [id, _] = world.two();
    let document = world.documents()[&id].clone();
    let path = document["path"].as_str().unwrap().to_owned();
    for asked in [&id, &id.replace('-', ""), &path] {
        let why = world.why(asked);
        assert_eq!(reason(&why), "served");
        assert_eq!(why["id"], id.as_str());
        assert_eq!(
            (&why["object"], &why["there"], &why["title"], &why["path"]),
            (
                &json!("page"),
                &json!(true),
                &document["title"],
                &document["path"]
            )
        );
        assert_eq!(why["readable_by"], json!(["read_token"]));
        assert_eq!(why["last_edited_time"], document["last_edited_time"]);
        assert_eq!(
            (&why["waiting"], &why["error"]),
            (&json!(null), &json!(null))
        );
    }
    world.is_strict = false;
    for (asked, expected) in [(id.as_str(), 1), (&path, 2), ("/nowhere", 1)] {
        let request = Request {
            method: "GET".to_owned(),
            path: format!("/v1/why/{}", asked.trim_start_matches('/')),
            ..Request::default()
        };
        let _ = world.serve(&request);
        let route = Route::parse(&request).unwrap();
        let mut call = route
            .call(&World::keys(), world.audience, world.now)
            .unwrap();
        let mut requests = 0;
        loop {
            requests += 1;
            let commands = call.poll().commands;
            let replies = commands.iter().map(|command| world.run(command)).collect();
            if call.apply(replies).unwrap().is_some() {
                break;
            }
        }
        assert_eq!(requests, expected, "{asked}");
    }
}

#[test]
fn databases_and_data_sources_are_told_by_their_ids() {
    let mut world = demo();
    for kind in ["database", "data_source"] {
        for key in world.stored_keys(&format!("notion:{kind}:*")) {
            let why = world.why(key.rsplit(':').next().unwrap());
            assert_eq!((reason(&why), &why["object"]), ("served", &json!(kind)));
            assert_eq!(why["path"], json!(null));
        }
    }
}

#[test]
fn what_was_never_met_is_unknown_and_says_that_it_may_not_be_shared() {
    let mut world = demo();
    let why = world.why(UNKNOWN);
    assert_eq!((reason(&why), &why["object"]), ("unknown", &json!(null)));
    assert!(
        why["remedy"].as_str().unwrap().contains("share it"),
        "{why}"
    );
    let why = world.why("/nowhere");
    assert_eq!((reason(&why), &why["id"]), ("unknown", &json!(null)));
    let mut world = World::new(Workspace::demo(), Options::default());
    let why = world.why(UNKNOWN);
    let detail = why["detail"].as_str().unwrap();
    assert!(detail.contains("first export is not over"), "{detail}");
}

#[test]
fn a_page_waits_until_it_is_fetched() {
    let mut world = World::new(Workspace::generated(60, 3), Options::default());
    let mut run = world.begin();
    world.go_on(&mut run, Kill::After(30));
    let stored = world.documents();
    let waiting: Vec<String> = world
        .records()
        .into_keys()
        .filter_map(|member| Some(member.strip_prefix("page:")?.to_owned()))
        .filter(|id| !stored.contains_key(id))
        .collect();
    let why: Vec<Value> = waiting.iter().map(|id| world.why(id)).collect();
    let waits = why.iter().filter(|why| reason(why) == "waiting");
    let (mut some, mut begun) = (0, 0);
    for why in waits {
        some += 1;
        assert_eq!(
            (&why["there"], &why["readable_by"]),
            (&json!(false), &json!([]))
        );
        assert_eq!(why["waiting"]["is_rebuild"], false);
        begun += why["waiting"]["takes"].as_u64().unwrap();
    }
    assert!(some > 3 && begun > 0, "{some}, {begun}");
}

#[test]
fn a_path_that_a_page_had_is_told_with_the_one_that_it_has() {
    let pages = |title: &str, edited: &str| {
        let page = page(A, title, edited);
        move |request: &notion_edge_core::api::Request| match request.path.as_str() {
            "/v1/search" => list(std::slice::from_ref(&page)),
            path if path.starts_with("/v1/pages/") => body(&page),
            _ => list(&[]),
        }
    };
    let slugged = |slug: &str, edited: &str| {
        let mut page = page(A, "A", edited);
        let text = json!({ "type": "text", "text": { "content": slug, "link": null }, "plain_text": slug, "href": null });
        page["properties"]["Slug"] = json!({ "id": "s", "type": "rich_text", "rich_text": [text] });
        move |request: &notion_edge_core::api::Request| match request.path.as_str() {
            "/v1/search" => list(std::slice::from_ref(&page)),
            path if path.starts_with("/v1/pages/") => body(&page),
            _ => list(&[]),
        }
    };
    let mut world = World::scripted(pages("A", OLD));
    world.run_to_the_end();
    assert_eq!(reason(&world.why("/a")), "served");
    world.script = Some(Box::new(slugged("other", NEW)));
    world.wait(3_600);
    world.run_to_the_end();
    let why = world.why("/a");
    assert_eq!((reason(&why), &why["path"]), ("moved", &json!("/other")));
    assert_eq!((&why["there"], &why["id"]), (&json!(true), &json!(A)));
    assert_eq!(reason(&world.why(A)), "served");
}

#[test]
fn a_page_whose_path_another_one_has_names_it() {
    let twins = [page(A, "Twin", OLD), page(B, "Twin", OLD)];
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&twins),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let of = |world: &mut World, id: &str| {
        let why = world.why(id);
        (reason(&why).to_owned(), why)
    };
    let (first, second) = (of(&mut world, A), of(&mut world, B));
    let (served, taken) = match first.0.as_str() {
        "served" => (first.1, second),
        _ => (second.1, first),
    };
    assert_eq!(served["path"], "/twin");
    assert_eq!(taken.0, "slug_taken");
    let holder = json!({ "id": served["id"], "title": "Twin", "path": "/twin" });
    assert_eq!(
        (&taken.1["holder"], &taken.1["there"]),
        (&holder, &json!(true))
    );
    let path = taken.1["path"].as_str().unwrap().to_owned();
    assert_eq!(reason(&world.why(&path)), "slug_taken");
}

#[test]
fn what_left_the_store_is_told_by_why_it_left() {
    let mut world = demo();
    let [parent, inner] = world.two();
    let path = world.documents()[&parent]["path"].clone();
    world.apply(Change::Trash {
        id: parent.parse().unwrap(),
    });
    let confirm = ["notion:export:lease", "confirmed_until", "9999999999999"];
    redis::cmd("HSET")
        .arg(&confirm)
        .exec(&mut world.connection)
        .unwrap();
    world.wait(25 * 3_600);
    world.run_to_the_end();
    for asked in [&parent, &inner, path.as_str().unwrap()] {
        let why = world.why(asked);
        assert_eq!(reason(&why), "trashed", "{why}");
        assert_eq!(why["there"], false);
    }
    let gone = world.documents().into_keys().next().unwrap();
    world.apply(Change::Purge {
        id: gone.parse().unwrap(),
    });
    world.wait(25 * 3_600);
    world.run_to_the_end();
    let why = world.why(&gone);
    assert_eq!((reason(&why), &why["there"]), ("served", &json!(true)));
    let detail = why["detail"].as_str().unwrap();
    assert!(
        detail.contains("did not show it when it was asked last"),
        "{detail}"
    );
    world.wait(11 * 60);
    world.run_to_the_end();
    let why = world.why(&gone);
    assert_eq!((reason(&why), &why["there"]), ("removed", &json!(false)));
}

#[test]
fn what_notion_does_not_give_is_gone() {
    let shown = page(A, "A", OLD);
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[shown.clone(), json!({ "object": "page", "id": C })]),
        path if path.contains(C) => Err(notion_edge_core::failure::Failure::NotFound),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let why = world.why(C);
    assert_eq!((reason(&why), &why["there"]), ("gone", &json!(false)));
}

#[test]
fn what_is_held_stays_and_says_how_to_let_it_go() {
    let mut world = World::new(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let ids: Vec<String> = world.documents().into_keys().collect();
    for id in &ids {
        // What lay below another one is gone with it.
        let id = id.parse().unwrap();
        let now = world.now.millis();
        let _ = world.sim.workspace_mut().apply(Change::Trash { id }, now);
    }
    world.wait(25 * 3_600);
    world.run_to_the_end();
    let number = world.state().held.unwrap().export;
    let held: Vec<Value> = world
        .documents()
        .keys()
        .map(|id| world.why(id))
        .filter(|why| reason(why) == "held")
        .collect();
    assert!(held.len() > 10, "{}", held.len());
    for why in held {
        let remedy = why["remedy"].as_str().unwrap();
        assert!(
            remedy.contains(&format!("/v1/exports/{number}/confirm")),
            "{remedy}"
        );
        assert_eq!(why["there"], true);
    }
}

#[test]
fn a_failure_is_told_with_its_message_and_when_and_three_as_put_aside() {
    let shown = [page(A, "A", OLD), page(B, "B", OLD)];
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&shown),
        path if path.contains(A) => broken(),
        _ => list(&[]),
    });
    world.run_once(Kill::Never);
    let why = world.why(A);
    assert_eq!((reason(&why), &why["there"]), ("error", &json!(false)));
    assert_eq!(why["error"]["message"], "notion answered 500");
    assert!(why["waiting"]["due_at"].is_string(), "{why}");
    world.run_to_the_end();
    let why = world.why(A);
    assert_eq!(reason(&why), "put_aside", "{why}");
    assert!(why["error"]["at"].is_string(), "{why}");
    let message = why["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("put aside after 3 attempts"),
        "{message}"
    );
    assert_eq!(reason(&world.why(B)), "served");
}

#[test]
fn what_is_out_of_scope_and_what_lies_in_it_is_excluded() {
    let mut world = demo();
    let [parent, inner] = world.two();
    world.settings.scope.exclude = vec![parent.parse().unwrap()];
    world.run_to_the_end();
    for id in [&parent, &inner] {
        let why = world.why(id);
        assert_eq!(
            (reason(&why), &why["there"]),
            ("excluded", &json!(false)),
            "{why}"
        );
    }
    // What is named is excluded before it was ever met.
    world.settings.scope.exclude = vec![UNKNOWN.parse().unwrap()];
    assert_eq!(reason(&world.why(UNKNOWN)), "excluded");
}

#[test]
fn what_has_expired_is_told_as_that() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.settings.ttl = Some(Duration::from_secs(49 * 3_600));
    world.run_to_the_end();
    let [id, _] = world.two();
    redis::cmd("DEL")
        .arg(format!("notion:page:{id}"))
        .exec(&mut world.connection)
        .unwrap();
    let why = world.why(&id);
    assert_eq!((reason(&why), &why["there"]), ("expired", &json!(false)));
    assert!(why["path"].is_string());
}

#[test]
fn a_rule_makes_drafts_and_scheduled_pages_and_tells_who_gets_them() {
    let mut world = World::new(Workspace::demo(), Options::default());
    let rule = "Status=Published && Published<=now";
    world.settings.publish_rule = Some(PublishRule::parse(rule).unwrap());
    world.run_to_the_end();
    let documents = world.documents();
    let of = |status: &str| {
        let mut rows = documents.iter();
        let found = rows.find(|(_, it)| {
            let is_past = it["values"]["Published"]["start"]
                .as_str()
                .is_some_and(|at| at < "2026-11");
            it["values"]["Status"] == status && (status != "Published" || is_past)
        });
        found.unwrap().0.clone()
    };
    let why = world.why(&of("Draft"));
    assert_eq!((reason(&why), &why["there"]), ("draft", &json!(false)));
    assert_eq!(why["readable_by"], json!(["preview_token"]));
    assert!(why["detail"].as_str().unwrap().contains(rule), "{why}");
    let published = of("Published");
    let why = world.why(&published);
    assert_eq!((reason(&why), &why["there"]), ("served", &json!(true)));
    assert_eq!(
        why["readable_by"],
        json!(["anyone", "read_token", "preview_token"])
    );
    world.wait(300);
    world.apply(Change::SetProperty {
        page: published.parse().unwrap(),
        name: "Published".to_owned(),
        value: serde_json::from_str(r#"{"start":"2099-01-01"}"#).unwrap(),
    });
    world.run_to_the_end();
    let why = world.why(&published);
    assert_eq!(reason(&why), "scheduled", "{why}");
    assert_eq!(why["public_at"], "2099-01-01T00:00:00.000Z");
    assert_eq!(why["readable_by"], json!(["preview_token"]));
    let database = world.stored_keys("notion:database:*").remove(0);
    let why = world.why(database.rsplit(':').next().unwrap());
    assert_eq!((reason(&why), &why["there"]), ("draft", &json!(false)));
}

#[test]
fn a_page_that_is_older_than_what_waits_says_so() {
    let mut world = demo();
    let [id, _] = world.two();
    world.wait(300);
    world.apply(Change::AppendParagraph {
        parent: id.parse().unwrap(),
        text: "new".to_owned(),
    });
    let mut run = world.begin();
    let told = (0..40).find_map(|_| {
        let next = run.effects() + 1;
        world.go_on(&mut run, Kill::After(next));
        let why = world.why(&id);
        why["waiting"].is_object().then_some(why)
    });
    let why = told.expect("it waited at some point");
    assert_eq!((reason(&why), &why["there"]), ("served", &json!(true)));
    assert!(
        why["detail"].as_str().unwrap().contains("to be read again"),
        "{why}"
    );
}
