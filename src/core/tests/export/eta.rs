//! Whether what is told of the end of an export is true, and narrow enough to be of use: over many workspaces,
//! limits and budgets, in first exports and in those of a workspace that is known.
//!
//! `SEEDS=100 cargo test --test export eta -- --nocapture` prints the tables of more of them.
//! The constants of the estimator were found with other seeds than those here.

use std::time::Duration;

use notion_edge_core::engine::Outcome;
use notion_edge_core::status::EtaStatus;
use notion_edge_core::time::Timestamp;
use notion_sim::{Change, Options, Workspace, oracle};

use crate::draw::{Draw, seeds};
use crate::driver::Kill;
use crate::world::World;

/// Seeds up to here served to tune.
const TUNED: u64 = 1_000;

const MINUTE: Duration = Duration::from_secs(60);

/// Shorter exports that a limit holds up end in this minute or in the next, and nobody can tell.
const LONG: f64 = 180.0;

/// A full export, and what happened since the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Since {
    /// There is none before.
    Nothing,
    NoEdit,
    EveryTenthEdited,
    AllEdited,
}

const ALL: [Since; 4] = [
    Since::Nothing,
    Since::NoEdit,
    Since::EveryTenthEdited,
    Since::AllEdited,
];

/// What was told at some instant of an export that took `length` seconds, when `left` were left.
#[derive(Clone, Copy, Debug)]
struct Told {
    since: Since,
    tenth: usize,
    length: f64,
    left: f64,
    seconds: f64,
    low: f64,
    high: f64,
}

impl Told {
    fn is_inside(&self) -> bool {
        self.low <= self.left && self.left <= self.high
    }

    /// Whether half the interval is at most 30 % of what is left.
    fn is_narrow(&self) -> bool {
        self.high - self.low <= 0.6 * self.left
    }

    /// Whether both ends are within 30 % of what is left.
    fn is_close(&self) -> bool {
        self.low >= 0.7 * self.left && self.high <= 1.3 * self.left
    }
}

impl World {
    /// Makes one full export, and notes what the status says at each tenth of the time that it takes.
    fn watched(&mut self, since: Since, pages: u64) -> Vec<Told> {
        let past = self.now.millis().rem_euclid(60_000);
        self.now = self.now.plus(MINUTE - Duration::from_millis(past as u64));
        let start = self.now;
        let mut told: Vec<(Timestamp, EtaStatus)> = Vec::new();
        for _ in 0..3_000 {
            let mut run = self.begin();
            let outcome = loop {
                let limit = run.effects() + pages as usize / 15;
                let outcome = self.go_on(&mut run, Kill::After(limit));
                let eta = self.status().work.and_then(|work| work.eta);
                told.extend(eta.map(|eta| (self.now, eta)));
                if let Some(outcome) = outcome {
                    break outcome;
                }
            };
            if outcome == Outcome::Complete {
                return self.at_tenths(since, start, &told);
            }
            let not_before = self.state().not_before.unwrap_or(self.now);
            let past = self.now.millis().rem_euclid(60_000);
            self.now = match self.settings.run_time > MINUTE {
                // A loop in Node comes back when it may; a cron trigger by the minute.
                true => self.now.max(not_before),
                false => self.now.plus(MINUTE - Duration::from_millis(past as u64)),
            };
        }
        panic!("the export does not end: {:?}", self.state());
    }

    fn at_tenths(
        &mut self,
        since: Since,
        start: Timestamp,
        told: &[(Timestamp, EtaStatus)],
    ) -> Vec<Told> {
        let end = self.state().export.unwrap().completed_at.unwrap();
        let length = end.since(start);
        let at_tenth = |tenth: usize| {
            let at = start.plus(length.mul_f64(tenth as f64 / 10.0));
            let (_, eta) = told.iter().rev().find(|(told_at, _)| *told_at <= at)?;
            Some(Told {
                since,
                tenth,
                length: length.as_secs_f64(),
                left: end
                    .since(Timestamp::parse(&eta.from).unwrap())
                    .as_secs_f64(),
                seconds: eta.seconds,
                low: eta.low,
                high: eta.high,
            })
        };
        (1..10).filter_map(at_tenth).collect()
    }

    /// A day passes, with exports for changes in its first hours.
    fn pass_a_day(&mut self, since: Since) {
        for _ in 0..3 {
            self.wait(3_600);
            self.run_once(Kill::Never);
        }
        let pages: Vec<_> = oracle::pages(self.sim.workspace()).collect();
        let every = match since {
            Since::Nothing | Since::NoEdit => usize::MAX,
            Since::EveryTenthEdited => 10,
            Since::AllEdited => 1,
        };
        for page in pages.iter().skip(every / 2).step_by(every) {
            let change = Change::AppendParagraph {
                parent: page.id.parse().unwrap(),
                text: "more".to_owned(),
            };
            let now = self.now.millis();
            self.sim.workspace_mut().apply(change, now).unwrap();
        }
        self.wait(25 * 3_600);
    }
}

/// What is told of four exports of the workspace that the seed gives.
fn told(world: &mut World, seed: u64) -> Vec<Told> {
    let mut draw = Draw::new(seed);
    let pages = draw.of(&[60, 150, 300, 600]);
    let options = Options {
        seed,
        search_omission: draw.of(&[0.0, 0.0, 0.1, 0.3]),
        faults: draw.of(&[0.0, 0.0, 0.05]),
        ..Options::default()
    };
    world.reset(Workspace::generated(pages, seed), options);
    world.settings.rate_limit = draw.of(&[60, 180, 180, 600, 100_000]);
    let run_seconds = draw.of(&[50, 50, 900]);
    world.settings.run_time = Duration::from_secs(run_seconds);
    world.settings.run_subrequests = match run_seconds {
        50 => draw.of(&[50, 1_000, 10_000, 10_000]),
        _ => 100_000,
    };
    let mut told = Vec::new();
    for since in ALL {
        if since != Since::Nothing {
            world.pass_a_day(since);
        }
        told.extend(world.watched(since, pages));
    }
    told
}

/// The share of those for which it is true.
fn share(told: &[Told], is_true: impl Fn(&Told) -> bool) -> f64 {
    let count = told.iter().filter(|told| is_true(told)).count();
    count as f64 / told.len() as f64
}

/// The number that so large a share of them does not exceed.
fn quantile(told: &[Told], share: f64, of: impl Fn(&Told) -> f64) -> f64 {
    let mut numbers: Vec<f64> = told.iter().map(of).collect();
    numbers.sort_by(f64::total_cmp);
    numbers[((numbers.len() - 1) as f64 * share) as usize]
}

/// Prints for each tenth how often the truth is inside, below and above; how often half the interval is within 30 %,
/// and how often both ends are; half the interval, and the guess, as parts of what is left.
fn print(told: &[Told]) {
    for (since, shortest) in ALL
        .into_iter()
        .flat_map(|since| [(since, 0.0), (since, LONG)])
    {
        println!("{since:?} before, exports of {shortest} s and more");
        println!(
            "tenth exports inside below above  half ends   half: median p80  guess: p10 median p90"
        );
        for tenth in 1..10 {
            let is_of = |told: &&Told| told.since == since && told.tenth == tenth;
            let is_long = |told: &&Told| told.length >= shortest;
            let told: Vec<Told> = told.iter().filter(is_of).filter(is_long).copied().collect();
            if told.is_empty() {
                continue;
            }
            let half = |told: &Told| (told.high - told.low) / 2.0 / told.left;
            let guess = |told: &Told| told.seconds / told.left;
            println!(
                "{tenth:5} {:7} {:6.2} {:5.2} {:5.2} {:5.2} {:4.2} {:14.2} {:3.2} {:11.2} {:6.2} {:3.2}",
                told.len(),
                share(&told, Told::is_inside),
                share(&told, |told| told.left < told.low),
                share(&told, |told| told.left > told.high),
                share(&told, Told::is_narrow),
                share(&told, Told::is_close),
                quantile(&told, 0.5, half),
                quantile(&told, 0.8, half),
                quantile(&told, 0.1, guess),
                quantile(&told, 0.5, guess),
                quantile(&told, 0.9, guess),
            );
        }
    }
}

#[test]
fn the_end_lies_in_the_interval_about_as_often_as_stated() {
    let mut world = World::new(Workspace::generated(1, 1), Options::default());
    let told: Vec<Told> = seeds(8)
        .flat_map(|seed| told(&mut world, TUNED + seed))
        .collect();
    print(&told);
    let points = |is_of: &dyn Fn(&Told) -> bool| -> Vec<Told> {
        told.iter().filter(|told| is_of(told)).copied().collect()
    };
    for tenth in [2, 5, 8] {
        let at = points(&|told| told.tenth == tenth);
        let inside = share(&at, Told::is_inside);
        assert!(inside >= 0.7, "at {tenth} tenths {inside} of {}", at.len());
    }
    // Where little has changed there is little to do, most of it unlike the rest.
    let whole = [Since::Nothing, Since::AllEdited];
    let half_way =
        points(&|told| told.tenth == 5 && told.length >= LONG && whole.contains(&told.since));
    let narrow = share(&half_way, Told::is_narrow);
    assert!(
        narrow >= 0.7,
        "{narrow} of {}: {half_way:?}",
        half_way.len()
    );
}
