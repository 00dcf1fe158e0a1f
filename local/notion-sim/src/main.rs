//! `notion-sim`: the sim behind HTTP, on this machine only.
//!
//! Everything it answers is decided by the library; this is the command line, `server` the socket and the clock, and `deliveries`
//! what a webhook is sent.

mod deliveries;
mod server;

use std::process::ExitCode;

use clap::Parser;
use notion_sim::{BLOG_DATA_SOURCE_ID, HOME_PAGE_ID, Options, Workspace};

/// A Notion workspace in a box: answers Notion's API on 127.0.0.1 over a demo workspace and any number of generated pages.
///
/// Give a client `http://127.0.0.1:PORT` as its base URL and any token that starts with `ntn_`.
/// Besides the API there are POST /_sim/changes (a change as JSON), POST /_sim/webhook (url and token of who is to be told of them), GET /_sim/counters, GET /_sim/oracle (what an export must hold, as JSON lines).
#[derive(Parser)]
#[command(version, about, long_about)]
pub(crate) struct Arguments {
    /// The port to listen on; 0 is any free one
    #[arg(long, default_value_t = 8078)]
    port: u16,
    /// How many pages to generate besides the demo
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    pages: u64,
    /// Leave the demo out
    #[arg(long)]
    without_demo: bool,
    /// Decides the generated pages, and every fault
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Requests per 60 seconds, as Notion counts them; 0 is no limit
    #[arg(long, default_value_t = 180, value_name = "PER_MINUTE")]
    rate: u32,
    /// The share of answers that are a fault, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", value_parser = share)]
    faults: f64,
    /// The one token to take; without it, any that starts with ntn_ or secret_
    #[arg(long)]
    token: Option<String>,
    /// What the integration may read, separated by commas; `none` is nothing but who it is
    #[arg(
        long,
        value_name = "WHAT",
        value_delimiter = ',',
        default_value = "content,users,comments"
    )]
    capabilities: Vec<Capability>,
    /// How long each answer takes
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency_ms: u64,
    /// Where the files of pages are: a URL without a trailing slash, or `self` for this server; Notion's storage by default
    #[arg(long, value_name = "URL")]
    files_base: Option<String>,
    /// How long a signed file URL is good
    #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
    signed_url_ttl: i64,
    /// The most results in one answer
    #[arg(long, default_value_t = 100, value_name = "COUNT")]
    page_size_limit: u32,
    /// The share of objects that search never shows, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", value_parser = share)]
    search_omission: f64,
    /// How long search knows nothing of an edit
    #[arg(long, default_value_t = 0, value_name = "MS")]
    search_lag_ms: i64,
    /// How many results one query gives at most
    #[arg(long, default_value_t = 10_000, value_name = "COUNT")]
    query_depth_limit: u32,
    /// How long the cursors of searches and queries live; for ever by default
    #[arg(long, value_name = "MS")]
    cursor_ttl_ms: Option<i64>,
    /// The share of objects that lists show as a type and an id only, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", value_parser = share)]
    partial_objects: f64,
    /// Put blocks and properties of unheard-of types among the known ones
    #[arg(long)]
    unknown_types: bool,
    /// Print the ids of the demo that one needs most, and end
    #[arg(long)]
    ids: bool,
}

/// What an integration may be allowed to read.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Capability {
    Content,
    Users,
    Comments,
    None,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err(format!("`{text}` is not between 0 and 1"))
    }
}

impl Arguments {
    fn options(&self) -> Options {
        Options {
            seed: self.seed,
            token: self.token.clone(),
            reads_content: self.capabilities.contains(&Capability::Content),
            reads_users: self.capabilities.contains(&Capability::Users),
            reads_comments: self.capabilities.contains(&Capability::Comments),
            rate: (self.rate > 0).then_some(self.rate),
            faults: self.faults,
            page_size_limit: self.page_size_limit,
            search_lag_ms: self.search_lag_ms,
            search_omission: self.search_omission,
            query_depth_limit: self.query_depth_limit,
            cursor_ttl_ms: self.cursor_ttl_ms,
            signed_url_ttl_ms: self.signed_url_ttl * 1_000,
            partial_objects: self.partial_objects,
            unknown_types: self.unknown_types,
            files_base: self.files_base.clone(),
            ..Options::default()
        }
    }

    fn workspace(&self) -> Workspace {
        match (self.without_demo, self.pages) {
            (false, 0) => Workspace::demo(),
            (false, pages) => Workspace::demo_with_generated(pages, self.seed),
            (true, pages) => Workspace::generated(pages, self.seed),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.ids {
        println!("home page         {HOME_PAGE_ID}\nBlog data source  {BLOG_DATA_SOURCE_ID}");
        return ExitCode::SUCCESS;
    }
    match server::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("notion-sim: {error}");
            ExitCode::FAILURE
        }
    }
}
