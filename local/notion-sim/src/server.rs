//! The sim's shell: a socket, the clock, and the routes under `/_sim/`.
//!
//! One lock around the sim: requests are answered one after the other, which is what a rate limit in a test wants anyway.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::channel::Channel;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use notion_sim::oracle::{self, Truth};
use notion_sim::{Change, Sim, Uuid, event};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::Arguments;
use crate::deliveries::{Outbox, Subscription};

type Body = BoxBody<Bytes, Infallible>;

/// The largest request that is read; Notion takes 500 kB.
const BODY_LIMIT: usize = 1 << 20;

struct Shared {
    sim: Mutex<Sim>,
    /// Who is told of changes, and how many were told.
    webhook: Mutex<Option<(Outbox, u64)>>,
    latency: Duration,
}

impl Shared {
    fn sim(&self) -> MutexGuard<'_, Sim> {
        self.sim.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn webhook(&self) -> MutexGuard<'_, Option<(Outbox, u64)>> {
        self.webhook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change now, and has who is subscribed told of it.
    fn apply(&self, change: Change) -> Result<Uuid, String> {
        let (mut sim, now) = (self.sim(), now_ms());
        let changed = sim.workspace_mut().apply(change.clone(), now);
        let changed = changed.map_err(|error| error.to_string())?;
        if let Some((outbox, number)) = self.webhook().as_mut()
            && let Some(event) = event(sim.workspace(), &change, changed, *number, now)
        {
            *number += 1;
            // Who reads it ends with the server only.
            let _sent = outbox.send(event);
        }
        Ok(changed)
    }
}

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("the runtime did not start: {error}"))?;
    let served = runtime.block_on(serve(arguments));
    runtime.shutdown_background();
    served
}

async fn serve(arguments: &Arguments) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => format!(
                "port {} on 127.0.0.1 is in use by another program",
                arguments.port
            ),
            _ => format!("cannot listen on {address}: {error}"),
        })?;
    let local = listener
        .local_addr()
        .map_err(|error| format!("the socket has no address: {error}"))?;
    let mut options = arguments.options();
    if options.files_base.as_deref() == Some("self") {
        options.files_base = Some(format!("http://{local}/files"));
    }
    let sim = Mutex::new(Sim::new(arguments.workspace(), options));
    let shared = Arc::new(Shared {
        sim,
        webhook: Mutex::new(None),
        latency: Duration::from_millis(arguments.latency_ms),
    });
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|error| format!("SIGTERM cannot be watched: {error}"))?;
    let mut interrupt = signal(SignalKind::interrupt())
        .map_err(|error| format!("SIGINT cannot be watched: {error}"))?;
    println!("notion-sim listening on http://{local}");
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            accepted = listener.accept() => {
                // A connection that could not be accepted is the client's to try again.
                if let Ok((stream, _)) = accepted {
                    let shared = Arc::clone(&shared);
                    tokio::spawn(async move {
                        let service = service_fn(|request| answer(&shared, request));
                        // How a connection ends says nothing to anyone: the client has its answer, or has gone.
                        let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                    });
                }
            }
        }
    }
}

async fn answer(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request is larger than 1 MB\n".to_string(),
        ));
    };
    let body = body.to_bytes();
    if let Some(path) = parts.uri.path().strip_prefix("/_sim/") {
        return Ok(control(shared, &parts.method, path, &body));
    }
    let request = Request::from_parts(parts, body.to_vec());
    let response = shared.sim().handle(&request, now_ms());
    tokio::time::sleep(shared.latency).await;
    Ok(response.map(|body| Full::new(Bytes::from(body)).boxed()))
}

fn control(shared: &Arc<Shared>, method: &Method, path: &str, body: &[u8]) -> Response<Body> {
    match (method, path) {
        (&Method::GET, "counters") => json(StatusCode::OK, shared.sim().requests()),
        (&Method::GET, "oracle") => truth(Arc::clone(shared)),
        (&Method::POST, "changes") => {
            let applied = serde_json::from_slice::<Change>(body)
                .map_err(|error| error.to_string())
                .and_then(|change| shared.apply(change));
            told(applied.map(|id| serde_json::json!({ "id": id })))
        }
        (&Method::POST, "webhook") => {
            let begun = serde_json::from_slice::<Subscription>(body)
                .map_err(|error| error.to_string())
                .and_then(Subscription::begin);
            told(begun.map(|outbox| {
                *shared.webhook() = Some((outbox, 0));
                serde_json::json!({})
            }))
        }
        _ => text(
            StatusCode::NOT_FOUND,
            "the routes are POST changes, POST webhook, GET counters and GET oracle\n".to_string(),
        ),
    }
}

fn told(outcome: Result<serde_json::Value, String>) -> Response<Body> {
    match outcome {
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => json(
            StatusCode::BAD_REQUEST,
            &serde_json::json!({ "error": error }),
        ),
    }
}

/// The whole truth as JSON lines, made a few at a time so that others get their turn.
fn truth(shared: Arc<Shared>) -> Response<Body> {
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(4);
    tokio::spawn(async move {
        let (containers, pages): (Vec<Truth>, Vec<Uuid>) = {
            let sim = shared.sim();
            let databases = oracle::databases(sim.workspace()).map(Truth::Database);
            let sources = oracle::data_sources(sim.workspace()).map(Truth::DataSource);
            (
                databases.chain(sources).collect(),
                oracle::page_ids(sim.workspace()).collect(),
            )
        };
        for chunk in containers.chunks(100) {
            if sender.send_data(lines(chunk)).await.is_err() {
                return;
            }
        }
        for ids in pages.chunks(100) {
            let chunk = {
                let sim = shared.sim();
                let pages = ids
                    .iter()
                    .filter_map(|id| oracle::page(sim.workspace(), *id))
                    .map(Truth::Page);
                lines(&pages.collect::<Vec<_>>())
            };
            if sender.send_data(chunk).await.is_err() {
                return;
            }
        }
    });
    let mut response = Response::new(body.boxed());
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    response
}

fn lines(truths: &[Truth]) -> Bytes {
    let lines = truths
        .iter()
        .filter_map(|truth| serde_json::to_string(truth).ok());
    Bytes::from(lines.map(|line| line + "\n").collect::<String>())
}

fn json(status: StatusCode, value: &impl serde::Serialize) -> Response<Body> {
    let body = serde_json::to_string(value).unwrap_or_default();
    let mut response = text(status, body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn text(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from(body)).boxed());
    *response.status_mut() = status;
    response
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64)
}
