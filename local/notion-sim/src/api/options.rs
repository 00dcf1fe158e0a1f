//! The knobs of a sim, and its counters.
//! What only a server has, such as its port and latency, is not among them.

use std::collections::BTreeMap;

use serde::Serialize;

/// How a sim behaves. The default is a Notion in good health, without a rate limit.
#[derive(Clone, Debug)]
pub struct Options {
    /// Decides faults, request ids, signatures and everything else that looks like chance.
    pub seed: u64,
    /// The one token that is taken; without it, any that starts with `ntn_` or `secret_`.
    pub token: Option<String>,
    /// Requests per fixed window of 60 seconds.
    pub rate: Option<u32>,
    /// Whether the integration may read content: pages, databases, blocks, files.
    pub reads_content: bool,
    /// Whether the integration may read users; itself it always may.
    pub reads_users: bool,
    /// Whether the integration may read comments.
    pub reads_comments: bool,
    /// The share of answers, from 0 to 1, that are a fault: 409, 429, 500, 502, 503, 504 or 529.
    pub faults: f64,
    /// The most results in one answer, whatever is asked for: a short page is not the end of a list.
    pub page_size_limit: u32,
    /// How long search knows nothing of an edit.
    pub search_lag_ms: i64,
    /// The share of objects, from 0 to 1, that search never shows. What is shared directly it always shows.
    pub search_omission: f64,
    /// Whether search shows what is below something in the trash.
    pub search_shows_what_trash_holds: bool,
    /// How many results one query gives before it ends as incomplete.
    pub query_depth_limit: u32,
    /// How long the cursors of searches and queries live.
    pub cursor_ttl_ms: Option<i64>,
    /// How long a signed file URL is good.
    pub signed_url_ttl_ms: i64,
    /// The share of objects, from 0 to 1, that lists show as nothing but their type and id.
    pub partial_objects: f64,
    /// Whether what is below something in the trash is marked as being in the trash too.
    pub flags_descendants_of_trash: bool,
    /// Whether the children of a copied synced block are not found under the copy's own id.
    pub hides_content_of_copies: bool,
    /// Whether blocks and properties of types that nobody has heard of appear among the known ones.
    pub unknown_types: bool,
    /// Where files are served, without a trailing slash; Notion's storage by default.
    pub files_base: Option<String>,
    /// Whether the pictures of generated workspaces are in Notion's storage, not on the company's own file server.
    pub hosts_assets: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 0,
            token: None,
            rate: None,
            reads_content: true,
            reads_users: true,
            reads_comments: true,
            faults: 0.0,
            page_size_limit: 100,
            search_lag_ms: 0,
            search_omission: 0.0,
            search_shows_what_trash_holds: false,
            query_depth_limit: 10_000,
            cursor_ttl_ms: None,
            signed_url_ttl_ms: 3_600_000,
            partial_objects: 0.0,
            flags_descendants_of_trash: false,
            hides_content_of_copies: false,
            unknown_types: false,
            files_base: None,
            hosts_assets: false,
        }
    }
}

/// What a sim was asked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Requests {
    /// Requests of every kind.
    pub total: u64,
    /// Requests that were answered with what they asked for, by endpoint, such as `blocks.children`.
    pub served: BTreeMap<&'static str, u64>,
    /// Answers with a status of 400 or more, faults and throttling included.
    pub refused: u64,
    /// Answers that the rate limit made.
    pub throttled: u64,
    /// Answers that are an injected fault.
    pub faults: u64,
}
