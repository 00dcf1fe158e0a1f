//! What is told about the export: to whoever asks `/v1/status`, and to the progress bar.

mod work;
mod worker;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::api::Operation;
use crate::engine::{Counts, End, ExportError, Held, JobName, State};
use crate::keys::Keys;
use crate::redis::{Command, Value};
use crate::time::Timestamp;
pub use work::{EtaStatus, KindStatus, WorkStatus};
pub use worker::WorkerStatus;

/// What waits for longer is put aside: an export is complete without it.
const PUT_ASIDE: Duration = Duration::from_secs(180);

/// How the export is doing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Status {
    /// Where the export stands.
    pub state: Progress,
    /// The export that is under way, or the last one.
    pub export: Option<ExportStatus>,
    /// What that export did so far.
    pub counts: Counts,
    /// How far it is, and how long it will take; nothing before the first run.
    pub work: Option<WorkStatus>,
    /// Objects that wait to be fetched or built again.
    pub frontier: i64,
    /// Pages in the store, also those that have expired and are to be fetched again.
    pub pages: i64,
    /// When Notion may be asked again.
    pub not_before: Option<String>,
    /// How the last run ended.
    pub last_run: Option<LastRunStatus>,
    /// Pages that stay although Notion does not show them any more, because too many would go within a day.
    pub held: Option<Held>,
    /// The last objects that could not be exported, each until it is; newest last.
    pub errors: Vec<ErrorStatus>,
    /// Raised by each commit that changes content.
    pub version: i64,
    /// What only admins are told.
    pub worker: Option<WorkerStatus>,
}

/// Where the export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// No run has begun yet.
    Empty,
    /// There is more to do.
    Exporting,
    /// The last export is over.
    Complete,
    /// It stopped at an error, because `CONTINUE_ON_ERROR` is false; the next one begins at `not_before`.
    Failed,
}

/// Which export.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportStatus {
    /// Counts up from 1.
    pub number: u64,
    /// What it is to look at.
    pub job: JobName,
    /// The page, database or data source that it is about.
    pub id: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it was complete.
    pub completed_at: Option<String>,
    /// The runs that it took so far.
    pub runs: u32,
    /// The most memory that the engine has had in any of them, in bytes; 0 where its surroundings do not tell.
    pub peak_memory: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LastRunStatus {
    /// When.
    pub at: String,
    /// `complete`, `advanced` or `stopped`.
    pub outcome: String,
    /// What was wrong, if it was stopped.
    pub problem: Option<String>,
}

/// An object that could not be exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorStatus {
    /// When.
    pub at: String,
    /// `page`, `database` or `data_source`.
    pub object: String,
    /// Its id.
    pub id: String,
    /// Why.
    pub message: String,
    /// What Notion was asked for when it failed; null where it was not Notion's doing.
    pub operation: Option<Operation>,
    /// How often that was asked.
    pub attempts: u32,
}

impl Progress {
    /// Where the export stands by its saved state.
    pub fn of(state: &State) -> Self {
        match (&state.export, state.under_way()) {
            (None, _) => Self::Empty,
            (Some(_), Some(_)) => Self::Exporting,
            (Some(export), None) if export.end == End::Failed => Self::Failed,
            (Some(_), None) => Self::Complete,
        }
    }
}

impl Status {
    /// The commands whose replies make the status.
    pub fn commands(keys: &Keys, now: Timestamp) -> Vec<Command> {
        let soon = now.plus(PUT_ASIDE).millis().to_string();
        [
            vec!["HGET", &keys.lease(), "state"],
            vec!["ZCARD", &keys.frontier()],
            vec!["ZCOUNT", &keys.frontier(), "(2", &soon],
            vec!["ZCOUNT", &keys.frontier(), "-inf", "2"],
            vec!["ZCARD", &keys.pages()],
            vec!["GET", &keys.version()],
        ]
        .map(Command::new::<Vec<&str>, &str>)
        .to_vec()
    }

    /// Reads the replies; nothing if they are not what the commands give.
    pub fn read(replies: &[Value]) -> Option<Self> {
        let [state, frontier, objects, rebuilds, pages, version] = replies else {
            return None;
        };
        let count = |reply: &Value| u64::try_from(reply.integer()?).ok();
        let (objects, rebuilds) = (count(objects)?, count(rebuilds)?);
        let state = State::parse(&state.text().unwrap_or_default()).ok()?;
        let time = |time: Timestamp| time.to_string();
        Some(Self {
            state: Progress::of(&state),
            work: state.export.as_ref().map(|export| {
                let is_stopped = state
                    .last_run
                    .as_ref()
                    .is_some_and(|run| run.outcome == "stopped");
                WorkStatus::of(
                    export,
                    objects,
                    rebuilds,
                    state.under_way().is_some() && !is_stopped,
                )
            }),
            counts: state
                .export
                .as_ref()
                .map(|export| export.counts)
                .unwrap_or_default(),
            frontier: frontier.integer()?,
            pages: pages.integer()?,
            not_before: state.not_before.map(time),
            held: state.held,
            last_run: state.last_run.map(|run| LastRunStatus {
                at: time(run.at),
                outcome: run.outcome,
                problem: run.problem,
            }),
            errors: state.errors.into_iter().map(ErrorStatus::of).collect(),
            export: state.export.map(|export| ExportStatus {
                number: export.number,
                job: export.job.name(),
                id: export.job.id().map(|id| id.to_string()),
                started_at: time(export.started_at),
                completed_at: export.completed_at.map(time),
                runs: export.runs,
                peak_memory: export.peak_memory,
            }),
            version: version.integer().unwrap_or(0),
            worker: None,
        })
    }

    /// As JSON.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a status holds only strings, numbers and lists")
    }
}

/// What made the documents that are stored, as of the last complete export of everything.
fn stored_builder(replies: &[Value]) -> Option<String> {
    let state = State::parse(&replies.first()?.text()?).ok()?;
    Some(state.builder).filter(|builder| !builder.is_empty())
}

impl ErrorStatus {
    pub(crate) fn of(error: ExportError) -> Self {
        let (object, id) = error.object.split_once(':').unwrap_or((&error.object, ""));
        Self {
            at: error.at.to_string(),
            object: object.to_owned(),
            id: id.to_owned(),
            message: error.message,
            operation: error.operation,
            attempts: error.attempts,
        }
    }
}
