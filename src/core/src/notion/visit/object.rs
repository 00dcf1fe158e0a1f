//! The walk through pages, databases, data sources, comments and views, and through lists of them.
//!
//! Errors, events and tasks hold nothing that a walk is for; as raw JSON they are walked as such.

use super::{UrlRole, Visit, Walk, visit_url, walk_all};
use crate::notion::body::Body;
use crate::notion::comment::{Attachment, CommentFields, DisplayName};
use crate::notion::database::{DataSourceFields, DataSourceReference, DatabaseFields};
use crate::notion::list::{ListFields, RequestStatus};
use crate::notion::page::PageFields;
use crate::notion::view::{ViewFields, ViewQueryFields};

/// The object that a body is, where there can be anything to walk in it.
pub(super) fn part_of(body: &mut Body) -> Option<&mut dyn Walk> {
    Some(match body {
        Body::Page(it) => it,
        Body::Block(it) => it,
        Body::Database(it) => it,
        Body::DataSource(it) => it,
        Body::User(it) => it,
        Body::Comment(it) => it,
        Body::View(it) => it,
        Body::ViewQuery(it) => it,
        Body::PropertyItem(it) => it,
        Body::List(it) => it,
        Body::RichText(it) => it,
        Body::PropertyValue(it) => it,
        Body::PropertySchema(it) => it,
        Body::File(it) => it,
        Body::Icon(it) => it,
        Body::Parent(it) => it,
        Body::CustomEmoji(it) => it,
        Body::Array(it) => it,
        Body::Unknown(it) => it,
        Body::FileUpload(_)
        | Body::AsyncTask(_)
        | Body::PageMarkdown(_)
        | Body::Error(_)
        | Body::TemplateList(_)
        | Body::WebhookEvent(_)
        | Body::VerificationRequest(_) => return None,
    })
}

impl Walk for Body {
    fn walk(&mut self, to: &mut dyn Visit) {
        if let Some(part) = part_of(self) {
            part.walk(to);
        }
    }
}

impl Walk for PageFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Own);
        visit_url(to, &mut self.public_url, UrlRole::Own);
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.created_time,
                &mut self.last_edited_time,
                &mut self.created_by,
                &mut self.last_edited_by,
                &mut self.cover,
                &mut self.icon,
                &mut self.parent,
                &mut self.in_trash,
                &mut self.is_archived,
                &mut self.is_locked,
                &mut self.properties,
            ],
        );
    }
}

impl Walk for DatabaseFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Own);
        visit_url(to, &mut self.public_url, UrlRole::Own);
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.title,
                &mut self.description,
                &mut self.parent,
                &mut self.is_inline,
                &mut self.in_trash,
                &mut self.is_locked,
                &mut self.created_time,
                &mut self.last_edited_time,
                &mut self.data_sources,
                &mut self.icon,
                &mut self.cover,
                &mut self.database_type,
                &mut self.properties,
            ],
        );
    }
}

impl Walk for DataSourceReference {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.id, &mut self.name]);
    }
}

impl Walk for DataSourceFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Own);
        visit_url(to, &mut self.public_url, UrlRole::Own);
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.title,
                &mut self.description,
                &mut self.parent,
                &mut self.database_parent,
                &mut self.is_inline,
                &mut self.in_trash,
                &mut self.created_time,
                &mut self.last_edited_time,
                &mut self.created_by,
                &mut self.last_edited_by,
                &mut self.properties,
                &mut self.icon,
                &mut self.cover,
                &mut self.database_type,
            ],
        );
    }
}

impl Walk for CommentFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.parent,
                &mut self.discussion_id,
                &mut self.created_time,
                &mut self.last_edited_time,
                &mut self.created_by,
                &mut self.rich_text,
                &mut self.display_name,
                &mut self.attachments,
            ],
        );
    }
}

impl Walk for DisplayName {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.kind, &mut self.resolved_name]);
    }
}

impl Walk for Attachment {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.category, &mut self.file]);
    }
}

impl Walk for ViewFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Own);
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.parent,
                &mut self.data_source_id,
                &mut self.name,
                &mut self.kind,
                &mut self.created_time,
                &mut self.last_edited_time,
                &mut self.created_by,
                &mut self.last_edited_by,
                &mut self.filter,
                &mut self.sorts,
                &mut self.quick_filters,
                &mut self.configuration,
            ],
        );
    }
}

impl Walk for ViewQueryFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.id,
                &mut self.view_id,
                &mut self.expires_at,
                &mut self.total_count,
                &mut self.results,
                &mut self.next_cursor,
                &mut self.has_more,
                &mut self.deleted,
            ],
        );
    }
}

impl<T: Walk> Walk for ListFields<T> {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.object,
                &mut self.results,
                &mut self.next_cursor,
                &mut self.has_more,
                &mut self.kind,
                &mut self.property_item,
                &mut self.request_status,
                &mut self.request_id,
            ],
        );
    }
}

impl Walk for RequestStatus {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.kind, &mut self.incomplete_reason]);
    }
}
