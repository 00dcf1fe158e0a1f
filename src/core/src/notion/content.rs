//! Reads what an object says under the name of its type into the variant of that name.
//!
//! The derived visitor of the enum holds the table of names: it is asked for it, and then told each type by its index.
//! A name that is not in the table becomes the unknown variant, with its payload as it came.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, IntoDeserializer, MapAccess, VariantAccess,
    Visitor,
};
use serde::{Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::field::Field;
use super::object::{Content, Types, Unknown};
use super::shape::{Fit, Shape};

/// The `type` of an object; a name of the table costs no allocation.
pub(super) enum Name<Y> {
    Known {
        index: u32,
        name: &'static str,
        types: PhantomData<Y>,
    },
    Unknown(String),
}

impl<Y> Name<Y> {
    fn into_text(self) -> String {
        match self {
            Self::Known { name, .. } => name.to_owned(),
            Self::Unknown(name) => name,
        }
    }
}

impl<Y> AsRef<str> for Name<Y> {
    fn as_ref(&self) -> &str {
        match self {
            Self::Known { name, .. } => name,
            Self::Unknown(name) => name,
        }
    }
}

impl<Y> Serialize for Name<Y> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_ref())
    }
}

impl<Y: Types> Shape for Name<Y> {
    fn from_text(value: &str) -> Fit<Self> {
        let mut names = (0..).zip(names::<Y>());
        let known = names.find(|(_, name)| **name == value);
        Ok(match known {
            Some((index, name)) => Self::Known {
                index,
                name,
                types: PhantomData,
            },
            None => Self::Unknown(value.to_owned()),
        })
    }
}

/// Where the payload is.
pub(super) enum Payload<'a, A> {
    /// It is the next value of the object that is being read.
    Next(&'a mut A),
    /// It came before its `type`: an object which holds nothing else.
    Waiting(Map<String, Value>),
    /// It did not come.
    Absent,
}

/// Reads the payload of `kind`.
pub(super) fn read<'de, Y: Types, A: MapAccess<'de>>(
    kind: Field<Name<Y>>,
    payload: Payload<'_, A>,
) -> Result<Content<Y>, A::Error> {
    let payload = match payload {
        Payload::Waiting(object) => return read_again(kind, &object).map_err(A::Error::custom),
        Payload::Next(map) => Some(map),
        Payload::Absent => None,
    };
    if kind.is_absent() {
        return Ok(Content::Untyped);
    }
    if let Some(&Name::Known { index, .. }) = kind.get() {
        let payload = Source(payload);
        return Y::deserialize(Variant { index, payload }).map(Content::Known);
    }
    let kind = kind.map(Name::into_text);
    let payload = match payload {
        Some(map) => map.next_value()?,
        None => Field::absent(),
    };
    Ok(Content::Unknown(Box::new(Unknown { kind, payload })))
}

/// Through text, not through Value's own deserializer, which would compile the whole model a second time.
/// Not through raw JSON either, which serde_json skips without counting how deep it is.
fn read_again<Y: Types>(
    kind: Field<Name<Y>>,
    object: &Map<String, Value>,
) -> serde_json::Result<Content<Y>> {
    let text = serde_json::to_string(object)?;
    let mut json = serde_json::Deserializer::from_str(&text);
    json.deserialize_map(Again(kind))
}

struct Again<Y>(Field<Name<Y>>);

impl<'de, Y: Types> Visitor<'de> for Again<Y> {
    type Value = Content<Y>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with one entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content<Y>, A::Error> {
        let payload = match map.next_key::<IgnoredAny>()? {
            Some(_) => Payload::Next(&mut map),
            None => Payload::Absent,
        };
        read(self.0, payload)
    }
}

/// The object whose next value is the payload; none where it did not come.
struct Source<'a, A>(Option<&'a mut A>);

/// The variant with this index.
struct Variant<'b, A> {
    index: u32,
    payload: Source<'b, A>,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Variant<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("the content of an object is an enum"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de, 'b, A: MapAccess<'de>> EnumAccess<'de> for Variant<'b, A> {
    type Error = A::Error;
    type Variant = Source<'b, A>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Source<'b, A>), A::Error> {
        let index: U32Deserializer<A::Error> = self.index.into_deserializer();
        Ok((seed.deserialize(index)?, self.payload))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Source<'_, A> {
    type Error = A::Error;

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        match self.0 {
            Some(map) => map.next_value_seed(seed),
            None => seed.deserialize(Nothing(PhantomData)),
        }
    }

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::custom("each type has a payload"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("each type has one payload"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("each type has one payload"))
    }
}

/// A field that did not come.
struct Nothing<E>(PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Nothing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The types of this sort have one of that name.
pub(super) fn knows<Y: Types>(kind: &str) -> bool {
    names::<Y>().contains(&kind)
}

/// The names of the types of this sort.
fn names<Y: Types>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // The answer comes aside: there is nothing to read, so this always ends in an error.
    let _: Result<Y, NothingToRead> = Y::deserialize(Names(&mut names));
    names
}

/// Only looks at the table of names.
struct Names<'a>(&'a mut &'static [&'static str]);

/// Says nothing, so that it costs nothing.
#[derive(Debug)]
struct NothingToRead;

impl fmt::Display for NothingToRead {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("only the names are wanted")
    }
}

impl std::error::Error for NothingToRead {}

impl Error for NothingToRead {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = NothingToRead;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NothingToRead> {
        Err(NothingToRead)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NothingToRead> {
        *self.0 = names;
        Err(NothingToRead)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
