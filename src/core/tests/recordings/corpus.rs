//! The recorded bodies of Notion's.
//!
//! They are not part of the project: they are read from the folder that NOTION_RECORDINGS names,
//! or from beside the checkout. Where there are none, the tests say so and pass.

use std::path::PathBuf;

use serde_json::Value;

/// One recorded body.
pub struct Recording {
    pub name: String,
    pub json: Vec<u8>,
    pub value: Value,
}

/// The objects of a kind in a body: it is one, or a list of them.
pub fn objects<'a>(body: &'a Value, kind: &str) -> Vec<&'a Value> {
    let items = body.as_array().or_else(|| body["results"].as_array());
    let items: Vec<&Value> = items.map_or_else(|| vec![body], |items| items.iter().collect());
    items
        .into_iter()
        .filter(|it| it["object"] == kind)
        .collect()
}

/// All of them.
pub fn recordings() -> Vec<Recording> {
    let beside = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/notion/payloads"
    );
    let folder = std::env::var_os("NOTION_RECORDINGS").map_or_else(|| beside.into(), PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no recordings in {}", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let json = std::fs::read(path).unwrap();
        Recording {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            value: serde_json::from_slice(&json).unwrap(),
            json,
        }
    };
    paths.iter().map(read).collect()
}
