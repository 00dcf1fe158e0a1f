//! Reads what an object says under the name of its type into the variant of that name.
//!
//! The derived visitor of the enum holds the table of names: it is asked by index, as an externally tagged enum.
//! A name that is not in the table becomes the unknown variant, with its payload as it came.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::value::{self, U32Deserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, IntoDeserializer, MapAccess, VariantAccess,
    Visitor,
};
use serde_json::{Map, Value};

use super::field::Field;
use super::object::{Content, Types, Unknown};

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
    kind: Field<String>,
    payload: Payload<'_, A>,
) -> Result<Content<Y>, A::Error> {
    let mut payload = match payload {
        Payload::Waiting(object) => return read_again(kind, &object).map_err(A::Error::custom),
        Payload::Next(map) => Some(Source(Some(map))),
        Payload::Absent => Some(Source(None)),
    };
    if kind.is_absent() {
        return Ok(Content::Untyped);
    }
    if let Some(kind) = kind.as_str() {
        let known = Y::deserialize(Tag {
            kind,
            payload: &mut payload,
        });
        // The payload is still there only where the name is not in the table.
        if payload.is_none() {
            return known.map(Content::Known);
        }
    }
    let payload = match payload {
        Some(Source(Some(map))) => map.next_value()?,
        _ => Field::absent(),
    };
    Ok(Content::Unknown(Box::new(Unknown { kind, payload })))
}

/// Through bytes, not through Value's own deserializer, which would compile the whole model a second time.
/// Not through raw JSON either, which serde_json skips without counting how deep it is.
fn read_again<Y: Types>(
    kind: Field<String>,
    object: &Map<String, Value>,
) -> serde_json::Result<Content<Y>> {
    let bytes = serde_json::to_vec(object)?;
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    json.deserialize_map(Again {
        kind,
        types: PhantomData,
    })
}

struct Again<Y> {
    kind: Field<String>,
    types: PhantomData<Y>,
}

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
        read(self.kind, payload)
    }
}

/// The object whose next value is the payload; none where it did not come.
struct Source<'a, A>(Option<&'a mut A>);

struct Tag<'a, 'b, A> {
    kind: &'a str,
    payload: &'a mut Option<Source<'b, A>>,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Tag<'_, '_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("the content of an object is an enum"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let index = names
            .iter()
            .position(|name| *name == self.kind)
            .and_then(|index| u32::try_from(index).ok());
        match (index, self.payload.take()) {
            (Some(index), Some(payload)) => visitor.visit_enum(Variant { index, payload }),
            (_, payload) => {
                *self.payload = payload;
                Err(A::Error::custom("the type is unknown"))
            }
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Variant<'b, A> {
    index: u32,
    payload: Source<'b, A>,
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
    let mut is_known = false;
    // The answer comes aside: there is nothing to read, so this always ends in an error.
    let _: Result<Y, _> = Y::deserialize(Names {
        kind,
        is_known: &mut is_known,
    });
    is_known
}

/// Only looks at the table of names.
struct Names<'a> {
    kind: &'a str,
    is_known: &'a mut bool,
}

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, value::Error> {
        Err(value::Error::custom("only the names are wanted"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, value::Error> {
        *self.is_known = names.contains(&self.kind);
        Err(value::Error::custom("only the names are wanted"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
