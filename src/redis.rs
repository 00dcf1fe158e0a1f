//! Commands and operations of the store over HTTP: on Upstash, or a gateway that speaks its REST protocol.

use std::cell::RefCell;
use std::ops::Range;
use std::time::Duration;

use notion_edge_core::config::{Config, Endpoint};
use notion_edge_core::failure::Failure;
use notion_edge_core::read::Looked;
use notion_edge_core::redis::{Command, Head, Value, rest};
use notion_edge_core::store::{Error, Operation};
use notion_edge_core::time::Timestamp;
use worker::Delay;
use worker::js_sys::{Promise, Uint8Array};

use crate::environment;
use crate::fetch::{self, Received, Redirect, Target};

/// How much of a reply is looked at in here; what stands before a document is far shorter.
const HEAD_BYTES: u32 = 16 * 1024;

/// How much is looked at where that is not enough, as where a key holds what nobody wrote there.
const LONG_HEAD_BYTES: u32 = 1024 * 1024;

/// Runs an operation of the store to its end, which comes by `deadline`.
///
/// # Errors
/// Those of the operation.
pub async fn run<O: Operation>(
    config: &Config,
    mut operation: O,
    deadline: Timestamp,
) -> Result<O::Output, Error> {
    loop {
        let step = operation.poll();
        if !step.pause.is_zero() {
            Delay::from(step.pause.mul_f64(environment::random())).await;
        }
        let left = deadline.since(environment::now());
        let values = perform(config, &step.commands, left).await;
        let values = values.and_then(|answers| answers.into_iter().collect());
        if let Some(output) = operation.apply(values)? {
            return Ok(output);
        }
    }
}

/// Performs the commands in one request, which takes `timeout` at most; what each came to.
///
/// # Errors
/// The failure of the whole request.
pub async fn perform(
    config: &Config,
    commands: &[Command],
    timeout: Duration,
) -> Result<Vec<Result<Value, Failure>>, Failure> {
    let (target, path, body) = prepare(config, commands, Format::Json)?;
    let received = fetch::receive(&target, path, Some(&body), timeout).await;
    answers(commands, received)
}

/// How replies come.
#[derive(Clone, Copy)]
pub enum Format {
    /// Each as JSON.
    Json,
    /// As Redis itself tells them, of one command.
    Resp2,
}

/// Sends the commands in one request of a reader. What the promise resolves to is for [`fetch::received`], and that for [`answers`]
/// or, as RESP2, for [`looked`].
///
/// # Errors
/// Never in practice: a command is a list of strings.
pub fn send(
    config: &Config,
    commands: &[Command],
    format: Format,
    timeout: Duration,
) -> Result<Promise, Failure> {
    let (target, path, body) = prepare(config, commands, format)?;
    Ok(fetch::send(&target, path, &body, timeout))
}

/// Where the commands go, and as what.
fn prepare(
    config: &Config,
    commands: &[Command],
    format: Format,
) -> Result<(Target, Option<&'static str>, Vec<u8>), Failure> {
    let (path, body) = rest::request(commands, config.dialect)?;
    let target = TARGETS.with_borrow_mut(|targets| {
        let known = targets.take().filter(|it| it.endpoint == config.redis);
        let target = targets.insert(known.unwrap_or_else(|| Targets::new(config)));
        match format {
            Format::Json => target.json.clone(),
            Format::Resp2 => target.resp2.clone(),
        }
    });
    let path = path.strip_prefix('/').filter(|path| !path.is_empty());
    Ok((target, path, body))
}

/// What each of the commands came to.
///
/// # Errors
/// The failure of the whole request.
pub fn answers(
    commands: &[Command],
    received: Result<Received, String>,
) -> Result<Vec<Result<Value, Failure>>, Failure> {
    let Received { status, body, .. } = received.map_err(unanswered)?;
    let answers = rest::answers(commands.len(), status, &body.to_vec())?;
    let fitting = commands.iter().zip(answers).map(|(command, answer)| {
        let is_fit = answer.as_ref().map_or(true, |value| command.fits(value));
        match is_fit {
            true => answer,
            false => Err(Failure::Transient(
                "redis gave a reply that its command does not give".to_owned(),
            )),
        }
    });
    Ok(fitting.collect())
}

/// The reply to a command that answers an array with a text at its end. The text does not come in here.
///
/// # Errors
/// That of the command, or of the whole request.
pub fn looked(received: Result<Received, String>) -> Result<Looked<Uint8Array>, Failure> {
    let Received { status, body, .. } = received.map_err(unanswered)?;
    let length = body.length();
    let head = body.subarray(0, length.min(HEAD_BYTES)).to_vec();
    if head.starts_with(b"{") || head.starts_with(b"[") {
        // Not every server of that protocol knows the format.
        let replies = rest::replies(1, status, &body.to_vec())?;
        let values = replies.first().map(Value::items).unwrap_or_default();
        let Looked { values, text } = Looked::of(values.to_vec());
        let text = text.map(|(text, bytes)| (Uint8Array::from(text.as_bytes()), bytes));
        return Ok(Looked { values, text });
    }
    let read = |head: &[u8]| Head::read(status, head, length as usize);
    let mut found = read(&head);
    if found.is_err() && length > HEAD_BYTES {
        found = read(&body.subarray(0, length.min(LONG_HEAD_BYTES)).to_vec());
    }
    let Head { values, text } = found?;
    let part = |text: Range<usize>| {
        let bytes = body.subarray(text.start as u32, text.end as u32);
        (bytes, text.len())
    };
    Ok(Looked {
        values,
        text: text.map(part),
    })
}

fn unanswered(problem: String) -> Failure {
    Failure::Transient(format!("redis at UPSTASH_REDIS_REST_URL: {problem}"))
}

thread_local! {
    static TARGETS: RefCell<Option<Targets>> = const { RefCell::new(None) };
}

/// Redis, by how its replies are to come.
struct Targets {
    endpoint: Endpoint,
    json: Target,
    resp2: Target,
}

impl Targets {
    fn new(config: &Config) -> Self {
        let authorization = format!("Bearer {}", config.redis.token.expose());
        let authorization = ("authorization", authorization.as_str());
        let resp2 = ("upstash-response-format", "resp2");
        let url = format!("{}/", config.redis.url);
        Self {
            endpoint: config.redis.clone(),
            json: fetch::target(&url, &[authorization], Redirect::Followed),
            resp2: fetch::target(&url, &[authorization, resp2], Redirect::Followed),
        }
    }
}
