//! What routes share that look at all pages: how many that may be, and what a script gives of them.

use crate::keys::Keys;
use crate::redis::{Script, Value};
use crate::store::Call;
use crate::time::Timestamp;

use super::query::{MOST_BYTES, MOST_ROWS};
use super::{Audience, Problem};

/// Reads all pages that an audience may read, or those of the index `of` only, with `script`, which is given `more` keys and arguments
/// behind what they all are. For 10,000 pages that is the script and six commands in it.
pub fn call(
    of: Option<String>,
    script: Script,
    more: Option<(String, String)>,
    keys: &Keys,
    audience: Audience,
    now: Timestamp,
) -> Call<()> {
    let mut args = vec![
        now.millis().to_string(),
        "0".to_owned(),
        MOST_ROWS.to_string(),
        MOST_BYTES.to_string(),
    ];
    let (index, summaries) = match audience {
        Audience::All => (keys.pages(), keys.summaries()),
        Audience::Public => (keys.public_pages(), keys.public_summaries()),
    };
    let index = of.unwrap_or(index);
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
        [Value::Text(verdict), _, _, Value::Array(texts)] if verdict == "all" => {
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
        "this looks at up to {MOST_ROWS} pages and {} MB of summaries, and {there_are}; {instead}",
        MOST_BYTES / 1024 / 1024
    ))
}
