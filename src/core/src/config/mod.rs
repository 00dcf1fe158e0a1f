//! What the variables mean: read once, all problems told together.
//!
//! The same names count for the Worker (wrangler variables and secrets) and for Node (the environment).

mod access;
mod files;
mod object_types;
mod parse;
mod reading;
mod scope;
mod secret;
mod settings;
mod ttl;
mod workers;

use std::fmt;

pub use access::Access;
pub use files::{FilePlace, copied_files};
pub use object_types::{COMMENT, ObjectTypes};
pub use reading::ReadSettings;
pub use secret::Secret;
pub use settings::Settings;
pub use workers::ByKind;

use crate::api::NOTION_BASE_URL;
use crate::keys::Keys;
use crate::redis::Dialect;
use parse::Variables;

/// Everything that the Worker is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where Notion is.
    pub notion: Endpoint,
    /// Where Redis over HTTP is.
    pub redis: Endpoint,
    /// What that server wants differently.
    pub dialect: Dialect,
    /// The names of all keys.
    pub keys: Keys,
    /// How the export behaves.
    pub export: Settings,
    /// Who may read.
    pub access: Access,
    /// What opens the routes that change something; nobody without any.
    pub admin_tokens: Vec<Secret>,
    /// The verification tokens by which deliveries to the webhook are known to be Notion's.
    pub webhook_tokens: Vec<Secret>,
    /// How readers are answered.
    pub read: ReadSettings,
    /// Where to call after content that anyone sees has changed.
    pub hooks: Vec<Secret>,
}

/// A server and the token for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Base address, without a slash at its end.
    pub url: String,
    /// Bearer token.
    pub token: Secret,
}

impl Config {
    /// Reads all variables through `lookup`.
    ///
    /// # Errors
    /// Every problem of every variable at once.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        let mut variables = Variables::new(lookup);
        let [redis_url, redis_token] = redis_names(&variables);
        let redis_url = variables.url(redis_url, None);
        let config = Self {
            notion: Endpoint {
                url: variables.url("NOTION_BASE_URL", Some(NOTION_BASE_URL)),
                token: variables.secret(
                    "NOTION_TOKEN",
                    "create an internal connection in Notion and put its secret here",
                ),
            },
            dialect: Dialect::of(&redis_url),
            redis: Endpoint {
                url: redis_url,
                token: variables.secret(
                    redis_token,
                    "take it from the Upstash console, or from GATEWAY_TOKENS",
                ),
            },
            keys: read_keys(&mut variables),
            export: settings::read(&mut variables),
            access: access::read(&mut variables),
            admin_tokens: variables.secrets("ADMIN_TOKENS"),
            webhook_tokens: variables.secrets("WEBHOOK_TOKENS"),
            read: reading::read(&mut variables),
            hooks: reading::hooks(&mut variables),
        };
        variables.finish().map(|()| config)
    }
}

/// The variables that say where Redis is: the first pair of which anything is set.
fn redis_names<F: Fn(&str) -> Option<String>>(variables: &Variables<F>) -> [&'static str; 2] {
    let first = ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"];
    let second = ["KV_REST_API_URL", "KV_REST_API_TOKEN"];
    let is_set =
        |names: &[&'static str; 2]| names.iter().any(|name| variables.text(name).is_some());
    if !is_set(&first) && is_set(&second) {
        second
    } else {
        first
    }
}

fn read_keys<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> Keys {
    let prefix = variables
        .text("KEY_PREFIX")
        .unwrap_or_else(|| "notion".to_owned());
    let separator = variables
        .text("KEY_SEPARATOR")
        .unwrap_or_else(|| ":".to_owned());
    let hash_tag = variables.text("KEY_HASH_TAG");
    for (name, value) in [
        ("KEY_PREFIX", Some(&prefix)),
        ("KEY_SEPARATOR", Some(&separator)),
        ("KEY_HASH_TAG", hash_tag.as_ref()),
    ] {
        if value.is_some_and(|text| text.contains(['{', '}'])) {
            variables.problem(name, "has braces, which would change the slot of every key; use KEY_HASH_TAG, without braces");
        }
    }
    Keys::new(&prefix, &separator, hash_tag.as_deref())
}

/// What is wrong with the configuration: one line for each problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bad configuration: {}", self.0.join("; "))
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests;
