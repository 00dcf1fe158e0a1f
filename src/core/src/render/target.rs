//! Where links inside of the workspace lead on the site, and what is shown of their targets.

use std::collections::HashMap;

use crate::document::{Document, Link, References};
use crate::id::Id;
use crate::member::Member;

/// A page or a database, as other pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its title; empty where it is not known.
    pub title: String,
    /// Its path on the site, where it has one.
    pub path: Option<String>,
}

/// What is known of the pages and databases that a page shows.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    known: HashMap<Id, Target>,
}

impl Targets {
    /// The page itself, what its links were resolved to, and what it lies under, as the store calls that.
    pub fn of(document: &Document, references: &References) -> Self {
        let mut targets = Self::default();
        let known = document.ancestors.iter().filter_map(|&id| {
            let members = [Member::Page(id), Member::Database(id)];
            let mut faces = members.iter().filter_map(|it| references.faces.get(it));
            faces.next().map(|face| (id, face))
        });
        for (id, face) in known {
            let (title, path) = (face.title.clone(), face.path.clone());
            targets.insert(id, Target { title, path });
        }
        for link in &document.links {
            let (id, title, path) = match link {
                Link::Page { id, title, path } => (id, title, path.clone()),
                Link::Database { id, title } => (id, title, None),
                Link::Url { .. } => continue,
            };
            let title = title.clone().unwrap_or_default();
            targets.insert(*id, Target { title, path });
        }
        let own = Target {
            title: document.title.clone(),
            path: Some(document.path.clone()).filter(|path| !path.is_empty()),
        };
        targets.insert(document.id, own);
        targets
    }

    /// Adds what is known of a page or database, in place of what was known of it.
    /// A link by address to a database takes it for a page, of which nothing is known: that changes nothing.
    fn insert(&mut self, id: Id, target: Target) {
        if target == Target::default() {
            self.known.entry(id).or_default();
        } else {
            self.known.insert(id, target);
        }
    }

    pub(super) fn get(&self, id: Id) -> Option<&Target> {
        self.known.get(&id)
    }
}
