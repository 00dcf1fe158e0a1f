//! Which connection of Notion's the token belongs to: another one sees other pages, and what it does not see is not gone.

use serde::{Deserialize, Serialize};

/// A connection and its workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// The id of its user.
    pub bot: String,
    /// The id of the workspace, where Notion tells it.
    pub workspace: Option<String>,
}

#[derive(Deserialize)]
struct Me {
    id: String,
    #[serde(default)]
    bot: Option<Bot>,
}

#[derive(Deserialize)]
struct Bot {
    #[serde(default)]
    workspace_id: Option<String>,
}

impl Connection {
    /// Reads the answer of `users/me`; nothing where it says something else.
    pub fn read(body: &[u8]) -> Option<Self> {
        let me: Me = serde_json::from_slice(body).ok()?;
        Some(Self {
            bot: me.id,
            workspace: me.bot.and_then(|bot| bot.workspace_id),
        })
    }
}
