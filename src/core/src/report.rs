//! What is told of one export: while it waits, while it is under way, and among the last ones.
//!
//! In the history it is kept as it is told, so a new field needs a default.

use serde::{Deserialize, Serialize};

use crate::engine::{Counts, End, Export, JobName, Order, What};
use crate::status::ErrorStatus;
use crate::time::Timestamp;

/// One export.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ExportReport {
    /// Counts up; a later export has a greater one.
    pub number: u64,
    /// What it is to look at.
    pub job: JobName,
    /// The page, database or data source that it is about.
    pub id: Option<String>,
    /// Where it stands.
    pub state: ExportState,
    /// When it was asked for; null for one that began by itself.
    pub requested_at: Option<String>,
    /// When its first run began.
    pub started_at: Option<String>,
    /// When it was over.
    pub completed_at: Option<String>,
    /// The runs that it took so far.
    pub runs: u32,
    /// The most memory that the engine has had in any of them, in bytes; 0 where its surroundings do not tell.
    pub peak_memory: u64,
    /// What it did so far.
    pub counts: Counts,
    /// The first objects that it could not export.
    pub errors: Vec<ErrorStatus>,
}

/// Where an export stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// It waits for its turn.
    #[default]
    Queued,
    /// It has begun.
    Running,
    /// It is to end, and the next run ends it.
    Cancelling,
    /// It looked at everything that it was to look at.
    Complete,
    /// Someone ended it; what it wrote stays.
    Cancelled,
    /// There was nothing to begin with: its errors say why.
    Failed,
}

/// The last exports.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportReports {
    /// The last exports, newest first; of those for changes only the last one and those that found any.
    pub results: Vec<ExportReport>,
}

impl ExportReports {
    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("reports hold only strings, numbers and lists")
    }
}

impl ExportReport {
    /// Of an export that has begun.
    pub fn of(export: &Export) -> Self {
        let time = |time: Timestamp| time.to_string();
        Self {
            number: export.number,
            job: export.job.name(),
            id: export.job.id().map(|id| id.to_string()),
            state: match (export.completed_at, export.end) {
                (None, _) => ExportState::Running,
                (Some(_), End::Complete) => ExportState::Complete,
                (Some(_), End::Cancelled) => ExportState::Cancelled,
                (Some(_), End::Failed) => ExportState::Failed,
            },
            requested_at: export.requested_at.map(time),
            started_at: Some(time(export.started_at)),
            completed_at: export.completed_at.map(time),
            runs: export.runs,
            peak_memory: export.peak_memory,
            counts: export.counts,
            errors: export.errors.iter().cloned().map(ErrorStatus::of).collect(),
        }
    }

    /// Of one that waits; nothing for an order that begins none.
    pub fn of_order(order: &Order) -> Option<Self> {
        let What::Begin(job) = order.what else {
            return None;
        };
        Some(Self {
            number: order.number,
            job: job.name(),
            id: job.id().map(|id| id.to_string()),
            requested_at: Some(order.requested_at.to_string()),
            ..Self::default()
        })
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds only strings, numbers and lists")
    }
}
