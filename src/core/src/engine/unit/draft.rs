//! A document on its way to the store: resolved by what the store knows of others, then the commit that writes it.

use std::collections::HashSet;

use crate::document::{Claim, Committed, Document, References, ancestors_under};
use crate::engine::version::Builder;
use crate::engine::write::{Leads, PageCommit, Version, Write};
use crate::id::Id;
use crate::member::Member;
use crate::render::Rendered;
use crate::time::Timestamp;

use super::blocks::Blocks;
use super::comments::CommentsDraft;
use super::reading::Reading;
use super::stage::Staging;
use super::{BlockKeys, Context, Taken};

/// A document on its way to the store.
#[derive(Debug)]
pub struct Draft {
    pub document: Document,
    pub leads: Leads,
    pub reading: Reading,
    pub claim: Claim,
    /// The length of what is written of it; of what that is made of, while it is not resolved.
    pub bytes: usize,
    pub committed: Option<Committed>,
    /// What is to be written of its single blocks, if anything is.
    pub blocks: Option<Blocks>,
    pub comments: CommentsDraft,
    /// Its files as the commit notes them, where they were looked for.
    pub files: Option<String>,
}

impl Draft {
    /// Whether it shows something that was not read, because only reading told what it lies under: then that is to be read as well.
    pub fn shows_more(&mut self, references: &References) -> bool {
        if !self.document.shows_ancestors() {
            return false;
        }
        let ancestors = ancestors_under(self.document.id, references);
        let above = self.reading.above();
        let is_read =
            |id: &Id| self.document.ancestors.contains(id) || above.iter().any(|it| it.id() == *id);
        if ancestors.iter().all(is_read) {
            return false;
        }
        self.document.ancestors = ancestors;
        self.reading.show(self.document.targets());
        true
    }

    /// Fills in what depends on other pages.
    pub fn resolve(
        &mut self,
        references: &References,
        builder: &Builder,
        block_keys: BlockKeys,
        now: Timestamp,
    ) {
        // Search may hide what the page lies under, and what is in the trash shows nowhere else.
        let above = self.reading.above().iter().copied();
        let is_new = |member: &Member| {
            !references.faces.contains_key(member) && !self.leads.shown.contains(member)
        };
        let unknown: Vec<Member> = above.filter(is_new).collect();
        self.leads.shown.extend(unknown);
        self.document.place_files(&builder.files_url);
        let rule = builder.rule.as_ref();
        let standing = rule.map(|rule| {
            let document = &self.document;
            rule.standing(document.id, &document.values, references, now)
        });
        let slugs =
            self.document
                .resolve(references, self.claim, &builder.paths, standing.as_ref());
        if let Some(standing) = standing.as_ref().filter(|it| it.is_public()) {
            self.document.ancestors.clone_from(&standing.lineage.public);
        }
        let rendered = Rendered::of(&self.document, references);
        let layout = builder.layout;
        let mut page = self.document.committed(rendered, &slugs, layout, standing);
        self.document.publish(&mut page, &slugs, layout, references);
        self.bytes = page.bytes();
        let current = match block_keys {
            BlockKeys::Written if !self.reading.has_blocks_of(&page.hash) => {
                Some(self.document.block_ids())
            }
            BlockKeys::Renewed => Some(self.document.block_ids()),
            BlockKeys::Removed => Some(Vec::new()),
            BlockKeys::Written | BlockKeys::None => None,
        };
        let goes_ahead = Staging::is_used(&page);
        self.blocks = current
            .map(|current| Blocks::new(&current, self.reading.former_blocks(), goes_ahead))
            .filter(|blocks| {
                let has_none = blocks.is_empty() && self.reading.has_blocks_of("");
                block_keys != BlockKeys::Removed || !has_none
            });
        self.committed = Some(page);
    }

    /// What goes ahead of the commit, so that a long document and many blocks leave it short.
    pub fn ahead(&mut self, staging: &mut Staging, is_rebuild: bool) -> Option<Write> {
        let blocks = self.blocks.as_mut();
        if let Some(write) = blocks.and_then(|it| it.next(&mut self.document, is_rebuild)) {
            return Some(write);
        }
        if let Some(write) = self.comments.next(self.document.id) {
            return Some(write);
        }
        let page = self.committed.as_mut()?;
        if let Some(place) = staging.lacks(page) {
            page.json.hold(place, self.document.window(place));
        }
        let part = Staging::is_used(page).then(|| staging.next_part(page));
        let (text, part) = part.flatten()?;
        let half = None;
        Some(Write::Stage { text, part, half })
    }

    /// The commit, which takes what is to be written with it: a document may be large.
    pub fn commit(
        &mut self,
        context: &Context<'_>,
        version: Version,
        taken: &Taken,
    ) -> Option<Box<PageCommit>> {
        let page = self.committed.take()?;
        let is_public = page.public.is_some();
        let listed_by = self
            .reading
            .lists(context.keys, self.document.data_source_id, is_public);
        let is_rebuild = version == Version::Rebuilt;
        let blocks = self.blocks.take();
        let blocks = blocks.map(|it| it.rest(&mut self.document, is_rebuild));
        let synced = self.document.synced();
        let targets = self.document.targets();
        let mut mentions = Vec::new();
        for id in targets.into_iter().map(Member::id).chain(synced.copied) {
            // An id of what it lies under stands for a page and a database.
            if mentions.last() != Some(&id) {
                mentions.push(id);
            }
        }
        let now: HashSet<Id> = mentions.iter().copied().collect();
        let no_longer = |former: &&Id| !now.contains(*former);
        Some(Box::new(PageCommit {
            member: Member::Page(page.id),
            version,
            leads: self.leads.clone(),
            no_longer_listed_by: without(self.reading.former_lists(), &listed_by),
            no_longer_mentions: self
                .reading
                .former_mentions()
                .iter()
                .filter(no_longer)
                .copied()
                .collect(),
            listed_by,
            mentions,
            originals: synced.originals.into_iter().collect(),
            blocks: blocks.map(|change| (context.block_keys, change)),
            comments: self.comments.rest(context.drops_comments),
            files: self.files.clone(),
            is_staged: Staging::is_used(&page),
            owner: taken.owner(self.document.is_under_a_block()),
            page,
        }))
    }
}

/// The keys of `former` that are not among `current`.
pub fn without(former: &[String], current: &[String]) -> Vec<String> {
    former
        .iter()
        .filter(|key| !current.contains(key))
        .cloned()
        .collect()
}
