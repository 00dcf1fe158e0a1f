//! The half of the Worker that answers readers and admins.
//!
//! | file | what it does |
//! |---|---|
//! | `routes` | which route, who may ask it, what memory or Redis has, the answer |
//! | `http` | requests and responses as the platform has them |
//! | `files`, `events` | what is streamed |
//! | `limiter` | how many requests may come without a token |

mod events;
mod files;
mod http;
mod limiter;
mod routes;

use notion_edge::caches::Cache;
use notion_edge::environment;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{self, Function};
use worker::{Env, web_sys};

/// What is remembered as the answer to just that request, if it is fresh.
#[wasm_bindgen]
pub fn recall(asked: &str) -> Option<http::Prepared> {
    routes::recall(asked)
}

/// Has the configuration read again, and what was answered by the former forgotten.
#[wasm_bindgen]
pub fn forget() {
    environment::forget();
    routes::forget();
}

/// Answers `request`, of which `asked` is what counts. `cache` is that of the context, and `run` begins a run of the export after the answer.
#[wasm_bindgen]
pub async fn answer(
    request: web_sys::Request,
    asked: String,
    env: Env,
    cache: JsValue,
    run: Function,
) -> web_sys::Response {
    let surroundings = routes::Surroundings {
        env: &env,
        cache: Cache(&cache),
        run: &run,
    };
    routes::answer(request, &asked, &surroundings).await
}
