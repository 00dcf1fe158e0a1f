//! Property values as plain values: what a template prints, without Notion's wrapping.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::id::Id;
use crate::notion::{
    Content, DateRange, FileObject, FileType, Formula, FormulaType, Object, PropertyType,
    PropertyValue, Rollup, RollupType, SelectOption, User, plain_text,
};

/// A property as a plain value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum PlainValue {
    /// Nothing is filled in, or Notion gives no value.
    Empty,
    /// A checkbox, or a formula that says yes or no.
    Flag(bool),
    /// A number.
    Number(#[cfg_attr(feature = "schema", schemars(with = "f64"))] Number),
    /// Text: titles, texts, names of options, addresses, times, unique ids.
    Text(String),
    /// Several values. Before the objects, which a list of as many texts as they have fields would be read as.
    List(Vec<PlainValue>),
    /// Another page.
    Page(RelatedPage),
    /// A date, with an end and a time zone where it has them.
    Date(PlainDate),
    /// A file.
    File(PlainFile),
    /// A person, bot or group.
    Person(PlainPerson),
    /// A place.
    Place(PlainPlace),
}

/// A page that a relation names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RelatedPage {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub id: Id,
    /// Its title, where it has been exported.
    pub title: Option<String>,
    /// Its path on the site, where it has been exported.
    pub path: Option<String>,
}

/// A date or a span of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlainDate {
    /// A day or an instant, in ISO 8601.
    pub start: String,
    /// The end of a span.
    pub end: Option<String>,
    /// The IANA name of the time zone, where the author chose one.
    pub time_zone: Option<String>,
}

/// A file in a property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlainFile {
    /// Its name.
    pub name: Option<String>,
    /// Its address, which does not expire.
    pub url: String,
}

/// A person, bot or group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(title = "PlainPerson")
)]
#[serde(deny_unknown_fields)]
pub struct PlainPerson {
    /// The id.
    pub id: String,
    /// The name, where Notion tells it.
    pub name: Option<String>,
    /// `person`, `bot`, `group` ..., where Notion tells it.
    pub kind: Option<String>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlainPlace {
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Latitude in degrees.
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub lat: Option<Number>,
    /// Longitude in degrees.
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub lon: Option<Number>,
}

impl PlainValue {
    /// The plain value of a property.
    pub fn of(property: &PropertyValue) -> Self {
        let Content::Known(value) = &property.content else {
            return Self::Empty;
        };
        match value {
            PropertyType::Title(text) | PropertyType::RichText(text) => {
                Self::Text(plain_text(text.as_slice()))
            }
            PropertyType::Number(number) => number.get().cloned().map_or(Self::Empty, Self::Number),
            PropertyType::Select(option) | PropertyType::Status(option) => {
                option.get().map_or(Self::Empty, name_of)
            }
            PropertyType::MultiSelect(options) => {
                Self::List(options.as_slice().iter().map(name_of).collect())
            }
            PropertyType::Date(date) => date.get().map_or(Self::Empty, Self::date),
            PropertyType::People(people) => {
                Self::List(people.as_slice().iter().map(Self::person).collect())
            }
            PropertyType::Files(files) => {
                Self::List(files.as_slice().iter().filter_map(Self::file).collect())
            }
            PropertyType::Checkbox(flag) => flag.get().copied().map_or(Self::Empty, Self::Flag),
            PropertyType::Url(text)
            | PropertyType::Email(text)
            | PropertyType::PhoneNumber(text) => Self::text(text.as_str()),
            PropertyType::Formula(formula) => formula.get().map_or(Self::Empty, Self::formula),
            PropertyType::Relation(pages) => {
                let ids = pages
                    .as_slice()
                    .iter()
                    .filter_map(|page| page.id.as_str()?.parse().ok());
                Self::List(
                    ids.map(|id| {
                        Self::Page(RelatedPage {
                            id,
                            title: None,
                            path: None,
                        })
                    })
                    .collect(),
                )
            }
            PropertyType::Rollup(rollup) => rollup.get().map_or(Self::Empty, Self::rollup),
            PropertyType::CreatedTime(time) | PropertyType::LastEditedTime(time) => {
                Self::text(time.as_str())
            }
            PropertyType::LastVisitedTime(time) => Self::text(time.as_str()),
            PropertyType::CreatedBy(user) | PropertyType::LastEditedBy(user) => {
                user.get().map_or(Self::Empty, Self::person)
            }
            PropertyType::UniqueId(id) => id.get().map_or(Self::Empty, |id| {
                let prefix = id.prefix.as_str().filter(|prefix| !prefix.is_empty());
                match (prefix, id.number.get()) {
                    (Some(prefix), Some(number)) => Self::Text(format!("{prefix}-{number}")),
                    (None, Some(number)) => Self::Text(number.to_string()),
                    (_, None) => Self::Empty,
                }
            }),
            PropertyType::Verification(verification) => Self::text(
                verification
                    .get()
                    .and_then(|verification| verification.state.as_str()),
            ),
            PropertyType::Place(place) => place.get().map_or(Self::Empty, |place| {
                Self::Place(PlainPlace {
                    name: place.name.as_str().map(str::to_owned),
                    address: place.address.as_str().map(str::to_owned),
                    lat: place.lat.get().cloned(),
                    lon: place.lon.get().cloned(),
                })
            }),
            PropertyType::Button(_) | PropertyType::Location(_) => Self::Empty,
        }
    }

    /// The pages that a relation names, also where a rollup shows it.
    pub fn related(&self) -> Vec<&RelatedPage> {
        match self {
            Self::Page(page) => vec![page],
            Self::List(values) => values.iter().flat_map(Self::related).collect(),
            _ => Vec::new(),
        }
    }

    /// The same, to be filled in.
    pub fn related_mut(&mut self) -> Vec<&mut RelatedPage> {
        match self {
            Self::Page(page) => vec![page],
            Self::List(values) => values.iter_mut().flat_map(Self::related_mut).collect(),
            _ => Vec::new(),
        }
    }

    /// The addresses of its files, to be changed.
    pub fn file_urls_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::File(file) => vec![&mut file.url],
            Self::List(values) => values.iter_mut().flat_map(Self::file_urls_mut).collect(),
            _ => Vec::new(),
        }
    }

    fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    fn date(date: &Object<DateRange>) -> Self {
        let Some(start) = date.start.as_str() else {
            return Self::Empty;
        };
        Self::Date(PlainDate {
            start: start.to_owned(),
            end: date.end.as_str().map(str::to_owned),
            time_zone: date.time_zone.as_str().map(str::to_owned),
        })
    }

    fn person(user: &User) -> Self {
        let Some(id) = user.id.as_str() else {
            return Self::Empty;
        };
        Self::Person(PlainPerson {
            id: id.to_owned(),
            name: user.name.as_str().map(str::to_owned),
            kind: user.kind().map(str::to_owned),
        })
    }

    fn file(file: &FileObject) -> Option<Self> {
        let url = match file.content.known()? {
            FileType::External(file) => file.get()?.url.as_str()?,
            FileType::File(file) => file.get()?.url.as_str()?,
            FileType::FileUpload(_) => return None,
        };
        Some(Self::File(PlainFile {
            name: file.name.as_str().map(str::to_owned),
            url: url.to_owned(),
        }))
    }

    fn formula(formula: &Formula) -> Self {
        match formula.content.known() {
            Some(FormulaType::String(text)) => Self::text(text.as_str()),
            Some(FormulaType::Number(number)) => {
                number.get().cloned().map_or(Self::Empty, Self::Number)
            }
            Some(FormulaType::Boolean(flag)) => flag.get().copied().map_or(Self::Empty, Self::Flag),
            Some(FormulaType::Date(date)) => date.get().map_or(Self::Empty, Self::date),
            Some(FormulaType::Unsupported(_)) | None => Self::Empty,
        }
    }

    fn rollup(rollup: &Rollup) -> Self {
        match rollup.content.known() {
            Some(RollupType::Number(number)) => {
                number.get().cloned().map_or(Self::Empty, Self::Number)
            }
            Some(RollupType::Date(date)) => date.get().map_or(Self::Empty, Self::date),
            Some(RollupType::Array(values)) => {
                Self::List(values.as_slice().iter().map(Self::of).collect())
            }
            Some(RollupType::Incomplete(_) | RollupType::Unsupported(_)) | None => Self::Empty,
        }
    }
}

fn name_of(option: &Object<SelectOption>) -> PlainValue {
    PlainValue::text(option.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::PlainValue;

    #[test]
    fn a_list_is_read_back_as_a_list_however_many_texts_it_has() {
        for count in 0..6 {
            let list = PlainValue::List(vec![PlainValue::Text("tag".to_owned()); count]);
            let json = serde_json::to_string(&list).expect("a list of texts");
            let read: PlainValue = serde_json::from_str(&json).expect("a plain value");
            assert_eq!(read, list, "{json}");
        }
    }
}
