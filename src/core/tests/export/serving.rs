//! What readers of a page get: from Redis, from memory, and when Redis fails.

use notion_edge_core::document::{PathPattern, PublishRule};
use notion_edge_core::failure::Failure;
use notion_edge_core::read::{
    Answer, Audience, Cache, Looked, PageReading, Problem, Reader, Request, Route, Step,
};
use notion_edge_core::redis::Value;
use notion_sim::{Change, Options, Workspace};
use serde_json::{Value as Json, json};

use crate::world::World;

const PUBLIC: Cache = Cache {
    is_public: true,
    varies: false,
};

/// Readers in one isolate, who count what they send to Redis.
struct Isolate {
    world: World,
    reader: Reader<String>,
    audience: Audience,
    requests: usize,
    /// How many texts came from there.
    texts: usize,
    /// How many seconds Redis takes to answer.
    takes: u64,
    /// What Redis does instead of answering.
    fault: Option<fn(Value) -> Result<Value, Failure>>,
}

impl Isolate {
    fn new() -> Self {
        let mut world = World::new(Workspace::demo(), Options::default());
        world.run_to_the_end();
        Self {
            world,
            reader: Reader::new(1 << 20),
            audience: Audience::All,
            requests: 0,
            texts: 0,
            takes: 0,
            fault: None,
        }
    }

    fn get(&mut self, address: &str, known: Option<&str>) -> Answer {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Request::pairs(query),
            if_none_match: known.map(str::to_owned),
            ..Request::default()
        };
        let page = Route::parse(&request).and_then(|route| match route {
            Route::Page(ask) => self.read(&mut PageReading::new(ask, self.audience, &request)),
            other => panic!("{other:?} is no page"),
        });
        page.unwrap_or_else(|problem| problem.answer())
    }

    fn read(&mut self, reading: &mut PageReading) -> Result<Answer, Problem> {
        let keys = World::keys();
        loop {
            let now = self.world.now;
            let done = match reading.poll(&keys, PUBLIC, now, &mut self.reader) {
                Step::Done(served) => Some(served),
                Step::Resolve(commands) => {
                    self.requests += 1;
                    let replies = commands.iter().map(|command| self.run(command)).collect();
                    reading.resolved(PUBLIC, self.world.now, replies, &mut self.reader)
                }
                Step::Look(command) => {
                    self.requests += 1;
                    let looked = self.run(&command).map(looked);
                    self.texts += usize::from(looked.as_ref().is_ok_and(|it| it.text.is_some()));
                    reading.looked(PUBLIC, self.world.now, looked, &mut self.reader)
                }
            };
            if let Some(served) = done {
                let served = served?;
                let mut answer = served.answer;
                answer.body = served.text.unwrap_or_default().into_bytes();
                return Ok(answer);
            }
        }
    }

    fn run(&mut self, command: &notion_edge_core::redis::Command) -> Result<Value, Failure> {
        let reply = self.world.run(command)?;
        self.world.wait(self.takes);
        self.fault.map_or(Ok(reply.clone()), |fault| fault(reply))
    }

    /// How many requests to Redis that takes.
    fn cost(&mut self, address: &str) -> usize {
        let before = self.requests;
        assert_eq!(self.get(address, None).status, 200, "{address}");
        self.requests - before
    }

    fn pages(&mut self) -> Vec<(String, Json)> {
        self.world.documents().into_iter().collect()
    }

    fn change(&mut self, change: Change) {
        self.world.wait(600);
        let now = self.world.now.millis();
        self.world.sim.workspace_mut().apply(change, now).unwrap();
        self.world.wait(300);
        self.world.run_to_the_end();
    }
}

/// A reply as a shell hands it on.
fn looked(reply: Value) -> Looked<String> {
    let mut values = reply.items().to_vec();
    let text = match values.last() {
        Some(Value::Text(text)) => Some((text.clone(), text.len())),
        _ => None,
    };
    if text.is_some() {
        values.pop();
    }
    Looked { values, text }
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let mut headers = answer.headers.iter().filter(|(it, _)| *it == name);
    headers.next().map_or("", |(_, value)| value.as_str())
}

fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn a_page_is_served_by_id_and_by_path_in_three_representations_with_a_tag_each() {
    let mut isolate = Isolate::new();
    for (id, document) in isolate.pages() {
        let path = text(&document["path"]);
        let mut tags = Vec::new();
        for extension in ["", ".json", ".html", ".md"] {
            let by_id = isolate.get(&format!("/v1/pages/{id}{extension}"), None);
            let by_path = isolate.get(&format!("/v1/pages{path}{extension}"), None);
            assert_eq!((by_id.status, by_path.status), (200, 200), "{path}");
            assert!(by_id.body == by_path.body);
            let tag = header(&by_id, "etag");
            assert_eq!(header(&by_path, "etag"), tag);
            assert!(tag.starts_with("W/\""), "{tag}");
            tags.push(tag.to_owned());
            for known in [tag, &tag[2..], &format!("\"x\", {tag}"), "*"] {
                let again = isolate.get(&format!("/v1/pages/{id}{extension}"), Some(known));
                assert_eq!((again.status, again.body.len()), (304, 0), "{known}");
                assert_eq!(header(&again, "etag"), tag);
                assert_eq!(
                    header(&again, "cache-control"),
                    header(&by_id, "cache-control")
                );
            }
            assert_eq!(
                header(&by_id, "vary"),
                if extension.is_empty() { "accept" } else { "" }
            );
            assert!(header(&by_id, "cache-tag").contains(&format!("page-{id}")));
            assert!(header(&by_id, "last-modified").ends_with(" GMT"));
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 3, "JSON, HTML and Markdown");
        let json: Json =
            serde_json::from_slice(&isolate.get(&format!("/v1/pages{path}"), None).body).unwrap();
        assert!(json == document, "{path}");
        // The tag of one representation says nothing of another.
        for tag in &tags {
            let html = isolate.get(&format!("/v1/pages/{id}.html"), Some(tag));
            assert_eq!(html.status == 304, tag.contains("-html"), "{tag}");
        }
    }
}

#[test]
fn a_tag_that_a_reader_has_is_compared_in_redis_where_nothing_is_remembered() {
    let mut isolate = Isolate::new();
    let (id, _) = isolate.pages().remove(0);
    let address = format!("/v1/pages/{id}.md");
    let tag = header(&isolate.get(&address, None), "etag").to_owned();
    isolate.reader = Reader::new(0);
    let again = isolate.get(&address, Some(&tag));
    assert_eq!((again.status, again.body.len()), (304, 0));
    isolate.world.edit_every_page("edited");
    isolate.world.wait(300);
    isolate.world.run_to_the_end();
    let changed = isolate.get(&address, Some(&tag));
    assert_eq!(changed.status, 200);
    assert_ne!(header(&changed, "etag"), tag);
}

#[test]
fn a_miss_is_one_round_trip_by_id_and_two_by_path_and_a_hit_is_none() {
    let mut isolate = Isolate::new();
    let pages = isolate.pages();
    isolate.cost(&format!("/v1/pages/{}", pages[1].0)); // has Redis know the script
    let (id, document) = &pages[0];
    let by_path = format!("/v1/pages{}", text(&document["path"]));
    assert_eq!(isolate.cost(&by_path), 2);
    assert_eq!(isolate.cost(&by_path), 0);
    assert_eq!(isolate.cost(&format!("/v1/pages/{id}")), 0);
    assert_eq!(isolate.cost(&format!("/v1/pages/{id}.html")), 1);
    assert_eq!(isolate.cost(&format!("{by_path}.html")), 0);
    isolate.world.wait(5);
    assert_eq!(isolate.cost(&format!("/v1/pages/{id}")), 1);
    isolate.world.wait(5);
    // The path is looked up again as well.
    assert_eq!(isolate.cost(&by_path), 2);
}

#[test]
fn a_path_whose_page_is_gone_leads_to_the_one_that_took_it() {
    let mut isolate = Isolate::new();
    let pages = isolate.pages();
    let (gone, heir) = (&pages[0], &pages[1].0);
    let path = text(&gone.1["path"]);
    let address = format!("/v1/pages{path}");
    assert_eq!(isolate.get(&address, None).status, 200);
    let connection = &mut isolate.world.connection;
    for words in [
        ["DEL", &format!("notion:meta:{}", gone.0)].as_slice(),
        &["HSET", "notion:slugs", &path, heir],
        &["HSET", &format!("notion:meta:{heir}"), "path", &path],
    ] {
        redis::cmd(words[0])
            .arg(&words[1..])
            .exec(connection)
            .unwrap();
    }
    let found = isolate.get(&format!("{address}.html"), None);
    let expected = isolate.get(&format!("/v1/pages/{heir}.html"), None);
    assert_eq!((found.status, expected.status), (200, 200));
    assert!(found.body == expected.body);
}

#[test]
fn a_draft_takes_as_many_requests_as_a_path_that_nobody_has() {
    let mut isolate = Isolate::new();
    isolate.world.settings.publish_rule = Some(PublishRule::parse("Status=Published").unwrap());
    isolate.world.wait(300);
    isolate.world.run_to_the_end();
    let pages = isolate.pages();
    let draft = pages
        .iter()
        .find(|(_, it)| it["values"]["Status"] == "Draft");
    let draft = format!("/v1/pages{}", text(&draft.unwrap().1["path"]));
    assert_eq!(isolate.get(&draft, None).status, 200);
    isolate.audience = Audience::Public;
    isolate.world.wait(5);
    let mut requests = |address: &str| {
        let before = isolate.requests;
        assert_eq!(isolate.get(address, None).status, 404);
        isolate.requests - before
    };
    assert_eq!(requests("/v1/pages/nobody/has/this"), 2);
    assert_eq!([requests(&draft), requests(&draft)], [2, 2]);
}

#[test]
fn what_is_remembered_is_renewed_without_its_text_and_whoever_asks_has_it_remembered() {
    let mut isolate = Isolate::new();
    let (id, _) = isolate.pages().remove(0);
    let address = format!("/v1/pages/{id}");
    // A reader who has it already does not keep it from being remembered for the next.
    let tag = header(&isolate.get(&address, None), "etag").to_owned();
    isolate.reader = Reader::new(1 << 20);
    assert_eq!(isolate.get(&address, Some(&tag)).status, 304);
    assert_eq!(isolate.cost(&address), 0);
    isolate.texts = 0;
    for _ in 0..3 {
        isolate.world.wait(5);
        assert_eq!(isolate.cost(&address), 1);
        assert_eq!(isolate.cost(&address), 0);
        assert_eq!(isolate.get(&address, Some(&tag)).status, 304);
    }
    assert_eq!(isolate.texts, 0, "the text came again");
    isolate.world.edit_every_page("edited");
    isolate.world.wait(300);
    isolate.world.run_to_the_end();
    assert_eq!(isolate.cost(&address), 1);
    assert_eq!(isolate.texts, 1);
}

#[test]
fn nobody_gets_an_older_version_for_longer_than_memory_is_fresh() {
    let mut isolate = Isolate::new();
    let (id, _) = isolate.pages().remove(0);
    let address = format!("/v1/pages/{id}");
    let before = isolate.get(&address, None);
    let version: u64 = header(&before, "notion-edge-version").parse().unwrap();
    isolate.world.edit_every_page("edited");
    isolate.world.wait(300);
    isolate.world.run_to_the_end();
    let committed = isolate.get(&address, None);
    assert!(committed.body != before.body);

    // Another isolate than the one that commits remembers the older one.
    isolate.world.edit_every_page("edited again");
    isolate.world.wait(300);
    isolate.get(&address, None);
    let at = isolate.world.now;
    isolate.world.run_to_the_end();
    let newest = isolate.world.documents()[&id].to_string();
    isolate.world.now = at;
    let remembered = isolate.get(&address, None);
    assert!(remembered.body == committed.body);
    assert_eq!(header(&remembered, "cache-status"), "notion-edge; hit");
    let next: u64 = header(&remembered, "notion-edge-version").parse().unwrap();
    assert!(next > version);
    // Who names the version that an event told gets it.
    let events = isolate.world.events();
    let data = events
        .iter()
        .rev()
        .find(|(_, data)| data.contains(&id))
        .unwrap();
    let told = serde_json::from_str::<Json>(&data.1).unwrap()["version"]
        .as_u64()
        .unwrap();
    let named = isolate.get(&format!("{address}?v={told}"), None);
    assert_eq!(named.status, 200);
    assert_eq!(
        serde_json::from_slice::<Json>(&named.body)
            .unwrap()
            .to_string(),
        newest
    );
    let later = isolate.get(&format!("{address}?v={}", told + 1), None);
    assert_eq!((later.status, header(&later, "retry-after")), (503, "1"));
    assert_eq!(isolate.get(&format!("{address}?v=x"), None).status, 400);
    isolate.world.wait(5);
    assert!(isolate.get(&address, None).body != committed.body);
}

#[test]
fn what_is_remembered_is_as_old_as_its_question_however_long_the_answer_takes() {
    let mut isolate = Isolate::new();
    let pages = isolate.pages();
    isolate.cost(&format!("/v1/pages/{}", pages[1].0)); // has Redis know the script
    let address = format!("/v1/pages/{}", pages[0].0);
    isolate.takes = 3;
    assert_eq!(isolate.cost(&address), 1);
    isolate.world.wait(1);
    assert_eq!(isolate.cost(&address), 0);
    isolate.world.wait(1);
    assert_eq!(isolate.cost(&address), 1);
}

#[test]
fn a_page_that_moves_is_redirected_and_one_that_is_deleted_is_gone_for_thirty_days() {
    let mut isolate = Isolate::new();
    let pages = isolate.pages();
    let (id, document) = pages.iter().find(|(_, it)| it["title"] != "").unwrap();
    let (old, page) = (text(&document["path"]), id.parse().unwrap());
    isolate.get(&format!("/v1/pages{old}"), None);
    isolate.world.settings.paths = PathPattern::parse("/übrigens/{slug}").unwrap();
    isolate.world.wait(300);
    isolate.world.run_to_the_end();
    let new = text(&isolate.world.documents()[id]["path"]);
    assert_ne!(new, old);
    for (query, extension) in [
        ("", ".html"),
        ("", ""),
        ("?fields=title", ""),
        ("?v=1", ".md"),
        ("?fields=title&v=1", ""),
    ] {
        let moved = isolate.get(&format!("/v1/pages{old}{extension}{query}"), None);
        assert_eq!(moved.status, 308);
        assert_eq!(header(&moved, "cache-tag"), format!("page-{id},lists"));
        let location = header(&moved, "location").to_owned();
        assert!(
            location.ends_with(&format!("{extension}{query}")),
            "{location}"
        );
        assert!(location.is_ascii(), "{location}");
        assert_eq!(isolate.get(&location, None).status, 200, "{location}");
    }

    isolate.change(Change::Trash { id: page });
    isolate.world.wait(25 * 3_600);
    isolate.world.run_to_the_end();
    let addresses = [
        format!("/v1/pages/{id}"),
        format!("/v1/pages/{id}.html"),
        format!("/v1/pages{new}"),
        format!("/v1/pages{old}.md"),
    ];
    for address in &addresses {
        assert_eq!(isolate.get(address, None).status, 410, "{address}");
        assert_eq!(isolate.get(address, Some("*")).status, 410, "{address}");
    }
    assert_eq!(isolate.get("/v1/pages/no-such-page", None).status, 404);
    let at = isolate.world.now;
    isolate.world.wait(31 * 24 * 3_600);
    for address in &addresses {
        assert_eq!(isolate.get(address, None).status, 404, "{address}");
    }
    isolate.world.now = at;
    isolate.change(Change::Restore { id: page });
    isolate.world.wait(25 * 3_600);
    isolate.world.run_to_the_end();
    let back = text(&isolate.world.documents()[id]["path"]);
    assert_eq!(isolate.get(&format!("/v1/pages{back}"), None).status, 200);
    assert_eq!(isolate.get(&addresses[0], None).status, 200);
}

#[test]
fn what_is_remembered_is_served_while_redis_fails_and_anything_else_is_unavailable_at_once() {
    // In the first two Redis does not answer at all.
    let faults: [fn(Value) -> Result<Value, Failure>; 10] = [
        |_| Err(Failure::Transient("away".to_owned())),
        |_| Err(Failure::of_redis(401, None)),
        |_| Err(Failure::of_redis(400, Some("ERR x"))),
        |reply| {
            Ok(if reply.items().is_empty() {
                reply
            } else {
                Value::Nil
            })
        },
        |_| Ok(Value::Integer(7)),
        |_| Ok(Value::Text("<html>".to_owned())),
        |reply| {
            Ok(if reply.items().is_empty() {
                reply
            } else {
                Value::Array(Vec::new())
            })
        },
        |_| Ok(Value::Array(vec![Value::Text("x".to_owned()); 2])),
        |_| Ok(Value::Array(vec![Value::Text("x".to_owned()); 10])),
        |reply| Ok(Value::Array(reply.items().iter().rev().cloned().collect())),
    ];
    let mut isolate = Isolate::new();
    let pages = isolate.pages();
    let (known, unknown) = (&pages[0], &pages[1]);
    let address = format!("/v1/pages{}", text(&known.1["path"]));
    let other = format!("/v1/pages{}", text(&unknown.1["path"]));
    let good = isolate.get(&address, None);
    for (number, fault) in faults.into_iter().enumerate() {
        isolate.fault = Some(fault);
        isolate.world.wait(60);
        for round in 0..6 {
            let stale = isolate.get(&address, None);
            assert_eq!(
                (stale.status, &stale.body),
                (200, &good.body),
                "{number}, {round}"
            );
            assert!(header(&stale, "cache-status").contains("ttl=-"), "{number}");
            assert!(header(&stale, "cache-control").starts_with("public, max-age=1,"));
            let by_id = isolate.get(&format!("/v1/pages/{}", unknown.0), None);
            assert_eq!(
                (by_id.status, header(&by_id, "retry-after")),
                (503, "1"),
                "{number}"
            );
            let by_path = isolate.get(&other, None);
            assert_eq!(by_path.status, 503, "{number}");
        }
        // Left alone after three failures in a row, unless it answers: what is wrong with one page says nothing of the others.
        let before = isolate.requests;
        isolate.get(&other, None);
        assert_eq!(isolate.requests > before, number >= 2, "{number}");
        isolate.fault = None;
        isolate.world.wait(1);
        let again = isolate.get(&address, None);
        assert_eq!(header(&again, "cache-status"), "notion-edge; fwd=miss");
        assert_eq!(isolate.get(&other, None).status, 200);
        isolate.reader = Reader::new(1 << 20);
        isolate.get(&address, None);
    }
}

#[test]
fn a_stored_hash_that_would_break_a_header_is_an_outage_and_no_error() {
    let mut isolate = Isolate::new();
    let (id, _) = isolate.pages().remove(0);
    for hash in ["a\r\nset-cookie: x", "a\n", "ä", "a b"] {
        redis::cmd("HSET")
            .arg(&[format!("notion:meta:{id}").as_str(), "hash", hash])
            .exec(&mut isolate.world.connection)
            .unwrap();
        let status = isolate.get(&format!("/v1/pages/{id}"), None).status;
        assert_eq!(status, 503, "{hash:?}");
    }
}

#[test]
fn fields_are_left_out_and_have_a_tag_of_their_own() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    let (id, document) = world.documents().into_iter().next().unwrap();
    let read = |world: &mut World, fields: &str| {
        let answer = world.read(&format!("/v1/pages/{id}"), &[("fields", fields)]);
        answer.unwrap_or_else(|problem| problem.answer())
    };
    let some = read(&mut world, "title,path");
    let expected = json!({"title": document["title"], "path": document["path"]});
    assert_eq!(
        serde_json::from_slice::<Json>(&some.body).unwrap(),
        expected
    );
    let light = read(&mut world, "-blocks,-text");
    assert_ne!(header(&some, "etag"), header(&light, "etag"));
    assert_eq!(read(&mut world, "titel").status, 400);
    let html = world.read(&format!("/v1/pages/{id}.html"), &[("fields", "title")]);
    assert_eq!(html.unwrap_err().answer().status, 400);
}
