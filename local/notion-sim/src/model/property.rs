//! The schema of a data source, and the values its rows store.
//!
//! Times, authors, formulas, rollups and the far side of a two-way relation are not stored: they are worked out when a row is rendered.

use crate::id::Uuid;
use crate::json::Json;
use crate::model::{DateRange, File, RichText};

/// A property of a data source.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    /// Short, stable, and full of characters that a URL has to escape; `title` for the title.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// The type, as Notion spells it.
    pub(crate) kind: String,
    pub(crate) config: Config,
}

/// What the schema says about a property beyond its type.
#[derive(Clone, Debug)]
pub(crate) enum Config {
    None,
    Number {
        format: String,
    },
    Options(Vec<Choice>),
    Status {
        options: Vec<Choice>,
        groups: Vec<Group>,
    },
    Formula(Formula),
    Relation(Relation),
    Rollup(Rollup),
    UniqueId {
        prefix: Option<String>,
    },
}

/// An option of a select, multi-select or status.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) color: String,
    pub(crate) description: Option<String>,
}

/// A group of status options.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) color: String,
    pub(crate) options: Vec<Uuid>,
}

/// A formula: the expression that the schema shows, and the computation that stands for it.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    pub(crate) expression: String,
    pub(crate) result: String,
}

/// A relation to the rows of a data source.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) database: Uuid,
    pub(crate) data_source: Uuid,
    /// The property at the far side of a two-way relation.
    pub(crate) synced: Option<String>,
    /// Whether this is the side whose value follows from the other's.
    pub(crate) is_far_side: bool,
}

/// A rollup over a relation of the same data source.
#[derive(Clone, Debug)]
pub(crate) struct Rollup {
    pub(crate) function: String,
    pub(crate) relation: String,
    pub(crate) property: String,
}

/// A stored value. A row without one has the type's empty value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(RichText),
    Number(f64),
    Checkbox(bool),
    /// A select or status option, a URL, an e-mail address or a phone number.
    String(String),
    /// The names of multi-select options.
    Options(Vec<String>),
    Date(DateRange),
    People(Vec<Uuid>),
    /// Names, and the files.
    Files(Vec<(String, File)>),
    Relation(Vec<Uuid>),
    /// A place or a verification, as the API shows it.
    Json(Json),
}

impl Property {
    /// The option with this name or id.
    pub(crate) fn choice(&self, name_or_id: &str) -> Option<&Choice> {
        let options = match &self.config {
            Config::Options(options) | Config::Status { options, .. } => options,
            _ => return None,
        };
        options
            .iter()
            .find(|option| option.name == name_or_id || option.id.to_string() == name_or_id)
    }

    /// The id as the API shows it.
    pub(crate) fn encoded_id(&self) -> String {
        encode_id(&self.id)
    }
}

/// Escapes a property's id as JavaScript's `encodeURIComponent` does.
pub(crate) fn encode_id(id: &str) -> String {
    percent_encoding::utf8_percent_encode(id, ESCAPED).to_string()
}

/// Everything but letters, digits and `-_.!~*'()`.
const ESCAPED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
