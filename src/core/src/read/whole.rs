//! What routes share that look at all pages: how many that may be, and what a script gives of them.

use crate::keys::Keys;
use crate::redis::{Script, Value};
use crate::store::Call;
use crate::time::Timestamp;

use super::{Audience, Problem};

/// The most pages that are looked at for one answer.
const MOST_PAGES: usize = 10_000;

/// The most bytes of summaries: an isolate holds them several times for a moment, and has 128 MB for all its readers.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Reads all pages that an audience may read with `script`, which is given `more` keys and arguments behind what they all are.
/// For 10,000 pages that is the script and six commands in it.
pub fn call(
    script: Script,
    more: Option<(String, String)>,
    keys: &Keys,
    audience: Audience,
    now: Timestamp,
) -> Call<()> {
    call_of(None, script, more, keys, audience, now)
}

/// The same of the pages of another index.
pub fn call_of(
    index_of: Option<String>,
    script: Script,
    more: Option<(String, String)>,
    keys: &Keys,
    audience: Audience,
    now: Timestamp,
) -> Call<()> {
    let mut args = vec![
        now.millis().to_string(),
        MOST_PAGES.to_string(),
        MOST_BYTES.to_string(),
    ];
    let (index, summaries) = match audience {
        Audience::All => (keys.pages(), keys.summaries()),
        Audience::Public => (keys.public_pages(), keys.public_summaries()),
    };
    let index = index_of.unwrap_or(index);
    let mut keys = vec![index, summaries, keys.expiry()];
    if let Some((key, arg)) = more {
        keys.push(key);
        args.push(arg);
    }
    Call::unread("pages", script, keys, args)
}

/// The summaries that it gave.
///
/// # Errors
/// 422 where there are too many, with what can be done instead; 503 for what no script gives.
pub fn summaries<'a>(
    replies: &'a [Value],
    instead: &str,
) -> Result<impl Iterator<Item = &'a str>, Problem> {
    let [Value::Array(reply)] = replies else {
        return Err(Problem::away());
    };
    match reply.as_slice() {
        [Value::Text(verdict), Value::Array(texts)] if verdict == "all" => {
            Ok(texts.iter().filter_map(|text| match text {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            }))
        }
        [Value::Text(_), Value::Integer(pages)] => Err(too_many(Some(*pages), instead)),
        _ => Err(Problem::away()),
    }
}

/// 422; how many pages there are, where that is known.
pub fn too_many(pages: Option<i64>, instead: &str) -> Problem {
    let there_are = match pages {
        Some(pages) => format!("there are {pages}"),
        None => "there is more".to_owned(),
    };
    Problem::too_much(format!(
        "this looks at up to {MOST_PAGES} pages and {} MB of summaries, and {there_are}; {instead}",
        MOST_BYTES / 1024 / 1024
    ))
}
