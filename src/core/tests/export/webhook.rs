//! What Notion tells of is read at once, and nothing else is; who is not Notion tells nothing.

use notion_edge_core::engine::Outcome;
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, Options, Workspace, oracle};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::world::World;

const FLAGGED: [(&str, f64); 2] = [("every page", 0.0), ("no page", 1.0)];

/// A demo that is exported, and rests.
fn exported(search_omission: f64) -> World {
    let options = Options {
        search_omission,
        ..Options::default()
    };
    let mut world = World::new(Workspace::demo(), options);
    world.is_strict = true;
    for _ in 0..3 {
        world.run_to_the_end();
        world.wait(300);
    }
    world
}

impl World {
    fn made(&mut self, change: Change) -> String {
        let now = self.now.millis();
        let changed = self.sim.workspace_mut().apply(change, now).unwrap();
        changed.to_string()
    }

    /// What Notion says when that happens to a page, database or data source.
    pub fn event(&self, number: usize, kind: &str, id: &str, data: Value) -> Value {
        let (subject, _) = kind.split_once('.').unwrap();
        json!({
            "id": format!("event-{number}"), "timestamp": self.now.to_string(), "type": kind, "attempt_number": 1,
            "entity": { "id": id, "type": subject }, "data": data,
        })
    }

    /// The run that follows the answer; what Notion was asked in it.
    fn follow(&mut self) -> Vec<String> {
        let asked = self.asked.len();
        let whole = self.settings.clone();
        self.settings = whole.after_an_answer();
        let ran = self.run_once(Kill::Never);
        assert_eq!(ran.outcome, Some(Outcome::Complete));
        self.settings = whole;
        self.asked[asked..]
            .iter()
            .map(|(_, path)| path.clone())
            .collect()
    }

    fn page_document(&mut self, id: &str) -> Option<Value> {
        let key = format!("notion:page:{id}");
        self.stored(&key).remove(&key)
    }
}

fn queued(count: u64) -> (u16, Value) {
    (200, json!({ "queued": count }))
}

/// A page with a title and no others below it.
fn leaf(world: &World) -> String {
    let pages: Vec<_> = oracle::pages(world.sim.workspace()).collect();
    let is_leaf = |id: &str| {
        pages
            .iter()
            .all(|page| page.parent.id.as_deref() != Some(id))
    };
    let found = pages
        .iter()
        .find(|page| page.parent.kind == "data_source_id" && is_leaf(&page.id));
    found.unwrap().id.clone()
}

#[test]
fn a_page_that_changed_is_read_without_a_search_and_no_other_is() {
    for (what, omission) in FLAGGED {
        let mut world = exported(omission);
        let page = leaf(&world);
        world.made(Change::SetTitle {
            page: page.parse().unwrap(),
            title: "Told".to_owned(),
        });
        let event = world.event(1, "page.properties_updated", &page, json!({}));
        assert_eq!(world.deliver(&event), queued(1));
        let asked = world.follow();
        assert_eq!(
            world.page_document(&page).unwrap()["title"],
            "Told",
            "search hides {what}"
        );
        let is_about_it = |path: &String| path.contains(&page);
        assert!(
            !asked.is_empty() && asked.iter().all(is_about_it),
            "{asked:?}"
        );
        assert_eq!(world.follow(), Vec::<String>::new());
        world.assert_exact();
    }
}

#[test]
fn pages_that_are_made_moved_or_trashed_are_told_of_too() {
    let mut world = exported(1.0);
    let source = BLOG_DATA_SOURCE_ID.to_owned();
    let made = world.made(Change::CreatePage {
        parent: source.parse().unwrap(),
        title: "Made".to_owned(),
    });
    let row = json!({ "updated_blocks": [{ "id": made, "type": "page" }] });
    let event = world.event(1, "data_source.content_updated", &source, row);
    assert_eq!(world.deliver(&event), queued(1));
    world.follow();
    assert_eq!(
        world.page_document(&made).unwrap()["data_source_id"],
        json!(source)
    );
    world.assert_exact();

    world.made(Change::Trash {
        id: made.parse().unwrap(),
    });
    let event = world.event(2, "page.deleted", &made, json!({}));
    assert_eq!(world.deliver(&event), queued(1));
    world.follow();
    assert_eq!(world.page_document(&made), None);

    world.made(Change::Restore {
        id: made.parse().unwrap(),
    });
    let event = world.event(3, "page.undeleted", &made, json!({}));
    assert_eq!(world.deliver(&event), queued(1));
    world.follow();
    assert!(world.page_document(&made).is_some());
    world.assert_exact();
}

#[test]
fn an_event_is_heeded_once_and_not_a_day_later() {
    let mut world = exported(0.0);
    let page = leaf(&world);
    let event = world.event(1, "page.content_updated", &page, json!({}));
    assert_eq!(world.deliver(&event), queued(1));
    assert!(!world.follow().is_empty());
    for hours in [1, 23] {
        assert_eq!(world.deliver(&event), queued(0));
        assert_eq!(world.follow(), Vec::<String>::new());
        world.wait(hours * 3_600);
        world.run_to_the_end();
    }
    world.wait(3_600);
    assert_eq!(
        world.deliver(&event),
        queued(0),
        "it is no longer remembered, but too old"
    );
    let other = world.event(2, "page.content_updated", &page, json!({}));
    assert_eq!(world.deliver(&other), queued(1));
    let remembered: u64 = redis::cmd("ZCARD")
        .arg("notion:export:told")
        .query(&mut world.connection)
        .unwrap();
    assert_eq!(remembered, 1);
}

#[test]
fn what_changes_while_it_is_read_is_read_once_more() {
    let mut world = exported(1.0);
    let page = leaf(&world);
    let event = world.event(1, "page.content_updated", &page, json!({}));
    world.deliver(&event);
    world.settings = world.settings.after_an_answer();
    let whole = world.run_once(Kill::Never).effects;
    // Between any two effects of the run that reads it.
    for effect in 1..whole {
        let event = world.event(100 + effect, "page.content_updated", &page, json!({}));
        world.deliver(&event);
        let mut run = world.begin();
        if world.go_on(&mut run, Kill::After(effect)).is_some() {
            break;
        }
        let title = format!("Changed at {effect}");
        world.made(Change::SetTitle {
            page: page.parse().unwrap(),
            title: title.clone(),
        });
        let event = world.event(200 + effect, "page.properties_updated", &page, json!({}));
        assert_eq!(world.deliver(&event), queued(1));
        world.go_on(&mut run, Kill::Never);
        world.run_once(Kill::Never);
        assert_eq!(world.page_document(&page).unwrap()["title"], json!(title));
        world.wait(300);
    }
}

#[test]
fn what_is_told_while_another_run_ends_is_read_without_waiting_for_a_tick() {
    let mut world = exported(1.0);
    // A run's first effect takes the lease, once its script is known.
    world.is_strict = false;
    world.run_once(Kill::Never);
    let (page, other) = (leaf(&world), BLOG_DATA_SOURCE_ID);
    world.settings = world.settings.after_an_answer();
    let mut came_late = 0;
    for effect in 1.. {
        world.wait(300);
        let event = world.event(
            1000 + effect,
            "data_source.content_updated",
            other,
            json!({}),
        );
        world.deliver(&event);
        let mut first = world.begin();
        if world.go_on(&mut first, Kill::After(effect)).is_some() {
            break;
        }
        let title = format!("Told at {effect}");
        world.made(Change::SetTitle {
            page: page.parse().unwrap(),
            title: title.clone(),
        });
        let event = world.event(effect, "page.properties_updated", &page, json!({}));
        assert_eq!(world.deliver(&event), queued(1));
        let mut second = world.begin();
        assert_eq!(world.go_on(&mut second, Kill::After(1)), None);
        let outcome = world.go_on(&mut first, Kill::Never);
        assert_eq!(outcome, Some(Outcome::Complete));
        let read_by_the_first = world.page_document(&page).unwrap()["title"] == json!(title);
        came_late += usize::from(!read_by_the_first);
        let outcome = world.go_on(&mut second, Kill::Never);
        assert_eq!(outcome, Some(Outcome::Complete));
        assert_eq!(world.page_document(&page).unwrap()["title"], json!(title));
    }
    assert!(came_late > 0, "the first run always sees what comes");
}

#[test]
fn what_is_told_while_another_run_is_at_work_is_left_to_that() {
    let mut world = exported(1.0);
    // A run's first effect takes the lease, once its script is known.
    world.is_strict = false;
    world.run_once(Kill::Never);
    world.wait(300);
    let event = world.event(1, "page.content_updated", &leaf(&world), json!({}));
    world.deliver(&event);
    world.settings = world.settings.after_an_answer();
    assert_eq!(world.run_once(Kill::After(1)).outcome, None);
    let told = world.run_once(Kill::Never);
    assert_eq!((told.outcome, told.effects), (Some(Outcome::Busy), 3));
}

#[test]
fn who_is_not_notion_has_nothing_read() {
    let mut world = exported(0.0);
    let page = leaf(&world);
    let event = world.event(1, "page.deleted", &page, json!({})).to_string();
    let wrong = format!("sha256={}", "0".repeat(64));
    for signature in [None, Some(""), Some("sha256="), Some(wrong.as_str())] {
        assert_eq!(world.post_to_webhook(signature, &event).0, 401);
    }
    assert_eq!(world.follow(), Vec::<String>::new());
}

#[test]
fn the_token_of_the_handshake_is_kept_until_it_is_set_and_told_to_admins_only() {
    let mut world = exported(0.0);
    let handshake = json!({ "verification_token": "secret_first" }).to_string();
    assert_eq!(world.post_to_webhook(None, &handshake).0, 409);
    let of_set = json!({ "verification_token": "webhook_tokens" }).to_string();
    assert_eq!(world.post_to_webhook(None, &of_set), queued(0));
    world.has_webhook = false;
    let (_, state) = world.command("GET", "/v1/webhook", "");
    let nothing = json!({ "is_set": false, "verification_token": null, "received_at": null, "last_event_at": null });
    assert_eq!(state, nothing);
    assert_eq!(world.post_to_webhook(None, &handshake), queued(0));
    let (_, state) = world.command("GET", "/v1/webhook", "");
    assert_eq!(state["verification_token"], "secret_first");
    assert_eq!(state["received_at"], world.now.to_string());
    // Who knows no token believes no signature.
    let event = world.event(1, "page.deleted", &leaf(&world), json!({}));
    assert_eq!(world.deliver(&event).0, 401);
    world.has_webhook = true;
    assert_eq!(world.deliver(&event), queued(1));
    let (_, state) = world.command("GET", "/v1/webhook", "");
    let told = (
        &state["is_set"],
        &state["verification_token"],
        &state["last_event_at"],
    );
    assert_eq!(
        told,
        (&json!(true), &json!(null), &json!(world.now.to_string()))
    );
}
