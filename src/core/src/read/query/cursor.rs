//! Where a list goes on: the place of the last row that was given, so that what comes, goes or moves meanwhile
//! makes the next part neither skip nor repeat the others.
//!
//! It is JSON in hexadecimal digits, which need no escaping in an address: which query it is of, see [`fingerprint`],
//! then the row's member and its keys. Readers are not meant to look into it.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hex::{bytes, hex};

use super::sort::{Key, Place};

/// The text for readers.
pub fn write(query: &str, place: &Place) -> String {
    let head = [query, &place.member].map(Value::from).into_iter();
    let cursor: Value = head.chain(place.keys.iter().map(Key::to_json)).collect();
    hex(cursor.to_string().into_bytes())
}

/// The place in a text that `write` gave for the same query; none for all else.
pub fn read(text: &str, query: &str) -> Option<Place> {
    let json = String::from_utf8(bytes(text)?).ok()?;
    let cursor: Vec<Value> = serde_json::from_str(&json).ok()?;
    let [of, member, keys @ ..] = cursor.as_slice() else {
        return None;
    };
    Some(Place {
        member: member.as_str().filter(|_| of == query)?.to_owned(),
        keys: keys.iter().map(Key::of_json).collect::<Option<_>>()?,
    })
}

/// Tells queries apart: eight digits from what is listed, which filter, which sorts. White space and the order of fields do not count.
pub fn fingerprint(list: &str, filter: Option<&Value>, sorts: Option<&Value>) -> String {
    let text = |json: Option<&Value>| json.map(Value::to_string).unwrap_or_default();
    let query = [list, &text(filter), &text(sorts)].join("\n");
    hex(Sha256::digest(query).into_iter().take(4))
}
