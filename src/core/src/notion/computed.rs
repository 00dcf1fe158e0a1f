//! Values that Notion computes: formulas and rollups.
//!
//! They do not touch a page's last_edited_time when they change, and are partial over more than 25 references.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::field::{Field, Maybe, Nullable};
use super::object::{Empty, Object, Types};
use super::property::{DateRange, PropertyValue};

/// The result of a formula.
pub type Formula = Object<Empty, FormulaType>;

/// What a formula gives.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FormulaType {
    /// Text.
    String(Nullable<String>),
    /// A number.
    Number(Nullable<Number>),
    /// True or false.
    Boolean(Nullable<bool>),
    /// A date.
    Date(Nullable<Object<DateRange>>),
    /// A formula too deep for the API.
    Unsupported(Maybe<Value>),
}

impl Types for FormulaType {
    const NAME: &'static str = "Formula";
}

/// What the pages of a relation amount to.
pub type Rollup = Object<RollupFields, RollupType>;

/// What every rollup has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RollupFields {
    /// How the values are taken together, such as "sum" or "show_original".
    pub function: Field<String>,
}

/// What a rollup gives.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RollupType {
    /// A number.
    Number(Nullable<Number>),
    /// A date.
    Date(Nullable<Object<DateRange>>),
    /// The values themselves, without ids.
    Array(Field<Vec<PropertyValue>>),
    /// A rollup that the property's endpoint has not taken together yet.
    Incomplete(Maybe<Value>),
    /// A rollup too deep for the API.
    Unsupported(Maybe<Value>),
}

impl Types for RollupType {
    const NAME: &'static str = "Rollup";
}
