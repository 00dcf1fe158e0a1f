//! Renders pages for `npm run bench -- render`, and prints how many in a second: read and rendered, and rendered alone.
//!
//! The file named by the first argument has a line for each page: the JSON of its blocks, nested by `children`.

use std::io;
use std::time::{Duration, Instant};

use notion_edge_core::document::{Document, References, Source};
use notion_edge_core::render::Rendered;
use serde_json::json;

fn main() -> io::Result<()> {
    let file = std::env::args().nth(1).unwrap_or_default();
    let pages = std::fs::read_to_string(file)?;
    let empty = Document::build(Source {
        id: "2712e341754a41aea9ce4c0bb4b18c52"
            .parse()
            .map_err(io::Error::other)?,
        page: serde_json::from_str("{}")?,
        blocks: Vec::new(),
        errors: Vec::new(),
        is_truncated: false,
    });
    let references = References::default();
    let begun = Instant::now();
    let mut documents = Vec::new();
    for page in pages.lines() {
        let mut document = empty.clone();
        document.blocks = serde_json::from_str(page)?;
        documents.push(document);
    }
    let read = begun.elapsed();
    let begun = Instant::now();
    let mut length = 0;
    for document in &documents {
        let rendered = Rendered::of(document, &references);
        length += rendered.html.len() + rendered.markdown.len();
    }
    let rendered = begun.elapsed();
    if length == 0 {
        return Err(io::Error::other("nothing was rendered"));
    }
    let per_second = |time: Duration| documents.len() as f64 / time.as_secs_f64();
    println!(
        "{}",
        json!([per_second(read + rendered), per_second(rendered)])
    );
    Ok(())
}
