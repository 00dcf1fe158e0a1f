//! The Worker: what Cloudflare calls, and the effects that the core asks for. Thin; everything is decided in the core.
//!
//! | file | what it does |
//! |---|---|
//! | `environment` | reads the configuration, once |
//! | `drive` | the only loop that performs the engine's effects |
//! | `notion`, `redis`, `files` | one effect each |
//! | `hooks` | calls deploy hooks after a run |
//! | `routes`, `http`, `events` | answer readers |

mod drive;
mod environment;
mod events;
mod fetch;
mod files;
mod hooks;
mod http;
mod notion;
mod redis;
mod routes;

use std::rc::Rc;

use notion_edge_core::config::Config;
use notion_edge_core::engine::{Engine, Outcome};
use wasm_bindgen::JsValue;
use worker::{
    Context, Env, ScheduleContext, ScheduledEvent, console_error, console_log, event, web_sys,
};

/// Answers a reader.
#[event(fetch)]
async fn fetch(
    request: web_sys::Request,
    env: Env,
    context: Context,
) -> worker::Result<web_sys::Response> {
    Ok(routes::answer(request, &env, &context).await)
}

/// Advances the export by one run.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match environment::config(&env) {
        Ok(config) => run(config, files::bucket(&env)).await,
        Err(problems) => console_error!("{problems}"),
    }
}

/// One run of the export.
async fn run(config: Rc<Config>, bucket: Option<JsValue>) {
    let now = environment::now();
    let mut engine = Engine::new(
        config.export.clone(),
        config.keys.clone(),
        &environment::run_name(now),
        environment::seed(),
        now,
    );
    match drive::drive(&mut engine, &config, bucket.as_ref()).await {
        Outcome::Stopped(problem) => console_error!("the export stopped: {problem}"),
        outcome => console_log!("the run ended: {outcome:?}"),
    }
    hooks::call(&config).await;
}
