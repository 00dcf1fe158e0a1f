//! The answers that hyper gives by itself, said as everything else is said: in JSON.
//!
//! hyper turns away what it can not read (bytes that are not HTTP, a path or a head that is too
//! large) with a status and no body, and asks nobody. Such a response is recognised on its way out,
//! because nothing of ours is on its way then, and replaced. Only one that would follow another
//! response which the client has not taken yet goes out as it is.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::reply::push_error;

/// How long a client may go on sending what nobody reads. Closed at once, the connection would be
/// reset, and the answer with it.
const LINGER: Duration = Duration::from_secs(2);

/// Whether what is written next is ours.
#[derive(Clone, Default)]
pub struct Turn(Arc<AtomicBool>);

impl Turn {
    /// A response of ours follows.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Everything is written.
    fn end(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    fn is_ours(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A client's connection.
pub struct Answering<S> {
    stream: S,
    turn: Turn,
    /// What replaces hyper's response.
    answer: Bytes,
    /// Runs from the moment when the answer has been sent.
    linger: Option<Pin<Box<Sleep>>>,
}

impl<S> Answering<S> {
    /// `turn` has to be told before each response.
    pub fn new(stream: S, turn: Turn) -> Self {
        Self {
            stream,
            turn,
            answer: Bytes::new(),
            linger: None,
        }
    }

    /// Whether `bytes` are replaced.
    fn replaces(&mut self, bytes: &[u8]) -> bool {
        if self.turn.is_ours() {
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
    let mut json = Vec::new();
    push_error(&mut json, message);
    let mut answer = format!(
        "HTTP/1.1 {line}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nconnection: close\r\n\r\n",
        json.len()
    )
    .into_bytes();
    answer.append(&mut json);
    Some(answer.into())
}

impl<S: AsyncRead + Unpin> AsyncRead for Answering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
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
        while !this.answer.is_empty() {
            match ready!(Pin::new(&mut this.stream).poll_write(context, &this.answer))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => this.answer.advance(written),
            }
        }
        this.turn.end();
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
