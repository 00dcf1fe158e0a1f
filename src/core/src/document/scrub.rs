//! Takes out of Notion's objects what must not be stored, and gathers where they link to on the way.
//!
//! A signed address becomes a stable one, a user loses picture and e-mail address.
//! What an author wrote stays: an e-mail property, an address in a text.

use crate::notion::visit::{Target, UrlRole, Visit, Walk};
use crate::notion::{
    Block, Content, DataSource, Database, Field, HostedFile, Icon, PageFields, PropertyValue,
    RawId, RichText, RichTextType, User, UserType,
};

use super::files::FileKeys;
use super::{FileReference, Link};

/// What gives a signed address away, in the forms that S3 and CloudFront use.
const SIGNATURES: [&str; 4] = [
    "X-Amz-Signature",
    "X-Amz-Credential",
    "Signature=",
    "x-amz-security-token",
];

/// Goes through the parts of one object.
#[derive(Debug)]
pub struct Scrubber {
    keys: FileKeys,
    links: Vec<Link>,
    owner: Option<String>,
    kind: String,
    /// Where the mention that is being walked links to inside of Notion: its target is a link, its address is not.
    mention_href: Option<String>,
}

impl Scrubber {
    /// For an object whose files are named by `keys`.
    pub fn new(keys: FileKeys) -> Self {
        Self {
            keys,
            links: Vec::new(),
            owner: None,
            kind: "file".to_owned(),
            mention_href: None,
        }
    }

    /// A page without its blocks.
    pub fn page(&mut self, page: &mut PageFields) {
        self.part(&mut page.icon, "icon");
        self.part(&mut page.cover, "cover");
        self.part(&mut page.properties, "property");
        self.part(&mut page.created_by, "icon");
        self.part(&mut page.last_edited_by, "icon");
        self.part(&mut page.parent, "icon");
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

    /// A data source.
    pub fn data_source(&mut self, data_source: &mut DataSource) {
        self.part(&mut data_source.cover, "cover");
        self.part(data_source, "icon");
    }

    /// Where the object links to, and its files.
    pub fn finish(self) -> (Vec<Link>, Vec<FileReference>) {
        (self.links, self.keys.finish())
    }

    fn part<W: Walk>(&mut self, part: &mut W, kind: &str) {
        kind.clone_into(&mut self.kind);
        part.walk(self);
    }

    fn link(&mut self, link: Link) {
        if !self.links.contains(&link) {
            self.links.push(link);
        }
    }
}

impl Visit for Scrubber {
    fn block(&mut self, block: &mut Block) {
        self.owner = block.id.as_str().map(str::to_owned);
        self.kind = block.type_name().unwrap_or("file").to_owned();
    }

    fn property_value(&mut self, _: &mut PropertyValue) {
        "property".clone_into(&mut self.kind);
    }

    fn rich_text(&mut self, item: &mut RichText) {
        let is_mention = matches!(&item.content, Content::Known(RichTextType::Mention(_)));
        self.mention_href = item.href.as_str().filter(|_| is_mention).map(str::to_owned);
    }

    fn icon(&mut self, _: &mut Icon) {
        "icon".clone_into(&mut self.kind);
    }

    fn hosted_file(&mut self, file: &mut HostedFile) {
        file.expiry_time = Field::absent();
        // What has a key was scrubbed before.
        if file.key.get().is_some() {
            return;
        }
        if let Some(url) = file.url.get_mut() {
            let (key, stable) = self.keys.key(self.owner.as_deref(), &self.kind, url);
            *url = stable;
            file.key = key.into();
        }
    }

    fn user(&mut self, user: &mut User) {
        user.avatar_url = Field::absent();
        if let Content::Known(UserType::Person(person)) = &mut user.content
            && let Some(person) = person.get_mut()
        {
            person.email = Field::absent();
        }
    }

    fn url(&mut self, url: &mut String, role: UrlRole) {
        if SIGNATURES.iter().any(|signature| url.contains(signature)) {
            *url = self.keys.key(self.owner.as_deref(), &self.kind, url).1;
        } else if role == UrlRole::Link
            && !url.starts_with('/')
            && self.mention_href.as_ref() != Some(url)
        {
            self.link(Link::Url { url: url.clone() });
        }
    }

    fn target(&mut self, id: &mut RawId, target: Target) {
        let Ok(id) = id.as_str().parse() else { return };
        match target {
            Target::MentionedPage | Target::LinkedPage => self.link(Link::Page {
                id,
                title: None,
                path: None,
            }),
            Target::MentionedDatabase | Target::LinkedDatabase => {
                self.link(Link::Database { id, title: None })
            }
            Target::RelatedPage | Target::SyncedBlock => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scrubber;
    use crate::document::Link;
    use crate::document::files::FileKeys;
    use crate::notion::Block;

    #[test]
    fn addresses_are_made_stable_and_links_gathered_once() {
        let json = br#"[{"object":"block","id":"b1","type":"image","image":{"type":"file","caption":[],
                "file":{"url":"https://s3/a/p.png?X-Amz-Signature=1","expiry_time":"2026-01-01T00:00:00.000Z"}}},
            {"object":"block","id":"b2","created_by":{"object":"user","id":"u","avatar_url":"https://x/y","type":"person",
                "person":{"email":"a@b.c"}},"type":"paragraph","paragraph":{"rich_text":[
                {"type":"text","text":{"content":"x","link":{"url":"https://example.com"}},"plain_text":"x","href":"https://example.com"}]}}]"#;
        let mut blocks: Vec<Block> = serde_json::from_slice(json).expect("blocks");
        let keys = FileKeys::new(
            "2712e341754a41aea9ce4c0bb4b18c52"
                .parse()
                .expect("a valid id"),
        );
        let mut scrubber = Scrubber::new(keys);
        scrubber.blocks(&mut blocks);
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
        let stored = serde_json::to_string(&blocks).expect("JSON");
        for secret in ["X-Amz", "expiry_time", "avatar", "a@b.c"] {
            assert!(!stored.contains(secret), "{secret}: {stored}");
        }
    }
}
