//! A public page as anyone may read it: without a word of pages that are not public.
//!
//! What hides: mentions and links inside of the workspace, blocks that stand for a page, relations, and with one of those all
//! rollups of the page, which count or show what is related. What a formula makes of other pages cannot be told apart.

use std::collections::HashSet;

use serde_json::json;

use crate::id::Id;
use crate::member::Member;
use crate::notion::visit::{UrlRole, Visit, Walk};
use crate::notion::{
    Block, BlockType, Content, Field, HostedFile, LinkToPageType, MentionType, PropertyType,
    PropertyValue, RichText, RichTextType, Rollup, RollupType, object_at, plain_text,
};

use super::files::{FILES_PATH, FileKeys};
use super::reference::References;
use super::scrub::Scrubber;
use super::text::Text;
use super::{Document, Link, PlainValue};

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
        object_at(url).is_some_and(|(id, _)| self.hides_link(id))
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

    fn properties(&mut self, document: &mut Document) {
        let before = std::mem::take(&mut self.has_hidden);
        for (name, value) in &mut document.properties {
            if let Content::Known(PropertyType::Relation(pages)) = &mut value.content
                && let Some(pages) = pages.get_mut()
            {
                pages.retain(|page| {
                    let id = page.id.as_str().and_then(|id| id.parse().ok());
                    id.is_none_or(|id| !self.hides(Member::Page(id)))
                });
                if let Some(PlainValue::List(values)) = document.values.get_mut(name) {
                    values.retain(|value| match value {
                        PlainValue::Page(page) => !self.hides(Member::Page(page.id)),
                        _ => true,
                    });
                }
            }
        }
        let has_hidden_relation = self.has_hidden;
        self.has_hidden |= before;
        for (name, value) in &mut document.properties {
            match &mut value.content {
                Content::Known(PropertyType::Rollup(rollup)) if has_hidden_relation => {
                    if let Some(rollup) = rollup.get_mut() {
                        empty(rollup);
                    }
                }
                _ => {
                    self.rollup(value);
                    value.walk(self);
                }
            }
            if let Some(own) = document.values.get_mut(name)
                && has_text_or_rollup(value)
            {
                let mut plain = PlainValue::of(value);
                // Related pages have their titles beside their ids.
                let called = own.related();
                for page in plain.related_mut() {
                    if let Some(known) = called.iter().find(|known| known.id == page.id) {
                        (page.title, page.path) = (known.title.clone(), known.path.clone());
                    }
                }
                *own = plain;
            }
        }
    }

    /// The relations of the pages that a rollup shows may lead to others.
    fn rollup(&mut self, value: &mut PropertyValue) {
        if let Content::Known(PropertyType::Rollup(rollup)) = &mut value.content
            && let Some(rollup) = rollup.get_mut()
            && let Content::Known(RollupType::Array(values)) = &mut rollup.content
        {
            for value in values.get_mut().into_iter().flatten() {
                if let Content::Known(PropertyType::Relation(pages)) = &mut value.content
                    && let Some(pages) = pages.get_mut()
                {
                    pages.retain(|page| {
                        let id = page.id.as_str().and_then(|id| id.parse().ok());
                        id.is_none_or(|id| !self.hides(Member::Page(id)))
                    });
                }
            }
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
        if self.hides_mention(item) {
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

/// Only these depend on what was walked.
fn has_text_or_rollup(value: &PropertyValue) -> bool {
    matches!(
        value.content,
        Content::Known(
            PropertyType::Title(_)
                | PropertyType::RichText(_)
                | PropertyType::Rollup(_)
                | PropertyType::Url(_)
        )
    )
}

fn empty(rollup: &mut Rollup) {
    if let Content::Known(known) = &mut rollup.content {
        match known {
            RollupType::Number(number) => *number = Field::null(),
            RollupType::Date(date) => *date = Field::null(),
            RollupType::Array(values) => *values = Vec::new().into(),
            RollupType::Incomplete(_) | RollupType::Unsupported(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use serde_json::{Value, json};

    use crate::document::{Document, Face, References, Source, Visibility};
    use crate::id::Id;
    use crate::member::Member;

    const OWN: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c50";
    const DRAFT: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c51";
    const PUBLIC: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
    const FOREIGN: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c53";

    fn id(text: &str) -> Id {
        text.parse().expect("an id")
    }

    fn references() -> References {
        let face = |visibility| Face {
            visibility: Some(visibility),
            ..Face::default()
        };
        References {
            faces: [
                (Member::Page(id(DRAFT)), face(Visibility::Draft)),
                (Member::Page(id(PUBLIC)), face(Visibility::Public)),
            ]
            .into(),
            ..References::default()
        }
    }

    /// What is left of blocks and properties, and whether anything was hidden.
    fn hidden(blocks: Value, properties: Value) -> (Document, bool) {
        let mut document = Document::build(Source {
            id: id(OWN),
            page: serde_json::from_value(
                json!({"object": "page", "id": OWN, "properties": properties}),
            )
            .expect("a page"),
            blocks: serde_json::from_value(blocks).expect("blocks"),
            errors: Vec::new(),
            is_truncated: false,
        });
        let has_hidden = document.hide(&references());
        (document, has_hidden)
    }

    fn block(kind: &str, content: Value) -> Value {
        json!([{"object": "block", "id": "b", "type": "toggle", "toggle": {"rich_text": []},
            "children": [{"object": "block", "id": DRAFT, "type": kind, kind: content}]}])
    }

    fn mention(target: &str) -> Value {
        json!({"type": "mention", "mention": {"type": "page", "page": {"id": target}},
            "plain_text": "Secret", "href": format!("https://www.notion.so/{}", target.replace('-', ""))})
    }

    #[test]
    fn blocks_that_stand_for_a_page_go_with_it() {
        let at = |target: &str| json!({"url": format!("https://www.notion.so/x-{}", target.replace('-', "")), "caption": []});
        for (kind, content, hides) in [
            ("child_page", json!({"title": "Secret"}), true),
            ("child_database", json!({"title": "Secret"}), true),
            (
                "link_to_page",
                json!({"type": "page_id", "page_id": DRAFT}),
                true,
            ),
            (
                "link_to_page",
                json!({"type": "page_id", "page_id": FOREIGN}),
                true,
            ),
            (
                "link_to_page",
                json!({"type": "page_id", "page_id": PUBLIC}),
                false,
            ),
            ("bookmark", at(DRAFT), true),
            ("embed", at(DRAFT), true),
            ("link_preview", at(DRAFT), true),
            ("bookmark", at(FOREIGN), false),
            ("bookmark", at(PUBLIC), false),
        ] {
            let (document, has_hidden) = hidden(block(kind, content), json!({}));
            assert_eq!(has_hidden, hides, "{kind}");
            let children = document
                .blocks
                .first()
                .map(|block| block.children.as_slice().len());
            assert_eq!(children, Some(usize::from(!hides)), "{kind}");
            if hides {
                let left = serde_json::to_string(&document).expect("JSON");
                assert!(
                    !left.contains("Secret") && !left.contains(DRAFT),
                    "{kind}: {left}"
                );
            }
        }
    }

    #[test]
    fn mentions_and_links_lose_what_they_name_and_other_text_stays() {
        let link = |target: &str| {
            json!({"type": "text", "text": {"content": "here", "link": {"url": format!("/{target}")}},
            "plain_text": "here", "href": format!("/{target}")})
        };
        let paragraph = |items: Value| json!([{"object": "block", "id": "b", "type": "paragraph", "paragraph": {"rich_text": items}}]);
        let (document, has_hidden) = hidden(
            paragraph(json!([mention(DRAFT), link(DRAFT), mention(PUBLIC)])),
            json!({}),
        );
        assert!(has_hidden);
        assert_eq!(document.text, "hereSecret");
        let left = serde_json::to_string(&document).expect("JSON");
        assert!(
            !left.contains(DRAFT) && !left.contains(&DRAFT.replace('-', "")),
            "{left}"
        );
        assert!(left.contains(PUBLIC));
        assert!(
            !hidden(
                paragraph(json!([mention(PUBLIC), link(FOREIGN)])),
                json!({})
            )
            .1
        );
        assert!(hidden(paragraph(json!([mention(FOREIGN)])), json!({})).1);
    }

    #[test]
    fn a_hidden_relation_empties_the_rollups_and_a_title_is_told_anew() {
        let properties = |target: &str| {
            json!({
                "Name": {"id": "title", "type": "title", "title": [mention(DRAFT), {"type": "text", "text": {"content": "Open"}, "plain_text": "Open"}]},
                "Related": {"id": "r", "type": "relation", "relation": [{"id": target}, {"id": PUBLIC}]},
                "Count": {"id": "c", "type": "rollup", "rollup": {"type": "number", "number": 2, "function": "count"}},
                "Names": {"id": "n", "type": "rollup", "rollup": {"type": "array", "function": "show_original",
                    "array": [{"type": "rich_text", "rich_text": [{"type": "text", "plain_text": "Secret"}]}]}},
            })
        };
        let (document, _) = hidden(json!([]), properties(DRAFT));
        assert_eq!(document.title, "Open");
        let values = serde_json::to_value(&document.values).expect("JSON");
        assert_eq!(values["Count"], Value::Null);
        assert_eq!(values["Names"], json!([]));
        assert_eq!(values["Related"].as_array().map(Vec::len), Some(1));
        let left = serde_json::to_string(&document).expect("JSON");
        assert!(!left.contains("Secret") && !left.contains(DRAFT), "{left}");
        let (document, _) = hidden(json!([]), properties(PUBLIC));
        assert_eq!(
            serde_json::to_value(&document.values).expect("JSON")["Count"],
            2
        );
    }

    #[test]
    fn a_relation_that_a_rollup_shows_names_no_draft() {
        let related = json!({"type": "relation", "relation": [{"id": DRAFT}, {"id": PUBLIC}]});
        let rollup = json!({"type": "array", "function": "show_original", "array": [related]});
        let properties = json!({"Parts": {"id": "p", "type": "rollup", "rollup": rollup}});
        let (document, has_hidden) = hidden(json!([]), properties);
        assert!(has_hidden);
        let left = serde_json::to_string(&document).expect("JSON");
        assert!(!left.contains(DRAFT), "{left}");
        let related: Vec<Id> = document.values["Parts"]
            .related()
            .iter()
            .map(|page| page.id)
            .collect();
        assert_eq!(related, [id(PUBLIC)]);
    }

    #[test]
    fn links_and_files_that_stood_in_what_is_hidden_go_with_it() {
        let file = |name: &str| json!([{"name": name, "type": "file", "file": {"url": format!("https://x.s3.amazonaws.com/a/{name}?X-Amz-Signature=1")}}]);
        let text = |url: &str| json!([{"type": "text", "text": {"content": "x", "link": {"url": url}}, "plain_text": "x", "href": url}]);
        let rollup = |kind: &str, value: Value| {
            let array = json!([{"type": kind, kind: value}]);
            json!({"id": kind, "type": "rollup", "rollup": {"type": "array", "function": "show_original", "array": array}})
        };
        let properties = |target: &str| {
            json!({
                "Related": {"id": "r", "type": "relation", "relation": [{"id": target}]},
                "Site": rollup("url", json!("https://secret.example")),
                "Papers": rollup("files", file("secret.png")),
                "Own": {"id": "o", "type": "files", "files": file("own.png")},
                "Text": {"id": "t", "type": "rich_text", "rich_text": text("https://open.example")},
            })
        };
        let (document, _) = hidden(json!([mention_in_paragraph(FOREIGN)]), properties(DRAFT));
        let left = serde_json::to_string(&document).expect("JSON");
        assert!(
            !left.contains("secret") && !left.contains(FOREIGN),
            "{left}"
        );
        assert_eq!((document.files.len(), document.links.len()), (1, 1));
        let (document, _) = hidden(json!([]), properties(PUBLIC));
        assert_eq!((document.files.len(), document.links.len()), (2, 2));
    }

    fn mention_in_paragraph(target: &str) -> Value {
        json!({"object": "block", "id": "b", "type": "paragraph", "paragraph": {"rich_text": [mention(target)]}})
    }
}
