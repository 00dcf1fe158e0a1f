//! Runs cargo for wasm32 and says where the wasm came to lie.
//! Cargo decides what is fresh; the place is read from its messages, because target directories can be configured anywhere.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the cdylib of `package` with that profile and returns the path of its wasm.
pub fn build(root: &Path, package: &str, profile: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut child = Command::new(cargo)
        .args(["build", "--lib", "--profile", profile, "--target", TARGET])
        .args([
            "--package",
            package,
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(root)
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo")?;
    let stdout = child.stdout.take().context("read cargo's messages")?;
    let mut wasm = None;
    for line in BufReader::new(stdout).lines() {
        let message: Value = serde_json::from_str(&line?).context("read a message of cargo")?;
        wasm = artifact(&message, package).or(wasm);
    }
    if !child.wait()?.success() {
        bail!("cargo could not build {package} for {TARGET}");
    }
    wasm.with_context(|| format!("cargo built no wasm for {package}: is its crate-type cdylib?"))
}

fn artifact(message: &Value, package: &str) -> Option<PathBuf> {
    let lib = package.replace('-', "_");
    if message.get("reason")? != "compiler-artifact"
        || message.pointer("/target/name")? != lib.as_str()
    {
        return None;
    }
    let files = message
        .get("filenames")?
        .as_array()?
        .iter()
        .filter_map(Value::as_str);
    files
        .map(PathBuf::from)
        .find(|file| file.extension().is_some_and(|it| it == "wasm"))
}

/// Whether `output` was written after every one of `inputs`; the step itself counts as an input.
pub fn is_fresh(output: &Path, inputs: &[&Path]) -> bool {
    let step = env::current_exe().ok();
    let mut times = inputs.iter().copied().chain(step.as_deref()).map(modified);
    modified(output).is_some_and(|written| times.all(|it| it.is_some_and(|it| it < written)))
}

fn modified(file: &Path) -> Option<SystemTime> {
    file.metadata().ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::artifact;

    #[test]
    fn only_the_wasm_of_the_asked_package_is_taken() {
        let message = |name: &str| {
            json!({ "reason": "compiler-artifact", "target": { "name": name },
                    "filenames": ["target/notion_edge.d", "target/notion_edge.wasm"] })
        };
        assert_eq!(
            artifact(&message("notion_edge"), "notion-edge"),
            Some("target/notion_edge.wasm".into())
        );
        assert_eq!(artifact(&message("notion_edge_core"), "notion-edge"), None);
        assert_eq!(
            artifact(&json!({ "reason": "build-finished" }), "notion-edge"),
            None
        );
    }
}
