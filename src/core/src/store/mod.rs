//! Key-value, index, stream and resource over any Redis: what to send, and what the reply means.
//!
//! No I/O: each operation is a machine that some shell runs ([`Operation`]), sending what `poll` gives and handing the
//! replies to `apply`. Most are a single [`Call`]; those that read before they write are a few of them.
//! The TypeScript face (`sdk-ts/src/store`) runs the same scripts under the same names and keys.
//!
//! | module | key | what stands there |
//! |---|---|---|
//! | [`kv`] | `…:store:kv:{key}` | a value, as JSON text |
//! | [`index`] | `…:store:index:{name}`, `…:store:entries:{name}` | ids by score, and a hash of their metadata |
//! | [`stream`] | `…:store:stream:{name}` | events |
//! | [`resource`] | `…:store:resource:{name}:{id}`, `…:store:list:{name}:…` | a record, and the lists that find it |

mod call;
mod error;
mod expiry;
pub mod flatten;
pub mod index;
pub mod kv;
mod number;
mod operation;
pub(crate) mod part;
pub mod resource;
mod script;
pub mod stream;

use crate::keys::Keys;

pub use call::Call;
pub use error::Error;
pub use expiry::Expiry;
pub use number::Amount;
pub use operation::{ATTEMPTS, Operation, Step};
pub use script::SCRIPTS;

/// JSON as text: what was stored comes back to the digit.
pub type Json = Box<serde_json::value::RawValue>;

/// In which order a list is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The highest score or latest event first.
    #[default]
    Newest,
    /// The lowest score or first event first.
    Oldest,
}

impl Order {
    fn word(self) -> String {
        match self {
            Self::Newest => "newest".to_owned(),
            Self::Oldest => "oldest".to_owned(),
        }
    }

    /// The two ends of a range in the order in which they are met.
    fn ends<T>(self, low: T, high: T) -> (T, T) {
        match self {
            Self::Newest => (high, low),
            Self::Oldest => (low, high),
        }
    }
}

/// The longest key in bytes: Upstash takes no longer one.
const MAX_KEY: usize = 32 * 1024;

/// The most that one call reads.
const MAX_LIMIT: usize = 1000;

fn key(keys: &Keys, kind: &str, name: &str) -> Result<String, Error> {
    checked(keys.store(kind, name), name, kind)
}

fn checked(key: String, name: &str, kind: &str) -> Result<String, Error> {
    check_text(name, kind)?;
    if key.len() > MAX_KEY {
        return Err(Error::unsupported(kind, "the key is longer than 32 KB"));
    }
    Ok(key)
}

/// Text that names something. With a byte order mark in front it would be another's name to those who read it with
/// `@upstash/redis`, which takes the mark off.
fn check_text(text: &str, what: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::unsupported(what, "it is empty"));
    }
    if text.starts_with('\u{feff}') {
        return Err(Error::unsupported(what, "it begins with a byte order mark"));
    }
    Ok(())
}

fn check_limit(limit: usize) -> Result<(), Error> {
    if (1..=MAX_LIMIT).contains(&limit) {
        return Ok(());
    }
    Err(Error::unsupported(
        "limit",
        "it is not a number from 1 to 1000",
    ))
}
