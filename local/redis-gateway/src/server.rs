//! Sockets: accepting connections, serving HTTP on each, and ending without cutting anyone off.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::answering::Answering;
use crate::gate::Gate;
use crate::log::log;
use crate::metrics::METRICS;
use crate::signals::Signals;
use crate::turn::Turn;

/// A connection that sends no request for so long is closed: longer than clients keep idle ones
/// themselves, so that none is closed under a request.
const IDLE: Duration = Duration::from_secs(75);

/// A connection that is one too many gets an answer, but has to ask soon.
const HURRY: Duration = Duration::from_secs(5);

/// How many connections too many may wait for that answer. The next ones are not accepted before
/// one of them is gone.
const TURNED_AWAY: usize = 64;

/// How long the requests under way may take when the gateway ends.
const FAREWELL: Duration = Duration::from_secs(10);

/// How long the heads of requests on their way may take then.
const HEADS: Duration = Duration::from_secs(1);

/// Out of file descriptors, accepting at once again would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves at most `limit` connections until the first signal, then lets the requests under way
/// finish. The error says that not all of them could, because of their time or of a second signal.
pub async fn serve(
    listener: TcpListener,
    gate: Gate,
    limit: usize,
    signals: &mut Signals,
) -> Result<(), String> {
    allow_files();
    let gate = Arc::new(gate);
    let (room, overflow) = (semaphore(limit), semaphore(TURNED_AWAY));
    let graceful = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            stream = accept(&listener) => stream,
            () = signals.end() => break,
        };
        if let Ok(place) = Arc::clone(&room).try_acquire_owned() {
            let connection = converse(stream, Arc::clone(&gate), IDLE, None);
            hold(graceful.watch(connection), place);
            continue;
        }
        let place = tokio::select! {
            place = Arc::clone(&overflow).acquire_owned() => place,
            () = signals.end() => break,
        };
        let Ok(place) = place else { continue };
        let connection = converse(stream, Arc::clone(&gate), HURRY, Some(limit));
        hold(graceful.watch(connection), place);
    }
    drop(listener);
    gate.end_streams();
    tokio::select! {
        ended = timeout(FAREWELL, graceful.shutdown()) => {
            ended.map_err(|_| format!("ended before its last requests, after {} s", FAREWELL.as_secs()))
        }
        () = all_answered() => Ok(()),
        () = signals.end() => Err("ended before its last requests, by a second signal".to_owned()),
    }
}

/// Resolves when no request is under way. Who has sent no more than a part of a head by then has asked nothing.
async fn all_answered() {
    loop {
        sleep(HEADS).await;
        if METRICS.in_flight.get() == 0 {
            return;
        }
    }
}

/// The next connection.
pub async fn accept(listener: &TcpListener) -> TcpStream {
    let mut is_told = false;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are small and written whole: waiting to fill a packet would only delay
                // them.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                // Without free file descriptors it lasts until somebody hangs up.
                if !std::mem::replace(&mut is_told, true) {
                    log(format_args!("can not accept a connection: {error}"));
                }
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Speaks HTTP with a client, who is one too many if there is a limit to name.
fn converse(
    stream: TcpStream,
    gate: Arc<Gate>,
    patience: Duration,
    exceeded: Option<usize>,
) -> impl GracefulConnection<Error: Send> + Send + 'static {
    let turn = Turn::default();
    let stream = TokioIo::new(Answering::new(stream, turn.clone(), patience));
    let service = service_fn(move |request: Request<Incoming>| {
        let (gate, turn) = (Arc::clone(&gate), turn.clone());
        turn.receive();
        async move {
            let response = match exceeded {
                None => gate.answer(request, &turn).await,
                Some(limit) => gate.turn_away(request, limit).await,
            };
            turn.answer();
            Ok::<_, Infallible>(response)
        }
    });
    http1::Builder::new().serve_connection(stream, service)
}

fn hold(connection: impl Future + Send + 'static, place: OwnedSemaphorePermit) {
    let counted = METRICS.connections.hold();
    tokio::spawn(async move {
        // An error here is a client that went away or does not speak HTTP: there is nobody to tell.
        let _ = connection.await;
        drop((counted, place));
    });
}

fn semaphore(places: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)))
}

/// Each connection is a file. Many systems allow few of them, but more to those who ask.
fn allow_files() {
    let files = getrlimit(Resource::Nofile);
    let more = Rlimit {
        current: files.maximum,
        ..files
    };
    // Where this is not possible, connections wait to be accepted.
    let _ = setrlimit(Resource::Nofile, more);
}
