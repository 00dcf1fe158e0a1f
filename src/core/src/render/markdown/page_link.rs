//! Links to other pages and databases of the workspace.

use crate::id::Id;
use crate::notion::RawId;

use super::Renderer;
use super::run::Run;

impl Renderer<'_> {
    /// The title of a page or database, as a link where it has a path.
    pub(super) fn page_run(&self, id: Option<&RawId>, title: &str) -> Run {
        let id: Option<Id> = id.and_then(|id| id.as_str().parse().ok());
        let url = id.and_then(|id| self.page.address_of(id));
        Run::linked(self.page.called(id, title), url)
    }

    /// The path to the page, which itself is no link.
    pub(super) fn breadcrumb(&mut self) {
        let mut runs = Vec::new();
        for &id in self.page.ancestors {
            let url = self.page.address_of(id);
            runs.push(Run::linked(self.page.called(Some(id), ""), url));
            runs.push(Run::plain(" / "));
        }
        runs.push(Run::plain(self.page.called(Some(self.page.id), "")));
        self.paragraph_of(runs);
    }
}
