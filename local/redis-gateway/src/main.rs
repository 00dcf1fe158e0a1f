//! The Upstash REST protocol in front of any Redis or Valkey.
//!
//! A request comes in through `server` (sockets), `answering` (what is not HTTP or takes too long;
//! `turn` tells it how far a request is), `gate` (probes, CORS, counting) and `http`, is opened by
//! `auth`, read by `request`, `body` and `plain` into `command`s, and run by `execute`. `redis` sends
//! them over the one connection that `link` keeps. What comes back is taken out of the stream by
//! `frame` and `collect`, counted by `memory`, and stays the bytes of `resp` until `reply` and `text`
//! write them as JSON. What a `stream` brings, over a connection of its own, `events` writes.
//! `readonly` knows what a read-only token may run, `script` what a script written for Upstash has to
//! lose, `refusal` why a request has no results.
//!
//! Around that, for who runs it: `args` is what may be said at start, `tokens` where tokens are
//! written down, `address`, `endpoint` and `tls` how Redis is reached, `spawn` a Redis of our own,
//! `signals` when to end, `metrics` and `scrape` what has happened, `check` whether all is well.
//!
//! `request`, `body`, `plain`, `command`, `frame`, `collect`, `resp`, `reply`, `text`, `events`,
//! `readonly`, `script`, `auth`, `cors` and `address` are pure.
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
mod check;
mod collect;
mod command;
mod cors;
mod endpoint;
mod events;
mod execute;
mod frame;
#[cfg(test)]
mod fuzz;
mod gate;
mod http;
mod link;
mod log;
mod memory;
mod metrics;
mod plain;
mod readonly;
mod redis;
mod refusal;
mod reply;
mod request;
mod resp;
mod scrape;
mod script;
mod server;
mod signals;
mod spawn;
mod stream;
mod text;
mod tls;
mod tokens;
mod turn;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::address::Server;
use crate::args::Args;
use crate::auth::Tokens;
use crate::cors::Cors;
use crate::endpoint::Endpoint;
use crate::execute::Executor;
use crate::gate::Gate;
use crate::http::{Backend, Front};
use crate::log::{log, say};
use crate::memory::Memory;
use crate::redis::Redis;
use crate::signals::Signals;
use crate::spawn::Spawned;
use crate::stream::Streams;
use crate::tokens::Sources;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::read();
    let outcome = match &args.check {
        Some(url) => check::check(url, &args.listen).await,
        None => run(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            log(problem);
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    let mut sources = args.tokens()?;
    let mut tokens = sources.read()?;
    let mut made = None;
    if tokens.is_empty() && args.spawn {
        sources.full.variable = made.insert(tokens::make()?).clone();
        tokens = sources.read()?;
    }
    if tokens.is_empty() {
        return Err(
            "there is no token that could open the gateway: set GATEWAY_TOKENS to one or more, \
             separated by commas, or name a file with --tokens-file"
                .to_owned(),
        );
    }
    let listener = listen(&args.listen).await?;
    let scraped = match &args.metrics_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let tokens = follow(tokens, sources)?;
    let signals = Signals::listen()?;
    let door = Door {
        listener,
        scraped,
        tokens,
        made,
        signals,
    };
    let trust = args.trust();
    if !args.spawn {
        let endpoint = |url: &str| {
            let server = Server::parse(url)
                .map_err(|problem| format!("can not use the redis URL: {problem}"))?;
            Endpoint::new(server, &trust)
        };
        let redis = endpoint(&args.redis_url()?)?;
        let readers = args.readonly_redis.as_deref().map(endpoint).transpose()?;
        return serve(args, door, redis, readers).await;
    }
    let mut spawned = Spawned::start().await?;
    let ended = match Endpoint::new(spawned.server(), &trust) {
        Ok(endpoint) => tokio::select! {
            ended = serve(args, door, endpoint, None) => ended,
            last = spawned.ended() => Err(format!("the redis of --spawn ended: {last}")),
        },
        Err(problem) => Err(problem),
    };
    spawned.stop().await;
    ended
}

/// What there is before there is a Redis.
struct Door {
    listener: TcpListener,
    scraped: Option<TcpListener>,
    tokens: watch::Receiver<Tokens>,
    /// A token that was made for want of any, to be shown.
    made: Option<String>,
    signals: Signals,
}

/// Answers until the end. Read-only tokens use `readers`, if there is such an endpoint.
async fn serve(
    args: Args,
    mut door: Door,
    endpoint: Endpoint,
    readers: Option<Endpoint>,
) -> Result<(), String> {
    let address = address_of(&door.listener)?;
    let memory = Memory::new(args.max_reply_size, args.max_reply_memory);
    let scripts = Arc::default();
    let mut links = Vec::new();
    let mut connect = |endpoint: Endpoint| {
        let streams = Streams::new(endpoint.clone(), args.timeout, args.heartbeat);
        let redis = Redis::connect(endpoint, memory.clone(), args.timeout);
        links.push(redis.link());
        let executor = Executor::new(redis, Arc::clone(&scripts));
        Backend { executor, streams }
    };
    let (backend, readers) = (connect(endpoint), readers.map(connect));
    let front = Front::new(backend, readers, door.tokens, args.limits());
    let gate = Gate::new(front, Cors::new(args.cors_origin), links);
    if !address.ip().is_loopback() {
        log(format_args!(
            "{address} may be reached from outside, and has no TLS: put a proxy in front"
        ));
    }
    if let Some(listener) = door.scraped {
        log(format_args!(
            "metrics at http://{}/metrics",
            address_of(&listener)?
        ));
        tokio::spawn(scrape::serve(listener));
    }
    say(format_args!("redis-gateway listening on http://{address}"));
    if let Some(token) = door.made {
        say(format_args!("UPSTASH_REDIS_REST_URL=http://{address}"));
        say(format_args!("UPSTASH_REDIS_REST_TOKEN={token}"));
    }
    server::serve(door.listener, gate, args.max_connections, &mut door.signals).await
}

/// The tokens, now and whenever SIGHUP has had their files read again.
fn follow(tokens: Tokens, sources: Sources) -> Result<watch::Receiver<Tokens>, String> {
    let (renew, tokens) = watch::channel(tokens);
    if !sources.has_files() {
        return Ok(tokens);
    }
    let mut hangup = signals::hangup()?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match sources.read() {
                Ok(tokens) if tokens.is_empty() => {
                    log("kept the old tokens: there are no new ones")
                }
                Ok(tokens) => {
                    renew.send_replace(tokens);
                    log("read the tokens again");
                }
                Err(problem) => log(format_args!("kept the old tokens: {problem}")),
            }
        }
    });
    Ok(tokens)
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::AddrInUse => "; end what listens there, or choose another port",
            ErrorKind::InvalidInput => "; it must look like 127.0.0.1:8079",
            _ => "",
        };
        format!("can not listen on {address}: {error}{remedy}")
    })
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, String> {
    listener
        .local_addr()
        .map_err(|error| format!("can not tell where it listens: {error}"))
}
