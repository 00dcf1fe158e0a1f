//! A sitemap or feed on its way: the summaries, and for a feed with what pages hold the HTML of its items in a second request.

use crate::failure::Failure;
use crate::keys::Keys;
use crate::member::Member;
use crate::redis::Value;
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::super::whole::{Pages, Whole};
use super::super::{Audience, batch};
use super::Site;

/// The questions, and the replies so far: of the first, and of the second where there is one.
#[derive(Clone, Debug)]
pub struct Exchange {
    site: Site,
    keys: Keys,
    audience: Audience,
    pages: Whole,
    /// The second question, and the reply to the first, once that is known.
    texts: Option<(Call<()>, Value)>,
}

impl Exchange {
    /// Begins with the summaries of all pages, or of those of the data source, that an audience may read.
    pub fn new(site: Site, keys: &Keys, audience: Audience, now: Timestamp) -> Self {
        let index = site.source().map(|id| match audience {
            Audience::All => keys.rows(id),
            Audience::Public => keys.public_rows(id),
        });
        // As of a list.
        let of = match (site.source(), audience) {
            (Some(id), Audience::All) => Member::DataSource(id).to_string(),
            _ => String::new(),
        };
        Self {
            pages: Pages::of(index, keys, audience)
                .sliced(site.slice())
                .named(of)
                .read(now),
            site,
            keys: keys.clone(),
            audience,
            texts: None,
        }
    }

    /// Whether what is asked for next are the summaries of a long list.
    pub fn is_long(&self) -> bool {
        self.pages.is_long()
    }
}

impl Operation for Exchange {
    type Output = Vec<Value>;

    fn poll(&self) -> Step {
        match &self.texts {
            Some((call, _)) => call.poll(),
            None => self.pages.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Vec<Value>>, Error> {
        if let Some((mut call, pages)) = self.texts.take() {
            return match reply {
                Ok(mut texts) => {
                    texts.insert(0, pages);
                    Ok(Some(texts))
                }
                Err(failure) => {
                    call.apply(Err(failure))?;
                    self.texts = Some((call, pages));
                    Ok(None)
                }
            };
        }
        let Some(mut replies) = self.pages.apply(reply)? else {
            return Ok(None);
        };
        let ids = self.site.wanted(&replies);
        if ids.is_empty() {
            return Ok(Some(replies));
        }
        let pages = replies.pop().unwrap_or(Value::Nil);
        let keys = &self.keys;
        let of = |id| [keys.html(id), keys.meta(id), keys.public_html(id)];
        self.texts = Some((batch::call(&ids, self.audience, of), pages));
        Ok(None)
    }
}
