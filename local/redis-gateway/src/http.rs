//! One HTTP request to one HTTP response: method, token, headers, body, status.
//!
//! What the request asks of Redis is read by `request`, and run by `execute` or, where a stream
//! answers, by `stream`; sockets are `server`'s. Every refusal from here is JSON. What is not HTTP
//! does not get here: `answering` speaks for hyper then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::auth::{Access, Tokens};
use crate::execute::{Answer, Executor};
use crate::metrics::METRICS;
use crate::refusal::Refusal;
use crate::reply::{Encoding, Format};
use crate::request::{self, parse_stream};
use crate::stream::{Events, Streams};
use crate::turn::Turn;

/// Of a body that nobody reads, this much is received before the connection is closed, because a
/// client which is still sending does not see the answer.
const DRAINED: usize = 64 * 1024 * 1024;

/// Proxies that collect a response before they pass it on leave one with this header alone.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What clients send back with the next request.
const SYNC_TOKEN: HeaderName = HeaderName::from_static("upstash-sync-token");

/// What is sent back: a whole body, or events as they come.
pub type ResponseBody = Either<Full<Bytes>, Events>;

/// Redis, as tokens of one kind use it.
pub struct Backend {
    /// Runs what is answered at once.
    pub executor: Executor,
    /// Opens what goes on.
    pub streams: Streams,
}

/// The protocol's HTTP side.
pub struct Front {
    backend: Backend,
    readers: Option<Backend>,
    tokens: watch::Receiver<Tokens>,
    limits: Limits,
    slots: Arc<Semaphore>,
    sync_token: AtomicU64,
}

/// What is too much.
pub struct Limits {
    /// The size of a body, in bytes.
    pub request_size: usize,
    /// How many commands a pipeline or transaction may have.
    pub commands: usize,
    /// How many requests may be under way.
    pub requests: usize,
}

/// The place of one request among those that may be under way.
pub type Slot = OwnedSemaphorePermit;

impl Front {
    /// Answers those who have one of `tokens` at that time. Read-only tokens use `readers`, if there
    /// is such a backend.
    pub fn new(
        backend: Backend,
        readers: Option<Backend>,
        tokens: watch::Receiver<Tokens>,
        limits: Limits,
    ) -> Self {
        // Microseconds, so that a restarted gateway does not hand out the tokens of its predecessor
        // again.
        let start = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_micros();
        let sync_token = AtomicU64::new(u64::try_from(start).unwrap_or_default());
        Self {
            backend,
            readers,
            tokens,
            slots: Arc::new(Semaphore::new(limits.requests)),
            limits,
            sync_token,
        }
    }

    /// Ends what would go on as long as someone reads.
    pub fn end_streams(&self) {
        for backend in [&self.backend].into_iter().chain(&self.readers) {
            backend.streams.end();
        }
    }

    /// Answers one request, and says which place it takes until the response is sent.
    pub async fn answer(
        &self,
        request: Request<Incoming>,
        turn: &Turn,
    ) -> (Response<ResponseBody>, Option<Slot>) {
        let (mut response, slot) = match self.run(request, turn).await {
            Ok(answered) => answered,
            Err(refusal) => (self::refusal(&refusal).map(Either::Left), None),
        };
        // Behind one connection every read sees every write; clients only expect that the token
        // moves.
        let sync_token = self.sync_token.fetch_add(1, Ordering::Relaxed);
        response.headers_mut().insert(SYNC_TOKEN, sync_token.into());
        (response, slot)
    }

    async fn run(
        &self,
        request: Request<Incoming>,
        turn: &Turn,
    ) -> Result<(Response<ResponseBody>, Option<Slot>), Refusal> {
        let (head, mut body) = request.into_parts();
        let query = head.uri.query().unwrap_or_default();
        let access = match head.method {
            _ if !names_one_host(&head) => Err(Refusal::Invalid(
                "ERR failed to parse the request: send one header Host".to_owned(),
            )),
            Method::GET | Method::HEAD | Method::POST | Method::PUT => self
                .tokens
                .borrow()
                .access(&head.headers, query)
                .ok_or(Refusal::Unauthorized),
            _ => Err(Refusal::Method),
        };
        // Only after the token, so that those without one can not take the places of the others.
        let admitted = access.and_then(|access| Ok((access, self.slot()?)));
        let received = self.receive(admitted, &head.headers, &mut body, turn).await;
        turn.work();
        let ((access, slot), body) = received?;
        METRICS.received.add(body.len());
        let backend = match (access, &self.readers) {
            (Access::ReadOnly, Some(readers)) => readers,
            _ => &self.backend,
        };
        let path = head.uri.path();
        // A stream gives its slot back when it begins: what it may hold is limited by itself, and
        // how many there are by the connections.
        if let Some(command) = parse_stream(path) {
            let events = backend.streams.open(command, access, turn).await?;
            return Ok((respond_with(events), None));
        }
        let request = request::Request::parse(path, query, &body, self.limits.commands)
            .map_err(Refusal::Invalid)?;
        let format = format(&head.headers, &request)?;
        let answer = backend.executor.execute(request, access, format).await?;
        Ok((respond(answer).map(Either::Left), Some(slot)))
    }

    /// The whole body of a request that is admitted; of another one it is only taken.
    async fn receive<T>(
        &self,
        admitted: Result<T, Refusal>,
        headers: &HeaderMap,
        body: &mut Incoming,
        turn: &Turn,
    ) -> Result<(T, Bytes), Refusal> {
        let limit = self.limits.request_size;
        // Who asks before sending is answered before sending.
        let asks = headers.contains_key(EXPECT);
        let size = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if asks && admitted.is_ok() && size > limit {
            return Err(Refusal::TooLarge { limit });
        }
        match admitted {
            Ok(admitted) => Ok((admitted, read_body(body, limit, turn).await?)),
            Err(refusal) if asks => Err(refusal),
            Err(refusal) => {
                drain(body).await;
                Err(refusal)
            }
        }
    }

    fn slot(&self) -> Result<Slot, Refusal> {
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        slot.map_err(|_| Refusal::Crowded {
            limit: self.limits.requests,
            of: "requests",
        })
    }
}

/// Whether who forwards the request and who answers it can not take it for requests to two hosts.
fn names_one_host(head: &Parts) -> bool {
    let hosts = head.headers.get_all(HOST).iter().count();
    hosts == 1 || hosts == 0 && head.version < Version::HTTP_11
}

/// A response that nobody may keep.
fn respond(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(answer.body));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn respond_with(events: Events) -> Response<ResponseBody> {
    let mut response = Response::new(Either::Right(events));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// A response with JSON.
pub fn json(status: StatusCode, json: Vec<u8>) -> Response<Full<Bytes>> {
    respond(Answer::json(status, json))
}

/// The response to a request without results.
pub fn refusal(refusal: &Refusal) -> Response<Full<Bytes>> {
    METRICS.refused(refusal.reason());
    let mut response = respond(Answer::error(refusal.status(), &refusal.to_string()));
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
    drain(request.body_mut()).await;
    self::refusal(refusal)
}

/// How `request` is to be answered.
fn format(headers: &HeaderMap, request: &request::Request<'_>) -> Result<Format, Refusal> {
    let invalid = |text: &str| Err(Refusal::Invalid(text.to_owned()));
    let encoding = match headers.get("upstash-encoding").map(HeaderValue::as_bytes) {
        None | Some(b"") => Encoding::Text,
        Some(encoding) if encoding.eq_ignore_ascii_case(b"base64") => Encoding::Base64,
        Some(_) => {
            return invalid(
                "ERR unsupported Upstash-Encoding: send base64, or leave the header out for text",
            );
        }
    };
    let is_resp2 = match headers.get("upstash-response-format") {
        None => false,
        Some(format) if format.as_bytes().eq_ignore_ascii_case(b"json") => false,
        Some(format) if format.as_bytes().eq_ignore_ascii_case(b"resp2") => true,
        Some(_) => {
            return invalid("ERR unsupported Upstash-Response-Format: send json or resp2");
        }
    };
    match request {
        // What comes back for a transaction is not what Redis sent: it is JSON, whatever is asked.
        request::Request::Transaction(_) => Ok(Format::Json(encoding)),
        _ if is_resp2 && encoding == Encoding::Base64 => invalid(
            "ERR Upstash-Encoding: base64 is not for Upstash-Response-Format: resp2, which has \
             every byte as it is",
        ),
        _ if is_resp2 => Ok(Format::Resp2),
        _ => Ok(Format::Json(encoding)),
    }
}

/// The whole body. One that arrives in one piece, as most do, is not copied.
async fn read_body(body: &mut Incoming, limit: usize, turn: &Turn) -> Result<Bytes, Refusal> {
    match Limited::new(&mut *body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            drain(body).await;
            Err(Refusal::TooLarge { limit })
        }
        Err(_) => {
            let problem = if turn.is_late() {
                "ERR the request body did not arrive in time"
            } else {
                "ERR the request body ended early"
            };
            Err(Refusal::Invalid(problem.to_owned()))
        }
    }
}

/// Receives what is left of a body without keeping it.
async fn drain(body: &mut Incoming) {
    let mut length = 0;
    while let (true, Some(Ok(frame))) = (length < DRAINED, body.frame().await) {
        length += frame.data_ref().map_or(0, Bytes::len);
    }
}
