//! Serves the copies of files in the R2 bucket that is bound as `FILES`. Bytes go from R2 to the reader without entering the wasm.

use notion_edge::environment;
use notion_edge_core::file::{self, OutOfRange};
use notion_edge_core::read::Problem;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Promise};
use worker::{Env, console_error, web_sys};

#[wasm_bindgen(inline_js = r#"
export async function look(bucket, key) {
  const object = await bucket.head(key);
  return object ? { size: object.size, etag: object.httpEtag } : {};
}

export async function find(bucket, key, { method, headers }, offset, length) {
  const range = length === undefined ? undefined : { offset, length };
  const get = async (onlyIf) => bucket.get(key, { onlyIf, range });
  // R2 refuses tags without quotes; a condition that cannot be read is none.
  const object = await get(headers).catch(() => get());
  if (object === null) return { status: 404 };
  const type = object.httpMetadata?.contentType;
  if (object.body && method === "HEAD") {
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

    fn look(bucket: &JsValue, key: &str) -> Promise;
    fn find(
        bucket: &JsValue,
        key: &str,
        request: &web_sys::Request,
        offset: Option<f64>,
        length: Option<f64>,
    ) -> Promise;
    #[wasm_bindgen(catch)]
    fn respond(found: &Found, pairs: Array) -> Result<web_sys::Response, JsValue>;
}

/// Answers a request for the file `key`, or for a part of it.
///
/// # Errors
/// 404 where there is no copy, or no place for any; 503 where R2 does not answer.
pub async fn serve(
    env: &Env,
    request: &web_sys::Request,
    key: &str,
    cache: &str,
) -> Result<web_sys::Response, Problem> {
    let Some(bucket) = environment::bucket(env) else {
        return Err(Problem::not_found(
            "files are not copied: bind an R2 bucket as FILES, and the next export copies them",
        ));
    };
    let away = |error: JsValue| {
        console_error!("a reader got no answer from R2: {error:?}");
        Problem::away()
    };
    let unknown = || Problem::not_found("no page shows such a file");
    let header = |name| request.headers().get(name).ok().flatten();
    let mut part = None;
    if let Some(range) = header("range").filter(|_| request.method() == "GET") {
        let seen: Seen = JsFuture::from(look(&bucket, key))
            .await
            .map_err(away)?
            .unchecked_into();
        let size = seen.size().ok_or_else(unknown)? as u64;
        let is_of_this = header("if-range").is_none_or(|tag| Some(tag) == seen.etag());
        part = match file::range(&range, size).filter(|_| is_of_this) {
            Some(Ok(part)) => Some(part),
            Some(Err(OutOfRange)) => return Err(Problem::out_of_range(size)),
            None => None,
        };
    }
    let (offset, length) = part
        .map(|(offset, length)| (offset as f64, length as f64))
        .unzip();
    let finding = find(&bucket, key, request, offset, length);
    let found: Found = JsFuture::from(finding)
        .await
        .map_err(away)?
        .unchecked_into();
    match found.status() {
        404 => Err(unknown()),
        412 => Err(Problem::another_file()),
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
