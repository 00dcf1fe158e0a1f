//! A workspace of any size, computed on demand from an index.
//!
//! Pages are numbered; 64 of them make a chapter, and every chapter has the same layout (`layout`).
//! An object's id is its number under a seal, so nothing is stored and everything is found at once.
//! Times grow with the number, so listings page through without sorting.

mod body;
mod layout;
mod rows;
mod words;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::generated::body::{Body, Item};
use crate::generated::layout::Home;
use crate::id::{Seal, Uuid};
use crate::model::{
    Block, DataSource, Database, File, Icon, Page, Parent, Property, Stamps, plain,
};
use crate::random::mix;
use crate::workspace::{Held, Sequence, Timestamp};

/// What a generated id stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Page(u64),
    Block { page: u64, ordinal: u64 },
    Database(u64),
    DataSource(u64),
}

/// The generated part of a workspace.
pub(crate) struct Generated {
    pages: u64,
    seed: u64,
    seal: Seal,
    step_ms: i64,
    /// The users that edit, as the demo has them.
    editors: Vec<Uuid>,
    schemas: rows::Schemas,
    /// The last bodies that were made: listings, and the way up from an object, ask for the same ones over and over.
    bodies: RefCell<VecDeque<(u64, Arc<Body>)>>,
}

/// 2 January 2023, 08:00 UTC: when the first page is made.
const START_MS: i64 = 1_672_646_400_000;
/// How long after it was made a page is edited for the last time.
const EDITED_AFTER_MS: i64 = 5 * 86_400_000;
/// All pages are made within this time.
const SPAN_MS: i64 = 730 * 86_400_000;
/// More than the pages that an exporter works on at once, with what they lie under.
const KEPT_BODIES: usize = 64;

impl Generated {
    pub(crate) fn new(pages: u64, seed: u64) -> Generated {
        let step_ms = (SPAN_MS / pages.max(1) as i64).clamp(4, 7 * 60_000);
        let seal = Seal::made_together(mix(seed, 0x6964));
        let editors = crate::demo::editors();
        let schemas = rows::Schemas::new(|place| id_of(seal, place));
        Generated {
            pages,
            seed,
            seal,
            step_ms,
            editors,
            schemas,
            bodies: RefCell::default(),
        }
    }

    /// How many pages there are.
    pub(crate) fn len(&self) -> u64 {
        self.pages
    }

    /// The slots of all data sources.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u64> {
        let pages = self.pages;
        (0..layout::slot_limit(pages)).filter(move |slot| layout::data_source_exists(*slot, pages))
    }

    pub(crate) fn id(&self, place: Place) -> Uuid {
        id_of(self.seal, place)
    }

    /// What an id stands for, if it is one of this workspace's.
    pub(crate) fn locate(&self, id: Uuid) -> Option<Place> {
        let payload = self.seal.open(id)?;
        let (kind, number, ordinal) = (
            (payload >> 86) & 0xf,
            (payload >> 40) as u64 & ((1 << 46) - 1),
            payload as u64 & ((1 << 40) - 1),
        );
        let place = match kind {
            0 => Place::Page(number),
            1 => Place::Block {
                page: number,
                ordinal,
            },
            2 => Place::Database(number),
            3 => Place::DataSource(number),
            _ => return None,
        };
        let exists = match place {
            Place::Page(index) => index < self.pages,
            Place::Block { page, ordinal } => {
                page < self.pages && self.body(page).items.get(ordinal as usize).is_some()
            }
            Place::Database(slot) => layout::database_exists(slot, self.pages),
            Place::DataSource(slot) => layout::data_source_exists(slot, self.pages),
        };
        exists.then_some(place)
    }

    pub(crate) fn time_ms(&self, index: u64, by: Timestamp) -> i64 {
        let created = START_MS + index as i64 * self.step_ms;
        match by {
            Timestamp::Created => created,
            Timestamp::Edited => created + EDITED_AFTER_MS,
        }
    }

    pub(crate) fn parent(&self, place: Place) -> Option<Parent> {
        Some(match place {
            Place::Page(index) => match layout::home(index) {
                Home::Workspace => Parent::Workspace,
                Home::Row(slot) => Parent::DataSource {
                    id: self.id(Place::DataSource(slot)),
                    database: self.id(Place::Database(layout::database_of(slot))),
                },
                Home::Content(parent) if !layout::is_inside_block(index) => {
                    Parent::Page(self.id(Place::Page(parent)))
                }
                Home::Content(parent) => {
                    let body = self.body(parent);
                    self.parent_of_item(
                        parent,
                        body.items
                            .iter()
                            .find(|item| item.what == body::What::Page(index))?,
                    )
                }
            },
            Place::Block { page, ordinal } => {
                self.parent_of_item(page, self.body(page).items.get(ordinal as usize)?)
            }
            Place::Database(slot) => {
                let host = layout::host_of(slot);
                let body = self.body(host);
                self.parent_of_item(
                    host,
                    body.items
                        .iter()
                        .find(|item| item.what == body::What::Database(slot))?,
                )
            }
            Place::DataSource(slot) => {
                Parent::Database(self.id(Place::Database(layout::database_of(slot))))
            }
        })
    }

    fn parent_of_item(&self, page: u64, item: &Item) -> Parent {
        match item.parent {
            None => Parent::Page(self.id(Place::Page(page))),
            Some(ordinal) => Parent::Block(self.id(Place::Block { page, ordinal })),
        }
    }

    /// The content of a page, or of a block on it.
    pub(crate) fn children(&self, page: u64, of: Option<u64>) -> Vec<Uuid> {
        let body = self.body(page);
        let inside = body
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.parent == of);
        inside
            .map(|(ordinal, item)| match &item.what {
                body::What::Block { .. } => self.id(Place::Block {
                    page,
                    ordinal: ordinal as u64,
                }),
                body::What::Page(index) => self.id(Place::Page(*index)),
                body::What::Database(slot) => self.id(Place::Database(*slot)),
            })
            .collect()
    }

    pub(crate) fn block(&self, page: u64, ordinal: u64) -> Option<Block> {
        let body = self.body(page);
        let item = body.items.get(ordinal as usize)?;
        let body::What::Block { kind, fields } = &item.what else {
            return None;
        };
        Some(Block {
            id: self.id(Place::Block { page, ordinal }),
            parent: self.parent_of_item(page, item),
            kind: (*kind).to_string(),
            fields: fields.clone(),
            stamps: self.stamps(page),
            in_trash: false,
        })
    }

    fn body(&self, page: u64) -> Arc<Body> {
        let kept = |(kept, body): &(u64, Arc<Body>)| (*kept == page).then(|| Arc::clone(body));
        if let Some(body) = self.bodies.borrow().iter().find_map(kept) {
            return body;
        }
        let body = Arc::new(body::write(self, page));
        let mut bodies = self.bodies.borrow_mut();
        bodies.truncate(KEPT_BODIES - 1);
        bodies.push_front((page, Arc::clone(&body)));
        body
    }

    pub(crate) fn page(&self, index: u64) -> Page {
        let parent = self.parent(Place::Page(index)).unwrap_or(Parent::Workspace);
        let values = match layout::home(index) {
            Home::Row(slot) => rows::values(self, index, slot),
            _ => Default::default(),
        };
        Page {
            id: self.id(Place::Page(index)),
            parent,
            title: plain(&self.title(index)),
            icon: self
                .chance(index, b'i')
                .is_multiple_of(3)
                .then(|| Icon::Emoji(words::emoji(self.chance(index, b'e')).to_string())),
            cover: self
                .chance(index, b'c')
                .is_multiple_of(11)
                .then(|| File::External(format!("asset:cover-{}.svg", index % 7))),
            stamps: self.stamps(index),
            in_trash: false,
            is_locked: false,
            public_url: None,
            values,
            number: layout::number_in_source(index),
        }
    }

    pub(crate) fn title(&self, index: u64) -> String {
        format!("{} {}", words::title(self.chance(index, b't')), index + 1)
    }

    pub(crate) fn database(&self, slot: u64) -> Database {
        let sources = layout::sources_of(slot);
        let host = layout::host_of(slot);
        let created_ms = self.time_ms(host, Timestamp::Created) + 1_234;
        Database {
            id: self.id(Place::Database(slot)),
            parent: self
                .parent(Place::Database(slot))
                .unwrap_or(Parent::Workspace),
            title: plain(rows::name(slot)),
            description: Vec::new(),
            is_inline: layout::is_inline(slot),
            in_trash: false,
            icon: None,
            cover: None,
            created_ms,
            edited_ms: created_ms + EDITED_AFTER_MS,
            data_sources: sources
                .into_iter()
                .map(|slot| self.id(Place::DataSource(slot)))
                .collect(),
            linked: None,
        }
    }

    pub(crate) fn data_source(&self, slot: u64) -> DataSource {
        let edited_ms = self.source_edited_ms(slot);
        DataSource {
            id: self.id(Place::DataSource(slot)),
            database: self.id(Place::Database(layout::database_of(slot))),
            title: plain(rows::name(slot)),
            description: Vec::new(),
            icon: None,
            cover: None,
            stamps: Stamps {
                created_ms: edited_ms - EDITED_AFTER_MS,
                edited_ms,
                ..self.stamps(layout::host_of(slot))
            },
            properties: self.properties(slot),
            templates: Vec::new(),
        }
    }

    fn properties(&self, slot: u64) -> Vec<Property> {
        self.schemas.of(slot, |place| self.id(place))
    }

    /// Grows with the slot, like everything that is listed by time.
    fn source_edited_ms(&self, slot: u64) -> i64 {
        let (chapter, which) = layout::chapter_of_slot(slot);
        self.time_ms(chapter * layout::CHAPTER, Timestamp::Edited) + which as i64
    }

    /// The rows of a data source, oldest first.
    pub(crate) fn row_sequence<'a>(
        &'a self,
        slot: u64,
        by: Timestamp,
        held: &'a Held,
    ) -> Sequence<'a> {
        Sequence {
            len: layout::row_count(slot, self.pages),
            time_ms: Box::new(move |nth| self.time_ms(layout::row(slot, nth), by)),
            id: Box::new(move |nth| self.listed(layout::row(slot, nth), held)),
        }
    }

    /// All pages, by their last edit.
    pub(crate) fn page_sequence<'a>(&'a self, held: &'a Held) -> Sequence<'a> {
        Sequence {
            len: self.pages,
            time_ms: Box::new(|index| self.time_ms(index, Timestamp::Edited)),
            id: Box::new(|index| self.listed(index, held)),
        }
    }

    /// All data sources, by their last edit.
    pub(crate) fn data_source_sequence(&self) -> Sequence<'_> {
        Sequence {
            len: layout::slot_limit(self.pages),
            time_ms: Box::new(|slot| self.source_edited_ms(slot)),
            id: Box::new(|slot| {
                layout::data_source_exists(slot, self.pages)
                    .then(|| self.id(Place::DataSource(slot)))
            }),
        }
    }

    fn listed(&self, index: u64, held: &Held) -> Option<Uuid> {
        if held.replaced.contains(&index) {
            return None;
        }
        let id = self.id(Place::Page(index));
        (held.barred.is_empty() || !held.barred.contains_key(&id)).then_some(id)
    }

    fn stamps(&self, index: u64) -> Stamps {
        let editor = |salt| {
            let at = self.chance(index, salt) as usize % self.editors.len().max(1);
            self.editors.get(at).copied().unwrap_or(Uuid::from_bits(0))
        };
        Stamps {
            created_ms: self.time_ms(index, Timestamp::Created),
            edited_ms: self.time_ms(index, Timestamp::Edited),
            created_by: editor(b'a'),
            edited_by: editor(b'b'),
        }
    }

    /// A number that depends on the page and on what it is for.
    fn chance(&self, index: u64, salt: u8) -> u64 {
        mix(self.seed ^ (u64::from(salt) << 56), index)
    }
}

fn id_of(seal: Seal, place: Place) -> Uuid {
    let (kind, number, ordinal) = match place {
        Place::Page(index) => (0u128, index, 0),
        Place::Block { page, ordinal } => (1, page, ordinal),
        Place::Database(slot) => (2, slot, 0),
        Place::DataSource(slot) => (3, slot, 0),
    };
    seal.close((kind << 86) | (u128::from(number) << 40) | u128::from(ordinal))
}
