//! Property values that Notion cuts short: a page object shows 25 references of a relation and says that there are more,
//! and 25 people, or text with 25 mentions, without a word.
//!
//! Rollups of more than that have no endpoint that is complete; those are told.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::api::{Cursor, Request};
use crate::engine::answer::{Trail, print_of};
use crate::engine::listing::MAX_RESTARTS;
use crate::failure::Failure;
use crate::id::Id;
use crate::notion::{Content, Field, List, Page, PropertyItem, PropertyItemType, PropertyType};

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
    items: Vec<PropertyItem>,
    #[serde(skip)]
    cursor: Option<Cursor>,
    #[serde(skip)]
    trail: Trail,
    restarts: u32,
}

impl LongProperties {
    /// Those of a page.
    pub fn of(page: &Page) -> Self {
        let properties = page.properties.get().into_iter().flatten();
        let cut_short = properties
            .filter(|(_, value)| value.may_be_cut_short())
            .filter_map(|(name, value)| {
                let id = value.id.as_str()?.to_owned();
                Some(Long {
                    name: name.clone(),
                    id,
                    items: Vec::new(),
                    cursor: None,
                    trail: Trail::default(),
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
    ///
    /// # Errors
    /// [`Failure::Circular`] where its parts go in circles.
    pub fn take(&mut self, list: List<PropertyItem>) -> Result<bool, Failure> {
        let Some(long) = self.waiting.front_mut() else {
            return Ok(false);
        };
        let next = Cursor::of(list.next());
        if let Some(next) = &next {
            let items = list.results.as_slice();
            long.trail.follow(next, print_of(&items), items.len())?;
        }
        long.cursor = next;
        long.items
            .extend(list.fields.results.into_value().unwrap_or_default());
        let is_complete = long.cursor.is_none();
        if is_complete {
            self.complete.extend(self.waiting.pop_front());
        }
        Ok(is_complete)
    }

    /// Drops what has come of a value that is not complete.
    pub fn suspend(&mut self) {
        if let Some(long) = self.waiting.front_mut() {
            long.items.clear();
            long.cursor = None;
            long.trail = Trail::default();
        }
    }

    /// Takes a refusal of that request; says which value stays cut short, if one does.
    ///
    /// # Errors
    /// The failure, where Notion has given what cannot be followed, and may give better another time.
    pub fn refused(&mut self, failure: &Failure) -> Result<Option<String>, Failure> {
        let Some(long) = self.waiting.front_mut() else {
            return Ok(None);
        };
        if failure.is_dead_cursor() && long.restarts < MAX_RESTARTS {
            long.items.clear();
            long.cursor = None;
            long.trail = Trail::default();
            long.restarts += 1;
            return Ok(None);
        }
        if failure.is_circular() {
            return Err(failure.clone());
        }
        let long = self.waiting.pop_front();
        Ok(long.map(|long| format!("property {:?} is cut short: {failure}", long.name)))
    }

    /// Puts the complete values into the page; says which ones are not.
    pub fn complete(&mut self, page: &mut Page) -> Vec<String> {
        let Some(properties) = page.properties.get_mut() else {
            return Vec::new();
        };
        let mut problems = Vec::new();
        for long in self.complete.drain(..) {
            let Some(value) = properties.get_mut(&long.name) else {
                continue;
            };
            let is_whole = match &mut value.content {
                Content::Known(PropertyType::Relation(it)) => {
                    put(it, long.items, |item| match item {
                        PropertyItemType::Relation(it) => it.into_value(),
                        _ => None,
                    })
                }
                Content::Known(PropertyType::People(it)) => {
                    put(it, long.items, |item| match item {
                        PropertyItemType::People(it) => it.into_value(),
                        _ => None,
                    })
                }
                Content::Known(PropertyType::Title(it) | PropertyType::RichText(it)) => {
                    put(it, long.items, |item| match item {
                        PropertyItemType::Title(it) | PropertyItemType::RichText(it) => {
                            it.into_value()
                        }
                        _ => None,
                    })
                }
                _ => false,
            };
            if is_whole && value.has_more.is_true() {
                value.has_more = false.into();
            } else if !is_whole {
                problems.push(format!("property {:?} is cut short", long.name));
            }
        }
        let partial = properties
            .iter()
            .filter(|(_, value)| value.may_be_partial());
        problems.extend(partial.map(|(name, _)| {
            format!("property {name:?} may be cut short: notion follows 25 references")
        }));
        problems
    }
}

/// Puts all items in the place of those that were shown, unless there are fewer.
fn put<T>(
    shown: &mut Field<Vec<T>>,
    items: Vec<PropertyItem>,
    part_of: impl Fn(PropertyItemType) -> Option<T>,
) -> bool {
    let all = items.into_iter().filter_map(|item| match item.content {
        Content::Known(item) => part_of(item),
        _ => None,
    });
    let all: Vec<T> = all.collect();
    let is_whole = all.len() >= shown.as_slice().len();
    if is_whole {
        *shown = all.into();
    }
    is_whole
}
