//! Why an effect failed, by what can be done about it.
//!
//! The shells classify with these functions and with nothing else, so that one answer means one thing everywhere.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// How long to hold back after a 429 or 529 that names no time.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(1);

/// A longer time is not believed: the longest ones reported are minutes.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

/// The longest body of a 200 that is looked at for an error in it: Notion's errors are short.
const MAX_ERROR_BYTES: usize = 4 * 1024;

/// A failed effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Failure {
    /// Hold back for a while, then ask again.
    RateLimited {
        /// How long to hold back.
        retry_after: Duration,
    },
    /// Ask again: the network, a proxy, or a passing fault of the server.
    Transient(String),
    /// The token is not accepted; asking again is of no use.
    Unauthorized(String),
    /// Notion lets nobody in with this token for now; whatever is asked is refused.
    Blocked(String),
    /// No such object, or it is not shared.
    NotFound,
    /// The server understood and refuses.
    Rejected {
        /// Notion's `code`, or the first word of Redis's error.
        code: String,
        /// What the server said.
        message: String,
    },
    /// Redis does not know the script: send its text.
    NoScript,
    /// Redis does nothing for now, whatever it is asked; says what to do.
    Unavailable(String),
    /// The parts of a listing lead to each other: it has to begin anew.
    Circular(String),
}

impl Failure {
    /// What an answer of Notion other than 200 means; `retry_after` is the header, `body` the bytes that came.
    pub fn of_notion(status: u16, retry_after: Option<&str>, body: &[u8]) -> Self {
        let body: Json = serde_json::from_slice(body).unwrap_or_default();
        let text = |field: &str| {
            body.get(field)
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (code, message) = (text("code"), text("message"));
        let more = |field: &str| body.pointer(field).and_then(Json::as_str);
        let reason = more("/additional_data/rate_limit_reason");
        let retry_after = retry_after.or(more("/additional_data/retry_after"));
        match status {
            429 if reason == Some("public_api_request_blocked") => Self::Blocked(format!(
                "notion blocks the requests of NOTION_TOKEN: {message}"
            )),
            429 | 529 => Self::RateLimited {
                retry_after: retry_after.map_or(DEFAULT_RETRY_AFTER, parse_retry_after),
            },
            401 => Self::Unauthorized(format!("notion refuses NOTION_TOKEN: {message}")),
            404 if !code.is_empty() => Self::NotFound,
            // Something before Notion: that the object is gone is not its to say.
            404 => Self::Rejected {
                code: "404".to_owned(),
                message: "what answers is not notion".to_owned(),
            },
            409 | 500..=599 => Self::Transient(format!("notion answered {status} {code}")),
            // An edge answer without Notion's own error object says nothing about the request.
            _ if code.is_empty() => Self::Transient(format!("notion's edge answered {status}")),
            _ => Self::Rejected { code, message },
        }
    }

    /// What the body of a 200 means that is none of Notion's answers: an error all the same, or what stands before Notion,
    /// such as the page of a proxy, or one that was cut.
    pub fn in_success(body: &[u8]) -> Option<Self> {
        let body = body.trim_ascii();
        if !body.starts_with(b"{") || !body.ends_with(b"}") {
            let problem = "notion answered 200 with something that is not an object of JSON";
            return Some(Self::Transient(problem.to_owned()));
        }
        if body.len() > MAX_ERROR_BYTES {
            return None;
        }
        let error: ErrorInSuccess = serde_json::from_slice(body).ok()?;
        match error.status {
            _ if error.object != "error" => None,
            Some(status @ 400..600) => Some(Self::of_notion(status, None, body)),
            _ => Some(Self::Transient(
                "notion answered 200 with an error".to_owned(),
            )),
        }
    }

    /// What an error of Redis over HTTP means; `error` is the text of the body's `error`, if it has one.
    pub fn of_redis(status: u16, error: Option<&str>) -> Self {
        let Some(error) = error else {
            return match status {
                401 | 403 => {
                    Self::Unauthorized("redis refuses UPSTASH_REDIS_REST_TOKEN".to_owned())
                }
                _ => Self::Transient(format!("redis answered {status} without a result")),
            };
        };
        let code = error
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned();
        match code.as_str() {
            _ if error.contains("NOSCRIPT") => Self::NoScript,
            _ if status == 401 => {
                Self::Unauthorized(format!("redis refuses UPSTASH_REDIS_REST_TOKEN: {error}"))
            }
            "WRONGPASS" | "NOAUTH" | "NOPERM" => {
                Self::Unauthorized(format!("redis refuses UPSTASH_REDIS_REST_TOKEN: {error}"))
            }
            "LOADING" | "BUSY" | "TRYAGAIN" | "MASTERDOWN" | "CLUSTERDOWN" | "READONLY"
            | "NOREPLICAS" => Self::Transient(error.to_owned()),
            _ if let Some(advice) = advice_on(&code, error) => {
                Self::Unavailable(format!("{}: {advice}", error.trim_end_matches('.')))
            }
            // Upstash says so of a moment, with whatever status.
            _ if status >= 500 || status == 429 || error.contains("max concurrent connections") => {
                Self::Transient(error.to_owned())
            }
            _ => Self::Rejected {
                code,
                message: error.to_owned(),
            },
        }
    }

    /// Whether Redis wants the text of the script.
    pub fn is_no_script(&self) -> bool {
        *self == Self::NoScript
    }

    /// Whether the same request may succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Transient(_) | Self::RateLimited { .. })
    }

    /// Whether the connection lacks the capability that the request needs.
    pub fn is_restricted(&self) -> bool {
        matches!(self, Self::Rejected { code, .. } if code == "restricted_resource")
    }

    /// Whether the cursor of the request leads nowhere, so that the listing must begin anew.
    pub fn is_dead_cursor(&self) -> bool {
        match self {
            Self::Circular(_) => true,
            Self::Rejected { code, message } => {
                code == "validation_error" && message.contains("start_cursor")
            }
            _ => false,
        }
    }

    /// Whether Notion knows the id, as that of an object of another kind than was asked for: a page can become a database.
    pub fn is_of_another_kind(&self) -> bool {
        match self {
            Self::Rejected { code, message } => {
                let is_told = ["page", "database", "data source", "block"]
                    .iter()
                    .any(|kind| message.contains(&format!(", not a {kind}")));
                code == "validation_error" && is_told
            }
            _ => false,
        }
    }

    /// That Notion shows of an object of that kind nothing but its id, which is no reason to forget what it showed before.
    pub fn partial(kind: &str) -> Self {
        Self::Rejected {
            code: "partial".to_owned(),
            message: format!(
                "notion shows nothing of the {kind} but its id: give the connection the capability to read content"
            ),
        }
    }

    /// Whether the parts of a listing lead to each other.
    pub fn is_circular(&self) -> bool {
        matches!(self, Self::Circular(_))
    }

    /// Whether it is of the whole server, or of the token, and no fault of what was asked.
    pub fn is_of_the_server(&self) -> bool {
        matches!(
            self,
            Self::Unauthorized(_) | Self::Blocked(_) | Self::Unavailable(_)
        )
    }
}

/// What to do about an error by which Redis refuses whatever would be written.
fn advice_on(code: &str, error: &str) -> Option<&'static str> {
    match code {
        "OOM" => Some("give redis more memory"),
        "MISCONF" => Some("have redis save to its disk again"),
        _ if error.contains("max requests limit exceeded")
            || error.contains("max daily request limit exceeded") =>
        {
            Some("raise the limit of the database, or run exports less often")
        }
        _ => None,
    }
}

/// What of a body says that it is an error.
#[derive(Deserialize)]
struct ErrorInSuccess {
    object: String,
    #[serde(default)]
    status: Option<u16>,
}

/// Seconds, as Notion gives them; what says nothing is as if there were no header.
fn parse_retry_after(text: &str) -> Duration {
    match text.trim().parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => {
            Duration::from_secs_f64(seconds.min(MAX_RETRY_AFTER.as_secs_f64()))
        }
        _ => DEFAULT_RETRY_AFTER,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RateLimited { retry_after } => {
                write!(f, "rate limited for {} s", retry_after.as_secs())
            }
            Self::Transient(what)
            | Self::Unauthorized(what)
            | Self::Blocked(what)
            | Self::Unavailable(what)
            | Self::Circular(what) => f.write_str(what),
            Self::NotFound => f.write_str("not found, or not shared with the connection"),
            // Redis's messages begin with it.
            Self::Rejected { code, message } if message.starts_with(code.as_str()) => {
                f.write_str(message)
            }
            Self::Rejected { code, message } => write!(f, "{code}: {message}"),
            Self::NoScript => f.write_str("redis does not know the script"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use std::time::Duration;

    use super::Failure;

    #[test]
    fn notions_answers_are_told_apart_by_remedy() {
        let after = Duration::from_secs(7);
        assert_eq!(
            Failure::of_notion(429, Some("7"), b"{}"),
            Failure::RateLimited { retry_after: after }
        );
        assert_eq!(
            Failure::of_notion(404, None, br#"{"code":"object_not_found"}"#),
            Failure::NotFound
        );
        assert!(matches!(
            Failure::of_notion(502, None, b"<html>"),
            Failure::Transient(_)
        ));
        assert!(matches!(
            Failure::of_notion(403, None, b"<html>"),
            Failure::Transient(_)
        ));
        let blocked = br#"{"code":"rate_limited","additional_data":{"rate_limit_reason":"public_api_request_blocked"}}"#;
        assert!(matches!(
            Failure::of_notion(429, Some("1"), blocked),
            Failure::Blocked(_)
        ));
        let cursor =
            br#"{"code":"validation_error","message":"The start_cursor provided is invalid: x"}"#;
        assert!(Failure::of_notion(400, None, cursor).is_dead_cursor());
    }

    #[test]
    fn an_error_in_a_success_means_what_it_says() {
        let meant = |body: &str| Failure::in_success(body.as_bytes());
        let limited = r#"{"object":"error","status":429,"additional_data":{"retry_after":"7"}}"#;
        let after = Duration::from_secs(7);
        assert_eq!(
            meant(limited),
            Some(Failure::RateLimited { retry_after: after })
        );
        let gone = r#"{"object":"error","status":404,"code":"object_not_found"}"#;
        assert_eq!(meant(gone), Some(Failure::NotFound));
        for strange in [
            "",
            "null",
            "[]",
            "<html>",
            r#"{"object":"list""#,
            r#"{"object":"error"}"#,
        ] {
            assert!(
                matches!(meant(strange), Some(Failure::Transient(_))),
                "{strange}"
            );
        }
        for answer in [
            "{}",
            r#" {"object":"list","results":[{"object":"error","status":404}]} "#,
        ] {
            assert_eq!(meant(answer), None, "{answer}");
        }
    }

    #[test]
    fn no_time_to_hold_back_is_absurd() {
        let seconds = |header| match Failure::of_notion(529, Some(header), b"") {
            Failure::RateLimited { retry_after } => retry_after.as_secs_f64(),
            other => panic!("{other}"),
        };
        for (header, expected) in [
            ("0", 0.0),
            (" 631 ", 631.0),
            ("1.5", 1.5),
            ("99999999999999999", 3_600.0),
            ("99999999999999999999999999999999", 3_600.0),
            ("-5", 1.0),
            ("NaN", 1.0),
            ("Fri, 20 Nov 2026 12:00:00 GMT", 1.0),
        ] {
            assert_eq!(seconds(header), expected, "{header}");
        }
    }

    #[test]
    fn rediss_errors_are_told_apart_by_remedy() {
        assert_eq!(
            Failure::of_redis(400, Some("NOSCRIPT No matching script.")),
            Failure::NoScript
        );
        assert!(matches!(
            Failure::of_redis(401, Some("WRONGPASS invalid")),
            Failure::Unauthorized(_)
        ));
        assert!(matches!(
            Failure::of_redis(502, None),
            Failure::Transient(_)
        ));
        let refused = Failure::of_redis(400, Some("WRONGTYPE x"));
        assert!(matches!(refused, Failure::Rejected { .. }));
        assert_eq!(refused.to_string(), "WRONGTYPE x");
        let limit = "ERR max requests limit exceeded. Limit: 500000, Usage: 500000.";
        for error in [
            "OOM command not allowed",
            "MISCONF unable to persist",
            limit,
        ] {
            let failure = Failure::of_redis(400, Some(error));
            assert!(failure.is_of_the_server(), "{failure:?}");
            let told = failure.to_string();
            let said = error.trim_end_matches('.');
            assert!(told.starts_with(said) && told.len() > error.len(), "{told}");
        }
        for error in [
            "READONLY You can't write",
            "ERR max concurrent connections exceeded",
        ] {
            assert!(Failure::of_redis(400, Some(error)).is_passing(), "{error}");
        }
    }
}
