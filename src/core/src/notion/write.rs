//! Writes an object's fields and content into the map that is being written for it.
//!
//! Serde's derive offers a struct and a newtype variant; both become entries of the object around, absent fields none.
//! Nothing else can come, because an object's parts are made of fields only.

use std::fmt;

use serde::ser::{Error, Impossible, SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

use super::object::Types;

/// The name of the type that a content is.
pub(super) fn name_of<Y: Types>(content: &Y) -> Option<&'static str> {
    let mut name = Name(None);
    content.serialize(Entries::of(&mut name)).ok()?;
    name.0
}

/// What takes the entries.
pub(super) trait Sink {
    type Error: Error;

    fn kind(&mut self, name: &'static str) -> Result<(), Self::Error>;

    fn entry<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Self::Error>;
}

impl<M: SerializeMap> Sink for M {
    type Error = M::Error;

    fn kind(&mut self, name: &'static str) -> Result<(), M::Error> {
        self.serialize_entry("type", name)
    }

    fn entry<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), M::Error> {
        self.serialize_entry(key, value)
    }
}

/// Takes the name of the type and leaves the rest.
struct Name(Option<&'static str>);

impl Sink for Name {
    type Error = fmt::Error;

    fn kind(&mut self, name: &'static str) -> Result<(), fmt::Error> {
        self.0 = Some(name);
        Ok(())
    }

    fn entry<T: Serialize + ?Sized>(&mut self, _: &str, _: &T) -> Result<(), fmt::Error> {
        Ok(())
    }
}

/// A serializer whose output are entries of another object.
pub(super) struct Entries<'a, S> {
    sink: &'a mut S,
    key: &'a str,
}

impl<'a, S> Entries<'a, S> {
    /// For a struct or an enum, which bring their own names.
    pub(super) const fn of(sink: &'a mut S) -> Self {
        Self { sink, key: "" }
    }

    /// For one field.
    pub(super) const fn named(sink: &'a mut S, key: &'a str) -> Self {
        Self { sink, key }
    }
}

impl<S: Sink> SerializeStruct for Entries<'_, S> {
    type Ok = ();
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        value.serialize(Entries::named(self.sink, key))
    }

    fn end(self) -> Result<(), S::Error> {
        Ok(())
    }
}

fn foreign<T, E: Error>() -> Result<T, E> {
    Err(E::custom("an object is made of fields only"))
}

impl<S: Sink> Serializer for Entries<'_, S> {
    type Ok = ();
    type Error = S::Error;
    type SerializeStruct = Self;
    type SerializeSeq = Impossible<(), S::Error>;
    type SerializeTuple = Impossible<(), S::Error>;
    type SerializeTupleStruct = Impossible<(), S::Error>;
    type SerializeTupleVariant = Impossible<(), S::Error>;
    type SerializeMap = Impossible<(), S::Error>;
    type SerializeStructVariant = Impossible<(), S::Error>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, S::Error> {
        Ok(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        payload: &T,
    ) -> Result<(), S::Error> {
        self.sink.kind(name)?;
        payload.serialize(Entries::named(self.sink, name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        self.sink.entry(self.key, value)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), S::Error> {
        Ok(())
    }

    fn serialize_bool(self, _: bool) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_i8(self, _: i8) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_i16(self, _: i16) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_i32(self, _: i32) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_i64(self, _: i64) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_u8(self, _: u8) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_u16(self, _: u16) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_u32(self, _: u32) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_u64(self, _: u64) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_f32(self, _: f32) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_f64(self, _: f64) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_char(self, _: char) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_str(self, _: &str) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_none(self) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_unit(self) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
    ) -> Result<(), S::Error> {
        foreign()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        foreign()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, S::Error> {
        foreign()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        foreign()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        foreign()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        foreign()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        foreign()
    }
}
