//! The platform's rate limiting, where a limiter is bound as `RATE_LIMITER`: for requests that show no token, by IP address.

use notion_edge::environment;
use notion_edge_core::config::Config;
use notion_edge_core::read::{Request, network};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::Promise;
use worker::js_sys::futures::JsFuture;
use worker::{Env, web_sys};

#[wasm_bindgen(inline_js = r#"
export function addressOf(request) {
  return request.headers.get("cf-connecting-ip") ?? "unknown";
}

// A limiter that fails lets everyone in.
export async function limit(limiter, key) {
  try {
    const { success } = await limiter.limit({ key });
    return success;
  } catch {
    return true;
  }
}
"#)]
extern "C" {
    #[wasm_bindgen(js_name = addressOf)]
    fn address_of(request: &web_sys::Request) -> String;
    fn limit(limiter: &JsValue, key: &str) -> Promise;
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
    let network = network(&address_of(raw));
    let is_within = JsFuture::from(limit(&limiter, &network)).await;
    is_within.is_ok_and(|it| it.is_falsy())
}
