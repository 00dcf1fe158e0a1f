//! `ACCESS=rule`: what is not public shows nowhere to who may read only what is, and what becomes public shows at its time.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::document::PublishRule;
use notion_edge_core::read::Audience;

use notion_sim::{Change, Json, Options, Workspace};
use serde_json::Value;

use crate::draw::{Draw, seeds};
use crate::world::World;

const EXTENSIONS: [&str; 3] = ["", ".html", ".md"];

impl World {
    fn ruled(workspace: Workspace, rule: &str) -> Self {
        let mut world = Self::new(workspace, Options::default());
        world.settings.publish_rule = Some(PublishRule::parse(rule).unwrap());
        world
    }

    /// Status and body of what that audience gets.
    fn get(&mut self, audience: Audience, path: &str) -> (u16, String) {
        self.audience = audience;
        let answer = self.read(path, &[]);
        self.audience = Audience::All;
        let answer = answer.unwrap_or_else(|problem| problem.answer());
        (answer.status, String::from_utf8(answer.body).unwrap())
    }

    /// All summaries that an audience gets in a list.
    fn listed(&mut self, audience: Audience, query: &[(&str, &str)]) -> Vec<Value> {
        self.audience = audience;
        let query: Vec<_> = [("limit", "100")].iter().chain(query).copied().collect();
        let listed = self.list(&query);
        self.audience = Audience::All;
        let results = listed["results"].as_array().unwrap().clone();
        assert_eq!(listed["total"], results.len(), "{query:?}");
        results
    }

    /// The pages that are public, by what is known of all: those whose own `Status` says so, and what lies in those.
    fn expected_public(&mut self) -> BTreeSet<String> {
        let documents = self.documents();
        let parents: BTreeMap<&String, Option<String>> = documents
            .iter()
            .map(|(id, document)| {
                (
                    id,
                    document["parent"]["page_id"].as_str().map(str::to_owned),
                )
            })
            .collect();
        let is_public = |id: &String| {
            let mut id = id.clone();
            loop {
                let Some(document) = documents.get(&id) else {
                    return false;
                };
                if let Some(status) = document["values"].get("Status") {
                    return status == "Published";
                }
                match parents[&id].clone() {
                    Some(parent) => id = parent,
                    None => return false,
                }
            }
        };
        documents
            .keys()
            .filter(|id| is_public(id))
            .cloned()
            .collect()
    }

    /// What anyone gets holds every public page, and no id, path or title of another one.
    fn assert_nothing_leaks(&mut self, context: &str) {
        let public = self.expected_public();
        let documents = self.documents();
        let mut told = String::new();
        let mut sources = BTreeSet::new();
        for (id, document) in &documents {
            let path = document["path"].as_str().unwrap();
            sources.extend(document["data_source_id"].as_str().map(str::to_owned));
            for address in [format!("/v1/pages/{id}"), format!("/v1/pages{path}")] {
                for extension in EXTENSIONS {
                    let address = format!("{address}{extension}");
                    let (status, body) = self.get(Audience::Public, &address);
                    let is_public = public.contains(id);
                    assert_eq!(
                        status,
                        if is_public { 200 } else { 404 },
                        "{context}: {address}"
                    );
                    assert_eq!(
                        self.get(Audience::All, &address).0,
                        200,
                        "{context}: {address}"
                    );
                    if is_public {
                        told.push_str(&body);
                    }
                }
            }
        }
        let mut lists = vec![Vec::new()];
        lists.extend(
            sources
                .iter()
                .map(|id| vec![("data_source_id", id.as_str())]),
        );
        lists.extend(documents.keys().map(|id| vec![("parent_id", id.as_str())]));
        for query in lists {
            let all = self.listed(Audience::All, &query);
            let some = self.listed(Audience::Public, &query);
            let ids = |list: &[Value]| -> BTreeSet<String> {
                list.iter()
                    .map(|it| it["id"].as_str().unwrap().to_owned())
                    .collect()
            };
            let expected: BTreeSet<String> = ids(&all).intersection(&public).cloned().collect();
            assert_eq!(ids(&some), expected, "{context}: {query:?}");
            told.push_str(&serde_json::to_string(&some).unwrap());
        }
        for (id, document) in &documents {
            if public.contains(id) {
                continue;
            }
            let path = format!("\"{}\"", document["path"].as_str().unwrap());
            for trace in [id.clone(), id.replace('-', ""), path] {
                let place = told.find(&trace);
                let around =
                    place.map(|at| &told[at.saturating_sub(300)..(at + 100).min(told.len())]);
                assert!(
                    place.is_none(),
                    "{context}: {trace} of {} in {around:?}",
                    document["title"]
                );
            }
        }
    }

    fn set_status(&mut self, page: &str, status: &str) {
        self.set_property(page, "Status", status.into());
    }

    fn set_property(&mut self, page: &str, name: &str, value: Json) {
        let change = Change::SetProperty {
            page: page.parse().unwrap(),
            name: name.to_owned(),
            value,
        };
        let now = self.now.millis();
        self.sim.workspace_mut().apply(change, now).unwrap();
    }

    fn rows(&mut self) -> Vec<String> {
        let documents = self.documents();
        let rows = documents
            .iter()
            .filter(|(_, it)| it["values"].get("Status").is_some());
        rows.map(|(id, _)| id.clone()).collect()
    }
}

#[test]
fn what_is_not_published_shows_nowhere() {
    let mut world = World::ruled(Workspace::demo(), "Status=Published");
    world.is_strict = true;
    world.run_to_the_end();
    let public = world.expected_public();
    assert!(public.len() > 5, "{public:?}");
    world.assert_nothing_leaks("the demo");
    world.assert_nothing_is_missed();
    let answer = world.get(Audience::Public, "/v1/status");
    assert_eq!(answer, (200, r#"{"state":"complete"}"#.to_owned()));
}

#[test]
fn pages_that_are_published_and_taken_back_leave_no_trace() {
    for seed in seeds(3) {
        let mut draw = Draw::new(seed);
        let mut world = World::ruled(Workspace::demo(), "Status=Published");
        world.run_to_the_end();
        for round in 0..4 {
            world.wait(600);
            for row in world.rows() {
                if draw.below(3) == 0 {
                    let status = draw.of(&["Published", "Draft", "In review"]);
                    world.set_status(&row, status);
                }
            }
            world.wait(300);
            world.run_to_the_end();
            world.assert_nothing_leaks(&format!("SEED={seed}, round {round}"));
        }
    }
}

#[test]
fn what_was_public_by_another_rule_or_none_is_not_by_this_one() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.run_to_the_end();
    let all = world.documents().len();
    assert_eq!(world.listed(Audience::Public, &[]).len(), 0);
    for (rule, expected) in [
        (Some("Status=Published"), true),
        (Some("Status=Draft|In review|Published"), true),
        (Some("No such property=x"), false),
        (Some("Status=Published"), true),
        (None, false),
    ] {
        world.settings.publish_rule = rule.map(|rule| PublishRule::parse(rule).unwrap());
        world.wait(300);
        world.run_to_the_end();
        let public = world.listed(Audience::Public, &[]);
        assert_eq!(!public.is_empty(), expected, "{rule:?}");
        assert_eq!(world.documents().len(), all);
        if rule == Some("Status=Published") {
            world.assert_nothing_leaks("after another rule");
        }
    }
    assert_eq!(world.stored_keys("notion:*public*"), Vec::<String>::new());
}

#[test]
fn a_scheduled_page_becomes_public_at_its_time_without_an_edit() {
    let mut world = World::ruled(Workspace::demo(), "Publish<=now");
    world.settings.publish_rule = Some(PublishRule::parse("Published<=now").unwrap());
    world.run_to_the_end();
    let documents = world.documents();
    let (id, _) = documents
        .iter()
        .find(|(_, it)| it["values"]["Published"]["start"] == "2026-12-01")
        .unwrap();
    let address = format!("/v1/pages/{id}");
    assert_eq!(world.get(Audience::Public, &address).0, 404);
    let summary = world
        .listed(Audience::All, &[])
        .into_iter()
        .find(|it| it["id"] == id.as_str());
    assert_eq!(summary.unwrap()["visibility"], "scheduled");
    let due = notion_edge_core::time::Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    world.now = notion_edge_core::time::Timestamp::from_millis(due.millis() - 60_000);
    world.run_to_the_end();
    assert_eq!(world.get(Audience::Public, &address).0, 404);
    let asked = world.asked.len();
    world.now = due;
    world.run_to_the_end();
    assert_eq!(world.get(Audience::Public, &address).0, 200);
    // Search was asked what changed, and nothing else.
    assert!(
        world.asked[asked..]
            .iter()
            .all(|(_, path)| !path.contains(id.as_str()))
    );
    let (kind, data) = world
        .events()
        .into_iter()
        .rfind(|(_, data)| data.contains(id.as_str()))
        .unwrap();
    assert_eq!(kind, "page.updated");
    assert!(
        data.contains(r#""visibility":"public","was":"scheduled""#),
        "{data}"
    );
}

#[test]
fn only_what_was_public_is_said_to_be_gone() {
    let mut world = World::ruled(Workspace::demo(), "Status=Published");
    world.run_to_the_end();
    let public = world.expected_public();
    let (public, draft): (Vec<String>, Vec<String>) =
        world.rows().into_iter().partition(|id| public.contains(id));
    let now = world.now.millis();
    for id in [&public[0], &draft[0]] {
        let change = Change::Trash {
            id: id.parse().unwrap(),
        };
        world.sim.workspace_mut().apply(change, now).unwrap();
    }
    world.wait(25 * 3_600);
    world.run_to_the_end();
    assert_eq!(
        world
            .get(Audience::Public, &format!("/v1/pages/{}", public[0]))
            .0,
        410
    );
    assert_eq!(
        world
            .get(Audience::Public, &format!("/v1/pages/{}", draft[0]))
            .0,
        404
    );
    world.assert_nothing_leaks("after deleting");
    for id in [&public[0], &draft[0]] {
        let left = world.stored_keys(&format!("*{id}*"));
        let left: Vec<&String> = left
            .iter()
            .filter(|key| !key.contains(":mentions:"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_relation_that_comes_with_the_end_of_what_it_names_tells_nothing_of_it() {
    let rule = "Status=Published && Published<=now";
    let mut world = World::ruled(Workspace::demo(), rule);
    world.run_to_the_end();
    let public = world.listed(Audience::Public, &[]);
    let ids: Vec<String> = public
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let draft = world
        .rows()
        .into_iter()
        .find(|id| !ids.contains(id))
        .unwrap();
    let pairs = ids
        .iter()
        .flat_map(|shows| ids.iter().map(move |goes| (shows, goes)));
    for (shows, goes) in pairs.filter(|(shows, goes)| shows != goes).take(20) {
        for id in &ids {
            world.set_property(
                id,
                "Published",
                Json::parse(r#"{"start":"2026-01-01"}"#).unwrap(),
            );
        }
        world.wait(300);
        world.run_to_the_end();
        world.wait(300);
        world.set_property(
            goes,
            "Published",
            Json::parse(r#"{"start":"2099-01-01"}"#).unwrap(),
        );
        let related = vec![draft.as_str().into(), goes.as_str().into()];
        world.set_property(shows, "Related", Json::Array(related));
        world.wait(300);
        world.run_to_the_end();
        for extension in EXTENSIONS {
            let (status, body) =
                world.get(Audience::Public, &format!("/v1/pages/{shows}{extension}"));
            assert_eq!(status, 200);
            assert!(!body.contains(goes.as_str()), "{extension}");
            assert!(!body.contains(draft.as_str()), "{extension}");
        }
    }
}
