//! The answers that hyper gives by itself, said as everything else is said: in JSON.
//!
//! hyper turns away what it can not read (bytes that are not HTTP, a path or a head that is too
//! large) with a status and no body, and asks nobody. Such a response is recognised on its way out,
//! because nothing of ours is on its way then, and replaced. Only one that would follow another
//! response which the client has not taken yet goes out as it is.
//!
//! hyper says nothing at all to who ends their side of the connection too early, or as soon as the
//! request is sent, as simple tools do. The first get their answer here; from the others that end is
//! kept back until the answer is sent. A stream shall see it, because nobody reads that any more.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::reply::push_error;

/// How long a client may go on sending what nobody reads. Closed at once, the connection would be
/// reset, and the answer with it.
const LINGER: Duration = Duration::from_secs(2);

/// How often who answers may be asked whether the body is complete, before the end counts as too
/// early. Once would do.
const DOUBTS: u8 = 4;

/// How far a connection is with a request. The connection and who answers tell each other.
#[derive(Clone, Default)]
pub struct Turn(Arc<AtomicU8>);

/// The head of a request is awaited.
const LISTENING: u8 = 0;

/// It is here, but not all of the body.
const RECEIVING: u8 = 1;

/// All of it is here.
const WORKING: u8 = 2;

/// Our response is on its way.
const ANSWERING: u8 = 3;

/// Our response goes on as long as someone reads.
const STREAMING: u8 = 4;

impl Turn {
    /// A request has come.
    pub fn receive(&self) {
        self.set(RECEIVING);
    }

    /// All of it has come.
    pub fn work(&self) {
        self.set(WORKING);
    }

    /// A stream answers.
    pub fn stream(&self) {
        self.set(STREAMING);
    }

    /// The response follows.
    pub fn answer(&self) {
        if self.get() != STREAMING {
            self.set(ANSWERING);
        }
    }

    /// Everything is written. Whether that was an answer.
    fn listen(&self) -> bool {
        let is_answered = self.get() == ANSWERING;
        if is_answered {
            self.set(LISTENING);
        }
        is_answered
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, state: u8) {
        self.0.store(state, Ordering::Relaxed);
    }
}

/// A client's connection.
pub struct Answering<S> {
    stream: S,
    turn: Turn,
    /// Whether a request has begun.
    is_begun: bool,
    /// How often the end of what the client sends was kept back while it may be too early.
    doubts: u8,
    /// Waits for that end, which is kept back.
    waker: Option<Waker>,
    /// What we say in hyper's place.
    answer: Bytes,
    /// Runs from the moment when the answer has been sent.
    linger: Option<Pin<Box<Sleep>>>,
}

impl<S> Answering<S> {
    /// A connection that follows `turn`.
    pub fn new(stream: S, turn: Turn) -> Self {
        Self {
            stream,
            turn,
            is_begun: false,
            doubts: 0,
            waker: None,
            answer: Bytes::new(),
            linger: None,
        }
    }

    /// Whether `bytes` are replaced.
    fn replaces(&mut self, bytes: &[u8]) -> bool {
        if matches!(self.turn.get(), ANSWERING | STREAMING) {
            return false;
        }
        let Some(answer) = answer_instead(bytes) else {
            return false;
        };
        self.answer = answer;
        self.linger = Some(Box::pin(sleep(LINGER)));
        true
    }
}

/// What to send instead of hyper's own `response`.
fn answer_instead(response: &[u8]) -> Option<Bytes> {
    let status = response
        .strip_prefix(b"HTTP/1.1 ")
        .or(response.strip_prefix(b"HTTP/1.0 "))?;
    let (line, message) = match status.get(..3)? {
        b"414" => (
            "414 URI Too Long",
            "ERR max path size exceeded. Limit: 65534 bytes; send the command in the body",
        ),
        b"431" => (
            "431 Request Header Fields Too Large",
            "ERR max header size exceeded: send fewer or smaller headers",
        ),
        [b'4', ..] => (
            "400 Bad Request",
            "ERR failed to parse the request: it is not HTTP/1.1",
        ),
        _ => return None,
    };
    Some(error(line, message))
}

/// A whole response.
fn error(line: &str, message: &str) -> Bytes {
    let mut json = Vec::new();
    push_error(&mut json, message);
    let mut answer = format!(
        "HTTP/1.1 {line}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nconnection: close\r\n\r\n",
        json.len()
    )
    .into_bytes();
    answer.append(&mut json);
    answer.into()
}

impl<S: AsyncWrite + Unpin> Answering<S> {
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.answer.is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(context, &self.answer))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.answer.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Answering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        match this.turn.get() {
            WORKING | ANSWERING if read.is_empty() => {
                this.waker = Some(context.waker().clone());
                return Poll::Pending;
            }
            // hyper looks for the end before it passes on what it has of the body.
            RECEIVING if read.is_empty() && this.doubts < DOUBTS => {
                this.doubts += 1;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            LISTENING if read.is_empty() && this.is_begun => {
                this.is_begun = false;
                this.answer = error("400 Bad Request", "ERR the request ended early");
            }
            // Some send a line too much after a request.
            LISTENING => this.is_begun |= read.iter().any(|byte| !b"\r\n".contains(byte)),
            _ => {}
        }
        this.poll_answer(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Answering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.replaces(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if parts.first().is_some_and(|head| self.replaces(head)) {
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when it has nothing left to write.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_answer(context))?;
        if this.turn.listen() {
            (this.is_begun, this.doubts) = (false, 0);
            this.waker.take().into_iter().for_each(Waker::wake);
        }
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(context))?;
        let this = &mut *self;
        ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        let Some(linger) = &mut this.linger else {
            return Poll::Ready(Ok(()));
        };
        let mut unread = [0; 8 * 1024];
        while linger.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut unread);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        this.linger = None;
        Poll::Ready(Ok(()))
    }
}
