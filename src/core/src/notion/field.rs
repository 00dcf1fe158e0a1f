//! A field of a Notion object: absent, null, a value, or JSON of a surprising kind.
//!
//! All four are told apart, because what came is written back as it came.
//! The aliases say what Notion promises about a field; that shapes the generated TypeScript and nothing else:
//! a promised field that is missing is read as well as any other.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::shape::{self, Shape, State};

/// A field that Notion always sends, unless its alias says less.
#[derive(Clone, PartialEq)]
pub struct Field<T, P = Always> {
    state: State<T>,
    promise: PhantomData<P>,
}

/// A field that Notion always sends, and that may be null.
pub type Nullable<T> = Field<T, OrNull>;

/// A field that Notion sends only where it applies.
pub type Optional<T> = Field<T, OrAbsent>;

/// A field that may be left out and may be null.
pub type Maybe<T> = Field<T, OrNeither>;

/// What Notion promises about a field.
pub trait Promise: Clone + PartialEq + 'static {
    /// The field may be left out.
    const MAY_BE_ABSENT: bool;
    /// The field may be null.
    const MAY_BE_NULL: bool;
}

/// Always there, never null.
#[derive(Clone, PartialEq)]
pub enum Always {}

/// Always there, maybe null.
#[derive(Clone, PartialEq)]
pub enum OrNull {}

/// Maybe left out, never null.
#[derive(Clone, PartialEq)]
pub enum OrAbsent {}

/// Maybe left out, maybe null.
#[derive(Clone, PartialEq)]
pub enum OrNeither {}

impl Promise for Always {
    const MAY_BE_ABSENT: bool = false;
    const MAY_BE_NULL: bool = false;
}

impl Promise for OrNull {
    const MAY_BE_ABSENT: bool = false;
    const MAY_BE_NULL: bool = true;
}

impl Promise for OrAbsent {
    const MAY_BE_ABSENT: bool = true;
    const MAY_BE_NULL: bool = false;
}

impl Promise for OrNeither {
    const MAY_BE_ABSENT: bool = true;
    const MAY_BE_NULL: bool = true;
}

impl<T, P> Field<T, P> {
    /// A field that is not written at all.
    pub const fn absent() -> Self {
        Self::new(State::Absent)
    }

    /// A field that is written as null.
    pub const fn null() -> Self {
        Self::new(State::Null)
    }

    const fn new(state: State<T>) -> Self {
        Self {
            state,
            promise: PhantomData,
        }
    }

    /// The value, where there is one of the expected kind.
    pub const fn get(&self) -> Option<&T> {
        match &self.state {
            State::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The value, to be changed.
    pub const fn get_mut(&mut self) -> Option<&mut T> {
        match &mut self.state {
            State::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The value itself.
    pub fn into_value(self) -> Option<T> {
        match self.state {
            State::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The same with another value in it.
    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> Field<U, P> {
        Field::new(match self.state {
            State::Absent => State::Absent,
            State::Null => State::Null,
            State::Value(value) => State::Value(f(value)),
            State::Other(value) => State::Other(value),
        })
    }

    /// JSON of another kind than expected, as it came.
    pub fn other(&self) -> Option<&Value> {
        match &self.state {
            State::Other(value) => Some(value),
            _ => None,
        }
    }

    /// JSON of another kind than expected, to be changed.
    pub fn other_mut(&mut self) -> Option<&mut Value> {
        match &mut self.state {
            State::Other(value) => Some(value),
            _ => None,
        }
    }

    /// Not sent.
    pub const fn is_absent(&self) -> bool {
        matches!(self.state, State::Absent)
    }

    /// Sent as null.
    pub const fn is_null(&self) -> bool {
        matches!(self.state, State::Null)
    }
}

impl<T: AsRef<str>, P> Field<T, P> {
    /// The text, where there is one.
    pub fn as_str(&self) -> Option<&str> {
        self.get().map(AsRef::as_ref)
    }
}

impl<P> Field<bool, P> {
    /// `true` was sent.
    pub fn is_true(&self) -> bool {
        self.get() == Some(&true)
    }
}

impl<T, P> Field<Vec<T>, P> {
    /// The items; none where the field is absent, null or of another kind.
    pub fn as_slice(&self) -> &[T] {
        self.get().map_or(&[], Vec::as_slice)
    }
}

impl<T, P> Default for Field<T, P> {
    fn default() -> Self {
        Self::absent()
    }
}

impl<T, P> From<T> for Field<T, P> {
    fn from(value: T) -> Self {
        Self::new(State::Value(value))
    }
}

impl<T: fmt::Debug, P> fmt::Debug for Field<T, P> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Absent => out.write_str("absent"),
            State::Null => out.write_str("null"),
            State::Value(value) => value.fmt(out),
            State::Other(value) => value.fmt(out),
        }
    }
}

/// An absent field is a unit struct and any other a newtype struct: so the object around it can leave it out.
impl<T: Serialize, P> Serialize for Field<T, P> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.state {
            State::Absent => to.serialize_unit_struct("Absent"),
            State::Null => to.serialize_newtype_struct("Field", &()),
            State::Value(value) => to.serialize_newtype_struct("Field", value),
            State::Other(value) => to.serialize_newtype_struct("Field", value),
        }
    }
}

impl<'de, T: Shape, P> Deserialize<'de> for Field<T, P> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        shape::read(from).map(Self::new)
    }
}
