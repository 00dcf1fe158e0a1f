//! A public page as anyone may read it: without a word of pages that are not public.
//!
//! What hides: mentions and links inside of the workspace, blocks that stand for a page, relations, and with one of those all
//! rollups of the page, which count or show what is related. What a formula makes of other pages cannot be told apart.

mod properties;

use std::collections::HashSet;

use serde_json::json;

use crate::id::Id;
use crate::member::Member;
use crate::notion::visit::{UrlRole, Visit, Walk};
use crate::notion::{
    Address, Block, BlockType, Content, Field, HostedFile, LinkToPageType, MentionType,
    PropertyType, RichText, RichTextType, plain_text,
};

use super::files::{FILES_PATH, FileKeys};
use super::reference::References;
use super::scrub::Scrubber;
use super::text::Text;
use super::{Document, Link};

/// Knows what may be shown of others.
pub struct Hidden<'a> {
    references: &'a References,
    own: Id,
    has_hidden: bool,
}

impl Document {
    /// Takes everything out that tells of pages that are not public, and says whether there was anything.
    pub fn hide(&mut self, references: &References) -> bool {
        let mut hidden = Hidden {
            references,
            own: self.id,
            has_hidden: false,
        };
        hidden.blocks(&mut self.blocks);
        hidden.properties(self);
        self.links.retain(|link| match link {
            Link::Page { id, .. } => !hidden.hides_link(*id),
            Link::Database { id, .. } => !hidden.hides(Member::Database(*id)),
            Link::Url { url } => !hidden.hides_url(url),
        });
        if !hidden.has_hidden {
            return false;
        }
        self.forget_what_is_not_shown();
        let title = self
            .properties
            .values()
            .find_map(|value| match &value.content {
                Content::Known(PropertyType::Title(text)) => Some(plain_text(text.as_slice())),
                _ => None,
            });
        self.title = title.unwrap_or_default();
        let text = Text::of(&self.blocks);
        (self.excerpt, self.text, self.toc) = (text.excerpt, text.text, text.toc);
        (self.words, self.reading_minutes) = (text.words, text.reading_minutes);
        true
    }

    /// Takes the links and files out that only stood in what is hidden: a rollup has some of the pages that it shows.
    fn forget_what_is_not_shown(&mut self) {
        let mut scrubber = Scrubber::new(FileKeys::new(self.id));
        let mut shown = ShownFiles::default();
        for part in [&mut self.icon as &mut dyn Walk, &mut self.cover] {
            part.walk(&mut scrubber);
            part.walk(&mut shown);
        }
        for value in self.properties.values_mut() {
            value.walk(&mut scrubber);
            value.walk(&mut shown);
        }
        for block in &mut self.blocks {
            block.walk(&mut scrubber);
            block.walk(&mut shown);
        }
        let links: HashSet<Link> = scrubber.finish().0.into_iter().collect();
        self.links.retain(|link| {
            links.contains(&match link {
                Link::Page { id, .. } => Link::page(*id),
                Link::Database { id, .. } => Link::database(*id),
                Link::Url { .. } => link.clone(),
            })
        });
        self.files.retain(|file| shown.keys.contains(&file.key));
    }
}

/// The keys of the files that something shows.
#[derive(Debug, Default)]
struct ShownFiles {
    keys: HashSet<String>,
}

impl Visit for ShownFiles {
    fn hosted_file(&mut self, file: &mut HostedFile) {
        self.keys.extend(file.key.as_str().map(str::to_owned));
    }

    fn url(&mut self, url: &mut String, _: UrlRole) {
        let key = url.rsplit_once(FILES_PATH).map(|(_, key)| key.to_owned());
        self.keys.extend(key);
    }
}

impl Hidden<'_> {
    /// Whether nothing may be told of it: also where it is not stored, and may become a draft.
    fn hides(&mut self, member: Member) -> bool {
        let is_public = || {
            self.references
                .faces
                .get(&member)
                .is_some_and(|face| face.is_public())
        };
        let hides = member.id() != self.own && !is_public();
        self.has_hidden |= hides;
        hides
    }

    /// The same of what an author linked to, which may be a page of somebody else's.
    fn hides_link(&mut self, id: Id) -> bool {
        let is_stored = |member: &Member| self.references.faces.contains_key(member);
        let members = [Member::Page(id), Member::Database(id)];
        let stored = members.into_iter().find(is_stored);
        stored.is_some_and(|member| self.hides(member))
    }

    fn hides_url(&mut self, url: &str) -> bool {
        let mut named = Address::parse(url).into_iter().flat_map(Address::objects);
        named.any(|id| self.hides_link(id))
    }

    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        blocks.retain(|block| !self.hides_block(block));
        for block in blocks {
            if let Some(children) = block.children.get_mut() {
                self.blocks(children);
            }
            // The children are walked once more, which finds nothing.
            block.walk(self);
        }
    }

    fn hides_block(&mut self, block: &Block) -> bool {
        let id = |id: &str| id.parse::<Id>().ok();
        match block.content.known() {
            Some(BlockType::ChildPage(_)) => {
                let own = block.id.as_str().and_then(id);
                own.is_some_and(|id| self.hides(Member::Page(id)))
            }
            Some(BlockType::ChildDatabase(_)) => {
                let own = block.id.as_str().and_then(id);
                own.is_some_and(|id| self.hides(Member::Database(id)))
            }
            Some(BlockType::LinkToPage(link)) => {
                let target = link.get().and_then(|link| match link.content.known()? {
                    LinkToPageType::PageId(it) => it.as_str().and_then(id).map(Member::Page),
                    LinkToPageType::DatabaseId(it) => {
                        it.as_str().and_then(id).map(Member::Database)
                    }
                    LinkToPageType::CommentId(_) => None,
                });
                target.is_some_and(|target| self.hides(target))
            }
            Some(BlockType::Bookmark(it) | BlockType::Embed(it)) => {
                let url = it.get().and_then(|it| it.url.as_str());
                url.is_some_and(|url| self.hides_url(url))
            }
            Some(BlockType::LinkPreview(it)) => {
                let url = it.get().and_then(|it| it.url.as_str());
                url.is_some_and(|url| self.hides_url(url))
            }
            _ => false,
        }
    }

    fn hides_mention(&mut self, item: &RichText) -> bool {
        let Content::Known(RichTextType::Mention(mention)) = &item.content else {
            return false;
        };
        let id = |id: &str| id.parse::<Id>().ok();
        match mention.get().and_then(|mention| mention.content.known()) {
            Some(MentionType::Page(page)) => {
                let target = page.get().and_then(|page| page.id.as_str().and_then(id));
                target.is_some_and(|id| self.hides(Member::Page(id)))
            }
            Some(MentionType::Database(it)) => {
                let target = it.get().and_then(|it| it.id.as_str().and_then(id));
                target.is_some_and(|id| self.hides(Member::Database(id)))
            }
            Some(MentionType::LinkMention(link)) => {
                let url = link.get().and_then(|link| link.href.as_str());
                url.is_some_and(|url| self.hides_url(url))
            }
            Some(MentionType::LinkPreview(link)) => {
                let url = link.get().and_then(|link| link.url.as_str());
                url.is_some_and(|url| self.hides_url(url))
            }
            _ => false,
        }
    }
}

impl Visit for Hidden<'_> {
    fn rich_text(&mut self, item: &mut RichText) {
        // A pasted link has the title in its address, and the address as its text.
        let hides_text = item.plain_text().is_some_and(|text| self.hides_url(&text));
        if self.hides_mention(item) || hides_text {
            let nothing = json!({
                "type": "text", "text": {"content": "", "link": null}, "plain_text": "", "href": null,
            });
            if let Ok(nothing) = serde_json::from_value(nothing) {
                *item = nothing;
            }
            return;
        }
        let href = item.href.as_str().map(str::to_owned);
        let leads_to_hidden = href.is_some_and(|href| self.hides_url(&href));
        if let Content::Known(RichTextType::Text(text)) = &mut item.content
            && let Some(text) = text.get_mut()
        {
            let url = text
                .link
                .get()
                .and_then(|link| link.url.as_str().map(str::to_owned));
            if leads_to_hidden || url.is_some_and(|url| self.hides_url(&url)) {
                text.fields.link = Field::null();
                item.fields.href = Field::null();
            }
        }
    }

    fn url(&mut self, url: &mut String, role: UrlRole) {
        if role == UrlRole::Link && self.hides_url(url) {
            url.clear();
        }
    }
}

#[cfg(test)]
mod tests;
