//! What is stored expires where that is asked for: readers find all of it or nothing, and the next run brings it back.

use std::collections::BTreeMap;
use std::time::Duration;

use notion_edge_core::document::PublishRule;
use notion_edge_core::engine::Outcome;
use notion_edge_core::read::Audience;
use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::json;

use crate::driver::Kill;
use crate::script::{A, B, OLD, block, body, broken, list, page};
use crate::store::assert_same;
use crate::world::World;

/// Twice as long as from one export of everything to the next, and an hour.
const TTL: Duration = Duration::from_secs(49 * 3_600);

const HOUR: u64 = 3_600;

/// What is stored of a page beside its document, by its id.
const BESIDE: [&str; 6] = [
    "comment",
    "html",
    "markdown",
    "public_page",
    "public_html",
    "public_markdown",
];

const EXPIRY: &str = "notion:index:expiry";

fn with_ttl(workspace: Workspace, options: Options) -> World {
    let mut world = World::new(workspace, options);
    world.settings.ttl = Some(TTL);
    world
}

/// Whether readers read the key by the id of an object.
fn is_living(key: &str) -> bool {
    let kinds = ["page", "database", "data_source", "block", "user"];
    key.split(':')
        .nth(1)
        .is_some_and(|kind| kinds.contains(&kind) || BESIDE.contains(&kind))
}

impl World {
    /// When each object expires.
    pub fn expiry(&mut self) -> BTreeMap<String, i64> {
        let scores: Vec<(String, i64)> = redis::cmd("ZRANGE")
            .arg(&[EXPIRY, "0", "-1", "WITHSCORES"])
            .query(&mut self.connection)
            .unwrap();
        scores.into_iter().collect()
    }

    /// Takes away what has expired, as Redis does by a clock that here runs apart; gives how many objects that were.
    fn let_expire(&mut self) -> usize {
        let now = self.now.millis();
        let expired = self.expiry().into_iter().filter(|(_, at)| *at <= now);
        let expired: Vec<String> = expired.map(|(member, _)| member).collect();
        for member in &expired {
            let (_, id) = member.split_once(':').unwrap();
            let blocks: Vec<String> = redis::cmd("SMEMBERS")
                .arg(format!("notion:index:blocks:{id}"))
                .query(&mut self.connection)
                .unwrap();
            let blocks = blocks.iter().map(|block| format!("notion:block:{block}"));
            let beside = BESIDE.map(|kind| format!("notion:{kind}:{id}"));
            let keys = [format!("notion:{member}")].into_iter().chain(beside);
            redis::cmd("DEL")
                .arg(keys.chain(blocks).collect::<Vec<_>>())
                .exec(&mut self.connection)
                .unwrap();
        }
        expired.len()
    }

    /// What readers read by an id has so long to live, less a minute at most, and nothing else has but what is on its way.
    fn assert_lives(&mut self, ttl: Option<Duration>) {
        let mut living = Vec::new();
        let keys = self.stored_keys("*").into_iter();
        for key in keys.filter(|key| !key.contains(":export:")) {
            let left: i64 = redis::cmd("PTTL")
                .arg(&key)
                .query(&mut self.connection)
                .unwrap();
            let most = ttl
                .filter(|_| is_living(&key))
                .map(|ttl| ttl.as_millis() as i64);
            match most {
                Some(most) => assert!((most - 60_000..=most).contains(&left), "{key}: {left}"),
                None => assert_eq!(left, -1, "{key}"),
            }
            let kind = key.split(':').nth(1).unwrap();
            if ["page", "database", "data_source"].contains(&kind) {
                living.push(key.trim_start_matches("notion:").to_owned());
            }
        }
        living.sort();
        let noted: Vec<String> = self.expiry().into_keys().collect();
        assert_eq!(noted, if ttl.is_some() { living } else { Vec::new() });
    }

    /// Leaves what readers read by an id an hour by Redis's clock, which here runs apart.
    fn age(&mut self) {
        for key in self.stored_keys("*") {
            if is_living(&key) {
                redis::cmd("PEXPIRE")
                    .arg(&key)
                    .arg(HOUR * 1_000)
                    .exec(&mut self.connection)
                    .unwrap();
            }
        }
    }

    /// How many events of that kind there were of each page.
    fn events_of(&mut self, kind: &str) -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        for (_, data) in self.events().into_iter().filter(|(it, _)| it == kind) {
            let data: serde_json::Value = serde_json::from_str(&data).unwrap();
            *count
                .entry(data["id"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
        count
    }
}

#[test]
fn what_is_read_by_an_id_lives_as_long_as_asked_for_and_for_ever_again() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    let types = &mut world.settings.object_types;
    (types.blocks, types.comments, types.users) = (true, true, true);
    // Nothing is read again in passing.
    world.settings.reconcile_interval = Duration::from_secs(10_000 * HOUR);
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    let before = world.contents();
    let events = world.events().len();
    for ttl in [Some(TTL), Some(TTL * 2), Some(TTL), None] {
        world.settings.ttl = ttl;
        world.wait(300);
        let asked = world.asked.len();
        world.run_to_the_end();
        // Users are listed again.
        let asked = world.asked.len() - asked;
        assert!(asked < 5, "{asked} requests");
        world.assert_lives(ttl);
        let mut after = world.contents();
        after.remove(EXPIRY);
        assert_same(
            &after,
            &without_numbers_of_users(&before, &after),
            &format!("{ttl:?}"),
        );
    }
    assert_eq!(world.events().len(), events, "no content changed");
}

/// The export that saw each user last differs.
fn without_numbers_of_users(
    before: &crate::store::Contents,
    after: &crate::store::Contents,
) -> crate::store::Contents {
    let mut before = before.clone();
    let users = "notion:index:users".to_owned();
    before.insert(users.clone(), after[&users].clone());
    before
}

#[test]
fn each_export_of_everything_renews_what_it_sees() {
    for has_blocks in [false, true] {
        let options = Options {
            search_omission: 0.3,
            ..Options::default()
        };
        let mut world = with_ttl(Workspace::generated(40, 3), options);
        world.settings.object_types.blocks = has_blocks;
        world.is_strict = true;
        world.run_to_the_end();
        world.assert_lives(Some(TTL));
        let events = world.events().len();
        for _ in 0..4 {
            world.wait(24 * HOUR);
            world.age();
            world.run_to_the_end();
            world.assert_lives(Some(TTL));
            let soonest = world.expiry().into_values().min().unwrap();
            let least = world.now.plus(Duration::from_secs(48 * HOUR)).millis();
            assert!(soonest > least, "{}", least - soonest);
            assert_eq!(world.let_expire(), 0);
        }
        world.assert_nothing_is_missed();
        let since = world.events().split_off(events);
        let of_pages = since.iter().find(|(kind, _)| kind.starts_with("page."));
        assert_eq!(of_pages, None);
    }
}

#[test]
fn what_those_get_who_may_read_only_what_is_public_lives_as_long() {
    let mut world = with_ttl(Workspace::demo(), Options::default());
    world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
    world.is_strict = true;
    world.run_to_the_end();
    assert_ne!(world.stored_keys("notion:public_page:*").len(), 0);
    for _ in 0..2 {
        world.wait(24 * HOUR);
        world.age();
        world.run_to_the_end();
        world.assert_lives(Some(TTL));
    }
}

#[test]
fn anyone_is_told_which_public_pages_have_expired_and_of_no_other() {
    let mut world = with_ttl(Workspace::demo(), Options::default());
    world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
    world.is_strict = true;
    world.run_to_the_end();
    world.audience = Audience::Public;
    let listed = world.list(&[("limit", "100")]);
    let results = listed["results"].as_array().unwrap();
    let mut public: Vec<String> = results.iter().map(|it| it["id"].to_string()).collect();
    public.sort();
    world.wait(50 * HOUR);
    world.let_expire();
    world.run_to_the_end();
    let events = world.read("/v1/events", &[("after", "0"), ("limit", "1000")]);
    let events: serde_json::Value = serde_json::from_slice(&events.unwrap().body).unwrap();
    let events = events["results"].as_array().unwrap().iter();
    let expired = events.filter(|event| event["type"] == "page.expired");
    let mut told: Vec<String> = expired.map(|it| it["data"]["id"].to_string()).collect();
    told.sort();
    assert_eq!(told, public);
}

#[test]
fn a_run_in_which_nothing_changed_costs_8_commands_with_a_ttl_too() {
    let mut world = with_ttl(Workspace::generated(120, 8), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    for _ in 0..3 {
        world.wait(60);
        let before = world.billed();
        assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
        assert!(world.billed() - before <= 8);
    }
}

#[test]
fn what_expires_while_no_run_goes_is_gone_for_readers_and_comes_back_whole() {
    for (workspace, is_timeless) in [
        (Workspace::generated(60, 4), true),
        (Workspace::demo(), false),
    ] {
        let mut world = with_ttl(workspace, Options::default());
        let types = &mut world.settings.object_types;
        (types.blocks, types.comments) = (!is_timeless, true);
        world.is_strict = true;
        world.run_to_the_end();
        world.wait(300);
        world.run_to_the_end();
        let before = world.contents();
        let pages: Vec<String> = world.documents().into_keys().collect();
        world.wait(50 * HOUR);
        assert!(world.let_expire() > pages.len());
        assert_eq!(world.documents().len(), 0);
        let list = world.list(&[("limit", "100")]);
        assert_eq!((&list["total"], &list["results"]), (&json!(0), &json!([])));
        let page = world.read(&format!("/v1/pages/{}", pages[0]), &[]);
        assert_eq!(page.unwrap_err().answer().status, 404);

        let asked = world.asked.len();
        world.run_to_the_end();
        world.wait(300);
        world.run_to_the_end();
        assert!(world.asked.len() - asked > pages.len(), "fetched again");
        world.assert_nothing_is_missed();
        world.assert_lives(Some(TTL));
        // The demo has formulas that tell how old something is.
        if is_timeless {
            assert_same(&world.contents(), &before, "back");
        }
        assert_eq!(world.list(&[])["total"], pages.len());
        let (expired, created) = (
            world.events_of("page.expired"),
            world.events_of("page.created"),
        );
        for page in &pages {
            let count = (expired.get(page), created.get(page));
            assert_eq!(count, (Some(&1), Some(&2)), "{page}");
        }
    }
}

#[test]
fn a_list_leaves_out_and_does_not_count_what_has_expired() {
    let mut world = with_ttl(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let source = oracle::data_sources(world.sim.workspace())
        .max_by_key(|source| source.rows.len())
        .unwrap();
    let query = [("data_source_id", source.id.as_str()), ("limit", "3")];
    let whole = world.list(&query);
    let total = whole["total"].as_u64().unwrap();
    assert!(total >= 4, "{total}");
    let gone = whole["results"][1]["id"].as_str().unwrap().to_owned();
    let past = world.now.millis() - 1;
    redis::cmd("ZADD")
        .arg(&[EXPIRY, &past.to_string(), &format!("page:{gone}")])
        .exec(&mut world.connection)
        .unwrap();
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let on = [("cursor", cursor.as_str())];
        let query: Vec<_> = query
            .iter()
            .chain(on.iter().filter(|(_, at)| !at.is_empty()))
            .copied()
            .collect();
        let part = world.list(&query);
        assert_eq!(part["total"], total - 1);
        for page in part["results"].as_array().unwrap() {
            found.push(page["id"].as_str().unwrap().to_owned());
        }
        match part["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(found.len() as u64, total - 1);
    assert!(!found.contains(&gone));
}

fn expired_world(world: &mut World) {
    world.reset(Workspace::generated(5, 3), Options::default());
    world.run_to_the_end();
    world.wait(300);
    world.run_to_the_end();
    world.wait(50 * HOUR);
    world.let_expire();
}

#[test]
fn a_crash_after_any_effect_brings_back_the_same() {
    let mut world = with_ttl(Workspace::generated(5, 3), Options::default());
    world.settings.object_types.blocks = true;
    expired_world(&mut world);
    let whole = world.run_once(Kill::Never);
    let settled = |world: &mut World| {
        world.wait(300);
        world.run_to_the_end();
        let mut settled = world.contents();
        settled.remove("notion:index:users");
        let (expired, created) = (
            world.events_of("page.expired"),
            world.events_of("page.created"),
        );
        assert!(expired.values().all(|count| *count == 1));
        assert!(created.values().all(|count| *count == 2));
        let pages = world.documents().len();
        assert_eq!((expired.len(), created.len()), (pages, pages));
        settled
    };
    let expected = settled(&mut world);
    for effect in 1..whole.effects {
        for kill in [
            Kill::After(effect),
            Kill::AfterLosing(effect),
            Kill::Losing(effect),
        ] {
            expired_world(&mut world);
            world.run_once(kill);
            world.wait(61);
            world.run_to_the_end();
            assert_same(&settled(&mut world), &expected, &format!("{kill:?}"));
        }
    }
}

#[test]
fn a_crash_after_any_effect_leaves_nothing_that_does_not_expire() {
    let mut world = with_ttl(Workspace::generated(5, 3), Options::default());
    let whole = world.run_once(Kill::Never);
    let expected = world.contents();
    for effect in 1..whole.effects {
        for kill in [Kill::After(effect), Kill::AfterLosing(effect)] {
            world.reset(Workspace::generated(5, 3), Options::default());
            world.run_once(kill);
            world.wait(61);
            world.run_to_the_end();
            assert_same(&world.contents(), &expected, &format!("{kill:?}"));
            world.assert_lives(Some(TTL));
        }
    }
}

#[test]
fn what_has_expired_and_is_gone_from_notion_is_taken_out_like_anything_else() {
    let mut world = with_ttl(Workspace::generated(60, 4), Options::default());
    world.run_to_the_end();
    let id = oracle::pages(world.sim.workspace()).last().unwrap().id;
    world.wait(50 * HOUR);
    world.let_expire();
    let (purge, now) = (
        Change::Purge {
            id: id.parse().unwrap(),
        },
        world.now.millis(),
    );
    world.sim.workspace_mut().apply(purge, now).unwrap();
    for _ in 0..2 {
        world.run_to_the_end();
        world.wait(11 * 60);
    }
    world.assert_nothing_is_missed();
    world.assert_lives(Some(TTL));
    assert_eq!(world.events_of("page.deleted").get(&id), Some(&1));
    // Others mention it still.
    let mut left = world.stored_keys(&format!("*{id}*"));
    left.retain(|key| !key.contains(":mentions:"));
    assert_eq!(left, Vec::<String>::new());
}

/// Something else is asked for when the exporter comes back.
#[test]
fn what_has_expired_comes_back_whatever_is_changed_meanwhile() {
    for (ttl, has_blocks, has_comments) in [
        (None, false, false),
        (None, true, false),
        (Some(TTL * 2), true, false),
        (Some(TTL), false, true),
    ] {
        let mut world = with_ttl(Workspace::demo(), Options::default());
        world.settings.object_types.blocks = has_blocks;
        world.run_to_the_end();
        world.wait(50 * HOUR);
        world.let_expire();
        world.settings.ttl = ttl;
        world.settings.object_types.comments = has_comments;
        world.run_to_the_end();
        world.wait(300);
        world.run_to_the_end();
        world.assert_nothing_is_missed();
        world.assert_lives(ttl);
        assert_eq!(world.state().next_expiry.is_some(), ttl.is_some());
    }
}

/// It fails for as long as its neighbours are written for ever.
#[test]
fn what_comes_back_late_is_in_the_lists_for_ever() {
    let answers = |is_well: bool| {
        move |request: &notion_edge_core::api::Request| match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
            path if path.contains(B) && !is_well => broken(),
            path if path == format!("/v1/pages/{A}") => body(&page(A, "A", OLD)),
            path if path == format!("/v1/pages/{B}") => body(&page(B, "B", OLD)),
            _ => list(&[]),
        }
    };
    let mut world = World::scripted(answers(true));
    world.settings.ttl = Some(TTL);
    world.run_to_the_end();
    world.wait(50 * HOUR);
    world.let_expire();
    world.settings.ttl = None;
    world.script = Some(Box::new(answers(false)));
    world.run_to_the_end();
    assert!(!world.state().is_mixed);
    assert_eq!(world.list(&[])["total"], 1);
    world.script = Some(Box::new(answers(true)));
    world.wait(2 * HOUR);
    world.run_to_the_end();
    assert_eq!(world.list(&[])["total"], 2);
    world.assert_lives(None);
}

/// A time that a run outlasts.
#[test]
fn what_expires_in_the_midst_of_a_run_comes_back() {
    for pause in [7, 20, 45] {
        let mut world = World::new(Workspace::generated(12, 3), Options::default());
        world.settings.ttl = Some(Duration::from_secs(5));
        world.settings.run_time = Duration::from_secs(3_000);
        world.slowness = Duration::from_millis(400);
        let mut expired = 0;
        for _ in 0..3 {
            let mut run = world.begin();
            let mut effects = pause;
            while world.go_on(&mut run, Kill::After(effects)).is_none() && effects < 600 {
                expired += world.let_expire();
                effects += pause;
            }
            world.wait(3);
        }
        assert!(expired > 20, "{expired}");
        world.settings.ttl = Some(TTL);
        for _ in 0..3 {
            world.wait(61);
            world.run_to_the_end();
            world.let_expire();
        }
        world.assert_nothing_is_missed();
        world.assert_lives(Some(TTL));
    }
}

/// Nothing is written for minutes while a page is fetched whose blocks lie in each other.
#[test]
fn a_run_keeps_its_lease_while_what_has_expired_waits() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", OLD)]),
        _ => list(&[]),
    });
    world.settings.ttl = Some(Duration::from_secs(20));
    world.settings.run_time = Duration::from_secs(3_000);
    world.run_to_the_end();
    world.wait(5);
    world.slowness = Duration::from_secs(8);
    let mut depth = 0;
    world.script = Some(Box::new(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(B, "B", OLD), page(A, "A", OLD)]),
        _ if depth == 15 => list(&[]),
        _ => {
            depth += 1;
            let id = format!("{depth:08x}-60a4-8136-8cb8-d1a177ad0a4f");
            let mut outer = block(&id, "toggle", &json!({ "rich_text": [] }));
            outer["has_children"] = json!(true);
            list(&[outer])
        }
    }));
    let mut run = world.begin();
    let (mut effects, mut least) = (1, i64::MAX);
    while world.go_on(&mut run, Kill::After(effects)).is_none() {
        effects += 1;
        let until: i64 = redis::cmd("HGET")
            .arg(&["notion:export:lease", "until"])
            .query(&mut world.connection)
            .unwrap();
        // It is given back at the end.
        if until > 0 {
            least = least.min(until - world.now.millis());
        }
    }
    assert!(effects > 15 && least > 0, "{effects} effects, {least} ms");
    assert!(world.expiry().len() == 2);
}
