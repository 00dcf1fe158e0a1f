//! What is added to a stored number, and the sum.

use serde_json::value::RawValue;

use crate::redis::Value;

use super::{Error, Json};

/// What to add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Exact as long as the sum is a 64-bit integer.
    Integer(i64),
    /// As INCRBYFLOAT adds: 17 digits.
    Float(f64),
}

impl Amount {
    pub(super) fn arg(self) -> Result<String, Error> {
        match self {
            Self::Integer(number) => Ok(number.to_string()),
            // The debug form has a point or an exponent, by which the script tells the two apart.
            Self::Float(number) if number.is_finite() => Ok(format!("{number:?}")),
            Self::Float(_) => Err(Error::unsupported("amount", "it is not finite")),
        }
    }
}

/// The sum, a JSON number that may be longer than any number type.
pub(super) fn sum(reply: &Value) -> Result<Json, Error> {
    reply
        .text()
        .and_then(|text| RawValue::from_string(text).ok())
        .ok_or_else(Error::unexpected)
}
