//! Takes out of Notion's objects what must not be stored, and gathers where they link to on the way.
//!
//! A file of Notion's gets a stable address, and every other text loses what signs an address in it.
//! A user loses picture and e-mail address, also one that stands where this version knows nothing.
//! What an author wrote stays: an e-mail property, an address in a text.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::notion::visit::{Target, UrlRole, Visit, Walk};
use crate::notion::{
    Address, Block, BlockType, Comment, Content, DataSource, Database, Field, FileObject, FileType,
    HostedFile, Icon, MentionType, PageFields, PropertyType, PropertyValue, RawId, RichText,
    RichTextType, User, UserType,
};

use super::files::{FileKeys, FileNames, is_placed, parts_of};
use super::signature::{is_signed, unsigned};
use super::{FileReference, Link};

/// What Notion shows of a user whom it may not name.
const ANONYMOUS: &str = "@Anonymous";

/// Goes through the parts of one object.
#[derive(Debug)]
pub struct Scrubber {
    files: FileNames,
    links: Vec<Link>,
    /// The links as a set, because a page may have many.
    seen: HashSet<Link>,
    /// Where the mention that is being walked links to inside of Notion: its target is a link, its address is not.
    mention_href: Option<String>,
}

impl Scrubber {
    /// For an object whose files are named by `keys`.
    pub fn new(keys: FileKeys) -> Self {
        Self {
            files: FileNames::new(keys),
            links: Vec::new(),
            seen: HashSet::new(),
            mention_href: None,
        }
    }

    /// A page without its blocks.
    pub fn page(&mut self, page: &mut PageFields) {
        for (part, kind) in parts_of(page) {
            self.files.enter(kind);
            part.walk(self);
        }
    }

    /// The blocks of a page.
    pub fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            block.walk(self);
        }
    }

    /// A database.
    pub fn database(&mut self, database: &mut Database) {
        self.part(&mut database.cover, "cover");
        self.part(database, "icon");
    }

    /// A user.
    pub fn account(&mut self, user: &mut User) {
        self.part(user, "icon");
    }

    /// A comment. Someone invited who has not come yet is called by the address.
    pub fn comment(&mut self, comment: &mut Comment) {
        self.part(comment, "comment");
        if let Some(shown) = comment.display_name.get_mut()
            && shown.resolved_name.as_str().is_some_and(is_email)
        {
            shown.resolved_name = Field::null();
        }
    }

    /// A data source.
    pub fn data_source(&mut self, data_source: &mut DataSource) {
        self.part(&mut data_source.cover, "cover");
        self.part(data_source, "icon");
    }

    /// Where the object links to, and its files.
    pub fn finish(self) -> (Vec<Link>, Vec<FileReference>) {
        (self.links, self.files.finish())
    }

    fn part<W: Walk>(&mut self, part: &mut W, kind: &str) {
        self.files.enter(kind);
        part.walk(self);
    }

    /// An address that a reader can follow.
    fn address(&mut self, url: &str) {
        // Whether it is one of this workspace's, and a page, is not known yet.
        for id in Address::parse(url).into_iter().flat_map(Address::objects) {
            self.link(Link::page(id));
        }
        if !url.starts_with('/') {
            self.link(Link::Url {
                url: url.to_owned(),
            });
        }
    }

    /// A file somewhere else that is not only looked at. One whose address is signed becomes one of ours.
    fn file_elsewhere(&mut self, file: Option<&FileObject>) {
        if let Some(Content::Known(FileType::External(file))) = file.map(|file| &file.content)
            && let Some(url) = file.get().and_then(|file| file.url.as_str())
            && !is_signed(url)
        {
            self.address(url);
        }
    }

    fn link(&mut self, link: Link) {
        if self.seen.insert(link.clone()) {
            self.links.push(link);
        }
    }
}

impl Visit for Scrubber {
    fn block(&mut self, block: &mut Block) {
        if let Some(link) = child_of(block) {
            self.link(link);
        }
        self.files.enter_block(block);
        if !matches!(&block.content, Content::Known(BlockType::Image(_))) {
            self.file_elsewhere(block.file());
        }
    }

    fn property_value(&mut self, value: &mut PropertyValue) {
        self.files.enter("property");
        if let Content::Known(PropertyType::Files(files)) = &value.content {
            for file in files.as_slice() {
                self.file_elsewhere(Some(file));
            }
        }
    }

    fn rich_text(&mut self, item: &mut RichText) {
        let Content::Known(RichTextType::Mention(mention)) = &item.content else {
            self.mention_href = None;
            return;
        };
        let content = mention.get().and_then(|mention| mention.content.known());
        let is_inside = matches!(
            content,
            Some(MentionType::Page(_) | MentionType::Database(_))
        );
        let href = item.href.as_str().filter(|_| is_inside);
        self.mention_href = href.map(str::to_owned);
        if matches!(content, Some(MentionType::User(_)))
            && item.plain_text.as_str().is_some_and(is_email)
        {
            item.plain_text = ANONYMOUS.to_owned().into();
        }
    }

    fn icon(&mut self, _: &mut Icon) {
        self.files.enter("icon");
    }

    fn hosted_file(&mut self, file: &mut HostedFile) {
        file.expiry_time = Field::absent();
        // It was scrubbed before.
        if is_placed(file) {
            return;
        }
        if let Some(url) = file.url.get_mut() {
            let (key, stable) = self.files.name(url);
            *url = stable;
            file.key = key.into();
        }
    }

    fn user(&mut self, user: &mut User) {
        user.avatar_url = Field::absent();
        // Someone invited who has not come yet is called by the address.
        if user.name.as_str().is_some_and(is_email) {
            user.name = Field::absent();
        }
        match &mut user.content {
            Content::Known(UserType::Person(person)) => match person.get_mut() {
                Some(person) => person.email = Field::absent(),
                None => *person = Field::absent(),
            },
            // Nobody knows what such a user has there.
            Content::Unknown(unknown) => unknown.payload = Field::absent(),
            Content::Known(UserType::Bot(_) | UserType::Agent(_)) | Content::Untyped => {}
        }
    }

    fn extra(&mut self, keys: &mut Map<String, Value>) {
        // A user where nobody should be.
        if keys.get("object").and_then(Value::as_str) == Some("user") {
            keys.retain(|key, _| ["object", "id", "type"].contains(&key.as_str()));
        }
        let kind = keys.get("type").and_then(Value::as_str).map(str::to_owned);
        keys.retain(|key, value| {
            let is_payload = Some(key) == kind.as_ref();
            // A property may be called "E-mail"; its value has an id and a type.
            let is_property = value.get("id").is_some() && value.get("type").is_some();
            is_payload || is_property || !names_private(key)
        });
    }

    fn url(&mut self, url: &mut String, role: UrlRole) {
        if is_signed(url) {
            if role == UrlRole::Link {
                self.text(url);
            } else {
                *url = self.files.name(url).1;
            }
        }
        if role != UrlRole::Link || self.mention_href.as_ref() == Some(url) {
            return;
        }
        self.address(url);
    }

    fn text(&mut self, text: &mut String) {
        if let Some(unsigned) = unsigned(text) {
            *text = unsigned;
        }
    }

    fn target(&mut self, id: &mut RawId, target: Target) {
        let Ok(id) = id.as_str().parse() else { return };
        match target {
            Target::MentionedPage | Target::LinkedPage => self.link(Link::page(id)),
            Target::MentionedDatabase | Target::LinkedDatabase => self.link(Link::database(id)),
            Target::RelatedPage | Target::SyncedBlock => {}
        }
    }
}

/// The page or database that lies at this place.
fn child_of(block: &Block) -> Option<Link> {
    let id = block.id.as_str()?.parse().ok()?;
    match block.content.known()? {
        BlockType::ChildPage(_) => Some(Link::page(id)),
        BlockType::ChildDatabase(_) => Some(Link::database(id)),
        _ => None,
    }
}

/// Whether a name or mention is nothing but an address of e-mail.
fn is_email(text: &str) -> bool {
    let text = text.trim().trim_start_matches('@');
    let is_address =
        |(local, domain): (&str, &str)| !local.is_empty() && domain.trim_matches('.').contains('.');
    !text.contains(char::is_whitespace) && text.split_once('@').is_some_and(is_address)
}

/// Whether a key that this version does not know says that an e-mail address or a user's picture is there.
fn names_private(key: &str) -> bool {
    let letters = key.chars().filter(char::is_ascii_alphabetic);
    let name: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    ["email", "avatar"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::Scrubber;
    use crate::document::Link;
    use crate::document::files::FileKeys;
    use crate::notion::{self, Block};

    fn scrubbed(json: &[u8]) -> (String, Scrubber) {
        let mut blocks: Vec<Block> = notion::from_slice(json).expect("blocks");
        let id = "2712e341754a41aea9ce4c0bb4b18c52".parse();
        let mut scrubber = Scrubber::new(FileKeys::new(id.expect("a valid id")));
        scrubber.blocks(&mut blocks);
        (serde_json::to_string(&blocks).expect("JSON"), scrubber)
    }

    #[test]
    fn someone_who_is_called_by_an_address_of_e_mail_has_no_name() {
        let json = br#"[{"object":"block","id":"b","type":"paragraph","paragraph":{"rich_text":[
            {"type":"mention","mention":{"type":"user","user":{"object":"user","id":"u","name":"a@b.example"}},"plain_text":"@a@b.example"},
            {"type":"text","text":{"content":"write to c@d.example"},"plain_text":"write to c@d.example"}]}}]"#;
        let (stored, _) = scrubbed(json);
        assert!(!stored.contains("a@b.example"), "{stored}");
        assert_eq!(stored.matches("write to c@d.example").count(), 2);
    }

    #[test]
    fn a_user_of_an_unknown_kind_keeps_only_the_kind() {
        let json = br#"[{"object":"block","id":"b","created_by":{"object":"user","id":"u","type":"guest","guest":{"at":"a@b.example"}},
            "last_edited_by":{"object":"user","id":"v","type":"person","person":"a@b.example"},"type":"divider","divider":{}}]"#;
        let (stored, _) = scrubbed(json);
        assert!(!stored.contains("a@b.example"), "{stored}");
        assert!(stored.contains(r#""type":"guest""#), "{stored}");
    }

    #[test]
    fn a_link_that_is_mentioned_is_a_link_and_the_address_of_a_page_is_not() {
        let json = br#"[{"object":"block","id":"b","type":"paragraph","paragraph":{"rich_text":[
            {"type":"mention","mention":{"type":"link_mention","link_mention":{"href":"https://a.example"}},"href":"https://a.example"},
            {"type":"mention","mention":{"type":"link_preview","link_preview":{"url":"https://b.example"}},"href":"https://b.example"},
            {"type":"mention","mention":{"type":"page","page":{"id":"2712e341-754a-41ae-a9ce-4c0bb4b18c53"}},
                "href":"https://www.notion.so/2712e341754a41aea9ce4c0bb4b18c53"}]}}]"#;
        let (links, _) = scrubbed(json).1.finish();
        let url = |url: &str| Link::Url {
            url: url.to_owned(),
        };
        let page = "2712e341-754a-41ae-a9ce-4c0bb4b18c53".parse();
        let expected = [
            url("https://a.example"),
            url("https://b.example"),
            Link::page(page.expect("a valid id")),
        ];
        assert_eq!(links, expected);
    }

    #[test]
    fn a_film_elsewhere_is_a_link_and_a_picture_is_not() {
        let json = br#"[{"object":"block","id":"b","type":"video","video":{"type":"external","external":{"url":"https://a.example/v"}}},
            {"object":"block","id":"c","type":"image","image":{"type":"external","external":{"url":"https://b.example/p.png"}}},
            {"object":"block","id":"d","type":"pdf","pdf":{"type":"external","external":{"url":"https://c.example/d?X-Amz-Signature=1"}}},
            {"object":"block","id":"e","type":"file","file":{"type":"file","file":{"url":"https://s3/e.zip?X-Amz-Signature=1"}}}]"#;
        let (links, files) = scrubbed(json).1.finish();
        let url = "https://a.example/v".to_owned();
        assert_eq!((links, files.len()), (vec![Link::Url { url }], 2));
    }

    #[test]
    fn a_pasted_link_loses_its_signature_and_stays_a_link() {
        let json = br#"[{"object":"block","id":"b","type":"bookmark","bookmark":{"url":"https://x.example/a?sig=abc"}}]"#;
        let (stored, scrubber) = scrubbed(json);
        assert!(
            stored.contains(r#""url":"https://x.example/a""#),
            "{stored}"
        );
        let (links, files) = scrubber.finish();
        let url = "https://x.example/a".to_owned();
        assert_eq!((links, files), (vec![Link::Url { url }], Vec::new()));
    }

    #[test]
    fn addresses_are_made_stable_and_links_gathered_once() {
        let json = br#"[{"object":"block","id":"b1","type":"image","image":{"type":"file","caption":[],
                "file":{"url":"https://s3/a/p.png?X-Amz-Signature=1","expiry_time":"2026-01-01T00:00:00.000Z"}}},
            {"object":"block","id":"b2","created_by":{"object":"user","id":"u","avatar_url":"https://x/y","type":"person",
                "person":{"email":"a@b.c"}},"type":"paragraph","paragraph":{"rich_text":[
                {"type":"text","text":{"content":"x","link":{"url":"https://example.com"}},"plain_text":"x","href":"https://example.com"}]}}]"#;
        let (stored, scrubber) = scrubbed(json);
        let (links, files) = scrubber.finish();
        assert_eq!(
            links,
            [Link::Url {
                url: "https://example.com".to_owned()
            }]
        );
        assert_eq!(
            files
                .iter()
                .map(|file| (file.kind.as_str(), file.owner.as_str()))
                .collect::<Vec<_>>(),
            [("image", "b1")]
        );
        for secret in ["X-Amz", "expiry_time", "avatar", "a@b.c"] {
            assert!(!stored.contains(secret), "{secret}: {stored}");
        }
    }
}
