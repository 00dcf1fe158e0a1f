//! Databases, which hold data sources, and data sources, which hold the schema and the rows.
//!
//! Before API version 2025-09-03 a database held its schema itself.

use serde::{Deserialize, Serialize};

use super::field::{Field, Maybe, Nullable, Optional};
use super::file::FileObject;
use super::icon::Icon;
use super::object::Object;
use super::parent::Parent;
use super::property_schema::Schema;
use super::rich_text::{RichText, plain_text};
use super::scalar::{RawId, Time};
use super::user::User;
use super::word::{Vocabulary, Word};

/// A database.
pub type Database = Object<DatabaseFields>;

/// The fields of a database.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        rename = "Database",
        description = "A database, which holds data sources."
    )
)]
#[serde(default)]
pub struct DatabaseFields {
    /// Always "database".
    pub object: Field<Word<DatabaseObject>>,
    /// The database's id, and that of its block.
    pub id: Field<RawId>,
    /// Its title.
    pub title: Field<Vec<RichText>>,
    /// What it is for.
    pub description: Field<Vec<RichText>>,
    /// Where it hangs.
    pub parent: Field<Parent>,
    /// It is shown inside of its page.
    pub is_inline: Field<bool>,
    /// It is in the trash.
    pub in_trash: Field<bool>,
    /// Nobody may edit it.
    pub is_locked: Field<bool>,
    /// When it was made.
    pub created_time: Field<Time>,
    /// When it was last edited; rows do not touch it.
    pub last_edited_time: Field<Time>,
    /// Its data sources; none where they are not shared.
    pub data_sources: Field<Vec<Object<DataSourceReference>>>,
    /// What stands before the title.
    pub icon: Nullable<Icon>,
    /// The picture above the title.
    pub cover: Nullable<FileObject>,
    /// The database inside of Notion.
    pub url: Field<String>,
    /// The database on the web, where it is published.
    pub public_url: Nullable<String>,
    /// What Notion makes of it, such as "tasks".
    pub database_type: Maybe<String>,
    /// The schema, before API version 2025-09-03.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub properties: Optional<Schema>,
}

/// The word of a database's `object`.
pub enum DatabaseObject {}

impl Vocabulary for DatabaseObject {
    const WORDS: &'static [&'static str] = &["database"];
}

/// A data source, as its database names it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct DataSourceReference {
    /// The data source's id.
    pub id: Field<RawId>,
    /// What it is called.
    pub name: Field<String>,
}

/// A data source.
pub type DataSource = Object<DataSourceFields>;

/// The fields of a data source.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        rename = "DataSource",
        description = "A data source, which holds a schema and rows."
    )
)]
#[serde(default)]
pub struct DataSourceFields {
    /// Always "data_source".
    pub object: Field<Word<DataSourceObject>>,
    /// The data source's id, which is not that of its database.
    pub id: Field<RawId>,
    /// Its title.
    pub title: Field<Vec<RichText>>,
    /// What it is for.
    pub description: Field<Vec<RichText>>,
    /// Its database, or the data source that it mirrors.
    pub parent: Field<Parent>,
    /// Where its database hangs.
    pub database_parent: Field<Parent>,
    /// Its database is shown inside of a page.
    pub is_inline: Field<bool>,
    /// It is in the trash.
    pub in_trash: Field<bool>,
    /// When it was made, floored to the minute.
    pub created_time: Field<Time>,
    /// When its schema was last edited, floored to the minute; rows do not touch it.
    pub last_edited_time: Field<Time>,
    /// Who made it.
    pub created_by: Field<User>,
    /// Who edited it last.
    pub last_edited_by: Field<User>,
    /// The schema.
    pub properties: Field<Schema>,
    /// What stands before the title.
    pub icon: Nullable<Icon>,
    /// The picture above the title.
    pub cover: Nullable<FileObject>,
    /// The data source inside of Notion.
    pub url: Field<String>,
    /// The data source on the web, where it is published.
    pub public_url: Nullable<String>,
    /// What Notion makes of it, such as "tasks".
    pub database_type: Maybe<String>,
}

/// The word of a data source's `object`.
pub enum DataSourceObject {}

impl Vocabulary for DataSourceObject {
    const WORDS: &'static [&'static str] = &["data_source"];
}

impl Database {
    /// The title, in plain text.
    pub fn title(&self) -> String {
        plain_text(self.fields.title.as_slice())
    }

    /// The database is in the trash; older versions of the API say that it is archived.
    pub fn is_in_trash(&self) -> bool {
        self.in_trash.is_true() || self.is_archived_by_old_api()
    }
}

impl DataSource {
    /// The title, in plain text.
    pub fn title(&self) -> String {
        plain_text(self.fields.title.as_slice())
    }

    /// The data source is in the trash; older versions of the API say that it is archived.
    pub fn is_in_trash(&self) -> bool {
        self.in_trash.is_true() || self.is_archived_by_old_api()
    }
}
