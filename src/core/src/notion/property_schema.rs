//! The columns of a data source: what each property is, not what it says on a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::{Field, Maybe, Optional};
use super::object::{Empty, Object, Types};
use super::property::SelectOption;
use super::scalar::RawId;
use super::word::Color;

/// The schema of a data source, by the names of its properties.
pub type Schema = BTreeMap<String, PropertySchema>;

/// One property of a data source.
pub type PropertySchema = Object<PropertySchemaFields, SchemaType>;

/// What every property has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PropertySchemaFields {
    /// Stays the same when the property is renamed; "title" for the title.
    pub id: Field<String>,
    /// What it is called.
    pub name: Field<String>,
    /// What it is for.
    pub description: Maybe<String>,
}

/// What a property is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SchemaType {
    /// The title of the pages; each data source has one.
    Title(Field<Object<Empty>>),
    /// Text.
    RichText(Field<Object<Empty>>),
    /// A number.
    Number(Field<Object<NumberSchema>>),
    /// One of several options.
    Select(Field<Object<SelectSchema>>),
    /// Some of several options.
    MultiSelect(Field<Object<SelectSchema>>),
    /// One of several options, which are in groups.
    Status(Field<Object<StatusSchema>>),
    /// A date or a range of dates.
    Date(Field<Object<Empty>>),
    /// Users and groups.
    People(Field<Object<Empty>>),
    /// Files.
    Files(Field<Object<Empty>>),
    /// Checked or not.
    Checkbox(Field<Object<Empty>>),
    /// A URL.
    Url(Field<Object<Empty>>),
    /// An address of e-mail.
    Email(Field<Object<Empty>>),
    /// A phone number.
    PhoneNumber(Field<Object<Empty>>),
    /// A formula.
    Formula(Field<Object<FormulaSchema>>),
    /// Pages of another data source, or of this one.
    Relation(Field<RelationSchema>),
    /// What the pages of a relation amount to.
    Rollup(Field<Object<RollupSchema>>),
    /// When a page was made.
    CreatedTime(Field<Object<Empty>>),
    /// When a page was last edited.
    LastEditedTime(Field<Object<Empty>>),
    /// Who made a page.
    CreatedBy(Field<Object<Empty>>),
    /// Who edited a page last.
    LastEditedBy(Field<Object<Empty>>),
    /// When a page was last visited.
    LastVisitedTime(Field<Object<Empty>>),
    /// A button.
    Button(Field<Object<Empty>>),
    /// A number that no other page has.
    UniqueId(Field<Object<UniqueIdSchema>>),
    /// Whether a page, in a wiki, can be trusted.
    Verification(Field<Object<Empty>>),
    /// A place on earth.
    Place(Field<Object<Empty>>),
    /// A place, in a shape that Notion does not document.
    Location(Field<Object<Empty>>),
}

impl Types for SchemaType {
    const NAME: &'static str = "PropertySchema";
}

/// How a number is shown.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NumberSchema {
    /// Such as "number", "percent" or "euro".
    pub format: Field<String>,
}

/// The options of a select or multi-select property.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SelectSchema {
    /// In their order.
    pub options: Field<Vec<Object<SelectOption>>>,
}

/// The options of a status property.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct StatusSchema {
    /// In their order.
    pub options: Field<Vec<Object<SelectOption>>>,
    /// To-do, in progress, complete.
    pub groups: Field<Vec<Object<StatusGroup>>>,
}

/// A group of options.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct StatusGroup {
    /// The group's id.
    pub id: Field<String>,
    /// What it is called.
    pub name: Field<String>,
    /// Its colour.
    pub color: Field<Color>,
    /// The options in it.
    pub option_ids: Field<Vec<String>>,
}

/// A formula.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct FormulaSchema {
    /// The formula's source.
    pub expression: Field<String>,
}

/// A relation.
pub type RelationSchema = Object<RelationSchemaFields, RelationSchemaType>;

/// What every relation has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RelationSchemaFields {
    /// The database of the pages.
    pub database_id: Field<RawId>,
    /// The data source of the pages.
    pub data_source_id: Field<RawId>,
}

/// Whether the pages point back.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RelationSchemaType {
    /// They do not.
    SingleProperty(Field<Object<Empty>>),
    /// They do.
    DualProperty(Field<Object<SyncedProperty>>),
}

impl Types for RelationSchemaType {
    const NAME: &'static str = "RelationSchema";
}

/// The property by which the pages point back.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SyncedProperty {
    /// What it is called.
    pub synced_property_name: Optional<String>,
    /// Its id.
    pub synced_property_id: Optional<String>,
}

/// A rollup.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RollupSchema {
    /// How the values are taken together.
    pub function: Field<String>,
    /// The property of the pages which is taken.
    pub rollup_property_name: Field<String>,
    /// Its id.
    pub rollup_property_id: Field<String>,
    /// The relation that names the pages.
    pub relation_property_name: Field<String>,
    /// Its id.
    pub relation_property_id: Field<String>,
}

/// A number that no other page has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct UniqueIdSchema {
    /// Stands before the number.
    pub prefix: Maybe<String>,
}
