//! Where a list goes on: the place of the last row that was given, so that what comes, goes or moves meanwhile
//! makes the next part neither skip nor repeat the others.
//!
//! It is JSON in hexadecimal digits, which need no escaping in an address: readers are not meant to look into it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hex::hex;

use super::sort::Place;

/// A place in the list of one query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// Of which query: see [`fingerprint`].
    query: String,
    #[serde(flatten)]
    place: Place,
}

impl Cursor {
    /// The text for readers.
    pub fn write(query: &str, place: &Place) -> String {
        let cursor = Self {
            query: query.to_owned(),
            place: place.clone(),
        };
        hex(serde_json::to_vec(&cursor).unwrap_or_default())
    }

    /// The place in a text that `write` gave for the same query; none for all else.
    pub fn read(text: &str, query: &str) -> Option<Place> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
            .collect();
        let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
        let bytes = digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit));
        let cursor: Self = serde_json::from_slice(&bytes.collect::<Vec<u8>>()).ok()?;
        (cursor.query == query).then_some(cursor.place)
    }
}

/// Tells queries apart: eight digits from what is listed, which filter, which sorts. White space and the order of fields do not count.
pub fn fingerprint(list: &str, filter: Option<&Value>, sorts: Option<&Value>) -> String {
    let text = |json: Option<&Value>| json.map(Value::to_string).unwrap_or_default();
    let query = [list, &text(filter), &text(sorts)].join("\n");
    hex(Sha256::digest(query).into_iter().take(4))
}
