//! The half of the Worker that answers readers and admins.
//!
//! | file | what it does |
//! |---|---|
//! | `routes` | which route, who may ask it, what memory or Redis has, the answer |
//! | `http` | requests and responses as the platform has them |
//! | `files`, `events` | what is streamed |

mod events;
mod files;
mod http;
mod routes;

use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{self, Function};
use worker::{Env, web_sys};

/// What is remembered as the answer to just that request, if it is fresh.
#[wasm_bindgen]
pub fn recall(asked: &str) -> Option<http::Prepared> {
    routes::recall(asked)
}

/// Answers `request`, of which `asked` is what counts; `run` begins a run of the export after the answer.
#[wasm_bindgen]
pub async fn answer(
    request: web_sys::Request,
    asked: String,
    env: Env,
    run: Function,
) -> web_sys::Response {
    routes::answer(request, &asked, &env, &run).await
}
