//! `pkg/`: the same files that `wasm-pack build src/bindings --target web` makes, without wasm-pack.
//! One artefact serves Node, Workers and bundlers: each passes the wasm to `initSync` or `init` in its own way.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo;

const PACKAGE: &str = "notion-edge-bindings";
const STEM: &str = "notion_edge_bindings";

pub fn pkg(root: &Path) -> Result<()> {
    let wasm = cargo::build(root, PACKAGE, "release")?;
    let out = root.join("pkg");
    let manifest = out.join("package.json");
    if cargo::is_fresh(&manifest, &[&wasm]) {
        return Ok(());
    }
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("empty {}", out.display()))?;
    }
    Bindgen::new()
        .input_path(&wasm)
        .out_name(STEM)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false)
        .generate(&out)
        .context("generate the glue between Rust and JavaScript")?;
    // Last, because its age says whether the whole package is complete.
    fs::write(&manifest, format!("{:#}\n", npm_manifest())).context("write pkg/package.json")
}

fn npm_manifest() -> serde_json::Value {
    json!({
        "name": PACKAGE,
        "type": "module",
        "description": "The wasm-bindgen face of notion-edge-core, for Node and bundlers",
        "version": env!("CARGO_PKG_VERSION"),
        "license": "MIT",
        "files": [format!("{STEM}_bg.wasm"), format!("{STEM}.js"), format!("{STEM}.d.ts")],
        "main": format!("{STEM}.js"),
        "types": format!("{STEM}.d.ts"),
        "sideEffects": ["./snippets/*"],
    })
}
