//! The id of a Notion object, in the one form that keys and documents use.
//!
//! Notion accepts ids with and without hyphens and returns them lower case with hyphens; so does this type.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of a page, block, database, data source or user.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Uuid);

/// A text that is not the id of a Notion object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId(String);

impl Id {
    /// What no object of Notion's has.
    pub const NOBODY: Self = Self(Uuid::nil());

    /// The last eight hexadecimal digits: short enough for a slug, long enough to tell most rivals apart.
    ///
    /// Not the first: in Notion's newer ids those are a time, and objects made together share them.
    pub fn short(&self) -> String {
        self.to_string().chars().skip(28).collect()
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_bare = text.len() == 32;
        let is_hyphenated = text.len() == 36;
        if !is_bare && !is_hyphenated {
            return Err(InvalidId(text.to_owned()));
        }
        Uuid::try_parse(text)
            .map(Self)
            .map_err(|_| InvalidId(text.to_owned()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(64).collect();
        write!(
            f,
            "not a Notion id: {shown:?}, expected 32 hexadecimal digits with or without hyphens"
        )
    }
}

impl std::error::Error for InvalidId {}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn both_forms_are_one_id() {
        let with: Result<Id, _> = "2712E341-754a-41ae-a9ce-4c0bb4b18c52".parse();
        let without: Result<Id, _> = "2712e341754a41aea9ce4c0bb4b18c52".parse();
        assert_eq!(with, without);
        assert_eq!(
            with.map(|id| id.to_string()),
            Ok("2712e341-754a-41ae-a9ce-4c0bb4b18c52".to_owned())
        );
    }

    #[test]
    fn ids_of_objects_made_together_are_told_apart_by_their_end() {
        let short = |text: &str| text.parse().map(|id: Id| id.short());
        assert_eq!(
            short("38c9ce7b60a481368cb8d1a177ad0a4f"),
            Ok("77ad0a4f".to_owned())
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "abc",
            "{2712e341-754a-41ae-a9ce-4c0bb4b18c52}",
            "zz12e341754a41aea9ce4c0bb4b18c52",
        ] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }
}
