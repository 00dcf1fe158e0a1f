//! The answers that hyper gives by itself, said as everything else is said: in JSON.
//!
//! hyper turns away what it can not read (bytes that are not HTTP, a path or a head that is too
//! large) with a status and no body, and asks nobody. Such a response is recognised on its way out,
//! because nothing of ours is on its way then, and replaced. Only one that would follow another
//! response which the client has not taken yet goes out as it is.
//!
//! hyper says nothing at all to who speaks HTTP/2, takes too long, or ends their side of the
//! connection too early: they get their answer here. From who ends it as soon as the request is
//! sent, as simple tools do, that end is kept back until the answer is sent. A stream shall see it,
//! because nobody reads that any more.
//!
//! Nobody is waited for without end, so all of a connection's time is watched here: how long it is
//! silent, and how long its client takes nothing of what is sent.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::reply::push_error;
use crate::turn::{State, Turn};

/// How long a client may go on sending what nobody reads. Closed at once, the connection would be
/// reset, and the answer with it.
const LINGER: Duration = Duration::from_secs(2);

/// A body that has not arrived by then will not.
const BODY: Duration = Duration::from_secs(30);

/// A client that takes nothing of what is sent for so long is gone, or holds what others need.
const TAKING: Duration = Duration::from_secs(30);

/// What a client says first that takes the server's HTTP/2 for granted, as far as nothing else
/// begins like it.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// How often who answers may be asked whether the body is complete, before the end counts as too
/// early. Once would do.
const DOUBTS: u8 = 4;

/// What has come of the next request.
enum Beginning {
    /// As much of what may become the preface of HTTP/2; none yet, at first.
    Preface(usize),
    /// Something else.
    Request,
}

/// A client's connection.
pub struct Answering<S> {
    stream: S,
    turn: Turn,
    beginning: Beginning,
    /// How long it may take until the head of a request is here.
    patience: Duration,
    /// When that time is over, or that of a body.
    deadline: Pin<Box<Sleep>>,
    /// Whether it is that of a body.
    is_receiving: bool,
    /// Runs while the client takes nothing.
    taking: Option<Pin<Box<Sleep>>>,
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
    /// A connection that follows `turn`, and may be silent for as long as `patience`.
    pub fn new(stream: S, turn: Turn, patience: Duration) -> Self {
        Self {
            stream,
            turn,
            beginning: Beginning::Preface(0),
            patience,
            deadline: Box::pin(sleep(patience)),
            is_receiving: false,
            taking: None,
            doubts: 0,
            waker: None,
            answer: Bytes::new(),
            linger: None,
        }
    }

    /// Whether `bytes` are replaced.
    fn replaces(&mut self, bytes: &[u8]) -> bool {
        if matches!(self.turn.state(), State::Answering | State::Streaming) {
            return false;
        }
        let Some(answer) = answer_instead(bytes) else {
            return false;
        };
        self.say(answer);
        true
    }

    /// The last that is said.
    fn say(&mut self, answer: Bytes) {
        self.answer = answer;
        self.linger = Some(Box::pin(sleep(LINGER)));
    }

    /// Whether a request has begun.
    fn is_begun(&self) -> bool {
        !matches!(self.beginning, Beginning::Preface(0))
    }

    /// Takes note of what comes of a request. Whether it is HTTP/2.
    fn begin(&mut self, read: &[u8]) -> bool {
        for byte in read {
            match &mut self.beginning {
                Beginning::Request => return false,
                // Some send a line too much after a request.
                Beginning::Preface(0) if b"\r\n".contains(byte) => {}
                Beginning::Preface(length) if PREFACE.get(*length) == Some(byte) => {
                    *length += 1;
                    if *length == PREFACE.len() {
                        return true;
                    }
                }
                Beginning::Preface(_) => self.beginning = Beginning::Request,
            }
        }
        false
    }

    /// What to say to a client that has sent `read`, if that is the end of it.
    fn last_word(&mut self, read: &[u8]) -> Option<Bytes> {
        match self.turn.state() {
            State::Listening if read.is_empty() => self
                .is_begun()
                .then(|| error("400 Bad Request", "ERR the request ended early")),
            State::Listening => self.begin(read).then(|| {
                error(
                    "505 HTTP Version Not Supported",
                    "ERR failed to parse the request: it is HTTP/2; send HTTP/1.1",
                )
            }),
            _ => None,
        }
    }

    /// Waits as long as a client may take that sends nothing.
    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match self.turn.state() {
            State::Listening => {}
            State::Receiving if self.is_receiving => {}
            State::Receiving => {
                self.is_receiving = true;
                self.deadline.as_mut().reset(Instant::now() + BODY);
            }
            _ => return Poll::Pending,
        }
        self.deadline.as_mut().poll(context)
    }

    /// What to say to a client that has sent nothing for too long.
    fn impatience(&self) -> Option<Bytes> {
        let seconds = self.patience.as_secs();
        let message = format!("ERR the request did not arrive within {seconds} s");
        self.is_begun()
            .then(|| error("408 Request Timeout", &message))
    }

    /// `outcome` of writing, unless the client has taken nothing for too long.
    fn in_time<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.taking = None;
            return outcome;
        }
        let taking = self.taking.get_or_insert_with(|| Box::pin(sleep(TAKING)));
        ready!(taking.as_mut().poll(context));
        let reason = "the client takes nothing of what is sent";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, reason)))
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
            let written = Pin::new(&mut self.stream).poll_write(context, &self.answer);
            match ready!(self.in_time(context, written))? {
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
        if this.linger.is_some() {
            return self.poll_shutdown(context);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_pending() {
            ready!(this.poll_deadline(context));
            if this.turn.give_up() {
                return Poll::Ready(Ok(()));
            }
            return match this.impatience() {
                Some(answer) => {
                    this.say(answer);
                    self.poll_shutdown(context)
                }
                None => Poll::Ready(Ok(())),
            };
        }
        ready!(read)?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        match this.turn.state() {
            State::Working | State::Answering if read.is_empty() => {
                this.waker = Some(context.waker().clone());
                return Poll::Pending;
            }
            // hyper looks for the end before it passes on what it has of the body.
            State::Receiving if read.is_empty() && this.doubts < DOUBTS => {
                this.doubts += 1;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            _ => {}
        }
        if let Some(answer) = this.last_word(read) {
            // To hyper it is the end.
            buffer.set_filled(before);
            this.say(answer);
            return self.poll_shutdown(context);
        }
        Poll::Ready(Ok(()))
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
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.in_time(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if parts.first().is_some_and(|head| self.replaces(head)) {
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.in_time(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when it has nothing left to write.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_answer(context))?;
        if this.turn.listen() {
            (this.beginning, this.doubts) = (Beginning::Preface(0), 0);
            this.is_receiving = false;
            this.waker.take().into_iter().for_each(Waker::wake);
            let deadline = Instant::now() + this.patience;
            this.deadline.as_mut().reset(deadline);
            // hyper may have looked for the next request before.
            let _ = this.deadline.as_mut().poll(context);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(75);

    /// A client, and its connection.
    fn connect(buffer: usize) -> (DuplexStream, Answering<DuplexStream>) {
        let (client, stream) = duplex(buffer);
        (client, Answering::new(stream, Turn::default(), PATIENCE))
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_cut_off() {
        let (mut client, mut connection) = connect(100);
        let written = connection.write_all(&[0; 1000]);
        let read = async {
            sleep(TAKING - Duration::from_secs(1)).await;
            client.read_exact(&mut [0; 100]).await.unwrap();
            Instant::now()
        };
        let (written, last) = tokio::join!(written, read);
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(last.elapsed(), TAKING);
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_request_is_answered_when_the_other_half_does_not_come() {
        let (mut client, mut connection) = connect(1000);
        client.write_all(b"GET / HT").await.unwrap();
        assert_eq!(connection.read(&mut [0; 100]).await.unwrap(), 8);
        let began = Instant::now();
        let mut answer = String::new();
        let (end, _) = tokio::join!(
            async {
                let mut rest = [0; 100];
                connection.read(&mut rest).await.unwrap()
            },
            client.read_to_string(&mut answer)
        );
        assert_eq!((end, began.elapsed() - PATIENCE), (0, LINGER));
        assert!(
            answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
            "{answer}"
        );
        assert!(
            answer.ends_with(r#"{"error":"ERR the request did not arrive within 75 s"}"#),
            "{answer}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_ends_however_its_pieces_dawdle() {
        let (mut client, mut connection) = connect(1000);
        connection.turn.receive();
        let began = Instant::now();
        let dawdle = async {
            loop {
                sleep(Duration::from_secs(1)).await;
                client.write_all(b"x").await.unwrap();
            }
        };
        let mut body = Vec::new();
        tokio::select! {
            read = connection.read_to_end(&mut body) => assert!(read.is_ok()),
            () = dawdle => {}
        }
        assert_eq!(began.elapsed(), BODY);
        assert!(connection.turn.is_late());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_request_ends_in_silence() {
        let (mut client, mut connection) = connect(1000);
        let began = Instant::now();
        assert_eq!(connection.read(&mut [0; 100]).await.unwrap(), 0);
        assert_eq!(began.elapsed(), PATIENCE);
        drop(connection);
        assert_eq!(client.read(&mut [0; 100]).await.unwrap(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn each_answer_gives_the_next_request_its_time() {
        let (mut client, mut connection) = connect(1000);
        for _ in 0..3 {
            sleep(PATIENCE - Duration::from_secs(1)).await;
            client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
            assert_eq!(connection.read(&mut [0; 100]).await.unwrap(), 18);
            connection.turn.receive();
            connection.turn.answer();
            connection.flush().await.unwrap();
        }
        let began = Instant::now();
        assert_eq!(connection.read(&mut [0; 100]).await.unwrap(), 0);
        assert_eq!(began.elapsed(), PATIENCE);
    }
}
