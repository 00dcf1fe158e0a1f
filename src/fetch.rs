//! One HTTP request with a time limit; the body comes as bytes.
//!
//! The request is one call of JavaScript, which crosses the border of the wasm once each way: building it from here takes
//! a dozen calls, and reading the body as a stream a promise for each part and one for its end.

use std::time::Duration;

use serde_json::{Map, Value};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{JsString, Promise, Uint8Array};

/// Where requests go, and what they have in common: made once, because each text that crosses the border costs as much as the rest.
#[wasm_bindgen(inline_js = r#"
export function target(url, headers, redirect) {
  return { url, headers: JSON.parse(headers), redirect };
}

async function ask({ url, headers, redirect }, path, body, signal) {
  let problem = "no connection";
  try {
    const method = body ? "POST" : "GET";
    const response = await fetch(path ? url + path : url, { method, headers, body, redirect, signal });
    // Upstash reads from replicas: with this, from one that has what was written by the request before.
    const written = signal && response.headers.get("upstash-sync-token");
    if (written) headers["upstash-sync-token"] = written;
    problem = "the answer was cut off";
    const bytes = new Uint8Array(await response.arrayBuffer());
    const retryAfter = response.ok ? undefined : (response.headers.get("retry-after") ?? undefined);
    return { status: response.status, retryAfter, body: bytes };
  } catch {
    return { problem: signal?.aborted ? "late" : problem };
  }
}

export async function send(target, path, body, timeout) {
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), timeout);
  const answer = await ask(target, path, body, abort.signal);
  clearTimeout(late);
  return answer;
}

// What is late, and its timer, go with the request that is answered by then. A signal that takes them back was some 4 % of what
// workerd does for a 304.
export function sendBriefly(target, path, body, timeout) {
  return new Promise((resolve) => {
    setTimeout(resolve, timeout, { problem: "late" });
    ask(target, path, body).then(resolve);
  });
}
"#)]
extern "C" {
    /// Where requests go, with their headers.
    #[derive(Clone)]
    pub type Target;
    #[wasm_bindgen(js_name = target)]
    fn target_in_js(url: &str, headers: &str, redirect: &str) -> Target;

    type Answered;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Answered) -> u16;
    #[wasm_bindgen(method, getter, js_name = retryAfter)]
    fn retry_after(this: &Answered) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Answered) -> Option<Uint8Array>;
    #[wasm_bindgen(method, getter)]
    fn problem(this: &Answered) -> Option<JsString>;

    #[wasm_bindgen(js_name = send)]
    fn send_in_js(
        target: &Target,
        path: Option<&str>,
        body: Option<Uint8Array>,
        timeout_ms: f64,
    ) -> Promise;
    #[wasm_bindgen(js_name = sendBriefly)]
    fn send_briefly_in_js(
        target: &Target,
        path: Option<&str>,
        body: Option<Uint8Array>,
        timeout_ms: f64,
    ) -> Promise;
}

/// What becomes of an answer that only names another address.
#[derive(Clone, Copy)]
pub enum Redirect {
    /// The request goes there.
    Followed,
    /// It is the answer: a POST that is sent on would ask something else.
    Given,
}

/// A target at `url`, to which each request brings `headers`; what has a body is JSON.
pub fn target(url: &str, headers: &[(&str, &str)], redirect: Redirect) -> Target {
    let redirect = match redirect {
        Redirect::Followed => "follow",
        Redirect::Given => "manual",
    };
    let mut all = Map::new();
    for (name, value) in headers
        .iter()
        .chain(&[("content-type", "application/json")])
    {
        all.insert((*name).to_owned(), Value::from(*value));
    }
    target_in_js(url, &Value::Object(all).to_string(), redirect)
}

/// An answer, whatever its status, its body outside of the wasm's memory.
pub struct Received {
    /// Its status code.
    pub status: u16,
    /// Its header `Retry-After`.
    pub retry_after: Option<String>,
    /// Its body, whole.
    pub body: Uint8Array,
}

/// Sends a request to the target, or to `path` behind it, and reads its answer whole: a POST where there is a body, else a GET.
///
/// # Errors
/// What went wrong on the way, or that it took longer than `timeout`; never the address, which may hold credentials.
pub async fn receive(
    target: &Target,
    path: Option<&str>,
    body: Option<&[u8]>,
    timeout: Duration,
) -> Result<Received, String> {
    let body = body.map(Uint8Array::from);
    let answering = send_in_js(target, path, body, timeout.as_millis() as f64);
    let answered = JsFuture::from(answering).await;
    received(answered.unwrap_or_default(), timeout)
}

/// Begins to do so in a request that is answered right after it. What the promise resolves to is for [`received`], with the same
/// `timeout`; it is never rejected.
pub fn send(target: &Target, path: Option<&str>, body: &[u8], timeout: Duration) -> Promise {
    let body = Some(Uint8Array::from(body));
    send_briefly_in_js(target, path, body, timeout.as_millis() as f64)
}

/// What came of it.
///
/// # Errors
/// Those of [`receive`].
pub fn received(answered: JsValue, timeout: Duration) -> Result<Received, String> {
    if !answered.is_object() {
        return Err("no connection".to_owned());
    }
    let answered: Answered = answered.unchecked_into();
    match answered.body() {
        Some(body) => Ok(Received {
            status: answered.status(),
            retry_after: answered.retry_after(),
            body,
        }),
        None => {
            let problem = answered.problem().map(String::from).unwrap_or_default();
            match problem.as_str() {
                "late" => Err(format!("no answer within {} s", timeout.as_secs_f64())),
                _ => Err(problem),
            }
        }
    }
}
