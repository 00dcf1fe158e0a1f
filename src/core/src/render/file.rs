//! Files: where they are and what they are called.

use crate::notion::{FileObject, FileType};
use crate::percent::decoded;

/// The address of a file, and whether it is served with the site.
pub fn address_of(file: &FileObject) -> (Option<&str>, bool) {
    match file.content.known() {
        Some(FileType::File(file)) => (file.get().and_then(|file| file.url.as_str()), true),
        Some(FileType::External(file)) => (file.get().and_then(|file| file.url.as_str()), false),
        Some(FileType::FileUpload(_)) | None => (None, false),
    }
}

/// The key of a file that is hosted with the site.
pub fn key_of(file: &FileObject) -> Option<&str> {
    match file.content.known()? {
        FileType::File(file) => file.get()?.key.as_str(),
        FileType::External(_) | FileType::FileUpload(_) => None,
    }
}

/// What an address says about the name of the file: its last part, without the digest of a stable one.
pub fn name_in(address: Option<&str>) -> String {
    without_digest(last_part(address.unwrap_or_default()))
}

/// A stable address begins its last part with the digest that tells files apart.
fn without_digest(name: String) -> String {
    let is_digest = |text: &str| text.len() == 20 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match name.split_once('-') {
        Some((digest, own)) if is_digest(digest) && !own.is_empty() => own.to_owned(),
        _ => name,
    }
}

/// The last part of an address that says anything.
pub fn last_part(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let part = path.rsplit('/').find(|part| !part.is_empty());
    decoded(part.unwrap_or(address))
}
