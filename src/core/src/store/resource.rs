//! A resource: typed records under a prefix, with lists by the fields that are declared as indexes.
//!
//! A record stands with the lists that hold it, so that whoever changes it knows what to change there, whatever the
//! indexes were when it was written. A write names the revision that it is made from; `Change` begins again where that
//! is not the current one any more.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::keys::Keys;
use crate::redis::Value;
use crate::time::Timestamp;

use super::{Call, Error, Expiry, Json, MAX_LIMIT, check_text, checked, script};

/// One resource.
#[derive(Clone, Debug)]
pub struct Resource {
    keys: Keys,
    name: String,
    indexes: Vec<Index>,
}

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
pub struct Stored {
    /// Its place in the order of creation.
    pub created: u64,
    /// Another one after each change; never the same twice in a resource.
    pub revision: u64,
    /// The lists that hold it, besides that of all.
    pub listed: Vec<String>,
    /// An object with its `id`.
    pub record: Json,
}

/// What became of a change.
#[derive(Clone, Debug)]
pub enum Put {
    /// It is done.
    Written,
    /// Nothing changed: this stands there now.
    Changed(Option<Stored>),
    /// Nothing changed: another record has the values of the unique index that is the n-th to hold this one, from 1.
    Taken(usize),
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many records the whole list has.
    pub total: u64,
    /// The ids of those on the page: by expiry, those that never expire last, then in the order of creation.
    pub ids: Vec<String>,
}

impl Resource {
    /// The resource of that name.
    ///
    /// # Errors
    /// For a name that is empty or runs into the separator, as `a:` does into `::`: its keys could be another
    /// resource's. For keys whose separator is empty.
    pub fn new(keys: &Keys, name: &str, indexes: Vec<Index>) -> Result<Self, Error> {
        check_text(name, "resource")?;
        let separator = keys.separator();
        if separator.is_empty() || format!("{name}{separator}").find(separator) != Some(name.len())
        {
            return Err(Error::unsupported(
                "resource",
                "its name runs into the separator, or that is empty",
            ));
        }
        Ok(Self {
            keys: keys.clone(),
            name: name.to_owned(),
            indexes,
        })
    }

    /// The key of a record.
    ///
    /// # Errors
    /// For an empty or too long id, as for every operation here.
    pub fn key(&self, id: &str) -> Result<String, Error> {
        checked(
            self.keys.store_of("resource", &self.name, id),
            id,
            &self.name,
        )
    }

    /// The channel on which [`publish`](Self::publish) speaks.
    pub fn channel(&self) -> String {
        self.keys.store("channel", &self.name)
    }

    /// One record, or none. One command.
    ///
    /// # Errors
    /// See [`key`](Self::key). The reply is [`Error::MisshapedRecord`] where something else stands there.
    pub fn read(&self, id: &str) -> Result<Call<Option<Stored>>, Error> {
        let words = ["GET".to_owned(), self.key(id)?];
        Ok(Call::command_of(&self.name, words, stored))
    }

    /// The records of a page, in its order; those that went away meanwhile are none. One command.
    ///
    /// # Errors
    /// See [`key`](Self::key); for no id.
    pub fn read_all(&self, ids: &[String]) -> Result<Call<Vec<Option<Stored>>>, Error> {
        if ids.is_empty() {
            return Err(Error::unsupported("ids", "there are none"));
        }
        let mut words = vec!["MGET".to_owned()];
        for id in ids {
            words.push(self.key(id)?);
        }
        Ok(Call::words(&self.name, words, |reply| {
            reply.items().iter().map(stored).collect()
        }))
    }

    /// Writes a record in place of `old`, or as a new one where that is none. `expiry` of none keeps what there is.
    /// One script: seven commands, and three for each list, four for a unique one; one more each where something expires,
    /// or has.
    ///
    /// # Errors
    /// [`Error::MisshapedRecord`] for a record that is no object with an `id`, or has an array, an object or a fraction
    /// in an indexed field; [`Error::UnsupportedArgument`] for a ttl that is not in the future.
    pub fn put(
        &self,
        old: Option<&Stored>,
        record: &RawValue,
        expiry: Option<Expiry>,
        now: Timestamp,
    ) -> Result<Call<Put>, Error> {
        let fields = fields_of(record)?;
        let id = id_of(&fields)?;
        let mut lists = Vec::new();
        for index in &self.indexes {
            if let Some(list) = values_of(index, &fields)? {
                lists.push((list, index.uniqueness));
            }
        }
        let left = old
            .into_iter()
            .flat_map(|old| &old.listed)
            .filter(|list| !lists.iter().any(|(kept, _)| kept == *list));
        let mut keys = vec![
            self.key(&id)?,
            self.keys.store("sequence", &self.name),
            self.list("[]")?,
        ];
        for list in lists.iter().map(|(list, _)| list).chain(left) {
            keys.push(self.list(list)?);
        }
        let expires = match expiry {
            None => "keep".to_owned(),
            Some(expiry) => expiry
                .instant(now)?
                .map_or_else(|| "never".to_owned(), |at| at.to_string()),
        };
        let listed: Vec<&String> = lists.iter().map(|(list, _)| list).collect();
        let tail = format!(
            "\"listed\":{},\"record\":{}}}",
            serde_json::Value::from_iter(listed.into_iter().map(String::as_str)),
            record.get()
        );
        let mut args = vec![
            old.map(|old| old.revision.to_string()).unwrap_or_default(),
            expires,
            id,
            tail,
            lists.len().to_string(),
        ];
        args.extend(lists.iter().map(|(_, uniqueness)| match uniqueness {
            Uniqueness::Many => "many".to_owned(),
            Uniqueness::Unique => "unique".to_owned(),
        }));
        Ok(Call::script(
            &self.name,
            script::RESOURCE_PUT,
            keys,
            args,
            put,
        ))
    }

    /// Removes a record. One script: six commands, and two for each list; one more each where something has expired.
    ///
    /// # Errors
    /// See [`key`](Self::key).
    pub fn delete(&self, id: &str, old: &Stored) -> Result<Call<Put>, Error> {
        let mut keys = vec![self.key(id)?, self.list("[]")?];
        for list in &old.listed {
            keys.push(self.list(list)?);
        }
        let args = [old.revision.to_string(), id.to_owned()];
        Ok(Call::script(
            &self.name,
            script::RESOURCE_DELETE,
            keys,
            args,
            put,
        ))
    }

    /// A page of the records whose fields have these values, of all where there are none: the fields of one declared
    /// index. Pages count from 1. One script: three commands, whatever the database holds; the records are
    /// [`read_all`](Self::read_all)'s.
    ///
    /// # Errors
    /// [`Error::UnsupportedArgument`] for other fields, which says what is declared, and for a page or size out of range.
    pub fn page(
        &self,
        criteria: &RawValue,
        page: u64,
        size: usize,
        now: Timestamp,
    ) -> Result<Call<Page>, Error> {
        let is_in_range = page > 0 && (1..=MAX_LIMIT).contains(&size);
        let offset = (page.saturating_sub(1)).saturating_mul(size as u64);
        if !is_in_range || offset > u64::from(u32::MAX) {
            return Err(Error::unsupported(
                "pager",
                "page or size (1 to 1000) is out of range",
            ));
        }
        let keys = [self.list(&self.criteria(criteria)?)?];
        let args = [now.millis(), offset as i64, size as i64].map(|number| number.to_string());
        Ok(Call::script(
            &self.name,
            script::RESOURCE_PAGE,
            keys,
            args,
            |reply| {
                let [total, Value::Array(ids)] = reply.items() else {
                    return Err(Error::unexpected());
                };
                let total = total.integer().and_then(|total| u64::try_from(total).ok());
                Ok(Page {
                    total: total.ok_or_else(Error::unexpected)?,
                    ids: ids.iter().filter_map(Value::text).collect(),
                })
            },
        ))
    }

    /// Whether a record is on the list of those with these values: between reading the list and the record it may have left.
    ///
    /// # Errors
    /// See [`page`](Self::page).
    pub fn holds(&self, criteria: &RawValue, stored: &Stored) -> Result<bool, Error> {
        let list = self.criteria(criteria)?;
        Ok(list == "[]" || stored.listed.contains(&list))
    }

    /// Tells subscribers something, and says how many there were. One command.
    pub fn publish(&self, message: &RawValue) -> Call<u64> {
        let words = [
            "PUBLISH".to_owned(),
            self.channel(),
            message.get().to_owned(),
        ];
        Call::command_of(&self.name, words, |reply| {
            let count = reply.integer().and_then(|count| u64::try_from(count).ok());
            count.ok_or_else(Error::unexpected)
        })
    }

    fn list(&self, list: &str) -> Result<String, Error> {
        checked(
            self.keys.store_of("list", &self.name, list),
            list,
            &self.name,
        )
    }

    fn criteria(&self, criteria: &RawValue) -> Result<String, Error> {
        let fields = fields_of(criteria)
            .map_err(|_| Error::unsupported("criteria", "they are no object"))?;
        if fields.is_empty() {
            return Ok("[]".to_owned());
        }
        let is_of = |index: &&Index| {
            index.fields.len() == fields.len()
                && index
                    .fields
                    .iter()
                    .all(|field| fields.contains_key(field.as_str()))
        };
        let unsupported = |why: &str| {
            let declared: Vec<String> = self.indexes.iter().map(|it| it.fields.join("+")).collect();
            let why = format!("{why}; the indexes are: {}", declared.join(", "));
            Error::unsupported("criteria", &why)
        };
        let index = self
            .indexes
            .iter()
            .find(is_of)
            .ok_or_else(|| unsupported("no index has these fields"))?;
        let list = values_of(index, &fields)
            .map_err(|_| unsupported("a value is no string, integer, boolean or null"))?;
        list.ok_or_else(|| unsupported("no index has these fields"))
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
fn values_of(index: &Index, fields: &Fields) -> Result<Option<String>, Error> {
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

fn stored(reply: &Value) -> Result<Option<Stored>, Error> {
    let Some(text) = reply.text() else {
        return Ok(None);
    };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        Error::MisshapedRecord("something else stands under the key of a record".to_owned())
    })
}

fn put(reply: &Value) -> Result<Put, Error> {
    let [word, rest @ ..] = reply.items() else {
        return Err(Error::unexpected());
    };
    match (word.text().as_deref(), rest) {
        (Some("written" | "deleted"), _) => Ok(Put::Written),
        (Some("changed"), rest) => Ok(Put::Changed(stored(rest.first().unwrap_or(&Value::Nil))?)),
        (Some("taken"), [number]) => {
            let number = number
                .integer()
                .and_then(|number| usize::try_from(number).ok());
            Ok(Put::Taken(number.ok_or_else(Error::unexpected)?))
        }
        _ => Err(Error::unexpected()),
    }
}
