//! A reader looks after every effect of a run in which pages are published, taken back, trashed and get other paths, wherever runs
//! die: nothing that is hidden is told, nothing that stays public is away, and lists hold what can be read.

use std::collections::BTreeSet;

use notion_edge_core::document::{PathPattern, PublishRule};
use notion_edge_core::engine::Outcome;
use notion_edge_core::read::Audience;
use notion_sim::{BLOG_DATA_SOURCE_ID, Change, Json, Options, Workspace, oracle};
use serde_json::{Value, json};

use crate::driver::{Kill, Run};
use crate::leaks::EXTENSIONS;
use crate::world::World;

/// What becomes of whom in the run.
#[derive(Clone, Default)]
struct Cast {
    /// Public before and after, with the paths that they have before.
    stay: Vec<(String, String)>,
    /// The first that are published, with what lies below.
    come: Vec<String>,
    /// Those that are taken back or trashed, with what lies below.
    go: Vec<String>,
    /// Never public, with the paths that they have before.
    hidden: Vec<(String, String)>,
}

/// What the reader has seen so far.
#[derive(Default)]
struct Seen {
    come: BTreeSet<String>,
    gone: BTreeSet<String>,
}

fn apply(world: &mut World, change: Change) -> String {
    let now = world.now.millis();
    let id = world.sim.workspace_mut().apply(change, now).unwrap();
    id.to_string()
}

fn set(world: &mut World, page: &str, name: &str, value: Json) {
    let page = page.parse().unwrap();
    let name = name.to_owned();
    apply(world, Change::SetProperty { page, name, value });
}

fn made(world: &mut World, parent: &str, title: &str) -> String {
    let parent = parent.parse().unwrap();
    let title = title.to_owned();
    apply(world, Change::CreatePage { parent, title })
}

/// An exported world, and who is who in it.
fn exported(pattern: &str) -> (World, Cast) {
    let mut world = World::new(Workspace::demo(), Options::default());
    world.settings.publish_rule = PublishRule::parse("Status=Published").ok();
    world.settings.paths = PathPattern::parse(pattern).unwrap();
    world.run_to_the_end();
    let public = world.expected_public();
    let rows = oracle::pages(world.sim.workspace());
    let rows = rows.filter(|it| it.parent.id.as_deref() == Some(BLOG_DATA_SOURCE_ID));
    let rows: Vec<String> = rows.map(|it| it.id).collect();
    let (open, drafts): (Vec<_>, Vec<_>) = rows.into_iter().partition(|id| public.contains(id));
    let (stays, withdrawn, trashed, moved) = (&open[0], &open[1], &open[2], &open[3]);
    let (published, draft) = (&drafts[0], &drafts[1]);
    let below = [withdrawn, published, stays, draft].map(|id| made(&mut world, id, "Below"));
    for id in [stays, moved] {
        let related = [withdrawn, trashed, published, draft, moved];
        let related = related.iter().map(|it| it.as_str().into()).collect();
        set(&mut world, id, "Related", Json::Array(related));
        for named in [withdrawn, published, draft] {
            let line = format!("Names @{{page:{named}}} here");
            let parent = id.parse().unwrap();
            apply(&mut world, Change::AppendLine { parent, line });
        }
    }
    world.wait(600);
    world.run_to_the_end();
    world.wait(600);
    world.run_to_the_end();
    let documents = world.documents();
    let path = |id: &String| {
        let path = documents[id]["path"].as_str().unwrap().to_owned();
        (id.clone(), path)
    };
    let [below_withdrawn, below_published, below_stays, below_draft] = &below;
    let go = [withdrawn, trashed, below_withdrawn];
    let come = [published, below_published];
    let mut cast = Cast {
        go: go.map(String::clone).into(),
        come: come.map(String::clone).into(),
        ..Cast::default()
    };
    assert!(documents.contains_key(below_draft) && documents.contains_key(below_stays));
    for id in documents.keys() {
        if public.contains(id) || id == below_stays {
            cast.stay.extend((!cast.go.contains(id)).then(|| path(id)));
        } else if !cast.come.contains(id) && !cast.go.contains(id) {
            cast.hidden.push(path(id));
        }
    }
    world.assert_nothing_leaks("before");
    (world, cast)
}

/// All of it happens, and Notion tells.
fn change(world: &mut World, cast: &Cast) {
    let rows = oracle::pages(world.sim.workspace());
    let rows = rows.filter(|it| it.parent.id.as_deref() == Some(BLOG_DATA_SOURCE_ID));
    let rows: Vec<String> = rows.map(|it| it.id).collect();
    let is_row = |id: &&String| rows.contains(*id);
    let [withdrawn, trashed] = [&cast.go[0], &cast.go[1]];
    let published = &cast.come[0];
    let mut stay = cast.stay.iter().map(|(id, _)| id).filter(is_row);
    let moved = stay.next().unwrap();
    let mut hidden = cast.hidden.iter().map(|(id, _)| id).filter(is_row);
    let draft = hidden.next().unwrap();
    set(world, withdrawn, "Status", "Draft".into());
    set(world, published, "Status", "Published".into());
    set(world, moved, "Slug", "somewhere-else".into());
    // A draft wants the path that a public page gives up.
    set(world, draft, "Slug", "somewhere-else".into());
    let id = trashed.parse().unwrap();
    apply(world, Change::Trash { id });
    world.wait(300);
    for (number, (id, kind)) in [
        (withdrawn, "page.properties_updated"),
        (published, "page.properties_updated"),
        (moved, "page.properties_updated"),
        (draft, "page.properties_updated"),
        (trashed, "page.deleted"),
    ]
    .into_iter()
    .enumerate()
    {
        let event = world.event(number, kind, id, json!({}));
        assert_eq!(world.deliver(&event).0, 200);
    }
}

fn ids_in(tree: &Value, ids: &mut BTreeSet<String>) {
    for node in tree.as_array().unwrap() {
        if node["object"] == "page" {
            ids.insert(node["id"].as_str().unwrap().to_owned());
        }
        ids_in(&node["children"], ids);
    }
}

/// What someone without a token is told right now.
fn look(world: &mut World, cast: &Cast, seen: &mut Seen, context: &str) {
    let listed: BTreeSet<String> = world
        .listed(Audience::Public, &[])
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let mut told = String::new();
    let hidden = cast.hidden.iter().map(|(id, _)| id);
    let stay = cast.stay.iter().map(|(id, _)| id);
    let all: Vec<String> = stay
        .clone()
        .chain(hidden)
        .chain(&cast.come)
        .chain(&cast.go)
        .cloned()
        .collect();
    for id in &all {
        let address = format!("/v1/pages/{id}");
        let (status, body) = world.get(Audience::Public, &address);
        assert_eq!(status == 200, listed.contains(id), "{context}: {id}");
        if status == 200 {
            told.push_str(&body);
            for extension in &EXTENSIONS[1..] {
                let (status, body) = world.get(Audience::Public, &format!("{address}{extension}"));
                assert_eq!(status, 200, "{context}: {id}{extension}");
                told.push_str(&body);
            }
        }
        if cast.come.contains(id) {
            assert!(
                status == 200 || !seen.come.contains(id) && status == 404,
                "{context}: {id} is {status}"
            );
            seen.come.extend((status == 200).then(|| id.clone()));
        } else if cast.go.contains(id) {
            assert!(
                status == 410 || !seen.gone.contains(id) && status == 200,
                "{context}: {id} is {status}"
            );
            seen.gone.extend((status == 410).then(|| id.clone()));
        }
    }
    for (id, path) in &cast.stay {
        assert!(listed.contains(id), "{context}: {id} is away");
        let (status, _) = world.get(Audience::Public, &format!("/v1/pages{path}"));
        assert!(
            [200, 308].contains(&status),
            "{context}: {path} is {status}"
        );
    }
    for (id, path) in &cast.hidden {
        assert!(!listed.contains(id), "{context}: {id}");
        let (status, body) = world.get(Audience::Public, &format!("/v1/pages{path}"));
        assert!(
            status == 404 || !body.contains(id.as_str()),
            "{context}: {path} is {status}"
        );
    }
    world.audience = Audience::Public;
    let tree = world.told("/v1/tree?rows=true").unwrap();
    let batch = all.chunks(50).map(|part| part.join(","));
    let batches: Vec<Value> = batch
        .map(|ids| {
            world
                .told(&format!("/v1/pages:batch?fields=id&ids={ids}"))
                .unwrap()
        })
        .collect();
    world.audience = Audience::All;
    let mut shown = BTreeSet::new();
    ids_in(&tree["results"], &mut shown);
    assert_eq!(shown, listed, "{context}: the tree");
    let given: BTreeSet<String> = batches
        .iter()
        .flat_map(|it| it["results"].as_array().unwrap())
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(given, listed, "{context}: the batch");
    told.push_str(&tree.to_string());
    let announced = world.announced();
    for (id, path) in &cast.hidden {
        assert!(!announced.contains(id), "{context}: {id} is told of");
        for trace in [id.clone(), id.replace('-', ""), format!("\"{path}\"")] {
            assert!(!told.contains(&trace), "{context}: {trace} is told");
        }
    }
    for id in &cast.come {
        assert_eq!(
            announced.contains(id),
            listed.contains(id),
            "{context}: {id}"
        );
    }
}

/// Goes on until the run is over, with a look after every so many effects.
fn watch(
    world: &mut World,
    run: &mut Run,
    cast: &Cast,
    seen: &mut Seen,
    every: usize,
    context: &str,
) {
    loop {
        let next = run.effects() + every;
        let outcome = world.go_on(run, Kill::After(next));
        look(world, cast, seen, &format!("{context}, effect {next}"));
        if let Some(outcome) = outcome {
            return assert_eq!(outcome, Outcome::Complete, "{context}");
        }
    }
}

fn assert_over(world: &mut World, cast: &Cast, seen: &Seen, context: &str) {
    assert_eq!(seen.come.len(), cast.come.len(), "{context}");
    assert_eq!(seen.gone.len(), cast.go.len(), "{context}");
    world.assert_nothing_leaks(context);
}

const PATTERNS: [&str; 2] = ["/{slug}", "/{parents}/{slug}"];

#[test]
fn what_is_told_while_a_run_is_at_work_is_what_is_public() {
    for pattern in PATTERNS {
        let (mut world, cast) = exported(pattern);
        let mut seen = Seen::default();
        look(&mut world, &cast, &mut seen, "before");
        change(&mut world, &cast);
        let mut run = world.begin();
        watch(&mut world, &mut run, &cast, &mut seen, 1, pattern);
        assert_over(&mut world, &cast, &seen, pattern);
    }
}

#[test]
fn what_is_told_where_runs_die_is_what_is_public() {
    for (place, pattern) in PATTERNS.into_iter().enumerate() {
        for effect in (1 + place..).step_by(20) {
            let (mut world, cast) = exported(pattern);
            let mut seen = Seen::default();
            change(&mut world, &cast);
            let kill = match effect % 40 < 20 {
                true => Kill::After(effect),
                false => Kill::AfterLosing(effect),
            };
            let context = format!("{pattern} after {kill:?}");
            if world.run_once(kill).outcome.is_some() {
                break;
            }
            look(&mut world, &cast, &mut seen, &context);
            world.wait(61);
            let mut run = world.begin();
            watch(&mut world, &mut run, &cast, &mut seen, 10, &context);
            assert_over(&mut world, &cast, &seen, &context);
        }
    }
}
