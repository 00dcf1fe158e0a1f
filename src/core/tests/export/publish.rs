//! `ACCESS=rule`: what is not public shows nowhere to who may read only what is, and what becomes public shows at its time.

use std::collections::BTreeMap;

use notion_edge_core::config::Secret;
use notion_edge_core::document::{Layout, PathPattern, PublishRule};
use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use notion_edge_core::hooks::Hooks;
use notion_edge_core::read::Audience;
use notion_edge_core::store::Operation;
use notion_edge_core::time::Timestamp;
use notion_sim::{Change, Json, Options, Workspace};
use serde_json::Value;

use crate::draw::{Draw, seeds};
use crate::driver::{Kill, Run};
use crate::leaks::EXTENSIONS;
use crate::script::{Answer, broken};
use crate::world::World;

impl World {
    fn ruled(workspace: Workspace, rule: &str) -> Self {
        let mut world = Self::new(workspace, Options::default());
        world.settings.publish_rule = Some(PublishRule::parse(rule).unwrap());
        world
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
    let mut left = world.stored_keys("notion:*public*");
    left.sort();
    // What anyone was told stays told, and is never told again by the same number.
    assert_eq!(left, ["notion:public_events", "notion:public_version"]);
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
    let due = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    world.now = Timestamp::from_millis(due.millis() - 60_000);
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

/// Nothing of Notion's is needed for that.
#[test]
fn a_scheduled_page_becomes_public_while_notion_is_down_or_asks_to_wait() {
    let limited = || {
        let retry_after = std::time::Duration::from_secs(1_800);
        Err(Failure::RateLimited { retry_after })
    };
    let answers: [fn() -> Answer; 2] = [broken, limited];
    for answer in answers {
        let mut world = World::ruled(Workspace::demo(), "Published<=now");
        world.run_to_the_end();
        let documents = world.documents();
        let is_due_in_december = |it: &Value| it["values"]["Published"]["start"] == "2026-12-01";
        let due = documents.iter().find(|(_, it)| is_due_in_december(it));
        let address = format!("/v1/pages/{}", due.unwrap().0);
        let due = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
        world.now = Timestamp::from_millis(due.millis() - 60_000);
        world.script = Some(Box::new(move |_| answer()));
        world.bot = None;
        world.run_once(Kill::Never);
        assert_eq!(world.get(Audience::Public, &address).0, 404);
        let asked = world.asked.len();
        world.now = due;
        world.run_once(Kill::Never);
        assert_eq!(world.get(Audience::Public, &address).0, 200);
        assert!(world.asked.len() - asked <= 4, "a trial and its retries");
        world.wait(60);
        let early = world.run_once(Kill::Never).outcome;
        assert!(matches!(early, Some(Outcome::Early(_))), "{early:?}");
    }
}

/// Has other public rows name a public row, puts pages below that, and many that nobody may read elsewhere; gives that row.
fn named_by_many(world: &mut World) -> String {
    world.run_to_the_end();
    let public = world.expected_public();
    let mut rows = world.rows();
    rows.retain(|id| public.contains(id));
    let documents = world.documents();
    rows.retain(|id| documents[id]["values"].get("Related").is_some());
    let id = rows.remove(0);
    for other in &rows {
        world.set_property(other, "Related", Json::Array(vec![id.as_str().into()]));
    }
    let apply = |world: &mut World, change| {
        let now = world.now.millis();
        world.sim.workspace_mut().apply(change, now).unwrap()
    };
    let draft = documents.keys().find(|it| !public.contains(*it)).unwrap();
    let made = |parent, title: String| Change::CreatePage { parent, title };
    let child = apply(world, made(id.parse().unwrap(), "A child".to_owned()));
    apply(world, made(child, "A grandchild".to_owned()));
    for number in 0..30 {
        let parent = draft.parse().unwrap();
        apply(world, made(parent, format!("Draft {number}")));
    }
    world.wait(25 * 3_600);
    world.run_to_the_end();
    assert!(world.expected_public().len() == public.len() + 2);
    id
}

/// How many objects are to be fetched.
fn waiting(world: &mut World) -> usize {
    redis::cmd("ZCOUNT")
        .arg(&["notion:export:frontier", "(2", "+inf"])
        .query(&mut world.connection)
        .unwrap()
}

/// Runs until anyone no longer gets a page, and then until so many objects less are to be fetched.
fn withdraw(world: &mut World, run: &mut Run, id: &str, objects: usize) {
    let address = format!("/v1/pages/{id}");
    let mut step = |world: &mut World| {
        let next = Kill::After(run.effects() + 1);
        assert_eq!(world.go_on(run, next), None, "the run is over");
    };
    while world.get(Audience::Public, &address).0 == 200 {
        step(world);
    }
    let left = waiting(world) - objects;
    while waiting(world) > left {
        step(world);
    }
}

#[test]
fn what_shows_a_page_that_was_taken_back_follows_before_anything_is_fetched() {
    for is_trashed in [false, true] {
        // What search hides, as it does what is in the trash, is asked for all at once when nothing else is left.
        let options = Options {
            search_omission: f64::from(u8::from(is_trashed)),
            ..Options::default()
        };
        let mut world = World::new(Workspace::demo(), options);
        world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
        world.settings.paths = PathPattern::parse("/{parents}/{slug}").unwrap();
        let id = named_by_many(&mut world);
        let path = world.documents()[&id]["path"].to_string();
        let path = path.trim_end_matches('"');
        let traces = |world: &mut World| {
            let mut told: Vec<String> = world
                .listed(Audience::Public, &[])
                .iter()
                .map(Value::to_string)
                .collect();
            for other in world.documents().keys().filter(|it| **it != id) {
                for extension in EXTENSIONS {
                    let address = format!("/v1/pages/{other}{extension}");
                    told.push(world.get(Audience::Public, &address).1);
                }
            }
            told.retain(|it| it.contains(&id) || it.contains(path));
            told.len()
        };
        assert!(traces(&mut world) > 10);
        world.wait(600);
        if is_trashed {
            let id = id.parse().unwrap();
            let now = world.now.millis();
            let change = Change::Trash { id };
            world.sim.workspace_mut().apply(change, now).unwrap();
        } else {
            world.edit_every_page("more");
            world.set_status(&id, "Draft");
        }
        world.wait(25 * 3_600);
        let mut run = world.begin();
        withdraw(&mut world, &mut run, &id, 8);
        let waiting = waiting(&mut world);
        assert!(waiting > 30, "{waiting}");
        assert_eq!(traces(&mut world), 0, "while {waiting} pages wait");
        world.go_on(&mut run, Kill::Never);
        world.run_to_the_end();
        world.assert_nothing_leaks("at the end");
        world.assert_nothing_is_missed();
    }
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

#[test]
fn what_was_deleted_before_there_was_a_rule_was_never_there_for_anyone() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    world.run_to_the_end();
    let (id, document) = world.documents().into_iter().next_back().unwrap();
    let change = Change::Trash {
        id: id.parse().unwrap(),
    };
    let now = world.now.millis();
    world.sim.workspace_mut().apply(change, now).unwrap();
    world.wait(25 * 3_600);
    world.run_to_the_end();
    world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
    world.wait(300);
    world.run_to_the_end();
    let path = document["path"].as_str().unwrap();
    for address in [format!("/v1/pages/{id}"), format!("/v1/pages{path}")] {
        assert_eq!(world.get(Audience::All, &address).0, 410, "{address}");
        assert_eq!(world.get(Audience::Public, &address).0, 404, "{address}");
    }
}

#[test]
fn the_path_of_a_public_page_has_no_slug_of_what_is_not() {
    let mut world = World::ruled(Workspace::demo(), "Status=Published");
    world.settings.paths = PathPattern::parse("/{parents}/{slug}").unwrap();
    world.run_to_the_end();
    let public = world.expected_public();
    let documents = world.documents();
    let drafts = documents.iter().filter(|(id, _)| !public.contains(*id));
    let drafts: Vec<String> = drafts
        .map(|(_, document)| format!("/{}/", document["slug"].as_str().unwrap()))
        .collect();
    let mut deep = 0;
    for (_, document) in documents.iter().filter(|(id, _)| public.contains(*id)) {
        let path = document["path"].as_str().unwrap();
        let shown = drafts.iter().find(|draft| path.contains(draft.as_str()));
        assert_eq!(shown, None, "{path}");
        deep += usize::from(path.matches('/').count() > 1);
    }
    assert_ne!(deep, 0, "what is public above a page shows in its path");
    world.assert_nothing_leaks("with what lies above in each path");
    for summary in world.listed(Audience::Public, &[]) {
        let shown = summary["path"].as_str().unwrap().matches('/').count();
        assert_eq!(summary["slugs"].as_array().map(Vec::len), Some(shown));
    }
}

#[test]
fn a_public_page_tells_by_its_path_of_no_draft_with_the_same_title() {
    let mut world = World::ruled(Workspace::demo(), "Status=Published");
    world.is_strict = true;
    world.run_to_the_end();
    let row = world.rows().remove(0);
    let source = world.documents()[&row]["data_source_id"].clone();
    let twins = ["first", "second"].map(|_| {
        world.wait(300);
        let parent = source.as_str().unwrap().parse().unwrap();
        let title = "Twin".to_owned();
        let now = world.now.millis();
        let change = Change::CreatePage { parent, title };
        let made = world.sim.workspace_mut().apply(change, now).unwrap();
        world.run_to_the_end();
        made.to_string()
    });
    let path = |world: &mut World, id: &String| -> String {
        let documents = world.documents();
        documents[id]["path"].as_str().unwrap().to_owned()
    };
    let suffixed = |id: &String| format!("/twin-{}", &id[28..]);
    let drafts = twins.each_ref().map(|id| path(&mut world, id));
    assert_eq!(drafts, ["/twin".to_owned(), suffixed(&twins[1])]);
    // The second is published, then the first as well, and both are taken back.
    let publish = |world: &mut World, twin: &String, status: &str| {
        world.wait(300);
        world.set_status(twin, status);
        world.run_to_the_end();
        world.assert_nothing_leaks(status);
    };
    publish(&mut world, &twins[1], "Published");
    let paths = twins.each_ref().map(|id| path(&mut world, id));
    assert_eq!(paths, [suffixed(&twins[0]), "/twin".to_owned()]);
    let (status, body) = world.get(Audience::Public, "/v1/pages/twin");
    assert!(status == 200 && body.contains(&twins[1]), "{status}");
    let former = format!("/v1/pages{}", suffixed(&twins[1]));
    assert_eq!(world.get(Audience::Public, &former).0, 404);
    publish(&mut world, &twins[0], "Published");
    assert_eq!(twins.each_ref().map(|id| path(&mut world, id)), paths);
    publish(&mut world, &twins[1], "Draft");
    publish(&mut world, &twins[0], "Draft");
    assert_eq!(twins.each_ref().map(|id| path(&mut world, id)), paths);
    let slugs: BTreeMap<String, String> = redis::cmd("HGETALL")
        .arg("notion:slugs")
        .query(&mut world.connection)
        .unwrap();
    for (id, document) in world.documents() {
        assert_eq!(slugs.get(document["path"].as_str().unwrap()), Some(&id));
    }
    assert_eq!(slugs.len(), world.documents().len());
}

#[test]
fn what_anyone_gets_is_laid_out_like_the_rest() {
    let mut world = World::ruled(Workspace::demo(), "Status=Published");
    world.run_to_the_end();
    for layout in [Layout::Indented, Layout::Compact] {
        world.settings.layout = layout;
        world.wait(300);
        world.run_to_the_end();
        let keys = world.stored_keys("notion:public_page:*");
        assert_ne!(keys.len(), 0);
        for key in keys {
            let text: String = redis::cmd("GET")
                .arg(&key)
                .query(&mut world.connection)
                .unwrap();
            assert_eq!(text.contains('\n'), layout == Layout::Indented, "{key}");
        }
        assert_eq!(world.stored_keys("*:stage:*"), Vec::<String>::new());
    }
}

#[test]
fn a_hook_is_called_for_what_anyone_sees_and_for_nothing_else() {
    let mut world = World::ruled(Workspace::demo(), "Status=Published");
    world.run_to_the_end();
    let public = world.expected_public();
    let (public, drafts): (Vec<String>, Vec<String>) =
        world.rows().into_iter().partition(|id| public.contains(id));
    let (page, draft) = (&public[0], &drafts[0]);
    world.set_property(page, "Related", Json::Array(vec![draft.as_str().into()]));
    let mut is_called = |change: &dyn Fn(&mut World)| {
        change(&mut world);
        world.wait(300);
        world.run_to_the_end();
        let address = Secret::new("https://site.example/build".to_owned());
        let hooks = Hooks::new(&[address], true, &World::keys());
        let mut machine = hooks.clone();
        let due = loop {
            let commands = machine.poll().commands;
            let replies = commands.iter().map(|it| world.run(it)).collect();
            if let Some(due) = machine.apply(replies).unwrap() {
                break due;
            }
        };
        let told: Vec<usize> = due.calls.iter().chain(&due.passed).copied().collect();
        if let Some(command) = hooks.noted(&told, &due.last) {
            world.run(&command).unwrap();
        }
        !due.calls.is_empty()
    };
    let title = |page: &str, title: &str| Change::SetTitle {
        page: page.parse().unwrap(),
        title: title.to_owned(),
    };
    let apply = |world: &mut World, change: Change| {
        let now = world.now.millis();
        world.sim.workspace_mut().apply(change, now).unwrap();
    };
    assert!(is_called(&|_| {}));
    assert!(!is_called(&|_| {}));
    // The public page that names it is built again.
    assert!(!is_called(&|world| apply(world, title(draft, "Secret"))));
    assert!(is_called(&|world| apply(world, title(page, "News"))));
    assert!(is_called(&|world| world.set_status(draft, "Published")));
    assert!(is_called(&|world| world.set_status(draft, "Draft")));
    assert!(!is_called(&|world| apply(world, title(draft, "Again"))));
}
