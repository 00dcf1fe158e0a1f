//! `/v1/webhook`: Notion tells what people change, so that it is read at once and not with the next tick.
//!
//! | file | what it does |
//! |---|---|
//! | `delivery` | whether a delivery is Notion's, and what it names |
//!
//! An event says what changed but not how: what it names is queued to be fetched, whatever its version. Events may be late, doubled,
//! out of order or lost, so the search of each tick and the reconciling go on as they do without.

mod delivery;

use std::time::Duration;

use serde_json::json;

use crate::config::{Config, Secret};
use crate::keys::Keys;
use crate::redis::{Command, Script, Value};
use crate::store::{Call, Error};
use crate::time::Timestamp;

use super::{Answer, Problem};
use delivery::Event;

/// For how long events are remembered: Notion's last attempt comes a day after the first, and what is older is refused.
const REMEMBERED: Duration = Duration::from_secs(25 * 60 * 60);

/// What is done at the webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Webhook {
    /// `GET`: whether it is set up; and whether `WEBHOOK_TOKENS` is set, once that is known.
    Show(bool),
    /// `POST`, before its body is read.
    Post,
    /// Notion sent the token that its deliveries are to be known by.
    Handshake(Secret),
    /// Notion told what changed.
    Event(Event),
    /// What was told is nothing that is copied, or has been known for long.
    Nothing,
}

impl Webhook {
    /// Reads what Notion sent: `signature` is the header `X-Notion-Signature`.
    ///
    /// # Errors
    /// 401 for what Notion did not sign, 400 for what is no event, 409 for a token where another is set.
    pub fn delivered(
        config: &Config,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let tokens = &config.webhook_tokens;
        let Some(signature) = signature else {
            return match delivery::token(body)? {
                token if tokens.iter().any(|it| it.matches(&token)) => Ok(Self::Nothing),
                token if tokens.is_empty() => Ok(Self::Handshake(Secret::new(token))),
                _ => Err(Problem::conflict(
                    "WEBHOOK_TOKENS has another token: take that away until this subscription is verified, then set both".to_owned(),
                )),
            };
        };
        if !delivery::is_signed(tokens, signature, body) {
            return Err(Problem::unsigned());
        }
        let has_comments = config.export.object_types.comments;
        let event = Event::parse(body, has_comments)?;
        let is_old = now.since(event.at) >= REMEMBERED;
        match is_old || event.members.is_empty() {
            true => Ok(Self::Nothing),
            false => Ok(Self::Event(event)),
        }
    }

    /// Reads or writes it: an event is one script with some five commands in it, all else one command or two.
    /// None where there is nothing to do.
    pub fn call(&self, keys: &Keys, now: Timestamp) -> Option<Call<Option<Vec<u8>>>> {
        let at = now.millis().to_string();
        Some(match self {
            Self::Post | Self::Nothing => return None,
            Self::Show(false) => Call::several("webhook", looks(keys), not_set),
            Self::Show(true) => Call::several("webhook", looks(keys), set),
            Self::Handshake(token) => {
                let key = keys.webhook();
                let words = ["HSET", &key, "token", token.expose(), "at", &at];
                let words = words.map(str::to_owned).to_vec();
                Call::words("webhook", words, |_| Ok(Some(queued(0))))
            }
            Self::Event(event) => {
                let keys = [keys.told(), keys.objects(), keys.frontier(), keys.listed()];
                let mut args = vec![at, REMEMBERED.as_millis().to_string(), event.id.clone()];
                args.extend(event.members.iter().map(ToString::to_string));
                Call::script("webhook", Script::WEBHOOK, keys, args, told)
            }
        })
    }

    /// The answer where there is nothing to do.
    pub fn done() -> Answer {
        Answer::json(queued(0))
    }
}

fn looks(keys: &Keys) -> Vec<Command> {
    let (webhook, told) = (keys.webhook(), keys.told());
    vec![
        Command::new(["HMGET", webhook.as_str(), "token", "at"]),
        Command::new(["ZRANGE", told.as_str(), "-1", "-1", "WITHSCORES"]),
    ]
}

fn not_set(replies: &Value) -> Result<Option<Vec<u8>>, Error> {
    shown(replies, false)
}

fn set(replies: &Value) -> Result<Option<Vec<u8>>, Error> {
    shown(replies, true)
}

fn shown(replies: &Value, is_set: bool) -> Result<Option<Vec<u8>>, Error> {
    let [handshake, last] = replies.items() else {
        return Err(Error::unexpected());
    };
    let text = |of: &Value, place: usize| of.items().get(place).and_then(Value::text);
    let time = |millis: Option<String>| {
        let millis = millis.and_then(|it| it.parse::<f64>().ok());
        millis.map(|it| Timestamp::from_millis(it as i64).to_string())
    };
    // Once it is set it is a secret like any other.
    let token = text(handshake, 0).filter(|_| !is_set);
    let received_at = token.as_ref().and_then(|_| time(text(handshake, 1)));
    let body = json!({
        "is_set": is_set, "verification_token": token, "received_at": received_at, "last_event_at": time(text(last, 1)),
    });
    Ok(Some(body.to_string().into_bytes()))
}

fn told(reply: &Value) -> Result<Option<Vec<u8>>, Error> {
    let count = reply.integer().ok_or_else(Error::unexpected)?;
    Ok(Some(queued(count)))
}

fn queued(count: i64) -> Vec<u8> {
    format!(r#"{{"queued":{count}}}"#).into_bytes()
}
