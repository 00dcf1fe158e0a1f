//! Whether a store holds nothing but what it should: no page, list, path or word of something that is not there any more.

use std::collections::{BTreeMap, BTreeSet};

use notion_sim::oracle;
use serde_json::Value;

use crate::world::World;

impl World {
    /// Fails at the first thing that is stored, listed or named and should not be, or the other way round.
    pub fn assert_exact(&mut self) {
        self.assert_nothing_is_missed();
        let pages: BTreeSet<String> = self.documents().into_keys().collect();
        let workspace = self.sim.workspace();
        let is_linked = |database: &oracle::DatabaseTruth| database.is_linked;
        let databases: BTreeSet<String> = oracle::databases(workspace)
            .filter(|database| !is_linked(database))
            .map(|database| database.id)
            .collect();
        let sources: BTreeSet<String> = oracle::data_sources(workspace)
            .map(|source| source.id)
            .collect();
        assert_eq!(self.stored_ids("database"), databases, "databases");
        assert_eq!(self.stored_ids("data_source"), sources, "data sources");
        let all: BTreeSet<String> = [&pages, &databases, &sources]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        assert_eq!(self.stored_ids("meta"), all, "meta");
        let listed: BTreeSet<String> = pages.iter().map(|id| format!("page:{id}")).collect();
        assert_eq!(self.members("notion:index:pages"), listed, "all pages");
        self.assert_paths();
        self.assert_children();
        for id in self.stored_ids("export:stage") {
            let left: i64 = redis::cmd("TTL")
                .arg(format!("notion:export:stage:{id}"))
                .query(&mut self.connection)
                .unwrap();
            assert!(left > 0, "what is half done of {id} stays for ever");
        }
    }

    /// Each page has its path, and no path leads anywhere else.
    fn assert_paths(&mut self) {
        let documents = self.documents();
        let path_of = |id: &String, document: &Value| {
            let path = document["path"].as_str().unwrap();
            (path.to_owned(), id.clone())
        };
        let expected: BTreeMap<String, String> = documents
            .iter()
            .map(|(id, document)| path_of(id, document))
            .collect();
        assert_eq!(expected.len(), documents.len(), "two pages have one path");
        let slugs: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:slugs")
            .query(&mut self.connection)
            .unwrap();
        assert_eq!(slugs, expected, "paths");
    }

    /// What lies under an object is what says that it does.
    fn assert_children(&mut self) {
        let summaries: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:index:summaries")
            .query(&mut self.connection)
            .unwrap();
        let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (member, summary) in summaries {
            let summary: Value = serde_json::from_str(&summary).unwrap();
            if summary["in_trash"] == true {
                continue;
            }
            if let Some(parent) = summary["ancestors"].as_array().unwrap().last() {
                let parent = parent.as_str().unwrap().to_owned();
                expected.entry(parent).or_default().insert(member);
            }
        }
        let mut found = BTreeMap::new();
        for id in self.stored_ids("index:children") {
            let members = self.members(&format!("notion:index:children:{id}"));
            found.insert(id, members);
        }
        assert_eq!(found, expected, "what lies under what");
    }

    /// The ids that end the keys of that kind.
    fn stored_ids(&mut self, kind: &str) -> BTreeSet<String> {
        let prefix = format!("notion:{kind}:");
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg(format!("{prefix}*"))
            .query(&mut self.connection)
            .unwrap();
        let ids = keys
            .iter()
            .map(|key| key.trim_start_matches(&prefix).to_owned());
        ids.collect()
    }

    fn members(&mut self, key: &str) -> BTreeSet<String> {
        redis::cmd("ZRANGE")
            .arg(&[key, "0", "-1"])
            .query(&mut self.connection)
            .unwrap()
    }
}
