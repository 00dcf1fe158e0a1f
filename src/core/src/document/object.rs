//! Databases and data sources as they are stored: Notion's own JSON, scrubbed.

use serde::Serialize;

use crate::id::Id;
use crate::member::Member;
use crate::notion::visit::Walk;
use crate::notion::{self, DataSource, Database, Parent};
use crate::time::Timestamp;

use super::files::{FileKeys, FileSource, place_files_in, sources_in};
use super::reference::{member_above, slugs_above};
use super::scrub::Scrubber;
use super::slug::slug_of;
use super::{Lineage, PathPattern, References, Standing, Visibility, json};

/// A database or data source on its way to the store.
#[derive(Clone, Debug)]
pub struct StoredObject {
    /// What it is.
    pub member: Member,
    /// What is stored.
    pub json: String,
    /// Its title as plain text.
    pub title: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last edited, as Notion says it.
    pub last_edited_time: String,
    /// Whether it is in the trash.
    pub is_in_trash: bool,
    /// A database's data sources, a data source's database.
    pub leads_to: Vec<Member>,
    /// Where its files are for now.
    pub sources: Vec<FileSource>,
    parent: Option<Parent>,
}

#[derive(Serialize)]
struct Summary<'a> {
    object: &'a str,
    id: Id,
    title: &'a str,
    ancestors: &'a [Id],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    slugs: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    visibility: Option<Visibility>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lineage: Option<&'a Lineage>,
}

impl StoredObject {
    /// Reads Notion's object, or the stored one; `files_url` stands before the addresses of its files.
    ///
    /// # Errors
    /// What is wrong, when it is not an object of that kind.
    pub fn read(member: Member, body: &[u8], files_url: &str) -> Result<Self, String> {
        match member {
            Member::DataSource(id) => {
                notion::from_slice(body).map(|object| Self::of_data_source(id, object, files_url))
            }
            Member::Database(id) | Member::Page(id) => {
                notion::from_slice(body).map(|object| Self::of_database(id, object, files_url))
            }
        }
        .map_err(|error| format!("not a {} of Notion's: {error}", member.object_type()))
    }

    /// Where it hangs, as Notion says it.
    pub fn parent(&self) -> Option<&Parent> {
        self.parent.as_ref()
    }

    /// What it lies directly under, given the page whose blocks hold it.
    pub fn parent_member(&self, owner: Option<Id>) -> Option<Member> {
        member_above(self.parent.as_ref()?, owner)
    }

    /// Whether its place is known by the page that has the block, not by itself.
    pub fn is_under_a_block(&self) -> bool {
        self.parent.as_ref().is_some_and(Parent::is_block)
    }

    /// The slugs of what it lies under and its own, from the root down; none where no path shows them.
    pub fn slugs(&self, references: &References, paths: &PathPattern) -> Vec<String> {
        if !paths.has_parents() {
            return Vec::new();
        }
        let id = self.member.id();
        let mut slugs = slugs_above(id, references, paths);
        slugs.push(slug_of(&self.title, id));
        slugs
    }

    /// What other objects show of it.
    pub fn summary(
        &self,
        ancestors: &[Id],
        slugs: &[String],
        standing: Option<&Standing>,
    ) -> String {
        let summary = Summary {
            object: self.member.object_type(),
            id: self.member.id(),
            title: &self.title,
            ancestors,
            slugs,
            visibility: standing.map(|it| it.visibility),
            lineage: standing.map(|it| &it.lineage),
        };
        json(&summary)
    }

    fn of_database(id: Id, mut database: Database, files_url: &str) -> Self {
        let files = sources_in(
            id,
            [
                (&mut database.fields.cover as &mut dyn Walk, "cover"),
                (&mut database.fields.icon, "icon"),
            ],
        );
        let mut scrubber = Scrubber::new(FileKeys::new(id));
        scrubber.database(&mut database);
        place_files_in(&mut database, files_url);
        database.forget_request();
        let sources = database.data_sources.as_slice().iter();
        Self {
            member: Member::Database(id),
            title: database.title(),
            created: millis(database.created_time.get().and_then(|time| time.millis())),
            last_edited_time: database
                .last_edited_time
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            is_in_trash: database.is_in_trash(),
            leads_to: sources
                .filter_map(|source| source.id.as_str()?.parse().ok().map(Member::DataSource))
                .collect(),
            sources: files,
            parent: database.parent.get().cloned(),
            json: json(&database),
        }
    }

    fn of_data_source(id: Id, mut data_source: DataSource, files_url: &str) -> Self {
        let files = sources_in(
            id,
            [
                (&mut data_source.fields.cover as &mut dyn Walk, "cover"),
                (&mut data_source.fields.icon, "icon"),
            ],
        );
        let mut scrubber = Scrubber::new(FileKeys::new(id));
        scrubber.data_source(&mut data_source);
        place_files_in(&mut data_source, files_url);
        data_source.forget_request();
        let database = data_source
            .parent
            .get()
            .and_then(|parent| parent.database_id()?.parse().ok());
        Self {
            member: Member::DataSource(id),
            title: data_source.title(),
            created: millis(
                data_source
                    .created_time
                    .get()
                    .and_then(|time| time.millis()),
            ),
            last_edited_time: data_source
                .last_edited_time
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            is_in_trash: data_source.is_in_trash(),
            leads_to: database.map(Member::Database).into_iter().collect(),
            sources: files,
            parent: data_source.parent.get().cloned(),
            json: json(&data_source),
        }
    }
}

fn millis(millis: Option<i64>) -> Timestamp {
    Timestamp::from_millis(millis.unwrap_or(0))
}
