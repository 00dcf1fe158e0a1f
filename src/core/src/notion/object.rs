//! A JSON object of Notion's: its known fields, what it says under the name of its type, and the rest as it came.
//!
//! Notion's objects mostly look like `{..., "type": "x", "x": payload}`.
//! This is the one mechanism that reads and writes them, with and without a type.
//! The payload is read as it streams by where `type` comes first, as Notion sends it; otherwise it waits as raw JSON.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::content::{self, Payload};
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
    /// An object of known fields and content, and nothing else.
    pub fn new(fields: T, content: Y) -> Self {
        Self {
            fields,
            content: Content::Known(content),
            extra: Map::new(),
        }
    }

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
        shape::read_whole(from)
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

impl<T, Y> Object<T, Y>
where
    T: DeserializeOwned,
    Y: Types,
{
    /// Reads an object whose first key, `object`, may have been read already.
    pub(super) fn read<'de, A: MapAccess<'de>>(
        map: A,
        object: Option<&str>,
    ) -> Result<Self, A::Error> {
        let mut reader = Reader::<A, Y> {
            map,
            object,
            pending: None,
            known: &[],
            seen: 0,
            kind: Field::absent(),
            content: None,
            extra: Map::new(),
        };
        let fields = T::deserialize(&mut reader)?;
        let content = reader.take_content()?;
        Ok(Self {
            fields,
            content,
            extra: reader.extra,
        })
    }
}

/// Stands between the JSON and the derived visitor of the fields, and takes out what is not theirs.
struct Reader<'a, A, Y> {
    map: A,
    object: Option<&'a str>,
    pending: Option<&'a str>,
    known: &'static [&'static str],
    seen: u64,
    kind: Field<String>,
    content: Option<Content<Y>>,
    extra: Map<String, Value>,
}

enum Key {
    Field(usize),
    Type,
    Payload,
    Unknown(String),
}

impl<'de, A: MapAccess<'de>, Y: Types> Reader<'_, A, Y> {
    fn take_content(&mut self) -> Result<Content<Y>, A::Error> {
        if let Some(content) = self.content.take() {
            return Ok(content);
        }
        let waiting = self
            .kind
            .as_str()
            .and_then(|kind| self.extra.remove_entry(kind))
            .map(|entry| Map::from_iter([entry]));
        let payload = waiting.map_or(Payload::<A>::Absent, Payload::Waiting);
        content::read(std::mem::take(&mut self.kind), payload)
    }

    /// A field that is sent twice is kept with the rest, which is written last: the later one wins, as in serde_json.
    fn is_first(&mut self, index: usize) -> bool {
        let bit = 1_u64.checked_shl(index.try_into().unwrap_or(u32::MAX));
        let bit = bit.unwrap_or(0);
        let is_first = self.seen & bit == 0;
        self.seen |= bit;
        is_first
    }
}

impl<'de, A: MapAccess<'de>, Y: Types> Deserializer<'de> for &mut Reader<'_, A, Y> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.known = known;
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>, Y: Types> MapAccess<'de> for &mut Reader<'_, A, Y> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if let Some(object) = self.object.take() {
            self.pending = Some(object);
            let index = position(self.known, "object").unwrap_or(u64::MAX);
            return index_key(index, seed);
        }
        loop {
            let key = KeySeed {
                known: self.known,
                kind: self.kind.as_str(),
                is_tagged: Y::IS_TAGGED,
            };
            let Some(key) = self.map.next_key_seed(key)? else {
                return Ok(None);
            };
            match key {
                Key::Field(index) if self.is_first(index) => {
                    return index_key(u64::try_from(index).unwrap_or(u64::MAX), seed);
                }
                Key::Field(index) => {
                    if let Some(key) = self.known.get(index) {
                        self.extra.insert((*key).to_owned(), self.map.next_value()?);
                    }
                }
                Key::Type => self.kind = self.map.next_value()?,
                Key::Payload => {
                    let kind = self.kind.clone();
                    self.content = Some(content::read(kind, Payload::Next(&mut self.map))?);
                }
                Key::Unknown(key) => {
                    self.extra.insert(key, self.map.next_value()?);
                }
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.pending.take() {
            Some(object) => seed.deserialize(StrDeserializer::new(object)),
            None => self.map.next_value_seed(seed),
        }
    }
}

fn position(known: &[&str], key: &str) -> Option<u64> {
    let index = known.iter().position(|name| *name == key)?;
    u64::try_from(index).ok()
}

/// Names a field to the derived visitor by its index, which spares it the second comparison.
fn index_key<'de, K: DeserializeSeed<'de>, E: Error>(
    index: u64,
    seed: K,
) -> Result<Option<K::Value>, E> {
    let index: U64Deserializer<E> = index.into_deserializer();
    seed.deserialize(index).map(Some)
}

struct KeySeed<'a> {
    known: &'static [&'static str],
    kind: Option<&'a str>,
    is_tagged: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Key, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        if self.kind == Some(key) {
            return Ok(Key::Payload);
        }
        if let Some(index) = self.known.iter().position(|name| *name == key) {
            return Ok(Key::Field(index));
        }
        if self.is_tagged && self.kind.is_none() && key == "type" {
            return Ok(Key::Type);
        }
        Ok(Key::Unknown(key.to_owned()))
    }
}
