//! How a record stands, and what lists hold it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::redis::Value;
use crate::store::{Error, Json, check_text};

/// The name of the list of all records.
pub(super) const ALL: &str = "[]";

/// Fields by which records are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// One field, or several together.
    pub fields: Vec<String>,
    /// Whether two records may have the same values in them.
    pub uniqueness: Uniqueness,
}

/// Whether records may share the values of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    /// They may.
    Many,
    /// Only one record has them.
    Unique,
}

/// A record as it stands.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Stored {
    /// Another one after each change; never the same twice in a resource.
    pub revision: u64,
    /// The lists that hold it, besides that of all.
    pub listed: Vec<String>,
    /// An object with its `id`.
    pub record: Json,
}

impl Stored {
    /// Whether it is on that list: between reading the list and the record it may have left.
    pub(super) fn is_on(&self, list: &str) -> bool {
        list == ALL || self.listed.iter().any(|other| other == list)
    }
}

pub(super) type Fields<'a> = BTreeMap<String, &'a RawValue>;

pub(super) fn fields_of(record: &RawValue) -> Result<Fields<'_>, Error> {
    serde_json::from_str(record.get())
        .map_err(|_| Error::MisshapedRecord("a record is no object".to_owned()))
}

pub(super) fn id_of(fields: &Fields) -> Result<String, Error> {
    let id = fields
        .get("id")
        .and_then(|id| serde_json::from_str::<String>(id.get()).ok());
    match id {
        Some(id) => check_text(&id, "id").map(|()| id),
        None => Err(Error::MisshapedRecord("a record has no id".to_owned())),
    }
}

/// The name of the list of those that have the same values: field and value in turn. None where a field is missing.
pub(super) fn values_of(index: &Index, fields: &Fields) -> Result<Option<String>, Error> {
    let mut words = Vec::new();
    for field in &index.fields {
        let Some(value) = fields.get(field.as_str()) else {
            return Ok(None);
        };
        let value = serde_json::from_str(value.get()).ok().and_then(indexable);
        let value = value.ok_or_else(|| {
            let why = format!("{field} is indexed, and no string, integer, boolean or null");
            Error::MisshapedRecord(why)
        })?;
        words.extend([serde_json::Value::from(field.as_str()), value]);
    }
    Ok(Some(serde_json::Value::from(words).to_string()))
}

/// The value as all languages spell it, which do not all tell 1.0 from 1, and -0 from 0.
fn indexable(value: serde_json::Value) -> Option<serde_json::Value> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    match value.as_f64().filter(|_| value.is_f64()) {
        Some(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
            Some(serde_json::Value::from(number as i64))
        }
        Some(_) => None,
        None => Some(value).filter(|value| !value.is_object() && !value.is_array()),
    }
}

pub(super) fn stored(reply: &Value) -> Result<Option<Stored>, Error> {
    let Some(text) = reply.text() else {
        return Ok(None);
    };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        Error::MisshapedRecord("something else stands under the key of a record".to_owned())
    })
}
