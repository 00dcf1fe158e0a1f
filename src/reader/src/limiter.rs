//! The platform's rate limiting, where a limiter is bound as `RATE_LIMITER`: for requests that show no token, by IP address.

use notion_edge::environment;
use notion_edge_core::config::Config;
use notion_edge_core::read::Request;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::Promise;
use worker::js_sys::futures::JsFuture;
use worker::{Env, web_sys};

#[wasm_bindgen(inline_js = r#"
// A limiter that fails lets everyone in.
export async function limit(limiter, request) {
  try {
    const { success } = await limiter.limit({ key: request.headers.get("cf-connecting-ip") ?? "unknown" });
    return success;
  } catch {
    return true;
  }
}
"#)]
extern "C" {
    fn limit(limiter: &JsValue, request: &web_sys::Request) -> Promise;
}

/// Whether too many requests without a token came from there.
pub async fn refuses(
    config: &Config,
    request: &Request,
    raw: &web_sys::Request,
    env: &Env,
) -> bool {
    let Some(limiter) = environment::limiter(env) else {
        return false;
    };
    if config.knows(request.authorization.as_deref()) {
        return false;
    }
    let is_within = JsFuture::from(limit(&limiter, raw)).await;
    is_within.is_ok_and(|it| it.is_falsy())
}
