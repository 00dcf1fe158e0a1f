//! Sockets: accepting connections, serving HTTP on each, and ending without cutting anyone off.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::answering::{Answering, Turn};
use crate::http::Front;
use crate::log::log;

/// A connection that sends no request for so long is closed: longer than clients keep idle ones
/// themselves, so that none is closed under a request.
const IDLE: Duration = Duration::from_secs(75);

/// How long the requests under way may take when the gateway ends.
const FAREWELL: Duration = Duration::from_secs(10);

/// Out of file descriptors, accepting at once again would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `end`, then lets the requests under way finish.
pub async fn serve(listener: TcpListener, front: Front, end: impl Future<Output = ()>) {
    let front = Arc::new(front);
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(IDLE);
    tokio::pin!(end);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    log(format_args!("can not accept a connection: {error}"));
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut end => break,
        };
        // Answers are small and written whole: waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let front = Arc::clone(&front);
        let turn = Turn::default();
        let stream = TokioIo::new(Answering::new(stream, turn.clone()));
        let service = service_fn(move |request| {
            let (front, turn) = (Arc::clone(&front), turn.clone());
            async move {
                let response = front.answer(request).await;
                turn.begin();
                response
            }
        });
        let connection = graceful.watch(http.serve_connection(stream, service));
        // An error here is a client that went away or does not speak HTTP: there is nobody to tell.
        tokio::spawn(async move { drop(connection.await) });
    }
    drop(listener);
    front.end_streams();
    let _ = timeout(FAREWELL, graceful.shutdown()).await;
}
