//! Serves the copies of files in the R2 bucket that is bound as `FILES`. Bytes go from R2 to the reader without entering the wasm.

use notion_edge_core::config::Config;
use notion_edge_core::file::{self, OutOfRange};
use notion_edge_core::read::Problem;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Promise};
use worker::{console_error, web_sys};

#[wasm_bindgen(inline_js = r#"
// R2 has no time limit of its own.
async function within(ms, asking) {
  let late;
  const limit = new Promise((_, reject) => {
    late = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([asking, limit]).finally(() => clearTimeout(late));
}

export async function look(bucket, key, ms) {
  const object = await within(ms, bucket.head(key));
  return object ? { size: object.size, etag: object.httpEtag } : {};
}

export function find(bucket, key, headers, isBodyWanted, offset, length, ms) {
  return within(ms, found(bucket, key, headers, isBodyWanted, offset, length));
}

async function found(bucket, key, headers, isBodyWanted, offset, length) {
  const range = length === undefined ? undefined : { offset, length };
  const get = async (onlyIf) => bucket.get(key, { onlyIf, range });
  // R2 refuses tags without quotes; a condition that cannot be read is none.
  const object = await get(headers).catch(() => get());
  if (object === null) return { status: 404 };
  const type = object.httpMetadata?.contentType;
  if (object.body && !isBodyWanted) {
    await object.body.cancel();
    return { status: 200, type, object };
  }
  if (object.body) return { status: range ? 206 : 200, type, object, range, body: object.body };
  return { status: headers.has("if-match") || headers.has("if-unmodified-since") ? 412 : 304, type, object };
}

export function respond(found, pairs) {
  const { status, object, range, body = null } = found;
  const headers = new Headers(pairs);
  headers.set("etag", object.httpEtag);
  headers.set("last-modified", object.uploaded.toUTCString());
  if (range) headers.set("content-range", `bytes ${range.offset}-${range.offset + range.length - 1}/${object.size}`);
  if (status === 200) headers.set("content-length", String(object.size));
  return new Response(body, { status, headers });
}
"#)]
extern "C" {
    type Seen;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Seen) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn etag(this: &Seen) -> Option<String>;

    type Found;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Found) -> u16;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn content_type(this: &Found) -> Option<String>;

    fn look(bucket: &JsValue, key: &str, ms: f64) -> Promise;
    #[wasm_bindgen(js_name = find)]
    fn find_in_js(
        bucket: &JsValue,
        key: &str,
        headers: &web_sys::Headers,
        is_body_wanted: bool,
        offset: Option<f64>,
        length: Option<f64>,
        ms: f64,
    ) -> Promise;
    #[wasm_bindgen(catch)]
    fn respond(found: &Found, pairs: Array) -> Result<web_sys::Response, JsValue>;
}

/// Answers a request for the file `key`, or for a part of it.
///
/// # Errors
/// 404 where there is no copy; 503 where R2 does not begin to answer within the time of a read.
pub async fn serve(
    bucket: &JsValue,
    config: &Config,
    request: &web_sys::Request,
    key: &str,
    cache: &str,
) -> Result<web_sys::Response, Problem> {
    let ms = config.read.timeout.as_millis() as f64;
    let unknown = || Problem::not_found("no page shows such a file");
    let header = |name| request.headers().get(name).ok().flatten();
    let is_get = request.method() == "GET";
    let mut part = None;
    if let Some(range) = header("range").filter(|_| is_get) {
        let seen: Seen = answered(look(bucket, key, ms)).await?;
        let size = seen.size().ok_or_else(unknown)? as u64;
        let is_of_this = header("if-range").is_none_or(|tag| Some(tag) == seen.etag());
        let asked = file::range(&range, size).filter(|_| is_of_this);
        part = asked.map(|part| part.map_err(|OutOfRange| Problem::out_of_range(size)));
    }
    // Conditions come before the range (RFC 9110, section 13.2.2).
    let (part, beyond) = match part.transpose() {
        Ok(part) => (part, None),
        Err(problem) => (None, Some(problem)),
    };
    let (offset, length) = part
        .map(|(offset, length)| (offset as f64, length as f64))
        .unzip();
    let is_body_wanted = is_get && beyond.is_none();
    let headers = request.headers();
    let finding = find_in_js(bucket, key, &headers, is_body_wanted, offset, length, ms);
    let found: Found = answered(finding).await?;
    match (found.status(), beyond) {
        (404, _) => Err(unknown()),
        (412, _) => Err(Problem::another_file()),
        (200, Some(problem)) => Err(problem),
        _ => {
            let pairs = file::headers(found.content_type().as_deref(), cache);
            let pairs = pairs.iter().map(|(name, value)| {
                [*name, value.as_str()]
                    .into_iter()
                    .map(JsValue::from_str)
                    .collect::<Array>()
            });
            respond(&found, pairs.collect()).map_err(|_| Problem::away())
        }
    }
}

/// What R2 says.
async fn answered<T: JsCast>(answering: Promise) -> Result<T, Problem> {
    match JsFuture::from(answering).await {
        Ok(answer) => Ok(answer.unchecked_into()),
        Err(error) => {
            console_error!("a reader got no answer from R2: {error:?}");
            Err(Problem::away())
        }
    }
}
