//! What waits in the frontier: an object by its type and id, spelt `page:{id}`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::Id;

/// An object to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    /// A page.
    Page(Id),
    /// A database, the container of data sources.
    Database(Id),
    /// A data source: a schema and its rows.
    DataSource(Id),
}

impl Member {
    /// The id without the type.
    pub fn id(self) -> Id {
        match self {
            Self::Page(id) | Self::Database(id) | Self::DataSource(id) => id,
        }
    }

    /// `page`, `database` or `data_source`.
    pub fn object_type(self) -> &'static str {
        match self {
            Self::Page(_) => "page",
            Self::Database(_) => "database",
            Self::DataSource(_) => "data_source",
        }
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.object_type(), self.id())
    }
}

impl FromStr for Member {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (object_type, id) = text.split_once(':').ok_or(())?;
        let id = id.parse().map_err(|_| ())?;
        match object_type {
            "page" => Ok(Self::Page(id)),
            "database" => Ok(Self::Database(id)),
            "data_source" => Ok(Self::DataSource(id)),
            _ => Err(()),
        }
    }
}
