//! Asking Redis: commands in, the bytes of their replies out, over one connection that is kept by
//! `link`.
//!
//! The bytes of a request travel together, so nothing can come between MULTI and EXEC. Nothing is
//! sent a second time, whatever happens: what the caller learns is whether it can have run.

use std::fmt;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use crate::endpoint::Endpoint;
use crate::link::{Link, keep};
use crate::memory::{Memory, Replies};
use crate::metrics::METRICS;

/// How long a request waits for a connection: a restart of Redis on the same machine goes
/// unnoticed, but readers do not hang for the length of an outage.
const PATIENCE: Duration = Duration::from_secs(1);

/// Requests that may wait to be written. They hold their bytes even when nobody waits for them any
/// more.
const QUEUE: usize = 64;

/// The connection to Redis, for any number of requests at once.
pub struct Redis {
    queue: mpsc::Sender<Batch>,
    link: watch::Receiver<Link>,
    timeout: Duration,
}

/// Commands that were encoded one after the other, and who waits for their replies.
pub struct Batch {
    /// The commands as Redis reads them.
    pub wire: Vec<u8>,
    /// How many commands they are.
    pub replies: usize,
    /// What may come back.
    pub asker: Asker,
    /// Where their replies go, in one piece.
    pub answer: oneshot::Sender<Replies>,
}

/// On whose behalf something is asked.
#[derive(Clone, Copy)]
pub enum Asker {
    /// A client's: what comes back is limited.
    Client,
    /// The gateway's own.
    Gateway,
}

/// Why there are no replies.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// There was no connection, so nothing has run.
    Away(String),
    /// The connection ended between the commands and their replies.
    Lost,
    /// Redis took too long.
    Late(Duration),
    /// Redis said something else than replies.
    Malformed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(reason) => write!(f, "redis is away: {reason}; nothing was run"),
            Self::Lost => f.write_str(
                "the connection to redis ended before its reply; what was asked may have run",
            ),
            Self::Late(limit) => {
                write!(
                    f,
                    "no reply from redis within {} s; what was asked may have run",
                    limit.as_secs_f64()
                )
            }
            Self::Malformed => {
                f.write_str("redis gave a reply that can not be read; what was asked may have run")
            }
        }
    }
}

impl Redis {
    /// Begins to connect, in the background and again after every loss. A request may take as long
    /// as `timeout`, and its replies what `memory` has.
    pub fn connect(endpoint: Endpoint, memory: Memory, timeout: Duration) -> Self {
        let (queue, batches) = mpsc::channel(QUEUE);
        let (state, link) = watch::channel(Link::Down("not connected yet".to_owned()));
        tokio::spawn(keep(endpoint, batches, state, memory, timeout));
        Self {
            queue,
            link,
            timeout,
        }
    }

    /// Whether there is a connection, now and later.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    /// Sends `wire`, which is `replies` commands, and gives back that many replies.
    pub async fn run(&self, wire: Vec<u8>, replies: usize) -> Result<Replies, Failure> {
        self.exchange(wire, replies, Asker::Client).await
    }

    /// Asks which commands there are.
    pub async fn commands(&self) -> Result<Replies, Failure> {
        let wire = b"*1\r\n$7\r\nCOMMAND\r\n".to_vec();
        self.exchange(wire, 1, Asker::Gateway).await
    }

    async fn exchange(
        &self,
        wire: Vec<u8>,
        replies: usize,
        asker: Asker,
    ) -> Result<Replies, Failure> {
        let exchange = async {
            self.up().await?;
            METRICS.commands.add(replies);
            let (answer, replied) = oneshot::channel();
            self.queue
                .send(Batch {
                    wire,
                    replies,
                    asker,
                    answer,
                })
                .await
                .map_err(|_| Failure::Lost)?;
            replied.await.map_err(|_| Failure::Lost)
        };
        timeout(self.timeout, exchange)
            .await
            .unwrap_or(Err(Failure::Late(self.timeout)))
    }

    /// Why this connection can not run transactions, if it can not. Asked beforehand, because after
    /// a refused MULTI Redis runs the commands that follow one by one.
    pub async fn transaction_refusal(&self) -> Result<Option<String>, Failure> {
        self.up().await
    }

    /// Waits for a connection.
    async fn up(&self) -> Result<Option<String>, Failure> {
        // Without a clock, as long as there is one.
        if let Link::Up {
            transaction_refusal,
        } = &*self.link.borrow()
        {
            return Ok(transaction_refusal.clone());
        }
        let mut link = self.link.clone();
        let reason = tokio::select! {
            up = link.wait_for(|link| matches!(link, Link::Up { .. })) => match up.as_deref() {
                Ok(Link::Up { transaction_refusal }) => return Ok(transaction_refusal.clone()),
                _ => "the gateway is stopping".to_owned(),
            },
            () = sleep(PATIENCE.min(self.timeout / 2)) => match &*self.link.borrow() {
                Link::Down(reason) => reason.clone(),
                Link::Up { .. } => "it has only just come back".to_owned(),
            },
        };
        Err(Failure::Away(reason))
    }
}
