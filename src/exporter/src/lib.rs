//! The half of the Worker that copies Notion into Redis: one run of the export, and what follows it.
//!
//! | file | what it does |
//! |---|---|
//! | `drive` | the only loop that performs the engine's effects |
//! | `notion`, `files` | one effect each, as `redis` of the other crate |
//! | `purge`, `hooks` | what follows a run: caches forget what changed, sites are built again |

mod drive;
mod files;
mod hooks;
mod notion;
mod purge;

use notion_edge::caches::Cache;
use notion_edge::environment;
use notion_edge_core::config::Config;
use notion_edge_core::engine::{Engine, Outcome};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, console_error, console_log, js_sys};

/// Has the configuration read again.
#[wasm_bindgen]
pub fn forget() {
    environment::forget();
}

/// Advances the export by one run: at a tick, or `after_an_answer`, which leaves less time. `cache` is that of the context.
#[wasm_bindgen]
pub async fn run(env: Env, cache: JsValue, after_an_answer: bool) {
    let config = match environment::config(&env) {
        Ok(config) => config,
        Err(problems) => return console_error!("{problems}"),
    };
    let export = match after_an_answer {
        true => config.export.after_an_answer(),
        false => config.export.at_a_tick(),
    };
    let config = Config {
        export,
        ..Config::clone(&config)
    };
    let now = environment::now();
    let mut engine = Engine::new(
        config.export.clone(),
        config.keys.clone(),
        &environment::run_name(now),
        environment::seed(),
        now,
    );
    match drive::drive(&mut engine, &config, environment::bucket(&env).as_ref()).await {
        Outcome::Stopped(problem) => console_error!("the export stopped: {problem}"),
        outcome => console_log!("the run ended: {outcome:?}"),
    }
    purge::call(&config, &Cache(&cache)).await;
    hooks::call(&config).await;
}
