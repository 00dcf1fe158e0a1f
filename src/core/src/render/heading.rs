//! The headings of a page in order, each with an anchor.
//!
//! An anchor is made from the heading's text; an equal one that comes later gets a number.
//! Who links to it from another page knows its block and not its text: in HTML it has an anchor of that as well.

use std::collections::{HashMap, HashSet};

use crate::document::{is_mark, words_in_slug};
use crate::id::Id;
use crate::notion::{Block, plain_text};

use super::linked::in_order;

/// How anchors are made.
#[derive(Clone, Copy, Debug, Default)]
pub enum AnchorStyle {
    /// `h-` and the slug, for pages that we write: the prefix keeps them apart from the ids of the site around,
    /// and from the names of scripts.
    #[default]
    Prefixed,
    /// As GitHub makes them, and readers of Markdown after it (github-slugger).
    Github,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// 1 to 4.
    pub level: u8,
    /// The heading as plain text.
    pub text: String,
    /// No other heading of the page has it.
    pub anchor: String,
}

/// All headings of a page.
#[derive(Debug, Default)]
pub struct Headings {
    list: Vec<Heading>,
    /// By where the block lies, since a synced copy has the same id as its original.
    of_block: HashMap<*const Block, usize>,
    of_id: HashMap<Id, usize>,
}

impl Headings {
    /// Finds the headings, however deep they are nested.
    pub fn of(blocks: &[Block], style: AnchorStyle) -> Self {
        let mut headings = Self::default();
        let mut anchors = Anchors {
            style,
            ..Anchors::default()
        };
        in_order(blocks, |block| {
            if let Some(level) = block.heading_level() {
                let text = plain_text(block.rich_text());
                let index = headings.list.len();
                headings.of_block.insert(block, index);
                if let Some(id) = block.id.as_str().and_then(|id| id.parse().ok()) {
                    headings.of_id.entry(id).or_insert(index);
                }
                headings.list.push(Heading {
                    level,
                    anchor: anchors.next(&text),
                    text,
                });
            }
        });
        headings
    }

    /// In the order of the page.
    pub fn list(&self) -> &[Heading] {
        &self.list
    }

    /// The anchor of this block, where it is a heading.
    pub fn anchor(&self, block: &Block) -> Option<&str> {
        self.at(self.of_block.get(&std::ptr::from_ref(block)))
    }

    /// The anchor that a link from another page leads to. A synced copy has the same id: the first of them has it.
    pub fn block_anchor(&self, block: &Block) -> Option<String> {
        let id = block.id.as_str()?.parse().ok()?;
        let index = self.of_block.get(&std::ptr::from_ref(block))?;
        (self.of_id.get(&id) == Some(index)).then(|| block_anchor(id))
    }

    /// The anchor of the block with this id, where it is a heading.
    pub fn anchor_of_id(&self, id: Id) -> Option<&str> {
        self.at(self.of_id.get(&id))
    }

    fn at(&self, index: Option<&usize>) -> Option<&str> {
        let heading = self.list.get(*index?)?;
        Some(&heading.anchor)
    }
}

/// What leads to a block where its text is not known: its id, as Notion writes it in addresses.
pub fn block_anchor(id: Id) -> String {
    id.to_string().replace('-', "")
}

/// The anchors given so far.
#[derive(Default)]
struct Anchors {
    style: AnchorStyle,
    given: HashSet<String>,
    /// The next number of each slug: without it many equal headings would take quadratic time.
    numbers: HashMap<String, u32>,
}

impl Anchors {
    fn next(&mut self, text: &str) -> String {
        let slug = self.style.slug(text);
        let number = self.numbers.entry(slug.clone()).or_default();
        loop {
            let anchor = self.style.numbered(&slug, *number);
            *number += 1;
            if self.given.insert(anchor.clone()) {
                return anchor;
            }
        }
    }
}

impl AnchorStyle {
    fn slug(self, text: &str) -> String {
        let is_kept = |c: &char| c.is_alphanumeric() || is_mark(*c) || matches!(c, '-' | '_' | ' ');
        match self {
            Self::Prefixed => match words_in_slug(text) {
                slug if slug.is_empty() => "section".to_owned(),
                slug => slug,
            },
            Self::Github => {
                let chars = text.chars().filter(is_kept).flat_map(char::to_lowercase);
                chars.map(|c| if c == ' ' { '-' } else { c }).collect()
            }
        }
    }

    fn numbered(self, slug: &str, number: u32) -> String {
        match (self, number) {
            (Self::Prefixed, 0) => format!("h-{slug}"),
            (Self::Prefixed, _) => format!("h-{slug}-{}", number + 1),
            (Self::Github, 0) => slug.to_owned(),
            (Self::Github, _) => format!("{slug}-{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AnchorStyle, Anchors};

    #[test]
    fn anchors_never_clash() {
        let mut anchors = Anchors::default();
        let given = ["Über uns", "Intro", "Intro 2", "Intro", "🎉", "Intro", ""]
            .map(|text| anchors.next(text));
        assert_eq!(
            given,
            [
                "h-über-uns",
                "h-intro",
                "h-intro-2",
                "h-intro-3",
                "h-section",
                "h-intro-4",
                "h-section-2"
            ]
        );
    }

    #[test]
    fn anchors_for_markdown_are_those_of_github() {
        let mut anchors = Anchors {
            style: AnchorStyle::Github,
            ..Anchors::default()
        };
        let given = [
            "Über uns!",
            "a_b (c)",
            "Intro",
            "Intro",
            "intro-1",
            "🎉",
            "🎉",
            "हिन्दी",
        ]
        .map(|text| anchors.next(text));
        let expected = [
            "über-uns",
            "a_b-c",
            "intro",
            "intro-1",
            "intro-1-1",
            "",
            "-1",
            "हिन्दी",
        ];
        assert_eq!(given, expected);
    }
}
