//! Blocks: what the body of a page is made of, and the type of each.
//!
//! Notion lists one level of blocks per request; the stored document nests them by `children`.

use serde::{Deserialize, Serialize};

use super::block_payload::{
    Bookmark, Callout, Child, Code, Column, Heading, MeetingNotes, NumberedListItem, Paragraph,
    SyncedBlock, Table, TableOfContents, TableRow, Template, TextBlock, ToDo, Unsupported,
};
use super::field::{Field, Optional};
use super::file::FileObject;
use super::mention::LinkPreview;
use super::object::{Content, Empty, Object, Types};
use super::parent::{LinkToPage, LinkToPageType, Parent};
use super::rich_text::{Equation, RichText};
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::{Vocabulary, Word};

/// A block.
pub type Block = Object<BlockFields, BlockType>;

/// What every block has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct BlockFields {
    /// Always "block".
    pub object: Field<Word<BlockObject>>,
    /// The block's id; the page's own, for a block of type `child_page`.
    pub id: Field<RawId>,
    /// The page or the block around.
    pub parent: Field<Parent>,
    /// When it was made, floored to the minute.
    pub created_time: Field<Time>,
    /// When it was last edited, floored to the minute.
    pub last_edited_time: Field<Time>,
    /// Who made it.
    pub created_by: Field<User>,
    /// Who edited it last.
    pub last_edited_by: Field<User>,
    /// There are blocks inside; always false for child databases.
    pub has_children: Field<bool>,
    /// The block is in the trash.
    pub in_trash: Field<bool>,
    /// The blocks inside; never sent by Notion, only in the stored document.
    pub children: Optional<Vec<Block>>,
}

/// The word of a block's `object`.
pub enum BlockObject {}

impl Vocabulary for BlockObject {
    const WORDS: &'static [&'static str] = &["block"];
}

/// What a block is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BlockType {
    /// A paragraph.
    Paragraph(Field<Object<Paragraph>>),
    /// A heading of the first level.
    #[serde(rename = "heading_1")]
    Heading1(Field<Object<Heading>>),
    /// A heading of the second level.
    #[serde(rename = "heading_2")]
    Heading2(Field<Object<Heading>>),
    /// A heading of the third level.
    #[serde(rename = "heading_3")]
    Heading3(Field<Object<Heading>>),
    /// A heading of the fourth level.
    #[serde(rename = "heading_4")]
    Heading4(Field<Object<Heading>>),
    /// An item of a bulleted list.
    BulletedListItem(Field<Object<TextBlock>>),
    /// An item of a numbered list.
    NumberedListItem(Field<Object<NumberedListItem>>),
    /// A quotation.
    Quote(Field<Object<TextBlock>>),
    /// Text that folds its children away.
    Toggle(Field<Object<TextBlock>>),
    /// A task.
    ToDo(Field<Object<ToDo>>),
    /// Text in a box with an icon.
    Callout(Field<Object<Callout>>),
    /// Code.
    Code(Field<Object<Code>>),
    /// An equation on a line of its own.
    Equation(Field<Object<Equation>>),
    /// A line.
    Divider(Field<Object<Empty>>),
    /// The path to the page.
    Breadcrumb(Field<Object<Empty>>),
    /// The headings of the page.
    TableOfContents(Field<Object<TableOfContents>>),
    /// Columns, each a child.
    ColumnList(Field<Object<Empty>>),
    /// One column.
    Column(Field<Object<Column>>),
    /// A table, whose rows are its children.
    Table(Field<Object<Table>>),
    /// A row of a table.
    TableRow(Field<Object<TableRow>>),
    /// Tabs: each child is a paragraph, whose text is the label and whose children are the body.
    Tab(Field<Object<Empty>>),
    /// Blocks that are shown in several places.
    SyncedBlock(Field<Object<SyncedBlock>>),
    /// A page inside of the page.
    ChildPage(Field<Object<Child>>),
    /// A database inside of the page, or a view of one.
    ChildDatabase(Field<Object<Child>>),
    /// A link to a page, a database or a comment.
    LinkToPage(Field<LinkToPage>),
    /// A link with a preview.
    Bookmark(Field<Object<Bookmark>>),
    /// Something from another site, in a frame.
    Embed(Field<Object<Bookmark>>),
    /// A link that an integration previews.
    LinkPreview(Field<Object<LinkPreview>>),
    /// A picture.
    Image(Field<FileObject>),
    /// A film.
    Video(Field<FileObject>),
    /// A PDF.
    Pdf(Field<FileObject>),
    /// A sound.
    Audio(Field<FileObject>),
    /// A file of any kind.
    File(Field<FileObject>),
    /// A button that makes blocks; Notion no longer makes them.
    Template(Field<Object<Template>>),
    /// Notes of a meeting.
    MeetingNotes(Field<Box<Object<MeetingNotes>>>),
    /// Notes of a meeting, before API version 2026-03-11.
    Transcription(Field<Box<Object<MeetingNotes>>>),
    /// A block that Notion's API does not give.
    Unsupported(Field<Object<Unsupported>>),
}

impl Types for BlockType {
    const NAME: &'static str = "Block";
}

impl Block {
    /// The block's own text: what it says, not its caption; none for a block that has no text.
    pub fn rich_text(&self) -> &[RichText] {
        let Content::Known(known) = &self.content else {
            return &[];
        };
        let text = match known {
            BlockType::Paragraph(it) => it.get().map(|it| &it.rich_text),
            BlockType::Heading1(it)
            | BlockType::Heading2(it)
            | BlockType::Heading3(it)
            | BlockType::Heading4(it) => it.get().map(|it| &it.rich_text),
            BlockType::BulletedListItem(it) | BlockType::Quote(it) | BlockType::Toggle(it) => {
                it.get().map(|it| &it.rich_text)
            }
            BlockType::NumberedListItem(it) => it.get().map(|it| &it.rich_text),
            BlockType::ToDo(it) => it.get().map(|it| &it.rich_text),
            BlockType::Callout(it) => it.get().map(|it| &it.rich_text),
            BlockType::Code(it) => it.get().map(|it| &it.rich_text),
            BlockType::Template(it) => it.get().map(|it| &it.rich_text),
            _ => None,
        };
        text.map_or(&[], Field::as_slice)
    }

    /// The level of a heading, 1 to 4; nothing for other blocks.
    pub fn heading_level(&self) -> Option<u8> {
        match self.content.known()? {
            BlockType::Heading1(_) => Some(1),
            BlockType::Heading2(_) => Some(2),
            BlockType::Heading3(_) => Some(3),
            BlockType::Heading4(_) => Some(4),
            _ => None,
        }
    }

    /// The file that the block shows.
    pub const fn file(&self) -> Option<&FileObject> {
        match &self.content {
            Content::Known(
                BlockType::Image(file)
                | BlockType::Video(file)
                | BlockType::Pdf(file)
                | BlockType::Audio(file)
                | BlockType::File(file),
            ) => file.get(),
            _ => None,
        }
    }

    /// The block is of a type that says something, and says nothing: there is nothing to be shown of it.
    /// A link to a comment is none that anybody could follow.
    pub fn is_hollow(&self) -> bool {
        let Content::Known(known) = &self.content else {
            return false;
        };
        match known {
            BlockType::Paragraph(it) => it.get().is_none(),
            BlockType::Heading1(it)
            | BlockType::Heading2(it)
            | BlockType::Heading3(it)
            | BlockType::Heading4(it) => it.get().is_none(),
            BlockType::BulletedListItem(it) | BlockType::Quote(it) | BlockType::Toggle(it) => {
                it.get().is_none()
            }
            BlockType::NumberedListItem(it) => it.get().is_none(),
            BlockType::ToDo(it) => it.get().is_none(),
            BlockType::Callout(it) => it.get().is_none(),
            BlockType::Code(it) => it.get().is_none(),
            BlockType::Equation(it) => it.get().is_none(),
            BlockType::Table(it) => it.get().is_none(),
            BlockType::TableRow(it) => it.get().is_none(),
            BlockType::ChildPage(it) | BlockType::ChildDatabase(it) => it.get().is_none(),
            BlockType::LinkToPage(it) => {
                let target = it.get().and_then(|it| it.content.known());
                matches!(target, None | Some(LinkToPageType::CommentId(_)))
            }
            BlockType::Bookmark(it) | BlockType::Embed(it) => it.get().is_none(),
            BlockType::LinkPreview(it) => it.get().is_none(),
            BlockType::Image(it)
            | BlockType::Video(it)
            | BlockType::Pdf(it)
            | BlockType::Audio(it)
            | BlockType::File(it) => it.get().is_none(),
            BlockType::Template(it) => it.get().is_none(),
            BlockType::MeetingNotes(it) | BlockType::Transcription(it) => it.get().is_none(),
            BlockType::Divider(_)
            | BlockType::Breadcrumb(_)
            | BlockType::TableOfContents(_)
            | BlockType::ColumnList(_)
            | BlockType::Column(_)
            | BlockType::Tab(_)
            | BlockType::SyncedBlock(_)
            | BlockType::Unsupported(_) => false,
        }
    }

    /// The block is in the trash; older versions of the API say that it is archived.
    pub fn is_in_trash(&self) -> bool {
        self.in_trash.is_true() || self.is_archived_by_old_api()
    }
}
