//! Random workspaces that people go on changing while they are exported: titles, texts, moves, deletions, permissions.
//! Exports are ordered and cancelled meanwhile, runs die, or sleep while another one goes, and the clocks of some are wrong.
//! Once they rest, the store is exactly what the oracle sees.
//!
//! `SEED=7 cargo test --test export story` replays one story, `SEEDS=3000` runs so many, `SEEDS=3001-6000` those.

use std::time::Duration;

use notion_edge_core::config::FilePlace;
use notion_sim::{Change, Options, Workspace, oracle};
use serde_json::json;

use crate::draw::{Draw, seeds};
use crate::driver::{Kill, Run};
use crate::failover::Replica;
use crate::world::World;

/// What has been taken away, and may come back.
#[derive(Default)]
struct Story {
    trashed: Vec<String>,
    unshared: Vec<String>,
    /// The numbers of the exports that someone ordered.
    ordered: Vec<u64>,
    /// Whether Notion told of a change since a run last began with that.
    is_told: bool,
    told: Vec<String>,
    /// What Redis loses, if anything.
    losses: Option<Draw>,
    /// What a server holds that may take over.
    replica: Option<Replica>,
}

impl Story {
    /// Something that people do; what makes no sense does not happen.
    fn go_on(&mut self, draw: &mut Draw, world: &mut World) {
        let workspace = world.sim.workspace();
        let pages: Vec<oracle::PageTruth> = oracle::pages(workspace).collect();
        let sources: Vec<String> = oracle::data_sources(workspace).map(|it| it.id).collect();
        let databases: Vec<String> = oracle::databases(workspace).map(|it| it.id).collect();
        if pages.is_empty() {
            return;
        }
        let mut page = || pages[draw.below(pages.len())].clone();
        let (one, other) = (page(), page());
        let block = one.blocks.get(draw.below(one.blocks.len() + 1));
        let place = match draw.below(4) {
            0 => sources.get(draw.below(sources.len().max(1))),
            1 => block,
            _ => None,
        };
        let place = place.unwrap_or(&other.id);
        let change = match draw.below(20) {
            0..4 => Change::SetTitle {
                page: one.id.parse().unwrap(),
                title: format!("Renamed {}", draw.below(30)),
            },
            4 => Change::AppendPicture {
                parent: block.unwrap_or(&one.id).parse().unwrap(),
                address: format!("asset:new-{}.svg", draw.below(3)),
            },
            5..8 => Change::AppendParagraph {
                parent: block.unwrap_or(&one.id).parse().unwrap(),
                text: "added".to_owned(),
            },
            8..11 => Change::CreatePage {
                parent: place.parse().unwrap(),
                title: format!("New {}", draw.below(30)),
            },
            11..14 => Change::Move {
                page: one.id.parse().unwrap(),
                parent: place.parse().unwrap(),
            },
            14 => {
                let database = databases.get(draw.below(databases.len().max(1)));
                let id = [Some(&one.id), block, database][draw.below(3)].unwrap_or(&one.id);
                self.trashed.push(id.clone());
                Change::Trash {
                    id: id.parse().unwrap(),
                }
            }
            15 if !self.trashed.is_empty() => Change::Restore {
                id: take(&mut self.trashed, draw).parse().unwrap(),
            },
            16 => Change::Purge {
                id: one.id.parse().unwrap(),
            },
            17 => {
                let database = databases.get(draw.below(databases.len().max(1)));
                let id = [Some(&one.id), database][draw.below(2)].unwrap_or(&one.id);
                self.unshared.push(id.clone());
                Change::Unshare {
                    id: id.parse().unwrap(),
                }
            }
            18 if !self.unshared.is_empty() => Change::Share {
                id: take(&mut self.unshared, draw).parse().unwrap(),
            },
            _ => return,
        };
        self.told.push(format!("{} {change:?}", world.now));
        let now = world.now.millis();
        match world.sim.workspace_mut().apply(change.clone(), now) {
            // Notion tells of it at once, or not at all.
            Ok(changed) if draw.below(3) == 0 => {
                let number = self.told.len() as u64;
                let workspace = world.sim.workspace();
                let event = notion_sim::event(workspace, &change, changed, number, now);
                if let Some(event) = event {
                    let event = serde_json::from_str(&event.to_string()).unwrap();
                    assert_eq!(world.deliver(&event).0, 200);
                    self.is_told = true;
                    self.told.push("  Notion tells of it".to_owned());
                }
            }
            Ok(_) => {}
            Err(error) => self.told.push(format!("  {error}")),
        }
        if draw.below(6) == 0 {
            let place = [&one.id, &other.id][draw.below(2)];
            let ids = [&databases, &sources][draw.below(2)];
            let id = ids.get(draw.below(ids.len().max(1))).unwrap_or(place);
            self.order(draw, world, place, id);
        }
    }

    /// A server that lags behind takes over, now and then.
    fn fail_over(&mut self, world: &mut World) {
        if self.losses.as_mut().is_none_or(|draw| draw.below(8) != 0) {
            return;
        }
        self.replica = match self.replica.take() {
            Some(replica) => {
                world.fail_over(&replica);
                self.told.push(format!("{} Redis fails over", world.now));
                None
            }
            None => {
                self.told.push(format!("{} what Redis keeps", world.now));
                Some(world.replica())
            }
        };
    }

    /// Someone orders an export of a page, a database or all, or takes an order back.
    fn order(&mut self, draw: &mut Draw, world: &mut World, page: &str, database: &str) {
        let order = match draw.below(6) {
            0 => json!({ "job": "all" }),
            1 => json!({ "job": "changes" }),
            2 | 3 => json!({ "job": "page", "id": page }),
            _ => json!({ "job": "database", "id": database }),
        };
        let (status, answer) = match (draw.below(3), self.ordered.last()) {
            (0, Some(number)) => world.command("DELETE", &format!("/v1/exports/{number}"), ""),
            _ => world.command("POST", "/v1/exports", &order.to_string()),
        };
        self.ordered.extend(answer["number"].as_u64());
        let told = format!("{} {order} or the end of it: {status} {answer}", world.now);
        self.told.push(told);
    }
}

impl World {
    /// What is ordered and not carried out.
    fn orders(&mut self) -> String {
        let orders: Option<String> = redis::cmd("HGET")
            .arg(&["notion:export:lease", "orders"])
            .query(&mut self.connection)
            .unwrap();
        orders.unwrap_or_default()
    }
}

fn take(from: &mut Vec<String>, draw: &mut Draw) -> String {
    from.swap_remove(draw.below(from.len()))
}

/// One run, during which people change things; its clock may be wrong.
fn run(story: &mut Story, draw: &mut Draw, world: &mut World) {
    world.ahead = Duration::from_secs(draw.of(&[0, 0, 0, 0, 0, 0, 100, 1_000, 30_000, 10_000_000]));
    if !world.ahead.is_zero() {
        let told = format!("{} a clock that is {:?} ahead", world.now, world.ahead);
        story.told.push(told);
    }
    let mut run = world.begin();
    let (mut effects, mut waiting) = (0, None);
    loop {
        effects += 1 + draw.below(40);
        story.fail_over(world);
        match world.go_on(&mut run, Kill::After(effects)) {
            Some(_) => break,
            // A run that dies, now and then, or sleeps while others go.
            None if draw.below(25) == 0 => break,
            None if draw.below(25) == 0 => {
                world.wait(draw.of(&[30, 100, 1_000]));
                world.ahead = Duration::ZERO;
                let other = world.run_once(Kill::After(1 + draw.below(60)));
                let told = format!("{} meanwhile another run: {other:?}", world.now);
                story.told.push(told);
            }
            None => story.go_on(draw, world),
        }
        if std::mem::take(&mut story.is_told) && draw.below(2) == 0 {
            let told = format!("{} a run begins with the answer to that", world.now);
            story.told.push(told);
            waiting = begin_with_an_answer(world);
        }
    }
    if let Some(mut told) = waiting {
        world.go_on(&mut told, Kill::After(1 + draw.below(100)));
    }
}

/// A run that begins when Notion has been answered, where it waits for the one that is at work.
fn begin_with_an_answer(world: &mut World) -> Option<Run> {
    let whole = world.settings.clone();
    world.settings = whole.after_an_answer();
    let mut run = world.begin();
    world.settings = whole;
    let outcome = world.go_on(&mut run, Kill::After(1));
    outcome.is_none().then_some(run)
}

#[test]
fn once_people_rest_the_store_is_exactly_what_is_there() {
    tell(10, |_| None);
}

#[test]
fn once_people_rest_and_redis_loses_no_more_writes_the_store_is_exactly_what_is_there() {
    tell(5, |seed| Some(Draw::new(seed ^ 0x6c6f_7365)));
}

/// So many stories, in which Redis loses writes where there is something to draw that from.
fn tell(usual: u64, losses: impl Fn(u64) -> Option<Draw>) {
    let mut world = World::new(Workspace::generated(1, 1), Options::default());
    for seed in seeds(usual) {
        let mut draw = Draw::new(seed);
        let pages = draw.of(&[6, 15, 30, 70]);
        let workspace = match draw.below(4) {
            0 => Workspace::demo_with_generated(pages, seed),
            _ => Workspace::generated(pages, seed),
        };
        let options = Options {
            seed,
            search_omission: draw.of(&[0.0, 0.0, 0.3, 1.0]),
            search_lag_ms: draw.of(&[0, 0, 40_000]),
            page_size_limit: draw.of(&[100, 100, 4]),
            partial_objects: draw.of(&[0.0, 0.0, 0.3]),
            // Notion promises none of these.
            flags_descendants_of_trash: seed % 2 == 0,
            search_shows_what_trash_holds: seed % 3 == 0,
            hosts_assets: draw.below(2) == 0,
            ..Options::default()
        };
        world.settings.files = match options.hosts_assets {
            true => FilePlace::Here,
            false => FilePlace::None,
        };
        world.reset(workspace, options);
        // Each script is refused once, as by a new server: so a seed tells the same story alone as behind others.
        redis::cmd("SCRIPT")
            .arg("FLUSH")
            .exec(&mut world.connection)
            .unwrap();
        world.settings.run_subrequests = draw.of(&[48, 150, 9_900]);
        world.settings.workers = draw.of(&[1, 4, 6]);
        let mut story = Story {
            losses: losses(seed),
            ..Story::default()
        };
        for _ in 0..draw.of(&[3, 6, 12]) {
            run(&mut story, &mut draw, &mut world);
            world.wait(draw.of(&[60, 60, 60, 1_000, 90_000]));
        }
        world.ahead = Duration::ZERO;
        world.settings.run_subrequests = 9_900;
        // Whoever took so much away says that it is meant.
        redis::cmd("HSET")
            .arg(&["notion:export:lease", "confirmed_until", "9999999999999"])
            .exec(&mut world.connection)
            .unwrap();
        // Everything is listed anew twice, and the sweep comes by everything: from where it is to the end, and once around.
        let (mut waits, mut rounds) = (0, 0);
        while waits < 8 || rounds < 2 {
            let before = world.state().sweep;
            world.wait(13 * 3_600);
            world.run_to_the_end();
            let sweep = world.state().sweep;
            rounds += usize::from(sweep != before && sweep.cursor == "0");
            waits += 1;
            assert!(waits < 100, "seed {seed}: the sweep does not come around");
        }
        // Its last batch is due within a day.
        world.wait(25 * 3_600);
        world.run_to_the_end();
        if story.losses.is_some() {
            world.forget_unknown_copies();
        }
        let replay = std::panic::AssertUnwindSafe(|| {
            world.assert_exact();
            assert_eq!(world.orders(), "", "what was ordered is carried out");
            assert!(world.stored_keys("notion:export:urgent").is_empty());
        });
        if let Err(panic) = std::panic::catch_unwind(replay) {
            eprintln!("seed {seed}: {}", story.told.join("\n"));
            eprintln!(
                "{:#?}\n{:#?}\n{:#?}",
                world.records(),
                world.errors(),
                world.state()
            );
            std::panic::resume_unwind(panic);
        }
    }
}
