//! The values of a page's properties.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::computed::{Formula, Rollup, RollupType};
use super::field::{Field, Maybe, Nullable, Optional};
use super::file::FileObject;
use super::object::{Content, Empty, Object, Types};
use super::parent::Reference;
use super::rich_text::RichText;
use super::scalar::Time;
use super::user::User;
use super::word::{Color, Vocabulary, Word};

/// The properties of a page, by name.
pub type Properties = BTreeMap<String, PropertyValue>;

/// How many references of one value Notion shows, follows or counts.
const MAX_REFERENCES: usize = 25;

/// The value of one property.
pub type PropertyValue = Object<PropertyValueFields, PropertyType>;

/// What every value may have.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PropertyValueFields {
    /// The property's id, with its percent signs; "title" for the title. Values inside of a rollup have none.
    pub id: Optional<String>,
    /// On relations: there are more than the 25 shown.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub has_more: Optional<bool>,
    /// On titles and texts of a page document: the same as HTML, without an element around it. Notion has no such key.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub html: Optional<String>,
}

/// What a value is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PropertyType {
    /// The page's title; each page has one.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("x-also" = {"html": {"description": "The title as HTML, in a page document.", "type": "string"}}))
    )]
    Title(Field<Vec<RichText>>),
    /// Text.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("x-also" = {"html": {"description": "The text as HTML, in a page document.", "type": "string"}}))
    )]
    RichText(Field<Vec<RichText>>),
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
    /// Users and groups.
    People(Field<Vec<User>>),
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
    /// Pages of a data source.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("x-also" = {"has_more": {"description": "There are more than the 25 shown.", "type": "boolean"}}))
    )]
    Relation(Field<Vec<Object<Reference>>>),
    /// What the pages of a relation amount to.
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

impl Types for PropertyType {
    const NAME: &'static str = "PropertyValue";
}

impl PropertyValue {
    /// Notion may hold back a part of the value: the property's own endpoint has all of it.
    ///
    /// Only a relation says so; people and text end without a word.
    pub fn may_be_cut_short(&self) -> bool {
        match &self.content {
            Content::Known(PropertyType::People(people)) => {
                people.as_slice().len() >= MAX_REFERENCES
            }
            Content::Known(PropertyType::Title(text) | PropertyType::RichText(text)) => {
                let mentions = text.as_slice().iter().filter(|item| item.is_mention());
                mentions.count() >= MAX_REFERENCES
            }
            _ => self.has_more.is_true(),
        }
    }

    /// Notion may have computed the value from a part of what it refers to, and there is no way to get the whole.
    pub fn may_be_partial(&self) -> bool {
        let Content::Known(PropertyType::Rollup(rollup)) = &self.content else {
            return false;
        };
        match rollup.get().and_then(|rollup| rollup.content.known()) {
            Some(RollupType::Array(values)) => values.as_slice().len() >= MAX_REFERENCES,
            Some(RollupType::Incomplete(_)) => true,
            _ => false,
        }
    }

    /// The text of a title or of a text property.
    pub fn rich_text(&self) -> &[RichText] {
        match &self.content {
            Content::Known(PropertyType::Title(text) | PropertyType::RichText(text)) => {
                text.as_slice()
            }
            _ => &[],
        }
    }
}

/// An option of a select, multi-select or status property.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SelectOption {
    /// The option's id, kept when it is renamed.
    pub id: Optional<String>,
    /// What it is called.
    pub name: Field<String>,
    /// Its colour.
    pub color: Optional<Color>,
    /// In schemas only: what it means.
    pub description: Maybe<String>,
}

/// A date, or a range of dates.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct DateRange {
    /// A day, `2026-06-27`, or an instant.
    pub start: Field<String>,
    /// The last day or instant of a range.
    pub end: Nullable<String>,
    /// The name of a time zone, where `start` and `end` have none of their own.
    pub time_zone: Nullable<String>,
}

/// A number that no other page of the data source has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct UniqueId {
    /// Stands before the number, with a hyphen between.
    pub prefix: Nullable<String>,
    /// The number.
    pub number: Nullable<Number>,
}

/// Whether a page can be trusted.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Verification {
    /// Whether it was verified, and still is.
    pub state: Field<Word<VerificationStates>>,
    /// Who verified it.
    pub verified_by: Maybe<User>,
    /// From when to when that holds.
    pub date: Maybe<Object<DateRange>>,
}

/// The states of a verification.
pub enum VerificationStates {}

impl Vocabulary for VerificationStates {
    const WORDS: &'static [&'static str] = &["verified", "expired", "unverified"];
}

/// A place on earth.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Place {
    /// Degrees north.
    pub lat: Field<Number>,
    /// Degrees east.
    pub lon: Field<Number>,
    /// What it is called.
    pub name: Maybe<String>,
    /// Its postal address.
    pub address: Maybe<String>,
    /// Its id at Amazon.
    pub aws_place_id: Maybe<String>,
    /// Its id at Google.
    pub google_place_id: Maybe<String>,
}
