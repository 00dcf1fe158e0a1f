//! Asks the same thing over and over, for a while, and prints how fast the answers came.
//!
//! What to ask is one JSON object in the first argument; the result is one JSON object on stdout.
//! One thread, as little work per request as can be, so that what is measured is the other side:
//! HTTP requests are bytes that were made beforehand, one connection for each that are under way;
//! Redis is asked over one connection that all share, as clients of its library are.

mod http;
mod raw;

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// What to do, for how long.
#[derive(Deserialize)]
struct Load {
    target: Target,
    /// How many requests are under way at any time.
    concurrency: usize,
    warm_up_seconds: f64,
    seconds: f64,
}

/// Whom to ask, and what.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    /// Requests as bytes, the same each time.
    Http(http::Target),
    /// A command, alone or several times in a pipeline.
    Redis(raw::Target),
}

/// How it went.
#[derive(Serialize)]
struct Outcome {
    requests: usize,
    seconds: f64,
    p50_us: f64,
    p99_us: f64,
    /// What it cost to ask, warm-up included.
    cpu_seconds: f64,
}

/// Anything that went wrong ends the measurement.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let load: Load = serde_json::from_str(&env::args().nth(1).unwrap_or_default())?;
    let outcome = run(load).await?;
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}

async fn run(load: Load) -> Result<Outcome> {
    let begin = Instant::now() + Duration::from_secs_f64(load.warm_up_seconds);
    let end = begin + Duration::from_secs_f64(load.seconds);
    let clock = Clock { begin, end };
    let mut times = match load.target {
        Target::Http(target) => http::ask(target, load.concurrency, clock).await?,
        Target::Redis(target) => raw::ask(target, load.concurrency, clock).await?,
    };
    times.sort_unstable();
    let at = |share: f64| {
        let index = (times.len() as f64 * share) as usize;
        times
            .get(index)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
    };
    Ok(Outcome {
        requests: times.len(),
        seconds: load.seconds,
        p50_us: at(0.5),
        p99_us: at(0.99),
        cpu_seconds: cpu_seconds()?,
    })
}

/// What this thread, the only one, has spent so far. Linux alone tells.
fn cpu_seconds() -> Result<f64> {
    let text = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// When measuring begins and ends.
#[derive(Clone, Copy)]
struct Clock {
    begin: Instant,
    end: Instant,
}

impl Clock {
    /// Notes how long a request took that has just been answered; false when the time is up.
    fn note(&self, times: &mut Vec<Duration>, asked: Instant) -> bool {
        let now = Instant::now();
        if now >= self.end {
            return false;
        }
        if now >= self.begin {
            times.push(now - asked);
        }
        true
    }
}
