//! What happened since the start, in numbers, and as text for Prometheus.
//!
//! Never a key, a value or a token. One process is one gateway, so the numbers are global: counting
//! shall not shape the signatures of what is counted.

use std::fmt::{self, Display};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The numbers of this process.
pub static METRICS: Metrics = Metrics::new();

/// What requests are for, by their path.
const ENDPOINTS: [&str; 7] = [
    "command",
    "path",
    "pipeline",
    "multi-exec",
    "subscribe",
    "psubscribe",
    "monitor",
];

/// The statuses that are given. Another one would be counted as 500.
const STATUSES: [u16; 10] = [200, 204, 400, 401, 403, 405, 413, 429, 503, 500];

/// Why requests get no results: the words of `Refusal::reason`.
const REASONS: [&str; 10] = [
    "unauthorized",
    "method",
    "too_large",
    "invalid",
    "crowded",
    "origin",
    "away",
    "lost",
    "late",
    "malformed",
];

/// Upper limits of the histogram, in seconds. A request that waits for Redis in vain takes five by
/// default.
const BOUNDS: [f64; 13] = [
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// A number that goes up, or up and down again.
pub struct Number(AtomicU64);

impl Number {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Counts `amount` more.
    pub fn add(&self, amount: usize) {
        self.0.fetch_add(amount as u64, Ordering::Relaxed);
    }

    /// Counts one until the result is dropped.
    pub fn hold(&'static self) -> Held {
        self.add(1);
        Held(self)
    }

    /// How many were counted, or are.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One of those that a number counts.
pub struct Held(&'static Number);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All that is counted.
pub struct Metrics {
    requests: [[Number; STATUSES.len()]; ENDPOINTS.len()],
    refusals: [Number; REASONS.len()],
    /// How many took at most each of `BOUNDS`, and not at most the one before it; the last, longer.
    durations: [Number; BOUNDS.len() + 1],
    duration_micros: Number,
    /// Bodies that were received, in bytes.
    pub received: Number,
    /// Bodies that were sent, in bytes.
    pub sent: Number,
    /// Requests that are not answered to the end.
    pub in_flight: Number,
    /// Open connections of clients.
    pub connections: Number,
    /// Commands that were handed to the connection to Redis.
    pub commands: Number,
    /// Shared connections to Redis that are there.
    pub redis_up: Number,
    /// Connections to Redis that came to be.
    pub redis_connections: Number,
}

impl Metrics {
    const fn new() -> Self {
        Self {
            requests: [const { [const { Number::new() }; STATUSES.len()] }; ENDPOINTS.len()],
            refusals: [const { Number::new() }; REASONS.len()],
            durations: [const { Number::new() }; BOUNDS.len() + 1],
            duration_micros: Number::new(),
            received: Number::new(),
            sent: Number::new(),
            in_flight: Number::new(),
            connections: Number::new(),
            commands: Number::new(),
            redis_up: Number::new(),
            redis_connections: Number::new(),
        }
    }

    /// Counts the response to a request for `endpoint`.
    pub fn answered(&self, endpoint: &str, status: u16, took: Duration) {
        let status = STATUSES.iter().position(|known| *known == status);
        let number = ENDPOINTS
            .iter()
            .position(|known| *known == endpoint)
            .and_then(|index| self.requests.get(index))
            .and_then(|numbers| numbers.get(status.unwrap_or(STATUSES.len() - 1)));
        if let Some(number) = number {
            number.add(1);
        }
        let bucket = BOUNDS.partition_point(|bound| took.as_secs_f64() > *bound);
        if let Some(number) = self.durations.get(bucket) {
            number.add(1);
        }
        let micros = usize::try_from(took.as_micros()).unwrap_or(usize::MAX);
        self.duration_micros.add(micros);
    }

    /// Counts a request that got no results, because of `reason`.
    pub fn refused(&self, reason: &str) {
        let mut numbers = self.refusals.iter().zip(REASONS);
        if let Some((number, _)) = numbers.find(|(_, name)| *name == reason) {
            number.add(1);
        }
    }
}

/// What a request to `path` is for.
pub fn endpoint(path: &str) -> &'static str {
    let path = path.trim_matches('/');
    let first = path.split_once('/').map_or(path, |(first, _)| first);
    match path {
        "" => "command",
        "pipeline" => "pipeline",
        "multi-exec" => "multi-exec",
        _ => match first {
            "subscribe" => "subscribe",
            "psubscribe" => "psubscribe",
            "monitor" => "monitor",
            _ => "path",
        },
    }
}

impl Display for Metrics {
    /// Prometheus's text format, version 0.0.4.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        head(
            f,
            "requests_total",
            "counter",
            "Requests that were answered.",
        )?;
        for (numbers, endpoint) in self.requests.iter().zip(ENDPOINTS) {
            for (number, status) in numbers.iter().zip(STATUSES) {
                let labels = format_args!("endpoint=\"{endpoint}\",status=\"{status}\"");
                line(f, "requests_total", labels, number.get())?;
            }
        }
        head(
            f,
            "refusals_total",
            "counter",
            "Requests without results, by reason.",
        )?;
        for (number, reason) in self.refusals.iter().zip(REASONS) {
            line(
                f,
                "refusals_total",
                format_args!("reason=\"{reason}\""),
                number.get(),
            )?;
        }
        self.push_durations(f)?;
        for (name, kind, help, number) in [
            (
                "commands_total",
                "counter",
                "Commands for Redis.",
                &self.commands,
            ),
            (
                "request_bytes_total",
                "counter",
                "Bodies of requests.",
                &self.received,
            ),
            (
                "response_bytes_total",
                "counter",
                "Bodies of responses.",
                &self.sent,
            ),
            (
                "requests_in_flight",
                "gauge",
                "Requests under way.",
                &self.in_flight,
            ),
            (
                "connections",
                "gauge",
                "Open connections of clients.",
                &self.connections,
            ),
            (
                "redis_up",
                "gauge",
                "Shared connections to Redis that are open.",
                &self.redis_up,
            ),
            (
                "redis_connections_total",
                "counter",
                "Shared connections to Redis that were opened.",
                &self.redis_connections,
            ),
        ] {
            head(f, name, kind, help)?;
            writeln!(f, "redis_gateway_{name} {}", number.get())?;
        }
        Ok(())
    }
}

impl Metrics {
    fn push_durations(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = "request_duration_seconds";
        head(
            f,
            name,
            "histogram",
            "From a request's head to its response.",
        )?;
        let mut count = 0;
        let bounds = BOUNDS.iter().copied().chain([f64::INFINITY]);
        for (number, bound) in self.durations.iter().zip(bounds) {
            count += number.get();
            let bound = if bound.is_finite() {
                bound.to_string()
            } else {
                "+Inf".to_owned()
            };
            line(
                f,
                "request_duration_seconds_bucket",
                format_args!("le=\"{bound}\""),
                count,
            )?;
        }
        let seconds = Duration::from_micros(self.duration_micros.get()).as_secs_f64();
        writeln!(f, "redis_gateway_{name}_sum {seconds}")?;
        writeln!(f, "redis_gateway_{name}_count {count}")
    }
}

fn head(f: &mut fmt::Formatter<'_>, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(
        f,
        "# HELP redis_gateway_{name} {help}\n# TYPE redis_gateway_{name} {kind}"
    )
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, labels: impl Display, value: u64) -> fmt::Result {
    writeln!(f, "redis_gateway_{name}{{{labels}}} {value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, line: &str) {
        assert!(
            text.lines().any(|other| other == line),
            "{line} is missing:\n{text}"
        );
    }

    #[test]
    fn requests_are_counted_by_endpoint_and_status() {
        let metrics = Metrics::new();
        for (path, status) in [
            ("/", 200),
            ("/", 200),
            ("/pipeline/", 401),
            ("/subscribe/news", 200),
            ("/pipeline/x", 400),
            ("/get/k", 599),
        ] {
            metrics.answered(endpoint(path), status, Duration::ZERO);
        }
        let text = metrics.to_string();
        for (labels, count) in [
            (r#"endpoint="command",status="200""#, 2),
            (r#"endpoint="pipeline",status="401""#, 1),
            (r#"endpoint="subscribe",status="200""#, 1),
            (r#"endpoint="path",status="400""#, 1),
            (r#"endpoint="path",status="500""#, 1),
        ] {
            has(
                &text,
                &format!("redis_gateway_requests_total{{{labels}}} {count}"),
            );
        }
    }

    #[test]
    fn durations_add_up_from_bucket_to_bucket() {
        let metrics = Metrics::new();
        for millis in [1, 2, 30, 60_000] {
            metrics.answered("command", 200, Duration::from_millis(millis));
        }
        let text = metrics.to_string();
        for (bound, count) in [
            ("0.0005", 0),
            ("0.001", 1),
            ("0.05", 3),
            ("5", 3),
            ("+Inf", 4),
        ] {
            let bucket = format!("request_duration_seconds_bucket{{le=\"{bound}\"}} {count}");
            has(&text, &format!("redis_gateway_{bucket}"));
        }
        has(&text, "redis_gateway_request_duration_seconds_sum 60.033");
        has(&text, "redis_gateway_request_duration_seconds_count 4");
    }
}
