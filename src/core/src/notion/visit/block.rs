//! The walk through blocks.

use super::{Target, UrlRole, Visit, Walk, visit_target, visit_url, walk_all};
use crate::notion::block::{Block, BlockFields, BlockType};
use crate::notion::block_payload::{
    Bookmark, CalendarEvent, Callout, Child, Code, Column, Heading, MeetingNotes,
    MeetingNotesParts, NumberedListItem, Paragraph, Recording, SyncedBlock, Table, TableOfContents,
    TableRow, Template, TextBlock, ToDo, Unsupported,
};
use crate::notion::parent::{
    LinkToPage, LinkToPageType, Parent, ParentType, SyncedFrom, SyncedFromType,
};

impl Walk for Block {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.block(self);
        let mut children = std::mem::take(&mut self.children);
        self.walk_parts(to);
        children.walk(to);
        self.children = children;
    }
}

/// Without the children, which come after the block's own content.
impl Walk for BlockFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.parent,
                &mut self.created_time,
                &mut self.last_edited_time,
                &mut self.created_by,
                &mut self.last_edited_by,
                &mut self.has_children,
                &mut self.in_trash,
            ],
        );
    }
}

impl Walk for BlockType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Paragraph(it) => it.walk(to),
            Self::Heading1(it) | Self::Heading2(it) | Self::Heading3(it) | Self::Heading4(it) => {
                it.walk(to)
            }
            Self::BulletedListItem(it) | Self::Quote(it) | Self::Toggle(it) => it.walk(to),
            Self::NumberedListItem(it) => it.walk(to),
            Self::ToDo(it) => it.walk(to),
            Self::Callout(it) => it.walk(to),
            Self::Code(it) => it.walk(to),
            Self::Equation(it) => it.walk(to),
            Self::Divider(it) | Self::Breadcrumb(it) | Self::ColumnList(it) | Self::Tab(it) => {
                it.walk(to)
            }
            Self::TableOfContents(it) => it.walk(to),
            Self::Column(it) => it.walk(to),
            Self::Table(it) => it.walk(to),
            Self::TableRow(it) => it.walk(to),
            Self::SyncedBlock(it) => it.walk(to),
            Self::ChildPage(it) | Self::ChildDatabase(it) => it.walk(to),
            Self::LinkToPage(it) => it.walk(to),
            Self::Bookmark(it) | Self::Embed(it) => it.walk(to),
            Self::LinkPreview(it) => it.walk(to),
            Self::Image(it)
            | Self::Video(it)
            | Self::Pdf(it)
            | Self::Audio(it)
            | Self::File(it) => it.walk(to),
            Self::Template(it) => it.walk(to),
            Self::MeetingNotes(it) | Self::Transcription(it) => it.walk(to),
            Self::Unsupported(it) => it.walk(to),
        }
    }
}

impl Walk for Paragraph {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.rich_text, &mut self.color, &mut self.icon],
        );
    }
}

impl Walk for Heading {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.rich_text,
                &mut self.color,
                &mut self.is_toggleable,
            ],
        );
    }
}

impl Walk for TextBlock {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.rich_text, &mut self.color]);
    }
}

impl Walk for NumberedListItem {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.rich_text,
                &mut self.color,
                &mut self.list_start_index,
                &mut self.list_format,
            ],
        );
    }
}

impl Walk for ToDo {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.rich_text, &mut self.color, &mut self.checked],
        );
    }
}

impl Walk for Callout {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.rich_text, &mut self.color, &mut self.icon],
        );
    }
}

impl Walk for Code {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [&mut self.rich_text, &mut self.caption, &mut self.language],
        );
    }
}

impl Walk for TableOfContents {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.color.walk(to);
    }
}

impl Walk for Column {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.width_ratio.walk(to);
    }
}

impl Walk for Table {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.table_width,
                &mut self.has_column_header,
                &mut self.has_row_header,
            ],
        );
    }
}

impl Walk for TableRow {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.cells.walk(to);
    }
}

impl Walk for SyncedBlock {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.synced_from.walk(to);
    }
}

impl Walk for Child {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.title.walk(to);
    }
}

impl Walk for Bookmark {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Link);
        self.caption.walk(to);
    }
}

impl Walk for Template {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.rich_text.walk(to);
    }
}

impl Walk for MeetingNotes {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.title,
                &mut self.status,
                &mut self.children,
                &mut self.calendar_event,
                &mut self.recording,
            ],
        );
    }
}

impl Walk for MeetingNotesParts {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.summary_block_id,
                &mut self.notes_block_id,
                &mut self.transcript_block_id,
            ],
        );
    }
}

impl Walk for CalendarEvent {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.attendees,
                &mut self.start_time,
                &mut self.end_time,
            ],
        );
    }
}

impl Walk for Recording {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.start_time, &mut self.end_time]);
    }
}

impl Walk for Unsupported {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.block_type.walk(to);
    }
}

impl Walk for SyncedFrom {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for SyncedFromType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::BlockId(it) => visit_target(to, it, Target::SyncedBlock),
        }
    }
}

impl Walk for LinkToPage {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for LinkToPageType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::PageId(it) => visit_target(to, it, Target::LinkedPage),
            Self::DatabaseId(it) => visit_target(to, it, Target::LinkedDatabase),
            Self::CommentId(it) => it.walk(to),
        }
    }
}

impl Walk for Parent {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for ParentType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::PageId(it)
            | Self::BlockId(it)
            | Self::DatabaseId(it)
            | Self::DataSourceId(it)
            | Self::AgentId(it) => it.walk(to),
            Self::Workspace(it) => it.walk(to),
        }
    }
}
