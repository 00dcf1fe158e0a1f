//! Running a request: which of its commands reach Redis, and the answer made of what comes back.
//!
//! Commands that are refused never reach Redis. In a pipeline the error stands in their place; a
//! transaction with one is discarded as a whole, as Redis does it.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use tokio::sync::OnceCell;

use crate::auth::Access;
use crate::command::Command;
use crate::memory::Replies;
use crate::readonly::ReadOnly;
use crate::redis::{Failure, Redis};
use crate::refusal::Refusal;
use crate::reply::{Encoding, Format, Outcome, push_error, push_reply};
use crate::request::Request;
use crate::resp::{Malformed, Token, Tokens, push_command, push_error_line};
use crate::script::Scripts;

/// Runs requests.
pub struct Executor {
    redis: Redis,
    scripts: Arc<Scripts>,
    /// Asked for when the first read-only token comes, because Redis may be away before.
    read_only: OnceCell<ReadOnly>,
}

/// What to answer.
pub struct Answer {
    /// The status of HTTP.
    pub status: StatusCode,
    /// The type of the body.
    pub content_type: &'static str,
    /// JSON or RESP2.
    pub body: Bytes,
}

impl Answer {
    /// An answer in JSON.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.into(),
        }
    }

    /// An error for the request as a whole.
    pub fn error(status: StatusCode, message: &str) -> Self {
        let mut json = Vec::new();
        push_error(&mut json, message);
        Self::json(status, json)
    }

    fn resp2(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            content_type: "application/octet-stream",
            body,
        }
    }
}

/// A command, or the error that stands in the place of its reply.
type Row<'a> = Result<Command<'a>, String>;

impl Executor {
    /// Runs them on `redis`, which has `scripts`.
    pub fn new(redis: Redis, scripts: Arc<Scripts>) -> Self {
        Self {
            redis,
            scripts,
            read_only: OnceCell::new(),
        }
    }

    /// Runs `request` for someone with `access`.
    pub async fn execute(
        &self,
        request: Request<'_>,
        access: Access,
        format: Format,
    ) -> Result<Answer, Refusal> {
        let read_only = match access {
            Access::Full => None,
            Access::ReadOnly => Some(self.read_only().await?),
        };
        let permit = |command| permit(command, read_only, &self.scripts);
        match (request, format) {
            (Request::Single(command), Format::Json(encoding)) => {
                self.single(permit(command).map_err(Refusal::Invalid)?, encoding)
                    .await
            }
            (Request::Single(command), Format::Resp2) => {
                let replies = self.raw(vec![permit(command)]).await?;
                let status = match replies.first() {
                    Some(b'-') => StatusCode::BAD_REQUEST,
                    _ => StatusCode::OK,
                };
                Ok(Answer::resp2(status, replies))
            }
            (Request::Pipeline(rows), format) => {
                let rows = rows.into_iter().map(|row| row.and_then(permit)).collect();
                match format {
                    Format::Json(encoding) => self.pipeline(rows, encoding).await,
                    Format::Resp2 => Ok(Answer::resp2(StatusCode::OK, self.raw(rows).await?)),
                }
            }
            (Request::Transaction(commands), format) => {
                let commands: Result<Vec<_>, _> = commands.into_iter().map(permit).collect();
                // What stands for a transaction is not one reply of Redis, so it has no RESP2.
                let encoding = match format {
                    Format::Json(encoding) => encoding,
                    Format::Resp2 => Encoding::Text,
                };
                self.transaction(commands.map_err(Refusal::Invalid)?, encoding)
                    .await
            }
        }
    }

    async fn single(&self, command: Command<'_>, encoding: Encoding) -> Result<Answer, Refusal> {
        let mut wire = Vec::with_capacity(command.size());
        command.push_to(&mut wire);
        let replies = self.redis.run(wire, 1).await?;
        let mut json = room_for(replies.len());
        let mut tokens = Tokens::new(&replies);
        let status = match push_reply_to(&command, &mut json, &mut tokens, encoding)? {
            Outcome::Result => StatusCode::OK,
            Outcome::Error => StatusCode::BAD_REQUEST,
        };
        Ok(Answer::json(status, replies.replaced_by(json)))
    }

    async fn pipeline(&self, rows: Vec<Row<'_>>, encoding: Encoding) -> Result<Answer, Refusal> {
        let replies = self.send(&rows).await?;
        let mut tokens = Tokens::new(&replies);
        let mut json = room_for(replies.len());
        push_list(&mut json, rows, |json, row| {
            match row {
                Ok(command) => _ = push_reply_to(&command, json, &mut tokens, encoding)?,
                Err(error) => push_error(json, &error),
            }
            Ok(())
        })?;
        Ok(Answer::json(StatusCode::OK, replies.replaced_by(json)))
    }

    /// The replies as Redis sent them.
    async fn raw(&self, rows: Vec<Row<'_>>) -> Result<Bytes, Refusal> {
        let replies = self.send(&rows).await?;
        let is_whole = |row: &Row<'_>| row.as_ref().is_ok_and(Command::is_answered_by_redis);
        if rows.iter().all(is_whole) {
            return Ok(replies.into_bytes());
        }
        let mut tokens = Tokens::new(&replies);
        let mut bytes = Vec::with_capacity(replies.len());
        for row in rows {
            match row {
                Ok(command) => bytes.extend_from_slice(&command.restored(tokens.raw()?)),
                Err(error) => push_error_line(&mut bytes, &error),
            }
        }
        Ok(replies.replaced_by(bytes))
    }

    async fn send(&self, rows: &[Row<'_>]) -> Result<Replies, Failure> {
        let mut wire = Vec::with_capacity(rows.iter().flatten().map(Command::size).sum());
        let commands = rows
            .iter()
            .flatten()
            .map(|command| command.push_to(&mut wire))
            .count();
        if commands == 0 {
            return Ok(Replies::default());
        }
        self.redis.run(wire, commands).await
    }

    async fn transaction(
        &self,
        commands: Vec<Command<'_>>,
        encoding: Encoding,
    ) -> Result<Answer, Refusal> {
        if let Some(error) = self.redis.transaction_refusal().await? {
            return Err(Refusal::Invalid(error));
        }
        let mut wire = Vec::new();
        push_command(&mut wire, &["MULTI"]);
        commands
            .iter()
            .for_each(|command| command.push_to(&mut wire));
        push_command(&mut wire, &["EXEC"]);
        let replies = self.redis.run(wire, commands.len() + 2).await?;
        let mut tokens = Tokens::new(&replies);
        let mut json = room_for(replies.len());
        // What says why is the first error while queueing; EXEC's own is only that there was one.
        let mut discarded = None;
        for _ in 0..commands.len() + 1 {
            if let Token::Error(line) = tokens.next()? {
                discarded.get_or_insert(line);
            }
        }
        let status = match (discarded, tokens.next()?) {
            (Some(line), _) | (None, Token::Error(line)) => {
                push_error(&mut json, &String::from_utf8_lossy(line));
                StatusCode::BAD_REQUEST
            }
            (None, Token::Array(length)) if length == commands.len() => {
                push_list(&mut json, &commands, |json, command| {
                    push_reply_to(command, json, &mut tokens, encoding).map(drop)
                })?;
                StatusCode::OK
            }
            _ => return Err(Failure::Malformed.into()),
        };
        Ok(Answer::json(status, replies.replaced_by(json)))
    }

    async fn read_only(&self) -> Result<&ReadOnly, Refusal> {
        let ask = || async {
            let reply = self.redis.commands().await?;
            ReadOnly::parse(&reply).map_err(|_| {
                Refusal::Invalid(
                    "NOPERM redis does not say which commands only read: it refused COMMAND"
                        .to_owned(),
                )
            })
        };
        self.read_only.get_or_try_init(ask).await
    }
}

/// Gives the command back if it may run, as Redis takes it.
fn permit<'a>(command: Command<'a>, read_only: Option<&ReadOnly>, scripts: &Scripts) -> Row<'a> {
    let refusal = command.refusal().or_else(|| read_only?.refusal(&command));
    refusal.map_or_else(|| Ok(command.adapted(scripts)), Err)
}

fn push_reply_to(
    command: &Command<'_>,
    json: &mut Vec<u8>,
    tokens: &mut Tokens<'_>,
    encoding: Encoding,
) -> Result<Outcome, Malformed> {
    if command.is_answered_by_redis() {
        return push_reply(json, tokens, encoding);
    }
    let reply = command.restored(tokens.raw()?);
    push_reply(json, &mut Tokens::new(&reply), encoding)
}

fn push_list<T>(
    json: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut push: impl FnMut(&mut Vec<u8>, T) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    json.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        push(json, item)?;
    }
    json.push(b']');
    Ok(())
}

/// JSON is larger than the replies, but in base64 by a third at most, and rarely by more as text.
fn room_for(replies: usize) -> Vec<u8> {
    Vec::with_capacity(replies + replies / 3 + 64)
}

impl From<Malformed> for Refusal {
    fn from(_: Malformed) -> Self {
        Failure::Malformed.into()
    }
}
