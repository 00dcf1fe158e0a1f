//! The second step: paths, ancestors and what other pages are called.

use std::collections::HashSet;

use crate::id::Id;
use crate::member::Member;
use crate::notion::{Block, BlockType, Parent};
use crate::render::render_properties;

use super::reference::{member_above, slugs_above};
use super::slug::slug_of;
use super::values::PlainValue;
use super::{Claim, Document, Link, PathPattern, References, Standing, ancestors_under};

/// Names of the property in which an author may write the slug.
const SLUG_PROPERTIES: [&str; 2] = ["Slug", "slug"];

impl Document {
    /// What the page lies directly under, given the page whose blocks hold it.
    pub fn parent_member(&self, owner: Option<Id>) -> Option<Member> {
        member_above(self.parent.as_ref()?, owner)
    }

    /// Whether the page's place is known by the page that has the block, not by itself.
    pub fn is_under_a_block(&self) -> bool {
        self.parent.as_ref().is_some_and(Parent::is_block)
    }

    /// The pages and databases that this page shows: when they are called differently, it is built again.
    /// What it lies under is known once it is resolved.
    pub fn targets(&self) -> Vec<Member> {
        let (mut targets, mut seen) = (Vec::new(), HashSet::new());
        let linked = self.links.iter().filter_map(|link| match link {
            Link::Page { id, .. } => Some(Member::Page(*id)),
            Link::Database { id, .. } => Some(Member::Database(*id)),
            Link::Url { .. } => None,
        });
        let related = self
            .values
            .values()
            .flat_map(PlainValue::related)
            .map(|page| Member::Page(page.id));
        // Their ids do not tell which of the two they are.
        let ancestors = match self.shows_ancestors() {
            true => self.ancestors.as_slice(),
            false => &[],
        };
        let above = ancestors
            .iter()
            .flat_map(|&id| [Member::Page(id), Member::Database(id)]);
        for target in linked.chain(related).chain(above) {
            if target.id() != self.id && seen.insert(target) {
                targets.push(target);
            }
        }
        targets
    }

    /// Whether it shows what it lies under.
    pub fn shows_ancestors(&self) -> bool {
        has_breadcrumb(&self.blocks)
    }

    /// Fills in everything that depends on other pages.
    /// Gives the slugs of what the page lies under and its own, where paths show them.
    pub fn resolve(
        &mut self,
        references: &References,
        claim: Claim,
        paths: &PathPattern,
        standing: Option<&Standing>,
    ) -> Vec<String> {
        self.ancestors = ancestors_under(self.id, references);
        let mut slugs = slugs_above(self.id, references, paths);
        let lang = self.lang.as_deref();
        let shown = standing.map(|it| it.shown_slugs(&slugs));
        let shown = shown.as_ref().unwrap_or(&slugs);
        let path_of = |slug: &str| paths.path(slug, lang, shown);
        let is_public = standing.is_some_and(Standing::is_public);
        self.slug = self.claimed_slug(references, claim, is_public, path_of);
        self.path = path_of(&self.slug);
        if paths.has_parents() {
            slugs.push(self.slug.clone());
        }
        let (id, title, path) = (self.id, self.title.clone(), self.path.clone());
        let face = |member: Member| -> (Option<String>, Option<String>) {
            if member == Member::Page(id) {
                return (Some(title.clone()), Some(path.clone()));
            }
            let face = references.faces.get(&member);
            (
                face.map(|face| face.title.clone()),
                face.and_then(|face| face.path.clone()),
            )
        };
        for link in &mut self.links {
            match link {
                Link::Page { id, title, path } => (*title, *path) = face(Member::Page(*id)),
                Link::Database { id, title } => *title = face(Member::Database(*id)).0,
                Link::Url { .. } => {}
            }
        }
        for value in self.values.values_mut() {
            for page in value.related_mut() {
                (page.title, page.path) = face(Member::Page(page.id));
            }
        }
        render_properties(self, references);
        slugs
    }

    /// The slug that an author wrote; else the one the page has; else one made from the title.
    /// Where the path changes anyway, or the page becomes public, a suffix that kept two pages apart is given up if it can be.
    fn claimed_slug(
        &self,
        references: &References,
        claim: Claim,
        is_public: bool,
        path_of: impl Fn(&str) -> String,
    ) -> String {
        let written = SLUG_PROPERTIES
            .iter()
            .find_map(|name| match self.values.get(*name) {
                Some(PlainValue::Text(text)) if !text.trim().is_empty() => {
                    Some(slug_of(text, self.id))
                }
                _ => None,
            });
        let own = references.faces.get(&Member::Page(self.id));
        let was_hidden = own.is_some_and(|face| face.visibility.is_some() && !face.is_public());
        let held = own.map(|face| face.slug.clone());
        let held = held.filter(|slug| !slug.is_empty());
        // A page that had no title yet gets a slug that says something once it has one.
        let (short, id) = (self.id.short(), self.id.to_string());
        let held = held.filter(|slug| *slug != short && *slug != id);
        let becomes_public = is_public && was_hidden;
        let stays = |slug: &str| !becomes_public && references.held_path == Some(path_of(slug));
        let wanted = match (written, held) {
            (Some(written), _) => written,
            (None, Some(held)) if claim == Claim::Wanted && stays(&held) => return held,
            (None, Some(held)) => without_suffix(&held, [&short, &id]).to_owned(),
            (None, None) => slug_of(&self.title, self.id),
        };
        match claim {
            Claim::Wanted => wanted,
            _ if wanted == short => id,
            Claim::WithSuffix => format!("{wanted}-{short}"),
            Claim::WithId => format!("{wanted}-{id}"),
        }
    }
}

/// A slug without what kept two pages apart.
fn without_suffix<'a>(slug: &'a str, suffixes: [&str; 2]) -> &'a str {
    let mut stems = suffixes.iter().filter_map(|suffix| {
        let stem = slug.strip_suffix(suffix)?.strip_suffix('-')?;
        Some(stem).filter(|stem| !stem.is_empty())
    });
    stems.next().unwrap_or(slug)
}

/// Whether there is a block that shows what the page lies under.
fn has_breadcrumb(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| {
        matches!(block.content.known(), Some(BlockType::Breadcrumb(_)))
            || has_breadcrumb(block.children.as_slice())
    })
}
