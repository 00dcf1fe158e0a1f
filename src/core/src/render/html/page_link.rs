//! Links to other pages and databases of the workspace, and where they lead on the site.

use crate::id::Id;
use crate::notion::{RawId, object_at};
use crate::render::url::Url;

use super::{Page, Renderer};

/// What Notion calls a page without a title, and one that may not be read.
const UNTITLED: &str = "Untitled";

impl Page<'_> {
    /// Where a link leads that an author wrote; nothing where that may not be followed.
    ///
    /// A link to a page of the workspace leads to its path on the site, to a heading of this page to its anchor.
    pub(super) fn link(&self, url: &str) -> Option<Url> {
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

    fn path(&self, id: Id) -> Option<&str> {
        self.targets.get(id)?.path.as_deref()
    }

    fn title(&self, id: Id) -> Option<&str> {
        let target = self.targets.get(id)?;
        Some(target.title.as_str()).filter(|title| !title.is_empty())
    }
}

impl Renderer<'_> {
    /// The title of a page or database, as a link where it has a path.
    /// It is called as it is known to be; otherwise as Notion says at this place.
    pub(super) fn page_link(&mut self, id: Option<&RawId>, title: &str, class: &'static str) {
        let id = id.and_then(|id| id.as_str().parse().ok());
        self.link_to(id, title, class, false);
    }

    fn link_to(&mut self, id: Option<Id>, title: &str, class: &'static str, is_current: bool) {
        let title = match id.and_then(|id| self.page.title(id)) {
            Some(known) => known,
            None if title.is_empty() => UNTITLED,
            None => title,
        };
        let url = id.and_then(|id| self.page.path(id)).and_then(Url::parse);
        let tag = match &url {
            Some(url) => self.html.start("a").class(class, None).href(url),
            None => self.html.start("span").class(class, None),
        };
        if is_current {
            drop(tag.fixed("aria-current", "page"));
        } else {
            drop(tag);
        }
        self.html.text(title);
        self.html.end();
    }

    /// The path to the page. Only the first one is a landmark: two would have the same name.
    pub(super) fn breadcrumb(&mut self) {
        let is_first = !std::mem::replace(&mut self.has_breadcrumb, true);
        match is_first {
            true => {
                let nav = self.html.start("nav").class("ne-breadcrumb", None);
                drop(nav.fixed("aria-label", "Breadcrumb"));
            }
            false => drop(self.html.start("div").class("ne-breadcrumb", None)),
        }
        self.html.start("ol");
        let own = self.page.id;
        for &id in self.page.ancestors.iter().chain([&own]) {
            self.html.start("li");
            self.link_to(Some(id), "", "ne-page", id == own);
            self.html.end();
        }
        self.html.end();
        self.html.end();
    }
}
