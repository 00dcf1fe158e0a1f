//! How much of the work of an export is done and known to wait, how fast it goes, and when it will be complete.

use std::time::Duration;

use serde::Serialize;

use crate::engine::{Export, Tally};

/// The work of an export.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkStatus {
    /// Pages.
    pub pages: KindStatus,
    /// Databases.
    pub databases: KindStatus,
    /// Data sources.
    pub data_sources: KindStatus,
    /// Documents that are built again from what is stored, because what they show of others changed.
    pub rebuilds: KindStatus,
    /// Pages that were done in a minute, on average over the export.
    pub pages_per_minute: f64,
    /// The share of requests to Notion that failed in passing or asked to hold back, from 0 to 1.
    pub error_rate: f64,
    /// When the work last got on; null before the first write.
    pub progressed_at: Option<String>,
    /// When it will be complete; null while too little was seen to tell, and while nothing goes on.
    pub eta: Option<EtaStatus>,
}

/// The work of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindStatus {
    /// How many are done.
    pub done: u64,
    /// How many are known to wait; more may be found.
    pub waiting: u64,
    /// How long one took on average, while others were worked on as well.
    pub mean_seconds: Option<f64>,
}

/// When an export will be complete.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EtaStatus {
    /// From when on the seconds count: the last write.
    pub from: String,
    /// The best guess.
    pub seconds: f64,
    /// It takes less one time in ten.
    pub low: f64,
    /// It takes more one time in ten.
    pub high: f64,
}

impl WorkStatus {
    /// The work of an export whose frontier holds so much; `goes_on` where runs are to come.
    pub fn of(export: &Export, objects: u64, rebuilds: u64, goes_on: bool) -> Self {
        let (tallies, counts) = (&export.tallies, &export.counts);
        let [pages, databases, data_sources] = tallies.waiting_by_kind(objects);
        let seen_at = export.outlook.estimator.observed_at();
        let minutes = seen_at.map(|at| at.since(export.started_at).as_secs_f64() / 60.0);
        let estimate = export
            .outlook
            .estimator
            .estimate(tallies.waiting(objects, rebuilds));
        let troubles = counts.throttled.saturating_add(counts.failed);
        Self {
            pages: kind(&tallies.pages, pages),
            databases: kind(&tallies.databases, databases),
            data_sources: kind(&tallies.data_sources, data_sources),
            rebuilds: kind(&tallies.rebuilds, rebuilds),
            pages_per_minute: ratio(tallies.pages.done as f64, minutes.unwrap_or_default()),
            error_rate: ratio(troubles as f64, counts.requests as f64),
            progressed_at: seen_at.map(|at| at.to_string()),
            eta: seen_at
                .zip(estimate)
                .filter(|_| goes_on)
                .map(|(at, it)| EtaStatus {
                    from: at.to_string(),
                    seconds: rounded(it.seconds),
                    low: rounded(it.low),
                    high: rounded(it.high),
                }),
        }
    }
}

fn kind(tally: &Tally, waiting: u64) -> KindStatus {
    KindStatus {
        done: tally.done,
        waiting,
        mean_seconds: tally.mean().as_ref().map(Duration::as_secs_f64),
    }
}

fn ratio(part: f64, of: f64) -> f64 {
    match of > 0.0 {
        true => rounded(part / of * 10.0) / 10.0,
        false => 0.0,
    }
}

/// To hundredths.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
