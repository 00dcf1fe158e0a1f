//! The only loop that performs the engine's effects.

use std::future::pending;
use std::pin::{Pin, pin};

use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{Stream, StreamExt};
use notion_edge_core::config::Config;
use notion_edge_core::engine::{Effect, Engine, Outcome, Reply, Step, Ticket};
use wasm_bindgen::JsValue;
use worker::Delay;

use crate::{files, notion};
use notion_edge::{environment, redis};

/// Performs effects until the run is over.
pub async fn drive(engine: &mut Engine, config: &Config, bucket: Option<&JsValue>) -> Outcome {
    let mut in_flight = FuturesUnordered::new();
    let mut alarm = None;
    loop {
        let now = environment::now();
        match engine.poll(now) {
            Step::Start(ticket, effect) => in_flight.push(perform(config, bucket, ticket, effect)),
            Step::Stop(outcome) => return outcome,
            Step::Wait(until) => {
                // A timer costs about as much as a small answer, and most waits have the same end: that of the run.
                if alarm.as_ref().map(|(at, _)| *at) != until {
                    alarm = until.map(|until| (until, Box::pin(Delay::from(until.since(now)))));
                }
                match next_reply(&mut in_flight, alarm.as_mut().map(|(_, delay)| delay)).await {
                    Some((ticket, reply)) => {
                        engine.apply(environment::now(), ticket, reply);
                        engine.note_memory(environment::memory());
                    }
                    None if alarm.take().is_none() => {
                        return Outcome::Stopped("the engine waits for nothing".to_owned());
                    }
                    None => {}
                }
            }
        }
    }
}

/// The next reply, or nothing when `alarm` goes first or no reply can come.
async fn next_reply<S: Stream<Item = (Ticket, Reply)> + Unpin>(
    in_flight: &mut S,
    alarm: Option<&mut Pin<Box<Delay>>>,
) -> Option<(Ticket, Reply)> {
    let Some(alarm) = alarm else {
        return in_flight.next().await;
    };
    let reply = pin!(async {
        match in_flight.next().await {
            Some(reply) => reply,
            None => pending().await,
        }
    });
    match select(reply, alarm).await {
        Either::Left((reply, _)) => Some(reply),
        Either::Right(((), _)) => None,
    }
}

async fn perform(
    config: &Config,
    bucket: Option<&JsValue>,
    ticket: Ticket,
    effect: Effect,
) -> (Ticket, Reply) {
    let reply = match effect {
        Effect::Notion(request) => Reply::Notion(notion::perform(config, &request).await),
        Effect::Redis(commands) => {
            Reply::Redis(redis::perform(config, &commands, config.export.timeout).await)
        }
        Effect::File(request) => Reply::File(files::perform(bucket, &request).await),
    };
    (ticket, reply)
}
