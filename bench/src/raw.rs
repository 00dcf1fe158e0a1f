//! Redis as its own clients ask it: over one connection shared by all who ask, or over one for each.

use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, Pipeline};
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::{Clock, Result};

/// What to ask where.
#[derive(Clone, Deserialize)]
pub struct Target {
    url: String,
    /// One that replies with a string.
    command: Vec<String>,
    /// How often in one pipeline; 1 is no pipeline.
    times: usize,
    /// How long the string is.
    length: usize,
    /// Whether all who ask share a connection, as clients of this library do.
    is_shared: bool,
}

/// Asks with as many tasks at once.
pub async fn ask(target: Target, tasks: usize, clock: Clock) -> Result<Vec<Duration>> {
    let client = Client::open(target.url.as_str())?;
    let connection = client.get_multiplexed_async_connection().await?;
    let mut asking = JoinSet::new();
    for _ in 0..tasks {
        let connection = if target.is_shared {
            connection.clone()
        } else {
            client.get_multiplexed_async_connection().await?
        };
        let target = target.clone();
        asking.spawn(async move {
            let outcome = ask_as_one(&target, connection, clock).await;
            outcome.map_err(|error| error.to_string())
        });
    }
    let mut times = Vec::new();
    while let Some(outcome) = asking.join_next().await {
        times.extend(outcome??);
    }
    Ok(times)
}

async fn ask_as_one(
    target: &Target,
    mut connection: MultiplexedConnection,
    clock: Clock,
) -> Result<Vec<Duration>> {
    let mut command = Cmd::new();
    for arg in &target.command {
        command.arg(arg);
    }
    let mut pipeline = Pipeline::new();
    for _ in 0..target.times {
        pipeline.add_command(command.clone());
    }
    let mut times = Vec::new();
    loop {
        let asked = Instant::now();
        let replies: Vec<Vec<u8>> = if target.times == 1 {
            vec![command.query_async(&mut connection).await?]
        } else {
            pipeline.query_async(&mut connection).await?
        };
        if replies.len() != target.times || replies.iter().any(|it| it.len() != target.length) {
            return Err("this is not the answer".into());
        }
        if !clock.note(&mut times, asked) {
            return Ok(times);
        }
    }
}
