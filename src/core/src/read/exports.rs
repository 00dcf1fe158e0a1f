//! `/v1/exports`: orders an export, tells of the last ones, cancels one. All of it is for admins.

use serde::Deserialize;

use crate::engine::{Job, JobName, KEPT_EXPORTS, Order, State, What};
use crate::failure::Failure;
use crate::id::Id;
use crate::keys::Keys;
use crate::redis::{Command, Script, Value};
use crate::report::{ExportReport, ExportReports, ExportState};
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::{Answer, Problem, body};

/// How many orders may wait.
const MOST_WAITING: usize = 10;

/// The longest body that is read.
const MAX_BODY_BYTES: usize = 1_000;

/// What is asked about exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// `POST /v1/exports`: begin one.
    Order(Job),
    /// `GET /v1/exports`: the last ones.
    List,
    /// `GET /v1/exports/{number}`: how it is doing.
    One(u64),
    /// `DELETE /v1/exports/{number}`: end it.
    Cancel(u64),
}

/// A question on its way.
#[derive(Clone, Debug)]
pub struct Exchange {
    ask: Ask,
    lease: String,
    history: String,
    now: Timestamp,
    phase: Phase,
}

#[derive(Clone, Debug)]
enum Phase {
    Ordering(Job, Call<Option<(u64, Timestamp)>>),
    Reading(Call<Vec<ExportReport>>),
    Cancelling(Box<ExportReport>, Call<bool>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It waits, or it ends with the next run.
    Accepted(ExportReport),
    /// How it is doing.
    Report(ExportReport),
    /// The last ones.
    Reports(ExportReports),
    /// Too many wait already.
    Full,
    /// No such export, or it is too long ago.
    Unknown(u64),
    /// It is over and cannot be cancelled.
    Over(u64),
    /// It began by itself and would begin again.
    Unasked(u64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    job: JobName,
    #[serde(default)]
    id: Option<Id>,
}

impl Ask {
    /// Reads the body of a POST: `{"job": "all" | "changes" | "database" | "page", "id"}`; none is `all`.
    ///
    /// # Errors
    /// 400, with what is wrong.
    pub fn with_body(self, body: &[u8]) -> Result<Self, Problem> {
        if !matches!(self, Self::Order(_)) {
            return Ok(self);
        }
        let Some(Body { job, id }) = body::object(body, MAX_BODY_BYTES)? else {
            return Ok(self);
        };
        let problem = "page and database need an id, all and changes take none";
        let job = Job::of(job, id).ok_or_else(|| body::wrong(problem))?;
        Ok(Self::Order(job))
    }

    /// The exchange with Redis that answers it: an order is one command and two inner ones, a look two commands.
    pub fn exchange(self, keys: &Keys, now: Timestamp) -> Exchange {
        let phase = match self {
            Self::Order(job) => {
                let id = job.id().map_or_else(|| "-".to_owned(), |id| id.to_string());
                let args = [
                    job.name().to_string(),
                    id,
                    now.millis().to_string(),
                    MOST_WAITING.to_string(),
                ];
                let call = Call::script("orders", Script::ORDER, [keys.lease()], args, ordered);
                Phase::Ordering(job, call)
            }
            Self::List | Self::One(_) | Self::Cancel(_) => {
                let commands = [
                    vec![
                        "HMGET".to_owned(),
                        keys.lease(),
                        "state".to_owned(),
                        "orders".to_owned(),
                    ],
                    vec![
                        "LRANGE".to_owned(),
                        keys.history(),
                        "0".to_owned(),
                        "-1".to_owned(),
                    ],
                ];
                let commands = commands.map(Command::new).to_vec();
                Phase::Reading(Call::several("exports", commands, reports))
            }
        };
        Exchange {
            ask: self,
            lease: keys.lease(),
            history: keys.history(),
            now,
            phase,
        }
    }
}

impl Operation for Exchange {
    type Output = Told;

    fn poll(&self) -> Step {
        match &self.phase {
            Phase::Ordering(_, call) => call.poll(),
            Phase::Reading(call) => call.poll(),
            Phase::Cancelling(_, call) => call.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Told>, Error> {
        match &mut self.phase {
            Phase::Ordering(job, call) => {
                let job = *job;
                let told = call.apply(reply)?.map(|ordered| match ordered {
                    None => Told::Full,
                    Some((number, requested_at)) => {
                        let order = Order {
                            number,
                            what: What::Begin(job),
                            requested_at,
                        };
                        ExportReport::of_order(&order).map_or(Told::Full, Told::Accepted)
                    }
                });
                Ok(told)
            }
            Phase::Reading(call) => {
                let reports = call.apply(reply)?;
                Ok(reports.and_then(|reports| self.read(reports)))
            }
            Phase::Cancelling(report, call) => {
                let mut report = ExportReport::clone(report);
                let told = call.apply(reply)?.map(|was_queued| match was_queued {
                    true => Told::Report(report),
                    false => {
                        report.state = ExportState::Cancelling;
                        report.completed_at = None;
                        Told::Accepted(report)
                    }
                });
                Ok(told)
            }
        }
    }
}

impl Exchange {
    /// Takes what is known of the exports; nothing where that is not the end of it.
    fn read(&mut self, mut reports: Vec<ExportReport>) -> Option<Told> {
        let number = match self.ask {
            Ask::One(number) | Ask::Cancel(number) => number,
            Ask::List | Ask::Order(_) => {
                reports.truncate(KEPT_EXPORTS);
                return Some(Told::Reports(ExportReports { results: reports }));
            }
        };
        let Some(report) = reports.into_iter().find(|it| it.number == number) else {
            return Some(Told::Unknown(number));
        };
        match (self.ask, report.state) {
            (Ask::One(_), _) | (_, ExportState::Cancelled) => Some(Told::Report(report)),
            (_, ExportState::Cancelling) => Some(Told::Accepted(report)),
            (_, ExportState::Complete | ExportState::Failed) => Some(Told::Over(number)),
            (_, ExportState::Running) if report.requested_at.is_none() => {
                Some(Told::Unasked(number))
            }
            (_, ExportState::Running | ExportState::Queued) => {
                self.cancel(report);
                None
            }
        }
    }

    fn cancel(&mut self, mut report: ExportReport) {
        report.state = ExportState::Cancelled;
        report.completed_at = Some(self.now.to_string());
        let args = [
            report.number.to_string(),
            self.now.millis().to_string(),
            report.to_json(),
            KEPT_EXPORTS.to_string(),
        ];
        let keys = [self.lease.clone(), self.history.clone()];
        let call = Call::script("orders", Script::CANCEL, keys, args, was_queued);
        self.phase = Phase::Cancelling(Box::new(report), call);
    }
}

impl Told {
    /// The answer that tells it.
    ///
    /// # Errors
    /// 404 for an unknown export, 409 where it cannot be done.
    pub fn answer(self) -> Result<Answer, Problem> {
        match self {
            Self::Accepted(report) => {
                let mut answer = Answer::json(report.to_json().into_bytes());
                answer.status = 202;
                let location = format!("/v1/exports/{}", report.number);
                answer.headers.push(("location", location));
                Ok(answer)
            }
            Self::Report(report) => Ok(Answer::json(report.to_json().into_bytes())),
            Self::Reports(reports) => Ok(Answer::json(reports.to_json().into_bytes())),
            Self::Full => Err(Problem::conflict(format!(
                "{MOST_WAITING} exports wait already: try again when one is over, or cancel one with DELETE /v1/exports/{{number}}"
            ))),
            Self::Unknown(number) => Err(Problem::not_found(&format!(
                "no export {number}: /v1/exports has the last ones"
            ))),
            Self::Over(number) => Err(Problem::conflict(format!(
                "export {number} is over, there is nothing to cancel"
            ))),
            Self::Unasked(number) => Err(Problem::conflict(format!(
                "nobody asked for export {number}, so the next run would begin it again: take the cron trigger away to stop it"
            ))),
        }
    }
}

fn ordered(reply: &Value) -> Result<Option<(u64, Timestamp)>, Error> {
    if *reply == Value::Nil {
        return Ok(None);
    }
    let text = |place: usize| reply.items().get(place).and_then(Value::text);
    let told = || Some((text(0)?.parse().ok()?, text(1)?.parse().ok()?));
    let (number, at) = told().ok_or_else(Error::unexpected)?;
    Ok(Some((number, Timestamp::from_millis(at))))
}

fn was_queued(reply: &Value) -> Result<bool, Error> {
    reply
        .integer()
        .map(|it| it == 1)
        .ok_or_else(Error::unexpected)
}

/// All exports that are known, newest first.
fn reports(replies: &Value) -> Result<Vec<ExportReport>, Error> {
    let [fields, history] = replies.items() else {
        return Err(Error::unexpected());
    };
    let text = |place: usize| fields.items().get(place).and_then(Value::text);
    let state = State::parse(&text(0).unwrap_or_default())
        .map_err(|_| Error::MisshapedRecord("the state of the export".to_owned()))?;
    let orders = Order::list(&text(1).unwrap_or_default());
    let begun = [&state.export, &state.aside].into_iter().flatten();
    let begun = begun.map(|export| {
        let mut report = ExportReport::of(export);
        let is_cancel = |it: &Order| it.what == What::Cancel && it.number == export.number;
        if report.state == ExportState::Running && orders.iter().any(is_cancel) {
            report.state = ExportState::Cancelling;
        }
        report
    });
    // What an earlier version wrote otherwise is passed over.
    let over = history.items().iter().filter_map(Value::text);
    let over = over.filter_map(|json| serde_json::from_str(&json).ok());
    let waiting = orders.iter().filter_map(ExportReport::of_order);
    let mut all: Vec<ExportReport> = begun.chain(over).chain(waiting).collect();
    all.sort_by_key(|report| std::cmp::Reverse(report.number));
    all.dedup_by_key(|report| report.number);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::Ask;
    use crate::engine::Job;

    #[test]
    fn an_order_is_an_object_with_a_job_and_nothing_else() {
        let read = |body: &str| Ask::Order(Job::All).with_body(body.as_bytes());
        assert_eq!(read(""), Ok(Ask::Order(Job::All)));
        assert_eq!(read(r#" {"job":"changes"}"#), Ok(Ask::Order(Job::Changes)));
        for body in [
            r#"["changes"]"#,
            r#"["page","2712e341754a41aea9ce4c0bb4b18c52"]"#,
            r#""changes""#,
            "null",
            "{}",
            r#"{"job":"changes","of":1}"#,
            r#"{"job":"page"}"#,
            r#"{"job":"all","id":"2712e341754a41aea9ce4c0bb4b18c52"}"#,
        ] {
            let status = read(body).map_err(|problem| problem.answer().status);
            assert_eq!(status, Err(400), "{body}");
        }
    }
}
