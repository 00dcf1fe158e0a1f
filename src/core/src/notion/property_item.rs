//! What the endpoint of a single property gives.
//!
//! Title, text, people and relations come as a list of items that hold one value each; the rest as a single item.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::computed::{Formula, Rollup};
use super::field::{Field, Maybe, Nullable, Optional};
use super::file::FileObject;
use super::object::{Empty, Object, Types};
use super::parent::Reference;
use super::property::{DateRange, Place, SelectOption, UniqueId, Verification};
use super::rich_text::RichText;
use super::scalar::Time;
use super::user::User;
use super::word::{Vocabulary, Word};

/// A property's value, or one of its values.
/// In the envelope of a list it tells which property the list is of; its payload is empty there, except a rollup's.
pub type PropertyItem = Object<PropertyItemFields, PropertyItemType>;

/// What every item has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PropertyItemFields {
    /// Always "property_item"; the envelope of a list has none.
    pub object: Optional<Word<PropertyItemObject>>,
    /// The property's id, with its percent signs.
    pub id: Field<String>,
    /// In the envelope: where the next items are.
    pub next_url: Maybe<String>,
}

/// The word of an item's `object`.
pub enum PropertyItemObject {}

impl Vocabulary for PropertyItemObject {
    const WORDS: &'static [&'static str] = &["property_item"];
}

/// What an item is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PropertyItemType {
    /// One item of the title.
    Title(Field<RichText>),
    /// One item of text.
    RichText(Field<RichText>),
    /// One user.
    People(Field<User>),
    /// One page.
    Relation(Field<Object<Reference>>),
    /// A number.
    Number(Nullable<Number>),
    /// One of several options.
    Select(Nullable<Object<SelectOption>>),
    /// Some of several options.
    MultiSelect(Field<Vec<Object<SelectOption>>>),
    /// One of several options, which are in groups.
    Status(Nullable<Object<SelectOption>>),
    /// A date or a range of dates.
    Date(Nullable<Object<DateRange>>),
    /// Files.
    Files(Field<Vec<FileObject>>),
    /// Checked or not.
    Checkbox(Field<bool>),
    /// A URL.
    Url(Nullable<String>),
    /// An address of e-mail.
    Email(Nullable<String>),
    /// A phone number.
    PhoneNumber(Nullable<String>),
    /// The result of a formula.
    Formula(Field<Formula>),
    /// What the pages of a relation amount to; partial until the last page of the list.
    Rollup(Field<Rollup>),
    /// When the page was made.
    CreatedTime(Field<Time>),
    /// When the page was last edited.
    LastEditedTime(Field<Time>),
    /// Who made the page.
    CreatedBy(Field<User>),
    /// Who edited the page last.
    LastEditedBy(Field<User>),
    /// When the page was last visited.
    LastVisitedTime(Nullable<Time>),
    /// A button.
    Button(Field<Object<Empty>>),
    /// A number that no other page of the data source has.
    UniqueId(Nullable<Object<UniqueId>>),
    /// Whether the page, in a wiki, can be trusted.
    Verification(Nullable<Box<Object<Verification>>>),
    /// A place on earth.
    Place(Nullable<Object<Place>>),
    /// A place, in a shape that Notion does not document.
    Location(Nullable<Value>),
}

impl Types for PropertyItemType {
    const NAME: &'static str = "PropertyItem";
}
