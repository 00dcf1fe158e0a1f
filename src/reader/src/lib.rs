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

/// Answers a request; `run` begins a run of the export after the answer.
#[wasm_bindgen]
pub async fn fetch(request: web_sys::Request, env: Env, run: Function) -> web_sys::Response {
    routes::answer(request, &env, &run).await
}
