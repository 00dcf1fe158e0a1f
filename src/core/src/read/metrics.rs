//! `GET /metrics`: how the export is doing, as Prometheus reads it (text format 0.0.4).
//!
//! Ages are instants here, in seconds since 1970, as Prometheus wants them: how long ago that is, is `time()` less the number.
//! What an export did so far begins at zero again with each export, and one that is over between two looks would be lost to a
//! counter: so these are gauges, of the export that is under way or else the last one.

use std::fmt::{Display, Write};

use crate::redis::Value;
use crate::status::{Progress, Status};
use crate::time::Timestamp;

use super::{Answer, Problem};

/// The media type of the format.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The states of an export, and how they are called.
const STATES: [(Progress, &str); 4] = [
    (Progress::Empty, "empty"),
    (Progress::Exporting, "exporting"),
    (Progress::Complete, "complete"),
    (Progress::Failed, "failed"),
];

/// The answer, from the replies that make a status.
///
/// # Errors
/// 500 where the state of the export cannot be read.
pub fn answer(replies: &[Value]) -> Result<Answer, Problem> {
    let status = Status::read(replies);
    let status = status.ok_or_else(|| Problem::unreadable("the state of the export"))?;
    Ok(Answer::text(CONTENT_TYPE, text(&status).into_bytes()))
}

fn text(status: &Status) -> String {
    let mut out = Exposition::default();
    out.one(
        "build_info",
        "The version of notion-edge that answers.",
        "version",
        env!("CARGO_PKG_VERSION"),
    );
    out.gauge("pages", "Pages in the store.", status.pages);
    out.gauge(
        "frontier_objects",
        "Objects that wait to be fetched or built again.",
        status.frontier,
    );
    out.gauge(
        "content_version",
        "Raised by each commit that changes content.",
        status.version,
    );
    out.head(
        "export_state",
        "1 for the state that the export is in, 0 for the others.",
    );
    for (state, name) in STATES {
        out.line(
            "export_state",
            Some(("state", name)),
            u8::from(status.state == state),
        );
    }
    if let Some(export) = &status.export {
        out.gauge(
            "export_number",
            "The export that is under way, or the last one.",
            export.number,
        );
        out.gauge("export_runs", "Runs that it took so far.", export.runs);
        out.time("export_started", "When it began.", Some(&export.started_at));
        out.time(
            "export_completed",
            "When it was over.",
            export.completed_at.as_deref(),
        );
    }
    let counts = &status.counts;
    for (name, help, count) in [
        (
            "export_pages",
            "Page documents that this export built and committed.",
            counts.pages,
        ),
        ("export_blocks", "Blocks in them.", counts.blocks),
        (
            "export_containers",
            "Databases and data sources that it committed.",
            counts.containers,
        ),
        (
            "export_changed_pages",
            "Page documents whose content is new.",
            counts.changed,
        ),
        (
            "export_rebuilt_pages",
            "Page documents built again because a page they show changed.",
            counts.rebuilt,
        ),
        (
            "export_unchanged_objects",
            "Objects whose stored version was the current one.",
            counts.unchanged,
        ),
        (
            "export_notion_requests",
            "Requests to Notion.",
            counts.requests,
        ),
        (
            "export_notion_throttled_requests",
            "Requests that Notion asked to hold back.",
            counts.throttled,
        ),
        (
            "export_notion_failed_requests",
            "Requests to Notion that failed in passing.",
            counts.failed,
        ),
        (
            "export_redis_commands",
            "Redis commands, as they are billed.",
            counts.redis_commands,
        ),
        (
            "export_errors",
            "Objects that this export could not export.",
            counts.errors,
        ),
    ] {
        out.gauge(name, help, count);
    }
    out.gauge(
        "errors",
        "The last objects that could not be exported, as far as they are kept, each until it is.",
        status.errors.len(),
    );
    let held = status.held.as_ref().map_or(0, |held| held.pages);
    out.gauge(
        "held_pages",
        "Pages that would go if someone confirmed it.",
        held,
    );
    if let Some(run) = &status.last_run {
        out.time("last_run", "When the last run ended.", Some(&run.at));
        let is_good = u8::from(run.outcome != "stopped");
        out.gauge(
            "last_run_success",
            "1, or 0 where something stopped it.",
            is_good,
        );
    }
    out.0
}

/// Metrics as text.
#[derive(Default)]
struct Exposition(String);

impl Exposition {
    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help);
        self.line(name, None, value);
    }

    /// What only its label tells.
    fn one(&mut self, name: &str, help: &str, label: &str, value: &str) {
        self.head(name, help);
        self.line(name, Some((label, value)), 1);
    }

    /// An instant; nothing where there is none.
    fn time(&mut self, name: &str, help: &str, time: Option<&str>) {
        if let Some(time) = time.and_then(Timestamp::parse) {
            let name = format!("{name}_timestamp_seconds");
            self.gauge(&name, help, time.millis() as f64 / 1_000.0);
        }
    }

    fn head(&mut self, name: &str, help: &str) {
        self.push(format_args!(
            "# HELP notion_edge_{name} {help}\n# TYPE notion_edge_{name} gauge\n"
        ));
    }

    /// A label's value has nothing in it to be escaped.
    fn line(&mut self, name: &str, label: Option<(&str, &str)>, value: impl Display) {
        match label {
            Some((label, of)) => self.push(format_args!(
                "notion_edge_{name}{{{label}=\"{of}\"}} {value}\n"
            )),
            None => self.push(format_args!("notion_edge_{name} {value}\n")),
        }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.0.write_fmt(text);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{answer, text};
    use crate::redis::Value;
    use crate::status::Status;

    fn replies(state: &str) -> [Value; 6] {
        let number = Value::Integer;
        [
            Value::Text(state.to_owned()),
            number(3),
            number(2),
            number(1),
            number(40),
            number(7),
        ]
    }

    fn value(text: &str, name: &str) -> Option<f64> {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("notion_edge_{name} ")))?;
        line.split(' ').nth(1)?.parse().ok()
    }

    #[test]
    fn numbers_are_those_of_the_status() {
        let state = r#"{"export":{"number":4,"job":"all","started_at":1795176000000,"completed_at":1795176060500,"searched":true,"runs":2,
            "counts":{"pages":40,"requests":99,"errors":1}},"last_run":{"at":1795176061000,"outcome":"stopped","problem":"p"},
            "errors":[{"at":0,"object":"page:x","message":"a \"b\"\n"}]}"#;
        let status = Status::read(&replies(state)).expect("a status");
        let text = text(&status);
        for (name, expected) in [
            ("pages", 40.0),
            ("frontier_objects", 3.0),
            ("content_version", 7.0),
            ("export_number", 4.0),
            ("export_pages", 40.0),
            ("export_notion_requests", 99.0),
            ("export_errors", 1.0),
            ("errors", 1.0),
            ("held_pages", 0.0),
            ("export_completed_timestamp_seconds", 1_795_176_060.5),
            ("last_run_timestamp_seconds", 1_795_176_061.0),
            ("last_run_success", 0.0),
        ] {
            assert_eq!(value(&text, name), Some(expected), "{name}: {text}");
        }
        assert!(text.contains("notion_edge_export_state{state=\"complete\"} 1\n"));
        assert!(text.contains("notion_edge_export_state{state=\"exporting\"} 0\n"));
    }

    #[test]
    fn each_metric_has_a_help_and_a_type_before_its_values() {
        let status = Status::read(&replies("")).expect("a status");
        let text = text(&status);
        let (mut known, mut last) = (HashSet::new(), String::new());
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["#", "HELP", name, _, ..] => {
                    assert!(known.insert((*name).to_owned()), "{name} is there twice");
                    last = (*name).to_owned();
                }
                ["#", "TYPE", name, "gauge"] => assert_eq!(*name, last),
                [name, value] => {
                    assert_eq!(name.split('{').next(), Some(last.as_str()));
                    assert!(value.parse::<f64>().is_ok(), "{line}");
                }
                _ => assert_eq!(line, "a line of the format"),
            }
        }
        assert!(known.len() > 15 && text.ends_with('\n'));
        assert!(known.iter().all(|name| name.starts_with("notion_edge_")));
    }

    #[test]
    fn what_is_no_state_is_told_as_unreadable() {
        let status = answer(&replies("{")).map_err(|problem| problem.answer().status);
        assert_eq!(status.map(|it| it.status), Err(500));
    }
}
