//! The names that content files call each other by.
//! A page, database or user may also be called by its id, which need not belong to anything.

use std::collections::BTreeMap;

use crate::id::Uuid;

/// Ids by name: the file's stem for pages and databases, the key for users and emojis.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) pages: BTreeMap<String, Uuid>,
    pub(crate) databases: BTreeMap<String, Uuid>,
    /// A data source, and the database it is in.
    pub(crate) data_sources: BTreeMap<String, (Uuid, Uuid)>,
    pub(crate) users: BTreeMap<String, Uuid>,
    pub(crate) emojis: BTreeMap<String, Uuid>,
}

impl Names {
    pub(crate) fn page(&self, name: &str) -> Result<Uuid, String> {
        find(&self.pages, name, "page")
    }

    pub(crate) fn database(&self, name: &str) -> Result<Uuid, String> {
        find(&self.databases, name, "database")
    }

    pub(crate) fn data_source(&self, name: &str) -> Result<(Uuid, Uuid), String> {
        self.data_sources
            .get(name)
            .copied()
            .ok_or_else(|| format!("no data source is called `{name}`"))
    }

    pub(crate) fn user(&self, name: &str) -> Result<Uuid, String> {
        find(&self.users, name, "user")
    }

    pub(crate) fn emoji(&self, name: &str) -> Result<Uuid, String> {
        find(&self.emojis, name, "emoji")
    }
}

/// An id stands for itself, whether anything has it or not.
fn find(among: &BTreeMap<String, Uuid>, name: &str, kind: &str) -> Result<Uuid, String> {
    among
        .get(name)
        .copied()
        .or_else(|| name.parse().ok())
        .ok_or_else(|| format!("no {kind} is called `{name}`"))
}
