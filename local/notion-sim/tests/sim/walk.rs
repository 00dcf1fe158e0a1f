//! A walk from what search knows finds everything that the oracle tells, and nothing else.
//! The walk goes through the API alone, the oracle through the workspace alone.

use std::collections::{BTreeMap, BTreeSet};

use notion_sim::{Options, Workspace, oracle};

use crate::client::{Client, text};

/// Everything that can be reached: pages with their blocks, and the rows of data sources.
#[derive(Default)]
struct Found {
    pages: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<String, Vec<String>>,
    databases: BTreeSet<String>,
}

impl Found {
    fn page(&mut self, client: &mut Client, id: String) {
        if self.pages.contains_key(&id) {
            return;
        }
        assert_eq!(client.get(&format!("pages/{id}")).text(&["object"]), "page");
        self.pages.insert(id.clone(), Vec::new());
        let blocks = self.content(client, &id, &id);
        self.pages.insert(id, blocks);
    }

    /// The blocks in `id`, whose parent is `owner`: the original, for the copy of a synced block.
    fn content(&mut self, client: &mut Client, id: &str, owner: &str) -> Vec<String> {
        let mut blocks = Vec::new();
        for block in client.list(&format!("blocks/{id}/children")) {
            let block_id = text(&block, &["id"]);
            let parent = block.get("parent").unwrap();
            assert_eq!(text(parent, &[&text(parent, &["type"])]), owner);
            blocks.push(block_id.clone());
            match text(&block, &["type"]).as_str() {
                "child_page" => self.page(client, block_id),
                "child_database" => self.database(client, block_id),
                _ if text(&block, &["has_children"]) == "true" => {
                    let original = block
                        .get("synced_block")
                        .and_then(|from| from.get("synced_from")?.get("block_id")?.as_str());
                    blocks.extend(self.content(client, &block_id, original.unwrap_or(&block_id)));
                }
                _ => {}
            }
        }
        blocks
    }

    fn database(&mut self, client: &mut Client, id: String) {
        let answer = client.get(&format!("databases/{id}"));
        self.databases.insert(id);
        let sources = answer
            .body
            .get("data_sources")
            .map(notion_sim::Json::items)
            .unwrap_or_default()
            .to_vec();
        for source in sources {
            self.source(client, text(&source, &["id"]));
        }
    }

    fn source(&mut self, client: &mut Client, id: String) {
        if self.rows.contains_key(&id) {
            return;
        }
        let sorts = r#""sorts":[{"timestamp":"created_time","direction":"ascending"}]"#;
        let rows: Vec<String> = client
            .query(&format!("data_sources/{id}/query"), sorts)
            .iter()
            .map(|row| text(row, &["id"]))
            .collect();
        self.rows.insert(id, rows.clone());
        rows.into_iter().for_each(|row| self.page(client, row));
    }
}

fn finds_all(workspace: Workspace, options: Options) {
    let mut client = Client::new(workspace, options);
    let mut found = Found::default();
    for object in client.query("search", "") {
        let id = text(&object, &["id"]);
        match text(&object, &["object"]).as_str() {
            "data_source" => found.source(&mut client, id),
            _ => found.page(&mut client, id),
        }
    }
    let workspace = client.sim.workspace();
    let pages: BTreeMap<String, Vec<String>> = oracle::pages(workspace)
        .map(|page| (page.id, page.blocks))
        .collect();
    assert_eq!(
        found.pages.keys().collect::<Vec<_>>(),
        pages.keys().collect::<Vec<_>>()
    );
    assert_eq!(found.pages, pages);
    let rows: BTreeMap<String, Vec<String>> = oracle::data_sources(workspace)
        .map(|source| (source.id, source.rows))
        .collect();
    assert_eq!(found.rows, rows);
    let databases: BTreeSet<String> = oracle::databases(workspace)
        .map(|database| database.id)
        .collect();
    assert_eq!(found.databases, databases);
}

#[test]
fn the_demo_is_found_whole() {
    finds_all(Workspace::demo(), Options::default());
}

#[test]
fn everything_is_found_even_if_search_knows_only_the_roots() {
    let options = Options {
        search_omission: 1.0,
        page_size_limit: 7,
        ..Options::default()
    };
    finds_all(Workspace::demo_with_generated(700, 11), options);
}

#[test]
fn workspaces_of_any_size_are_found_whole() {
    for pages in [0, 1, 2, 3, 10, 17, 40, 64, 65, 130] {
        finds_all(
            Workspace::generated(pages, pages),
            Options {
                search_omission: 1.0,
                ..Options::default()
            },
        );
    }
}
