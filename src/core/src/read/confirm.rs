//! `POST /v1/exports/{number}/confirm`: lets the pages go that an export holds because they are so many.

use std::time::Duration;

use serde_json::json;

use crate::keys::Keys;
use crate::redis::{Script, Value};
use crate::store::{Call, Error};
use crate::time::Timestamp;

/// How long a confirmation counts: as long as what goes is counted.
const COUNTS_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The call; its body says how many pages go, and there is none where that export holds none. At most five commands
/// and one more for each thousand pages.
pub fn call(number: u64, keys: &Keys, now: Timestamp) -> Call<Option<Vec<u8>>> {
    let args = [
        number.to_string(),
        now.millis().to_string(),
        now.plus(COUNTS_FOR).millis().to_string(),
    ];
    Call::script(
        "held removal",
        Script::CONFIRM,
        [keys.lease(), keys.frontier(), keys.leaving()],
        args,
        body,
    )
}

fn body(reply: &Value) -> Result<Option<Vec<u8>>, Error> {
    match reply {
        Value::Nil => Ok(None),
        Value::Integer(pages) => Ok(Some(json!({ "confirmed": pages }).to_string().into_bytes())),
        _ => Err(Error::unexpected()),
    }
}
