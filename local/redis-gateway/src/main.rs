//! The Upstash REST protocol in front of any Redis or Valkey.
//!
//! A request comes in through `server` (sockets), `answering` (what is not HTTP) and `http`, is
//! opened by `auth`, read by `request` and `body` into `command`s, and run by `execute`. `redis`
//! sends them over the one connection that `link` keeps. What comes back is taken out of the stream
//! by `frame` and `collect`, counted by `memory`, and stays the bytes of `resp` until `reply` writes
//! them as JSON. What a `stream` brings, over a connection of its own, `events` writes. `readonly`
//! knows what a read-only token may run, `refusal` why a request has no results.
//!
//! `request`, `body`, `command`, `frame`, `collect`, `resp`, `reply`, `events`, `readonly`, `auth`
//! and `address` are pure.
//!
//! RESP2 is read and written here, although there are good Redis clients: theirs is not the job.
//! They turn replies into values, which loses what kind of null or string came, and fail on a
//! status or an error that is not UTF-8 or on deep nesting; on a shared connection that ends the
//! requests of everyone else.

mod address;
mod answering;
mod args;
mod auth;
mod body;
mod collect;
mod command;
mod events;
mod execute;
mod frame;
mod http;
mod link;
mod log;
mod memory;
mod readonly;
mod redis;
mod refusal;
mod reply;
mod request;
mod resp;
mod server;
mod stream;

use std::env;
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::address::Server;
use crate::args::Args;
use crate::auth::Tokens;
use crate::execute::Executor;
use crate::http::{Backend, Front, Limits};
use crate::log::log;
use crate::memory::Memory;
use crate::redis::Redis;
use crate::stream::Streams;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            log(problem);
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    let tokens = Tokens::parse(
        &variable("GATEWAY_TOKENS")?,
        &variable("GATEWAY_READONLY_TOKENS")?,
    )?;
    let parse = |url: String| {
        Server::parse(&url).map_err(|problem| format!("can not use the redis URL: {problem}"))
    };
    let server = url(args.redis, "REDIS_URL")?.unwrap_or("redis://127.0.0.1:6379".to_owned());
    let server = parse(server)?;
    let readers = url(args.readonly_redis, "GATEWAY_READONLY_REDIS")?
        .map(parse)
        .transpose()?;
    let can_not_listen = |error| format!("can not listen on {}: {error}", args.listen);
    let listener = TcpListener::bind(&args.listen)
        .await
        .map_err(can_not_listen)?;
    let address = listener.local_addr().map_err(can_not_listen)?;
    let end = end()?;

    let memory = Memory::new(args.max_reply_size, args.max_reply_memory);
    let connect = |server: Server| Backend {
        streams: Streams::new(server.clone(), args.timeout, args.heartbeat),
        executor: Executor::new(Redis::connect(server, memory.clone(), args.timeout)),
    };
    let limits = Limits {
        request_size: args.max_request_size,
        commands: args.max_commands,
    };
    let front = Front::new(connect(server), readers.map(connect), tokens, limits);
    if !address.ip().is_loopback() {
        log(format_args!(
            "{address} may be reached from outside, and has no TLS: put a proxy in front"
        ));
    }
    println!("redis-gateway listening on http://{address}");
    server::serve(listener, front, end).await;
    Ok(())
}

/// A URL of the command line, or else of the environment.
fn url(option: Option<String>, name: &str) -> Result<Option<String>, String> {
    match option {
        Some(url) => Ok(Some(url)),
        None => Ok(Some(variable(name)?).filter(|url| !url.is_empty())),
    }
}

fn variable(name: &str) -> Result<String, String> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(env::VarError::NotPresent) => Ok(String::new()),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}

/// Resolves on SIGTERM or SIGINT.
fn end() -> Result<impl Future<Output = ()>, String> {
    let listen =
        |kind| signal(kind).map_err(|error| format!("can not listen for signals: {error}"));
    let (mut terminate, mut interrupt) = (
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
