//! Prints the OpenAPI document of the Worker's routes, in one line: the Worker carries it.
//!
//! `cargo run -p notion-edge-core --features schema --example openapi`

use std::io;

fn main() -> io::Result<()> {
    let document = notion_edge_core::read::openapi::document();
    serde_json::to_writer(io::stdout().lock(), &document)?;
    println!();
    Ok(())
}
