//! The renderer for whoever has blocks at hand, and no document.

use notion_edge_core::document::{Document, References};
use notion_edge_core::notion::Block;
use notion_edge_core::{notion, render};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A document of which nothing is known.
const EMPTY: &str = r#"{
    "schema": 1, "object": "page", "id": "00000000-0000-0000-0000-000000000000", "title": "", "slug": "", "path": "",
    "lang": null, "parent": null, "data_source_id": null, "database_id": null, "ancestors": [], "icon": null,
    "cover": null, "created_time": "", "last_edited_time": "", "created_by": null, "last_edited_by": null,
    "properties": {}, "values": {}, "blocks": [], "excerpt": "", "text": "", "toc": [], "words": 0,
    "reading_minutes": 0, "links": [], "files": [], "complete": true, "truncated": false, "unsupported_blocks": [],
    "errors": []
}"#;

thread_local! {
    /// The same, read once: to read it each time would take as long as a tenth of a small page.
    static NOTHING: serde_json::Result<Document> = serde_json::from_str(EMPTY);
}

/// What blocks became.
#[wasm_bindgen]
pub struct Rendered(render::Rendered);

#[wasm_bindgen]
impl Rendered {
    /// As HTML, for an element with the class `ne-content`.
    #[wasm_bindgen(getter)]
    pub fn html(&self) -> String {
        self.0.html.clone()
    }

    /// As Markdown.
    #[wasm_bindgen(getter)]
    pub fn markdown(&self) -> String {
        self.0.markdown.clone()
    }
}

/// Renders a JSON array of Notion's blocks, each with those inside of it as `children`, beside its payload or in it.
/// Links to other pages lead to Notion, since their paths are not known.
#[wasm_bindgen(js_name = renderBlocks)]
pub fn render_blocks(blocks: &[u8]) -> Result<Rendered, JsError> {
    let nothing = NOTHING.with(|it| it.as_ref().map_err(ToString::to_string).cloned());
    let document = nothing.map_err(|error| JsError::new(&error))?;
    let mut blocks: Vec<Block> = notion::from_slice(blocks)
        .map_err(|error| JsError::new(&format!("pass a JSON array of Notion's blocks: {error}")))?;
    notion::modernize_blocks(&mut blocks);
    let document = Document { blocks, ..document };
    let rendered = render::Rendered::of(&document, &References::default());
    Ok(Rendered(rendered))
}
