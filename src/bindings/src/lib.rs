//! The core for Node and bundlers: the export engine, to be driven by a loop of a few dozen lines, and the renderer.
//!
//! Bodies cross as bytes, once each way; steps and states as JSON in bytes; instants as milliseconds.

mod pace;
mod question;
mod render;

use std::collections::BTreeMap;

use notion_edge_core::config::Config;
use notion_edge_core::document::FINGERPRINT;
use notion_edge_core::engine::{self, Effect, Step};
use notion_edge_core::failure::Failure;
use notion_edge_core::file::{self, FileRecord};
use notion_edge_core::redis::{Command, Dialect, rest};
use notion_edge_core::report::ExportReport;
use notion_edge_core::time::Timestamp;
pub use pace::{CircuitBreaker, Estimate, ProgressEstimator, RateLimiter};
pub use question::Question;
pub use render::{Rendered, render_blocks};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// One run of an export.
#[wasm_bindgen]
pub struct Engine {
    engine: engine::Engine,
    dialect: Dialect,
}

#[wasm_bindgen]
impl Engine {
    /// A run named `run`, which no other run may ever be; `variables` is a JSON object of the Worker's variables.
    #[wasm_bindgen(constructor)]
    pub fn new(variables: &[u8], run: &str, now_ms: f64) -> Result<Engine, JsError> {
        let config = config(variables)?;
        let seed = run.bytes().fold(0_u64, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut engine =
            engine::Engine::new(config.export, config.keys, run, seed, instant(now_ms));
        engine.note_written();
        let dialect = config.dialect;
        Ok(Self { engine, dialect })
    }

    /// What to do next, as JSON:
    /// `{"start": [ticket, {"notion": {operation, timeout_ms, method, path, body?}}]}`, `{"start": [ticket, {"redis": [[word, ...], ...]}]}`,
    /// `{"start": [ticket, {"file": {"copy": {key, url, timeout_ms}}}]}`, `{"start": [ticket, {"file": {"delete": {keys, timeout_ms}}}]}`,
    /// `{"wait": ms or null}` or `{"stop": outcome}`.
    pub fn poll(&mut self, now_ms: f64) -> Result<Vec<u8>, JsError> {
        let mut step = self.engine.poll(instant(now_ms));
        if let Step::Start(_, Effect::Redis(commands)) = &mut step {
            for command in commands {
                *command = Command::new(words(command.clone(), self.dialect));
            }
        }
        Ok(serde_json::to_vec(&step)?)
    }

    /// Takes Notion's answer, whatever its status.
    #[wasm_bindgen(js_name = applyNotion)]
    pub fn apply_notion(
        &mut self,
        now_ms: f64,
        ticket: u32,
        status: u16,
        retry_after: Option<String>,
        body: Vec<u8>,
    ) {
        let answer = match status {
            200 => Ok(body),
            status => Err(Failure::of_notion(status, retry_after.as_deref(), &body)),
        };
        self.take(now_ms, ticket, engine::Reply::Notion(answer));
    }

    /// Takes the answer of Redis over HTTP to `count` commands, whatever its status.
    #[wasm_bindgen(js_name = applyRedis)]
    pub fn apply_redis(
        &mut self,
        now_ms: f64,
        ticket: u32,
        count: usize,
        status: u16,
        body: &[u8],
    ) {
        let reply = engine::Reply::Redis(rest::answers(count, status, body));
        self.take(now_ms, ticket, reply);
    }

    /// Notes that a file is copied: how long it is, as what it was sent, and how it begins; or with what status Notion's storage
    /// answered instead, other than 200.
    #[wasm_bindgen(js_name = applyCopy)]
    pub fn apply_copy(
        &mut self,
        now_ms: f64,
        ticket: u32,
        status: u16,
        size: f64,
        content_type: Option<String>,
        head: &[u8],
    ) {
        let answer = match file::failure_of(status) {
            Some(failure) => Err(failure),
            None => Ok(FileRecord::of(size as u64, content_type.as_deref(), head)
                .to_string()
                .into_bytes()),
        };
        self.take(now_ms, ticket, engine::Reply::File(answer));
    }

    /// Notes that files are deleted.
    #[wasm_bindgen(js_name = applyDelete)]
    pub fn apply_delete(&mut self, now_ms: f64, ticket: u32) {
        self.take(now_ms, ticket, engine::Reply::File(Ok(Vec::new())));
    }

    /// Notes that files could not be copied or deleted.
    #[wasm_bindgen(js_name = failFile)]
    pub fn fail_file(&mut self, now_ms: f64, ticket: u32, problem: &str) {
        let failure = Failure::Transient(problem.to_owned());
        self.take(now_ms, ticket, engine::Reply::File(Err(failure)));
    }

    /// Notes that Notion gave no answer.
    #[wasm_bindgen(js_name = failNotion)]
    pub fn fail_notion(&mut self, now_ms: f64, ticket: u32, problem: &str) {
        let failure = Failure::Transient(format!("notion: {problem}"));
        self.take(now_ms, ticket, engine::Reply::Notion(Err(failure)));
    }

    /// Notes that Redis gave no answer.
    #[wasm_bindgen(js_name = failRedis)]
    pub fn fail_redis(&mut self, now_ms: f64, ticket: u32, problem: &str) {
        let failure = Failure::Transient(format!("redis: {problem}"));
        self.take(now_ms, ticket, engine::Reply::Redis(Err(failure)));
    }

    /// Begins nothing more: the run saves what it has, gives the lease back and stops.
    pub fn close(&mut self) {
        self.engine.close();
    }

    /// The ids of the pages that were written since the last call, as a JSON array. They pile up until they are taken.
    #[wasm_bindgen(js_name = takeWritten)]
    pub fn take_written(&mut self) -> Result<Vec<u8>, JsError> {
        Ok(serde_json::to_vec(&self.engine.take_written())?)
    }

    /// How the export that is worked on is doing, as `GET /v1/exports/{number}` tells it.
    pub fn report(&self) -> Option<Vec<u8>> {
        let export = self.engine.state().export.as_ref()?;
        Some(ExportReport::of(export).to_json().into_bytes())
    }

    /// What the engine knows of the export, as JSON.
    pub fn state(&self) -> Result<Vec<u8>, JsError> {
        Ok(serde_json::to_vec(self.engine.state())?)
    }
}

impl Engine {
    fn take(&mut self, now_ms: f64, ticket: u32, reply: engine::Reply) {
        let ticket = engine::Ticket::from(ticket);
        self.engine.apply(instant(now_ms), ticket, reply);
        self.engine.note_memory(memory());
    }
}

/// The bytes of the wasm's memory; they never become fewer.
#[cfg(target_arch = "wasm32")]
fn memory() -> u64 {
    std::arch::wasm32::memory_size::<0>() as u64 * 64 * 1024
}

/// Without wasm nobody tells.
#[cfg(not(target_arch = "wasm32"))]
fn memory() -> u64 {
    0
}

/// What this core is, as JSON: `{"version", "builder"}`, where another builder makes something else of a page.
#[wasm_bindgen]
pub fn about() -> Result<Vec<u8>, JsError> {
    let version = env!("CARGO_PKG_VERSION");
    let about = serde_json::json!({ "version": version, "builder": FINGERPRINT });
    Ok(serde_json::to_vec(&about)?)
}

/// Reads a JSON object of the Worker's variables.
fn config(variables: &[u8]) -> Result<Config, JsError> {
    let variables: BTreeMap<String, String> = serde_json::from_slice(variables)?;
    Ok(Config::read(|name| variables.get(name).cloned())?)
}

/// A command as the server wants it.
fn words(command: Command, dialect: Dialect) -> Vec<String> {
    command.words_for(dialect).into_owned()
}

fn instant(millis: f64) -> Timestamp {
    // A float has 53 bits, enough for milliseconds until the year 287396; `as` saturates.
    Timestamp::from_millis(millis as i64)
}
