//! The first step: everything that a document takes from Notion's answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::notion::{
    Block, BlockType, Content, Field, Page, ParentType, Properties, Time, modernize_blocks,
    modernize_value,
};

use super::files::FileKeys;
use super::lang::lang_of;
use super::limits::{Limits, MAX_BYTES, TOO_LARGE, bytes_of};
use super::scrub::Scrubber;
use super::signature::unsigned;
use super::text::Text;
use super::values::PlainValue;
use super::{Document, DocumentError, DocumentObject, SCHEMA, UnsupportedBlock};

/// More than the one error takes that says what was left out.
const ERROR_BYTES: usize = 256;

/// What a document says that is to have no blocks, where the page has any.
pub const BLOCKS_LEFT_OUT: &str = "the blocks are left out, as INCLUDE_BLOCKS says";

/// A page as Notion gave it, fetched whole.
#[derive(Debug)]
pub struct Source {
    /// The page's id.
    pub id: Id,
    /// The page object, its long properties complete.
    pub page: Page,
    /// Its blocks, nested by `children`.
    pub blocks: Vec<Block>,
    /// What could not be fetched.
    pub errors: Vec<SourceError>,
    /// Whether blocks were left out because they lie too deep.
    pub is_truncated: bool,
}

/// Something of a page that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceError {
    /// The block whose children are missing.
    pub block_id: Option<Id>,
    /// Why.
    pub message: String,
}

impl Source {
    /// Takes the blocks away, and says so where there are any.
    pub fn leave_out_blocks(&mut self) {
        if !std::mem::take(&mut self.blocks).is_empty() {
            self.errors.push(SourceError {
                block_id: None,
                message: BLOCKS_LEFT_OUT.to_owned(),
            });
        }
    }
}

impl Document {
    /// Builds the document of a page, as far as it depends on that page alone.
    pub fn build(source: Source) -> Self {
        let Source {
            id,
            mut page,
            mut blocks,
            mut errors,
            mut is_truncated,
        } = source;
        let mut limits = Limits::new(MAX_BYTES);
        limits.page(&mut page);
        limits.blocks(&mut blocks);
        modernize_blocks(&mut blocks);
        let values = page.properties.get_mut().into_iter();
        values
            .flat_map(|it| it.values_mut())
            .for_each(modernize_value);
        is_truncated |= !limits.errors.is_empty();
        add(&mut errors, std::mem::take(&mut limits.errors));
        let mut scrubber = Scrubber::new(FileKeys::new(id));
        scrubber.page(&mut page);
        scrubber.blocks(&mut blocks);
        let title = page.title();
        let page = page.fields;
        let (links, files) = scrubber.finish();
        let properties = page.properties.into_value().unwrap_or_default();
        let parent = page.parent.into_value();
        let data_source_id = parent.as_ref().and_then(|parent| match &parent.content {
            Content::Known(ParentType::DataSourceId(id)) => id.as_str()?.parse().ok(),
            _ => None,
        });
        let database_id = parent
            .as_ref()
            .and_then(|parent| parent.database_id()?.parse().ok());
        let unsupported_blocks = unsupported_in(&blocks);
        let text = Text::of(&blocks);
        let values = values_of(&properties);
        let mut document = Self {
            schema: SCHEMA,
            object: DocumentObject::Page,
            id,
            title,
            slug: String::new(),
            path: String::new(),
            lang: lang_of(&values),
            parent,
            data_source_id,
            database_id,
            ancestors: Vec::new(),
            icon: page.icon,
            cover: page.cover,
            created_time: time_of(&page.created_time),
            last_edited_time: time_of(&page.last_edited_time),
            created_by: page.created_by.into_value(),
            last_edited_by: page.last_edited_by.into_value(),
            values,
            properties,
            blocks,
            excerpt: text.excerpt,
            text: text.text,
            toc: text.toc,
            words: text.words,
            reading_minutes: text.reading_minutes,
            links,
            files,
            complete: errors.is_empty() && !is_truncated,
            truncated: is_truncated,
            unsupported_blocks,
            errors: errors.into_iter().map(DocumentError::from).collect(),
        };
        // Only with much text and many links is the whole so much larger than its blocks.
        if limits.bytes_left() < MAX_BYTES / 2 {
            document.fit(MAX_BYTES);
        }
        document
    }

    /// Leaves out blocks until the document has at most `max_bytes`.
    pub(super) fn fit(&mut self, max_bytes: usize) {
        let mut bytes = bytes_of(self);
        while bytes > max_bytes && !self.blocks.is_empty() {
            // Text goes with its blocks, so only the blocks' share of the excess must go.
            let excess = (bytes - max_bytes + ERROR_BYTES) as u64;
            let blocks = Limits::size_of(&mut self.blocks) as u64;
            let share = blocks * excess / (blocks + self.text.len() as u64).max(1);
            let kept = usize::try_from(blocks.saturating_sub(share.max(1))).unwrap_or(0);
            let mut limits = Limits::new(kept);
            limits.blocks(&mut self.blocks);
            let text = Text::of(&self.blocks);
            (self.excerpt, self.text, self.toc) = (text.excerpt, text.text, text.toc);
            (self.words, self.reading_minutes) = (text.words, text.reading_minutes);
            self.unsupported_blocks = unsupported_in(&self.blocks);
            (self.complete, self.truncated) = (false, true);
            self.errors.retain(|error| error.message != TOO_LARGE);
            self.errors
                .extend(limits.errors.into_iter().map(DocumentError::from));
            bytes = bytes_of(self);
        }
    }
}

/// Adds what was found to be missing; a page is too large from one place on only.
fn add(errors: &mut Vec<SourceError>, found: Vec<SourceError>) {
    if found.iter().any(|error| error.message == TOO_LARGE) {
        errors.retain(|error| error.message != TOO_LARGE);
    }
    errors.extend(found);
}

fn values_of(properties: &Properties) -> BTreeMap<String, PlainValue> {
    properties
        .iter()
        .map(|(name, value)| (name.clone(), PlainValue::of(value)))
        .collect()
}

fn time_of(time: &Field<Time>) -> String {
    time.as_str().unwrap_or_default().to_owned()
}

fn unsupported_in(blocks: &[Block]) -> Vec<UnsupportedBlock> {
    let mut unsupported = Vec::new();
    for block in blocks {
        let kind = match &block.content {
            Content::Known(BlockType::Unsupported(it)) => Some(
                it.get()
                    .and_then(|it| it.block_type.as_str())
                    .unwrap_or("unsupported"),
            ),
            Content::Known(_) if block.is_hollow() => block.type_name(),
            Content::Known(_) => None,
            _ => Some(block.type_name().unwrap_or("unknown")),
        };
        if let Some(kind) = kind {
            let id = block.id.as_str().unwrap_or_default().to_owned();
            unsupported.push(UnsupportedBlock {
                id,
                kind: kind.to_owned(),
            });
        }
        unsupported.extend(unsupported_in(block.children.as_slice()));
    }
    unsupported
}

impl From<SourceError> for DocumentError {
    fn from(error: SourceError) -> Self {
        Self {
            block_id: error.block_id.map(|id| id.to_string()),
            message: unsigned(&error.message).unwrap_or(error.message),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use serde_json::{Value, json};

    use super::{Document, Source};
    use crate::document::{PlainValue, References};
    use crate::notion;
    use crate::render::Rendered;

    fn built(page: &Value, blocks: &Value) -> Document {
        let read = |value: &Value| serde_json::to_vec(value).expect("JSON");
        Document::build(Source {
            id: "2712e341754a41aea9ce4c0bb4b18c52".parse().expect("an id"),
            page: notion::from_slice(&read(page)).expect("a page"),
            blocks: notion::from_slice(&read(blocks)).expect("blocks"),
            errors: Vec::new(),
            is_truncated: false,
        })
    }

    #[test]
    fn a_page_of_an_older_version_says_all_its_text() {
        let said = |text| json!([{"type": "text", "text": {"content": text}, "plain_text": text}]);
        let inside =
            json!({"object": "block", "type": "heading_2", "heading_2": {"text": said("Tides")}});
        let document = built(
            &json!({"properties": {"Note": {"id": "n", "type": "text", "text": said("Low water")}}}),
            &json!([{"object": "block", "type": "toggle", "toggle": {"text": said("More"), "children": [inside]}}]),
        );
        assert_eq!(document.text, "More\nTides");
        assert_eq!(document.toc[0].text, "Tides");
        assert_eq!(
            document.values["Note"],
            PlainValue::Text("Low water".to_owned())
        );
        let rendered = Rendered::of(&document, &References::default());
        assert_eq!(rendered.markdown, "- More\n\n  ### Tides\n");
    }

    #[test]
    fn what_is_no_property_and_no_block_is_kept_and_read_again() {
        let properties =
            json!({"A": null, "B": "text", "C": {"id": "c", "type": "checkbox", "checkbox": true}});
        let document = built(&json!({ "properties": properties }), &json!([]));
        let mut stored = serde_json::to_value(&document).expect("JSON");
        assert_eq!(stored["properties"], properties);
        assert_eq!(stored["values"], json!({"A": null, "B": null, "C": true}));
        stored["blocks"] =
            json!([null, {"object": "block", "id": "a", "type": "divider", "divider": {}}]);
        let again: Document = serde_json::from_str(&stored.to_string()).expect("a document");
        assert_eq!(serde_json::to_value(&again).expect("JSON"), stored);
    }

    #[test]
    fn a_block_that_says_nothing_is_told_where_it_is_marked() {
        let document = built(
            &json!({}),
            &json!([{"object": "block", "id": "a", "type": "paragraph"},
                {"object": "block", "id": "b", "type": "image", "image": null},
                {"object": "block", "id": "d", "type": "link_to_page",
                    "link_to_page": {"type": "comment_id", "comment_id": "e"}},
                {"object": "block", "id": "c", "type": "divider"}]),
        );
        let told = document.unsupported_blocks.iter();
        let told: Vec<_> = told.map(|it| [it.id.as_str(), it.kind.as_str()]).collect();
        let expected = [["a", "paragraph"], ["b", "image"], ["d", "link_to_page"]];
        assert_eq!(told, expected);
        let html = Rendered::of(&document, &References::default()).html;
        assert_eq!(html.matches("ne-unsupported").count(), told.len());
    }
}
