//! The half of the Worker that answers readers and admins.
//!
//! | file | what it does |
//! |---|---|
//! | `routes` | which route, who may ask it, and who gives the answer |
//! | `question` | what memory or Redis has, the answer |
//! | `http` | requests and responses as the platform has them |
//! | `files`, `events` | what is streamed |
//! | `limiter` | how many requests may come without a token |

mod events;
mod files;
mod http;
mod limiter;
mod question;
mod routes;

use notion_edge::caches::Cache;
use notion_edge::environment;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{self, Function};
use worker::{Env, web_sys};

/// The answer to a request, ready, or the [`Question`](question::Question) that comes to it; nothing for what needs more of the
/// platform.
#[wasm_bindgen]
pub fn begin(asked: &str) -> JsValue {
    routes::begin(asked).unwrap_or_default()
}

/// Has the configuration read again, and what was answered by the former forgotten.
#[wasm_bindgen]
pub fn forget() {
    environment::forget();
    routes::forget();
}

/// Answers `request`, of which `asked` is what counts, or gives the [`Question`](question::Question) that does. `cache` is that of
/// the context, and `run` begins a run of the export after the answer.
#[wasm_bindgen]
pub async fn answer(
    request: web_sys::Request,
    asked: String,
    env: Env,
    cache: JsValue,
    run: Function,
) -> JsValue {
    let surroundings = routes::Surroundings {
        env: &env,
        cache: Cache(&cache),
        run: &run,
    };
    routes::answer(request, asked, &surroundings).await
}
