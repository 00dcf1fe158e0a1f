//! Edits that happen to a workspace: what people do in Notion while an exporter is looking elsewhere.
//!
//! An edit bumps the times that Notion is known to bump: the object itself and the page it is on, nothing between and nothing above.
//! Deleting for good and changing who may see something bumps nothing.

use std::fmt;

use serde::Deserialize;

use crate::generated::Place;
use crate::id::Uuid;
use crate::json::Json;
use crate::model::{Block, Database, Field, Page, Parent, Stamps, plain};
use crate::random::mix;
use crate::source::body::{self, What};
use crate::source::fields::parse_file;
use crate::source::names::Names;
use crate::source::values;
use crate::workspace::{Barred, Kind, Workspace};

/// One edit. As JSON its `type` is the name in snake case: `{"type": "set_title", "page": "…", "title": "…"}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Renames a page or row.
    SetTitle {
        /// The page.
        page: Uuid,
        /// Its new title, as plain text.
        title: String,
    },
    /// Adds a paragraph at the end of a page or block.
    AppendParagraph {
        /// The page or block.
        parent: Uuid,
        /// The paragraph, as plain text.
        text: String,
    },
    /// Adds a picture at the end of a page or block.
    AppendPicture {
        /// The page or block.
        parent: Uuid,
        /// Where the picture is, as in a page's source: `asset:name.svg`, `stored:name.png` or a URL.
        address: String,
    },
    /// Adds a line of a page's source at the end of a page or block: text with mentions and links, or a block as JSON.
    AppendLine {
        /// The page or block.
        parent: Uuid,
        /// The line, which calls pages, databases and users by their ids.
        line: String,
    },
    /// Moves a page, block or database to the trash.
    Trash {
        /// The object.
        id: Uuid,
    },
    /// Takes it out of the trash again.
    Restore {
        /// The object.
        id: Uuid,
    },
    /// Deletes an object for good.
    Purge {
        /// The object.
        id: Uuid,
    },
    /// Takes an object, and what is below it, from the integration.
    Unshare {
        /// The object.
        id: Uuid,
    },
    /// Undoes [`Change::Unshare`].
    Share {
        /// The object.
        id: Uuid,
    },
    /// Makes a page in a page or block, or a row in a data source.
    CreatePage {
        /// The page, block or data source.
        parent: Uuid,
        /// The title, as plain text.
        title: String,
    },
    /// Sets or, with null, empties a property of a row.
    SetProperty {
        /// The row.
        page: Uuid,
        /// The property's name.
        name: String,
        /// A string, number, boolean, array of strings (options, ids, file addresses) or date object, as the type wants.
        value: Json,
    },
    /// Moves a page to another page, block or data source.
    Move {
        /// The page.
        page: Uuid,
        /// Where it goes.
        parent: Uuid,
    },
}

/// Why a change was not made.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChangeError {
    /// Nothing that the change is about has this id.
    NotFound(Uuid),
    /// The change makes no sense for the object.
    Refused(String),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChangeError::NotFound(id) => {
                write!(formatter, "no object of the right kind has the id {id}")
            }
            ChangeError::Refused(why) => formatter.write_str(why),
        }
    }
}

impl std::error::Error for ChangeError {}

impl Workspace {
    /// Makes a change at `now_ms` and returns the id of what was changed or created.
    pub fn apply(&mut self, change: Change, now_ms: i64) -> Result<Uuid, ChangeError> {
        match change {
            Change::SetTitle { page, title } => {
                self.hold_page(page)?.title = plain(&title);
                self.touch(page, now_ms)
            }
            Change::AppendParagraph { parent, text } => {
                self.append_paragraph(parent, &text, now_ms)
            }
            Change::AppendPicture { parent, address } => {
                let file = parse_file(&address, parent);
                let fields = vec![
                    ("caption".to_string(), Field::Text(plain(""))),
                    ("file".to_string(), Field::File(file)),
                ];
                self.append(parent, "image", fields, now_ms)
            }
            Change::AppendLine { parent, line } => self.append_line(parent, &line, now_ms),
            Change::Trash { id } => self.set_in_trash(id, true, now_ms),
            Change::Restore { id } => self.set_in_trash(id, false, now_ms),
            Change::Purge { id } => self.bar(id, Barred::Purged),
            Change::Unshare { id } => self.bar(id, Barred::Unshared),
            Change::Share { id } => match self.held.barred.get(&id) {
                Some(Barred::Purged) => {
                    Err(ChangeError::Refused(format!("{id} is deleted for good")))
                }
                _ => {
                    self.held
                        .barred
                        .remove(&id)
                        .ok_or(ChangeError::NotFound(id))?;
                    Ok(id)
                }
            },
            Change::CreatePage { parent, title } => self.create_page(parent, &title, now_ms),
            Change::SetProperty { page, name, value } => {
                self.set_property(page, &name, &value, now_ms)
            }
            Change::Move { page, parent } => self.move_page(page, parent, now_ms),
        }
    }

    fn append_paragraph(
        &mut self,
        parent: Uuid,
        text: &str,
        now_ms: i64,
    ) -> Result<Uuid, ChangeError> {
        let fields = vec![
            ("rich_text".to_string(), Field::Text(plain(text))),
            ("icon".to_string(), Field::Icon(None)),
            ("color".to_string(), Field::Json(Json::from("default"))),
        ];
        self.append(parent, "paragraph", fields, now_ms)
    }

    fn append_line(&mut self, parent: Uuid, line: &str, now_ms: i64) -> Result<Uuid, ChangeError> {
        let refused = |why: String| ChangeError::Refused(why);
        let nodes = body::parse(line, parent, &Names::default()).map_err(refused)?;
        let only = nodes.into_iter().next().map(|node| node.what);
        match only {
            Some(What::Block { kind, fields, .. }) => self.append(parent, &kind, fields, now_ms),
            _ => Err(refused("the line is no block of its own".to_string())),
        }
    }

    fn append(
        &mut self,
        parent: Uuid,
        kind: &str,
        fields: Vec<(String, Field)>,
        now_ms: i64,
    ) -> Result<Uuid, ChangeError> {
        let parent = self.place(parent)?;
        let parent_of_block = match self.kind(parent) {
            Some(Kind::Page) => Parent::Page(parent),
            Some(Kind::Block) => Parent::Block(parent),
            _ => return Err(ChangeError::NotFound(parent)),
        };
        let block = Block {
            id: self.new_id(),
            parent: parent_of_block,
            kind: kind.to_string(),
            fields,
            stamps: self.stamps(now_ms),
            in_trash: false,
        };
        let id = block.id;
        self.held.blocks.insert(id, block);
        self.hold_children(parent).push(id);
        self.touch(parent, now_ms)?;
        Ok(id)
    }

    fn set_in_trash(&mut self, id: Uuid, in_trash: bool, now_ms: i64) -> Result<Uuid, ChangeError> {
        match self.kind(id) {
            Some(Kind::Page) => self.hold_page(id)?.in_trash = in_trash,
            Some(Kind::Block) => self.hold_block(id)?.in_trash = in_trash,
            Some(Kind::Database) => self.hold_database(id)?.in_trash = in_trash,
            _ => return Err(ChangeError::NotFound(id)),
        }
        self.touch(id, now_ms)?;
        self.touch_container(id, now_ms)?;
        Ok(id)
    }

    fn bar(&mut self, id: Uuid, why: Barred) -> Result<Uuid, ChangeError> {
        self.kind(id).ok_or(ChangeError::NotFound(id))?;
        self.held.barred.insert(id, why);
        Ok(id)
    }

    fn create_page(&mut self, parent: Uuid, title: &str, now_ms: i64) -> Result<Uuid, ChangeError> {
        let (parent, id) = (self.place(parent)?, self.new_id());
        let page = Page {
            id,
            parent: self.page_parent(parent)?,
            title: plain(title),
            icon: None,
            cover: None,
            stamps: self.stamps(now_ms),
            in_trash: false,
            is_locked: false,
            public_url: None,
            values: Default::default(),
            number: self.rows(parent).count() as u64 + 1,
        };
        self.held.pages.insert(id, page);
        self.held.edits.insert(id, vec![now_ms]);
        self.add_to_content(id, parent, now_ms)?;
        Ok(id)
    }

    fn set_property(
        &mut self,
        page: Uuid,
        name: &str,
        value: &Json,
        now_ms: i64,
    ) -> Result<Uuid, ChangeError> {
        let row = self.page(page).ok_or(ChangeError::NotFound(page))?;
        let source = row.parent.id().and_then(|parent| self.data_source(parent));
        let refused = |why: String| ChangeError::Refused(why);
        let source = source.ok_or_else(|| refused(format!("the page {page} is not a row")))?;
        let property = source
            .property(name)
            .ok_or_else(|| refused(format!("the rows have no property `{name}`")))?;
        if property.kind == "title" {
            let title = value
                .as_str()
                .ok_or_else(|| refused(format!("`{value}` is no title")))?
                .to_string();
            return self.apply(Change::SetTitle { page, title }, now_ms);
        }
        let (name, parsed) = (
            property.name.clone(),
            values::parse(property, value, page, &Names::default(), |text| {
                Ok(plain(text))
            })
            .map_err(refused)?,
        );
        let values = &mut self.hold_page(page)?.values;
        match parsed {
            Some(parsed) => values.insert(name, parsed),
            None => values.remove(&name),
        };
        self.touch(page, now_ms)
    }

    fn move_page(&mut self, page: Uuid, parent: Uuid, now_ms: i64) -> Result<Uuid, ChangeError> {
        self.page(page).ok_or(ChangeError::NotFound(page))?;
        let parent = self.place(parent)?;
        if self.line(parent).any(|at| at == page) {
            return Err(ChangeError::Refused(format!(
                "the page {page} cannot be moved below itself"
            )));
        }
        let new_parent = self.page_parent(parent)?;
        self.touch_container(page, now_ms)?;
        if let Some(Parent::Page(old) | Parent::Block(old)) = self.parent(page) {
            self.hold_children(old).retain(|child| *child != page);
        }
        self.hold_page(page)?.parent = new_parent;
        self.touch(page, now_ms)?;
        self.add_to_content(page, parent, now_ms)?;
        Ok(page)
    }

    /// Where that goes which someone puts into `parent`: a copy of a synced block has no content of its own,
    /// and nobody edits what lies in the trash.
    fn place(&self, parent: Uuid) -> Result<Uuid, ChangeError> {
        let copy = self.block(parent);
        let place = copy.and_then(|block| block.synced_from()).unwrap_or(parent);
        match self.is_trashed(place) {
            true => Err(ChangeError::Refused(format!("{place} is in the trash"))),
            false => Ok(place),
        }
    }

    fn page_parent(&self, parent: Uuid) -> Result<Parent, ChangeError> {
        match self.kind(parent) {
            Some(Kind::Page) => Ok(Parent::Page(parent)),
            Some(Kind::Block) => Ok(Parent::Block(parent)),
            Some(Kind::DataSource) => {
                let database = self
                    .data_source(parent)
                    .ok_or(ChangeError::NotFound(parent))?
                    .database;
                Ok(Parent::DataSource {
                    id: parent,
                    database,
                })
            }
            _ => Err(ChangeError::NotFound(parent)),
        }
    }

    fn add_to_content(&mut self, page: Uuid, parent: Uuid, now_ms: i64) -> Result<(), ChangeError> {
        if self.kind(parent) != Some(Kind::DataSource) {
            self.hold_children(parent).push(page);
            self.touch(parent, now_ms)?;
        }
        Ok(())
    }

    /// The page or block that lists the object among its content, if there is one.
    fn touch_container(&mut self, id: Uuid, now_ms: i64) -> Result<(), ChangeError> {
        match self.parent(id) {
            Some(Parent::Page(container) | Parent::Block(container)) => {
                self.touch(container, now_ms).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// Marks an object as edited, and the page it is on if it is a block.
    fn touch(&mut self, id: Uuid, now_ms: i64) -> Result<Uuid, ChangeError> {
        let editor = self.stamps(now_ms).edited_by;
        match self.kind(id) {
            Some(Kind::Page) => {
                let stamps = &mut self.hold_page(id)?.stamps;
                let before = stamps.edited_ms;
                (stamps.edited_ms, stamps.edited_by) = (now_ms.max(before), editor);
                self.held
                    .edits
                    .entry(id)
                    .or_insert_with(|| vec![before])
                    .push(now_ms);
            }
            Some(Kind::Block) => {
                let stamps = &mut self.hold_block(id)?.stamps;
                (stamps.edited_ms, stamps.edited_by) = (now_ms.max(stamps.edited_ms), editor);
                if let Some(page) = self.page_of(id) {
                    self.touch(page, now_ms)?;
                }
            }
            Some(Kind::Database) => {
                let database = self.hold_database(id)?;
                database.edited_ms = now_ms.max(database.edited_ms);
            }
            _ => return Err(ChangeError::NotFound(id)),
        }
        Ok(id)
    }

    fn hold_page(&mut self, id: Uuid) -> Result<&mut Page, ChangeError> {
        let page = self.page(id).ok_or(ChangeError::NotFound(id))?.into_owned();
        if let Some(Place::Page(index)) = self
            .generated
            .as_ref()
            .and_then(|generated| generated.locate(id))
        {
            self.held.replaced.insert(index);
        }
        Ok(self.held.pages.entry(id).or_insert(page))
    }

    fn hold_block(&mut self, id: Uuid) -> Result<&mut Block, ChangeError> {
        let block = self
            .block(id)
            .ok_or(ChangeError::NotFound(id))?
            .into_owned();
        Ok(self.held.blocks.entry(id).or_insert(block))
    }

    fn hold_database(&mut self, id: Uuid) -> Result<&mut Database, ChangeError> {
        let database = self
            .database(id)
            .ok_or(ChangeError::NotFound(id))?
            .into_owned();
        Ok(self.held.databases.entry(id).or_insert(database))
    }

    fn hold_children(&mut self, id: Uuid) -> &mut Vec<Uuid> {
        let children = self.all_children(id).into_owned();
        self.held.children.entry(id).or_insert(children)
    }

    fn stamps(&self, now_ms: i64) -> Stamps {
        let editor = self
            .held
            .users
            .first()
            .map_or(Uuid::from_bits(0), |user| user.id);
        Stamps {
            created_ms: now_ms,
            edited_ms: now_ms,
            created_by: editor,
            edited_by: editor,
        }
    }

    fn new_id(&self) -> Uuid {
        let made = (self.held.pages.len() + self.held.blocks.len()) as u64;
        let (high, low) = (mix(0x6e65_7700, made), mix(0x6e65_7701, made));
        Uuid::made_together((u128::from(high) << 64) | u128::from(low))
    }
}
