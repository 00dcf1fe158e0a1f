//! A reply of Redis, in RESP2's shapes, as the REST protocol's JSON carries it.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// No such key or field.
    Nil,
    /// A 64-bit integer.
    Integer(i64),
    /// A simple or bulk string.
    Text(String),
    /// An array of replies.
    Array(Vec<Value>),
}

impl Value {
    /// The bytes of its texts.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Array(values) => values.iter().map(Self::bytes).sum(),
            Self::Nil | Self::Integer(_) => 0,
        }
    }

    /// The text; an integer counts as its digits.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Nil | Self::Array(_) => None,
        }
    }

    /// The number; digits in a text count.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Nil | Self::Array(_) => None,
        }
    }

    /// The elements; none for anything but an array.
    pub fn items(&self) -> &[Value] {
        match self {
            Self::Array(items) => items,
            Self::Nil | Self::Integer(_) | Self::Text(_) => &[],
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    /// By hand: what serde derives for an untagged enum copies every text and prints it into an error for each variant it is not.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("null, an integer, a string or an array of these")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        let number =
            i64::try_from(number).map_err(|_| E::custom("an integer of more than 64 bits"))?;
        Ok(Value::Integer(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::with_capacity(items.size_hint().unwrap_or_default());
        while let Some(value) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn texts_count_wherever_they_stand() {
        let text = |text: &str| Value::Text(text.to_owned());
        let summaries = Value::Array(vec![text("two"), Value::Nil, Value::Array(vec![text("é")])]);
        assert_eq!((summaries.bytes(), Value::Integer(7).bytes()), (5, 0));
    }

    #[test]
    fn json_results_are_replies() {
        let value: Value = serde_json::from_str(r#"["ok",3,null,["a"]]"#).expect("a reply");
        let expected = [
            Value::Text("ok".into()),
            Value::Integer(3),
            Value::Nil,
            Value::Array(vec![Value::Text("a".into())]),
        ];
        assert_eq!(value.items(), expected);
    }
}
