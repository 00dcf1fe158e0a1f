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

/// Hosts whose addresses name an object of a workspace.
const NOTION_HOSTS: [&str; 5] = [
    "https://www.notion.so/",
    "https://notion.so/",
    "https://app.notion.com/",
    "https://www.notion.com/",
    "https://notion.com/",
];

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
    fn insert(&mut self, id: Id, target: Target) {
        self.known.insert(id, target);
    }

    pub(super) fn get(&self, id: Id) -> Option<&Target> {
        self.known.get(&id)
    }
}

/// The object of a workspace that an address names, and the block inside of it.
///
/// Notion writes `/{id}#{block}` where it knows the target, and people paste `https://www.notion.so/Title-{id}`.
pub(super) fn object_at(url: &str) -> Option<(Id, Option<Id>)> {
    let path = url.strip_prefix('/').or_else(|| {
        let mut paths = NOTION_HOSTS.iter().map(|host| url.strip_prefix(host));
        paths.find_map(|path| path)
    })?;
    let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
    let path = path.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let end = |length: usize| {
        let from = name.len().checked_sub(length)?;
        name.get(from..)?.parse::<Id>().ok()
    };
    Some((end(36).or_else(|| end(32))?, fragment.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::object_at;

    #[test]
    fn addresses_name_objects_and_blocks() {
        let id = "2712e341-754a-41ae-a9ce-4c0bb4b18c52"
            .parse()
            .expect("a valid id");
        let block = "38c9ce7b-60a4-8136-8cb8-d1a177ad0a4f".parse().ok();
        for (url, expected) in [
            ("/2712e341754a41aea9ce4c0bb4b18c52", Some((id, None))),
            (
                "/2712e341754a41aea9ce4c0bb4b18c52?pvs=25#38c9ce7b60a481368cb8d1a177ad0a4f",
                Some((id, block)),
            ),
            (
                "https://www.notion.so/team/A-page-2712e341754a41aea9ce4c0bb4b18c52?v=1",
                Some((id, None)),
            ),
            (
                "https://app.notion.com/p/2712e341-754a-41ae-a9ce-4c0bb4b18c52",
                Some((id, None)),
            ),
            (
                "https://notion.so.evil.example/2712e341754a41aea9ce4c0bb4b18c52",
                None,
            ),
            ("/über-uns", None),
            ("/", None),
        ] {
            assert_eq!(object_at(url), expected, "{url}");
        }
    }
}
