//! The twin of the Worker's loop, in virtual time: replies come after a latency drawn from a seed.

use std::time::Duration;

use notion_edge_core::engine::{Effect, Engine, Outcome, Step, Ticket};
use notion_edge_core::time::Timestamp;

use crate::world::World;

/// More steps than any test needs: a machine that goes in circles fails instead of hanging.
const MAX_STEPS: usize = 2_000_000;

/// How a run is brought to an early end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    Never,
    /// The process dies when this many effects have been performed; their replies came.
    After(usize),
    /// The same, but the last effect was performed and its reply was lost.
    AfterLosing(usize),
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    /// Nothing when it was killed.
    pub outcome: Option<Outcome>,
    pub effects: usize,
}

struct InFlight {
    done_at: Timestamp,
    ticket: Ticket,
    effect: Effect,
}

impl World {
    /// One run of the export.
    pub fn run_once(&mut self, kill: Kill) -> Ran {
        self.runs += 1;
        let name = format!("run-{}", self.runs);
        let mut engine = Engine::new(
            self.settings.clone(),
            Self::keys(),
            &name,
            self.runs,
            self.now,
        );
        let mut in_flight: Vec<InFlight> = Vec::new();
        let (mut effects, mut chance) = (0, self.runs);
        for _ in 0..MAX_STEPS {
            let until = match engine.poll(self.now) {
                Step::Start(ticket, effect) => {
                    let done_at = self.now.plus(latency(&mut chance, &effect));
                    in_flight.push(InFlight {
                        done_at,
                        ticket,
                        effect,
                    });
                    continue;
                }
                Step::Stop(outcome) => {
                    return Ran {
                        outcome: Some(outcome),
                        effects,
                    };
                }
                Step::Wait(until) => until,
            };
            let next = in_flight
                .iter()
                .enumerate()
                .min_by_key(|(_, flight)| flight.done_at)
                .map(|(place, _)| place);
            match (next, until) {
                (Some(place), until)
                    if until.is_none_or(|until| in_flight[place].done_at <= until) =>
                {
                    let flight = in_flight.remove(place);
                    self.now = self.now.max(flight.done_at);
                    let reply = self.perform(&flight.effect);
                    effects += 1;
                    if kill == Kill::AfterLosing(effects) {
                        return Ran {
                            outcome: None,
                            effects,
                        };
                    }
                    engine.apply(self.now, flight.ticket, reply);
                    if kill == Kill::After(effects) {
                        return Ran {
                            outcome: None,
                            effects,
                        };
                    }
                }
                (_, Some(until)) => self.now = self.now.max(until),
                (None, None) => panic!("the engine waits for nothing"),
                (Some(_), None) => {
                    panic!("the first arm takes a reply where nothing else is waited for")
                }
            }
        }
        panic!("the engine goes in circles: {engine:?}");
    }

    /// Runs, a minute apart, until the export is complete; gives the number of runs.
    pub fn run_to_the_end(&mut self) -> usize {
        for run in 1..=300 {
            match self.run_once(Kill::Never).outcome {
                Some(Outcome::Complete) => return run,
                Some(Outcome::Stopped(problem)) if !problem.contains("does not answer") => {
                    panic!("{problem}")
                }
                _ => self.now = self.now.plus(Duration::from_secs(60)),
            }
        }
        let status: String = redis::cmd("GET")
            .arg("notion:export:state")
            .query(&mut self.connection)
            .unwrap();
        panic!("the export does not end: {status}");
    }
}

/// 1 to 4 ms for Redis, 50 to 250 ms for Notion.
fn latency(chance: &mut u64, effect: &Effect) -> Duration {
    *chance = chance
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let draw = *chance >> 33;
    match effect {
        Effect::Redis(_) => Duration::from_millis(1 + draw % 4),
        Effect::Notion(_) => Duration::from_millis(50 + draw % 200),
    }
}
