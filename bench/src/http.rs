//! HTTP/1.1 as far as a measurement needs it: the same requests again and again on a connection that stays.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{Clock, Result};

const BUFFER: usize = 64 * 1024;

/// What to send where.
#[derive(Clone, Deserialize)]
pub struct Target {
    /// Host and port.
    address: String,
    /// Head and body of each, as they go out: one after the other, then from the first on.
    requests: Vec<String>,
    /// As many letters of values are in every answer.
    at_least: usize,
    /// What every answer must have; what is not said is 200, and any length.
    #[serde(default)]
    expected: Expected,
}

/// What an answer must have: an error that comes quickly is no speed.
#[derive(Clone, Deserialize)]
struct Expected {
    status: u16,
    /// Bytes of the body.
    length: Option<usize>,
}

impl Default for Expected {
    fn default() -> Self {
        Self {
            status: 200,
            length: None,
        }
    }
}

/// Asks on as many connections at once.
pub async fn ask(target: Target, connections: usize, clock: Clock) -> Result<Vec<Duration>> {
    let mut asking = JoinSet::new();
    for _ in 0..connections {
        let target = target.clone();
        asking.spawn(async move {
            let outcome = ask_on_one(&target, clock).await;
            outcome.map_err(|error| error.to_string())
        });
    }
    let mut times = Vec::new();
    while let Some(outcome) = asking.join_next().await {
        times.extend(outcome??);
    }
    Ok(times)
}

async fn ask_on_one(target: &Target, clock: Clock) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(&target.address).await?;
    stream.set_nodelay(true)?;
    let mut times = Vec::new();
    let mut buffer = Vec::with_capacity(BUFFER);
    let mut checked = None;
    for request in target.requests.iter().cycle() {
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        buffer.clear();
        let head = loop {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
            if let Some(head) = parse_head(&buffer, &target.expected)? {
                break head;
            }
        };
        let end = head.length + head.body_length;
        buffer.reserve(end.saturating_sub(buffer.len()));
        while buffer.len() < end {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err("the answer ended early".into());
            }
        }
        // An answer as long as the one before, which was read, is the same.
        if checked != Some(head.body_length) {
            check(&buffer, head.length, target.at_least)?;
            checked = Some(head.body_length);
        }
        if !clock.note(&mut times, asked) {
            break;
        }
    }
    Ok(times)
}

struct Head {
    length: usize,
    body_length: usize,
}

/// `None` if it has not arrived whole.
fn parse_head(bytes: &[u8], expected: &Expected) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(bytes)? else {
        return Ok(None);
    };
    if response.code != Some(expected.status) {
        return Err(String::from_utf8_lossy(bytes).into());
    }
    let body_length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let body_length = match body_length {
        // It has no body, whatever length it tells.
        _ if expected.status == 304 => 0,
        Some(header) => std::str::from_utf8(header.value)?.parse()?,
        None => return Err("an answer without its length".into()),
    };
    if expected.length.is_some_and(|wanted| wanted != body_length) {
        return Err(format!("an answer of {body_length} bytes, which is not the one").into());
    }
    Ok(Some(Head {
        length,
        body_length,
    }))
}

/// Values are made of the letter x.
fn check(answer: &[u8], head: usize, at_least: usize) -> Result<()> {
    let body = answer.get(head..).unwrap_or_default();
    let values = body.iter().filter(|&&byte| byte == b'x').count();
    if values >= at_least {
        Ok(())
    } else {
        let start: String = String::from_utf8_lossy(body).chars().take(200).collect();
        Err(format!("this is not the answer: {start}").into())
    }
}
