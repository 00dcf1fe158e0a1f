//! What a store holds, without what may differ between two good exports: times of writing, stream ids, versions,
//! when something expires, the engine's own memory, and who holds a contested slug.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::world::World;

/// Keys and what stands under them, as text.
pub type Contents = BTreeMap<String, String>;

/// Fields of a meta hash that tell when something was written, not what.
const TIMES: [&str; 2] = ["exported_at", "version"];

impl World {
    /// Everything that readers can see, and what the exporter knows of each object.
    pub fn contents(&mut self) -> Contents {
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg("*")
            .query(&mut self.connection)
            .unwrap();
        let of_time = [":events", ":version", ":gone"];
        let is_visible = |key: &&String| {
            !key.contains(":export:") && !of_time.iter().any(|end| key.ends_with(end))
        };
        let mut contents: Contents = keys
            .iter()
            .filter(is_visible)
            .map(|key| (key.clone(), self.content(key)))
            .collect();
        let known = self.records().into_iter().map(|(member, it)| {
            let known = format!("{:?} {}", it.owner, it.version);
            (format!("record of {member}"), known)
        });
        contents.extend(known);
        contents
    }

    /// Everything at all, but the log of events.
    pub fn everything(&mut self) -> Contents {
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg("*")
            .query(&mut self.connection)
            .unwrap();
        let keys = keys.iter().filter(|key| !key.ends_with(":events"));
        keys.map(|key| (key.clone(), self.content(key))).collect()
    }

    /// The names of the keys of that pattern.
    pub fn stored_keys(&mut self, pattern: &str) -> Vec<String> {
        redis::cmd("KEYS")
            .arg(pattern)
            .query(&mut self.connection)
            .unwrap()
    }

    /// The JSON under the keys of that pattern.
    pub fn stored(&mut self, pattern: &str) -> BTreeMap<String, Value> {
        let keys = self.stored_keys(pattern).into_iter();
        let stored = keys.map(|key| {
            let json = self.content(&key);
            (key, serde_json::from_str(&json).unwrap())
        });
        stored.collect()
    }

    /// The stored documents by page id.
    pub fn documents(&mut self) -> BTreeMap<String, Value> {
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg("notion:page:*")
            .query(&mut self.connection)
            .unwrap();
        let documents = keys.iter().map(|key| {
            let json: String = redis::cmd("GET")
                .arg(key)
                .query(&mut self.connection)
                .unwrap();
            (
                key.trim_start_matches("notion:page:").to_owned(),
                serde_json::from_str(&json).unwrap(),
            )
        });
        documents.collect()
    }

    /// The types of all events, oldest first.
    pub fn events(&mut self) -> Vec<(String, String)> {
        type Entry = (String, Vec<String>);
        let entries: Vec<Entry> = redis::cmd("XRANGE")
            .arg("notion:events")
            .arg("-")
            .arg("+")
            .query(&mut self.connection)
            .unwrap();
        let field = |fields: &[String], name: &str| {
            fields
                .chunks(2)
                .find(|pair| pair[0] == name)
                .map(|pair| pair[1].clone())
                .unwrap_or_default()
        };
        entries
            .iter()
            .map(|(_, fields)| (field(fields, "type"), field(fields, "data")))
            .collect()
    }

    fn content(&mut self, key: &str) -> String {
        let kind: String = redis::cmd("TYPE")
            .arg(key)
            .query(&mut self.connection)
            .unwrap();
        match kind.as_str() {
            "string" => redis::cmd("GET")
                .arg(key)
                .query(&mut self.connection)
                .unwrap(),
            "hash" => {
                let mut fields: BTreeMap<String, String> = redis::cmd("HGETALL")
                    .arg(key)
                    .query(&mut self.connection)
                    .unwrap();
                fields.retain(|field, _| !TIMES.contains(&field.as_str()));
                format!("{fields:#?}")
            }
            "list" => {
                let elements: Vec<String> = redis::cmd("LRANGE")
                    .arg(&[key, "0", "-1"])
                    .query(&mut self.connection)
                    .unwrap();
                elements.join("\n")
            }
            "set" => {
                let mut members: Vec<String> = redis::cmd("SMEMBERS")
                    .arg(key)
                    .query(&mut self.connection)
                    .unwrap();
                members.sort();
                members.join("\n")
            }
            "zset" if key.ends_with(":expiry") => {
                let members: Vec<String> = redis::cmd("ZRANGE")
                    .arg(&[key, "0", "-1"])
                    .query(&mut self.connection)
                    .unwrap();
                members
                    .into_iter()
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect::<Vec<_>>()
                    .join("\n")
            }
            "zset" => {
                let members: Vec<String> = redis::cmd("ZRANGE")
                    .arg(&[key, "0", "-1", "WITHSCORES"])
                    .query(&mut self.connection)
                    .unwrap();
                members.join("\n")
            }
            other => panic!("{key} is a {other}"),
        }
    }
}

/// Compares two stores and shows the first difference, not two walls of text.
pub fn assert_same(found: &Contents, expected: &Contents, context: &str) {
    for (key, value) in expected {
        match found.get(key) {
            None => panic!("{context}: {key} is missing"),
            Some(other) if other != value => {
                let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
                let (found, expected) = (lines(other), lines(value));
                let (more, less) = (found.difference(&expected), expected.difference(&found));
                panic!(
                    "{context}: {key} has {:?} instead of {:?}",
                    more.collect::<Vec<_>>(),
                    less.collect::<Vec<_>>()
                );
            }
            Some(_) => {}
        }
    }
    if let Some(extra) = found.keys().find(|key| !expected.contains_key(*key)) {
        panic!("{context}: {extra} should not be there");
    }
}
