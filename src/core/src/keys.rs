//! The names of all keys in Redis; nothing else spells one.
//!
//! A key is `{prefix}{separator}{object type}{separator}{id}`.
//! With a hash tag, `{tag}` follows the prefix, so that a workspace's keys share one slot of a cluster.

use crate::id::Id;
use crate::member::Member;

/// Where a workspace's keys live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    root: String,
    separator: String,
}

/// What may be written in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StagedText {
    /// A document, a single block, or what is fetched of an object.
    Object(Id),
    /// The HTML of a page.
    Html(Id),
    /// The Markdown of a page.
    Markdown(Id),
    /// The comments of a page.
    Comments(Id),
    /// A document without a word of what is not public.
    PublicObject(Id),
    /// The HTML of such a document.
    PublicHtml(Id),
    /// The Markdown of such a document.
    PublicMarkdown(Id),
}

impl Keys {
    /// Keys under `prefix`, their parts joined by `separator`.
    pub fn new(prefix: &str, separator: &str, hash_tag: Option<&str>) -> Self {
        let root = match hash_tag {
            Some(tag) => format!("{prefix}{separator}{{{tag}}}"),
            None => prefix.to_owned(),
        };
        Self {
            root,
            separator: separator.to_owned(),
        }
    }

    /// String: the page document.
    pub fn page(&self, id: Id) -> String {
        self.of("page", id)
    }

    /// String: the database, as Notion gives it, scrubbed.
    pub fn database(&self, id: Id) -> String {
        self.of("database", id)
    }

    /// String: the data source with its schema, as Notion gives it, scrubbed.
    pub fn data_source(&self, id: Id) -> String {
        self.of("data_source", id)
    }

    /// String: the user, as Notion gives it, scrubbed.
    pub fn user(&self, id: Id) -> String {
        self.of("user", id)
    }

    /// String: the open comments of a page, an array as Notion lists them, scrubbed; no key where there are none.
    pub fn comments(&self, page: Id) -> String {
        self.of("comment", page)
    }

    /// String: the blocks of a page as HTML.
    pub fn html(&self, page: Id) -> String {
        self.of("html", page)
    }

    /// String: the blocks of a page as Markdown.
    pub fn markdown(&self, page: Id) -> String {
        self.of("markdown", page)
    }

    /// Hash: the users that are stored → the number of the export that saw each last.
    pub fn users(&self) -> String {
        self.index("users")
    }

    /// String: a block as it stands in its page's document, without the blocks inside.
    pub fn block(&self, id: Id) -> String {
        self.of("block", id)
    }

    /// String: the document of a page, or a database or data source.
    pub fn object(&self, member: Member) -> String {
        match member {
            Member::Page(id) => self.page(id),
            Member::Database(id) => self.database(id),
            Member::DataSource(id) => self.data_source(id),
        }
    }

    /// Hash: what a conditional request and the next commit of that page need.
    pub fn meta(&self, id: Id) -> String {
        self.of("meta", id)
    }

    /// Sorted set: all page ids by last edited time.
    pub fn pages(&self) -> String {
        self.index("pages")
    }

    /// Sorted set: the rows of a data source by created time.
    pub fn rows(&self, data_source: Id) -> String {
        self.index_of("rows", data_source)
    }

    /// Sorted set: the pages directly under a page or database by created time,
    /// and databases and data sources by the same below zero.
    pub fn children(&self, parent: Id) -> String {
        self.index_of("children", parent)
    }

    /// Set: the pages which mention `target`.
    pub fn mentions(&self, target: Id) -> String {
        self.index_of("mentions", target)
    }

    /// Set: the ids of a page's blocks that are stored one by one.
    pub fn blocks(&self, page: Id) -> String {
        self.index_of("blocks", page)
    }

    /// Hash: block → the page that it was stored for.
    pub fn block_pages(&self) -> String {
        self.index("blocks")
    }

    /// Hash: id → what lists and other pages show of a page or database.
    pub fn summaries(&self) -> String {
        self.index("summaries")
    }

    /// Where `ACCESS` is `rule`: String, the document of a public page without a word of what is not public;
    /// no key where it has none of that.
    pub fn public_page(&self, id: Id) -> String {
        self.of("public_page", id)
    }

    /// The same as HTML.
    pub fn public_html(&self, id: Id) -> String {
        self.of("public_html", id)
    }

    /// The same as Markdown.
    pub fn public_markdown(&self, id: Id) -> String {
        self.of("public_markdown", id)
    }

    /// The part of [`pages`](Self::pages) that anyone may read.
    pub fn public_pages(&self) -> String {
        self.index("public_pages")
    }

    /// The part of [`rows`](Self::rows) that anyone may read.
    pub fn public_rows(&self, data_source: Id) -> String {
        self.index_of("public_rows", data_source)
    }

    /// The pages of [`children`](Self::children) that anyone may read.
    pub fn public_children(&self, parent: Id) -> String {
        self.index_of("public_children", parent)
    }

    /// Hash: page that anyone may read → what lists show of it then.
    pub fn public_summaries(&self) -> String {
        self.index("public_summaries")
    }

    /// Stream: what becomes public, changes there and is taken back, as those are told who may read only what is public.
    pub fn public_events(&self) -> String {
        self.join(&["public_events"])
    }

    /// Integer: raised by each of these events. Gaps in [`version`](Self::version) would tell how often drafts are edited.
    pub fn public_version(&self) -> String {
        self.join(&["public_version"])
    }

    /// Sorted set: page that becomes public by itself → the instant, in ms.
    pub fn due(&self) -> String {
        self.index("due")
    }

    /// Hash: path → id.
    pub fn slugs(&self) -> String {
        self.join(&["slugs"])
    }

    /// Hash: a path that a page had → id.
    pub fn redirects(&self) -> String {
        self.join(&["redirects"])
    }

    /// Sorted set: page that was removed → the instant at which it was, in ms; for 30 days and more.
    pub fn gone(&self) -> String {
        self.join(&["gone"])
    }

    /// Sorted set: object → the instant at which it expires, in ms; 0 where it has, and the exporter knows.
    pub fn expiry(&self) -> String {
        self.index("expiry")
    }

    /// Hash: key of a file that is copied → the ids of the pages and databases that show it, separated by commas, `|`, and its
    /// [`FileRecord`](crate::file::FileRecord).
    pub fn files(&self) -> String {
        self.join(&["files"])
    }

    /// String, until it ends: the page or database that shows a file which is not copied, `|`, and Notion's address of it.
    pub fn signed(&self, file: &str) -> String {
        self.join(&["signed", file])
    }

    /// Set: the keys of copied files that no page shows any more, until the copies are deleted.
    pub fn unlinked(&self) -> String {
        self.export("unlinked")
    }

    /// Stream: what changed.
    pub fn events(&self) -> String {
        self.join(&["events"])
    }

    /// Integer, raised by each commit that changes content.
    pub fn version(&self) -> String {
        self.join(&["version"])
    }

    /// Hash: who may commit, under `state` what the engine remembers between runs, and under `orders` what is ordered.
    pub fn lease(&self) -> String {
        self.export("lease")
    }

    /// Sorted set: objects to fetch, by the instant from which they may be taken;
    /// and after `~` those to build again from what is stored, below zero, or up to 2 where they show what was taken back from the public.
    pub fn frontier(&self) -> String {
        self.export("frontier")
    }

    /// Hash: under `last` the event up to which caches are purged, and under `at` when that was.
    pub fn purged(&self) -> String {
        self.export("purged")
    }

    /// Hash: deploy hook → the last event that it was told of.
    pub fn hooks(&self) -> String {
        self.export("hooks")
    }

    /// Hash: under `token` the verification token that Notion sent last, and under `at` when it came.
    pub fn webhook(&self) -> String {
        self.export("webhook")
    }

    /// Sorted set: event that Notion told of → the instant at which it came, in ms; for 25 hours.
    pub fn told(&self) -> String {
        self.export("told")
    }

    /// Sorted set: the frontier of an export of one page or database, which goes before the others.
    pub fn urgent(&self) -> String {
        self.export("urgent")
    }

    /// List: the last exports as they are told, newest first.
    pub fn history(&self) -> String {
        self.export("history")
    }

    /// Hash: object → its [`Record`](crate::engine::Record).
    pub fn objects(&self) -> String {
        self.export("objects")
    }

    /// Hash: object → when and as what JSON a listing gave it, so that it is not asked for again; or `half` and how many bytes, where a stage has what was fetched.
    pub fn listed(&self) -> String {
        self.export("listed")
    }

    /// Sorted set: pages that are on their way out, by the instant at which that was seen;
    /// and below zero those that went, for a day.
    pub fn leaving(&self) -> String {
        self.export("leaving")
    }

    /// Hash: object → the last failure to export it.
    pub fn errors(&self) -> String {
        self.export("errors")
    }

    /// String: a large text on its way, written in parts and renamed by the commit; or a page half fetched.
    pub fn stage(&self, text: StagedText) -> String {
        let (object_type, id) = match text {
            StagedText::Object(id) => return self.join(&["export", "stage", &id.to_string()]),
            StagedText::Html(page) => ("html", page),
            StagedText::Markdown(page) => ("markdown", page),
            StagedText::Comments(page) => ("comment", page),
            StagedText::PublicObject(page) => ("public_page", page),
            StagedText::PublicHtml(page) => ("public_html", page),
            StagedText::PublicMarkdown(page) => ("public_markdown", page),
        };
        self.join(&["export", "stage", object_type, &id.to_string()])
    }

    /// A key of the [`store`](crate::store)'s own: they all stand under `store`, apart from the exporter's.
    /// The kind goes first and what a user chose last, so that no choice can spell another kind's key.
    pub(crate) fn store(&self, kind: &str, name: &str) -> String {
        self.join(&["store", kind, name])
    }

    /// The same for a record or list of the resource `name`, which does not hold the separator.
    pub(crate) fn store_of(&self, kind: &str, name: &str, id: &str) -> String {
        self.join(&["store", kind, name, id])
    }

    /// What joins the parts of a key.
    pub(crate) fn separator(&self) -> &str {
        &self.separator
    }

    fn of(&self, object_type: &str, id: Id) -> String {
        self.join(&[object_type, &id.to_string()])
    }

    fn index(&self, name: &str) -> String {
        self.join(&["index", name])
    }

    fn index_of(&self, name: &str, id: Id) -> String {
        self.join(&["index", name, &id.to_string()])
    }

    fn export(&self, name: &str) -> String {
        self.join(&["export", name])
    }

    fn join(&self, parts: &[&str]) -> String {
        let mut key = self.root.clone();
        for part in parts {
            key.push_str(&self.separator);
            key.push_str(part);
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn a_hash_tag_is_in_every_key() {
        let keys = Keys::new("notion", ":", Some("acme"));
        assert_eq!(keys.version(), "notion:{acme}:version");
        assert_eq!(keys.lease(), "notion:{acme}:export:lease");
    }

    #[test]
    fn defaults_spell_the_documented_names() {
        let keys = Keys::new("notion", ":", None);
        let id = "2712e341754a41aea9ce4c0bb4b18c52"
            .parse()
            .expect("a valid id");
        assert_eq!(
            keys.page(id),
            "notion:page:2712e341-754a-41ae-a9ce-4c0bb4b18c52"
        );
        assert_eq!(
            keys.mentions(id),
            "notion:index:mentions:2712e341-754a-41ae-a9ce-4c0bb4b18c52"
        );
    }
}
