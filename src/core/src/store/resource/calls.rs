//! The single round trips that operations on records are made of.

use serde_json::value::RawValue;

use crate::redis::Value;
use crate::store::{Call, Error, Expiry, MAX_LIMIT, checked, script};
use crate::time::Timestamp;

use super::record::{ALL, Stored, fields_of, id_of, stored, values_of};
use super::{Index, Pager, Resource, Uniqueness};

/// What became of a change.
#[derive(Clone, Debug)]
pub(super) enum Put {
    /// It is done.
    Written,
    /// Nothing changed: this stands there now.
    Changed(Option<Stored>),
    /// Nothing changed: another record has the values of a unique index.
    Taken,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ids {
    /// How many records the whole list has.
    pub total: u64,
    /// The ids of those on the page.
    pub ids: Vec<String>,
}

impl Resource {
    /// One record, or none. One command.
    ///
    /// # Errors
    /// See [`key`](Self::key). The reply is [`Error::MisshapedRecord`] where something else stands there.
    pub(super) fn read(&self, id: &str) -> Result<Call<Option<Stored>>, Error> {
        let words = ["GET".to_owned(), self.key(id)?];
        Ok(Call::command_of(&self.name, words, stored))
    }

    /// The records of a page, in its order; those that went away meanwhile are none. One command.
    ///
    /// # Errors
    /// See [`key`](Self::key); for no id.
    pub(super) fn read_all(&self, ids: &[String]) -> Result<Call<Vec<Option<Stored>>>, Error> {
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
    pub(super) fn put(
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
            self.list_key(ALL)?,
        ];
        for list in lists.iter().map(|(list, _)| list).chain(left) {
            keys.push(self.list_key(list)?);
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
    pub(super) fn remove(&self, id: &str, old: &Stored) -> Result<Call<Put>, Error> {
        let mut keys = vec![self.key(id)?, self.list_key(ALL)?];
        for list in &old.listed {
            keys.push(self.list_key(list)?);
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

    /// A page of a list; pages count from 1. One script: three commands, whatever the database holds.
    ///
    /// # Errors
    /// [`Error::UnsupportedArgument`] for a page or size out of range.
    pub(super) fn page(
        &self,
        list: &str,
        pager: Pager,
        now: Timestamp,
    ) -> Result<Call<Ids>, Error> {
        let Pager { page, size } = pager;
        let is_in_range = page > 0 && (1..=MAX_LIMIT).contains(&size);
        let offset = (page.saturating_sub(1)).saturating_mul(size as u64);
        if !is_in_range || offset > u64::from(u32::MAX) {
            return Err(Error::unsupported(
                "pager",
                "page or size (1 to 1000) is out of range",
            ));
        }
        let keys = [self.list_key(list)?];
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
                Ok(Ids {
                    total: total.ok_or_else(Error::unexpected)?,
                    ids: ids.iter().filter_map(Value::text).collect(),
                })
            },
        ))
    }

    fn list_key(&self, list: &str) -> Result<String, Error> {
        checked(
            self.keys.store_of("list", &self.name, list),
            list,
            &self.name,
        )
    }

    /// The list of the records whose fields have these values, that of all where there are none.
    ///
    /// # Errors
    /// [`Error::UnsupportedArgument`] for fields that are not those of one declared index, which says what is declared.
    pub(super) fn list_for(&self, criteria: &RawValue) -> Result<String, Error> {
        let fields = fields_of(criteria)
            .map_err(|_| Error::unsupported("criteria", "they are no object"))?;
        if fields.is_empty() {
            return Ok(ALL.to_owned());
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

fn put(reply: &Value) -> Result<Put, Error> {
    let [word, rest @ ..] = reply.items() else {
        return Err(Error::unexpected());
    };
    match (word.text().as_deref(), rest) {
        (Some("written" | "deleted"), _) => Ok(Put::Written),
        (Some("changed"), rest) => Ok(Put::Changed(stored(rest.first().unwrap_or(&Value::Nil))?)),
        (Some("taken"), _) => Ok(Put::Taken),
        _ => Err(Error::unexpected()),
    }
}
