//! What the script of a page gives, and what is remembered of it.

use crate::failure::Failure;
use crate::id::Id;
use crate::purge::{LISTS, list_tag, page_tag};
use crate::redis::Value;
use crate::time::Timestamp;

/// The most pages shown by a page that are in its cache tags.
pub(super) const MAX_TAGS: usize = 20;

/// What a script gave: its values but the text, and the text with its length in bytes.
#[derive(Clone, Debug)]
pub struct Looked<T> {
    /// All elements of the reply before the text; and after that `Nil`, where there is none.
    pub values: Vec<Value>,
    /// The text, where there is one.
    pub text: Option<(T, usize)>,
}

impl Looked<String> {
    /// What the script gave, its text apart.
    pub fn of(mut values: Vec<Value>) -> Self {
        let text = match values.pop() {
            Some(Value::Text(text)) => Some((text.clone(), text.len())),
            Some(value) => {
                values.push(value);
                None
            }
            None => None,
        };
        Self { values, text }
    }
}

/// A page as it was read.
#[derive(Clone, Debug)]
pub(in crate::read) struct Kept<T> {
    pub meta: Meta,
    pub text: T,
}

/// What is known of a page beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::read) struct Meta {
    pub id: Id,
    pub hash: String,
    pub path: String,
    pub version: i64,
    pub last_edited_time: String,
    pub exported_at: Timestamp,
    /// What it belongs to, for a cache that is purged by tags.
    pub tags: String,
}

/// What the script found.
pub(super) enum Found<T> {
    Page {
        meta: Meta,
        /// The text with its length, where there is one.
        text: Option<(T, usize)>,
        /// Whether there is none because it is one of those that need not come.
        is_same: bool,
    },
    /// No such page; when it was removed, if that is known.
    Removed(Option<Timestamp>),
}

impl<T> Found<T> {
    pub fn of(id: Id, looked: Looked<T>) -> Result<Self, Failure> {
        let [
            hash,
            path,
            version,
            edited,
            exported,
            lists,
            shown,
            removed,
            same,
            ..,
        ] = looked.values.as_slice()
        else {
            return Err(misshapen());
        };
        let millis = |value: &Value| value.integer().map(Timestamp::from_millis);
        let Some(hash) = hash.text() else {
            return Ok(Self::Removed(
                removed
                    .text()
                    .and_then(|it| it.parse::<f64>().ok())
                    .map(|it| Timestamp::from_millis(it as i64)),
            ));
        };
        // It becomes a header, and is not ours where it would break one.
        if !hash.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(misshapen());
        }
        let meta = Meta {
            id,
            hash,
            path: path.text().ok_or_else(misshapen)?,
            version: version.integer().ok_or_else(misshapen)?,
            last_edited_time: edited.text().unwrap_or_default(),
            exported_at: millis(exported).ok_or_else(misshapen)?,
            tags: tags(
                id,
                &lists.text().unwrap_or_default(),
                &shown.text().unwrap_or_default(),
            ),
        };
        Ok(Self::Page {
            meta,
            text: looked.text,
            is_same: same.text().as_deref() == Some("same"),
        })
    }
}

/// The page's own tag, those of the lists that have it, and those of the pages that it shows, separated by commas.
fn tags(id: Id, lists: &str, shown: &str) -> String {
    // A list's key ends with the id of what it belongs to.
    let lists = lists
        .lines()
        .filter_map(|key| key.get(key.len().checked_sub(36)?..)?.parse().ok());
    let shown = shown.split(',').filter_map(|id| id.parse::<Id>().ok());
    let lists = lists.map(list_tag);
    let pages = [id].into_iter().chain(shown).map(page_tag);
    let mut tags: Vec<String> = Vec::new();
    for tag in pages.chain(lists) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.join(",")
}

/// The tags of a redirect to a page: it moves on with that page, and ends with any other that takes the path.
pub(super) fn moved_tags(id: Id) -> String {
    [page_tag(id), LISTS.to_owned()].join(",")
}

pub(super) fn misshapen() -> Failure {
    Failure::Transient("redis gave a reply that its script does not give".to_owned())
}
