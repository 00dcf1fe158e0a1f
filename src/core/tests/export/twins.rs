//! Two workspaces that differ only in what is not public: who may read only what is public is told the same of both,
//! byte for byte, by every route (non-interference).

use std::collections::BTreeMap;

use notion_edge_core::document::{PathPattern, PublishRule};
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, Json, Options, Workspace, oracle};

use crate::draw::{Draw, seeds};
use crate::witness::{Guesses, Told};
use crate::world::World;

/// Two worlds; what is public happens in both.
struct Twins {
    worlds: [World; 2],
    /// A page in the bin for good, where the other world makes what only one is to see: so both count the same objects.
    bin: String,
    log: Vec<String>,
    /// Whether they are asked with a read token as well, which opens no more.
    asks_with_token: bool,
    /// All that there was so far.
    guesses: Guesses,
}

impl Twins {
    fn new(pattern: &str) -> Self {
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
    fn both(&mut self, change: &Change) -> String {
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
    fn export(&mut self, seconds: u64) {
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
    fn assert_alike(&mut self, context: &str) {
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

fn made(parent: &str, title: &str) -> Change {
    Change::CreatePage {
        parent: parent.parse().unwrap(),
        title: title.to_owned(),
    }
}

fn set(page: &str, name: &str, value: Json) -> Change {
    Change::SetProperty {
        page: page.parse().unwrap(),
        name: name.to_owned(),
        value,
    }
}

fn titled(page: &str, title: &str) -> Change {
    Change::SetTitle {
        page: page.parse().unwrap(),
        title: title.to_owned(),
    }
}

fn list(ids: &[&str]) -> Json {
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
fn posts(world: &World) -> (Vec<String>, Vec<String>) {
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

/// The words of titles: those of drafts are often those of public pages, and want the same paths.
const TITLES: [&str; 6] = [
    "Open firmware",
    "One",
    "Two",
    "Reading the sea at night",
    "",
    "Skerry",
];

/// What happens to pages that are never public, in one world or the other.
struct Secrets {
    ids: [Vec<String>; 2],
    trashed: [Vec<String>; 2],
    /// Those of which only the content differs.
    fixed: Vec<String>,
}

impl Secrets {
    /// Something happens in one of the worlds.
    fn go_on(&mut self, draw: &mut Draw, twins: &mut Twins, common: &[String], at: usize) {
        let any = common[draw.below(common.len())].clone();
        let (ids, trashed) = (&mut self.ids[at], &mut self.trashed[at]);
        let id = ids[draw.below(ids.len())].clone();
        let other = ids[draw.below(ids.len())].clone();
        let is_fixed = self.fixed.contains(&id);
        let change = match draw.below(14) {
            0..3 => titled(&id, draw.of(&TITLES)),
            3 => set(&id, "Status", draw.of(&["Draft", "In review"]).into()),
            4 => set(
                &id,
                "Category",
                draw.of(&["Story", "How-to", "Announcement"]).into(),
            ),
            5 => set(&id, "Related", list(&[&any, &other])),
            6 => set(
                &id,
                "Slug",
                draw.of(&["open-firmware", "one", "skerry"]).into(),
            ),
            7 | 8 => {
                let line = match draw.below(4) {
                    0 => format!("Names @{{page:{any}}} and @{{page:{other}}}"),
                    1 => "{\"image\":\"stored:secret.png\"}".to_owned(),
                    2 => format!(r#"{{"link_to_page":"{any}"}}"#),
                    _ => "@{user:62f746b4-84e6-4ceb-95bd-447e7184d454} wrote".to_owned(),
                };
                return twins.line_at(at, &id, &line);
            }
            9 if !is_fixed => {
                trashed.push(id.clone());
                Change::Trash {
                    id: id.parse().unwrap(),
                }
            }
            10 if !trashed.is_empty() => Change::Restore {
                id: trashed
                    .swap_remove(draw.below(trashed.len()))
                    .parse()
                    .unwrap(),
            },
            11 if !is_fixed => Change::Unshare {
                id: id.parse().unwrap(),
            },
            12 => Change::Share {
                id: id.parse().unwrap(),
            },
            _ => {
                let parent = draw.of(&[BLOG_DATA_SOURCE_ID, id.as_str()]);
                ids.extend(twins.page_at(at, parent, draw.of(&TITLES)));
                return;
            }
        };
        twins.try_at(at, &change);
    }
}

impl Twins {
    /// In one world, where it makes sense.
    fn try_at(&mut self, at: usize, change: &Change) -> Option<String> {
        let world = &mut self.worlds[at];
        let now = world.now.millis();
        let done = world.sim.workspace_mut().apply(change.clone(), now);
        self.log.push(format!("{at}: {change:?} {done:?}"));
        done.ok().map(|id| id.to_string())
    }

    /// A block in one world, and one in the bin of the other.
    fn line_at(&mut self, at: usize, page: &str, line: &str) {
        let append = |parent: &str| Change::AppendLine {
            parent: parent.parse().unwrap(),
            line: line.to_owned(),
        };
        if self.try_at(at, &append(page)).is_some() {
            self.try_at(1 - at, &append(&self.bin.clone())).unwrap();
        }
    }

    /// The same of a page.
    fn page_at(&mut self, at: usize, parent: &str, title: &str) -> Option<String> {
        let id = self.try_at(at, &made(parent, title))?;
        // Notion gives rows their numbers by all that there are.
        let place = match parent {
            BLOG_DATA_SOURCE_ID => parent.to_owned(),
            _ => self.bin.clone(),
        };
        let elsewhere = self.try_at(1 - at, &made(&place, title));
        assert_eq!(elsewhere.as_ref(), Some(&id));
        let purge = Change::Purge {
            id: id.parse().unwrap(),
        };
        self.try_at(1 - at, &purge);
        Some(id)
    }

    /// Something that happens to what may be public, in both.
    fn go_on(
        &mut self,
        draw: &mut Draw,
        common: &mut Vec<String>,
        secrets: &Secrets,
        trashed: &mut Vec<String>,
    ) {
        let id = common[draw.below(common.len())].clone();
        let other = common[draw.below(common.len())].clone();
        let named = draw.below(2);
        let ids = &secrets.ids[named];
        let named = ids[draw.below(ids.len())].clone();
        let fixed = draw.of(&[0, 1]);
        let fixed = secrets.fixed[fixed].clone();
        let change = match draw.below(16) {
            0..4 => {
                let status = draw.of(&["Published", "Published", "Draft"]);
                set(&id, "Status", status.into())
            }
            4 | 5 => titled(&id, draw.of(&TITLES)),
            6 => set(&id, "Related", list(&[&other, &fixed])),
            7..11 => {
                let line = match draw.below(5) {
                    0 => format!("Names @{{page:{named}}} and @{{page:{other}}}"),
                    1 => format!(
                        "A [link](https://www.notion.so/{}) to it",
                        other.replace('-', "")
                    ),
                    2 => format!(r#"{{"link_to_page":"{named}"}}"#),
                    3 => "# A heading".to_owned(),
                    _ => "More text".to_owned(),
                };
                Change::AppendLine {
                    parent: id.parse().unwrap(),
                    line,
                }
            }
            11 => {
                trashed.push(id.clone());
                Change::Trash {
                    id: id.parse().unwrap(),
                }
            }
            12 if !trashed.is_empty() => Change::Restore {
                id: trashed
                    .swap_remove(draw.below(trashed.len()))
                    .parse()
                    .unwrap(),
            },
            13 => made(&id, "A child"),
            // No row: Notion numbers rows by all that there are, drafts as well.
            14 => made(&id, draw.of(&TITLES)),
            _ => set(
                &id,
                "Slug",
                draw.of(&["open-firmware", "one", "new"]).into(),
            ),
        };
        let is_new = matches!(change, Change::CreatePage { .. });
        let one = self.try_at(0, &change);
        assert_eq!(self.try_at(1, &change), one, "{change:?}");
        if is_new && let Some(id) = one {
            common.push(id);
        }
    }
}

#[test]
fn whatever_becomes_of_drafts_nobody_is_told() {
    for seed in seeds(4) {
        let mut draw = Draw::new(seed);
        let mut twins = Twins::new(draw.of(&["/{slug}", "/{parents}/{slug}"]));
        let (mut common, drafts) = posts(&twins.worlds[0]);
        common.extend(drafts);
        common.extend(TITLES.map(|it| twins.both(&made(BLOG_DATA_SOURCE_ID, it))));
        let fixed: Vec<String> = (0..2)
            .map(|_| twins.both(&made(BLOG_DATA_SOURCE_ID, "Fixed")))
            .collect();
        let mut secrets = Secrets {
            ids: [fixed.clone(), fixed.clone()],
            trashed: [Vec::new(), Vec::new()],
            fixed,
        };
        let mut trashed = Vec::new();
        // Whoever takes so much away means it.
        for world in &mut twins.worlds {
            redis::cmd("HSET")
                .arg(&["notion:export:lease", "confirmed_until", "9999999999999"])
                .exec(&mut world.connection)
                .unwrap();
        }
        for round in 0..5 {
            for _ in 0..draw.below(6) {
                twins.go_on(&mut draw, &mut common, &secrets, &mut trashed);
            }
            for _ in 0..draw.below(9) {
                let at = draw.below(2);
                secrets.go_on(&mut draw, &mut twins, &common, at);
            }
            twins.log.push(format!("export {round}"));
            // Within the day: when a formula that counts days is read again follows from all that there is to read.
            twins.export(draw.of(&[120, 600, 3_000]) as u64);
            twins.assert_alike(&format!("SEED={seed}, round {round}"));
        }
    }
}
