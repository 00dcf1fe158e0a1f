//! A page of the records that have the same values.

use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::redis::Value;
use crate::store::{Call, Error, Json, Operation, Step};
use crate::time::Timestamp;

use super::Resource;
use super::calls::Ids;
use super::record::Stored;

/// Which page; pages count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pager {
    /// 1 by default.
    pub page: u64,
    /// Records on a page, 1 to 1,000; 10 by default.
    pub size: usize,
}

impl Default for Pager {
    fn default() -> Self {
        Self { page: 1, size: 10 }
    }
}

/// A page of records.
#[derive(Clone, Debug)]
pub struct Page {
    /// By expiry, those that never expire last, then in the order of creation.
    pub records: Vec<Json>,
    /// Which page it is.
    pub pager: Pager,
    /// How many records the whole list has.
    pub total: u64,
}

/// The machine of [`Resource::list`].
#[derive(Clone, Debug)]
pub struct List<'a> {
    resource: &'a Resource,
    list: String,
    pager: Pager,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Page(Call<Ids>),
    Read {
        total: u64,
        call: Call<Vec<Option<Stored>>>,
    },
}

impl<'a> List<'a> {
    pub(super) fn new(
        resource: &'a Resource,
        criteria: &RawValue,
        pager: Pager,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let list = resource.list_for(criteria)?;
        Ok(Self {
            state: State::Page(resource.page(&list, pager, now)?),
            resource,
            list,
            pager,
        })
    }

    fn page(&self, total: u64, found: Vec<Option<Stored>>) -> Page {
        let on_list = found
            .into_iter()
            .flatten()
            .filter(|it| it.is_on(&self.list));
        Page {
            records: on_list.map(|stored| stored.record).collect(),
            pager: self.pager,
            total,
        }
    }
}

impl Operation for List<'_> {
    type Output = Page;

    fn poll(&self) -> Step {
        match &self.state {
            State::Page(call) => call.poll(),
            State::Read { call, .. } => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Page>, Error> {
        match &mut self.state {
            State::Page(call) => {
                let Some(Ids { total, ids }) = call.apply(reply)? else {
                    return Ok(None);
                };
                if ids.is_empty() {
                    return Ok(Some(self.page(total, Vec::new())));
                }
                let call = self.resource.read_all(&ids)?;
                self.state = State::Read { total, call };
                Ok(None)
            }
            State::Read { total, call } => {
                let total = *total;
                let found = call.apply(reply)?;
                Ok(found.map(|found| self.page(total, found)))
            }
        }
    }
}
