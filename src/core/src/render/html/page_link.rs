//! Links to other pages and databases of the workspace, and where they lead on the site.

use crate::id::Id;
use crate::notion::RawId;

use super::Renderer;

impl Renderer<'_> {
    /// The title of a page or database, as a link where it has a path.
    /// It is called as it is known to be; otherwise as Notion says at this place.
    pub(super) fn page_link(&mut self, id: Option<&RawId>, title: &str, class: &'static str) {
        let id = id.and_then(|id| id.as_str().parse().ok());
        self.link_to(id, title, class, false);
    }

    fn link_to(&mut self, id: Option<Id>, title: &str, class: &'static str, is_current: bool) {
        let title = self.page.called(id, title);
        let url = id.and_then(|id| self.page.address_of(id));
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
