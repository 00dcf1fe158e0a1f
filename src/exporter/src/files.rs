//! Copies files to the R2 bucket that is bound as `FILES`, and deletes copies.
//!
//! Bytes go from Notion's storage to R2 without entering the wasm; only the beginning of a picture does, which tells its dimensions.

use notion_edge_core::failure::Failure;
use notion_edge_core::file::{self, FileRecord, FileRequest, HEAD_BYTES};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, JsString, Promise, Uint8Array};

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

    fn copy(bucket: &JsValue, key: &str, url: &str, timeout_ms: f64, head_bytes: f64) -> Promise;
    fn remove(bucket: &JsValue, keys: Array, timeout_ms: f64) -> Promise;
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
