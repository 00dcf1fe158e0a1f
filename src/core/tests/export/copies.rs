//! A place for copies of files, Notion's storage, and what must be true of them.

use std::collections::{BTreeMap, BTreeSet};

use notion_edge_core::config::FilePlace;
use notion_edge_core::failure::Failure;
use notion_edge_core::file::{FileRecord, FileRequest, HEAD_BYTES, failure_of};
use notion_sim::Change;
use serde_json::{Value, json};

use crate::world::World;

impl World {
    /// Does with files what it is asked to; Notion's storage is the sim's.
    pub fn file(&mut self, request: &FileRequest) -> Result<Vec<u8>, Failure> {
        match request {
            FileRequest::Copy { key, url, .. } => {
                let (content_type, bytes) = self.stored_file(url)?;
                let head = bytes.get(..HEAD_BYTES).unwrap_or(&bytes);
                let record = FileRecord::of(bytes.len() as u64, Some(&content_type), head);
                self.copies.insert(key.clone(), (content_type, bytes));
                self.filed.push(format!("+{key}"));
                Ok(record.to_string().into_bytes())
            }
            FileRequest::Delete { .. } if self.failing_deletions > 0 => {
                self.failing_deletions -= 1;
                Err(Failure::Transient("no answer in time".to_owned()))
            }
            FileRequest::Delete { keys, .. } => {
                for key in keys {
                    self.copies.remove(key);
                    self.filed.push(format!("-{key}"));
                }
                Ok(Vec::new())
            }
        }
    }

    /// What is at an address of Notion's storage.
    fn stored_file(&mut self, url: &str) -> Result<(String, Vec<u8>), Failure> {
        if let Some(failure) = self.storage_status.and_then(failure_of) {
            return Err(failure);
        }
        let (_, place) = url
            .split_once(".amazonaws.com/")
            .expect("a file of Notion's");
        if self.script.is_some() {
            return Ok(("text/plain".to_owned(), place.as_bytes().to_vec()));
        }
        let sent = http::Request::builder()
            .uri(format!("/files/{place}"))
            .body(Vec::new())
            .unwrap();
        let answer = self.sim.handle(&sent, self.now.millis());
        match failure_of(answer.status().as_u16()) {
            Some(failure) => Err(failure),
            None => {
                let content_type = answer.headers()["content-type"]
                    .to_str()
                    .unwrap()
                    .to_owned();
                Ok((content_type, answer.into_body()))
            }
        }
    }

    /// Where files are copied: those that documents show, and no others, of each what the document says.
    pub fn assert_files_are_copied(&mut self, documents: &BTreeMap<String, Value>) {
        if self.settings.files != FilePlace::Here {
            return;
        }
        let mut shown: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (id, document) in documents {
            for file in document["files"].as_array().unwrap() {
                let key = file["key"].as_str().unwrap();
                let (content_type, bytes) = self.copies.get(key).expect(key);
                assert_eq!(file["size"], json!(bytes.len()), "{file}");
                assert_eq!(file["content_type"], json!(content_type), "{file}");
                shown.entry(key).or_default().insert(id);
            }
        }
        // An emoji of a database stands under `url` alone.
        let objects: Vec<(String, Vec<String>)> = ["database", "data_source"]
            .iter()
            .flat_map(|kind| self.stored_keys(&format!("notion:{kind}:*")))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|key| {
                let text = self.text(&key);
                let object: Value = serde_json::from_str(&text).unwrap();
                let mut keys = Vec::new();
                for part in ["cover", "icon"] {
                    for kind in ["file", "custom_emoji"] {
                        let url = object[part][kind]["url"].as_str().unwrap_or_default();
                        keys.extend(url.split_once("/v1/files/").map(|(_, key)| key.to_owned()));
                    }
                }
                (key.rsplit(':').next().unwrap().to_owned(), keys)
            })
            .collect();
        for (id, keys) in &objects {
            for key in keys {
                assert!(self.copies.contains_key(key), "{key} of {id}");
                shown.entry(key).or_default().insert(id);
            }
        }
        let copied: BTreeSet<&str> = self.copies.keys().map(String::as_str).collect();
        assert_eq!(copied, shown.keys().copied().collect(), "copies");
        let known: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:files")
            .query(&mut self.connection)
            .unwrap();
        let known: BTreeMap<&str, BTreeSet<&str>> = known
            .iter()
            .map(|(key, record)| {
                (
                    key.as_str(),
                    record.split_once('|').unwrap().0.split(',').collect(),
                )
            })
            .collect();
        assert_eq!(known, shown, "who shows which file");
    }

    /// Pages with files below which there is nothing.
    pub fn leaves_with_files(&mut self) -> Vec<String> {
        let documents = self.documents();
        let lies_above = |id: &String| {
            let mut ancestors = documents
                .values()
                .flat_map(|it| it["ancestors"].as_array().unwrap());
            ancestors.any(|it| it == id)
        };
        let has_files = |document: &Value| !document["files"].as_array().unwrap().is_empty();
        let leaves = documents
            .iter()
            .filter(|(id, it)| has_files(it) && !lies_above(id));
        leaves.map(|(id, _)| id.clone()).collect()
    }

    pub fn trash(&mut self, id: &str) {
        let (id, now) = (id.parse().unwrap(), self.now.millis());
        self.sim
            .workspace_mut()
            .apply(Change::Trash { id }, now)
            .unwrap();
    }

    /// How often each file was copied, where that was more than once.
    pub fn copied_again(&self) -> Vec<&String> {
        let mut seen = BTreeSet::new();
        let copied = self.filed.iter().filter(|it| it.starts_with('+'));
        copied.filter(|it| !seen.insert(*it)).collect()
    }
}
