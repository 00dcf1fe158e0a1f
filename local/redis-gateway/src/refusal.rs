//! Why a request as a whole gets an error instead of results, and the HTTP status of it.
//!
//! What Redis says about a command is not among these: that is a reply.

use std::fmt;

use hyper::StatusCode;

use crate::redis::Failure;

/// A request that has no results.
#[derive(Debug, PartialEq)]
pub enum Refusal {
    /// No token, or none that is known.
    Unauthorized,
    /// A method that the protocol does not have.
    Method,
    /// A body over the limit.
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// More at once than may be.
    Crowded {
        /// How many may be.
        limit: usize,
        /// Of what.
        of: &'static str,
    },
    /// A browser asks for a page of an origin that may not.
    Origin,
    /// A request that can not be understood or may not be run; the text says why.
    Invalid(String),
    /// Redis did not answer.
    Unavailable(Failure),
}

impl Refusal {
    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            // Unlike a 503, it makes no proxy take the gateway for broken, and clients that repeat
            // requests after a while repeat these, whatever the method.
            Self::Crowded { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            // Not 502 or 504: some proxies replace the body of those, and it says whether something
            // can have run.
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The word for it that is counted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Method => "method",
            Self::TooLarge { .. } => "too_large",
            Self::Crowded { .. } => "crowded",
            Self::Origin => "origin",
            Self::Invalid(_) => "invalid",
            Self::Unavailable(Failure::Away(_)) => "away",
            Self::Unavailable(Failure::Lost) => "lost",
            Self::Unavailable(Failure::Late(_)) => "late",
            Self::Unavailable(Failure::Malformed) => "malformed",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => f.write_str("WRONGPASS invalid or missing auth token"),
            Self::Method => f.write_str("ERR method not allowed: use GET, HEAD, POST or PUT"),
            Self::TooLarge { limit } => {
                write!(f, "ERR max request size exceeded. Limit: {limit} bytes")
            }
            Self::Crowded { limit, of } => write!(
                f,
                "ERR max concurrent connections exceeded. Limit: {limit} {of} at once; nothing was \
                 run"
            ),
            Self::Origin => f.write_str("ERR this origin may not ask: see --cors-origin"),
            Self::Invalid(text) => f.write_str(text),
            Self::Unavailable(failure) => write!(f, "ERR {failure}"),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure)
    }
}
