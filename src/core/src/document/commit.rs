//! What a commit writes beside the document: its hash, what lists show of it, and what makes other pages change.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::id::Id;
use crate::notion::{Block, FileObject, Icon, Nullable};
use crate::time::Timestamp;

use crate::render::{Rendered, render_properties};

use super::meter::{self, Meter};
use super::{
    Document, DocumentError, DocumentObject, FINGERPRINT, LaidOut, Layout, Lineage, Place,
    PlainValue, References, Standing, Visibility, json,
};

/// What most documents are shorter than.
const USUAL_BYTES: usize = 8 * 1024;

/// Of a document with more text, or more blocks beside each other, the length is measured before it is written.
const LARGE_TEXT: usize = 64 * 1024;
const MANY_BLOCKS: usize = 200;

/// Of a longer document as much is held as JSON at once: each such part takes writing all before it once more.
const WINDOW_BYTES: usize = 4 * 1024 * 1024;

/// What a summary has of the texts of headings: lists are read whole by a search.
const MOST_HEADING_BYTES: usize = 1_000;

/// What is stored of a public page beside its texts: another word here, and the next commit of it writes that anew.
const EDITION: &str = "2";

/// What is missing where a page says more in HTML or Markdown than either may.
const CUT: &str = "the page is too large as HTML or Markdown, there its end is left out";

/// A document as it is written.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The page's id.
    pub id: Id,
    /// The document.
    pub json: LaidOut,
    /// Its blocks as HTML.
    pub html: LaidOut,
    /// Its blocks as Markdown.
    pub markdown: LaidOut,
    /// Tells versions of the content apart: two documents that differ only in their last edited time share it.
    pub hash: String,
    /// Its path on the site.
    pub path: String,
    /// What pages that mention this one show of it.
    pub face: String,
    /// What pages below this one take from it.
    pub ancestors: String,
    /// What lists show of it.
    pub summary: String,
    /// When it was last edited.
    pub last_edited: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// How many blocks it has.
    pub blocks: u64,
    /// How it stands with readers who may read only what is public; nothing where no rule says that.
    pub standing: Option<Standing>,
    /// What such readers get, where they may read it.
    pub public: Option<Public>,
}

/// What of a public page anyone may read.
#[derive(Clone, Debug)]
pub struct Public {
    /// What lists show of it.
    pub summary: String,
    /// Tells versions of what they get apart, whatever else is in the page.
    pub hash: String,
    /// Its texts, where it shows pages that are not public, and others get less than who has a token.
    pub texts: Option<Box<PublicTexts>>,
}

/// A page without a word of what is not public.
#[derive(Clone, Debug)]
pub struct PublicTexts {
    /// Document, HTML and Markdown.
    pub texts: [LaidOut; 3],
}

/// What lists show of a page.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PageSummary")
)]
pub struct Summary<'a> {
    /// Always "page".
    object: DocumentObject,
    /// The page's id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    id: Id,
    /// The title as plain text.
    title: &'a str,
    /// The page's own part of its path.
    slug: &'a str,
    /// The page's path on the site.
    path: &'a str,
    /// The language, where it is known.
    lang: Option<&'a str>,
    /// The data source that the page is a row of.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    data_source_id: Option<Id>,
    /// The database of that data source.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    database_id: Option<Id>,
    /// The ids of the pages and databases above, from the root down.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    ancestors: &'a [Id],
    /// Their slugs, and the page's own; where `PATH_PATTERN` has `{parents}`.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    slugs: &'a [String],
    /// What stands before the title.
    icon: &'a Nullable<Icon>,
    /// The picture above the title.
    cover: &'a Nullable<FileObject>,
    /// When the page was made.
    created_time: &'a str,
    /// When the page was last edited.
    last_edited_time: &'a str,
    /// The properties as plain values.
    values: &'a BTreeMap<String, PlainValue>,
    /// The beginning of the text.
    excerpt: &'a str,
    /// The texts of the first headings, as many as are 1,000 bytes together.
    headings: Vec<&'a str>,
    /// How long reading takes, in whole minutes.
    reading_minutes: u32,
    /// Whether everything of the page is in its document.
    complete: bool,
    /// Whether anyone may read the page, where `ACCESS` is `rule`; only for readers with a preview token.
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<Visibility>,
    /// What it lies in, where `ACCESS` is `rule`; only for readers with a preview token.
    #[serde(skip_serializing_if = "Option::is_none")]
    lineage: Option<&'a Lineage>,
}

impl Committed {
    /// What is written of it: the document, its HTML and its Markdown, and the same for those who may read only what is public,
    /// where that is something else.
    pub fn texts(&self) -> impl Iterator<Item = &LaidOut> {
        let own = [&self.json, &self.html, &self.markdown];
        let public = self.public_texts().map(|it| &it.texts);
        own.into_iter().chain(public.into_iter().flatten())
    }

    /// What others get than who has a token.
    pub fn public_texts(&self) -> Option<&PublicTexts> {
        self.public.as_ref()?.texts.as_deref()
    }

    /// The length of all of that.
    pub fn bytes(&self) -> usize {
        self.texts().map(LaidOut::len).sum()
    }
}

impl Document {
    /// The document as it is written, beside its rendered blocks; `slugs` are those that `resolve` gave. Its hash does not depend on the layout.
    pub fn committed(
        &mut self,
        rendered: Rendered,
        slugs: &[String],
        layout: Layout,
        standing: Option<Standing>,
    ) -> Committed {
        self.tell_of(&rendered);
        let time = |text: &str| Timestamp::parse(text).unwrap_or_default();
        let room = self.room();
        let (hash, laid_out) = match layout {
            Layout::Compact if room > WINDOW_BYTES => {
                // As if there were nothing between the quotes, which is what `hash` passes over.
                let edited = std::mem::take(&mut self.last_edited_time);
                let hasher = meter::hash(self, Sha256::new_with_prefix(FINGERPRINT));
                self.last_edited_time = edited;
                (finished(hasher, &rendered), LaidOut::in_windows(room))
            }
            _ => {
                let whole = meter::json(self, room);
                (hash(&whole, &rendered), LaidOut::new(whole, layout))
            }
        };
        Committed {
            id: self.id,
            hash: match &standing {
                Some(standing) => {
                    joined(&hash, &format!("{} {EDITION}", standing.visibility.word()))
                }
                None => hash.clone(),
            },
            json: laid_out,
            html: LaidOut::new(rendered.html, Layout::Compact),
            markdown: LaidOut::new(rendered.markdown, Layout::Compact),
            path: self.path.clone(),
            face: match &standing {
                Some(standing) => json(&(&self.title, &self.path, standing.visibility)),
                None => json(&[&self.title, &self.path]),
            },
            ancestors: below(&self.ancestors, slugs, standing.as_ref()),
            summary: json(&self.summary(slugs, standing.as_ref())),
            last_edited: time(&self.last_edited_time),
            created: time(&self.created_time),
            blocks: count(&self.blocks),
            public: standing
                .as_ref()
                .filter(|it| it.is_public())
                .map(|standing| Public {
                    summary: json(&self.summary(&public_slugs(slugs, standing), None)),
                    hash,
                    texts: None,
                }),
            standing,
        }
    }

    /// Adds the texts that others get than who has a token, where they get others: without what is not public.
    pub fn publish(
        &self,
        page: &mut Committed,
        slugs: &[String],
        layout: Layout,
        references: &References,
    ) {
        if page.public.is_none() {
            return;
        }
        let mut public = self.clone();
        if !public.hide(references) {
            return;
        }
        render_properties(&mut public, references);
        let rendered = Rendered::of(&public, references);
        public.tell_of(&rendered);
        let slugs = page.standing.as_ref().map(|it| public_slugs(slugs, it));
        let summary = json(&public.summary(&slugs.unwrap_or_default(), None));
        let whole = meter::json(&public, public.room());
        let hash = hash(&whole, &rendered);
        let texts = [
            LaidOut::new(whole, layout),
            LaidOut::new(rendered.html, Layout::Compact),
            LaidOut::new(rendered.markdown, Layout::Compact),
        ];
        page.hash = joined(&page.hash, &hash);
        page.public = Some(Public {
            summary,
            hash,
            texts: Some(Box::new(PublicTexts { texts })),
        });
    }

    /// Says whether all of the page is in what is rendered of it: that may change with what other pages are called.
    fn tell_of(&mut self, rendered: &Rendered) {
        let was_cut = self.errors.iter().any(|error| error.message == CUT);
        if rendered.is_cut() == was_cut {
            return;
        }
        self.errors.retain(|error| error.message != CUT);
        self.errors.extend(rendered.is_cut().then(|| DocumentError {
            block_id: None,
            message: CUT.to_owned(),
        }));
        self.complete = self.errors.is_empty() && !self.truncated;
    }

    /// How long its JSON is, where that is worth measuring.
    fn room(&self) -> usize {
        match self.text.len() > LARGE_TEXT || self.blocks.len() > MANY_BLOCKS {
            true => Meter::of(self).bytes,
            false => USUAL_BYTES,
        }
    }

    /// The part of its JSON from a place on; a large document is not held beside its JSON.
    pub fn window(&self, place: Place) -> String {
        meter::window(self, place.at, WINDOW_BYTES)
    }

    /// The texts of the first headings, as many as a summary has room for.
    fn headings(&self) -> Vec<&str> {
        let mut bytes = 0;
        let texts = self.toc.iter().map(|heading| heading.text.as_str());
        texts
            .take_while(|text| {
                bytes += text.len();
                bytes <= MOST_HEADING_BYTES
            })
            .collect()
    }

    fn summary<'a>(&'a self, slugs: &'a [String], standing: Option<&'a Standing>) -> Summary<'a> {
        Summary {
            object: self.object,
            id: self.id,
            title: &self.title,
            slug: &self.slug,
            path: &self.path,
            lang: self.lang.as_deref(),
            data_source_id: self.data_source_id,
            database_id: self.database_id,
            ancestors: &self.ancestors,
            slugs,
            icon: &self.icon,
            cover: &self.cover,
            created_time: &self.created_time,
            last_edited_time: &self.last_edited_time,
            values: &self.values,
            excerpt: &self.excerpt,
            headings: self.headings(),
            reading_minutes: self.reading_minutes,
            complete: self.complete,
            visibility: standing.map(|it| it.visibility),
            lineage: standing.map(|it| &it.lineage),
        }
    }
}

/// Those of the slugs, of which the last is the page's own, that anyone may read.
fn public_slugs(slugs: &[String], standing: &Standing) -> Vec<String> {
    let Some((own, above)) = slugs.split_last() else {
        return Vec::new();
    };
    let mut shown = standing.shown_slugs(above);
    shown.push(own.clone());
    shown
}

/// What lies below takes from an object: the ids above it, its path where that shows in theirs, and whether it is public.
pub fn below(ancestors: &[Id], slugs: &[String], standing: Option<&Standing>) -> String {
    match (slugs, standing) {
        (slugs, Some(standing)) => json(&(&standing.lineage, slugs, standing.is_public())),
        ([], None) => json(&ancestors),
        (slugs, None) => json(&(ancestors, slugs)),
    }
}

/// The hash of a document without the time of its last edit. Writing the document takes longer than
/// finding that time in it. What is rendered may show titles that are not in the document.
fn hash(json: &str, rendered: &Rendered) -> String {
    let (before, after) = around_edited(json).unwrap_or((json, ""));
    let mut hasher = Sha256::new_with_prefix(FINGERPRINT);
    hasher.update(before);
    hasher.update(after);
    finished(hasher, rendered)
}

fn finished(mut hasher: Sha256, rendered: &Rendered) -> String {
    hasher.update(&rendered.html);
    hasher.update(&rendered.markdown);
    hex(hasher.finalize().into_iter().take(16))
}

/// The hash of what two hashes or words are of.
fn joined(one: &str, other: &str) -> String {
    let hasher = Sha256::new_with_prefix(one).chain_update(other);
    hex(hasher.finalize().into_iter().take(16))
}

/// What stands before and after the time of the last edit: the document's own, not one of something in it.
fn around_edited(json: &str) -> Option<(&str, &str)> {
    const KEY: &str = "\"last_edited_time\":\"";
    let mut meter = Meter::default();
    loop {
        let key = meter.bytes + json.get(meter.bytes..)?.find(KEY)?;
        meter.pass(json.get(meter.bytes..key)?.as_bytes());
        if meter.level == 1 {
            let (before, value) = json.split_at_checked(key + KEY.len())?;
            return Some((before, value.get(value.find('"')?..)?));
        }
        meter.pass(KEY.as_bytes());
    }
}

/// All blocks with their children.
fn count(blocks: &[Block]) -> u64 {
    blocks
        .iter()
        .map(|block| 1 + count(block.children.as_slice()))
        .sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{WINDOW_BYTES, hash};
    use crate::document::{Document, Layout, Place, Source};
    use crate::notion;
    use crate::render::Rendered;

    #[test]
    fn what_is_written_in_windows_is_what_would_be_written_at_once() {
        let text = "é€😀x".repeat(500);
        let block = json!({"object": "block", "id": "b", "type": "paragraph",
            "paragraph": {"rich_text": [{"type": "text", "plain_text": text}]}});
        let blocks = serde_json::to_vec(&vec![block; 1_000]).expect("JSON");
        let mut document = Document::build(Source {
            id: "2712e341754a41aea9ce4c0bb4b18c52"
                .parse()
                .expect("a valid id"),
            page: serde_json::from_str(r#"{"last_edited_time": "2026-06-27T16:49:00.000Z"}"#)
                .expect("a page"),
            blocks: notion::from_slice(&blocks).expect("blocks"),
            errors: Vec::new(),
            is_truncated: false,
        });
        let expected = serde_json::to_string(&document).expect("JSON");
        assert!(expected.len() > 2 * WINDOW_BYTES);
        let page = document.committed(Rendered::default(), &[], Layout::Compact, None);
        assert_eq!(page.hash, hash(&expected, &Rendered::default()));
        let (mut json, mut place, mut whole) = (page.json, Place::default(), String::new());
        assert_eq!(json.len(), expected.len());
        while whole.len() < json.len() {
            if json.lacks(place) {
                json.hold(place, document.window(place));
            }
            let (part, next) = json.part(place, 300_001);
            assert!(!part.is_empty());
            whole.push_str(&part);
            place = next;
        }
        assert!(whole == expected);
    }

    #[test]
    fn a_hash_is_of_all_but_the_documents_own_last_edit() {
        let of = |inner: &str, title: &str, own: &str| {
            let json = format!(
                r#"{{"title":"{title}","icon":{{"last_edited_time":"{inner}"}},"last_edited_time":"{own}","text":"x"}}"#
            );
            hash(&json, &Rendered::default())
        };
        let (title, tricky) = ("t", r#"{\"last_edited_time\":\""#);
        assert_eq!(of("a", title, "1"), of("a", title, "2"));
        assert_eq!(of("a", tricky, "1"), of("a", tricky, "2"));
        assert_ne!(of("a", title, "1"), of("b", title, "1"));
        assert_ne!(of("a", title, "1"), of("a", tricky, "1"));
    }
}
