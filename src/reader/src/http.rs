//! HTTP as the platform has it: a request in one call of JavaScript, a response in another.

use notion_edge_core::read::{Answer, Request};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Promise, Uint8Array};
use worker::web_sys;

#[wasm_bindgen(inline_js = r#"
const HEADERS = ["authorization", "accept", "if-none-match", "last-event-id", "origin"];

// A header has no line breaks in it, and an address neither.
export function describe(request) {
  const { origin, pathname, search } = new URL(request.url);
  const headers = HEADERS.map((name) => request.headers.get(name) ?? "");
  return [request.method, origin, pathname, search.slice(1), ...headers].join("\n");
}

export function respond(status, headers, body) {
  return new Response(body ?? null, { status, headers: JSON.parse(headers) });
}

export function readAll(request) {
  return request.arrayBuffer();
}
"#)]
extern "C" {
    fn describe(request: &web_sys::Request) -> String;
    #[wasm_bindgen(js_name = respond)]
    fn respond_in_js(status: u16, headers: &str, body: Option<Uint8Array>) -> web_sys::Response;
    #[wasm_bindgen(js_name = readAll)]
    fn read_all(request: &web_sys::Request) -> Promise;
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

/// What of a request counts, without its body.
pub fn read(request: &web_sys::Request) -> Request {
    let described = describe(request);
    let mut lines = described.split('\n').map(str::to_owned);
    let mut next = || lines.next().unwrap_or_default();
    let (method, base, path, query) = (next(), next(), next(), next());
    let mut header = || Some(next()).filter(|value| !value.is_empty());
    Request {
        method,
        path,
        query: Request::pairs(&query),
        authorization: header(),
        accept: header(),
        if_none_match: header(),
        last_event_id: header(),
        origin: header(),
        base,
        site: None,
    }
}

/// Its body.
///
/// # Errors
/// That it cannot be read.
pub async fn body(request: &web_sys::Request) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(read_all(request)).await?;
    Ok(Uint8Array::new(&buffer.unchecked_into()).to_vec())
}

/// The response that `answer` is; `body` is its body where it is not in there. For HEAD the runtime sends the headers alone,
/// with the length that the body would have.
pub fn respond(answer: &Answer, body: Option<Uint8Array>) -> web_sys::Response {
    let headers = serde_json::to_string(&answer.headers).unwrap_or_else(|_| "[]".to_owned());
    let own = (!answer.body.is_empty()).then(|| Uint8Array::from(answer.body.as_slice()));
    respond_in_js(answer.status, &headers, body.or(own))
}
