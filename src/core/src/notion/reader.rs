//! Reads a JSON object: hands its known fields to serde's derived visitor, and takes out what is not theirs.
//!
//! The derived visitor holds the table of names; it is asked for it, and then told each field by its index.
//! What is neither a field, nor the type, nor its payload is kept with the rest.

use std::fmt;

use serde::Deserializer;
use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::content::{self, Name, Payload};
use super::field::Field;
use super::object::{Content, Object, Types};

impl<T: DeserializeOwned, Y: Types> Object<T, Y> {
    /// Reads an object whose first key, `object`, may have been read already.
    pub(super) fn read<'de, A: MapAccess<'de>>(
        map: A,
        object: Option<&str>,
    ) -> Result<Self, A::Error> {
        let mut reader = Reader {
            map,
            object,
            value: None,
            known: &[],
            seen: 0,
            expected: 0,
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

struct Reader<'a, A, Y> {
    map: A,
    /// The value of `object`, where it was read before the rest.
    object: Option<&'a str>,
    /// The same, when its key was told and it is due itself.
    value: Option<&'a str>,
    known: &'static [&'static str],
    /// One bit for each known field.
    seen: u64,
    /// The index of the field that comes next, where they come in their order, as Notion sends them.
    expected: usize,
    kind: Field<Name<Y>>,
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
    /// What the object says under the name of its type, be it read or still waiting.
    fn take_content(&mut self) -> Result<Content<Y>, A::Error> {
        if let Some(content) = self.content.take() {
            return Ok(content);
        }
        let kind = self.kind.as_str();
        let waiting = kind.and_then(|kind| self.extra.remove_entry(kind));
        let payload: Payload<'_, A> = match waiting {
            Some(entry) => Payload::Waiting(Map::from_iter([entry])),
            None => Payload::Absent,
        };
        content::read(std::mem::take(&mut self.kind), payload)
    }

    /// A field that is sent twice is kept with the rest, which is written last: the later one wins, as in serde_json.
    fn is_first(&mut self, index: usize) -> bool {
        let bit = u32::try_from(index)
            .ok()
            .and_then(|it| 1_u64.checked_shl(it));
        let bit = bit.unwrap_or(0);
        let is_first = self.seen & bit == 0;
        self.seen |= bit;
        self.expected = index + 1;
        is_first
    }

    fn keep(&mut self, key: String) -> Result<(), A::Error> {
        self.extra.insert(key, self.map.next_value()?);
        Ok(())
    }

    /// The index of the next known field; everything between is taken out.
    fn next_field(&mut self) -> Result<Option<usize>, A::Error> {
        if let Some(object) = self.object.take()
            && let Some(index) = self.known.iter().position(|name| *name == "object")
        {
            self.value = Some(object);
            self.is_first(index);
            return Ok(Some(index));
        }
        loop {
            let key = KeySeed {
                known: self.known,
                expected: self.expected,
                kind: self.kind.as_str(),
                wants_type: Y::IS_TAGGED && self.kind.is_absent() && self.content.is_none(),
            };
            match self.map.next_key_seed(key)? {
                None => return Ok(None),
                Some(Key::Field(index)) if self.is_first(index) => return Ok(Some(index)),
                Some(Key::Field(index)) => {
                    let name = self.known.get(index).copied().unwrap_or_default();
                    self.keep(name.to_owned())?;
                }
                Some(Key::Type) => self.kind = self.map.next_value()?,
                Some(Key::Payload) => {
                    let kind = std::mem::take(&mut self.kind);
                    self.content = Some(content::read(kind, Payload::Next(&mut self.map))?);
                }
                Some(Key::Unknown(key)) => self.keep(key)?,
            }
        }
    }
}

impl<'de, A: MapAccess<'de>, Y: Types> Deserializer<'de> for &mut Reader<'_, A, Y> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, A::Error> {
        Err(A::Error::custom("the fields of an object are a struct"))
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
        let Some(index) = self.next_field()? else {
            return Ok(None);
        };
        let index = u64::try_from(index).map_err(A::Error::custom)?;
        let index: U64Deserializer<A::Error> = index.into_deserializer();
        seed.deserialize(index).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(object) => seed.deserialize(StrDeserializer::new(object)),
            None => self.map.next_value_seed(seed),
        }
    }
}

/// Tells what a key is without keeping it, where it is known.
struct KeySeed<'a> {
    known: &'static [&'static str],
    expected: usize,
    kind: Option<&'a str>,
    wants_type: bool,
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
        if self.known.get(self.expected) == Some(&key) {
            return Ok(Key::Field(self.expected));
        }
        if let Some(index) = self.known.iter().position(|name| *name == key) {
            return Ok(Key::Field(index));
        }
        if self.wants_type && key == "type" {
            return Ok(Key::Type);
        }
        Ok(Key::Unknown(key.to_owned()))
    }
}
