//! A document on its way to the store: resolved by what the store knows of others, then the commit that writes it.

use crate::document::{Claim, Committed, Document, Layout, References};
use crate::engine::write::{Leads, Owner, PageCommit, Version};
use crate::id::Id;
use crate::member::Member;

use super::Context;
use super::reading::Reading;
use super::stage::Stage;

/// A document on its way to the store.
#[derive(Debug)]
pub struct Draft {
    pub document: Document,
    pub leads: Leads,
    pub reading: Reading,
    pub claim: Claim,
    /// The length of the document; of what it is made of, while it is not resolved.
    pub bytes: usize,
    pub committed: Option<Committed>,
}

impl Draft {
    /// Fills in what depends on other pages.
    pub fn resolve(&mut self, references: &References, layout: Layout) {
        // Search may hide what the page lies under, and what is in the trash shows nowhere else.
        let above = self.reading.above().iter().copied();
        let is_new = |member: &Member| {
            !references.faces.contains_key(member) && !self.leads.shown.contains(member)
        };
        let unknown: Vec<Member> = above.filter(is_new).collect();
        self.leads.shown.extend(unknown);
        self.document.resolve(references, self.claim);
        let page = self.document.committed(layout);
        self.bytes = page.json.len();
        self.committed = Some(page);
    }

    /// The commit, which takes what is to be written with it: a document may be large.
    pub fn commit(
        &mut self,
        context: &Context<'_>,
        version: Version,
        owner: Option<Id>,
    ) -> Option<Box<PageCommit>> {
        let page = self.committed.take()?;
        let listed_by = self
            .reading
            .lists(context.keys, self.document.data_source_id);
        let synced = self.document.synced();
        let targets = self.document.targets().into_iter().map(Member::id);
        let mentions: Vec<Id> = targets.chain(synced.copied).collect();
        let no_longer = |former: &&Id| !mentions.contains(former);
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
            is_staged: Stage::is_used(&page.json),
            owner: Owner::of(self.document.is_under_a_block(), owner),
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
