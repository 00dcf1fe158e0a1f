//! How a JSON value becomes a typed one without ever being lost.
//!
//! Every type of the model fits one kind of JSON value (text, number, array, object ...).
//! A value of another kind does not fail the parse: it comes back as it is, and the place that asked keeps it raw.
//! So only broken JSON, or JSON nested deeper than serde_json's limit of 128, is an error.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

/// The typed value, or the JSON that did not fit.
pub type Fit<T> = Result<T, Value>;

/// A type that is read from one kind of JSON value.
///
/// Each method takes one kind; what is not implemented does not fit.
pub trait Shape: Serialize + Sized {
    /// From `true` or `false`.
    fn from_bool(value: bool) -> Fit<Self> {
        Err(Value::Bool(value))
    }

    /// From a number, in the form it came in.
    fn from_number(value: Number) -> Fit<Self> {
        Err(Value::Number(value))
    }

    /// From a string.
    fn from_text(value: &str) -> Fit<Self> {
        Err(Value::String(value.to_owned()))
    }

    /// From an array; the error is broken JSON.
    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Fit<Self>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(array)).map(Err)
    }

    /// From an object; the error is broken JSON.
    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Fit<Self>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(object)).map(Err)
    }

    /// For an item of an array or a map: what becomes of one that does not fit.
    /// Where this gives it back, the whole array or map is kept raw.
    fn from_misfit(value: Value) -> Fit<Self> {
        Err(value)
    }
}

/// Reads one value of any kind.
pub(super) fn read<'de, T: Shape, D: Deserializer<'de>>(from: D) -> Result<Fit<T>, D::Error> {
    from.deserialize_any(FitVisitor(PhantomData))
}

/// For a type that stands alone, outside of a field: what does not fit is an error.
pub(super) fn read_whole<'de, T: Shape, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    read::<T, D>(from)?.map_err(|value| {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        D::Error::custom(format_args!("{kind} is not {}", std::any::type_name::<T>()))
    })
}

pub(super) struct FitVisitor<T>(pub PhantomData<T>);

impl<'de, T: Shape> Visitor<'de> for FitVisitor<T> {
    type Value = Fit<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Fit<T>, E> {
        Ok(T::from_bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Fit<T>, E> {
        Ok(T::from_number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Fit<T>, E> {
        Ok(T::from_number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Fit<T>, E> {
        Ok(match Number::from_f64(value) {
            Some(number) => T::from_number(number),
            None => Err(Value::Null),
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Fit<T>, E> {
        Ok(T::from_text(value))
    }

    fn visit_unit<E>(self) -> Result<Fit<T>, E> {
        Ok(Err(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Fit<T>, A::Error> {
        T::from_array(array)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Fit<T>, A::Error> {
        T::from_object(object)
    }
}

/// An item of an array or a map.
struct Item<T>(PhantomData<T>);

impl<'de, T: Shape> DeserializeSeed<'de> for Item<T> {
    type Value = Fit<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Fit<T>, D::Error> {
        Ok(read::<T, D>(from)?.or_else(T::from_misfit))
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn from_array<'de, A: SeqAccess<'de>>(mut array: A) -> Result<Fit<Self>, A::Error> {
        let mut items = Self::new();
        while let Some(item) = array.next_element_seed(Item(PhantomData))? {
            match item {
                Ok(item) => items.push(item),
                Err(misfit) => {
                    let mut raw = raw_items::<T, A::Error>(&items)?;
                    raw.push(misfit);
                    while let Some(value) = array.next_element()? {
                        raw.push(value);
                    }
                    return Ok(Err(Value::Array(raw)));
                }
            }
        }
        Ok(Ok(items))
    }
}

fn raw_items<T: Serialize, E: Error>(items: &[T]) -> Result<Vec<Value>, E> {
    items
        .iter()
        .map(|item| serde_json::to_value(item).map_err(E::custom))
        .collect()
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn from_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Fit<Self>, A::Error> {
        let mut entries = Self::new();
        while let Some(key) = object.next_key::<String>()? {
            match object.next_value_seed(Item(PhantomData))? {
                Ok(item) => {
                    entries.insert(key, item);
                }
                Err(misfit) => {
                    let mut raw = serde_json::Map::new();
                    for (key, item) in &entries {
                        raw.insert(
                            key.clone(),
                            serde_json::to_value(item).map_err(A::Error::custom)?,
                        );
                    }
                    raw.insert(key, misfit);
                    while let Some((key, value)) = object.next_entry()? {
                        raw.insert(key, value);
                    }
                    return Ok(Err(Value::Object(raw)));
                }
            }
        }
        Ok(Ok(entries))
    }
}

impl Shape for bool {
    fn from_bool(value: bool) -> Fit<Self> {
        Ok(value)
    }
}

impl Shape for Number {
    fn from_number(value: Number) -> Fit<Self> {
        Ok(value)
    }
}

impl Shape for String {
    fn from_text(value: &str) -> Fit<Self> {
        Ok(value.to_owned())
    }
}

/// Anything fits; null is told apart by the field before.
impl Shape for Value {
    fn from_bool(value: bool) -> Fit<Self> {
        Ok(Self::Bool(value))
    }

    fn from_number(value: Number) -> Fit<Self> {
        Ok(Self::Number(value))
    }

    fn from_text(value: &str) -> Fit<Self> {
        Ok(Self::String(value.to_owned()))
    }

    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Fit<Self>, A::Error> {
        Self::deserialize(SeqAccessDeserializer::new(array)).map(Ok)
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Fit<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object)).map(Ok)
    }

    fn from_misfit(value: Value) -> Fit<Self> {
        Ok(value)
    }
}

impl<T: Shape> Shape for Box<T> {
    fn from_bool(value: bool) -> Fit<Self> {
        T::from_bool(value).map(Self::new)
    }

    fn from_number(value: Number) -> Fit<Self> {
        T::from_number(value).map(Self::new)
    }

    fn from_text(value: &str) -> Fit<Self> {
        T::from_text(value).map(Self::new)
    }

    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Fit<Self>, A::Error> {
        Ok(T::from_array(array)?.map(Self::new))
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Fit<Self>, A::Error> {
        Ok(T::from_object(object)?.map(Self::new))
    }

    fn from_misfit(value: Value) -> Fit<Self> {
        T::from_misfit(value).map(Self::new)
    }
}
