//! How the export behaves: pace, what a run may take, what is copied and how it is stored.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::document::{FINGERPRINT, Layout, PathPattern, PublishRule};
use crate::hex::hex;
use crate::scope::Scope;

use super::files::{COPIED_FILES, copied_files};
use super::parse::Variables;
use super::{ByKind, FilePlace, ObjectTypes};
use super::{access, files, object_types, scope, ttl, workers};

/// How the export behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Requests to Notion in any 60 s.
    pub rate_limit: u32,
    /// Objects that Notion is asked for at the same time; half as many more are read from Redis or written to it.
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
        let paths = (self.paths != PathPattern::default())
            // It may have what joins the words.
            .then(|| format!("paths={}", self.paths).replace('+', "%2B"));
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
                "rule.2={}",
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

/// Less than the 60 s of a lease, with room for the write that renews it.
pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(45);

/// Reads how the export is to behave.
pub fn read<F: Fn(&str) -> Option<String>>(variables: &mut Variables<F>) -> Settings {
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
    let (workers, by_kind) = workers::read(variables, defaults.workers);
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
        files: files::read(variables),
        files_name: files::read_name(variables),
        files_url: files::read_url(variables),
        publish_rule: access::read_rule(variables),
        is_tick: false,
        searches: true,
    }
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
