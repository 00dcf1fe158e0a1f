//! The walk through rich text, mentions and users.

use super::raw::walk_extra;
use super::{Target, UrlRole, Visit, Walk, visit_target, visit_url, walk_all};
use crate::notion::field::Field;
use crate::notion::mention::{
    LinkMention, LinkPreview, Mention, MentionType, TemplateMention, TemplateMentionType,
};
use crate::notion::object::{Empty, Object};
use crate::notion::parent::Reference;
use crate::notion::rich_text::{
    Annotations, Equation, Link, RichText, RichTextFields, RichTextType, Text,
};
use crate::notion::user::{
    Bot, BotOwner, BotOwnerType, Person, User, UserFields, UserType, WorkspaceLimits,
};

impl Walk for Empty {}

impl Walk for RichText {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.rich_text(self);
        self.walk_parts(to);
    }
}

impl Walk for RichTextFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.annotations, &mut self.plain_text]);
        visit_url(to, &mut self.href, UrlRole::Link);
    }
}

impl Walk for RichTextType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Text(text) => text.walk(to),
            Self::Mention(mention) => mention.walk(to),
            Self::Equation(equation) => equation.walk(to),
        }
    }
}

impl Walk for Annotations {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.bold,
                &mut self.italic,
                &mut self.strikethrough,
                &mut self.underline,
                &mut self.code,
                &mut self.color,
            ],
        );
    }
}

impl Walk for Text {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.content, &mut self.link]);
    }
}

impl Walk for Link {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Link);
    }
}

impl Walk for Equation {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.expression.walk(to);
    }
}

impl Walk for Mention {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for MentionType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::User(user) => user.walk(to),
            Self::Page(page) => walk_mentioned(page, Target::MentionedPage, to),
            Self::Database(it) => walk_mentioned(it, Target::MentionedDatabase, to),
            Self::Date(date) => date.walk(to),
            Self::LinkPreview(link) => link.walk(to),
            Self::LinkMention(link) => link.walk(to),
            Self::TemplateMention(template) => template.walk(to),
            Self::CustomEmoji(emoji) => emoji.walk(to),
        }
    }
}

fn walk_mentioned(field: &mut Field<Object<Reference>>, target: Target, to: &mut dyn Visit) {
    match field.get_mut() {
        Some(reference) => {
            visit_target(to, &mut reference.fields.id, target);
            walk_extra(&mut reference.extra, to);
        }
        None => field.walk(to),
    }
}

/// Outside of mentions, references are those of relations.
impl Walk for Reference {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_target(to, &mut self.id, Target::RelatedPage);
    }
}

impl Walk for LinkPreview {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Link);
    }
}

impl Walk for LinkMention {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.href, UrlRole::Link);
        visit_url(to, &mut self.icon_url, UrlRole::Shown);
        visit_url(to, &mut self.thumbnail_url, UrlRole::Shown);
        visit_url(to, &mut self.iframe_url, UrlRole::Shown);
        walk_all(
            to,
            &mut [
                &mut self.title,
                &mut self.description,
                &mut self.link_author,
                &mut self.link_provider,
            ],
        );
        walk_all(
            to,
            &mut [&mut self.height, &mut self.padding, &mut self.padding_top],
        );
    }
}

impl Walk for TemplateMention {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for TemplateMentionType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::TemplateMentionDate(name) | Self::TemplateMentionUser(name) => name.walk(to),
        }
    }
}

impl Walk for User {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.user(self);
        self.walk_parts(to);
    }
}

impl Walk for UserFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.object, &mut self.id, &mut self.name]);
        visit_url(to, &mut self.avatar_url, UrlRole::Avatar);
    }
}

impl Walk for UserType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Person(person) => person.walk(to),
            Self::Bot(bot) => bot.walk(to),
            Self::Agent(agent) => agent.walk(to),
        }
    }
}

impl Walk for Person {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.email.walk(to);
    }
}

impl Walk for Bot {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(
            to,
            &mut [
                &mut self.owner,
                &mut self.workspace_id,
                &mut self.workspace_name,
                &mut self.workspace_limits,
            ],
        );
    }
}

impl Walk for BotOwner {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.walk_parts(to);
    }
}

impl Walk for BotOwnerType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Workspace(is_owner) => is_owner.walk(to),
            Self::User(user) => user.walk(to),
        }
    }
}

impl Walk for WorkspaceLimits {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.max_file_upload_size_in_bytes.walk(to);
    }
}
