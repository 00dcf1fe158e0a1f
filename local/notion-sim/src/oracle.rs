//! The truth about a workspace: what a complete export must hold.
//!
//! Read from the workspace itself, not through the API, so that an exporter can be checked against it.
//! Everything here is visible to the integration and not in the trash, nor below anything that is.

use serde::Serialize;

use crate::generated::Place;
use crate::id::Uuid;
use crate::model::{Account, Parent};
use crate::render::plain_text;
use crate::time;
use crate::workspace::{Kind, Workspace};

/// Where an object is kept.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ParentTruth {
    /// `workspace`, `page_id`, `block_id`, `data_source_id` or `database_id`.
    pub kind: &'static str,
    /// The parent; `None` for the workspace.
    pub id: Option<String>,
}

/// What an export must hold of a page.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PageTruth {
    /// The id, with hyphens.
    pub id: String,
    /// The title as plain text.
    pub title: String,
    /// Where it is kept.
    pub parent: ParentTruth,
    /// Floored to the minute, as the API shows it.
    pub last_edited_time: String,
    /// The ids of all blocks in document order, parents first.
    ///
    /// Child pages and databases are among them, but nothing inside them is.
    /// After the copy of a synced block come the blocks of its original, if that can be seen.
    pub blocks: Vec<String>,
}

/// What an export must hold of a database.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct DatabaseTruth {
    /// The id, with hyphens.
    pub id: String,
    /// The title as plain text.
    pub title: String,
    /// Where it is kept.
    pub parent: ParentTruth,
    /// Its data sources. A linked view has none.
    pub data_sources: Vec<String>,
    /// Whether it is a view of a data source elsewhere.
    pub is_linked: bool,
}

/// What an export must hold of a data source.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct DataSourceTruth {
    /// The id, with hyphens.
    pub id: String,
    /// The name as plain text.
    pub title: String,
    /// The database it is in.
    pub database: String,
    /// Its rows, oldest first.
    pub rows: Vec<String>,
}

/// One object of any kind, as a line of the whole truth; its `object` says which.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "object", rename_all = "snake_case")]
pub enum Truth {
    /// A page.
    Page(PageTruth),
    /// A database.
    Database(DatabaseTruth),
    /// A data source.
    DataSource(DataSourceTruth),
}

/// Every page, rows included.
pub fn pages(workspace: &Workspace) -> impl Iterator<Item = PageTruth> + '_ {
    page_ids(workspace).filter_map(|id| page(workspace, id))
}

/// The truth about one page; `None` if an export must not hold it.
pub fn page(workspace: &Workspace, id: Uuid) -> Option<PageTruth> {
    let page = workspace.page(id).filter(|_| is_exported(workspace, id))?;
    let mut blocks = Vec::new();
    descend(workspace, id, &mut blocks, &mut Vec::new());
    Some(PageTruth {
        id: id.to_string(),
        title: plain_text(workspace, &page.title),
        parent: parent_truth(page.parent),
        last_edited_time: time::floored(page.stamps.edited_ms),
        blocks,
    })
}

/// The ids of the blocks that a page has itself, in document order, parents first: nothing that a copy shows of elsewhere.
pub fn own_blocks(workspace: &Workspace, page: Uuid) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut waiting: Vec<Uuid> = workspace.children(page).into_iter().rev().collect();
    while let Some(id) = waiting.pop() {
        blocks.push(id.to_string());
        if workspace
            .block(id)
            .is_some_and(|block| block.synced_from().is_none())
        {
            waiting.extend(workspace.children(id).into_iter().rev());
        }
    }
    blocks
}

/// The ids of the users that the workspace lists: neither guests nor groups.
pub fn users(workspace: &Workspace) -> impl Iterator<Item = String> + '_ {
    let users = workspace.held.users.iter();
    users
        .filter(|user| matches!(user.account, Account::Person { .. } | Account::Bot))
        .map(|user| user.id.to_string())
}

/// The ids of the open comments on a page itself, oldest first.
pub fn comments(workspace: &Workspace, page: Uuid) -> Vec<String> {
    let comments = workspace.held.comments.iter();
    let mut open: Vec<_> = comments
        .filter(|comment| !comment.is_resolved && comment.parent.id() == Some(page))
        .map(|comment| (comment.created_ms, comment.id))
        .collect();
    open.sort_unstable();
    open.into_iter().map(|(_, id)| id.to_string()).collect()
}

/// Every database, linked views included.
pub fn databases(workspace: &Workspace) -> impl Iterator<Item = DatabaseTruth> + '_ {
    let held = workspace.held.databases.keys().copied();
    let slots = workspace.generated.iter().flat_map(|generated| {
        generated
            .slots()
            .map(|slot| generated.id(Place::Database(slot)))
    });
    let fresh = slots.filter(|id| !workspace.held.databases.contains_key(id));
    held.chain(fresh)
        .filter(|id| workspace.kind(*id) == Some(Kind::Database) && is_exported(workspace, *id))
        .filter_map(|id| {
            let database = workspace.database(id)?;
            Some(DatabaseTruth {
                id: id.to_string(),
                title: plain_text(workspace, &database.title),
                parent: parent_truth(database.parent),
                data_sources: database.data_sources.iter().map(Uuid::to_string).collect(),
                is_linked: database.linked.is_some(),
            })
        })
}

/// Every data source, with its rows.
pub fn data_sources(workspace: &Workspace) -> impl Iterator<Item = DataSourceTruth> + '_ {
    let held = workspace.held.data_sources.keys().copied();
    let slots = workspace.generated.iter().flat_map(|generated| {
        generated
            .slots()
            .map(|slot| generated.id(Place::DataSource(slot)))
    });
    held.chain(slots)
        .filter(|id| is_exported(workspace, *id))
        .filter_map(|id| {
            let source = workspace.data_source(id)?;
            Some(DataSourceTruth {
                id: id.to_string(),
                title: plain_text(workspace, &source.title),
                database: source.database.to_string(),
                rows: workspace.rows(id).map(|(_, row)| row.to_string()).collect(),
            })
        })
}

/// The ids of every page there is, also of those that an export must not hold.
pub fn page_ids(workspace: &Workspace) -> impl Iterator<Item = Uuid> + '_ {
    let generated = workspace
        .generated
        .iter()
        .flat_map(|generated| (0..generated.len()).map(|index| generated.id(Place::Page(index))));
    let fresh = generated.filter(|id| !workspace.held.pages.contains_key(id));
    workspace.held.pages.keys().copied().chain(fresh)
}

/// What an object is kept in, and what that is kept in, up to the root: blocks, pages, data sources and databases.
pub fn above(workspace: &Workspace, id: Uuid) -> impl Iterator<Item = String> + '_ {
    workspace.line(id).skip(1).map(|id| id.to_string())
}

fn is_exported(workspace: &Workspace, id: Uuid) -> bool {
    workspace.is_visible(id) && !workspace.is_trashed(id)
}

/// Adds what is inside `id`; `inside` holds the synced originals on the way, which may not contain themselves.
fn descend(workspace: &Workspace, id: Uuid, blocks: &mut Vec<String>, inside: &mut Vec<Uuid>) {
    for child in workspace.children(id) {
        blocks.push(child.to_string());
        let Some(block) = workspace.block(child) else {
            continue;
        };
        let original = block.synced_from();
        let content = original.unwrap_or(child);
        if original
            .is_some_and(|original| inside.contains(&original) || !workspace.is_visible(original))
        {
            continue;
        }
        inside.push(content);
        descend(workspace, content, blocks, inside);
        inside.pop();
    }
}

fn parent_truth(parent: Parent) -> ParentTruth {
    ParentTruth {
        kind: parent.kind(),
        id: parent.id().map(|id| id.to_string()),
    }
}
