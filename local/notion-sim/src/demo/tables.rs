//! Databases, their data sources, and the rows that are written in a database's own file because they have no body.
//! Rows that have a body are files of their own, and are read with the pages.

use crate::demo::loader::{self, Loader, cover, entries, id, instant, items, required};
use crate::id::Uuid;
use crate::json::Json;
use crate::model::{
    DataSource, Database, Linked, LinkedAnswer, Page, Parent, Stamps, Template, plain,
};
use crate::source::schema;

impl Loader {
    pub(super) fn database(&mut self, json: &Json) -> Result<(), String> {
        let id = id(json)?;
        let mut database = Database {
            id,
            parent: Parent::Workspace,
            title: self.text(json, "title")?,
            description: self.text(json, "description")?,
            is_inline: json.get("is_inline").is_some(),
            in_trash: false,
            icon: self.icon(json, id)?,
            cover: cover(json, id),
            created_ms: instant(json, "created")?,
            edited_ms: instant(json, "edited")?,
            data_sources: Vec::new(),
            linked: self.linked(json)?,
        };
        for (_, source) in entries(json, "data_sources") {
            let source = self.data_source(source, &database)?;
            database.data_sources.push(source.id);
            self.held.data_sources.insert(source.id, source);
        }
        self.held.databases.insert(id, database);
        Ok(())
    }

    fn linked(&self, json: &Json) -> Result<Option<Linked>, String> {
        let Some(linked) = json.get("linked") else {
            return Ok(None);
        };
        let answer = match required(linked, "answer")?.as_str() {
            "empty" => LinkedAnswer::Empty,
            "refused" => LinkedAnswer::Refused,
            "missing" => LinkedAnswer::Missing,
            other => return Err(format!("`{other}` is no answer of a linked view")),
        };
        Ok(Some(Linked {
            answer,
            source: self.names.data_source(&required(linked, "source")?)?.0,
        }))
    }

    fn data_source(&self, json: &Json, database: &Database) -> Result<DataSource, String> {
        let id = id(json)?;
        let template = |json: &Json| {
            Ok(Template {
                id: loader::id(json)?,
                name: required(json, "name")?,
                is_default: json.get("is_default").is_some(),
            })
        };
        Ok(DataSource {
            id,
            database: database.id,
            title: plain(&required(json, "title")?),
            description: self.text(json, "description")?,
            icon: database.icon.clone(),
            cover: database.cover.clone(),
            stamps: self.stamps(json)?,
            properties: schema::parse(
                json.get("properties").ok_or("`properties` is missing")?,
                id,
                &self.names,
            )?,
            templates: items(json, "templates")
                .iter()
                .map(template)
                .collect::<Result<_, String>>()?,
        })
    }

    /// The rows that have no body, which are written in the database's own file.
    pub(super) fn rows(&mut self, json: &Json) -> Result<(), String> {
        for (_, source) in entries(json, "data_sources") {
            let (source_id, database) = (id(source)?, id(json)?);
            for (name, row) in entries(source, "rows") {
                let page = self
                    .row(row, source_id, database, self.stamps(source)?)
                    .map_err(|error| format!("{name}: {error}"))?;
                self.held.pages.insert(page.id, page);
            }
        }
        Ok(())
    }

    pub(super) fn row(
        &self,
        row: &Json,
        source: Uuid,
        database: Uuid,
        stamps: Stamps,
    ) -> Result<Page, String> {
        let mut page = self.page_of(row, stamps)?;
        page.parent = Parent::DataSource {
            id: source,
            database,
        };
        page.values = self.values(row, page.id, source)?;
        Ok(page)
    }
}
