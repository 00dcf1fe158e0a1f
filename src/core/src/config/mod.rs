//! What the variables mean: read once, all problems told together.
//!
//! The same names count for the Worker (wrangler variables and secrets) and for Node (the environment).

mod access;
mod object_types;
mod parse;
mod reading;
mod scope;
mod secret;
mod ttl;

use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};

pub use access::Access;
pub use object_types::{COMMENT, COPIED_FILES, ObjectTypes};
pub use reading::ReadSettings;
pub use secret::Secret;

use crate::api::NOTION_BASE_URL;
use crate::document::{FINGERPRINT, Layout, PathPattern, PublishRule};
use crate::hex::hex;
use crate::keys::Keys;
use crate::redis::Dialect;
use crate::scope::Scope;
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

/// How the export behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Requests to Notion in any 60 s.
    pub rate_limit: u32,
    /// Objects that are exported at the same time.
    pub workers: usize,
    /// How many of each kind at most.
    pub by_kind: ByKind,
    /// How often a failed effect is tried again.
    pub max_retries: u32,
    /// The first pause before a retry; each further one may be twice as long.
    pub retry_backoff: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// Whether an export goes on when an object cannot be exported.
    pub continue_on_error: bool,
    /// How many of the latest errors are kept.
    pub max_errors: usize,
    /// What one run may take of the processor.
    pub run_cpu: Duration,
    /// Requests, to Notion and Redis together, that one run may make.
    pub run_subrequests: u32,
    /// How long one run may take.
    pub run_time: Duration,
    /// How often everything is listed anew instead of only what changed.
    pub reconcile_interval: Duration,
    /// How long what is stored lives without being seen again; for ever where there is none.
    pub ttl: Option<Duration>,
    /// What is copied.
    pub scope: Scope,
    /// What is copied beside pages and databases.
    pub object_types: ObjectTypes,
    /// How JSON is stored.
    pub layout: Layout,
    /// How the paths of pages are made.
    pub paths: PathPattern,
    /// Whether documents have their blocks.
    pub includes_blocks: bool,
    /// Objects that are put into the frontier at once, about, to be read again.
    pub batch_size: u32,
    /// Where files are copied to.
    pub files: FilePlace,
    /// What that place is called: of what was copied under another name, there is nothing in it.
    pub files_name: String,
    /// What stands before `/v1/files/` in the addresses of files: nothing, or where that is served.
    pub files_url: String,
    /// Which pages are public, where a rule says that.
    pub publish_rule: Option<PublishRule>,
    /// Whether a cron trigger begins the run: that is noted, so that one can see whether it still fires.
    pub is_tick: bool,
    /// Whether a run that has nothing else to do searches for changes; else it only does what is queued.
    pub searches: bool,
}

/// How much of each kind of work is done at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByKind {
    /// Pages that are asked for.
    pub pages: usize,
    /// Databases and data sources that are asked for.
    pub databases: usize,
    /// Listings of blocks in flight.
    pub blocks: usize,
}

impl Default for ByKind {
    fn default() -> Self {
        Self {
            pages: usize::MAX,
            databases: usize::MAX,
            blocks: usize::MAX,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rate_limit: 180,
            workers: 4,
            by_kind: ByKind::default(),
            max_retries: 3,
            retry_backoff: Duration::from_secs(1),
            timeout: Duration::from_secs(30),
            continue_on_error: true,
            max_errors: 10,
            run_cpu: Plan::Paid.cpu(),
            run_subrequests: Plan::Paid.subrequests(),
            run_time: Duration::from_secs(50),
            reconcile_interval: Duration::from_secs(24 * 60 * 60),
            ttl: None,
            scope: Scope::default(),
            object_types: ObjectTypes::default(),
            layout: Layout::default(),
            paths: PathPattern::default(),
            includes_blocks: true,
            batch_size: 50,
            files: FilePlace::default(),
            files_name: String::new(),
            files_url: String::new(),
            publish_rule: None,
            is_tick: false,
            searches: true,
        }
    }
}

impl Settings {
    /// Names what is made of a page: another name, and everything is fetched anew.
    ///
    /// Documents without blocks do not show what a narrower scope left out below them.
    pub fn builder(&self) -> String {
        match self.includes_blocks {
            true => FINGERPRINT.to_owned(),
            false => format!("{FINGERPRINT}-{}", self.scope.fingerprint()),
        }
    }

    /// Names how documents are stored, what is stored beside them, and how long: another name, and what is stored is built again.
    /// `former` is the name until now: whether files are copied elsewhere stands there.
    pub fn form(&self, former: &str) -> String {
        let layout = (self.layout == Layout::Indented).then_some("indented");
        let ttl = self.ttl.map(|ttl| format!("ttl={}", ttl.as_millis()));
        let words = layout.into_iter().chain(self.object_types.words());
        let paths = (self.paths != PathPattern::default()).then(|| format!("paths={}", self.paths));
        let files = match (self.files, self.files_name.as_str()) {
            (FilePlace::None, _) => None,
            (FilePlace::Here, "") => Some(COPIED_FILES.to_owned()),
            (FilePlace::Here, name) => Some(format!("{COPIED_FILES}={name}")),
            (FilePlace::Elsewhere, _) => copied_files(former).map(str::to_owned),
        };
        let base = Some(&self.files_url).filter(|it| !it.is_empty());
        let base = base.map(|base| format!("files_url={base}"));
        let words = words.map(str::to_owned).chain(ttl).chain(paths);
        // The text may have what joins the words.
        let rule = self.publish_rule.as_ref();
        let rule = rule.map(|rule| {
            format!(
                "rule={}",
                hex(Sha256::digest(rule.text()).into_iter().take(8))
            )
        });
        let words = words.chain(files).chain(base).chain(rule);
        let words: Vec<String> = words.collect();
        words.join("+")
    }

    /// The same for a run that a cron trigger begins.
    pub fn at_a_tick(&self) -> Self {
        Self {
            is_tick: true,
            ..self.clone()
        }
    }

    /// The same for a run that goes on after an answer was given, to do what was queued with that: Cloudflare ends it 30 s later,
    /// and what is cut off then holds the lease for another minute.
    pub fn after_an_answer(&self) -> Self {
        Self {
            run_time: self.run_time.min(Duration::from_secs(20)),
            timeout: self.timeout.min(Duration::from_secs(8)),
            searches: false,
            ..self.clone()
        }
    }
}

/// Cloudflare's plans, by what an invocation may do.
#[derive(Clone, Copy)]
enum Plan {
    Free,
    Paid,
}

impl Plan {
    /// Subrequests per invocation: 50 and 10,000 by Cloudflare's documentation of 2026, less what follows a run:
    /// a purge takes three requests to Redis and one to the cache, and to see whether deploy hooks are due one more.
    const fn subrequests(self) -> u32 {
        match self {
            Self::Free => 45,
            Self::Paid => 9_900,
        }
    }

    /// Time of the processor per invocation: 10 ms and 30 s by the same documentation, less a fifth for what is not modelled.
    const fn cpu(self) -> Duration {
        match self {
            Self::Free => Duration::from_millis(8),
            Self::Paid => Duration::from_secs(24),
        }
    }
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
            export: read_settings(&mut variables),
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

/// Less than the 60 s of a lease, with room for the write that renews it.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(45);

fn read_settings<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> Settings {
    let defaults = Settings::default();
    let plan = match variables.text("PLAN").as_deref() {
        None | Some("paid") => Plan::Paid,
        Some("free") => Plan::Free,
        Some(_) => {
            variables.problem("PLAN", "is neither free nor paid");
            Plan::Paid
        }
    };
    let timeout = variables.duration("TIMEOUT", defaults.timeout);
    if timeout > LONGEST_TIMEOUT {
        variables.problem(
            "TIMEOUT",
            "is longer than 45s: the lease of a run would end while one request is waited for",
        );
    }
    let (workers, by_kind) = read_workers(variables, defaults.workers);
    check_fixed(variables);
    let object_types = object_types::read(variables);
    let includes_blocks = variables.flag("INCLUDE_BLOCKS", defaults.includes_blocks);
    if object_types.blocks && !includes_blocks {
        variables.problem(
            "INCLUDE_BLOCKS",
            "is false while BLOCK_KEYS or OBJECT_TYPES asks for each block: unset one of them",
        );
    }
    let reconcile_interval = variables.duration("RECONCILE_INTERVAL", defaults.reconcile_interval);
    Settings {
        rate_limit: variables.rate("RATE_LIMIT", defaults.rate_limit),
        workers,
        by_kind,
        max_retries: variables.count("MAX_RETRIES", defaults.max_retries, 0..=20),
        retry_backoff: variables.duration("RETRY_BACKOFF", defaults.retry_backoff),
        timeout,
        continue_on_error: variables.flag("CONTINUE_ON_ERROR", defaults.continue_on_error),
        max_errors: variables.count("MAX_ERRORS", 10, 1..=50) as usize,
        run_cpu: plan.cpu(),
        run_subrequests: variables.count("RUN_SUBREQUESTS", plan.subrequests(), 12..=1_000_000),
        run_time: variables.duration("RUN_SECONDS", defaults.run_time),
        reconcile_interval,
        ttl: ttl::read(variables, reconcile_interval),
        scope: scope::read(variables),
        object_types,
        layout: match variables.flag("PRETTY_JSON", false) {
            true => Layout::Indented,
            false => Layout::Compact,
        },
        paths: read_paths(variables),
        includes_blocks,
        batch_size: variables.count("BATCH_SIZE", defaults.batch_size, 1..=500),
        files: read_files(variables),
        files_name: read_files_name(variables),
        files_url: read_files_url(variables),
        publish_rule: access::read_rule(variables),
        is_tick: false,
        searches: true,
    }
}

/// The word of a form that says that there are copies of files, and where.
pub fn copied_files(form: &str) -> Option<&str> {
    let is_one = |word: &&str| {
        let name = word.strip_prefix(COPIED_FILES);
        name.is_some_and(|name| name.is_empty() || name.starts_with('='))
    };
    form.split('+').find(is_one)
}

/// Where files are copied to; the shell says it, as the variable `FILES`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilePlace {
    /// Nowhere.
    #[default]
    None,
    /// To a place that this shell has: `bound`.
    Here,
    /// To a place that another one has who writes the same store, if one does: `elsewhere`.
    Elsewhere,
}

fn read_files<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> FilePlace {
    match variables.text("FILES").as_deref() {
        None => FilePlace::None,
        Some("bound") => FilePlace::Here,
        Some("elsewhere") => FilePlace::Elsewhere,
        Some(_) => {
            variables.problem(
                "FILES",
                "is a text; bind an R2 bucket under that name, or take it away",
            );
            FilePlace::None
        }
    }
}

/// What the place for files is called, in letters, digits, `-`, `_` and `.`.
fn read_files_name<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> String {
    let name = variables.text("FILES_NAME").unwrap_or_default();
    if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    {
        variables.problem(
            "FILES_NAME",
            "has other characters than letters, digits, hyphens, underscores and dots",
        );
    }
    name
}

/// Where `/v1/files/` is served, without a slash at its end.
fn read_files_url<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> String {
    if variables.text("FILES_URL").is_none() {
        return String::new();
    }
    let url = variables.url("FILES_URL", None);
    if url.contains(['?', '#', '+', '"', '<', '>']) {
        variables.problem(
            "FILES_URL",
            "is not the beginning of an address like https://content.example.com: /v1/files/ and a key are put behind it",
        );
    }
    url
}

fn read_paths<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> PathPattern {
    let Some(text) = variables.text("PATH_PATTERN") else {
        return PathPattern::default();
    };
    PathPattern::parse(&text).unwrap_or_else(|problem| {
        variables.problem("PATH_PATTERN", &problem);
        PathPattern::default()
    })
}

/// The variables that take one value only, because another would lose what the export relies on.
fn check_fixed<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) {
    if !variables.flag("INCLUDE_META", true) {
        variables.problem(
            "INCLUDE_META",
            "is false, but without meta no commit knows the path, the hash and the lists of the version before; unset it",
        );
    }
    let interval = variables.text("CHECKPOINT_INTERVAL");
    if !matches!(interval.as_deref(), None | Some("1" | "every commit")) {
        variables.problem(
            "CHECKPOINT_INTERVAL",
            "is not 1: every commit saves how far the export is, and a run that dies between two checkpoints would lose what it did; unset it",
        );
    }
}

/// Objects that are exported at the same time; there are as many connections.
const MOST_WORKERS: u32 = 6;

/// `WORKERS`: a number for all kinds together, or numbers by kind.
fn read_workers<F: Fn(&str) -> Option<String>>(
    variables: &mut Variables<F>,
    default: usize,
) -> (usize, ByKind) {
    let is_by_kind = variables
        .text("WORKERS")
        .is_some_and(|text| text.contains('='));
    if !is_by_kind {
        let most = variables.count("WORKERS", 4, 1..=MOST_WORKERS);
        return (most as usize, ByKind::default());
    }
    let mut by_kind = ByKind {
        pages: default,
        databases: default,
        blocks: usize::MAX,
    };
    for item in variables.list("WORKERS") {
        let (kind, number) = item.split_once('=').unwrap_or((&item, ""));
        let kind = match kind.trim() {
            "pages" => &mut by_kind.pages,
            "databases" => &mut by_kind.databases,
            "blocks" => &mut by_kind.blocks,
            _ => {
                variables.problem(
                    "WORKERS",
                    "names a kind that is none of pages, databases, blocks",
                );
                continue;
            }
        };
        match number.trim().parse() {
            Ok(number @ 1..=100) => *kind = number,
            _ => variables.problem("WORKERS", "is not like 4 or pages=4,databases=2,blocks=5"),
        }
    }
    let most = by_kind.pages.max(by_kind.databases);
    (most.min(MOST_WORKERS as usize), by_kind)
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
