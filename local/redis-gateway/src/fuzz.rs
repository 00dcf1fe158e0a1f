//! Bytes as nobody should send them, through everything here that reads bytes from outside.
//!
//! Seeds of each kind are mutated; whatever comes of it must be understood or be answered, and what
//! is understood must be the same by another way. Each test takes a second, or FUZZ_SECONDS. What
//! happens on sockets is for tests/gateway/fuzz.rs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod bytes;
mod replies;
mod requests;

use std::env;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

/// Runs `check` with ever new values of `inputs` until the time is up; what fails is made smaller
/// before it is shown.
fn soak<I: Strategy>(inputs: I, check: impl Fn(I::Value) -> TestCaseResult) {
    let seconds = env::var("FUZZ_SECONDS")
        .map_or(1.0, |text| text.parse().expect("FUZZ_SECONDS is a number"));
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    while Instant::now() < end {
        if let Err(failure) = runner.run(&inputs, &check) {
            panic!("{failure}");
        }
    }
}
