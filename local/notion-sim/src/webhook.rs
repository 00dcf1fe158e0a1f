//! What Notion tells a webhook of a change: that it happened, and to what.
//!
//! Nothing is told of what is deleted for good, or taken from or given to the integration, nor of what it does not see.

use crate::demo::BOT_ID;
use crate::id::Uuid;
use crate::json::{Json, object};
use crate::random::mix;
use crate::render::{WORKSPACE_ID, WORKSPACE_NAME};
use crate::time::utc;
use crate::workspace::{Change, Kind, Workspace};

/// The version of the API that events are written in.
const API_VERSION: &str = "2026-03-11";

/// The event number `number` of a subscription: that `change` was made at `now_ms`, of `changed`, as [`Workspace::apply`] gave it.
pub fn event(
    workspace: &Workspace,
    change: &Change,
    changed: Uuid,
    number: u64,
    now_ms: i64,
) -> Option<Json> {
    let page = |id| {
        workspace
            .line(id)
            .find(|at| workspace.kind(*at) == Some(Kind::Page))
    };
    // An edit of content is told of the page that it is on.
    let (entity, what) = match change {
        Change::SetTitle { .. } | Change::SetProperty { .. } => (changed, "properties_updated"),
        Change::AppendParagraph { .. }
        | Change::AppendPicture { .. }
        | Change::AppendLine { .. } => (page(changed)?, "content_updated"),
        Change::CreatePage { .. } => (changed, "created"),
        Change::Move { .. } => (changed, "moved"),
        Change::Trash { id } | Change::Restore { id }
            if workspace.kind(*id) == Some(Kind::Block) =>
        {
            (page(*id)?, "content_updated")
        }
        Change::Trash { id } => (*id, "deleted"),
        Change::Restore { id } => (*id, "undeleted"),
        Change::Purge { .. } | Change::Unshare { .. } | Change::Share { .. } => return None,
    };
    let kind = match workspace.kind(entity)? {
        Kind::Page => "page",
        Kind::Database => "database",
        Kind::DataSource => "data_source",
        Kind::Block => return None,
    };
    let blocks = match what {
        "content_updated" => vec![object! { "id" => changed, "type" => "block" }],
        _ => Vec::new(),
    };
    let data = match blocks.is_empty() {
        true => object! {},
        false => object! { "updated_blocks" => Json::Array(blocks) },
    };
    // Who is told remembers events, also those of a server that counted from none as well.
    let at = now_ms.unsigned_abs();
    workspace.is_visible(entity).then(|| {
        object! {
            "id" => Uuid::from_hashes(mix(at, number), mix(!at, number)),
            "timestamp" => utc(now_ms),
            "workspace_id" => WORKSPACE_ID,
            "workspace_name" => WORKSPACE_NAME,
            "subscription_id" => Uuid::from_hashes(mix(2, 0), mix(3, 0)),
            "integration_id" => BOT_ID,
            "authors" => Json::Array(Vec::new()),
            "attempt_number" => 1,
            "api_version" => API_VERSION,
            "type" => format!("{kind}.{what}"),
            "entity" => object! { "id" => entity, "type" => kind },
            "data" => data,
        }
    })
}
