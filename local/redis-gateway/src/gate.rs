//! What surrounds the protocol: whether the gateway is well, what browsers ask first, and counting.
//!
//! The paths of the probes begin with `/-/`, because a path is a command and no command of Redis is
//! named `-`. They need no token and tell nothing but yes or no.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::watch;

use crate::cors::Cors;
use crate::http::{self, Front, ResponseBody, Slot};
use crate::link::Link;
use crate::metrics::{self, Held, METRICS};
use crate::refusal::Refusal;
use crate::turn::Turn;

/// Whether the process answers: what restarts it if it does not.
pub const HEALTH: &str = "/-/health";

/// Whether a command would reach Redis: what sends requests elsewhere if it would not.
const READY: &str = "/-/ready";

/// Everything that a connection may ask.
pub struct Gate {
    front: Front,
    cors: Cors,
    links: Vec<watch::Receiver<Link>>,
}

impl Gate {
    /// Lets requests through to `front`, which is ready while all `links` are up.
    pub fn new(front: Front, cors: Cors, links: Vec<watch::Receiver<Link>>) -> Self {
        Self { front, cors, links }
    }

    /// Ends what would go on as long as someone reads.
    pub fn end_streams(&self) {
        self.front.end_streams();
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request<Incoming>, turn: &Turn) -> Response<Counted> {
        let permission = self.cors.permission(request.headers());
        let mut response = match self.aside(&request) {
            Some(response) => Counted::aside(response),
            None => self.pass(request, turn).await,
        };
        response.headers_mut().extend(permission);
        response
    }

    /// Answers on a connection that is one too many, of at most `limit`, and closes it.
    pub async fn turn_away(&self, request: Request<Incoming>, limit: usize) -> Response<Counted> {
        let permission = self.cors.permission(request.headers());
        let of = "connections";
        let mut response = match self.aside(&request) {
            Some(response) => response,
            None => http::refuse(request, &Refusal::Crowded { limit, of }).await,
        };
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        headers.extend(permission);
        Counted::aside(response)
    }

    /// The response to what is not for Redis.
    fn aside(&self, request: &Request<Incoming>) -> Option<Response<Full<Bytes>>> {
        let headers = request.headers();
        match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, HEALTH) => Some(well()),
            (&Method::GET | &Method::HEAD, READY) => Some(self.ready()),
            (method, _) if self.cors.is_preflight(method, headers) => {
                let permission = self.cors.preflight(headers);
                Some(permission.map_or_else(|| http::refusal(&Refusal::Origin), preflight))
            }
            _ => None,
        }
    }

    async fn pass(&self, request: Request<Incoming>, turn: &Turn) -> Response<Counted> {
        let (since, in_flight) = (Instant::now(), METRICS.in_flight.hold());
        let endpoint = metrics::endpoint(request.uri().path());
        let (response, slot) = self.front.answer(request, turn).await;
        METRICS.answered(endpoint, response.status().as_u16(), since.elapsed());
        let under_way = UnderWay {
            _in_flight: in_flight,
            _slot: slot,
        };
        response.map(|body| Counted {
            body,
            under_way: Some(Arc::new(under_way)),
        })
    }

    fn ready(&self) -> Response<Full<Bytes>> {
        let is_up = |link: &watch::Receiver<Link>| matches!(*link.borrow(), Link::Up { .. });
        if self.links.iter().all(is_up) {
            return well();
        }
        // Not why: that may name what strangers need not know.
        let error = br#"{"error":"ERR redis is away"}"#;
        http::json(StatusCode::SERVICE_UNAVAILABLE, error.to_vec())
    }
}

fn well() -> Response<Full<Bytes>> {
    http::json(StatusCode::OK, br#"{"result":"OK"}"#.to_vec())
}

fn preflight(permission: HeaderMap) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    *response.headers_mut() = permission;
    response
}

/// A request that is not answered to the end.
struct UnderWay {
    _in_flight: Held,
    _slot: Option<Slot>,
}

/// A body whose bytes are counted, and whose request is under way until the last of them is sent.
pub struct Counted {
    body: ResponseBody,
    under_way: Option<Arc<UnderWay>>,
}

impl Counted {
    /// Of a request that is not among those under way.
    fn aside(response: Response<Full<Bytes>>) -> Response<Self> {
        response.map(|body| Self {
            body: Either::Left(body),
            under_way: None,
        })
    }

    fn count(&self, bytes: Bytes) -> Bytes {
        METRICS.sent.add(bytes.len());
        match &self.under_way {
            Some(under_way) => Bytes::from_owner(Chunk {
                bytes,
                _under_way: Arc::clone(under_way),
            }),
            None => bytes,
        }
    }
}

/// hyper takes a body much faster than it can send it, so each part has to hold on to the request.
struct Chunk {
    bytes: Bytes,
    _under_way: Arc<UnderWay>,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = <ResponseBody as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let count = |frame: Frame<Bytes>| frame.map_data(|bytes| self.count(bytes));
        Poll::Ready(frame.map(|frame| frame.map(count)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
