//! What is made of an object, and when two readings of it are the same version.
//!
//! Notion floors times to the minute, so an edit right after a reading can hide in the same minute.

use std::rc::Rc;
use std::time::Duration;

use crate::config::{FilePlace, Settings};
use crate::document::{Layout, PathPattern, PublishRule};
use crate::time::Timestamp;

use super::write::Version;

/// An object edited less than this before it was read is read again in the next export.
const HEDGE: Duration = Duration::from_secs(120);

/// Behind the version of what has files that are not copied.
const FILES_LEFT: &str = "~files left";

/// What is made of an object of Notion's.
#[derive(Clone, Debug)]
pub struct Builder {
    name: Rc<str>,
    /// How it is stored.
    pub layout: Layout,
    /// How the paths of pages are made.
    pub paths: Rc<PathPattern>,
    /// Whether documents have their blocks.
    pub includes_blocks: bool,
    /// Where files are copied to; elsewhere only if they are.
    pub files: FilePlace,
    /// Whether that is another place than before: what is known of copies is of the former.
    pub has_place_for_files_changed: bool,
    /// How often copies that nothing showed were deleted.
    pub unlinks: u64,
    /// What stands before the addresses of files.
    pub files_url: Rc<str>,
    /// Which pages are public, where a rule says that.
    pub rule: Option<Rc<PublishRule>>,
}

impl Builder {
    /// The one that the settings ask for.
    pub fn new(settings: &Settings) -> Self {
        Self {
            name: settings.builder().into(),
            layout: settings.layout,
            paths: Rc::new(settings.paths.clone()),
            includes_blocks: settings.includes_blocks,
            files: settings.files,
            has_place_for_files_changed: false,
            unlinks: 0,
            files_url: settings.files_url.as_str().into(),
            rule: settings.publish_rule.clone().map(Rc::new),
        }
    }

    /// Tells builders apart that make something else of the same page.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version that a last edited time names; another builder makes another version of the same page.
    pub fn version_of(&self, last_edited_time: &str) -> String {
        format!("{last_edited_time}~{}", self.name)
    }

    /// The same where files of it are left to a shell that has a place for them: which takes it for another version.
    pub fn version_left(&self, version: Version) -> Version {
        match version {
            Version::Known(version) => Version::Known(version + FILES_LEFT),
            other => other,
        }
    }

    /// Whether the store holds that version, as far as this shell can make it.
    pub fn is_known(&self, known: &str, version: &str) -> bool {
        let is_left =
            self.files != FilePlace::Here && known.strip_suffix(FILES_LEFT) == Some(version);
        is_left || known == version
    }

    /// What the store may claim to know of an object that showed `last_edited_time` and was read at `read_at`.
    pub fn version_read(&self, last_edited_time: &str, read_at: Timestamp) -> Version {
        match Timestamp::parse(last_edited_time) {
            Some(edited) if read_at.since(edited) >= HEDGE => {
                Version::Known(self.version_of(last_edited_time))
            }
            _ => Version::Uncertain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Builder, Version};
    use crate::config::Settings;
    use crate::time::Timestamp;

    #[test]
    fn a_version_read_within_the_hedge_is_not_trusted() {
        let builder = Builder::new(&Settings::default());
        let edited = "2026-06-27T16:49:00.000Z";
        let at = |text| Timestamp::parse(text).expect("a time");
        assert_eq!(
            builder.version_read(edited, at("2026-06-27T16:50:30.000Z")),
            Version::Uncertain
        );
        assert_eq!(
            builder.version_read(edited, at("2026-06-27T16:51:00.000Z")),
            Version::Known(builder.version_of(edited))
        );
    }
}
