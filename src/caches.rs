//! Workers Cache, the cache in front of the Worker, where the platform has one.

use notion_edge_core::purge::Purged;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Array, Promise};

#[wasm_bindgen(inline_js = r#"
export async function purge(cache, tags) {
  const result = await cache.purge(tags ? { tags } : { purgeEverything: true });
  if (result?.success === false) throw new Error(result.errors?.[0]?.message ?? "it was refused");
}
"#)]
extern "C" {
    fn purge(cache: &JsValue, tags: Option<Array>) -> Promise;
}

/// The cache of a context of execution, `undefined` where there is none.
pub struct Cache<'a>(pub &'a JsValue);

impl Cache<'_> {
    /// Whether there is one.
    pub fn exists(&self) -> bool {
        self.0.is_object()
    }

    /// Has it forget that; there must be one.
    ///
    /// # Errors
    /// What it says, as where it was purged too often.
    pub async fn purge(&self, purged: &Purged) -> Result<(), String> {
        let tags = match purged {
            Purged::Everything => None,
            Purged::Tags(tags) => Some(tags.iter().map(|tag| JsValue::from_str(tag)).collect()),
        };
        let purging = JsFuture::from(purge(self.0, tags)).await;
        purging.map(drop).map_err(|error| format!("{error:?}"))
    }
}
