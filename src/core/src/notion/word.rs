//! Words out of Notion's closed vocabularies: names of objects, colours, states.
//!
//! A known word costs no allocation; an unknown one is kept as it came and is never an error.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use super::shape::{Fit, Shape};

/// The words that Notion uses in one place.
pub trait Vocabulary: 'static {
    /// Names the generated TypeScript type; without one the words are written out in place.
    const NAME: Option<&'static str> = None;
    /// The words known to this version.
    const WORDS: &'static [&'static str];
}

/// A word of a vocabulary, or one that this version does not know.
pub struct Word<V> {
    text: Cow<'static, str>,
    vocabulary: PhantomData<V>,
}

impl<V> Word<V> {
    /// The word as it came.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The word, where it is not one of the vocabulary.
    pub(super) const fn unknown_mut(&mut self) -> Option<&mut String> {
        match &mut self.text {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        }
    }
}

impl<V> Clone for Word<V> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            vocabulary: PhantomData,
        }
    }
}

impl<V> PartialEq for Word<V> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<V> fmt::Debug for Word<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(out)
    }
}

impl<V> AsRef<str> for Word<V> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<V: Vocabulary> From<&str> for Word<V> {
    fn from(text: &str) -> Self {
        let known = V::WORDS.iter().find(|word| **word == text);
        Self {
            text: known.map_or_else(|| Cow::Owned(text.to_owned()), |word| Cow::Borrowed(*word)),
            vocabulary: PhantomData,
        }
    }
}

impl<V> Serialize for Word<V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl<V: Vocabulary> Shape for Word<V> {
    fn from_text(value: &str) -> Fit<Self> {
        Ok(value.into())
    }
}

/// The colour of text, of a block or of an option; `_background` colours what is behind.
pub type Color = Word<Colors>;

/// The words of [`Color`].
pub enum Colors {}

impl Vocabulary for Colors {
    const NAME: Option<&'static str> = Some("Color");
    const WORDS: &'static [&'static str] = &[
        "default",
        "gray",
        "brown",
        "orange",
        "yellow",
        "green",
        "blue",
        "purple",
        "pink",
        "red",
        "default_background",
        "gray_background",
        "brown_background",
        "orange_background",
        "yellow_background",
        "green_background",
        "blue_background",
        "purple_background",
        "pink_background",
        "red_background",
    ];
}
