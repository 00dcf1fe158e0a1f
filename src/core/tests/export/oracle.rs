//! Compares a store with the sim's oracle, which reads the workspace itself and not the API.

use std::collections::{BTreeMap, BTreeSet};

use notion_sim::oracle;
use serde_json::Value;

use crate::world::World;

impl World {
    /// Fails at the first thing that the store lacks, or that it should not have.
    pub fn assert_nothing_is_missed(&mut self) {
        let documents = self.documents();
        let is_trash_marked = self.sim.options_mut().flags_descendants_of_trash;
        let truths: BTreeMap<String, oracle::PageTruth> = oracle::pages(self.sim.workspace())
            .map(|page| (page.id.clone(), page))
            .collect();
        let (found, expected): (BTreeSet<_>, BTreeSet<_>) =
            (documents.keys().collect(), truths.keys().collect());
        for id in expected.difference(&found) {
            let holder = truths.values().find(|page| page.blocks.contains(id));
            eprintln!("missing: {:?}, held by {:?}", truths[*id], holder);
            if let Some(document) = holder.and_then(|holder| documents.get(&holder.id)) {
                let mut blocks = Vec::new();
                gather(&document["blocks"], &mut blocks);
                eprintln!("whose document has {blocks:?}\n{}", document["errors"]);
            }
        }
        assert_eq!(
            found.difference(&expected).collect::<Vec<_>>(),
            Vec::<&&String>::new(),
            "pages that do not exist"
        );
        assert_eq!(
            expected.difference(&found).collect::<Vec<_>>(),
            Vec::<&&String>::new(),
            "missing pages"
        );
        for (id, truth) in &truths {
            // The document keeps its time where an edit changed nothing that it shows.
            let time: String = redis::cmd("HGET")
                .arg(&[&format!("notion:meta:{id}"), "last_edited_time"])
                .query(&mut self.connection)
                .unwrap();
            assert_eq!(time, truth.last_edited_time, "time of {id}");
            assert_page(truth, &documents[id], is_trash_marked);
        }
        self.assert_rows_are_listed();
        self.assert_blocks_have_keys(&documents);
        self.assert_users_are_stored();
        self.assert_comments_are_stored(&documents);
        self.assert_summaries_agree(&documents);
        self.assert_rendered(&documents);
        self.assert_files_are_copied(&documents);
    }

    /// Where blocks are to have keys, each block of each page has one, and nothing else has; where not, nothing has.
    fn assert_blocks_have_keys(&mut self, documents: &BTreeMap<String, Value>) {
        let mut expected = BTreeMap::new();
        for (page, document) in documents {
            let own = oracle::own_blocks(self.sim.workspace(), page.parse().unwrap());
            let mut shown = BTreeMap::new();
            take_apart(&document["blocks"], &mut shown);
            if self.settings.object_types.blocks {
                let ids: BTreeSet<String> = own.iter().cloned().collect();
                let key = format!("notion:index:blocks:{page}");
                assert_eq!(self.set(&key), ids, "blocks of {page}");
                let blocks = own.into_iter();
                expected.extend(
                    blocks
                        .map(|id| (shown[&id].clone(), page.clone(), id))
                        .map(|(block, page, id)| (format!("notion:block:{id}"), (block, page))),
                );
            }
        }
        let found = self.stored("notion:block:*");
        let pages: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:index:blocks")
            .query(&mut self.connection)
            .unwrap();
        let pages = pages.into_iter();
        let pages: BTreeMap<String, String> = pages
            .map(|(id, page)| (format!("notion:block:{id}"), page))
            .collect();
        let names = |keys: Vec<&String>| keys.into_iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(
            names(found.keys().collect()),
            names(expected.keys().collect())
        );
        assert_eq!(
            names(pages.keys().collect()),
            names(expected.keys().collect())
        );
        for (key, (block, page)) in &expected {
            assert_eq!((&found[key], &pages[key]), (block, page), "{key}");
        }
        if !self.settings.object_types.blocks {
            let sets = self.stored_keys("notion:index:blocks*");
            assert_eq!(sets, Vec::<String>::new());
        }
    }

    /// Where users are copied, each that the workspace lists is stored, and no other; where not, none is.
    fn assert_users_are_stored(&mut self) {
        let is_seen = self.settings.object_types.users && self.sim.options_mut().reads_users;
        let users = oracle::users(self.sim.workspace()).filter(|_| is_seen);
        let expected: BTreeSet<String> = users.collect();
        let stored = self.stored("notion:user:*");
        let ids = stored.iter().map(|(key, user)| {
            let id = user["id"].as_str().unwrap().to_owned();
            assert_eq!(*key, format!("notion:user:{id}"));
            id
        });
        assert_eq!(ids.collect::<BTreeSet<_>>(), expected);
        let listed: BTreeSet<String> = redis::cmd("HKEYS")
            .arg("notion:index:users")
            .query(&mut self.connection)
            .unwrap();
        assert_eq!(listed, expected);
    }

    /// Where comments are copied, the open ones of each page are stored in their order, and no others; where not, none are.
    fn assert_comments_are_stored(&mut self, documents: &BTreeMap<String, Value>) {
        let mut expected = BTreeMap::new();
        if self.settings.object_types.comments && self.sim.options_mut().reads_comments {
            for page in documents.keys() {
                let open = oracle::comments(self.sim.workspace(), page.parse().unwrap());
                if !open.is_empty() {
                    expected.insert(format!("notion:comment:{page}"), open);
                }
            }
        }
        let ids = |comments: Value| -> Vec<String> {
            let comments = comments.as_array().unwrap().iter();
            comments
                .map(|comment| comment["id"].as_str().unwrap().to_owned())
                .collect()
        };
        let stored = self.stored("notion:comment:*").into_iter();
        let stored: BTreeMap<String, Vec<String>> =
            stored.map(|(key, comments)| (key, ids(comments))).collect();
        assert_eq!(stored, expected);
    }

    pub fn set(&mut self, key: &str) -> BTreeSet<String> {
        redis::cmd("SMEMBERS")
            .arg(key)
            .query(&mut self.connection)
            .unwrap()
    }

    fn assert_rows_are_listed(&mut self) {
        let sources: Vec<oracle::DataSourceTruth> =
            oracle::data_sources(self.sim.workspace()).collect();
        for source in sources {
            let key = format!("notion:index:rows:{}", source.id);
            let rows: BTreeSet<String> = redis::cmd("ZRANGE")
                .arg(&[&key, "0", "-1"])
                .query(&mut self.connection)
                .unwrap();
            let expected: BTreeSet<String> = source
                .rows
                .iter()
                .map(|row| format!("page:{row}"))
                .collect();
            assert_eq!(rows, expected, "rows of {}", source.title);
        }
    }

    /// What lists and other pages show of a page is what its document says, wherever it stands.
    pub fn assert_summaries_agree(&mut self, documents: &BTreeMap<String, Value>) {
        let summaries: BTreeMap<String, String> = redis::cmd("HGETALL")
            .arg("notion:index:summaries")
            .query(&mut self.connection)
            .unwrap();
        for (id, document) in documents {
            let summary: Value = serde_json::from_str(&summaries[&format!("page:{id}")]).unwrap();
            for field in ["title", "path", "slug", "ancestors", "values"] {
                assert_eq!(summary[field], document[field], "{field} of {id}");
            }
            for link in document["links"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|link| link["type"] == "page")
            {
                let target = documents.get(link["id"].as_str().unwrap());
                let (title, path) = target.map_or((&Value::Null, &Value::Null), |page| {
                    (&page["title"], &page["path"])
                });
                assert_eq!(
                    (&link["title"], &link["path"]),
                    (title, path),
                    "a link of {id}"
                );
            }
            if let Some(parent) = document["ancestors"]
                .as_array()
                .unwrap()
                .last()
                .and_then(Value::as_str)
                && let Some(parent) = documents.get(parent)
            {
                let mut above = parent["ancestors"].as_array().unwrap().clone();
                above.push(parent["id"].clone());
                assert_eq!(
                    document["ancestors"],
                    Value::Array(above),
                    "ancestors of {id}"
                );
            }
        }
    }
}

/// Fails where a document is not what the workspace has.
pub fn assert_page(truth: &oracle::PageTruth, document: &Value, is_trash_marked: bool) {
    let id = &truth.id;
    assert_eq!(
        document["title"],
        Value::from(truth.title.clone()),
        "title of {id}"
    );
    let mut blocks = Vec::new();
    gather(&document["blocks"], &mut blocks);
    let hidden = hidden_originals(&document["blocks"]);
    let mut expected = truth.blocks.clone();
    // Where Notion marks what is below something in the trash, a copy of it shows nothing.
    if is_trash_marked && !hidden.is_empty() {
        expected.retain(|block| blocks.contains(block));
    }
    assert_eq!(blocks, expected, "blocks of {id} ({})", truth.title);
    let errors = document["errors"].as_array().unwrap();
    let mut lacks = errors
        .iter()
        .filter(|error| !hidden.contains(&&error["block_id"]));
    assert_eq!(lacks.next(), None, "{id}");
    assert_eq!(document["complete"], errors.is_empty(), "{id}");
}

fn gather(blocks: &Value, ids: &mut Vec<String>) {
    for block in blocks.as_array().into_iter().flatten() {
        ids.push(block["id"].as_str().unwrap().to_owned());
        gather(&block["children"], ids);
    }
}

/// The blocks by id, without those inside; what a copy shows gives way to the original.
fn take_apart(blocks: &Value, found: &mut BTreeMap<String, Value>) {
    for block in blocks.as_array().into_iter().flatten() {
        let mut single = block.clone();
        single.as_object_mut().unwrap().remove("children");
        found.insert(block["id"].as_str().unwrap().to_owned(), single);
        if block["synced_block"]["synced_from"].is_null() {
            take_apart(&block["children"], found);
        }
    }
}

/// The originals of synced copies that show nothing: what is not shared cannot be complete.
fn hidden_originals(blocks: &Value) -> Vec<&Value> {
    let mut hidden = Vec::new();
    for block in blocks.as_array().into_iter().flatten() {
        let original = &block["synced_block"]["synced_from"]["block_id"];
        if original.is_string() && block["children"].as_array().is_none_or(Vec::is_empty) {
            hidden.extend([original, &block["id"]]);
        }
        hidden.extend(hidden_originals(&block["children"]));
    }
    hidden
}
