//! What the engine remembers between runs; saved with every write, always under 16 kB.
//!
//! The one cursor in it is a hint: a search that cannot go on from there begins anew.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::api::{Cursor, Operation};
use crate::config::{COMMENT, copied_files};
use crate::time::Timestamp;

use super::APART;
pub use super::answer::Trail;
use super::connection::Connection;
use super::job::Job;
pub use super::limiter::Started;
use super::tally::{Known, Outlook, Tallies};

/// What the kept errors may take of the state, as JSON.
const MAX_ERRORS_BYTES: usize = 5 * 1024;

/// A longer message is cut: what Notion or Redis says has no bound.
const KEPT_MESSAGE_BYTES: usize = 300;

/// How many of its first errors an export keeps, and how long their messages are at most.
const FIRST_ERRORS: usize = 3;
const FIRST_MESSAGE_BYTES: usize = 160;

/// Notion is believed when it asks to be left alone for an hour.
const FARTHEST: Duration = Duration::from_secs(2 * 60 * 60);

/// The engine's memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The export that is under way, or the last one.
    pub export: Option<Export>,
    /// The export that goes on when the one that is under way is over: that one is urgent.
    pub aside: Option<Export>,
    /// The builder that made the stored documents, as of the last full export.
    pub builder: String,
    /// The fingerprint of the scope that all that is stored is in, as of the same.
    pub scope: String,
    /// How documents are stored from now on, and what is stored beside them.
    pub form: String,
    /// Whether that was changed, and not all that is stored is built again yet.
    pub is_mixed: bool,
    /// No object expires before; nothing where none does.
    pub next_expiry: Option<Timestamp>,
    /// Whether there are pages whose comments were never asked for.
    pub lacks_comments: bool,
    /// Whether there are pages whose files were never copied.
    pub lacks_files: bool,
    /// Whether there may be copies of files that no page shows any more.
    pub may_have_unlinked: bool,
    /// How often such copies were deleted: what was copied before for an object that is half fetched may be gone.
    pub unlinks: u64,
    /// When the last completed full export began.
    pub full_since: Option<Timestamp>,
    /// What that export and those before it came to.
    pub known: Option<Known>,
    /// The connection that what is stored was seen with, as of that export.
    pub connection: Option<Connection>,
    /// Pages that stay in the store because too many would go.
    pub held: Option<Held>,
    /// How far what the store holds has been read again.
    pub sweep: Sweep,
    /// The newest edit that a whole search has shown, in Notion's time.
    pub watermark: Option<Timestamp>,
    /// The requests to Notion of the last 60 s.
    pub started: Vec<Started>,
    /// When the export goes on.
    pub not_before: Option<Timestamp>,
    /// Not to ask Notion before.
    pub paused_until: Option<Timestamp>,
    /// Until when Notion is taken to be down; from then on it is first asked whether it is.
    pub down_until: Option<Timestamp>,
    /// How the last run that worked ended.
    pub last_run: Option<LastRun>,
    /// The last objects that could not be exported, each until it is; newest last.
    pub errors: VecDeque<ExportError>,
}

/// One export, over all its runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// Counts up from 1.
    pub number: u64,
    /// What it is to look at.
    #[serde(alias = "kind")]
    pub job: Job,
    /// When it was asked for; nothing where it began by itself.
    #[serde(default)]
    pub requested_at: Option<Timestamp>,
    /// When its first run began.
    pub started_at: Timestamp,
    /// When it was over.
    pub completed_at: Option<Timestamp>,
    /// How it ended, once it has.
    #[serde(default)]
    pub end: End,
    /// Whether search has listed everything it has, or the roots are looked up.
    pub searched: bool,
    /// The fingerprint of its scope.
    #[serde(default)]
    pub scope: String,
    /// The form that it has stored everything in from its beginning; nothing where that was changed since.
    #[serde(default)]
    pub form: Option<String>,
    /// How far what the store holds has been judged by that scope, or built again in another form;
    /// nothing where there is no need, or no more.
    #[serde(default)]
    pub rescoping: Option<Verified>,
    /// Whether the connection was found not to be allowed to read comments.
    #[serde(default)]
    pub hides_comments: bool,
    /// Whether the users are listed.
    #[serde(default)]
    pub has_users: bool,
    /// Where a listing of them that no run has finished goes on.
    #[serde(default)]
    pub users: Option<Cursor>,
    /// How many of its roots are looked up.
    #[serde(default)]
    pub rooted: usize,
    /// Where a search that no run has finished goes on.
    #[serde(default)]
    pub search: SearchPlace,
    /// How far the store's objects have been compared with those seen: a cursor of Redis, which does not die.
    #[serde(default)]
    pub verified: Verified,
    /// The connection that it sees Notion with.
    #[serde(default)]
    pub connection: Option<Connection>,
    /// The runs that it took so far.
    pub runs: u32,
    /// The most memory that the engine has had in any of them, in bytes; 0 where its surroundings do not tell.
    #[serde(default)]
    pub peak_memory: u64,
    /// What it did so far.
    pub counts: Counts,
    /// The first objects that it could not export.
    #[serde(default)]
    pub errors: Vec<ExportError>,
    /// How much of each kind of work is done.
    #[serde(default)]
    pub tallies: Tallies,
    /// How fast it goes.
    #[serde(default)]
    pub outlook: Outlook,
}

/// How far search has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPlace {
    /// Where it goes on, if Notion still knows it.
    pub cursor: Option<Cursor>,
    /// How it came there.
    #[serde(default)]
    pub trail: Trail,
    /// The newest edit that it has shown.
    pub newest: Option<Timestamp>,
    /// The oldest edit of the last results.
    pub oldest: Option<Timestamp>,
    /// Results in a row, up to the last one, that the store holds.
    pub known: usize,
    /// How often it began anew because its cursor had died.
    pub restarts: u32,
}

/// How far an export has compared what the store holds with what it has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verified {
    /// Up to this cursor.
    UpTo(String),
    /// All of it.
    Whole,
}

/// How far the sweep has come, which reads everything again that the store holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// A cursor of Redis, which does not die.
    pub cursor: String,
    /// When the batch before is done.
    pub next_at: Timestamp,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            cursor: "0".to_owned(),
            next_at: Timestamp::default(),
        }
    }
}

impl Default for Verified {
    fn default() -> Self {
        Self::UpTo("0".to_owned())
    }
}

/// How an export ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It looked at everything that it was to look at.
    #[default]
    Complete,
    /// Someone cancelled it.
    Cancelled,
    /// There was nothing to begin with, or an error stopped it where `CONTINUE_ON_ERROR` is false.
    Failed,
}

/// What an export did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Counts {
    /// Page documents built and committed.
    pub pages: u64,
    /// Blocks in them.
    pub blocks: u64,
    /// Databases and data sources committed.
    pub containers: u64,
    /// Page documents whose content is new, those built again among them.
    pub changed: u64,
    /// Documents built again because a page they show changed.
    pub rebuilt: u64,
    /// Objects whose stored version was the current one.
    pub unchanged: u64,
    /// Requests to Notion.
    pub requests: u64,
    /// Answers that asked to hold back.
    pub throttled: u64,
    /// Requests that failed in passing: no answer in time, or a fault of Notion's.
    pub failed: u64,
    /// Redis commands, counted as they are billed: a script is itself and its inner commands.
    pub redis_commands: u64,
    /// Objects that could not be exported.
    pub errors: u64,
}

/// A removal that waits until someone confirms it, or until fewer pages would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Held {
    /// The number of the export that holds it, by which it is confirmed.
    pub export: u64,
    /// How many pages would go, or went, within 24 hours.
    pub pages: u64,
    /// How many there are, with those that went.
    pub of: u64,
}

/// How a run ended, for those who ask later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// When.
    pub at: Timestamp,
    /// `complete`, `advanced` or `stopped`.
    pub outcome: String,
    /// What was wrong, if it was stopped.
    pub problem: Option<String>,
}

/// An object that could not be exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportError {
    /// When.
    pub at: Timestamp,
    /// Which object, as `page:{id}`.
    pub object: String,
    /// Why.
    pub message: String,
    /// What Notion was asked for when it failed; nothing where it was not Notion's doing.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// How often that was asked.
    #[serde(default)]
    pub attempts: u32,
}

impl ExportError {
    /// An error that no request led to.
    pub fn new(at: Timestamp, object: &str, message: String) -> Self {
        Self {
            at,
            object: object.to_owned(),
            message,
            operation: None,
            attempts: 0,
        }
    }
}

impl Export {
    /// An export that begins.
    pub fn new(number: u64, job: Job, now: Timestamp) -> Self {
        Self {
            number,
            job,
            requested_at: None,
            started_at: now,
            completed_at: None,
            end: End::default(),
            searched: false,
            scope: String::new(),
            form: None,
            rescoping: None,
            hides_comments: false,
            has_users: false,
            users: None,
            rooted: 0,
            search: SearchPlace::default(),
            verified: Verified::default(),
            connection: None,
            runs: 0,
            peak_memory: 0,
            counts: Counts::default(),
            tallies: Tallies::default(),
            outlook: Outlook::default(),
            errors: Vec::new(),
        }
    }

    /// Keeps an error, if it is one of the first.
    pub fn keep_error(&mut self, error: &ExportError) {
        if self.errors.len() < FIRST_ERRORS {
            let mut error = error.clone();
            error.message = shortened(error.message, FIRST_MESSAGE_BYTES);
            self.errors.push(error);
        }
    }
}

impl State {
    /// Reads a saved state; nothing saved is the state before the first run.
    ///
    /// # Errors
    /// What is wrong, when something else stands under its key.
    pub fn parse(json: &str) -> Result<Self, String> {
        if json.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(json)
            .map_err(|error| format!("the saved state cannot be read: {error}"))
    }

    /// Lets go of instants that are further ahead than any run would leave them: they are of a clock that was ahead.
    pub fn forget_what_is_too_far(&mut self, now: Timestamp) {
        let is_too_far = |at: &mut Timestamp| at.since(now) > FARTHEST;
        self.paused_until.take_if(is_too_far);
        self.down_until.take_if(is_too_far);
        self.full_since.take_if(is_too_far);
        let is_sent = |started: &Started| {
            let at = Timestamp::from_millis(started.second.saturating_mul(1_000));
            at.since(now) <= APART
        };
        self.started.retain(is_sent);
    }

    /// The connection that what is stored was seen with, unless the export that is under way sees Notion with another.
    pub fn connection_of_all(&self) -> Option<Connection> {
        let current = self
            .under_way()
            .and_then(|export| export.connection.as_ref());
        let stored = self.connection.as_ref();
        stored
            .filter(|stored| current.is_none_or(|current| current == *stored))
            .cloned()
    }

    /// Notes the form that is stored from now on; what was stored otherwise is built again by the next export that begins.
    pub fn meet(&mut self, form: &str) {
        // Where nothing is stored, nothing is stored otherwise.
        if self.export.is_none() && self.full_since.is_none() {
            form.clone_into(&mut self.form);
        }
        if self.form != form {
            let has = |form: &str, word: &str| form.split('+').any(|it| it == word);
            let lacks = |word| !(has(&self.form, word) && has(form, word));
            self.lacks_comments |= lacks(COMMENT);
            self.lacks_files |=
                copied_files(form).is_none() || copied_files(&self.form) != copied_files(form);
            self.is_mixed = true;
            form.clone_into(&mut self.form);
        }
        for export in self.export.iter_mut().chain(&mut self.aside) {
            export.form.take_if(|it| it != form);
        }
    }

    /// The export that is neither complete nor failed.
    pub fn under_way(&self) -> Option<&Export> {
        self.export
            .as_ref()
            .filter(|export| export.completed_at.is_none())
    }

    /// Lets go of the error of an object that is exported.
    pub fn forget_error(&mut self, object: &str) {
        self.errors.retain(|error| error.object != object);
    }

    /// Keeps an error in place of an earlier one of its object, and lets go of the oldest beyond `most`,
    /// or beyond what the state has room for.
    pub fn keep_error(&mut self, mut error: ExportError, most: usize) {
        self.forget_error(&error.object);
        error.message = shortened(error.message, KEPT_MESSAGE_BYTES);
        self.errors.push_back(error);
        while self.errors.len() > most || self.bytes_of_errors() > MAX_ERRORS_BYTES {
            self.errors.pop_front();
        }
    }

    fn bytes_of_errors(&self) -> usize {
        serde_json::to_string(&self.errors).map_or(0, |json| json.len())
    }
}

/// A problem as it is kept.
pub fn kept(problem: String) -> String {
    shortened(problem, KEPT_MESSAGE_BYTES)
}

fn shortened(mut message: String, bytes: usize) -> String {
    message.truncate(message.floor_char_boundary(bytes));
    message
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Export, ExportError, Job, LastRun, Started, State};
    use crate::progress::Observed;
    use crate::time::Timestamp;

    #[test]
    fn the_state_stays_under_16_kb_and_is_read_back() {
        let now = Timestamp::from_millis(i64::MAX / 2);
        let started = Started {
            second: now.millis() / 1_000,
            ms: 1_000,
            requests: 100_000,
        };
        let mut export = Export::new(u64::MAX, Job::Changes, now);
        for _ in 0..100 {
            export.keep_error(&ExportError {
                at: now,
                object: format!("data_source:38c9ce7b-60a4-8136-8cb8-{:012x}", 1),
                message: "\"é".repeat(10_000),
                ..ExportError::new(now, "", String::new())
            });
        }
        let mut state = State {
            export: Some(export.clone()),
            aside: Some(export),
            started: vec![started; 90],
            last_run: Some(LastRun {
                at: now,
                outcome: "stopped".to_owned(),
                problem: None,
            }),
            ..State::default()
        };
        for place in 0..100 {
            let object = format!("data_source:38c9ce7b-60a4-8136-8cb8-{place:012x}");
            let message = "\"\u{1}é".repeat(10_000);
            state.keep_error(ExportError::new(now, &object, message), 50);
        }
        assert!(state.errors.len() >= 5, "{}", state.errors.len());
        let export = state.export.as_mut().expect("an export");
        for second in 0..100_000 {
            let done = second * 1_000_000;
            let seen = Observed {
                done,
                found: done * 2,
                requests: done * 5,
                per_minute: Some(180),
                rebuilt: done,
                rebuild_requests: 3,
                rebuild_ms: second,
            };
            let at = now.plus(Duration::from_secs(second));
            export.outlook.estimator.observe(at, seen);
        }
        let json = serde_json::to_string(&state).expect("a state has only string keys");
        assert!(json.len() < 16 * 1024, "{}", json.len());
        assert_eq!(State::parse(&json), Ok(state));
    }

    #[test]
    fn the_state_of_a_version_without_jobs_is_read() {
        for (kind, job) in [("full", Job::All), ("changes", Job::Changes)] {
            let json = format!(
                r#"{{"export":{{"number":7,"kind":"{kind}","started_at":1,"completed_at":null,"searched":true,"runs":3,
                "counts":{{"pages":2}}}},"builder":"2","not_before":5}}"#
            );
            let export = State::parse(&json).map(|state| state.export);
            let expected = Export {
                searched: true,
                runs: 3,
                ..Export::new(7, job, Timestamp::from_millis(1))
            };
            let found = export.expect("a state").expect("an export");
            assert_eq!((found.job, found.number, found.runs), (expected.job, 7, 3));
            assert_eq!(found.errors, expected.errors);
        }
    }
}
