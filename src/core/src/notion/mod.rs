//! Notion's objects as types.
//!
//! Whatever Notion sends is read, and written back as the same JSON: an unknown key, type or kind of value is kept as it came.
//! Only broken JSON is an error, and JSON nested deeper than 128 levels, as blocks within some 60 blocks are.
//! Nothing here asks Notion for anything or decides what is stored.
//!
//! | | |
//! |---|---|
//! | [`Field`] | absent, null, a value, or JSON of another kind than promised |
//! | [`Object`] | known fields, the [`Content`] that stands under the name of the `type`, and unknown keys |
//! | [`Page`], [`Block`], [`PropertyValue`], [`RichText`] ... | what Notion's reference calls by these names |
//! | [`List`], [`Body`] | what Notion answers with |
//! | [`visit`] | a walk to all files, users, links and mentions |
//!
//! ```
//! use notion_edge_core::notion::{self, Block, BlockType, Content};
//!
//! let json = br#"{"type": "to_do", "to_do": {"checked": true}, "new": 1}"#;
//! let block: Block = notion::from_slice(json)?;
//! let Content::Known(BlockType::ToDo(task)) = &block.content else { unreachable!() };
//! assert!(task.get().is_some_and(|task| task.checked.is_true()));
//! assert!(block.parent.is_absent());
//! assert_eq!(block.extra["new"], 1);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Read with [`from_slice`], or [`serde_json::from_str`]: each other reader compiles the whole model once more.

mod address;
mod async_task;
mod block;
mod block_payload;
mod body;
mod comment;
mod computed;
mod content;
mod database;
mod date;
mod error;
mod field;
mod file;
mod file_upload;
mod icon;
mod list;
mod mention;
mod object;
mod older;
mod page;
mod parent;
mod property;
mod property_item;
mod property_schema;
mod reader;
mod rich_text;
mod scalar;
#[cfg(feature = "schema")]
mod schema;
mod shape;
mod surrogate;
#[cfg(test)]
mod tests;
mod user;
mod view;
pub mod visit;
mod webhook;
mod word;
mod write;

pub use address::{Address, id_at_end};
pub use async_task::*;
pub use block::*;
pub use block_payload::*;
pub use body::Body;
pub use comment::*;
pub use computed::*;
pub use database::*;
pub use date::{BETWEEN, Span, is_time};
pub use error::*;
pub use field::{Always, Field, Maybe, Nullable, Optional, OrAbsent, OrNeither, OrNull, Promise};
pub use file::*;
pub use file_upload::*;
pub use icon::*;
pub use list::*;
pub use mention::*;
pub use object::{Content, Empty, NoType, Object, Types, Unknown};
pub use older::{modernize_blocks, modernize_value};
pub use page::*;
pub use parent::*;
pub use property::*;
pub use property_item::*;
pub use property_schema::*;
pub use rich_text::*;
pub use scalar::{RawId, Time};
pub use shape::{Fit, Shape};
pub use user::*;
pub use view::*;
pub use webhook::*;
pub use word::{Color, Colors, Vocabulary, Word};

use serde::de::{DeserializeOwned, Error};

/// Reads what Notion sent.
///
/// That it is text is checked once and as a whole, which serde_json would do for each string in it.
/// Halves of characters, which it refuses, are looked for where it does.
///
/// # Errors
/// Where it is not JSON, or not the JSON of a `T`.
pub fn from_slice<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    let text = std::str::from_utf8(json).map_err(serde_json::Error::custom)?;
    serde_json::from_str(text).or_else(|error| match surrogate::whole(text) {
        Some(text) => serde_json::from_str(&text),
        None => Err(error),
    })
}
