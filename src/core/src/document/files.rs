//! Names for files that outlive the addresses that Notion signs.
//!
//! A key is made of what owns the file and of the file's name, so it stays when the signature changes,
//! and changes when another file takes its place.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::id::Id;
use crate::percent::decoded;

use super::FileReference;
use super::signature::place_of;

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
