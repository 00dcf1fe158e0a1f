//! One HTTP request to one HTTP response: method, token, headers, body, status.
//!
//! What the request asks of Redis is read by `request` and run by `execute`; sockets are
//! `server`'s. Every response from here is JSON. What is not HTTP does not get here: hyper turns it
//! away with a bare 400, and a path over 64 kB with a 414.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use crate::auth::Tokens;
use crate::execute::Executor;
use crate::metrics::METRICS;
use crate::refusal::Refusal;
use crate::reply::{Encoding, push_error};
use crate::request;

/// A body that has not arrived by then will not.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Of a body that nobody reads, this much is received before the connection is closed, because a
/// client which is still sending does not see the answer.
const DRAINED: usize = 64 * 1024 * 1024;

/// The protocol's HTTP side.
pub struct Front {
    executor: Executor,
    tokens: watch::Receiver<Tokens>,
    limits: Limits,
    slots: Arc<Semaphore>,
    sync_token: AtomicU64,
}

/// What is too much.
pub struct Limits {
    /// The size of a body, in bytes.
    pub request_size: usize,
    /// How many requests may be under way.
    pub requests: usize,
}

/// The place of one request among those that may be under way. It travels with the response,
/// because what is not sent yet takes memory.
pub type Slot = Arc<OwnedSemaphorePermit>;

impl Front {
    /// Answers those who have one of `tokens` at that time.
    pub fn new(executor: Executor, tokens: watch::Receiver<Tokens>, limits: Limits) -> Self {
        // Microseconds, so that a restarted gateway does not hand out the tokens of its predecessor
        // again.
        let start = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_micros();
        let sync_token = AtomicU64::new(u64::try_from(start).unwrap_or_default());
        Self {
            executor,
            tokens,
            slots: Arc::new(Semaphore::new(limits.requests)),
            limits,
            sync_token,
        }
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let mut response = match self.run(request).await {
            Ok((slot, status, json)) => {
                let mut response = self::json(status, json);
                response.extensions_mut().insert(slot);
                response
            }
            Err(refusal) => self::refusal(&refusal),
        };
        // Behind one connection every read sees every write; clients only expect that the token
        // moves.
        let sync_token = self.sync_token.fetch_add(1, Ordering::Relaxed);
        response
            .headers_mut()
            .insert("upstash-sync-token", sync_token.into());
        response
    }

    async fn run(
        &self,
        request: Request<Incoming>,
    ) -> Result<(Slot, StatusCode, Vec<u8>), Refusal> {
        let (head, mut body) = request.into_parts();
        let query = head.uri.query().unwrap_or_default();
        let access = match head.method {
            Method::GET | Method::HEAD | Method::POST | Method::PUT => self
                .tokens
                .borrow()
                .access(&head.headers, query)
                .ok_or(Refusal::Unauthorized),
            _ => Err(Refusal::Method),
        };
        // Only after the token, so that those without one can not take the places of the others.
        let admitted = access.and_then(|access| Ok((access, self.slot()?)));
        let received = on_time(async {
            match admitted {
                Ok((access, slot)) => {
                    let body = read_body(&mut body, self.limits.request_size).await?;
                    METRICS.received.add(body.len());
                    Ok((access, slot, body))
                }
                Err(refusal) => {
                    drain(&mut body).await;
                    Err(refusal)
                }
            }
        });
        let (access, slot, body) = received.await?;
        let encoding = encoding(&head.headers)?;
        let request =
            request::Request::parse(head.uri.path(), query, &body).map_err(Refusal::Invalid)?;
        let (status, json) = self.executor.execute(request, access, encoding).await?;
        Ok((slot, status, json))
    }

    fn slot(&self) -> Result<Slot, Refusal> {
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        slot.map(Arc::new).map_err(|_| Refusal::Crowded {
            limit: self.limits.requests,
            of: "requests",
        })
    }
}

/// A response with JSON that nobody may keep.
pub fn json(status: StatusCode, json: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(json));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The response to a request without results.
pub fn refusal(refusal: &Refusal) -> Response<Full<Bytes>> {
    METRICS.refused(refusal.reason());
    let mut text = Vec::new();
    push_error(&mut text, &refusal.to_string());
    let mut response = json(refusal.status(), text);
    let (name, value) = match refusal {
        Refusal::Method => (ALLOW, "GET, HEAD, POST, PUT"),
        Refusal::Unauthorized => (WWW_AUTHENTICATE, "Bearer"),
        Refusal::Crowded { .. } => (RETRY_AFTER, "1"),
        _ => return response,
    };
    let headers = response.headers_mut();
    headers.insert(name, HeaderValue::from_static(value));
    response
}

/// Refuses a request that nobody reads.
pub async fn refuse(mut request: Request<Incoming>, refusal: &Refusal) -> Response<Full<Bytes>> {
    let drained = on_time(async {
        drain(request.body_mut()).await;
        Ok(())
    });
    match drained.await {
        Ok(()) => self::refusal(refusal),
        Err(late) => self::refusal(&late),
    }
}

async fn on_time<T>(receive: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    timeout(BODY_TIMEOUT, receive).await.unwrap_or_else(|_| {
        Err(Refusal::Invalid(format!(
            "ERR the request body did not arrive within {} s",
            BODY_TIMEOUT.as_secs()
        )))
    })
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, Refusal> {
    if headers
        .get("upstash-response-format")
        .is_some_and(|format| !format.as_bytes().eq_ignore_ascii_case(b"json"))
    {
        let text = "ERR unsupported Upstash-Response-Format: send json, or leave the header out";
        return Err(Refusal::Invalid(text.to_owned()));
    }
    match headers.get("upstash-encoding").map(HeaderValue::as_bytes) {
        None | Some(b"") => Ok(Encoding::Text),
        Some(encoding) if encoding.eq_ignore_ascii_case(b"base64") => Ok(Encoding::Base64),
        Some(_) => {
            let text =
                "ERR unsupported Upstash-Encoding: send base64, or leave the header out for text";
            Err(Refusal::Invalid(text.to_owned()))
        }
    }
}

/// The whole body. One that arrives in one piece, as most do, is not copied.
async fn read_body(body: &mut Incoming, limit: usize) -> Result<Bytes, Refusal> {
    match Limited::new(&mut *body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            drain(body).await;
            Err(Refusal::TooLarge { limit })
        }
        Err(_) => Err(Refusal::Invalid(
            "ERR the request body ended early".to_owned(),
        )),
    }
}

/// Receives what is left of a body without keeping it.
async fn drain(body: &mut Incoming) {
    let mut length = 0;
    while let (true, Some(Ok(frame))) = (length < DRAINED, body.frame().await) {
        length += frame.data_ref().map_or(0, Bytes::len);
    }
}
