//! One record, by its id or by the values of an index.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::redis::Value;
use crate::store::{Call, Error, Json, Operation, Step};
use crate::time::Timestamp;

use super::calls::Ids;
use super::record::{ALL, Stored, fields_of};
use super::{By, Pager, Resource};

/// The machine that finds a record, and gives what is wanted of it.
#[derive(Clone, Debug)]
pub struct Find<'a, T> {
    resource: &'a Resource,
    /// What was looked for, for errors.
    by: String,
    fields: Vec<String>,
    told: fn(&Self, Option<Json>) -> Result<T, Error>,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Page {
        list: String,
        call: Call<Ids>,
    },
    Read {
        list: String,
        call: Call<Option<Stored>>,
    },
}

impl<'a> Find<'a, Option<Json>> {
    pub(super) fn any(resource: &'a Resource, by: By<'_>, now: Timestamp) -> Result<Self, Error> {
        Self::new(resource, by, now, |_, record| Ok(record))
    }
}

impl<'a> Find<'a, Json> {
    pub(super) fn one(resource: &'a Resource, by: By<'_>, now: Timestamp) -> Result<Self, Error> {
        Self::new(resource, by, now, |it, record| it.known(record))
    }

    pub(super) fn fields(resource: &'a Resource, id: &str, fields: &[&str]) -> Result<Self, Error> {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        let find = Self::new(resource, By::Id(id), Timestamp::default(), |it, record| {
            let record = it.known(record)?;
            let mut picked: BTreeMap<_, _> = fields_of(&record)?;
            picked.retain(|name, _| it.fields.contains(name));
            serde_json::value::to_raw_value(&picked)
                .map_err(|error| Error::MisshapedRecord(error.to_string()))
        })?;
        Ok(Self { fields, ..find })
    }
}

impl<'a, T> Find<'a, T> {
    fn new(
        resource: &'a Resource,
        by: By<'_>,
        now: Timestamp,
        told: fn(&Self, Option<Json>) -> Result<T, Error>,
    ) -> Result<Self, Error> {
        let (by, state) = match by {
            By::Id(id) => {
                let (list, call) = (ALL.to_owned(), resource.read(id)?);
                (id.to_owned(), State::Read { list, call })
            }
            By::Fields(fields) => {
                let list = resource.list_for(fields)?;
                if list == ALL {
                    let why = "there are none to find a record by";
                    return Err(Error::unsupported("values", why));
                }
                let call = resource.page(&list, Pager { page: 1, size: 1 }, now)?;
                (list.clone(), State::Page { list, call })
            }
        };
        Ok(Self {
            resource,
            by,
            fields: Vec::new(),
            told,
            state,
        })
    }

    fn known(&self, record: Option<Json>) -> Result<Json, Error> {
        let name = &self.resource.name;
        record.ok_or_else(|| Error::UnknownRecord(format!("there is no {name} {}", self.by)))
    }
}

impl<T> Operation for Find<'_, T> {
    type Output = T;

    fn poll(&self) -> Step {
        match &self.state {
            State::Page { call, .. } => call.poll(),
            State::Read { call, .. } => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<T>, Error> {
        let found = match &mut self.state {
            State::Page { list, call } => {
                let Some(ids) = call.apply(reply)? else {
                    return Ok(None);
                };
                if let Some(id) = ids.ids.first() {
                    let call = self.resource.read(id)?;
                    let list = std::mem::take(list);
                    self.state = State::Read { list, call };
                    return Ok(None);
                }
                None
            }
            State::Read { list, call } => {
                let Some(stored) = call.apply(reply)? else {
                    return Ok(None);
                };
                stored.filter(|stored| stored.is_on(list))
            }
        };
        (self.told)(self, found.map(|stored| stored.record)).map(Some)
    }
}
