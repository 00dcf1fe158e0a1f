//! What of the configuration an admin is told with the status, and what tells who may read a page.

use serde::Serialize;

use crate::config::{Access, Config, Secret};
use crate::scope::Scope;
use crate::time::Timestamp;

use super::access;

/// Who may read the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccessKind {
    /// Who shows one of `READ_TOKENS` or `PREVIEW_TOKENS`.
    Private,
    /// Anyone, all of it.
    Public,
    /// Anyone what `PUBLISH_RULE` says is public, and who shows one of `PREVIEW_TOKENS` all of it.
    Rule,
}

/// What of the configuration an admin is told: no address, and of tokens how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    pub(crate) access: AccessKind,
    pub(crate) read_tokens: usize,
    pub(crate) preview_tokens: usize,
    pub(crate) publish_rule: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) now: Timestamp,
}

impl Setup {
    /// That of a configuration, at that time.
    pub fn of(config: &Config, now: Timestamp) -> Self {
        let (access, read_tokens, preview_tokens) = match &config.access {
            // Where everything is behind a token, those for previews are no others.
            Access::Private(tokens) => (AccessKind::Private, tokens.len(), 0),
            Access::Public => (AccessKind::Public, 0, 0),
            Access::Rule { read, preview } => (AccessKind::Rule, read.len(), preview.len()),
        };
        let rule = config.export.publish_rule.as_ref();
        Self {
            access,
            read_tokens,
            preview_tokens,
            publish_rule: rule.map(|rule| rule.text().to_owned()),
            scope: config.export.scope.clone(),
            now,
        }
    }
}

impl Config {
    /// Whether that is one of the tokens that command.
    pub fn is_admin(&self, authorization: Option<&str>) -> bool {
        let tokens: &[Secret] = &self.admin_tokens;
        access::check(authorization, tokens, "").is_ok()
    }
}
