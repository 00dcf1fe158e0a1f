//! The page that is rendered, and where links lead from it.

use std::collections::HashMap;

use crate::document::{Document, FileReference};
use crate::id::Id;
use crate::notion::{Address, Block, FileObject};

use super::file::{address_of, key_of, name_in};
use super::heading::{AnchorStyle, Headings, block_anchor};
use super::linked::LinkedBlocks;
use super::target::Targets;
use super::url::Url;

/// What is known of the page beside its blocks.
pub struct Page<'a> {
    pub id: Id,
    pub ancestors: &'a [Id],
    pub headings: Headings,
    linked: LinkedBlocks,
    anchors: AnchorStyle,
    targets: &'a Targets,
    /// The page's files by their keys.
    files: HashMap<&'a str, &'a FileReference>,
}

/// What Notion calls a page without a title, and one that may not be read.
const UNTITLED: &str = "Untitled";

impl<'a> Page<'a> {
    /// What is known of a document's page.
    pub fn of(document: &'a Document, targets: &'a Targets, anchors: AnchorStyle) -> Self {
        let files = document.files.iter();
        Self {
            id: document.id,
            ancestors: &document.ancestors,
            headings: Headings::of(&document.blocks, anchors),
            linked: LinkedBlocks::of(document.id, &document.blocks),
            anchors,
            targets,
            files: files.map(|file| (file.key.as_str(), file)).collect(),
        }
    }

    /// The same for a text that is not among the page's blocks.
    pub fn without_headings(document: &'a Document, targets: &'a Targets) -> Self {
        Self {
            id: document.id,
            ancestors: &document.ancestors,
            headings: Headings::default(),
            linked: LinkedBlocks::default(),
            anchors: AnchorStyle::default(),
            targets,
            files: HashMap::new(),
        }
    }

    /// Width and height of a picture that is hosted with the site, in pixels, where they are known.
    pub fn dimensions(&self, file: &FileObject) -> Option<(u32, u32)> {
        let file = self.files.get(key_of(file)?)?;
        Some((file.width?, file.height?))
    }

    /// What a file is called: at this place, by its author, or by the last part of its address that says anything.
    pub fn file_name(&self, file: &FileObject) -> String {
        let own = file.name.as_str().filter(|name| !name.trim().is_empty());
        let known = || key_of(file).and_then(|key| self.files.get(key));
        own.or_else(|| known().map(|file| file.name.as_str()))
            .map_or_else(|| name_in(address_of(file).0), str::to_owned)
    }

    /// Where a link leads that an author wrote; nothing where that may not be followed.
    ///
    /// A link to a page of the workspace leads to its path on the site, and to the block in it;
    /// one to a block of this page to its anchor.
    pub fn link(&self, url: &str) -> Option<Url> {
        let Some(Address { object, block, .. }) = Address::parse(url) else {
            return Url::parse(url);
        };
        let is_own = object == self.id;
        if is_own && let Some(anchor) = block.and_then(|id| self.anchor_of_id(id)) {
            return Url::parse(&format!("#{anchor}"));
        }
        match (self.path(object), block) {
            (Some(path), Some(block)) if !is_own => {
                Url::parse(&format!("{path}#{}", block_anchor(block)))
            }
            (Some(path), _) => Url::parse(path),
            // On the site it would be a path that does not exist.
            (None, _) if url.starts_with('/') => None,
            (None, _) => Url::parse(url),
        }
    }

    /// What stands for an address that an author wrote: the title of a page of the site, or the address itself.
    pub fn words_for<'b>(&'b self, url: &'b str) -> &'b str {
        let object = Address::parse(url).map(|it| it.object);
        let on_site = object.filter(|id| self.path(*id).is_some());
        on_site.and_then(|id| self.title(id)).unwrap_or(url)
    }

    /// What a page or database is called: as it is known to be; otherwise as Notion says at this place.
    pub fn called<'b>(&'b self, id: Option<Id>, title: &'b str) -> &'b str {
        match id.and_then(|id| self.title(id)) {
            Some(known) => known,
            None if title.is_empty() => UNTITLED,
            None => title,
        }
    }

    /// Where a page is on the site.
    pub fn address_of(&self, id: Id) -> Option<Url> {
        self.path(id).and_then(Url::parse)
    }

    /// What leads to a block of this page that is no heading, where the page links to it.
    pub fn linked_anchor(&self, block: &Block) -> Option<String> {
        self.linked.id(block).map(block_anchor)
    }

    /// Markdown has anchors of headings only: there, the one above leads to where the block is.
    fn anchor_of_id(&self, id: Id) -> Option<String> {
        if let Some(anchor) = self.headings.anchor_of_id(id) {
            return Some(anchor.to_owned());
        }
        match self.anchors {
            AnchorStyle::Prefixed => self.linked.has(id).then(|| block_anchor(id)),
            AnchorStyle::Github => {
                let above = self.headings.list().get(self.linked.heading_above(id)?)?;
                Some(above.anchor.clone())
            }
        }
    }

    fn path(&self, id: Id) -> Option<&str> {
        self.targets.get(id)?.path.as_deref()
    }

    fn title(&self, id: Id) -> Option<&str> {
        let target = self.targets.get(id)?;
        Some(target.title.as_str()).filter(|title| !title.is_empty())
    }
}
