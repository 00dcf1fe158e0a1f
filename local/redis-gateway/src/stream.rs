//! Streams of events: `/subscribe`, `/psubscribe` and `/monitor`.
//!
//! Each has a connection to Redis of its own, for as long as someone reads. There is no second
//! attempt when it is lost: what was published meanwhile would be missing without a sign, and the
//! end of the stream is one. For the same reason nothing is left out for a reader who is too slow.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame};
use tokio::io::AsyncWriteExt;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, interval_at, timeout};

use crate::auth::Access;
use crate::command::Command;
use crate::endpoint::{Endpoint, Reading, Writing};
use crate::events::{PING, push_event};
use crate::frame::Framer;
use crate::link::{malformed, open, read_some, stalled};
use crate::readonly::stream_refusal;
use crate::redis::Failure;
use crate::refusal::Refusal;
use crate::resp::{Token, Tokens};
use crate::turn::{Streaming, Turn};

/// How much may wait for a slow reader, and how large one event may be. Redis gives its own
/// subscribers as much.
const BACKLOG: usize = 8 * 1024 * 1024;

/// Opens streams, and ends them all.
pub struct Streams {
    endpoint: Endpoint,
    timeout: Duration,
    heartbeat: Duration,
    end: watch::Sender<bool>,
}

impl Streams {
    /// Streams from `endpoint`, which has `timeout` to answer the first time. A stream without events
    /// shows every `heartbeat` that it is alive.
    pub fn new(endpoint: Endpoint, timeout: Duration, heartbeat: Duration) -> Self {
        Self {
            endpoint,
            timeout,
            heartbeat,
            end: watch::Sender::new(false),
        }
    }

    /// Ends all streams, and those that are opened from now on.
    pub fn end(&self) {
        self.end.send_replace(true);
    }

    /// Begins to run `command` in the answer of `turn`, once Redis has agreed to it.
    pub async fn open(
        &self,
        command: Command<'_>,
        access: Access,
        turn: &Turn,
    ) -> Result<Events, Refusal> {
        if let (Access::ReadOnly, Some(error)) = (access, stream_refusal(&command)) {
            return Err(Refusal::Invalid(error));
        }
        let opened = timeout(self.timeout, self.subscribe(&command)).await;
        let away = |error: io::Error| Failure::Away(error.to_string());
        let (connection, refusal) = opened.unwrap_or_else(|_| Err(stalled())).map_err(away)?;
        if let Some(error) = refusal {
            return Err(Refusal::Invalid(error));
        }
        let (text, chunks) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let queue = Queue {
            text,
            waiting: Arc::clone(&waiting),
        };
        let mut end = self.end.subscribe();
        let (heartbeat, patience) = (self.heartbeat, self.timeout);
        tokio::spawn(async move {
            let ended = tokio::select! {
                ended = relay(connection, &queue, access, heartbeat, patience) => ended,
                () = queue.text.closed() => return,
                _ = end.wait_for(|is_ended| *is_ended) => return,
            };
            let Err(end) = ended;
            queue.close(end);
        });
        Ok(Events {
            chunks,
            waiting,
            _streaming: turn.stream(),
        })
    }

    /// A connection on which `command` was sent, and Redis's refusal of it, if it refused.
    async fn subscribe(&self, command: &Command<'_>) -> io::Result<(Connection, Option<String>)> {
        let (mut from, mut to, _) = open(&self.endpoint).await?;
        let mut wire = Vec::with_capacity(command.size());
        command.push_to(&mut wire);
        to.write_all(&wire).await?;
        let mut buffer = BytesMut::new();
        let mut framer = Framer::new(0);
        while framer.advance(&buffer).map_err(malformed)?.is_none() {
            read_some(&mut from, &mut buffer, 0).await?;
        }
        let refusal = match Tokens::new(&buffer).next().map_err(malformed)? {
            Token::Error(line) => Some(String::from_utf8_lossy(line).into_owned()),
            _ => None,
        };
        let connection = Connection {
            from,
            to,
            buffer,
            is_monitor: command.is("monitor"),
        };
        Ok((connection, refusal))
    }
}

struct Connection {
    from: Reading,
    to: Writing,
    buffer: BytesMut,
    is_monitor: bool,
}

/// Why a stream ends by itself.
enum End {
    /// The connection to Redis ended.
    Lost(io::Error),
    /// The reader has too much left to read.
    TooSlow,
    /// An event would not fit into memory.
    TooLarge,
}

/// Passes on what Redis pushes. A Redis that is asked and says nothing for `patience` is gone.
async fn relay(
    mut connection: Connection,
    queue: &Queue,
    access: Access,
    heartbeat: Duration,
    patience: Duration,
) -> Result<Infallible, End> {
    let mut framer = Framer::new(0);
    let mut beats = interval_at(Instant::now() + heartbeat, heartbeat);
    let mut asked: Option<Instant> = None;
    loop {
        queue.push(take_events(&mut connection.buffer, &mut framer, access)?)?;
        tokio::select! {
            read = read_some(&mut connection.from, &mut connection.buffer, 0) => {
                read.map_err(End::Lost)?;
                asked = None;
            }
            _ = beats.tick() => {
                if asked.is_some_and(|asked| asked.elapsed() >= patience) {
                    return Err(End::Lost(stalled()));
                }
                queue.push(PING.to_vec())?;
                // A monitor is told of every command, and not answered like others.
                if !connection.is_monitor {
                    let ping = connection.to.write_all(b"*1\r\n$4\r\nPING\r\n").await;
                    ping.map_err(End::Lost)?;
                    asked.get_or_insert(Instant::now());
                }
            }
        }
    }
}

/// The events that are complete in `buffer`.
fn take_events(buffer: &mut BytesMut, framer: &mut Framer, access: Access) -> Result<Vec<u8>, End> {
    let broken = |error| End::Lost(malformed(error));
    let mut text = Vec::new();
    while let Some(end) = framer.advance(buffer).map_err(broken)? {
        let reply = buffer.split_to(end);
        push_event(&mut text, &mut Tokens::new(&reply), access).map_err(broken)?;
        *framer = Framer::new(0);
    }
    if framer.reach() > BACKLOG {
        return Err(End::TooLarge);
    }
    Ok(text)
}

/// The end into which events are written.
struct Queue {
    text: mpsc::UnboundedSender<Result<Bytes, TooSlow>>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    fn push(&self, text: Vec<u8>) -> Result<(), End> {
        if text.is_empty() {
            return Ok(());
        }
        let waiting = self.waiting.fetch_add(text.len(), Ordering::Relaxed);
        // Whatever its size, an event is not too much for who has read all before it.
        if waiting > BACKLOG {
            return Err(End::TooSlow);
        }
        let _ = self.text.send(Ok(text.into()));
        Ok(())
    }

    fn close(self, end: End) {
        let reason = match end {
            End::Lost(error) => error.to_string(),
            End::TooLarge => format!("an event has more than {BACKLOG} bytes"),
            End::TooSlow => {
                let _ = self.text.send(Err(TooSlow));
                return;
            }
        };
        let _ = self.text.send(Ok(format!(": {reason}\n\n").into()));
    }
}

/// Events as the body of a response.
pub struct Events {
    chunks: mpsc::UnboundedReceiver<Result<Bytes, TooSlow>>,
    waiting: Arc<AtomicUsize>,
    _streaming: Streaming,
}

impl Body for Events {
    type Data = Bytes;
    type Error = TooSlow;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TooSlow>>> {
        let chunk = ready!(self.chunks.poll_recv(context));
        if let Some(Ok(text)) = &chunk {
            self.waiting.fetch_sub(text.len(), Ordering::Relaxed);
        }
        Poll::Ready(chunk.map(|text| text.map(Frame::data)))
    }
}

/// The reader has missed events, so the response may not end as if it were whole.
#[derive(Debug)]
pub struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reader is too slow")
    }
}

impl std::error::Error for TooSlow {}
