//! How a JSON value becomes a typed one without ever being lost.
//!
//! Every type of the model fits one kind of JSON value (text, number, array, object ...).
//! A value of another kind does not fail the parse: it comes back as it is, and the place that asked keeps it raw.
//! So only broken JSON, or JSON nested deeper than serde_json's limit of 128, is an error.

use std::collections::BTreeMap;
use std::fmt;

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

/// What was read in the place of a `T`.
#[derive(Clone, PartialEq)]
pub(super) enum State<T> {
    /// Nothing.
    Absent,
    /// Null.
    Null,
    /// What was expected.
    Value(T),
    /// JSON of another kind; boxed, because it is rare and a field should stay as small as its value.
    Other(Box<Value>),
}

impl<T> State<T> {
    fn of(fit: Fit<T>) -> Self {
        match fit {
            Ok(value) => Self::Value(value),
            Err(value) => Self::Other(Box::new(value)),
        }
    }

    /// The value, or the JSON in its place.
    pub(super) fn into_fit(self) -> Fit<T> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Other(value) => Err(*value),
            Self::Absent | Self::Null => Err(Value::Null),
        }
    }
}

/// Reads one value of any kind.
pub(super) fn read<'de, T: Shape, D: Deserializer<'de>>(from: D) -> Result<State<T>, D::Error> {
    let mut state = State::Absent;
    Fill(&mut state).deserialize(from)?;
    Ok(state)
}

/// For a type that stands alone, outside of a field: what does not fit is an error.
pub(super) fn read_whole<'de, T: Shape, D: Deserializer<'de>>(
    from: D,
    expected: &str,
) -> Result<T, D::Error> {
    read::<T, D>(from)?.into_fit().map_err(|value| {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        D::Error::custom(format_args!("expected {expected}, found {kind}"))
    })
}

/// Fills in what is read.
///
/// The value does not travel through serde's functions as their result:
/// a block is large, and each level of nesting would hold it on the stack a dozen times.
struct Fill<'a, T>(&'a mut State<T>);

impl<'de, T: Shape> DeserializeSeed<'de> for Fill<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Shape> Visitor<'de> for Fill<'_, T> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    /// JSON has no such thing: this is how the object around says that a field was not sent.
    fn visit_none<E>(self) -> Result<(), E> {
        *self.0 = State::Absent;
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        *self.0 = State::Null;
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        *self.0 = State::of(T::from_bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        *self.0 = State::of(T::from_number(value.into()));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        *self.0 = State::of(T::from_number(value.into()));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        *self.0 = match Number::from_f64(value) {
            Some(number) => State::of(T::from_number(number)),
            None => State::Null,
        };
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        *self.0 = State::of(T::from_text(value));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<(), A::Error> {
        *self.0 = State::of(T::from_array(array)?);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        *self.0 = State::of(T::from_object(object)?);
        Ok(())
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn from_array<'de, A: SeqAccess<'de>>(mut array: A) -> Result<Fit<Self>, A::Error> {
        let mut items = Self::new();
        let mut state = State::Absent;
        while array.next_element_seed(Fill(&mut state))?.is_some() {
            match take_item(&mut state) {
                Ok(item) => {
                    // Most texts are one run: room for four at once would be as large as the rest of the block.
                    if items.is_empty() {
                        items.reserve_exact(1);
                    }
                    items.push(item);
                }
                Err(misfit) => {
                    let raw: serde_json::Result<_> = items.iter().map(to_value).collect();
                    let mut raw: Vec<_> = raw.map_err(A::Error::custom)?;
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

fn take_item<T: Shape>(state: &mut State<T>) -> Fit<T> {
    match std::mem::replace(state, State::Absent) {
        State::Value(value) => Ok(value),
        other => other.into_fit().or_else(T::from_misfit),
    }
}

/// Through text, not through serde_json's serializer into values, which would compile the whole model a second time.
pub(super) fn to_value<T: Serialize>(typed: &T) -> serde_json::Result<Value> {
    serde_json::from_str(&serde_json::to_string(typed)?)
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn from_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Fit<Self>, A::Error> {
        let mut entries = Self::new();
        let mut state = State::Absent;
        while let Some(key) = object.next_key::<String>()? {
            object.next_value_seed(Fill(&mut state))?;
            match take_item(&mut state) {
                Ok(item) => {
                    entries.insert(key, item);
                }
                Err(misfit) => {
                    let raw = entries.iter().map(|(key, item)| {
                        let item = to_value(item).map_err(A::Error::custom);
                        item.map(|item| (key.clone(), item))
                    });
                    let mut raw = raw.collect::<Result<serde_json::Map<_, _>, _>>()?;
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
