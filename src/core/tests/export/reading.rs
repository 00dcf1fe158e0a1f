//! What readers get of a store that the engine wrote.

use hmac::{Hmac, KeyInit, Mac};
use notion_edge_core::config::Config;
use notion_edge_core::document::PublishRule;
use notion_edge_core::read::{Answer, Audience, Problem, Request, Route};
use notion_edge_core::store::Operation;
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, Options, Workspace};
use serde_json::json;
use sha2::Sha256;

use crate::script::{A, B, C, OLD, block, body, list, page, page_in};
use crate::world::World;

impl World {
    /// What a reader gets for a path and query.
    pub fn read(&mut self, path: &str, query: &[(&str, &str)]) -> Result<Answer, Problem> {
        self.ask_worker("GET", path, query)
    }

    /// What the Worker answers whoever may ask.
    pub fn ask_worker(
        &mut self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, Problem> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.iter().map(owned).collect(),
            ..Request::default()
        };
        self.serve(&request)
    }

    /// What the Worker answers an admin, as status and JSON.
    pub fn command(&mut self, method: &str, path: &str, body: &str) -> (u16, serde_json::Value) {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Request::default()
        };
        let answer = Route::parse(&request)
            .and_then(|route| route.with_body(body.as_bytes()))
            .and_then(|route| self.answer(route))
            .unwrap_or_else(|problem| problem.answer());
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    /// What the Worker answers Notion, which says in `event` what changed, signed with the token that is set.
    pub fn deliver(&mut self, event: &serde_json::Value) -> (u16, serde_json::Value) {
        let body = event.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(b"webhook_tokens").unwrap();
        mac.update(body.as_bytes());
        let digest = mac.finalize().into_bytes();
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.post_to_webhook(Some(&format!("sha256={digits}")), &body)
    }

    /// What the Worker answers who posts that to its webhook.
    pub fn post_to_webhook(
        &mut self,
        signature: Option<&str>,
        body: &str,
    ) -> (u16, serde_json::Value) {
        let request = Request {
            method: "POST".to_owned(),
            path: "/v1/webhook".to_owned(),
            ..Request::default()
        };
        let (config, now) = (self.config(), self.now);
        let answer = Route::parse(&request)
            .and_then(|route| route.delivered(&config, signature, body.as_bytes(), now))
            .and_then(|route| match route.fixed(&request) {
                Some(answer) => Ok(answer),
                None => self.answer(route),
            })
            .unwrap_or_else(|problem| problem.answer());
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    /// What the Worker answers `request`, with nothing remembered.
    pub fn serve(&mut self, request: &Request) -> Result<Answer, Problem> {
        self.answer(Route::parse(request)?)
    }

    /// That of a Worker with these settings, whose readers need a token unless a rule says what is public.
    pub fn config(&self) -> Config {
        let is_ruled = self.settings.publish_rule.is_some();
        let rule = is_ruled.then(|| "Status=Published".to_owned());
        let lookup = |name: &str| match name {
            "ACCESS" => is_ruled.then(|| "rule".to_owned()),
            "PUBLISH_RULE" => rule.clone(),
            "NOTION_TOKEN" => Some("ntn_test".to_owned()),
            "UPSTASH_REDIS_REST_URL" => Some("http://redis.invalid".to_owned()),
            "UPSTASH_REDIS_REST_TOKEN" | "READ_TOKENS" | "PREVIEW_TOKENS" => {
                Some(name.to_lowercase())
            }
            "WEBHOOK_TOKENS" => self.has_webhook.then(|| name.to_lowercase()),
            _ => None,
        };
        let config = Config::read(lookup).unwrap();
        let export = self.settings.clone();
        Config { export, ..config }
    }

    fn answer(&mut self, route: Route) -> Result<Answer, Problem> {
        let route = route.for_admin(&self.config(), self.now);
        let call = route.call(&Self::keys(), self.audience, self.now);
        let mut call = call.expect("a route that Redis answers");
        let body = loop {
            let commands = call.poll().commands;
            let replies = commands.iter().map(|command| self.run(command)).collect();
            match call.apply(replies) {
                Ok(None) => {}
                Ok(Some(body)) => break Ok(body),
                Err(error) => break Err(error),
            }
        };
        route.answer(self.audience, body)
    }

    /// The body of a list.
    pub fn list(&mut self, query: &[(&str, &str)]) -> serde_json::Value {
        let answer = self.read("/v1/pages", query).unwrap();
        serde_json::from_slice(&answer.body).unwrap()
    }
}

#[test]
fn a_list_of_children_holds_pages_only() {
    let under = json!({ "type": "page_id", "page_id": A });
    let database = json!({
        "object": "database", "id": C, "created_time": "2026-10-27T16:49:02.556+00:00", "last_edited_time": OLD,
        "title": [], "parent": under, "data_sources": [{ "id": B, "name": "Rows" }],
    });
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD), page_in(&under, B, "B", OLD)]),
        path if path.contains("/databases/") => body(&database),
        path if path.contains(A) => list(&[block(C, "child_database", &json!({ "title": "D" }))]),
        path if path.contains("/data_sources/") => list(&[]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let members: Vec<String> = redis::cmd("ZRANGE")
        .arg(&[&World::keys().children(A.parse().unwrap()), "0", "-1"])
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(members, [format!("database:{C}"), format!("page:{B}")]);
    for limit in ["1", "20"] {
        let listed = world.list(&[("parent_id", A), ("limit", limit)]);
        assert_eq!(listed["results"].as_array().unwrap().len(), 1, "{listed}");
        assert_eq!(listed["results"][0]["id"], B);
        assert_eq!(
            (&listed["total"], &listed["next_cursor"]),
            (&json!(1), &json!(null))
        );
    }
}

#[test]
fn a_foreign_member_breaks_no_list() {
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => list(&[]),
    });
    world.run_to_the_end();
    let keys = World::keys();
    for (member, summary) in [
        ("comment:x", r#"{"object":"comment"}"#),
        ("y", "{"),
        ("z", "[]"),
    ] {
        let zadd = ["ZADD", &keys.pages(), "9", member];
        let hset = ["HSET", &keys.summaries(), member, summary];
        for command in [zadd, hset] {
            redis::cmd(command[0])
                .arg(&command[1..])
                .exec(&mut world.connection)
                .unwrap();
        }
    }
    let listed = world.list(&[]);
    assert_eq!(listed["results"].as_array().unwrap().len(), 1, "{listed}");
}

#[test]
fn a_cursor_neither_skips_nor_repeats_a_page_when_others_come_and_go() {
    let mut world = World::scripted(|_| list(&[]));
    world.run_to_the_end();
    let keys = World::keys();
    let member = |number: u32| format!("page:{number}");
    let add = |world: &mut World, number: u32, score: &str| {
        let summary = json!({ "object": "page", "id": number });
        let summary = summary
            .to_string()
            .replace(r#"{"id""#, r#"{"object":"page","id""#);
        let summary = summary.replace(r#","object":"page"}"#, "}");
        for command in [
            ["ZADD", &keys.pages(), score, &member(number)],
            ["HSET", &keys.summaries(), &member(number), &summary],
        ] {
            redis::cmd(command[0])
                .arg(&command[1..])
                .exec(&mut world.connection)
                .unwrap();
        }
    };
    let ids = |listed: &serde_json::Value| -> Vec<u64> {
        let results = listed["results"].as_array().unwrap();
        results
            .iter()
            .map(|page| page["id"].as_u64().unwrap())
            .collect()
    };
    for number in 1..=6 {
        add(&mut world, number, "1000");
    }
    let first = world.list(&[("limit", "2")]);
    assert_eq!((ids(&first), &first["total"]), (vec![6, 5], &json!(6)));
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(cursor, "1000~page:5");

    // The page that the cursor names goes, another is edited and goes to the top, a third comes in before the cursor.
    redis::cmd("ZREM")
        .arg(&[&keys.pages(), "page:5"])
        .exec(&mut world.connection)
        .unwrap();
    add(&mut world, 2, "2000");
    add(&mut world, 7, "1000");
    let second = world.list(&[("limit", "2"), ("cursor", cursor)]);
    assert_eq!((ids(&second), &second["total"]), (vec![4, 3], &json!(6)));
    let last = world.list(&[("cursor", second["next_cursor"].as_str().unwrap())]);
    assert_eq!((ids(&last), &last["next_cursor"]), (vec![1], &json!(null)));
    assert!(world.read("/v1/pages", &[("cursor", "2")]).is_err());
}

#[test]
fn an_export_and_its_readers_touch_no_key_that_a_script_does_not_declare() {
    let mut world = World::new(Workspace::generated(30, 5), Options::default());
    world.is_strict = true;
    world.run_to_the_end();
    world.edit_every_page("more");
    world.wait(24 * 60 * 60);
    world.run_to_the_end();
    let listed = world.list(&[("limit", "7")]);
    let cursor = listed["next_cursor"].as_str().unwrap();
    assert_eq!(world.list(&[("cursor", cursor)])["total"], listed["total"]);
    assert!(world.read("/v1/status", &[]).is_ok());
}

#[test]
fn a_data_source_that_is_not_stored_has_no_list_and_one_that_is_not_public_an_empty_one() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
    world.run_to_the_end();
    let databases = world.stored("notion:database:*");
    let databases: Vec<String> = databases.values().map(|it| text(&it["id"])).collect();
    let unknown = "00000000-0000-4000-8000-000000000000";
    let leaf = world.list(&[("limit", "1")])["results"][0]["id"].clone();
    let leaf = text(&leaf);
    let site = Some("https://site.example".to_owned());
    let mut status = |audience: Audience, address: &str| {
        let (path, query) = address.split_once('?').unwrap();
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Request::pairs(query),
            site: site.clone(),
            ..Request::default()
        };
        world.audience = audience;
        let answer = world.serve(&request);
        let answer = answer.unwrap_or_else(|problem| problem.answer());
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    let forms = ["", "&sorts=[]"];
    for form in forms {
        let rows = |id: &str| format!("/v1/pages?data_source_id={id}{form}");
        let under = |id: &str| format!("/v1/pages?parent_id={id}{form}");
        let (found, told) = status(Audience::All, &rows(unknown));
        assert!(found == 404 && told.contains("no data source"), "{told}");
        let (found, told) = status(Audience::All, &rows(&databases[0]));
        assert!(found == 404 && told.contains("/v1/databases/"), "{told}");
        assert_eq!(status(Audience::All, &rows(BLOG_DATA_SOURCE_ID)).0, 200);
        assert_eq!(status(Audience::All, &under(&databases[0])).0, 200);
        // A page shows databases that the connection does not see.
        for nothing_below in [unknown, &leaf] {
            let (found, told) = status(Audience::All, &under(nothing_below));
            assert!(found == 200 && told.contains("[]"), "{told}");
        }
        let empty = status(Audience::Public, &rows(unknown));
        assert_eq!(empty.0, 200);
        assert_eq!(status(Audience::Public, &rows(&databases[0])), empty);
    }
    for name in ["feed.xml", "atom.xml", "feed.json"] {
        let rows = |id: &str| format!("/{name}?data_source_id={id}");
        assert_eq!(status(Audience::All, &rows(unknown)).0, 404, "{name}");
        assert_eq!(status(Audience::Public, &rows(unknown)).0, 200, "{name}");
        let stored = status(Audience::All, &rows(BLOG_DATA_SOURCE_ID));
        assert_eq!(stored.0, 200, "{name}");
    }
}

#[test]
fn a_data_source_whose_rows_are_gone_has_an_empty_list_until_it_is_gone_itself() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    let rows = |world: &mut World| {
        let listed = world.read("/v1/pages", &[("data_source_id", BLOG_DATA_SOURCE_ID)]);
        listed.map(|it| serde_json::from_slice::<serde_json::Value>(&it.body).unwrap())
    };
    let trash = |world: &mut World, id: &str| {
        let id = id.parse().unwrap();
        let now = world.now.millis();
        let trashed = world.sim.workspace_mut().apply(Change::Trash { id }, now);
        trashed.unwrap();
    };
    let found = rows(&mut world).unwrap();
    let document = world.stored(&format!("notion:data_source:{BLOG_DATA_SOURCE_ID}"));
    let database = text(&document.values().next().unwrap()["parent"]["database_id"]);
    for row in found["results"].as_array().unwrap() {
        trash(&mut world, &text(&row["id"]));
    }
    redis::cmd("HSET")
        .arg(&["notion:export:lease", "confirmed_until", "9999999999999"])
        .exec(&mut world.connection)
        .unwrap();
    for _ in 0..3 {
        world.wait(25 * 3_600);
        world.run_to_the_end();
    }
    assert_eq!(rows(&mut world).unwrap()["total"], 0);
    trash(&mut world, &database);
    for _ in 0..3 {
        world.wait(25 * 3_600);
        world.run_to_the_end();
    }
    assert_eq!(rows(&mut world).unwrap_err().answer().status, 404);
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap().to_owned()
}
