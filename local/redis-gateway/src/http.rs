//! One HTTP request to one HTTP response: method, token, headers, body, status.
//!
//! What the request asks of Redis is read by `request` and run by `execute`; sockets are
//! `server`'s. Every response from here is JSON. What is not HTTP does not get here: hyper turns it
//! away with a bare 400, and a path over 64 kB with a 414.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::timeout;

use crate::auth::Tokens;
use crate::execute::Executor;
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
    tokens: Tokens,
    max_request_size: usize,
    sync_token: AtomicU64,
}

impl Front {
    /// Answers those who have one of `tokens`, and whose bodies have at most `max_request_size`
    /// bytes.
    pub fn new(executor: Executor, tokens: Tokens, max_request_size: usize) -> Self {
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
            max_request_size,
            sync_token,
        }
    }

    /// Answers one request.
    pub async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (status, json) = match self.run(request).await {
            Ok(answer) => answer,
            Err(refusal) => {
                let mut json = Vec::new();
                push_error(&mut json, &refusal.to_string());
                (refusal.status(), json)
            }
        };
        let mut response = Response::new(Full::from(json));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Behind one connection every read sees every write; clients only expect that the token
        // moves.
        let sync_token = self.sync_token.fetch_add(1, Ordering::Relaxed);
        headers.insert("upstash-sync-token", sync_token.into());
        match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST, PUT"))
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            }
            _ => None,
        };
        Ok(response)
    }

    async fn run(&self, request: Request<Incoming>) -> Result<(StatusCode, Vec<u8>), Refusal> {
        let (head, mut body) = request.into_parts();
        let query = head.uri.query().unwrap_or_default();
        let access = match head.method {
            Method::GET | Method::HEAD | Method::POST | Method::PUT => self
                .tokens
                .access(&head.headers, query)
                .ok_or(Refusal::Unauthorized),
            _ => Err(Refusal::Method),
        };
        let received = timeout(BODY_TIMEOUT, async {
            match access {
                Ok(access) => Ok((access, read_body(&mut body, self.max_request_size).await?)),
                Err(refusal) => {
                    drain(&mut body).await;
                    Err(refusal)
                }
            }
        });
        let late = || {
            Refusal::Invalid(format!(
                "ERR the request body did not arrive within {} s",
                BODY_TIMEOUT.as_secs()
            ))
        };
        let (access, body) = received.await.map_err(|_| late())??;
        let encoding = encoding(&head.headers)?;
        let request =
            request::Request::parse(head.uri.path(), query, &body).map_err(Refusal::Invalid)?;
        self.executor.execute(request, access, encoding).await
    }
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
