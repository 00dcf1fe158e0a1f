//! From content files to a workspace: ids by name, then people (`people`), databases (`tables`) and pages.
//!
//! Where a page is kept follows from the line that names it in another page's body, or from its data source; with neither it is at the top.

use std::collections::BTreeMap;

use crate::id::Uuid;
use crate::json::Json;
use crate::model::{Block, Field, File, Icon, Page, Parent, RichText, Stamps, Value};
use crate::random::{mix, mix_bytes};
use crate::source::body::{self, Node, What};
use crate::source::fields::{parse_file, parse_icon};
use crate::source::names::Names;
use crate::source::{markup, values};
use crate::time;
use crate::workspace::{Barred, Held};

/// Reads all files; an error names the file and what is wrong with it.
pub(super) fn read(
    people: &str,
    databases: &[(&str, &str)],
    pages: &[(&str, &str)],
) -> Result<Held, String> {
    let json =
        |name: &str, text: &str| Json::parse(text).map_err(|error| format!("{name}: {error}"));
    let people = json("people", people)?;
    let databases = databases
        .iter()
        .map(|(name, text)| Ok((*name, json(name, text)?)))
        .collect::<Result<Vec<_>, String>>()?;
    let pages = pages
        .iter()
        .map(|(name, text)| {
            Source::read(text)
                .map(|source| (*name, source))
                .map_err(|error| format!("{name}: {error}"))
        })
        .collect::<Result<Vec<_>, String>>()?;
    let mut loader = Loader {
        names: names(&people, &databases, &pages)?,
        held: Held::default(),
        parents: BTreeMap::new(),
    };
    loader
        .people(&people)
        .map_err(|error| format!("people: {error}"))?;
    for (name, json) in &databases {
        loader
            .database(json)
            .map_err(|error| format!("{name}: {error}"))?;
    }
    for (name, json) in &databases {
        loader
            .rows(json)
            .map_err(|error| format!("{name}: {error}"))?;
    }
    for (name, source) in &pages {
        loader
            .page(source)
            .map_err(|error| format!("{name}: {error}"))?;
    }
    loader.settle_parents();
    loader.number_rows();
    Ok(loader.held)
}

/// A content file: a JSON object, and the body.
struct Source<'a> {
    front: Json,
    body: &'a str,
}

impl<'a> Source<'a> {
    fn read(text: &'a str) -> Result<Source<'a>, String> {
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Json>();
        let front = stream
            .next()
            .ok_or("the file is empty")?
            .map_err(|error| error.to_string())?;
        let body = text.get(stream.byte_offset()..).unwrap_or_default();
        Ok(Source { front, body })
    }
}

fn names(
    people: &Json,
    databases: &[(&str, Json)],
    pages: &[(&str, Source<'_>)],
) -> Result<Names, String> {
    let mut names = Names::default();
    for (key, user) in entries(people, "users") {
        names.users.insert(key.clone(), id(user)?);
    }
    for (key, emoji) in entries(people, "custom_emojis") {
        names.emojis.insert(key.clone(), id(emoji)?);
    }
    for (name, database) in databases {
        names.databases.insert((*name).to_string(), id(database)?);
        for (source_name, source) in entries(database, "data_sources") {
            names
                .data_sources
                .insert(source_name.clone(), (id(source)?, id(database)?));
            for (row_name, row) in entries(source, "rows") {
                names.pages.insert(
                    row_name.clone(),
                    id(row).map_err(|error| format!("{row_name}: {error}"))?,
                );
            }
        }
    }
    for (name, source) in pages {
        names.pages.insert(
            (*name).to_string(),
            id(&source.front).map_err(|error| format!("{name}: {error}"))?,
        );
    }
    Ok(names)
}

pub(super) struct Loader {
    pub(super) names: Names,
    pub(super) held: Held,
    /// Where the pages and databases are that some body names.
    parents: BTreeMap<Uuid, Parent>,
}

impl Loader {
    fn page(&mut self, source: &Source<'_>) -> Result<(), String> {
        let front = &source.front;
        let stamps = self.stamps(front)?;
        let page = match front.get("data_source").and_then(Json::as_str) {
            Some(name) => {
                let (data_source, database) = self.names.data_source(name)?;
                self.row(front, data_source, database, stamps)?
            }
            None => self.page_of(front, stamps)?,
        };
        let id = page.id;
        if front.get("private").is_some() {
            self.held.barred.insert(id, Barred::Unshared);
        }
        self.held.pages.insert(id, page);
        let nodes = body::parse(source.body, id, &self.names)?;
        self.place(Parent::Page(id), id, stamps, nodes)
    }

    /// A page at the top, until something says otherwise.
    pub(super) fn page_of(&self, front: &Json, stamps: Stamps) -> Result<Page, String> {
        const KNOWN: [&str; 14] = [
            "id",
            "title",
            "icon",
            "cover",
            "created",
            "edited",
            "created_by",
            "edited_by",
            "data_source",
            "properties",
            "in_trash",
            "locked",
            "private",
            "public_url",
        ];
        if let Some((key, _)) = front
            .entries()
            .iter()
            .find(|(key, _)| !KNOWN.contains(&key.as_str()))
        {
            return Err(format!("a page has no `{key}`"));
        }
        let id = id(front)?;
        Ok(Page {
            id,
            parent: Parent::Workspace,
            title: self.text(front, "title")?,
            icon: self.icon(front, id)?,
            cover: cover(front, id),
            stamps,
            in_trash: front.get("in_trash").is_some(),
            is_locked: front.get("locked").is_some(),
            public_url: front
                .get("public_url")
                .and_then(Json::as_str)
                .map(str::to_string),
            values: BTreeMap::new(),
            number: 0,
        })
    }

    pub(super) fn values(
        &self,
        front: &Json,
        page: Uuid,
        data_source: Uuid,
    ) -> Result<BTreeMap<String, Value>, String> {
        let source = self
            .held
            .data_sources
            .get(&data_source)
            .ok_or("the data source is missing")?;
        let mut found = BTreeMap::new();
        for (name, value) in entries(front, "properties") {
            let property = source
                .property(name)
                .ok_or_else(|| format!("no property `{name}`"))?;
            let parsed = values::parse(property, value, page, &self.names, |text| {
                markup::parse(text, &self.names)
            })?;
            found.extend(parsed.map(|parsed| (name.clone(), parsed)));
        }
        Ok(found)
    }

    /// Puts a body's blocks where they belong, and notes it for its pages and databases.
    fn place(
        &mut self,
        parent: Parent,
        page: Uuid,
        stamps: Stamps,
        nodes: Vec<Node>,
    ) -> Result<(), String> {
        let mut children = Vec::new();
        for (nth, node) in nodes.into_iter().enumerate() {
            let child = match node.what {
                What::Page(child) | What::Database(child) => {
                    if self.parents.insert(child, parent).is_some() {
                        return Err(format!("{child} is kept in two places"));
                    }
                    child
                }
                What::Block { kind, fields, id } => {
                    let id = id.unwrap_or_else(|| self.block_id(page, &kind, &fields));
                    let edited_ms = if nth == 0 {
                        stamps.edited_ms
                    } else {
                        stamps.created_ms
                    };
                    let own = Stamps {
                        edited_ms,
                        ..stamps
                    };
                    self.held.blocks.insert(
                        id,
                        Block {
                            id,
                            parent,
                            kind,
                            fields,
                            stamps: own,
                            in_trash: false,
                        },
                    );
                    self.place(Parent::Block(id), page, stamps, node.children)?;
                    self.name_sections(id);
                    id
                }
            };
            children.push(child);
        }
        if let (Some(parent), false) = (parent.id(), children.is_empty()) {
            self.held.children.insert(parent, children);
        }
        Ok(())
    }

    /// Ids follow from what a block says, so that they survive edits elsewhere on the page.
    fn block_id(&self, page: Uuid, kind: &str, fields: &[(String, Field)]) -> Uuid {
        let said = mix_bytes(
            page.as_u128() as u64,
            format!("{kind}{fields:?}").as_bytes(),
        );
        let mut ids =
            (0..).map(|again| Uuid::from_hashes(mix(said, again), mix(said, again + 1_000)));
        ids.find(|id| !self.held.blocks.contains_key(id))
            .unwrap_or(page)
    }

    /// Meeting notes name the blocks that hold their three sections.
    fn name_sections(&mut self, id: Uuid) {
        let sections = self.held.children.get(&id).cloned().unwrap_or_default();
        let Some(block) = self
            .held
            .blocks
            .get_mut(&id)
            .filter(|block| block.kind == "meeting_notes")
        else {
            return;
        };
        let names = ["summary_block_id", "notes_block_id", "transcript_block_id"];
        let entries = names
            .iter()
            .zip(sections)
            .map(|(name, id)| ((*name).to_string(), Json::from(id)))
            .collect();
        block.fields.insert(
            2,
            ("children".to_string(), Field::Json(Json::Object(entries))),
        );
    }

    fn settle_parents(&mut self) {
        for (child, parent) in &self.parents {
            if let Some(page) = self.held.pages.get_mut(child) {
                page.parent = *parent;
            } else if let Some(database) = self.held.databases.get_mut(child) {
                database.parent = *parent;
            }
        }
    }

    /// Numbers the rows of each data source in the order in which they were made.
    fn number_rows(&mut self) {
        let mut rows: Vec<(i64, Uuid)> = self
            .held
            .pages
            .values()
            .map(|page| (page.stamps.created_ms, page.id))
            .collect();
        rows.sort_unstable();
        let mut counts: BTreeMap<Uuid, u64> = BTreeMap::new();
        for (_, id) in rows {
            if let Some(page) = self.held.pages.get_mut(&id)
                && let Parent::DataSource { id: source, .. } = page.parent
            {
                let count = counts.entry(source).or_default();
                *count += 1;
                page.number = *count;
            }
        }
    }

    pub(super) fn stamps(&self, json: &Json) -> Result<Stamps, String> {
        Ok(Stamps {
            created_ms: instant(json, "created")?,
            edited_ms: instant(json, "edited")?,
            created_by: self.names.user(&required(json, "created_by")?)?,
            edited_by: self.names.user(&required(json, "edited_by")?)?,
        })
    }

    pub(super) fn text(&self, json: &Json, key: &str) -> Result<RichText, String> {
        markup::parse(
            json.get(key).and_then(Json::as_str).unwrap_or_default(),
            &self.names,
        )
    }

    pub(super) fn icon(&self, json: &Json, owner: Uuid) -> Result<Option<Icon>, String> {
        json.get("icon")
            .and_then(Json::as_str)
            .map(|icon| parse_icon(icon, owner, &self.names))
            .transpose()
    }
}

pub(super) fn entries<'a>(json: &'a Json, key: &str) -> &'a [(String, Json)] {
    json.get(key).map(Json::entries).unwrap_or_default()
}

pub(super) fn items<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    json.get(key).map(Json::items).unwrap_or_default()
}

pub(super) fn id(json: &Json) -> Result<Uuid, String> {
    let text = json
        .get("id")
        .and_then(Json::as_str)
        .ok_or("`id` is missing")?;
    text.parse().map_err(|_| format!("`{text}` is not a uuid"))
}

pub(super) fn cover(json: &Json, owner: Uuid) -> Option<File> {
    json.get("cover")
        .and_then(Json::as_str)
        .map(|cover| parse_file(cover, owner))
}

pub(super) fn required(json: &Json, key: &str) -> Result<String, String> {
    json.get(key)
        .and_then(Json::as_str)
        .map(str::to_string)
        .ok_or_else(|| format!("`{key}` is missing"))
}

pub(super) fn instant(json: &Json, key: &str) -> Result<i64, String> {
    let text = required(json, key)?;
    time::parse(&text).ok_or_else(|| format!("`{text}` is no time"))
}
