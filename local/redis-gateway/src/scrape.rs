//! The numbers of `metrics` over HTTP, on a port of their own.
//!
//! On their own, because whoever collects them should need no token that opens Redis, and whoever
//! may ask Redis need not see them.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::metrics::METRICS;
use crate::server::accept;

/// Collectors ask every few seconds, and some keep the connection.
const IDLE: Duration = Duration::from_secs(75);

/// Serves them until it is dropped.
pub async fn serve(listener: TcpListener) {
    loop {
        let stream = TokioIo::new(accept(&listener).await);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE)
            .serve_connection(stream, service_fn(answer));
        tokio::spawn(async move { drop(connection.await) });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text, kind) = match request.uri().path() {
        "/metrics" => (
            StatusCode::OK,
            METRICS.to_string(),
            "text/plain; version=0.0.4; charset=utf-8",
        ),
        _ => (
            StatusCode::NOT_FOUND,
            "the metrics are at /metrics\n".to_owned(),
            "text/plain; charset=utf-8",
        ),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}
