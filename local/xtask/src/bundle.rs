//! The Worker's bundle: `build/entry.js` (wrangler's `main`), the glue and the wasm.
//! workerd and wrangler resolve the modules themselves, so nothing is bundled here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo;

pub fn worker(root: &Path) -> Result<()> {
    let wasm = cargo::build(root, "notion-edge")?;
    let entry = root.join("src/entry.js");
    let out = root.join("build");
    let main = out.join("entry.js");
    if cargo::is_fresh(&main, &[&wasm, &entry]) {
        return Ok(());
    }
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("empty {}", out.display()))?;
    }
    Bindgen::new()
        .input_path(&wasm)
        .out_name("index")
        .module(true)?
        .reset_state_function(true)
        .force_enable_abort_handler(true)
        .generate(&out)
        .context("generate the glue between Rust and JavaScript")?;
    let glue = out.join("index.js");
    fs::write(&glue, plain_imports(&fs::read_to_string(&glue)?)).context("write the glue")?;
    // Last, because its age says whether the whole bundle is complete.
    fs::write(&main, fs::read(&entry)?).context("copy src/entry.js")
}

/// In workerd and wrangler an ordinary import of a wasm file already gives the compiled module; neither knows `import source`.
fn plain_imports(glue: &str) -> String {
    glue.replace("\nimport source ", "\nimport ")
}
