//! Reaches everything inside of Notion's objects that a copy has to change or to know:
//! files, users, links, the targets of mentions, rich text.
//!
//! It also reaches what is kept as raw JSON, by recognising the same shapes there.
//! What to do with what it finds is the visitor's business.

mod block;
mod file;
mod object;
mod property;
mod property_schema;
mod raw;
mod text;

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::block::Block;
use super::field::Field;
use super::file::{FileObject, HostedFile};
use super::icon::Icon;
use super::object::{Content, Object, Types};
use super::property::PropertyValue;
use super::rich_text::RichText;
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::Word;

/// What is done with what a walk finds; each method is called before the walk goes on inside.
pub trait Visit {
    /// A block, its own content before its children.
    fn block(&mut self, _: &mut Block) {}

    /// The value of a property, also inside of a rollup.
    fn property_value(&mut self, _: &mut PropertyValue) {}

    /// An item of rich text.
    fn rich_text(&mut self, _: &mut RichText) {}

    /// A user, a group, or the id of one.
    fn user(&mut self, _: &mut User) {}

    /// A file with its name and caption; where it is comes once more by itself.
    fn file(&mut self, _: &mut FileObject) {}

    /// An icon; where its picture is comes once more by itself.
    fn icon(&mut self, _: &mut Icon) {}

    /// Where a file is that was uploaded to Notion: the signed URL and its end.
    fn hosted_file(&mut self, _: &mut HostedFile) {}

    /// A URL, except that of an uploaded file.
    fn url(&mut self, _: &mut String, _: UrlRole) {}

    /// Any other string: what somebody wrote, a name, an id, a word.
    fn text(&mut self, _: &mut String) {}

    /// Keys of an object that this version does not know it to have.
    fn extra(&mut self, _: &mut Map<String, Value>) {}

    /// The id of another object.
    fn target(&mut self, _: &mut RawId, _: Target) {}

    /// An object that has a type: its sort, its type, and whether this version knows it.
    fn typed(&mut self, _sort: &'static str, _type_name: &str, _is_known: bool) {}

    /// JSON of another kind than the field around it should have.
    fn misfit(&mut self, _: &mut Value) {}
}

/// What a URL is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UrlRole {
    /// A reader can follow it.
    Link,
    /// It is shown: an external file, the icon or picture of a link, what is framed.
    Shown,
    /// It is a workspace's own emoji, which Notion hosts.
    Emoji,
    /// A user's picture.
    Avatar,
    /// The object's own place in Notion or on the web.
    Own,
    /// It stands in raw JSON.
    Raw,
}

/// What an id is the id of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// A mentioned page.
    MentionedPage,
    /// A mentioned database or data source.
    MentionedDatabase,
    /// A page that a block links to.
    LinkedPage,
    /// A database that a block links to.
    LinkedDatabase,
    /// A page of a relation.
    RelatedPage,
    /// The original of a synced block.
    SyncedBlock,
}

/// Something that can be walked.
pub trait Walk {
    /// Shows the visitor what is inside.
    fn walk(&mut self, _: &mut dyn Visit) {}
}

/// Walks one part after the other.
fn walk_all(to: &mut dyn Visit, parts: &mut [&mut dyn Walk]) {
    for part in parts {
        part.walk(to);
    }
}

fn visit_url<P>(to: &mut dyn Visit, url: &mut Field<String, P>, role: UrlRole) {
    match url.get_mut() {
        Some(url) => to.url(url, role),
        None => url.walk(to),
    }
}

fn visit_target<P>(to: &mut dyn Visit, id: &mut Field<RawId, P>, target: Target) {
    match id.get_mut() {
        Some(id) => {
            to.target(id, target);
            id.walk(to);
        }
        None => id.walk(to),
    }
}

impl<T: Walk, P> Walk for Field<T, P> {
    fn walk(&mut self, to: &mut dyn Visit) {
        if let Some(value) = self.get_mut() {
            value.walk(to);
        } else if let Some(other) = self.other_mut() {
            to.misfit(other);
            other.walk(to);
        }
    }
}

impl<T: Walk> Walk for Vec<T> {
    fn walk(&mut self, to: &mut dyn Visit) {
        for item in self {
            item.walk(to);
        }
    }
}

impl<T: Walk> Walk for BTreeMap<String, T> {
    fn walk(&mut self, to: &mut dyn Visit) {
        for item in self.values_mut() {
            item.walk(to);
        }
    }
}

impl<T: Walk + ?Sized> Walk for Box<T> {
    fn walk(&mut self, to: &mut dyn Visit) {
        (**self).walk(to);
    }
}

impl<T: Walk> Walk for Object<T> {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.fields.walk(to);
        raw::walk_extra(&mut self.extra, to);
    }
}

impl<T: Walk, Y: Types + Walk> Object<T, Y> {
    /// Walks what is inside of an object that has a type.
    fn walk_parts(&mut self, to: &mut dyn Visit) {
        if let Some(name) = self.type_name() {
            let is_known = matches!(self.content, Content::Known(_));
            to.typed(Y::NAME, name, is_known);
        }
        self.fields.walk(to);
        match &mut self.content {
            Content::Known(known) => known.walk(to),
            Content::Unknown(unknown) => {
                unknown.kind.walk(to);
                unknown.payload.walk(to);
            }
            Content::Untyped => {}
        }
        raw::walk_extra(&mut self.extra, to);
    }
}

impl Walk for bool {}
impl Walk for Number {}

impl Walk for String {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.text(self);
    }
}

impl Walk for RawId {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.text(self.text_mut());
    }
}

impl Walk for Time {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.text(self.text_mut());
    }
}

impl<V> Walk for Word<V> {
    fn walk(&mut self, to: &mut dyn Visit) {
        if let Some(unknown) = self.unknown_mut() {
            to.text(unknown);
        }
    }
}
