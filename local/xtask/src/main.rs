//! The build steps that cargo has no word for: the Worker's bundle and the package for Node.
//! Each is cargo, then wasm-bindgen as a library of the version that Cargo.lock pins, so that no CLI has to be installed.
//! What it does not do: bundle or minify (wrangler does), optimise the wasm further, or start anything.

mod bundle;
mod cargo;
mod package;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "usage: cargo run --bin xtask -- worker | pkg

  worker  build the Worker into build/, ready for workerd and wrangler
  pkg     build src/bindings into pkg/, as `wasm-pack build src/bindings --target web` does";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = root()?;
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["worker"] => bundle::worker(&root),
        ["pkg"] => package::pkg(&root),
        _ => bail!("{USAGE}"),
    }
}

/// The checkout. Read from the environment of `cargo run`, not at compile time: a checkout may be moved.
fn root() -> Result<PathBuf> {
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .context("run this through `cargo run --bin xtask`")?;
    let root = PathBuf::from(own).join("../..");
    root.canonicalize().context("find the checkout's root")
}
