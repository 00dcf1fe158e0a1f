//! The copies of files in the R2 bucket that is bound as `FILES`: copying, deleting, serving.
//!
//! Bytes go from Notion's storage to R2, and from R2 to a reader, without entering the wasm; only the beginning of a picture does,
//! which tells its dimensions.

use notion_edge_core::failure::Failure;
use notion_edge_core::file::{self, FileRecord, FileRequest, HEAD_BYTES, OutOfRange};
use notion_edge_core::read::Problem;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, JsString, Promise, Reflect, Uint8Array};
use worker::{Env, Headers, Method, Request, Response, console_error, web_sys};

/// What the bucket is bound as.
pub const BINDING: &str = "FILES";

#[wasm_bindgen(inline_js = r#"
const LATE = "it takes longer than TIMEOUT";

// Ends what takes longer, also where R2 never answers: the lease of a run is no longer than that.
async function within(timeout, work) {
  const abort = new AbortController();
  let alarm;
  const late = new Promise((_, reject) => {
    alarm = setTimeout(() => {
      abort.abort();
      reject(LATE);
    }, timeout);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(alarm);
  }
}

export async function copy(bucket, key, url, timeout, headBytes) {
  let problem = "its storage gave no answer";
  try {
    return await within(timeout, async (signal) => {
      // Notion's storage has the file itself: who is sent elsewhere is not sent by Notion.
      const response = await fetch(url, { signal, redirect: "manual" });
      if (response.status !== 200) {
        await response.body?.cancel();
        return { status: response.status };
      }
      problem = "it was cut off on its way to R2";
      const { headers } = response;
      const type = headers.get("content-type") ?? undefined;
      // R2 streams what has a length; what was sent compressed has another one than it says.
      const isSized = headers.has("content-length") && !headers.has("content-encoding") && response.body !== null;
      const body = isSized ? response.body : await response.arrayBuffer();
      const { size } = await bucket.put(key, body, { httpMetadata: { contentType: type } });
      const isPicture = size > 0 && type?.startsWith("image/");
      const head = isPicture && (await bucket.get(key, { range: { offset: 0, length: Math.min(headBytes, size) } }));
      return { status: 200, size, type, head: head ? new Uint8Array(await head.arrayBuffer()) : undefined };
    });
  } catch (error) {
    return { problem: error === LATE ? LATE : problem };
  }
}

export async function remove(bucket, keys, timeout) {
  await within(timeout, () => bucket.delete(keys));
}

export async function look(bucket, key) {
  const object = await bucket.head(key);
  return object ? { size: object.size, etag: object.httpEtag } : {};
}

export async function find(bucket, key, headers, isHead, offset, length) {
  const range = length === undefined ? undefined : { offset, length };
  const get = async (onlyIf) => bucket.get(key, { onlyIf, range });
  // R2 refuses tags without quotes; a condition that cannot be read is none.
  const object = await (isHead ? bucket.head(key) : get(headers).catch(() => get()));
  if (object === null) return { status: 404 };
  const type = object.httpMetadata?.contentType;
  if (isHead) return { status: 200, type, object };
  if (object.body) return { status: range ? 206 : 200, type, object, range };
  return { status: headers.has("if-match") || headers.has("if-unmodified-since") ? 412 : 304, type, object };
}

export function respond(found, pairs) {
  const { status, object, range } = found;
  const headers = new Headers(pairs);
  headers.set("etag", object.httpEtag);
  headers.set("last-modified", object.uploaded.toUTCString());
  if (range) headers.set("content-range", `bytes ${range.offset}-${range.offset + range.length - 1}/${object.size}`);
  if (status === 412) headers.set("cache-control", "no-store");
  if (!object.body && status === 200) headers.set("content-length", String(object.size));
  return new Response(object.body ?? null, { status, headers });
}
"#)]
extern "C" {
    type Copied;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Copied) -> Option<u16>;
    #[wasm_bindgen(method, getter)]
    fn size(this: &Copied) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn content_type(this: &Copied) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn head(this: &Copied) -> Option<Uint8Array>;
    #[wasm_bindgen(method, getter)]
    fn problem(this: &Copied) -> Option<JsString>;

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

    fn copy(bucket: &JsValue, key: &str, url: &str, timeout_ms: f64, head_bytes: f64) -> Promise;
    fn remove(bucket: &JsValue, keys: Array, timeout_ms: f64) -> Promise;
    fn look(bucket: &JsValue, key: &str) -> Promise;
    fn find(
        bucket: &JsValue,
        key: &str,
        headers: &JsValue,
        is_head: bool,
        offset: Option<f64>,
        length: Option<f64>,
    ) -> Promise;
    #[wasm_bindgen(catch)]
    fn respond(found: &Found, pairs: Array) -> Result<web_sys::Response, JsValue>;
}

/// The bucket; nothing where none is bound.
pub fn bucket(env: &Env) -> Option<JsValue> {
    env.bucket(BINDING).ok()?;
    Reflect::get(env.as_ref(), &JsValue::from_str(BINDING)).ok()
}

/// Performs `request`: what is known of the copy as text, or why there is none.
pub async fn perform(bucket: Option<&JsValue>, request: &FileRequest) -> Result<Vec<u8>, Failure> {
    let Some(bucket) = bucket else {
        return Err(Failure::Transient("no bucket is bound as FILES".to_owned()));
    };
    let away = |_| Failure::Transient("R2 does not answer as it should".to_owned());
    match request {
        FileRequest::Copy {
            key,
            url,
            timeout_ms,
        } => {
            let copying = copy(bucket, key, url, *timeout_ms as f64, HEAD_BYTES as f64);
            let copied: Copied = JsFuture::from(copying)
                .await
                .map_err(away)?
                .unchecked_into();
            if let Some(problem) = copied.problem() {
                return Err(Failure::Transient(problem.into()));
            }
            if let Some(failure) = copied.status().and_then(file::failure_of) {
                return Err(failure);
            }
            let head = copied.head().map(|head| head.to_vec()).unwrap_or_default();
            let size = copied.size().unwrap_or_default() as u64;
            let record = FileRecord::of(size, copied.content_type().as_deref(), &head);
            Ok(record.to_string().into_bytes())
        }
        FileRequest::Delete { keys, timeout_ms } => {
            let keys = keys.iter().map(|key| JsValue::from_str(key)).collect();
            let removing = remove(bucket, keys, *timeout_ms as f64);
            JsFuture::from(removing).await.map_err(away)?;
            Ok(Vec::new())
        }
    }
}

/// Answers a request for the file `key`, or for a part of it.
///
/// # Errors
/// 404 where there is no copy, or no place for any; 503 where R2 does not answer.
pub async fn serve(
    env: &Env,
    request: &Request,
    key: &str,
    cache: &str,
) -> Result<Response, Problem> {
    let Some(bucket) = bucket(env) else {
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
    let is_head = request.method() == Method::Head;
    let mut part = None;
    if let Some(range) = header("range").filter(|_| !is_head) {
        let seen: Seen = JsFuture::from(look(&bucket, key))
            .await
            .map_err(away)?
            .unchecked_into();
        let size = seen.size().ok_or_else(unknown)? as u64;
        let is_of_this = header("if-range").is_none_or(|tag| Some(tag) == seen.etag());
        part = match file::range(&range, size).filter(|_| is_of_this) {
            Some(Ok(part)) => Some(part),
            Some(Err(OutOfRange)) => return out_of_range(size),
            None => None,
        };
    }
    let (offset, length) = part
        .map(|(offset, length)| (offset as f64, length as f64))
        .unzip();
    let headers: &JsValue = request.headers().0.as_ref();
    let finding = find(&bucket, key, headers, is_head, offset, length);
    let found: Found = JsFuture::from(finding)
        .await
        .map_err(away)?
        .unchecked_into();
    match found.status() {
        404 => Err(unknown()),
        _ => {
            let pairs = file::headers(found.content_type().as_deref(), cache);
            let pairs = pairs.iter().map(|(name, value)| {
                [*name, value.as_str()]
                    .into_iter()
                    .map(JsValue::from_str)
                    .collect::<Array>()
            });
            let response = respond(&found, pairs.collect());
            response.map(Response::from).map_err(|_| Problem::away())
        }
    }
}

fn out_of_range(size: u64) -> Result<Response, Problem> {
    let headers = Headers::from_iter([("content-range".to_owned(), format!("bytes */{size}"))]);
    let response = Response::empty().map_err(|_| Problem::away())?;
    Ok(response.with_status(416).with_headers(headers))
}
