//! The page that is rendered, and where links lead from it.

use std::collections::HashMap;

use crate::document::{Document, FileReference};
use crate::id::Id;
use crate::notion::{FileObject, object_at};

use super::file::key_of;
use super::heading::{AnchorStyle, Headings};
use super::target::Targets;
use super::url::Url;

/// What is known of the page beside its blocks.
pub struct Page<'a> {
    pub id: Id,
    pub ancestors: &'a [Id],
    pub headings: Headings,
    targets: &'a Targets,
    /// Width and height of pictures by their files' keys, in pixels.
    dimensions: HashMap<&'a str, (u32, u32)>,
}

/// What Notion calls a page without a title, and one that may not be read.
const UNTITLED: &str = "Untitled";

impl<'a> Page<'a> {
    /// What is known of a document's page.
    pub fn of(document: &'a Document, targets: &'a Targets, anchors: AnchorStyle) -> Self {
        Self {
            id: document.id,
            ancestors: &document.ancestors,
            headings: Headings::of(&document.blocks, anchors),
            targets,
            dimensions: document.files.iter().filter_map(dimensions_of).collect(),
        }
    }

    /// The same for a text that is not among the page's blocks.
    pub fn without_headings(document: &'a Document, targets: &'a Targets) -> Self {
        Self {
            id: document.id,
            ancestors: &document.ancestors,
            headings: Headings::default(),
            targets,
            dimensions: HashMap::new(),
        }
    }

    /// Width and height of a picture that is hosted with the site, in pixels, where they are known.
    pub fn dimensions(&self, file: &FileObject) -> Option<(u32, u32)> {
        let key = key_of(file)?;
        self.dimensions.get(key).copied()
    }

    /// Where a link leads that an author wrote; nothing where that may not be followed.
    ///
    /// A link to a page of the workspace leads to its path on the site, to a heading of this page to its anchor.
    pub fn link(&self, url: &str) -> Option<Url> {
        let Some((id, block)) = object_at(url) else {
            return Url::parse(url);
        };
        let anchor = block
            .filter(|_| id == self.id)
            .and_then(|block| self.headings.anchor_of_id(block));
        match (anchor, self.path(id)) {
            (Some(anchor), _) => Url::parse(&format!("#{anchor}")),
            (None, Some(path)) => Url::parse(path),
            // On the site it would be a path that does not exist.
            (None, None) if url.starts_with('/') => None,
            (None, None) => Url::parse(url),
        }
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

    fn path(&self, id: Id) -> Option<&str> {
        self.targets.get(id)?.path.as_deref()
    }

    fn title(&self, id: Id) -> Option<&str> {
        let target = self.targets.get(id)?;
        Some(target.title.as_str()).filter(|title| !title.is_empty())
    }
}

fn dimensions_of(file: &FileReference) -> Option<(&str, (u32, u32))> {
    Some((&file.key, (file.width?, file.height?)))
}
