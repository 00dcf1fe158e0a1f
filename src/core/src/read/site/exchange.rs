//! A sitemap or feed on its way: the summaries, and for a feed with what pages hold the HTML of its items in a second request.

use crate::failure::Failure;
use crate::keys::Keys;
use crate::redis::{Script, Value};
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::super::{Audience, batch, whole};
use super::Site;

/// The questions, and the replies so far: of the first, and of the second where there is one.
#[derive(Clone, Debug)]
pub struct Exchange {
    site: Site,
    keys: Keys,
    audience: Audience,
    call: Call<()>,
    summaries: Option<Value>,
}

impl Exchange {
    /// Begins with the summaries of all pages, or of those of the data source, that an audience may read.
    pub fn new(site: Site, keys: &Keys, audience: Audience, now: Timestamp) -> Self {
        let index = site.source().map(|id| match audience {
            Audience::All => keys.rows(id),
            Audience::Public => keys.public_rows(id),
        });
        Self {
            call: whole::call(index, Script::QUERY, None, keys, audience, now),
            site,
            keys: keys.clone(),
            audience,
            summaries: None,
        }
    }
}

impl Operation for Exchange {
    type Output = Vec<Value>;

    fn poll(&self) -> Step {
        self.call.poll()
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Vec<Value>>, Error> {
        let mut replies = match reply {
            Ok(replies) => replies,
            Err(failure) => return self.call.apply(Err(failure)).map(|_| None),
        };
        if let Some(summaries) = self.summaries.take() {
            replies.insert(0, summaries);
            return Ok(Some(replies));
        }
        let ids = self.site.wanted(&replies);
        if ids.is_empty() {
            return Ok(Some(replies));
        }
        self.summaries = replies.pop();
        let keys = &self.keys;
        let of = |id| [keys.html(id), keys.meta(id), keys.public_html(id)];
        self.call = batch::call(&ids, self.audience, of);
        Ok(None)
    }
}
