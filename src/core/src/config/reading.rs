//! `READ_TIMEOUT`, `READ_MEMORY`, `CORS_ORIGINS`, `SITE_URL` and `DEPLOY_HOOKS`: how readers are answered, and what sites are told.

use std::time::Duration;

use super::Secret;
use super::parse::Variables;
use super::settings::LONGEST_TIMEOUT;

/// How readers are answered.
#[derive(Clone, Debug)]
pub struct ReadSettings {
    /// How long a reader waits for Redis at most.
    pub timeout: Duration,
    /// How many bytes an isolate remembers of what it read; 0 for none.
    pub memory: usize,
    /// The sites whose scripts may read, as `https://example.com`; `*` for all.
    pub origins: Vec<String>,
    /// Where the site is that pages have their paths on, without a slash at its end.
    pub site: Option<String>,
}

/// In bytes: an isolate has 128 MB, and the engine takes a part of that.
const READ_MEMORY: u32 = 16 * 1024 * 1024;

/// Reads them.
pub fn read<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> ReadSettings {
    let origins = variables.list("CORS_ORIGINS");
    let is_origin = |it: &String| {
        let host = it.strip_prefix("https://").or(it.strip_prefix("http://"));
        it == "*"
            || host
                .is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
    };
    if !origins.iter().all(is_origin) {
        variables.problem(
            "CORS_ORIGINS",
            "has something else than * or origins like https://example.com, without a path or slash",
        );
    }
    let timeout = variables.duration("READ_TIMEOUT", Duration::from_secs(5));
    if timeout > LONGEST_TIMEOUT {
        variables.problem(
            "READ_TIMEOUT",
            "is longer than 45s: no reader waits for that",
        );
    }
    let memory = variables.count("READ_MEMORY", READ_MEMORY, 0..=4 * READ_MEMORY);
    ReadSettings {
        timeout,
        memory: memory as usize,
        origins,
        site: variables
            .text("SITE_URL")
            .map(|_| variables.url("SITE_URL", None)),
    }
}

/// The most deploy hooks: each is called with every change.
const MOST_HOOKS: usize = 10;

/// Reads `DEPLOY_HOOKS`: addresses, which are secrets.
pub fn hooks<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> Vec<Secret> {
    let hooks = variables.secrets("DEPLOY_HOOKS");
    let is_address = |hook: &Secret| {
        let host = hook.expose().split_once("://");
        host.is_some_and(|(scheme, rest)| matches!(scheme, "https" | "http") && !rest.is_empty())
    };
    if hooks.len() > MOST_HOOKS || !hooks.iter().all(is_address) {
        variables.problem(
            "DEPLOY_HOOKS",
            "is not at most 10 addresses like https://api.example.com/hooks/…, separated by commas",
        );
    }
    hooks
}
