//! A reply of Redis, in RESP2's shapes, as the REST protocol's JSON carries it.

use serde::{Deserialize, Serialize};

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

#[cfg(test)]
mod tests {
    use super::Value;

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
