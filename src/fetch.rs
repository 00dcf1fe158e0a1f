//! One HTTP request with a time limit; the body comes as bytes.
//!
//! The request is one call of JavaScript, which crosses the border of the wasm once each way: building it from here takes
//! a dozen calls, and reading the body as a stream a promise for each part and one for its end.

use std::time::Duration;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{JsString, Promise, Uint8Array};

/// What to send.
pub struct Sent<'a> {
    pub method: &'static str,
    pub url: &'a str,
    /// The value of `authorization`.
    pub authorization: &'a str,
    /// The value of `notion-version`, where it is Notion that is asked.
    pub version: Option<&'static str>,
    /// JSON.
    pub body: Option<&'a [u8]>,
}

#[wasm_bindgen(inline_js = r#"
export class Answer {
  constructor(status, retryAfter, body, problem) {
    Object.assign(this, { status, retryAfter, body, problem });
  }
}

export async function send(method, url, authorization, version, body, timeout) {
  const headers = { authorization };
  if (version) headers["notion-version"] = version;
  if (body) headers["content-type"] = "application/json";
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), timeout);
  let problem = "no connection";
  try {
    const response = await fetch(url, { method, headers, body, signal: abort.signal });
    problem = "the answer was cut off";
    const bytes = new Uint8Array(await response.arrayBuffer());
    return new Answer(response.status, response.headers.get("retry-after") ?? undefined, bytes);
  } catch {
    return new Answer(0, undefined, undefined, abort.signal.aborted ? "late" : problem);
  } finally {
    clearTimeout(late);
  }
}
"#)]
extern "C" {
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
        method: &str,
        url: &str,
        authorization: &str,
        version: Option<&str>,
        body: Option<Uint8Array>,
        timeout_ms: f64,
    ) -> Promise;
}

/// An answer, whatever its status.
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// Sends a request and reads its answer whole.
///
/// # Errors
/// What went wrong on the way, or that it took longer than `timeout`; never the address, which may hold credentials.
pub async fn send(sent: Sent<'_>, timeout: Duration) -> Result<Answer, String> {
    let body = sent.body.map(Uint8Array::from);
    let answering = send_in_js(
        sent.method,
        sent.url,
        sent.authorization,
        sent.version,
        body,
        timeout.as_millis() as f64,
    );
    let answered: Answered = JsFuture::from(answering)
        .await
        .map_err(|_| "no connection".to_owned())?
        .unchecked_into();
    match answered.body() {
        Some(body) => Ok(Answer {
            status: answered.status(),
            retry_after: answered.retry_after(),
            body: body.to_vec(),
        }),
        None => {
            let problem = answered.problem().map(String::from).unwrap_or_default();
            match problem.as_str() {
                "late" => Err(format!("no answer within {} s", timeout.as_secs_f32())),
                _ => Err(problem),
            }
        }
    }
}
