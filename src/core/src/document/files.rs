//! Names for files that outlive the addresses that Notion signs.
//!
//! A key is made of what owns the file and of the file's name, so it stays when the signature changes,
//! and changes when another file takes its place.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::file::FileRecord;
use crate::hex::hex;
use crate::id::Id;
use crate::notion::visit::{UrlRole, Visit, Walk};
use crate::notion::{Block, HostedFile, Icon, Page, PageFields, PropertyValue, Time};
use crate::percent::decoded;
use crate::time::Timestamp;

use super::signature::{is_signed, place_of, unsigned};
use super::{Document, FileReference, PlainValue};

/// Where files are served, below the address of the Worker.
pub const FILES_PATH: &str = "/v1/files/";

/// The keys of one page's files.
#[derive(Debug)]
pub struct FileKeys {
    page: Id,
    files: Vec<FileReference>,
    /// The keys as a set, because a page may have many files.
    seen: HashSet<String>,
}

impl FileKeys {
    /// For the files of `page`.
    pub fn new(page: Id) -> Self {
        Self {
            page,
            files: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// The key of the file at `url`, which `owner` shows as `kind`, and its stable address.
    ///
    /// `owner` is a block, or nothing for the page itself.
    pub fn key(&mut self, owner: Option<&str>, kind: &str, url: &str) -> (String, String) {
        let page = self.page.to_string();
        let owner = owner.unwrap_or(&page).to_owned();
        let place = place_of(url);
        let digest = Sha256::digest([owner.as_str(), kind, place].join("\n"));
        let digest = hex(digest.into_iter().take(10));
        let name = name_in(place);
        let key = format!("{digest}-{}", safe(&name));
        if self.seen.insert(key.clone()) {
            self.files.push(FileReference {
                key: key.clone(),
                kind: kind.to_owned(),
                name,
                owner,
                content_type: None,
                size: None,
                width: None,
                height: None,
            });
        }
        let url = format!("{FILES_PATH}{key}");
        (key, url)
    }

    /// All files that were named.
    pub fn finish(self) -> Vec<FileReference> {
        self.files
    }
}

/// Where the walk through an object is, for the files that it meets.
#[derive(Debug)]
pub struct FileNames {
    keys: FileKeys,
    owner: Option<String>,
    kind: String,
}

impl FileNames {
    pub fn new(keys: FileKeys) -> Self {
        Self {
            keys,
            owner: None,
            kind: "file".to_owned(),
        }
    }

    /// What follows is of that kind.
    pub fn enter(&mut self, kind: &str) {
        kind.clone_into(&mut self.kind);
    }

    /// What follows is the block's.
    pub fn enter_block(&mut self, block: &Block) {
        self.owner = block.id.as_str().map(clean);
        self.kind = clean(block.type_name().unwrap_or("file"));
    }

    /// The key of the file at `url`, and its stable address.
    pub fn name(&mut self, url: &str) -> (String, String) {
        self.keys.key(self.owner.as_deref(), &self.kind, url)
    }

    /// All files that were named.
    pub fn finish(self) -> Vec<FileReference> {
        self.keys.finish()
    }
}

/// The parts of a page without its blocks, each with the kind that its files have.
pub fn parts_of(page: &mut PageFields) -> [(&mut dyn Walk, &'static str); 8] {
    [
        (&mut page.icon, "icon"),
        (&mut page.cover, "cover"),
        (&mut page.properties, "property"),
        (&mut page.created_by, "icon"),
        (&mut page.last_edited_by, "icon"),
        (&mut page.parent, "icon"),
        (&mut page.created_time, "icon"),
        (&mut page.last_edited_time, "icon"),
    ]
}

/// A file that Notion hosts, and where it is for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// Its key.
    pub key: String,
    /// Its signed address: whoever has it may read the file.
    pub url: String,
    /// When that ends, where Notion says it.
    pub ends_at: Option<Timestamp>,
}

/// The files of a page that Notion hosts, each once; their keys are those that its document has.
///
/// Files at other addresses stay where they are: what an author may write there is not to be asked for by the exporter.
pub fn sources_of<'a>(
    id: Id,
    page: &mut Page,
    blocks: impl Iterator<Item = &'a mut Block>,
) -> Vec<FileSource> {
    let mut sources = Sources::of(id);
    for (part, kind) in parts_of(&mut page.fields) {
        sources.names.enter(kind);
        part.walk(&mut sources);
    }
    for block in blocks {
        block.walk(&mut sources);
    }
    sources.found
}

/// The same of a database or data source.
pub fn sources_in<'a>(
    id: Id,
    parts: impl IntoIterator<Item = (&'a mut dyn Walk, &'static str)>,
) -> Vec<FileSource> {
    let mut sources = Sources::of(id);
    for (part, kind) in parts {
        sources.names.enter(kind);
        part.walk(&mut sources);
    }
    sources.found
}

/// Puts `base` before the addresses of the files in an object, in place of what stands there.
pub fn place_files_in(object: &mut dyn Walk, base: &str) {
    object.walk(&mut Placing {
        base,
        keys: HashSet::new(),
    });
}

/// Whether an address of a file is one of ours already.
pub fn is_placed(file: &HostedFile) -> bool {
    let placed = file
        .url
        .as_str()
        .and_then(|url| url.rsplit_once(FILES_PATH));
    placed.is_some_and(|(_, key)| file.key.as_str() == Some(key))
}

#[derive(Debug)]
struct Sources {
    names: FileNames,
    seen: HashSet<String>,
    found: Vec<FileSource>,
}

impl Visit for Sources {
    fn block(&mut self, block: &mut Block) {
        self.names.enter_block(block);
    }

    fn property_value(&mut self, _: &mut PropertyValue) {
        self.names.enter("property");
    }

    fn icon(&mut self, _: &mut Icon) {
        self.names.enter("icon");
    }

    fn hosted_file(&mut self, file: &mut HostedFile) {
        if let Some(url) = file.url.as_str().filter(|_| !is_placed(file)) {
            let ends_at = file.expiry_time.get().and_then(Time::millis);
            self.add(url, ends_at.map(Timestamp::from_millis));
        }
    }

    fn url(&mut self, url: &mut String, role: UrlRole) {
        // What is not signed keeps its address.
        if role == UrlRole::Emoji && is_signed(url) {
            self.add(url, None);
        }
    }
}

impl Sources {
    fn of(id: Id) -> Self {
        Self {
            names: FileNames::new(FileKeys::new(id)),
            seen: HashSet::new(),
            found: Vec::new(),
        }
    }

    fn add(&mut self, url: &str, ends_at: Option<Timestamp>) {
        let (key, _) = self.names.name(url);
        if url.starts_with("http") && self.seen.insert(key.clone()) {
            let url = url.to_owned();
            self.found.push(FileSource { key, url, ends_at });
        }
    }
}

impl Document {
    /// Says of its files what is known of their bytes.
    pub fn describe_files<'a>(&mut self, record: impl Fn(&str) -> Option<&'a FileRecord>) {
        for file in &mut self.files {
            if let Some(record) = record(&file.key) {
                file.size = Some(record.size);
                file.content_type = Some(record.content_type.clone());
                (file.width, file.height) = record.dimensions.unzip();
            }
        }
    }

    /// Puts `base` before the addresses of its files, in place of what stands there.
    pub fn place_files(&mut self, base: &str) {
        if self.files.is_empty() {
            return;
        }
        let keys = self.files.iter().map(|file| file.key.clone()).collect();
        let mut placing = Placing { base, keys };
        self.icon.walk(&mut placing);
        self.cover.walk(&mut placing);
        for value in self.properties.values_mut() {
            value.walk(&mut placing);
        }
        for block in &mut self.blocks {
            block.walk(&mut placing);
        }
        for url in self.values.values_mut().flat_map(PlainValue::file_urls_mut) {
            placing.url(url, UrlRole::Shown);
        }
    }
}

struct Placing<'a> {
    base: &'a str,
    keys: HashSet<String>,
}

impl Visit for Placing<'_> {
    fn hosted_file(&mut self, file: &mut HostedFile) {
        if is_placed(file)
            && let Some(key) = file.key.as_str()
        {
            file.url = format!("{}{FILES_PATH}{key}", self.base).into();
        }
    }

    fn url(&mut self, url: &mut String, _: UrlRole) {
        let key = url.rsplit_once(FILES_PATH).map(|(_, key)| key);
        if let Some(key) = key.filter(|key| self.keys.contains(*key)) {
            *url = format!("{}{FILES_PATH}{key}", self.base);
        }
    }
}

/// What is taken from an object before its own walk.
fn clean(text: &str) -> String {
    unsigned(text).unwrap_or_else(|| text.to_owned())
}

/// The last segment of the path, decoded.
fn name_in(place: &str) -> String {
    let segment = place
        .rsplit('/')
        .find(|segment| !segment.is_empty())
        .unwrap_or("file");
    decoded(segment)
}

/// The name in characters that need no escaping in an address, cut to a sensible length.
fn safe(name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let clean = |text: &str, most: usize| -> String {
        let kept = text.chars().map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '-'
            }
        });
        let text: String = kept.take(most).collect();
        text.to_ascii_lowercase().trim_matches('-').to_owned()
    };
    let (stem, extension) = (clean(stem, 60), clean(extension, 10));
    match (stem.is_empty(), extension.is_empty()) {
        (true, true) => "file".to_owned(),
        (true, false) => format!("file.{extension}"),
        (false, true) => stem,
        (false, false) => format!("{stem}.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::FileKeys;

    #[test]
    fn a_key_survives_a_new_signature_and_tells_owners_apart() {
        let mut keys = FileKeys::new(
            "2712e341754a41aea9ce4c0bb4b18c52"
                .parse()
                .expect("a valid id"),
        );
        let (first, url) = keys.key(
            Some("b1"),
            "image",
            "https://s3/x/Caf%C3%A9%20Photo.JPG?X-Amz-Signature=1",
        );
        let (again, _) = keys.key(
            Some("b1"),
            "image",
            "https://s3/x/Caf%C3%A9%20Photo.JPG?X-Amz-Signature=2",
        );
        let (other, _) = keys.key(
            Some("b2"),
            "image",
            "https://s3/x/Caf%C3%A9%20Photo.JPG?X-Amz-Signature=1",
        );
        assert_eq!(first, again);
        assert_ne!(first, other);
        assert!(first.ends_with("-caf--photo.jpg"), "{first}");
        assert_eq!(url, format!("/v1/files/{first}"));
        let names: Vec<String> = keys.finish().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["Café Photo.JPG", "Café Photo.JPG"]);
    }
}
