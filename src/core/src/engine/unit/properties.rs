//! Property values that Notion cut short: a page object shows 25 references of a relation and says that there are more.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::api::{Cursor, Request};
use crate::engine::listing::MAX_RESTARTS;
use crate::failure::Failure;
use crate::id::Id;
use crate::notion::{
    Content, List, Object, Page, PropertyItem, PropertyItemType, PropertyType, Reference,
};

/// The values that are being completed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LongProperties {
    waiting: VecDeque<Long>,
    complete: Vec<Long>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Long {
    name: String,
    id: String,
    references: Vec<Object<Reference>>,
    #[serde(skip)]
    cursor: Option<Cursor>,
    restarts: u32,
}

impl LongProperties {
    /// Those of a page.
    pub fn of(page: &Page) -> Self {
        let properties = page.properties.get().into_iter().flatten();
        let cut_short = properties
            .filter(|(_, value)| value.is_truncated())
            .filter_map(|(name, value)| {
                let id = value.id.as_str()?.to_owned();
                Some(Long {
                    name: name.clone(),
                    id,
                    references: Vec::new(),
                    cursor: None,
                    restarts: 0,
                })
            });
        Self {
            waiting: cut_short.collect(),
            complete: Vec::new(),
        }
    }

    /// The next request, if one is needed.
    pub fn next(&self, page: Id) -> Option<Request> {
        self.waiting
            .front()
            .map(|long| Request::property(page, &long.id, long.cursor.as_ref()))
    }

    /// Takes a part of the value that was asked for; whether it is complete with it.
    pub fn take(&mut self, list: List<PropertyItem>) -> bool {
        let Some(long) = self.waiting.front_mut() else {
            return false;
        };
        long.cursor = Cursor::of(list.next());
        for item in list.fields.results.into_value().unwrap_or_default() {
            if let Content::Known(PropertyItemType::Relation(reference)) = item.content {
                long.references.extend(reference.into_value());
            }
        }
        let is_complete = long.cursor.is_none();
        if is_complete {
            self.complete.extend(self.waiting.pop_front());
        }
        is_complete
    }

    /// Drops what has come of a value that is not complete.
    pub fn suspend(&mut self) {
        if let Some(long) = self.waiting.front_mut() {
            long.references.clear();
            long.cursor = None;
        }
    }

    /// Takes a refusal of that request; says which value stays cut short, if one does.
    pub fn refused(&mut self, failure: &Failure) -> Option<String> {
        let long = self.waiting.front_mut()?;
        if failure.is_dead_cursor() && long.restarts < MAX_RESTARTS {
            long.references.clear();
            long.cursor = None;
            long.restarts += 1;
            return None;
        }
        let long = self.waiting.pop_front()?;
        Some(format!("property {:?} is cut short: {failure}", long.name))
    }

    /// Puts the complete values into the page.
    pub fn complete(&mut self, page: &mut Page) {
        let Some(properties) = page.properties.get_mut() else {
            return;
        };
        for long in self.complete.drain(..) {
            let Some(value) = properties.get_mut(&long.name) else {
                continue;
            };
            if let Content::Known(PropertyType::Relation(references)) = &mut value.content {
                *references = long.references.into();
                value.has_more = false.into();
            }
        }
    }
}
