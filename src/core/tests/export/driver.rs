//! The twin of the Worker's loop, in virtual time: replies come after a latency drawn from a seed.

use std::collections::BTreeMap;
use std::time::Duration;

use notion_edge_core::engine::{Effect, Engine, Outcome, Reply, Step, Ticket};
use notion_edge_core::failure::Failure;
use notion_edge_core::file::FileRequest;
use notion_edge_core::time::Timestamp;

use crate::memory::counted;
use crate::world::World;

/// More steps than any test needs: a machine that goes in circles fails instead of hanging.
const MAX_STEPS: usize = 200_000;

/// What befalls a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    Never,
    /// The process dies when this many effects have been performed; their replies came.
    After(usize),
    /// The same, but the last effect was performed and its reply was lost.
    AfterLosing(usize),
    /// This effect is performed and its reply is lost: the engine hears of a failure, and lives.
    Losing(usize),
    /// Of this effect only so many commands are performed, and its reply is lost.
    Cutting(usize, usize),
    /// Of this effect this command, counted from none, is refused as if Redis were short of something for a moment.
    Refusing(usize, usize),
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    /// Nothing when it was killed.
    pub outcome: Option<Outcome>,
    pub effects: usize,
}

/// A run that is under way.
pub struct Run {
    engine: Engine,
    /// How far its clock is ahead.
    ahead: Duration,
    in_flight: Vec<InFlight>,
    chance: u64,
    effects: usize,
}

struct InFlight {
    done_at: Timestamp,
    ticket: Ticket,
    effect: Effect,
}

impl Run {
    /// How many effects it has performed.
    pub fn effects(&self) -> usize {
        self.effects
    }

    /// Sets its clock right.
    pub fn correct_clock(&mut self) {
        self.ahead = Duration::ZERO;
    }
}

impl World {
    /// A run that has not done anything yet.
    pub fn begin(&mut self) -> Run {
        self.runs += 1;
        let name = format!("run-{}", self.runs);
        let engine = || {
            let settings = self.settings.clone();
            let now = self.now.plus(self.ahead);
            Engine::new(settings, Self::keys(), &name, self.runs, now)
        };
        Run {
            engine: counted(engine),
            ahead: self.ahead,
            in_flight: Vec::new(),
            chance: self.runs,
            effects: 0,
        }
    }

    /// One run of the export.
    pub fn run_once(&mut self, kill: Kill) -> Ran {
        let mut run = self.begin();
        let outcome = self.go_on(&mut run, kill);
        Ran {
            outcome,
            effects: run.effects,
        }
    }

    /// Goes on with a run until it is over or killed.
    pub fn go_on(&mut self, run: &mut Run, kill: Kill) -> Option<Outcome> {
        for _ in 0..MAX_STEPS {
            let until = match counted(|| run.engine.poll(self.now.plus(run.ahead))) {
                Step::Start(ticket, effect) => {
                    let slowness = match &effect {
                        Effect::File(FileRequest::Delete { .. }) => self.deleting_takes,
                        Effect::File(FileRequest::Copy { .. }) => self.storage_takes,
                        _ => self.slowness,
                    };
                    let latency = match self.is_instant {
                        true => Duration::ZERO,
                        false => latency(&mut run.chance, &effect, slowness),
                    };
                    run.in_flight.push(InFlight {
                        done_at: self.now.plus(latency),
                        ticket,
                        effect,
                    });
                    self.note_in_flight(&run.in_flight);
                    continue;
                }
                Step::Stop(outcome) => return Some(outcome),
                Step::Wait(until) => until.map(|until| {
                    let ahead = i64::try_from(run.ahead.as_millis()).unwrap();
                    Timestamp::from_millis(until.millis() - ahead)
                }),
            };
            let flights = run.in_flight.iter().enumerate();
            let next = flights
                .min_by_key(|(_, flight)| flight.done_at)
                .map(|(place, flight)| (place, flight.done_at));
            match (next, until) {
                (Some((place, done_at)), until) if until.is_none_or(|until| done_at <= until) => {
                    let flight = run.in_flight.remove(place);
                    self.now = self.now.max(flight.done_at);
                    run.effects += 1;
                    if let Effect::Redis(commands) = &flight.effect
                        && commands.len() > 1
                        && self.keeps_notes
                    {
                        let names = commands.iter().filter_map(|it| it.words().first());
                        let names = names.cloned().collect();
                        self.joint_requests.push((run.effects, names));
                    }
                    let reply = match (kill, &flight.effect) {
                        (Kill::Cutting(effect, count), Effect::Redis(commands))
                            if effect == run.effects =>
                        {
                            let done = commands.iter().take(count).cloned().collect();
                            lost(&self.perform(&Effect::Redis(done)))
                        }
                        (Kill::Refusing(effect, place), Effect::Redis(commands))
                            if effect == run.effects =>
                        {
                            let busy = || Failure::Transient("BUSY of something".to_owned());
                            let answers = commands.iter().enumerate();
                            let answers = answers.map(|(at, command)| match at == place {
                                true => Err(busy()),
                                false => self.run(command),
                            });
                            Reply::Redis(Ok(answers.collect()))
                        }
                        (_, effect) => self.perform(effect),
                    };
                    if kill == Kill::AfterLosing(run.effects) {
                        return None;
                    }
                    let reply = match kill == Kill::Losing(run.effects) {
                        true => lost(&reply),
                        false => reply,
                    };
                    counted(|| {
                        let reply = reply.clone();
                        let now = self.now.plus(run.ahead);
                        run.engine.apply(now, flight.ticket, reply);
                    });
                    if kill == Kill::After(run.effects) {
                        return None;
                    }
                }
                (_, Some(until)) => self.now = self.now.max(until),
                (None, None) => panic!("the engine waits for nothing"),
                (Some(_), None) => {
                    panic!("the first arm takes a reply where nothing else is waited for")
                }
            }
        }
        panic!("the engine goes in circles: {:?}", run.engine);
    }

    fn note_in_flight(&mut self, in_flight: &[InFlight]) {
        self.busiest = self.busiest.max(in_flight.len());
        let mut with: BTreeMap<_, usize> = BTreeMap::new();
        for flight in in_flight {
            if let Effect::Notion(request) = &flight.effect {
                *with.entry(request.operation).or_default() += 1;
            }
        }
        for (operation, count) in with {
            let busiest = self.busiest_with.entry(operation).or_default();
            *busiest = count.max(*busiest);
        }
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
        panic!("the export does not end: {:?}", self.state());
    }
}

fn lost(reply: &Reply) -> Reply {
    let failure = Failure::Transient("the connection broke".to_owned());
    match reply {
        Reply::Notion(_) => Reply::Notion(Err(failure)),
        Reply::Redis(_) => Reply::Redis(Err(failure)),
        Reply::File(_) => Reply::File(Err(failure)),
    }
}

/// 1 to 4 ms for Redis, 50 to 250 ms for Notion, and more where it is slow.
fn latency(chance: &mut u64, effect: &Effect, slowness: Duration) -> Duration {
    *chance = chance
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let draw = *chance >> 33;
    match effect {
        Effect::Redis(_) => Duration::from_millis(1 + draw % 4),
        Effect::Notion(_) | Effect::File(_) => slowness + Duration::from_millis(50 + draw % 200),
    }
}
