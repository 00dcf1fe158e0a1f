//! Two workspaces that differ only in what is not public: who may read only what is public is told the same of both,
//! byte for byte, by every route (non-interference).

use std::collections::BTreeMap;

use notion_edge_core::document::{PathPattern, PublishRule};
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, Json, Options, Workspace, oracle};

use crate::witness::{Guesses, Told};
use crate::world::World;

/// Two worlds; what is public happens in both.
pub struct Twins {
    pub worlds: [World; 2],
    /// A page in the bin for good, where the other world makes what only one is to see: so both count the same objects.
    pub bin: String,
    pub log: Vec<String>,
    /// Whether they are asked with a read token as well, which opens no more.
    asks_with_token: bool,
    /// All that there was so far.
    guesses: Guesses,
}

impl Twins {
    pub fn new(pattern: &str) -> Self {
        let world = || {
            let mut world = World::new(Workspace::demo(), Options::default());
            world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
            world.settings.paths = PathPattern::parse(pattern).unwrap();
            world.is_instant = true;
            world
        };
        let mut twins = Self {
            worlds: [world(), world()],
            bin: String::new(),
            log: Vec::new(),
            asks_with_token: false,
            guesses: Guesses::default(),
        };
        twins.bin = twins.both(&made(BLOG_DATA_SOURCE_ID, "Bin"));
        twins.both(&Change::Purge {
            id: twins.bin.parse().unwrap(),
        });
        twins
    }

    /// The same in both worlds.
    pub fn both(&mut self, change: &Change) -> String {
        self.log.push(format!("both: {change:?}"));
        let [one, other] = &mut self.worlds;
        let id = apply(one, change);
        assert_eq!(apply(other, change), id, "{change:?}");
        id
    }

    /// One thing in the first world, another one, if any, in the second.
    fn apart(&mut self, one: &Change, other: Option<&Change>) {
        self.log.push(format!("one: {one:?}; other: {other:?}"));
        apply(&mut self.worlds[0], one);
        if let Some(other) = other {
            apply(&mut self.worlds[1], other);
        }
    }

    /// Something in the first world whose place in the second is the bin.
    fn secret_line(&mut self, page: &str, line: &str) {
        let append = |parent: &str| Change::AppendLine {
            parent: parent.parse().unwrap(),
            line: line.to_owned(),
        };
        self.apart(&append(page), Some(&append(&self.bin.clone())));
    }

    fn line(&mut self, page: &str, line: String) -> String {
        self.both(&Change::AppendLine {
            parent: page.parse().unwrap(),
            line,
        })
    }

    fn property(&mut self, page: &str, name: &str, value: Json) {
        self.both(&set(page, name, value));
    }

    /// Both are exported, and both clocks go on from where the later one is.
    pub fn export(&mut self, seconds: u64) {
        for world in &mut self.worlds {
            world.wait(seconds);
            world.run_to_the_end();
        }
        let now = self.worlds.iter().map(|it| it.now).max().unwrap();
        for world in &mut self.worlds {
            world.now = now;
        }
    }

    /// What both are asked, and what they tell.
    fn told(&mut self, authorization: Option<&str>) -> [Told; 2] {
        for world in &mut self.worlds {
            self.guesses.add(world);
        }
        let guesses = &self.guesses;
        let worlds = self.worlds.each_mut();
        worlds.map(|world| world.all_that_is_told(guesses, authorization))
    }

    /// What is told by a world is told by the other.
    pub fn assert_alike(&mut self, context: &str) {
        for authorization in [None, Some("Bearer read_tokens")] {
            if authorization.is_some() && !self.asks_with_token {
                continue;
            }
            let [one, other] = self.told(authorization).map(by_page);
            let differing: Vec<&String> = one
                .keys()
                .chain(other.keys())
                .filter(|it| one.get(*it) != other.get(*it))
                .collect();
            if differing.is_empty() {
                continue;
            }
            let told = differing.iter().take(40).map(|it| it.as_str());
            let told: Vec<&str> = told.collect();
            let mut shown = String::new();
            let mut kinds: BTreeMap<String, &String> = BTreeMap::new();
            for &name in &differing {
                let mut words = name.split(['?', ' ']).filter(|it| !it.is_empty());
                let place = words.next().unwrap_or_default();
                let kind: Vec<&str> = place.split('/').take(3).collect();
                let kind = format!("{} {}", kind.join("/"), name.contains("with its"));
                kinds.entry(kind).or_insert(name);
            }
            for name in kinds.values().take(12) {
                shown.push_str(&format!(
                    "\n=== {name}\n{}",
                    difference(one.get(*name), other.get(*name))
                ));
            }
            let log = self.log.join("\n");
            panic!(
                "{context} as {authorization:?}: {} of {} answers differ:\n{}\n{shown}\n{log}",
                differing.len(),
                one.len(),
                told.join("\n")
            );
        }
    }

    /// Who has the preview token is told of what differs: there is something to be hidden.
    fn assert_preview_differs(&mut self, context: &str) {
        let [one, other] = self.told(Some("Bearer preview_tokens"));
        let differing = one
            .keys()
            .filter(|it| one.get(*it) != other.get(*it))
            .count();
        assert!(differing > 20, "{context}: {differing} of {}", one.len());
    }
}

fn apply(world: &mut World, change: &Change) -> String {
    let now = world.now.millis();
    let id = world.sim.workspace_mut().apply(change.clone(), now);
    id.unwrap_or_else(|error| panic!("{change:?}: {error}"))
        .to_string()
}

pub fn made(parent: &str, title: &str) -> Change {
    Change::CreatePage {
        parent: parent.parse().unwrap(),
        title: title.to_owned(),
    }
}

pub fn set(page: &str, name: &str, value: Json) -> Change {
    Change::SetProperty {
        page: page.parse().unwrap(),
        name: name.to_owned(),
        value,
    }
}

pub fn titled(page: &str, title: &str) -> Change {
    Change::SetTitle {
        page: page.parse().unwrap(),
        title: title.to_owned(),
    }
}

pub fn list(ids: &[&str]) -> Json {
    Json::Array(ids.iter().map(|&id| id.into()).collect())
}

/// What is told, without what is not meant to be the same:
/// - Redis gives events their ids by its own clock, which does not stand still;
/// - what an export has to do beside decides which of the public pages that changed in it is written first, and so has which of the
///   numbers that they all have together; and whether a page is built once or twice that shows another one of them.
fn by_page(told: Told) -> Told {
    let all = &told[" /v1/events?after=0&limit=1000 part 0"];
    let body = all.split_once("\n\n").unwrap().1;
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let events = body["results"].as_array().unwrap();
    let mut sorted: Vec<(i64, String, String, i64)> = events
        .iter()
        .map(|it| {
            let version = it["data"]["version"].as_i64().unwrap();
            let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
            let kind = text(&it["type"]);
            (
                it["ts"].as_i64().unwrap(),
                text(&it["data"]["id"]),
                kind,
                version,
            )
        })
        .collect();
    let numbers: Vec<i64> = sorted.iter().map(|it| it.3).collect();
    let whole: Vec<i64> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, whole, "every number is that of an event");
    sorted.sort();
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    let mut written: Vec<String> = Vec::new();
    for (ts, id, kind, version) in &sorted {
        let line = format!("{ts} {kind} {id}");
        if written.last() != Some(&line) {
            written.push(line);
        }
        places.insert(*version, written.len());
    }
    let mut told: Told = told
        .into_iter()
        .filter(|(name, _)| !name.contains("/v1/events"))
        .map(|(name, text)| (name, renumbered(&text, &places)))
        .collect();
    told.insert(" /v1/events".to_owned(), written.join("\n"));
    told
}

/// The answer with the place of its version in place of that.
fn renumbered(text: &str, places: &BTreeMap<i64, usize>) -> String {
    let Some((before, rest)) = text.split_once("notion-edge-version: ") else {
        return text.to_owned();
    };
    let (version, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let Ok(number) = version.parse() else {
        return text.to_owned();
    };
    let version = places.get(&number);
    format!("{before}notion-edge-version: {version:?}\n{rest}")
}

/// Where two answers begin to differ.
fn difference(one: Option<&String>, other: Option<&String>) -> String {
    let (Some(one), Some(other)) = (one, other) else {
        return format!("{} / {}", one.is_some(), other.is_some());
    };
    // A tag differs wherever a body does, which says more.
    let bodies = (one.split_once("\n\n"), other.split_once("\n\n"));
    if let (Some((_, one)), Some((_, other))) = bodies
        && one != other
    {
        return difference(Some(&one.to_owned()), Some(&other.to_owned()));
    }
    if one.lines().count() > 20 || one.starts_with("17") {
        let only = |one: &str, other: &str| {
            let lines: Vec<&str> = one
                .lines()
                .filter(|it| !other.lines().any(|line| line == *it))
                .collect();
            lines.join("\n")
        };
        return format!("--- {}\n+++ {}", only(one, other), only(other, one));
    }
    let place = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| {
        let from = place.saturating_sub(160);
        let bytes = &text.as_bytes()[from..(place + 120).min(text.len())];
        String::from_utf8_lossy(bytes).into_owned()
    };
    format!("--- {}\n+++ {}", around(one), around(other))
}

/// The rows of the blog, by whether anyone may read them.
pub fn posts(world: &World) -> (Vec<String>, Vec<String>) {
    let pages = oracle::pages(world.sim.workspace());
    let rows = pages.filter(|it| it.parent.id.as_deref() == Some(BLOG_DATA_SOURCE_ID));
    let rows: Vec<String> = rows.map(|it| it.id).collect();
    let drafts = ["Borrowed batteries", "The next gauge", "What a datum is"];
    let titles: BTreeMap<String, String> = oracle::pages(world.sim.workspace())
        .map(|it| (it.id, it.title))
        .collect();
    rows.into_iter()
        .partition(|id| !drafts.iter().any(|it| titles[id].starts_with(it)))
}

#[test]
fn drafts_that_are_other_ones_elsewhere_change_nothing_of_what_anyone_is_told() {
    let mut twins = Twins::new("/{slug}");
    let (public, drafts) = posts(&twins.worlds[0]);
    // What only one of the worlds has, and what is another one in the other.
    let absent = twins.both(&made(BLOG_DATA_SOURCE_ID, "Absent"));
    let other = twins.both(&made(BLOG_DATA_SOURCE_ID, "Something"));
    let child = twins.both(&made(&other, "A child of it"));
    // The public pages name them, in the same words in both worlds.
    for id in [&absent, &other, &child, &drafts[0]] {
        twins.line(&public[0], format!("Before @{{page:{id}}} and behind it"));
        twins.line(&public[1], format!(r#"{{"link_to_page":"{id}"}}"#));
    }
    twins.property(
        &public[2],
        "Related",
        list(&[&other, &public[0], &drafts[1]]),
    );
    let absent_id = absent.parse().unwrap();
    twins.apart(
        &set(&absent, "Category", "Announcement".into()),
        Some(&Change::Purge { id: absent_id }),
    );
    twins.apart(
        &titled(&other, "One word"),
        Some(&titled(&other, "Another word")),
    );
    twins.secret_line(&other, &format!("A draft names @{{page:{}}}", public[0]));
    twins.secret_line(&child, "{\"image\":\"stored:secret.png\"}");
    twins.secret_line(&absent, "@{user:62f746b4-84e6-4ceb-95bd-447e7184d454}");
    twins.apart(
        &set(&other, "Related", list(&[&public[3], &public[0]])),
        Some(&set(&other, "Related", list(&[&drafts[0]]))),
    );
    twins.export(60);
    twins.assert_preview_differs("at first");
    twins.asks_with_token = true;
    twins.guesses.is_thorough = true;
    twins.assert_alike("at first");
}
