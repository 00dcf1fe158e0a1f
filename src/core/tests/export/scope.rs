//! What `ROOTS` and `EXCLUDE` leave in is stored, and nothing else is, whatever changes.

use std::collections::BTreeSet;
use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_edge_core::scope::Scope;
use notion_sim::{Change, Options, Workspace, oracle};

use crate::draw::Draw;
use crate::driver::Kill;
use crate::oracle::assert_page;
use crate::world::World;

fn scope(roots: Option<&[&str]>, exclude: &[&str]) -> Scope {
    let ids = |texts: &[&str]| texts.iter().map(|id| id.parse().unwrap()).collect();
    Scope {
        roots: roots.map(ids),
        exclude: ids(exclude),
    }
}

impl World {
    /// Whether the nearest object that is named, on the way up from `id`, leaves it in.
    fn is_in_scope(&self, id: &str) -> bool {
        let scope = &self.settings.scope;
        let line = oracle::above(self.sim.workspace(), id.parse().unwrap());
        for at in std::iter::once(id.to_owned()).chain(line) {
            let at = at.parse().unwrap();
            if scope.exclude.contains(&at) {
                return false;
            }
            if scope.roots.iter().flatten().any(|root| *root == at) {
                return true;
            }
        }
        scope.roots.is_none()
    }

    /// All ids of the workspace that can be named.
    fn ids(&self) -> Vec<String> {
        let workspace = self.sim.workspace();
        let pages = oracle::pages(workspace).map(|page| page.id);
        let databases = oracle::databases(workspace).filter(|database| !database.is_linked);
        let sources = oracle::data_sources(workspace).map(|source| source.id);
        let databases = databases.map(|database| database.id);
        pages.chain(databases).chain(sources).collect()
    }

    fn assert_scope(&mut self, context: &str) {
        let mut found = BTreeSet::new();
        for kind in ["page", "database", "data_source"] {
            let keys: Vec<String> = redis::cmd("KEYS")
                .arg(format!("notion:{kind}:*"))
                .query(&mut self.connection)
                .unwrap();
            let ids = keys.iter().filter_map(|key| key.rsplit(':').next());
            found.extend(ids.map(str::to_owned));
        }
        let expected: BTreeSet<String> = self
            .ids()
            .into_iter()
            .filter(|id| self.is_in_scope(id))
            .collect();
        let named = |ids: Vec<&String>| -> Vec<String> {
            let lines = ids.into_iter().map(|id| {
                let above = oracle::above(self.sim.workspace(), id.parse().unwrap());
                format!("{id} in {:?}", above.collect::<Vec<_>>())
            });
            lines.collect()
        };
        let missing = named(expected.difference(&found).collect());
        let extra = named(found.difference(&expected).collect());
        let scope = &self.settings.scope;
        assert!(
            missing.is_empty(),
            "{context}: {scope:?} lacks {missing:#?}"
        );
        assert!(extra.is_empty(), "{context}: {scope:?} has {extra:#?}");
        let documents = self.documents();
        self.assert_summaries_agree(&documents);
        for (id, document) in &documents {
            let truth = oracle::page(self.sim.workspace(), id.parse().unwrap()).unwrap();
            assert_page(&truth, document, false);
        }
        let pages: BTreeSet<String> = redis::cmd("ZRANGE")
            .arg(&["notion:index:pages", "0", "-1"])
            .query(&mut self.connection)
            .unwrap();
        let listed = documents.keys().map(|id| format!("page:{id}"));
        assert_eq!(pages, listed.collect(), "{context}");
    }

    fn change(&mut self, change: Change) -> String {
        let now = self.now.millis();
        let id = self.sim.workspace_mut().apply(change, now).unwrap();
        self.wait(180);
        id.to_string()
    }
}

/// Some roots or all, and some that are left out.
fn drawn(draw: &mut Draw, ids: &[String], is_rooted: bool) -> Scope {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut some = |counts: &[usize]| -> Vec<&str> {
        let count = draw.of(counts);
        (0..count).map(|_| draw.of(&ids)).collect()
    };
    let exclude = some(&[0, 1, 2, 3]);
    let mut roots = some(&[1, 2, 4]);
    roots.retain(|id| !exclude.contains(id));
    scope(is_rooted.then_some(&roots), &exclude)
}

#[test]
fn what_is_stored_is_what_the_workspace_itself_says_is_in_scope() {
    let mut world = World::new(Workspace::demo(), Options::default());
    for seed in 2..=3 {
        let mut draw = Draw::new(seed);
        let workspace = match seed % 2 {
            0 => Workspace::demo(),
            _ => Workspace::generated(40, seed),
        };
        let options = Options {
            search_omission: draw.of(&[0.0, 0.3, 1.0]),
            page_size_limit: draw.of(&[100, 7]),
            ..Options::default()
        };
        world.reset(workspace, options);
        world.settings.run_subrequests = draw.of(&[90, 9_900]);
        let ids = world.ids();
        let pages: Vec<String> = oracle::pages(world.sim.workspace())
            .map(|it| it.id)
            .collect();
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        for round in 0..3 {
            let is_rooted = (seed + round) % 3 == 0;
            world.settings.scope = drawn(&mut draw, &ids, is_rooted);
            world.run_to_the_end();
            world.wait(60);
            world.run_to_the_end();
            world.assert_scope(&format!("seed {seed}, scope {round}"));
            world.wait(300);
            for _ in 0..3 {
                let [page, parent] = [(); 2].map(|()| draw.of(&pages));
                let (page, parent) = (page.parse().unwrap(), parent.parse().unwrap());
                let now = world.now.millis();
                // A page does not move below itself.
                let _ = (world.sim.workspace_mut()).apply(Change::Move { page, parent }, now);
            }
            world.wait(25 * 3_600);
            world.run_to_the_end();
            world.assert_scope(&format!("seed {seed}, moves in scope {round}"));
        }
        assert_eq!(world.state().held, None, "seed {seed}");
        world.settings.scope = Scope::default();
        for _ in 0..2 {
            world.run_to_the_end();
            world.wait(300);
        }
        world.assert_nothing_is_missed();
    }
}

/// So that rows are taken while their data source is still being listed.
fn short_parts() -> Options {
    Options {
        page_size_limit: 2,
        ..Options::default()
    }
}

#[test]
fn with_roots_nothing_is_asked_twice() {
    for seed in 1..=2 {
        let mut world = World::new(Workspace::generated(60, seed), short_parts());
        let sources: Vec<_> = oracle::data_sources(world.sim.workspace()).collect();
        let source = sources.iter().max_by_key(|source| source.rows.len());
        let page = widest(&world);
        let roots = [page.as_str(), &source.unwrap().database];
        world.settings.scope = scope(Some(&roots), &[]);
        world.run_to_the_end();
        world.assert_scope("at first");
        let mut paths: Vec<&String> = world.asked.iter().map(|(_, path)| path).collect();
        // A query's cursor is in its body.
        paths.retain(|path| !path.ends_with("/query"));
        paths.sort();
        let twice = paths.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(twice, None, "seed {seed}");
    }
}

#[test]
fn what_is_left_out_is_never_fetched() {
    for seed in 2..=3 {
        let mut world = World::new(Workspace::generated(60, seed), Options::default());
        let parent = widest(&world);
        world.run_to_the_end();
        let everything = world.asked.len();
        world.reset(Workspace::generated(60, seed), Options::default());
        world.asked.clear();
        world.settings.scope = scope(None, &[&parent]);
        world.run_to_the_end();
        world.assert_scope("at first");
        let asked = world.asked.len();
        assert!(
            asked <= everything + everything / 10,
            "{asked} of {everything}"
        );
        for (_, path) in &world.asked {
            let id = path.strip_prefix("/v1/blocks/").unwrap_or_default();
            let id = id.split('/').next().unwrap_or_default();
            let is_page = id
                .parse()
                .is_ok_and(|id| oracle::page(world.sim.workspace(), id).is_some());
            assert!(!is_page || world.is_in_scope(id), "{path}");
        }
    }
}

/// How many pages lie below one.
fn below(world: &World, root: &str) -> usize {
    let workspace = world.sim.workspace();
    let pages = oracle::pages(workspace).map(|page| page.id);
    let is_below = |id: &String| {
        let mut above = oracle::above(workspace, id.parse().unwrap());
        above.any(|it| it == root)
    };
    pages.filter(is_below).count()
}

/// The page with most below it, but not all.
fn widest(world: &World) -> String {
    let pages: Vec<Vec<String>> = oracle::pages(world.sim.workspace())
        .map(|page| {
            let above = oracle::above(world.sim.workspace(), page.id.parse().unwrap());
            std::iter::once(page.id).chain(above).collect()
        })
        .collect();
    let below = |root: &String| pages.iter().filter(|line| line[1..].contains(root)).count();
    let roots = pages.iter().map(|line| (below(&line[0]), &line[0]));
    let (_, widest) = roots
        .filter(|(below, _)| *below < pages.len() / 2)
        .max()
        .unwrap();
    widest.clone()
}

#[test]
fn a_narrower_scope_takes_effect_before_notion_is_asked_and_nothing_is_held() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.is_strict = true;
    world.run_to_the_end();
    world.wait(300);
    let all = world.documents().len();
    let root = widest(&world);
    world.settings.scope = scope(Some(&[&root]), &[]);
    let asked = world.asked.len();
    let mut run = world.begin();
    while world.asked[asked..]
        .iter()
        .all(|(_, path)| path == "/v1/users/me")
    {
        let next = Kill::After(run.effects() + 1);
        assert_eq!(world.go_on(&mut run, next), None);
    }
    let left = world.documents().len();
    assert!(left < all / 2, "{left} of {all} are left");
    assert_eq!(world.go_on(&mut run, Kill::Never), Some(Outcome::Complete));
    world.assert_scope("narrower");
    assert_eq!(world.state().held, None);
    let deleted = world
        .events()
        .into_iter()
        .filter(|(kind, _)| kind == "page.deleted");
    assert_eq!(deleted.count(), all - world.documents().len());
}

#[test]
fn a_page_that_moves_out_of_scope_goes_with_what_lies_below_it_and_comes_back_with_that() {
    let mut world = World::new(Workspace::demo(), Options::default());
    let workspace = world.sim.workspace();
    let is_page = |id: &String| oracle::page(workspace, id.parse().unwrap()).is_some();
    let line = |id: &str| oracle::above(workspace, id.parse().unwrap()).collect::<Vec<_>>();
    // A page in a page, with others below it.
    let page = oracle::pages(workspace)
        .map(|it| it.id)
        .filter(|id| line(id).iter().any(is_page))
        .max_by_key(|id| below(&world, id))
        .unwrap();
    let home = line(&page).into_iter().find(|id| is_page(id)).unwrap();
    let excluded = oracle::pages(workspace)
        .find(|it| it.parent.kind == "workspace" && !line(&page).contains(&it.id))
        .unwrap()
        .id;
    let (excluded, home) = (&excluded, &home);
    world.settings.scope = scope(None, &[excluded]);
    world.run_to_the_end();
    world.wait(300);
    world.assert_scope("before");
    let before = world.documents().len();
    for (parent, is_there) in [
        (excluded, false),
        (home, true),
        (excluded, false),
        (home, true),
    ] {
        world.change(Change::Move {
            page: page.parse().unwrap(),
            parent: parent.parse().unwrap(),
        });
        world.run_to_the_end();
        world.assert_scope("moved");
        let gone = if is_there {
            0
        } else {
            1 + below(&world, &page)
        };
        assert_eq!(world.documents().len(), before - gone);
        world.wait(300);
    }
    assert_eq!(world.state().held, None);
}

#[test]
fn what_is_made_in_scope_comes_and_what_is_made_outside_does_not() {
    for is_rooted in [true, false] {
        let mut world = World::new(Workspace::demo(), Options::default());
        let tops: Vec<String> = oracle::pages(world.sim.workspace())
            .filter(|it| it.parent.kind == "workspace")
            .map(|it| it.id)
            .collect();
        let (inside, outside) = (&tops[0], &tops[1]);
        world.settings.scope = match is_rooted {
            true => scope(Some(&[inside]), &[]),
            false => scope(None, &[outside]),
        };
        world.run_to_the_end();
        world.wait(300);
        for parent in [inside, outside] {
            let made = world.change(Change::CreatePage {
                parent: parent.parse().unwrap(),
                title: "made".to_owned(),
            });
            world.change(Change::CreatePage {
                parent: made.parse().unwrap(),
                title: "made below".to_owned(),
            });
            world.run_to_the_end();
            world.assert_scope("made");
        }
        let titles = world.documents();
        let made = titles.values().filter(|it| it["title"] == "made").count();
        assert_eq!(made, 1);
    }
}

#[test]
fn a_quiet_run_in_a_narrow_scope_costs_one_request_and_at_most_9_commands() {
    for is_rooted in [true, false] {
        let mut world = World::new(Workspace::generated(120, 8), Options::default());
        let page = widest(&world);
        world.settings.scope = match is_rooted {
            true => scope(Some(&[&page]), &[]),
            false => scope(None, &[&page]),
        };
        for _ in 0..3 {
            world.run_to_the_end();
            world.wait(300);
        }
        let asked = world.asked.len();
        let before = world.billed();
        assert_eq!(world.run_once(Kill::Never).outcome, Some(Outcome::Complete));
        let billed = world.billed() - before;
        assert_eq!(world.asked.len() - asked, 1);
        assert!(billed <= 9, "{billed}");
    }
}

#[test]
fn a_scope_that_changes_during_an_export_begins_another() {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.settings.run_time = Duration::from_secs(1);
    world.run_once(Kill::Never);
    let page = widest(&world);
    for (roots, exclude) in [
        (None, vec![page.as_str()]),
        (Some(vec![page.as_str()]), vec![]),
    ] {
        world.settings.scope = scope(roots.as_deref(), &exclude);
        world.run_once(Kill::Never);
        world.wait(60);
        world.run_once(Kill::Never);
        world.wait(60);
    }
    world.settings.run_time = Duration::from_secs(50);
    world.run_to_the_end();
    world.assert_scope("at last");
}

#[test]
fn an_order_for_a_page_that_is_out_of_scope_says_so_and_stores_nothing() {
    let mut world = World::new(Workspace::demo(), Options::default());
    let page = widest(&world);
    world.settings.scope = scope(None, &[&page]);
    world.run_to_the_end();
    let body = serde_json::json!({ "job": "page", "id": page }).to_string();
    let (_, report) = world.command("POST", "/v1/exports", &body);
    world.run_to_the_end();
    let path = format!("/v1/exports/{}", report["number"]);
    let (_, report) = world.command("GET", &path, "");
    let message = report["errors"][0]["message"].to_string();
    assert!(message.contains("out of scope"), "{report}");
    world.assert_scope("after the order");
}

#[test]
fn a_root_that_notion_does_not_know_is_told() {
    let mut world = World::new(Workspace::demo(), Options::default());
    let page = widest(&world);
    world.settings.scope = scope(Some(&[&page, crate::script::A]), &[]);
    world.run_to_the_end();
    world.assert_scope("one of two roots");
    assert!(world.state().errors[0].object.ends_with(crate::script::A));
}
