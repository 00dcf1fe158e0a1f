//! The connection to Redis itself: opening it, feeding it, handing out replies in order, and
//! opening it again.
//!
//! One task owns it. Writing and reading go on side by side, so neither can wait for the other, and
//! many requests share each system call. A batch whose requester has given up is not written any
//! more; once written, it is never repeated.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};

use crate::collect::{Collector, Room};
use crate::endpoint::{Endpoint, Reading, Writing};
use crate::frame::Framer;
use crate::log::log;
use crate::memory::{Memory, Replies};
use crate::metrics::METRICS;
use crate::redis::{Asker, Batch};
use crate::resp::{Malformed, Token, Tokens, push_command};

/// Between attempts to connect. Much less than a request waits for a connection, so that nobody is
/// turned away while Redis is already back.
const PAUSE: Duration = Duration::from_millis(100);

/// An idle connection is asked whether it is alive, before something on the way forgets it.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// A connection that is younger is not given up for a Redis that only reads: a replica that is meant to be asked for the
/// master's work would be connected to again and again.
const SETTLED: Duration = Duration::from_secs(1);

/// Room for reading and writing; larger requests and replies pass through in larger pieces.
const BUFFER: usize = 64 * 1024;

/// Whether there is a connection.
#[derive(Debug, PartialEq)]
pub enum Link {
    /// There is one; Redis may have refused MULTI on it.
    Up {
        /// What it said.
        transaction_refusal: Option<String>,
    },
    /// There is none, because of this.
    Down(String),
}

/// The replies to a batch that was written.
struct Owed {
    replies: usize,
    asker: Asker,
    answer: oneshot::Sender<Replies>,
    since: Instant,
}

impl Owed {
    fn new(replies: usize, asker: Asker, answer: oneshot::Sender<Replies>) -> Self {
        Self {
            replies,
            asker,
            answer,
            since: Instant::now(),
        }
    }
}

/// Keeps a connection to `endpoint` until the last requester is gone. It counts as dead when a reply
/// is overdue for twice the time that a request may take.
pub async fn keep(
    endpoint: Endpoint,
    mut batches: mpsc::Receiver<Batch>,
    state: watch::Sender<Link>,
    memory: Memory,
    patience: Duration,
) {
    let address = &endpoint.server.address;
    loop {
        let opened = timeout(patience, open(&endpoint)).await;
        let ended = match opened.unwrap_or_else(|_| Err(stalled())) {
            Ok((from, to, transaction_refusal)) => {
                log(format_args!("connected to redis at {address}"));
                METRICS.redis_connections.add(1);
                let _up = METRICS.redis_up.hold();
                state.send_replace(Link::Up {
                    transaction_refusal,
                });
                drive(from, to, &mut batches, &memory, patience * 2).await
            }
            Err(error) => Err(error),
        };
        let Err(error) = ended else { return };
        let reason = error.to_string();
        if *state.borrow() != Link::Down(reason.clone()) {
            log(format_args!(
                "no connection to redis at {address}: {reason}"
            ));
        }
        state.send_replace(Link::Down(reason));
        sleep(PAUSE).await;
    }
}

/// Connects, and makes sure that Redis answers. The last part is Redis's refusal of MULTI, if it
/// refuses.
pub async fn open(endpoint: &Endpoint) -> io::Result<(Reading, Writing, Option<String>)> {
    let (mut from, mut to) = endpoint.connect().await?;
    let server = &endpoint.server;
    let database = server.database.to_string();
    let mut greeting: Vec<Vec<&str>> = Vec::new();
    if let Some(password) = &server.password {
        let user = server.user.as_deref();
        greeting.push(
            [Some("AUTH"), user, Some(password.as_str())]
                .into_iter()
                .flatten()
                .collect(),
        );
    }
    if server.database != 0 {
        greeting.push(vec!["SELECT", &database]);
    }
    greeting.extend([vec!["PING"], vec!["MULTI"], vec!["DISCARD"]]);

    let mut wire = Vec::new();
    greeting
        .iter()
        .for_each(|command| push_command(&mut wire, command));
    to.write_all(&wire).await?;
    let replies = read_replies(&mut from, greeting.len()).await?;
    let transaction_refusal = check_greeting(&greeting, &replies)?;
    Ok((from, to, transaction_refusal))
}

async fn read_replies(from: &mut Reading, count: usize) -> io::Result<Bytes> {
    let mut buffer = BytesMut::new();
    let mut end = 0;
    for _ in 0..count {
        let mut framer = Framer::new(end);
        end = loop {
            match framer.advance(&buffer).map_err(malformed)? {
                Some(end) => break end,
                None => read_some(from, &mut buffer, 0).await?,
            }
        };
    }
    Ok(buffer.split_to(end).freeze())
}

/// Whether this is a Redis which is ready for our commands. Errors that any Redis at work may give
/// (BUSY, NOPERM for PING) are as good as an answer.
fn check_greeting(greeting: &[Vec<&str>], replies: &[u8]) -> io::Result<Option<String>> {
    let mut tokens = Tokens::new(replies);
    let mut transaction_refusal = None;
    for command in greeting {
        let error = match tokens.next().map_err(malformed)? {
            Token::Status(b"OK" | b"PONG") => continue,
            Token::Error(line) => String::from_utf8_lossy(line).into_owned(),
            // Something that echoes would go on echoing.
            _ => return Err(io::Error::other("what answers there is not redis")),
        };
        let is_not_ready = error.starts_with("LOADING") || error.starts_with("NOAUTH");
        match command.first() {
            Some(&"AUTH" | &"SELECT") => return Err(io::Error::other(error)),
            Some(&"PING") if is_not_ready => return Err(io::Error::other(error)),
            Some(&"MULTI") => transaction_refusal = Some(error),
            _ => {}
        }
    }
    Ok(transaction_refusal)
}

/// Passes batches to Redis and replies back, until the connection ends (an error) or there is
/// nobody left to ask.
async fn drive(
    from: Reading,
    to: Writing,
    batches: &mut mpsc::Receiver<Batch>,
    memory: &Memory,
    patience: Duration,
) -> io::Result<()> {
    let (owe, owed) = mpsc::unbounded_channel();
    tokio::select! {
        ended = write_batches(to, batches, owe) => ended,
        ended = hand_out(from, owed, memory, patience) => match ended? {},
    }
}

async fn write_batches(
    to: Writing,
    batches: &mut mpsc::Receiver<Batch>,
    owe: mpsc::UnboundedSender<Owed>,
) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(BUFFER, to);
    loop {
        let mut next = match timeout(HEARTBEAT, batches.recv()).await {
            Ok(Some(batch)) => {
                // Whoever is about to ask gets into the same system call, here and in Redis.
                yield_now().await;
                Some(batch)
            }
            Ok(None) => return Ok(()),
            Err(_) => {
                to.write_all(b"*1\r\n$4\r\nPING\r\n").await?;
                let _ = owe.send(Owed::new(1, Asker::Gateway, oneshot::channel().0));
                None
            }
        };
        while let Some(Batch {
            wire,
            replies,
            asker,
            answer,
        }) = next
        {
            if !answer.is_closed() {
                // Owed before it is written: the reply can not come first, and a write that fails
                // may have arrived.
                let _ = owe.send(Owed::new(replies, asker, answer));
                to.write_all(&wire).await?;
            }
            next = batches.try_recv().ok();
        }
        to.flush().await?;
    }
}

async fn hand_out(
    mut from: Reading,
    mut owed: mpsc::UnboundedReceiver<Owed>,
    memory: &Memory,
    patience: Duration,
) -> io::Result<Infallible> {
    let begin = |first: Owed| {
        let room = match first.asker {
            Asker::Client => memory.room(),
            Asker::Gateway => Room::UNLIMITED,
        };
        (Collector::new(first.replies, room), first)
    };
    let mut buffer = BytesMut::new();
    let mut current: Option<(Collector, Owed)> = None;
    let (began, mut is_replica) = (Instant::now(), false);
    loop {
        let missing = current
            .as_ref()
            .map_or(0, |(collector, _)| collector.missing(&buffer));
        let read = timeout(patience, read_some(&mut from, &mut buffer, missing)).await;
        current = current.or_else(|| owed.try_recv().ok().map(begin));
        match (read, &current) {
            (Ok(read), _) => read?,
            (Err(_), Some((_, first))) if first.since.elapsed() >= patience => {
                return Err(stalled());
            }
            (Err(_), _) => continue,
        }
        while !buffer.is_empty() {
            let next = current.take().or_else(|| owed.try_recv().ok().map(begin));
            let Some((mut collector, first)) = next else {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "redis sent a reply that nobody asked for",
                ));
            };
            let Some(replies) = collector.advance(&mut buffer).map_err(malformed)? else {
                current = Some((collector, first));
                break;
            };
            if replies.len() > BUFFER {
                // The replies take their memory with them; what is left would keep hold of it.
                buffer = BytesMut::from(&*buffer);
            }
            is_replica |= replies.starts_with(b"-READONLY ");
            // Who asked may have given up: the reply still has to be taken out of the stream.
            let _ = first.answer.send(memory.hold(replies));
        }
        // After a failover the name of the master leads to another server, but this connection does not.
        if is_replica && current.is_none() && owed.is_empty() && began.elapsed() >= SETTLED {
            return Err(io::Error::other(
                "redis has become a replica, which does not write",
            ));
        }
    }
}

/// Reads what there is, at least one byte. Makes room for what is known to be `missing`, so that a
/// large reply is not moved while it grows.
pub async fn read_some(
    from: &mut Reading,
    buffer: &mut BytesMut,
    missing: usize,
) -> io::Result<()> {
    let spare = buffer.capacity() - buffer.len();
    if spare < BUFFER / 16 || spare < missing {
        buffer.reserve(missing.max(BUFFER));
    }
    match from.read_buf(buffer).await? {
        0 => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "redis closed the connection",
        )),
        _ => Ok(()),
    }
}

/// Redis has not answered in time.
pub fn stalled() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "redis does not answer")
}

/// What came is not RESP2.
pub fn malformed(malformed: Malformed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, malformed.to_string())
}
