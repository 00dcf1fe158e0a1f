//! A Notion workspace as the integration could see it: objects by id, their content, and who may see what.
//!
//! Two worlds in one: what is held in memory, and what is computed from an index when it is asked for.
//! Knows nothing of HTTP, versions or pagination.

mod change;
mod held;
mod walk;

pub use change::{Change, ChangeError};
pub(crate) use held::{Barred, Held};
pub(crate) use walk::{Order, Sequence, Walk};

use std::borrow::Cow;

use crate::demo;
use crate::generated::{Generated, Place};
use crate::id::Uuid;
use crate::model::{Block, DataSource, Database, Page, Parent, User};

/// The name of the integration that the sim's token belongs to.
pub const INTEGRATION_NAME: &str = "Little Auk website";

/// A workspace: the demo, generated pages, or both, and the changes made to them.
pub struct Workspace {
    pub(crate) held: Held,
    pub(crate) generated: Option<Generated>,
}

/// What an id belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Page,
    Block,
    Database,
    DataSource,
}

impl Workspace {
    /// The site of a small company that builds tide gauges.
    pub fn demo() -> Workspace {
        Workspace {
            held: demo::held().clone(),
            generated: None,
        }
    }

    /// [`Workspace::demo`] and exactly `pages` generated pages.
    pub fn demo_with_generated(pages: u64, seed: u64) -> Workspace {
        Workspace {
            held: demo::held().clone(),
            generated: Some(Generated::new(pages, seed)),
        }
    }

    /// Exactly `pages` generated pages and nothing else but users.
    pub fn generated(pages: u64, seed: u64) -> Workspace {
        Workspace {
            held: Held {
                users: demo::held().users.clone(),
                ..Held::default()
            },
            generated: Some(Generated::new(pages, seed)),
        }
    }

    /// What this id belongs to, if to anything in the workspace, shared or not.
    pub(crate) fn kind(&self, id: Uuid) -> Option<Kind> {
        let held = &self.held;
        if held.pages.contains_key(&id) {
            return Some(Kind::Page);
        }
        if held.blocks.contains_key(&id) {
            return Some(Kind::Block);
        }
        if held.databases.contains_key(&id) {
            return Some(Kind::Database);
        }
        if held.data_sources.contains_key(&id) {
            return Some(Kind::DataSource);
        }
        Some(match self.generated.as_ref()?.locate(id)? {
            Place::Page(_) => Kind::Page,
            Place::Block { .. } => Kind::Block,
            Place::Database(_) => Kind::Database,
            Place::DataSource(_) => Kind::DataSource,
        })
    }

    pub(crate) fn page(&self, id: Uuid) -> Option<Cow<'_, Page>> {
        if let Some(page) = self.held.pages.get(&id) {
            return Some(Cow::Borrowed(page));
        }
        let generated = self.generated.as_ref()?;
        match generated.locate(id)? {
            Place::Page(index) => Some(Cow::Owned(generated.page(index))),
            _ => None,
        }
    }

    pub(crate) fn block(&self, id: Uuid) -> Option<Cow<'_, Block>> {
        if let Some(block) = self.held.blocks.get(&id) {
            return Some(Cow::Borrowed(block));
        }
        let generated = self.generated.as_ref()?;
        match generated.locate(id)? {
            Place::Block { page, ordinal } => generated.block(page, ordinal).map(Cow::Owned),
            _ => None,
        }
    }

    pub(crate) fn database(&self, id: Uuid) -> Option<Cow<'_, Database>> {
        if let Some(database) = self.held.databases.get(&id) {
            return Some(Cow::Borrowed(database));
        }
        let generated = self.generated.as_ref()?;
        match generated.locate(id)? {
            Place::Database(slot) => Some(Cow::Owned(generated.database(slot))),
            _ => None,
        }
    }

    pub(crate) fn data_source(&self, id: Uuid) -> Option<Cow<'_, DataSource>> {
        if let Some(data_source) = self.held.data_sources.get(&id) {
            return Some(Cow::Borrowed(data_source));
        }
        let generated = self.generated.as_ref()?;
        match generated.locate(id)? {
            Place::DataSource(slot) => Some(Cow::Owned(generated.data_source(slot))),
            _ => None,
        }
    }

    pub(crate) fn user(&self, id: Uuid) -> Option<&User> {
        self.held.users.iter().find(|user| user.id == id)
    }

    /// The content of a page or block in document order, with what is in the trash or not visible.
    fn all_children(&self, id: Uuid) -> Cow<'_, [Uuid]> {
        if let Some(children) = self.held.children.get(&id) {
            return Cow::Borrowed(children);
        }
        let computed =
            self.generated
                .as_ref()
                .and_then(|generated| match generated.locate(id)? {
                    Place::Page(index) => Some(generated.children(index, None)),
                    Place::Block { page, ordinal } => Some(generated.children(page, Some(ordinal))),
                    _ => None,
                });
        Cow::Owned(computed.unwrap_or_default())
    }

    /// The content of a page or block in document order, as a listing shows it.
    pub(crate) fn children(&self, id: Uuid) -> Vec<Uuid> {
        let all = self.all_children(id);
        all.iter()
            .copied()
            .filter(|child| !self.held.barred.contains_key(child) && !self.in_trash(*child))
            .collect()
    }

    /// Whether a listing of the object's content would have anything in it.
    pub(crate) fn has_children(&self, id: Uuid) -> bool {
        self.all_children(id)
            .iter()
            .any(|child| !self.held.barred.contains_key(child) && !self.in_trash(*child))
    }

    pub(crate) fn parent(&self, id: Uuid) -> Option<Parent> {
        if let Some(page) = self.held.pages.get(&id) {
            return Some(page.parent);
        }
        if let Some(block) = self.held.blocks.get(&id) {
            return Some(block.parent);
        }
        if let Some(database) = self.held.databases.get(&id) {
            return Some(database.parent);
        }
        if let Some(data_source) = self.held.data_sources.get(&id) {
            return Some(Parent::Database(data_source.database));
        }
        let generated = self.generated.as_ref()?;
        generated.parent(generated.locate(id)?)
    }

    /// The page that a block is on, or the page itself.
    pub(crate) fn page_of(&self, id: Uuid) -> Option<Uuid> {
        match self.kind(id)? {
            Kind::Page => Some(id),
            _ => self.page_of(self.parent(id)?.id()?),
        }
    }

    /// The object's own mark; what is below something in the trash has none.
    pub(crate) fn in_trash(&self, id: Uuid) -> bool {
        let held = &self.held;
        held.pages.get(&id).is_some_and(|page| page.in_trash)
            || held.blocks.get(&id).is_some_and(|block| block.in_trash)
            || held
                .databases
                .get(&id)
                .is_some_and(|database| database.in_trash)
    }

    /// Whether the object or anything above it is in the trash.
    pub(crate) fn is_trashed(&self, id: Uuid) -> bool {
        self.line(id).any(|at| self.in_trash(at))
    }

    /// Whether the integration can see the object: it exists, and nothing on the way up is barred.
    pub(crate) fn is_visible(&self, id: Uuid) -> bool {
        self.kind(id).is_some() && !self.line(id).any(|at| self.held.barred.contains_key(&at))
    }

    /// The object, and then what it is kept in, up to the root.
    pub(crate) fn line(&self, id: Uuid) -> impl Iterator<Item = Uuid> + '_ {
        std::iter::successors(Some(id), |at| self.parent(*at)?.id())
    }

    /// Whether the object is shared with the integration itself, not through something above it.
    pub(crate) fn is_root(&self, id: Uuid) -> bool {
        self.parent(id) == Some(Parent::Workspace)
    }
}

impl Workspace {
    /// The rows of a data source that are not in the trash, oldest first.
    pub(crate) fn rows(&self, data_source: Uuid) -> Walk<'_> {
        self.walk_rows(data_source, Order::Ascending, Timestamp::Created, None)
    }

    /// The rows of a data source that are not in the trash, in the order of a time, from the row at `from` on.
    pub(crate) fn walk_rows(
        &self,
        data_source: Uuid,
        order: Order,
        by: Timestamp,
        from: Option<(i64, Uuid)>,
    ) -> Walk<'_> {
        let rows = self.held.pages.values().filter(|page| {
            page.parent.id() == Some(data_source)
                && !page.in_trash
                && !self.held.barred.contains_key(&page.id)
        });
        let held = rows.map(|page| (by.of(page), page.id)).collect();
        let generated = self.generated.as_ref().and_then(|generated| {
            let Place::DataSource(slot) = generated.locate(data_source)? else {
                return None;
            };
            Some(generated.row_sequence(slot, by, &self.held))
        });
        Walk::new(order, generated.into_iter().collect(), held, from)
    }
}

impl Workspace {
    /// One of a page's times, without making the page.
    pub(crate) fn time_of(&self, page: Uuid, by: Timestamp) -> Option<i64> {
        if let Some(page) = self.held.pages.get(&page) {
            return Some(by.of(page));
        }
        let generated = self.generated.as_ref()?;
        match generated.locate(page)? {
            Place::Page(index) => Some(generated.time_ms(index, by)),
            _ => None,
        }
    }
}

/// One of the two times of an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Timestamp {
    Created,
    Edited,
}

impl Timestamp {
    pub(crate) fn of(self, page: &Page) -> i64 {
        match self {
            Timestamp::Created => page.stamps.created_ms,
            Timestamp::Edited => page.stamps.edited_ms,
        }
    }
}
