//! Prints the store's Lua scripts as JSON, from which the SDK's twin is generated.
//!
//! `cargo run -p notion-edge-core --example scripts`

use std::io;

use notion_edge_core::redis::Dialect::{Redis, Upstash};
use notion_edge_core::store::SCRIPTS;
use serde_json::{Map, json};

fn main() -> io::Result<()> {
    let scripts: Map<_, _> = SCRIPTS
        .iter()
        .map(|(name, script)| {
            let told = json!({
                "onlyReads": script.only_reads(),
                "redis": { "sha1": script.digest(Redis), "source": script.source(Redis) },
                "upstash": {
                    "sha1": script.digest(Upstash),
                    "firstLine": script.source(Upstash).lines().next(),
                },
            });
            ((*name).to_owned(), told)
        })
        .collect();
    serde_json::to_writer_pretty(io::stdout().lock(), &scripts)?;
    println!();
    Ok(())
}
