//! A JSON object of Notion's: its known fields, what it says under the name of its type, and the rest as it came.
//!
//! Notion's objects mostly look like `{..., "type": "x", "x": payload}`.
//! This is the one mechanism that reads and writes them, with and without a type.
//! The payload is read as it streams by where `type` comes first, as Notion sends it; otherwise it waits as raw JSON.

use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, MapAccess};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::field::Field;
use super::shape::{self, Fit, Shape};
use super::write::{Entries, name_of};

/// A JSON object: `T` are its known fields, which it derefs to.
///
/// `T` derives serde's traits, has nothing but [`Field`]s in it, and none of them is named like one of the `Y`.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<T, Y = NoType> {
    /// The fields beside `type` and its payload.
    pub fields: T,
    /// What stands under the name of the object's type.
    pub content: Content<Y>,
    /// Keys that this version does not know, as they came.
    pub extra: Map<String, Value>,
}

/// What an object says under the name of its `type`.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<Y> {
    /// A type that this version knows.
    Known(Y),
    /// A type that this version does not know.
    Unknown(Box<Unknown>),
    /// No type: an object that never has one, or a partial one, of which Notion tells only the id.
    Untyped,
}

/// The types that one sort of object can have: an enum of newtype variants, each named like a type.
///
/// Serde's derive makes the table of names.
pub trait Types: Serialize + DeserializeOwned {
    /// The sort of object; names the generated TypeScript type.
    const NAME: &'static str;

    /// Objects of this sort have a `type`, or are partial.
    const IS_TAGGED: bool = true;

    /// Notion often sends objects of this sort without their `type`; shapes the generated TypeScript and nothing else.
    const MAY_BE_PARTIAL: bool = false;
}

/// A type that this version does not know, kept as it came.
///
/// An item of an array that is not even an object is a `payload` without a `type`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unknown {
    /// The `type`, as it came.
    pub kind: Field<String>,
    /// What stood under the name of that type.
    pub payload: Field<Value>,
}

/// The types of an object that has none, or whose `type` names no payload.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct NoType;

impl Types for NoType {
    const NAME: &'static str = "Object";
    const IS_TAGGED: bool = false;
}

/// An object of which nothing is known beside its type.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Empty {}

impl<Y> Content<Y> {
    /// The content, where this version knows its type.
    pub const fn known(&self) -> Option<&Y> {
        match self {
            Self::Known(known) => Some(known),
            Self::Unknown(_) | Self::Untyped => None,
        }
    }
}

impl<T, Y: Types> Object<T, Y> {
    /// The object's `type`, also where this version does not know it.
    pub fn type_name(&self) -> Option<&str> {
        match &self.content {
            Content::Unknown(unknown) => unknown.kind.as_str(),
            Content::Known(known) => name_of(known),
            Content::Untyped => None,
        }
    }

    /// Notion sent no `type`: all that is known is the id.
    pub fn is_partial(&self) -> bool {
        Y::IS_TAGGED && matches!(self.content, Content::Untyped)
    }
}

impl<T, Y> Object<T, Y> {
    /// Drops what names the answer, not the object.
    pub fn forget_request(&mut self) {
        self.extra.remove("request_id");
    }

    /// Before API version 2026-03-11 what is in the trash was called archived.
    pub(super) fn is_archived_by_old_api(&self) -> bool {
        self.extra.get("archived") == Some(&Value::Bool(true))
    }
}

impl<T, Y> Deref for Object<T, Y> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.fields
    }
}

impl<T, Y> DerefMut for Object<T, Y> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.fields
    }
}

impl<T> From<T> for Object<T> {
    fn from(fields: T) -> Self {
        Self {
            fields,
            content: Content::Untyped,
            extra: Map::new(),
        }
    }
}

impl<T: Default, Y> Default for Object<T, Y> {
    fn default() -> Self {
        Self {
            fields: T::default(),
            content: Content::Untyped,
            extra: Map::new(),
        }
    }
}

impl<T: Serialize, Y: Types> Serialize for Object<T, Y> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if let Content::Unknown(unknown) = &self.content
            && unknown.kind.is_absent()
        {
            return unknown.payload.serialize(to);
        }
        let mut map = to.serialize_map(None)?;
        self.fields.serialize(Entries::of(&mut map))?;
        match &self.content {
            Content::Known(known) => known.serialize(Entries::of(&mut map))?,
            Content::Unknown(unknown) => {
                unknown.kind.serialize(Entries::named(&mut map, "type"))?;
                if let Some(kind) = unknown.kind.as_str() {
                    unknown.payload.serialize(Entries::named(&mut map, kind))?;
                }
            }
            Content::Untyped => {}
        }
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, T, Y> Deserialize<'de> for Object<T, Y>
where
    T: Default + DeserializeOwned + Serialize,
    Y: Types,
{
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        shape::read_whole(from, "an object")
    }
}

impl<T, Y> Shape for Object<T, Y>
where
    T: Default + DeserializeOwned + Serialize,
    Y: Types,
{
    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Fit<Self>, A::Error> {
        Self::read(object, None).map(Ok)
    }

    fn from_misfit(value: Value) -> Fit<Self> {
        if !Y::IS_TAGGED {
            return Err(value);
        }
        let payload = if value.is_null() {
            Field::null()
        } else {
            value.into()
        };
        let kind = Field::absent();
        Ok(Self {
            content: Content::Unknown(Box::new(Unknown { kind, payload })),
            ..Self::default()
        })
    }
}
