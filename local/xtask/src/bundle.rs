//! The Worker's bundle: `build/entry.js` (wrangler's `main`), glue and wasm of each half.
//! workerd and wrangler resolve the modules themselves, so nothing is bundled here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo;

/// The halves of the Worker, each a package and a module of the bundle.
const HALVES: [&str; 2] = ["reader", "exporter"];

pub fn worker(root: &Path) -> Result<()> {
    let entry = root.join("src/entry.js");
    let out = root.join("build");
    let main = out.join("entry.js");
    let mut wasms = Vec::new();
    for half in HALVES {
        wasms.push(cargo::build(
            root,
            &format!("notion-edge-{half}"),
            "worker",
        )?);
    }
    let inputs = wasms.iter().chain([&entry]).map(PathBuf::as_path);
    if cargo::is_fresh(&main, &inputs.collect::<Vec<_>>()) {
        return Ok(());
    }
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("empty {}", out.display()))?;
    }
    for (half, wasm) in HALVES.iter().zip(&wasms) {
        generate(&out, half, wasm)?;
    }
    // Last, because its age says whether the whole bundle is complete.
    fs::write(&main, fs::read(&entry)?).context("copy src/entry.js")
}

fn generate(out: &Path, half: &str, wasm: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(half)
        .module(true)?
        .reset_state_function(true)
        // A trace of a trap in the exporter, which is large, names functions; readers would wait for a tenth more.
        .remove_name_section(half == "reader")
        .force_enable_abort_handler(true)
        .generate(out)
        .with_context(|| format!("generate the glue between Rust and JavaScript for {half}"))?;
    let glue = out.join(half).with_extension("js");
    fs::write(&glue, plain_imports(&fs::read_to_string(&glue)?)).context("write the glue")
}

/// In workerd and wrangler an ordinary import of a wasm file already gives the compiled module; neither knows `import source`.
fn plain_imports(glue: &str) -> String {
    glue.replace("\nimport source ", "\nimport ")
}
