//! HTTP as the platform has it: each response is one call of JavaScript.

use notion_edge_core::read::{Answer, Problem, Route};
use serde_json::{Map, Value};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Promise, Uint8Array};
use worker::web_sys;

#[wasm_bindgen(inline_js = r#"
export function respond(status, headers, body) {
  return new Response(body ?? null, { status, headers: JSON.parse(headers) });
}

// What a response is made of, as often as it is asked for.
export function prepare(status, headers, body) {
  return { status, headers: new Headers(JSON.parse(headers)), body: body ?? null };
}

// Nobody has to show a token to send a body, so what is too long is not kept.
export async function read(request, most) {
  const parts = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.byteLength;
    if (bytes > most) return undefined;
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
"#)]
extern "C" {
    /// An answer that is ready to be sent, again and again.
    #[derive(Clone)]
    pub type Prepared;
    #[wasm_bindgen(js_name = prepare)]
    fn prepare_in_js(status: u16, headers: &str, body: Option<Uint8Array>) -> Prepared;
    #[wasm_bindgen(js_name = respond)]
    fn respond_in_js(status: u16, headers: &str, body: Option<Uint8Array>) -> web_sys::Response;
    #[wasm_bindgen(js_name = read)]
    fn read_in_js(request: &web_sys::Request, most: u32) -> Promise;
}

/// The response with more headers.
pub fn with_headers(
    response: web_sys::Response,
    headers: &[(&'static str, String)],
) -> web_sys::Response {
    for (name, value) in headers {
        // A name or value that is none could be refused; these are ours.
        let _ = response.headers().append(name, value);
    }
    response
}

/// The body of a request.
///
/// # Errors
/// 400 where it cannot be read, or is longer than any route takes.
pub async fn body(request: &web_sys::Request) -> Result<Vec<u8>, Problem> {
    let problem = |what: &str| Problem::bad_request(format!("the body {what}"));
    let body = JsFuture::from(read_in_js(request, Route::MAX_BODY_BYTES)).await;
    let body = body.map_err(|_| problem("cannot be read"))?;
    match body.dyn_into::<Uint8Array>() {
        Ok(body) => Ok(body.to_vec()),
        Err(_) => Err(problem("is longer than any that is taken here")),
    }
}

/// The response that `answer` is; `body` is its body where it is not in there. For HEAD the runtime sends the headers alone.
pub fn respond(answer: &Answer, body: Option<Uint8Array>) -> web_sys::Response {
    let (headers, body) = parts(answer, body);
    respond_in_js(answer.status, &headers, body)
}

/// The same, to be sent as often as it is asked for, and how many bytes it takes.
pub fn prepare(answer: &Answer, body: Option<Uint8Array>) -> (Prepared, usize) {
    let (headers, body) = parts(answer, body);
    let bytes = headers.len() + body.as_ref().map_or(0, |body| body.length() as usize);
    (prepare_in_js(answer.status, &headers, body), bytes)
}

/// Headers as a JSON object, which costs the platform half of what pairs do, and the body.
fn parts(answer: &Answer, body: Option<Uint8Array>) -> (String, Option<Uint8Array>) {
    let mut headers = Map::new();
    for (name, value) in &answer.headers {
        headers.insert((*name).to_owned(), Value::from(value.as_str()));
    }
    let own = (!answer.body.is_empty()).then(|| Uint8Array::from(answer.body.as_slice()));
    (Value::Object(headers).to_string(), body.or(own))
}
