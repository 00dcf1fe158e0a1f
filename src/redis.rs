//! Commands and operations of the store over HTTP: on Upstash, or a gateway that speaks its REST protocol.

use notion_edge_core::config::Config;
use notion_edge_core::failure::Failure;
use notion_edge_core::redis::{Command, Value, rest};
use notion_edge_core::store::{Error, Operation};
use worker::Delay;

use crate::environment;
use crate::fetch::{self, Sent};

/// Runs an operation of the store to its end.
///
/// # Errors
/// Those of the operation.
pub async fn run<O: Operation>(config: &Config, mut operation: O) -> Result<O::Output, Error> {
    loop {
        let step = operation.poll();
        if !step.pause.is_zero() {
            Delay::from(step.pause.mul_f64(environment::random())).await;
        }
        let values = perform(config, &step.commands).await;
        let values = values.and_then(|answers| answers.into_iter().collect());
        if let Some(output) = operation.apply(values)? {
            return Ok(output);
        }
    }
}

/// Performs the commands in one request; what each came to.
///
/// # Errors
/// The failure of the whole request.
pub async fn perform(
    config: &Config,
    commands: &[Command],
) -> Result<Vec<Result<Value, Failure>>, Failure> {
    let (path, body) = rest::request(commands, config.dialect)?;
    let url = format!("{}{path}", config.redis.url);
    let authorization = format!("Bearer {}", config.redis.token.expose());
    let sent = Sent {
        method: "POST",
        url: &url,
        authorization: &authorization,
        version: None,
        body: Some(&body),
    };
    let answer = fetch::send(sent, config.export.timeout)
        .await
        .map_err(|problem| {
            Failure::Transient(format!("redis at UPSTASH_REDIS_REST_URL: {problem}"))
        })?;
    rest::answers(commands.len(), answer.status, &answer.body)
}
