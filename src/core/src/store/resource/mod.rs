//! A resource: typed records under a prefix, with lists by the fields that are declared as indexes.
//!
//! A record stands with the lists that hold it, so that whoever changes it knows what to change there, whatever the
//! indexes were when it was written. A write names the revision that it is made from, and begins again where that is not
//! the current one any more.
//!
//! | module | what it does |
//! |---|---|
//! | `find` | `get`, `load`, `pick` |
//! | `change` | `create`, `update`, `save`, `delete` |
//! | `list` | `list` |
//! | `subscription` | `subscribe` |
//! | `calls`, `record` | the round trips that they are made of, and how a record stands |

mod calls;
mod change;
mod find;
mod list;
mod record;
mod subscription;

use serde_json::value::RawValue;

use crate::keys::Keys;
use crate::time::Timestamp;

use super::{Call, Error, Expiry, Json, check_text, checked};
use change::Wish;

pub use change::Change;
pub use find::Find;
pub use list::{List, Page, Pager};
pub use record::{Index, Uniqueness};
pub use subscription::{Heard, Subscription, Times};

/// One resource.
#[derive(Clone, Debug)]
pub struct Resource {
    keys: Keys,
    name: String,
    indexes: Vec<Index>,
}

/// What a record is found by.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// Its id.
    Id(&'a str),
    /// The values of all fields of one declared index.
    Fields(&'a RawValue),
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

    /// A record, or none. By id one command; by an index two round trips and four commands.
    ///
    /// # Errors
    /// For fields that are no declared index. The outcome is [`Error::MisshapedRecord`] where something else stands there.
    pub fn get(&self, by: By<'_>, now: Timestamp) -> Result<Find<'_, Option<Json>>, Error> {
        Find::any(self, by, now)
    }

    /// As [`get`](Self::get), but [`Error::UnknownRecord`] where there is none.
    ///
    /// # Errors
    /// See [`get`](Self::get).
    pub fn load(&self, by: By<'_>, now: Timestamp) -> Result<Find<'_, Json>, Error> {
        Find::one(self, by, now)
    }

    /// Some fields of a record, those that it has; [`Error::UnknownRecord`] where there is none. One command.
    ///
    /// # Errors
    /// See [`get`](Self::get).
    pub fn pick(&self, id: &str, fields: &[&str]) -> Result<Find<'_, Json>, Error> {
        Find::fields(self, id, fields)
    }

    /// Adds a record; the outcome is [`Error::RecordExists`] where its id, or the values of a unique index, are taken.
    /// One round trip: seven commands, and three for each index, four for a unique one; one more each where something
    /// expires, or has.
    ///
    /// # Errors
    /// [`Error::MisshapedRecord`] for a record that is no object with an `id`, or has an array, an object or a fraction
    /// in an indexed field; [`Error::UnsupportedArgument`] for an expiry that is not in the future.
    pub fn create(
        &self,
        record: Json,
        expiry: Expiry,
        now: Timestamp,
    ) -> Result<Change<'_>, Error> {
        Change::new(self, Wish::Create(record), Some(expiry), now)
    }

    /// Changes some fields, those of the object `changes`; an expiry of none keeps the one that there is.
    /// Two round trips, and two more each time somebody was faster.
    ///
    /// # Errors
    /// See [`create`](Self::create). The outcome is [`Error::UnknownRecord`] where there is none.
    pub fn update(
        &self,
        id: &str,
        changes: Json,
        expiry: Option<Expiry>,
        now: Timestamp,
    ) -> Result<Change<'_>, Error> {
        let id = id.to_owned();
        Change::new(self, Wish::Update { id, changes }, expiry, now)
    }

    /// Adds a record, or replaces it, its expiry included. Two round trips, and two more each time somebody was faster.
    ///
    /// # Errors
    /// See [`create`](Self::create).
    pub fn save(&self, record: Json, expiry: Expiry, now: Timestamp) -> Result<Change<'_>, Error> {
        Change::new(self, Wish::Save(record), Some(expiry), now)
    }

    /// Removes a record, and gives what it was; none where there was none. Two round trips, as [`save`](Self::save).
    ///
    /// # Errors
    /// See [`key`](Self::key).
    pub fn delete(&self, id: &str, now: Timestamp) -> Result<Change<'_>, Error> {
        Change::new(self, Wish::Delete(id.to_owned()), None, now)
    }

    /// The records that have these values; all where `criteria` is empty. Two round trips, four commands, whatever the
    /// database holds.
    ///
    /// # Errors
    /// [`Error::UnsupportedArgument`] for fields that are not those of one declared index, which says what is declared,
    /// and for a page or size out of range.
    pub fn list(
        &self,
        criteria: &RawValue,
        pager: Pager,
        now: Timestamp,
    ) -> Result<List<'_>, Error> {
        List::new(self, criteria, pager, now)
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

    /// Listens to what is published; once or always.
    pub fn subscribe(&self, times: Times) -> Subscription {
        Subscription::new(self.channel(), times)
    }
}
