//! The walk through files and icons.

use super::{UrlRole, Visit, Walk, visit_url, walk_all};
use crate::notion::file::{
    ExternalFile, FileFields, FileObject, FileType, HostedFile, UploadReference,
};
use crate::notion::icon::{CustomEmoji, Icon, IconType, NativeIcon};

impl Walk for FileObject {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.file(self);
        self.walk_parts(to);
    }
}

impl Walk for FileFields {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.caption, &mut self.name]);
    }
}

impl Walk for FileType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::External(file) => file.walk(to),
            Self::File(file) => file.walk(to),
            Self::FileUpload(upload) => upload.walk(to),
        }
    }
}

impl Walk for ExternalFile {
    fn walk(&mut self, to: &mut dyn Visit) {
        visit_url(to, &mut self.url, UrlRole::Shown);
    }
}

impl Walk for HostedFile {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.hosted_file(self);
        walk_all(
            to,
            &mut [&mut self.url, &mut self.expiry_time, &mut self.key],
        );
    }
}

impl Walk for UploadReference {
    fn walk(&mut self, to: &mut dyn Visit) {
        self.id.walk(to);
    }
}

impl Walk for Icon {
    fn walk(&mut self, to: &mut dyn Visit) {
        to.icon(self);
        self.walk_parts(to);
    }
}

impl Walk for IconType {
    fn walk(&mut self, to: &mut dyn Visit) {
        match self {
            Self::Emoji(emoji) => emoji.walk(to),
            Self::External(file) => file.walk(to),
            Self::File(file) => file.walk(to),
            Self::FileUpload(upload) => upload.walk(to),
            Self::CustomEmoji(emoji) => emoji.walk(to),
            Self::Icon(icon) => icon.walk(to),
        }
    }
}

impl Walk for CustomEmoji {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.id, &mut self.name]);
        visit_url(to, &mut self.url, UrlRole::Emoji);
    }
}

impl Walk for NativeIcon {
    fn walk(&mut self, to: &mut dyn Visit) {
        walk_all(to, &mut [&mut self.name, &mut self.color]);
    }
}
