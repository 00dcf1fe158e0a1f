//! Renders pages for `npm run bench -- render`, and prints how many in a second: read and rendered, and rendered alone.
//!
//! The file named by the first argument has a line for each page: the JSON of its blocks, nested by `children`.
//! Each page is read, rendered and dropped before the next one. All go through twice, of which the first time warms up.

use std::io;
use std::time::{Duration, Instant};

use notion_edge_core::document::{Document, References, Source};
use notion_edge_core::render::Rendered;
use serde_json::json;

fn main() -> io::Result<()> {
    let file = std::env::args().nth(1).unwrap_or_default();
    let pages = std::fs::read_to_string(file)?;
    let pages: Vec<&str> = pages.lines().collect();
    let mut document = Document::build(Source {
        id: "2712e341754a41aea9ce4c0bb4b18c52"
            .parse()
            .map_err(io::Error::other)?,
        page: serde_json::from_str("{}")?,
        blocks: Vec::new(),
        errors: Vec::new(),
        is_truncated: false,
    });
    time(&pages, &mut document)?;
    let (whole, rendering) = time(&pages, &mut document)?;
    let per_second = |time: Duration| pages.len() as f64 / time.as_secs_f64();
    println!("{}", json!([per_second(whole), per_second(rendering)]));
    Ok(())
}

/// What all of it takes, and rendering alone.
fn time(pages: &[&str], document: &mut Document) -> io::Result<(Duration, Duration)> {
    let references = References::default();
    let mut rendering = Duration::ZERO;
    let mut length = 0;
    let begun = Instant::now();
    for page in pages {
        document.blocks = serde_json::from_str(page)?;
        let begun = Instant::now();
        let rendered = Rendered::of(document, &references);
        rendering += begun.elapsed();
        length += rendered.html.len() + rendered.markdown.len();
    }
    let whole = begun.elapsed();
    if length == 0 {
        return Err(io::Error::other("nothing was rendered"));
    }
    Ok((whole, rendering))
}
