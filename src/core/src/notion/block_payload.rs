//! What blocks say under the name of their type.
//!
//! Types that say the same share a struct.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::field::{Field, Maybe, Nullable, Optional};
use super::icon::Icon;
use super::object::Object;
use super::parent::SyncedFrom;
use super::rich_text::RichText;
use super::scalar::{RawId, Time};
use super::word::{Color, Vocabulary, Word};

/// A paragraph.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Paragraph {
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// The block's colour.
    pub color: Field<Color>,
    /// The icon of the tab that the paragraph labels.
    pub icon: Maybe<Icon>,
}

/// A heading of any level.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Heading {
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// The block's colour.
    pub color: Field<Color>,
    /// The heading folds its children away.
    pub is_toggleable: Field<bool>,
}

/// Text, and nothing special about it: an item of a bulleted list, a quote, a toggle.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TextBlock {
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// The block's colour.
    pub color: Field<Color>,
}

/// An item of a numbered list.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NumberedListItem {
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// The block's colour.
    pub color: Field<Color>,
    /// On the first item: the number to start with.
    pub list_start_index: Maybe<Number>,
    /// On the first item: how the list counts.
    pub list_format: Maybe<Word<ListFormats>>,
}

/// How a numbered list counts.
pub enum ListFormats {}

impl Vocabulary for ListFormats {
    const WORDS: &'static [&'static str] = &["numbers", "letters", "roman"];
}

/// A task.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ToDo {
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// The block's colour.
    pub color: Field<Color>,
    /// The task is done.
    pub checked: Field<bool>,
}

/// Text in a box.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Callout {
    /// The text.
    pub rich_text: Field<Vec<RichText>>,
    /// The block's colour.
    pub color: Field<Color>,
    /// What stands before the text.
    pub icon: Nullable<Icon>,
}

/// Code.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Code {
    /// The code.
    pub rich_text: Field<Vec<RichText>>,
    /// Stands below the code.
    pub caption: Field<Vec<RichText>>,
    /// One of Notion's names of languages, such as "plain text".
    pub language: Field<String>,
}

/// A table of contents.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TableOfContents {
    /// The block's colour.
    pub color: Field<Color>,
}

/// One column of a list of columns.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Column {
    /// Its share of the width; all the same, where no column has any.
    pub width_ratio: Optional<Number>,
}

/// A table.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Table {
    /// How many cells each row has.
    pub table_width: Field<Number>,
    /// The first row is a heading.
    pub has_column_header: Field<bool>,
    /// The first column is a heading.
    pub has_row_header: Field<bool>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TableRow {
    /// One text per cell.
    pub cells: Field<Vec<Vec<RichText>>>,
}

/// A synced block.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SyncedBlock {
    /// The block this is a copy of; null for the original.
    pub synced_from: Nullable<SyncedFrom>,
}

/// A page or a database inside of a page.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Child {
    /// Its title, in plain text.
    pub title: Field<String>,
}

/// A bookmark or an embed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Bookmark {
    /// What it shows.
    pub url: Field<String>,
    /// Stands below it.
    pub caption: Field<Vec<RichText>>,
}

/// A button that makes blocks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Template {
    /// What stands on the button.
    pub rich_text: Field<Vec<RichText>>,
}

/// Notes of a meeting, of which the parts are blocks to be fetched one by one.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct MeetingNotes {
    /// What the meeting was called.
    pub title: Optional<Vec<RichText>>,
    /// How far the notes are, such as "notes_ready".
    pub status: Maybe<String>,
    /// The blocks that hold the parts.
    pub children: Maybe<Object<MeetingNotesParts>>,
    /// When the meeting was to be, and with whom.
    pub calendar_event: Maybe<Object<CalendarEvent>>,
    /// When it was recorded.
    pub recording: Maybe<Object<Recording>>,
}

/// The blocks that hold the parts of meeting notes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct MeetingNotesParts {
    /// Holds the summary.
    pub summary_block_id: Maybe<RawId>,
    /// Holds the notes.
    pub notes_block_id: Maybe<RawId>,
    /// Holds the transcript.
    pub transcript_block_id: Maybe<RawId>,
}

/// An entry of a calendar.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CalendarEvent {
    /// Ids of users.
    pub attendees: Maybe<Vec<RawId>>,
    /// When it was to begin.
    pub start_time: Maybe<Time>,
    /// When it was to end.
    pub end_time: Maybe<Time>,
}

/// When a meeting was recorded.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Recording {
    /// When it began.
    pub start_time: Maybe<Time>,
    /// When it ended.
    pub end_time: Maybe<Time>,
}

/// A block that Notion's API does not give.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Unsupported {
    /// What it is, such as "button", "form" or "ai_block".
    pub block_type: Optional<String>,
}
