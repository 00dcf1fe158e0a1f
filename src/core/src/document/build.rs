//! The first step: everything that a document takes from Notion's answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::notion::{Block, BlockType, Content, Field, Page, ParentType, Properties, Time};

use super::files::FileKeys;
use super::scrub::Scrubber;
use super::signature::unsigned;
use super::text::Text;
use super::values::PlainValue;
use super::{Document, DocumentError, DocumentObject, SCHEMA, UnsupportedBlock};

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

impl Document {
    /// Builds the document of a page, as far as it depends on that page alone.
    pub fn build(source: Source) -> Self {
        let Source {
            id,
            mut page,
            mut blocks,
            errors,
            is_truncated,
        } = source;
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
        Self {
            schema: SCHEMA,
            object: DocumentObject::Page,
            id,
            title,
            slug: String::new(),
            path: String::new(),
            lang: None,
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
            values: values_of(&properties),
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
        }
    }
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
