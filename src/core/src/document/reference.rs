//! What a page shows of other objects, and what those are called.
//!
//! A commit reads it just before; when it changes later, the pages that show it are built again.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::id::Id;
use crate::member::Member;
use crate::notion::{Content, Parent, ParentType};
use crate::scope::Scope;

use super::{Lineage, PathPattern, Visibility};

/// What other pages show of an object; a part of its summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Face {
    /// Its title.
    pub title: String,
    /// Its path on the site; a database has none.
    pub path: Option<String>,
    /// The page's own part of its path.
    pub slug: String,
    /// The ids of what it lies under, from the root down.
    pub ancestors: Vec<Id>,
    /// The slugs of those and its own, where paths show them.
    pub slugs: Vec<String>,
    /// Whether it is in the trash; then nothing else is known of it, and nothing shows it.
    pub in_trash: bool,
    /// The scope that it was found to lie in, before it is stored; then nothing else is known of it.
    pub in_scope: Option<String>,
    /// The scope that it was found to lie outside of; then nothing else is known of it.
    pub out_of_scope: Option<String>,
    /// Whether anyone may read it, where a rule says that.
    pub visibility: Option<Visibility>,
    /// The ids of what it lies in that anyone may read, and of the databases.
    pub public_ancestors: Vec<Id>,
    /// The same, and all of it, as summaries have it; `ancestors` of a public page are only those.
    pub lineage: Option<Lineage>,
}

/// Everything that a document takes from the store.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// The objects that the store holds, of those that were asked for.
    pub faces: BTreeMap<Member, Face>,
    /// What the object lies directly under.
    pub parent: Option<Member>,
    /// The path that the page has.
    pub held_path: Option<String>,
}

/// Which path a page asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Claim {
    /// The one that its title or its slug property gives.
    #[default]
    Wanted,
    /// That one with a suffix of the id, because another page has it.
    WithSuffix,
    /// That one with the whole id, because another page has that as well.
    WithId,
}

impl Claim {
    /// How many paths there are to ask for, this one included.
    pub fn left(self) -> usize {
        std::iter::successors(Some(self), |claim| claim.next()).count()
    }

    /// What to ask for when that is taken; nothing after the whole id.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Wanted => Some(Self::WithSuffix),
            Self::WithSuffix => Some(Self::WithId),
            Self::WithId => None,
        }
    }
}

impl Face {
    /// Whether the store holds the object, so that others can show it.
    pub fn is_shown(&self) -> bool {
        !self.in_trash && self.in_scope.is_none() && self.out_of_scope.is_none()
    }

    /// Whether it is in that scope; nothing where it was last seen in another one.
    pub fn is_in_scope(&self, scope: &Scope) -> Option<bool> {
        let is_of = |found: &String| *found == scope.fingerprint();
        match (&self.in_scope, &self.out_of_scope) {
            (None, None) => Some(true),
            (Some(found), _) => is_of(found).then_some(true),
            (_, Some(found)) => is_of(found).then_some(false),
        }
    }

    /// Whether a rule says that anyone may read it.
    pub fn is_public(&self) -> bool {
        self.visibility == Some(Visibility::Public)
    }

    /// Reads the face out of a summary.
    pub fn parse(summary: &str) -> Option<Self> {
        let mut face: Self = serde_json::from_str(summary).ok()?;
        if let Some(Lineage { all, public }) = face.lineage.take() {
            (face.ancestors, face.public_ancestors) = (all, public);
        }
        Some(face)
    }
}

/// What something with this parent lies directly under, given the page whose blocks hold it.
pub fn member_above(parent: &Parent, owner: Option<Id>) -> Option<Member> {
    match &parent.content {
        Content::Known(ParentType::PageId(id)) => id.as_str()?.parse().ok().map(Member::Page),
        Content::Known(ParentType::BlockId(_)) => owner.map(Member::Page),
        // Rows and data sources lie under their database.
        _ => parent.database_id()?.parse().ok().map(Member::Database),
    }
}

/// The slugs from the root down to the parent of `id`; none where no path shows them.
pub fn slugs_above(id: Id, references: &References, paths: &PathPattern) -> Vec<String> {
    if !paths.has_parents() || ancestors_under(id, references).is_empty() {
        return Vec::new();
    }
    let parent = references.parent.and_then(|it| references.faces.get(&it));
    parent.map(|face| face.slugs.clone()).unwrap_or_default()
}

/// The ids from the root down to the parent of `id`.
///
/// A parent that the store does not hold counts as a root: it is not shared, or not exported yet.
/// What would lie under itself counts as a root as well.
pub fn ancestors_under(id: Id, references: &References) -> Vec<Id> {
    let Some(parent) = references.parent else {
        return Vec::new();
    };
    let above = references
        .faces
        .get(&parent)
        .map(|face| face.ancestors.clone())
        .unwrap_or_default();
    let ancestors: Vec<Id> = above.into_iter().chain([parent.id()]).collect();
    match ancestors.contains(&id) {
        true => Vec::new(),
        false => ancestors,
    }
}
