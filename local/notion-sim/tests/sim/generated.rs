//! Generated workspaces: exact, repeatable, and no larger in memory than their index.
//! That everything in them can be found is tested in `walk`.

use std::collections::BTreeSet;

use notion_sim::{Options, Workspace, oracle};

use crate::client::{Client, ids, text};

#[test]
fn there_are_exactly_as_many_pages_as_asked_for() {
    for pages in [0, 1, 63, 64, 65, 1_000] {
        assert_eq!(
            oracle::pages(&Workspace::generated(pages, 1)).count() as u64,
            pages
        );
    }
    let demo = oracle::pages(&Workspace::demo()).count();
    assert_eq!(
        oracle::pages(&Workspace::demo_with_generated(500, 1)).count(),
        demo + 500
    );
}

#[test]
fn the_seed_decides_everything() {
    let truth = |seed| oracle::pages(&Workspace::generated(300, seed)).collect::<Vec<_>>();
    assert_eq!(truth(1), truth(1));
    let (one, two): (BTreeSet<String>, BTreeSet<String>) = (
        truth(1).into_iter().map(|page| page.id).collect(),
        truth(2).into_iter().map(|page| page.id).collect(),
    );
    assert!(one.is_disjoint(&two));
}

#[test]
fn all_kinds_of_content_occur() {
    let mut client = Client::new(Workspace::generated(2_000, 3), Options::default());
    let workspace = client.sim.workspace();
    let pages: Vec<oracle::PageTruth> = oracle::pages(workspace).collect();
    let sources: Vec<oracle::DataSourceTruth> = oracle::data_sources(workspace).collect();
    let parents: BTreeSet<&str> = pages.iter().map(|page| page.parent.kind).collect();
    assert_eq!(
        parents,
        BTreeSet::from(["block_id", "data_source_id", "page_id", "workspace"])
    );
    assert!(oracle::databases(workspace).any(|database| database.data_sources.len() == 2));
    assert!(oracle::databases(workspace).any(|database| database.parent.kind == "block_id"));
    assert!(
        pages.iter().any(|page| page.blocks.len() > 150)
            && pages.iter().any(|page| page.blocks.is_empty())
    );
    let long = pages.iter().max_by_key(|page| page.blocks.len()).unwrap();
    assert!(client.list(&format!("blocks/{}/children", long.id)).len() >= 150);
    let register = sources
        .iter()
        .max_by_key(|source| source.rows.len())
        .unwrap();
    assert_eq!(register.rows.len(), 2_000 / 64 * 16);
    let mut types = BTreeSet::new();
    let mut has_more = false;
    for page in &pages[..300] {
        for block in client.list(&format!("blocks/{}/children", page.id)) {
            types.insert(text(&block, &["type"]));
        }
        has_more |= client
            .get(&format!("pages/{}", page.id))
            .body
            .to_string()
            .contains("\"has_more\":true");
    }
    assert!(has_more, "some relation has more than 25 entries");
    for kind in [
        "child_page",
        "child_database",
        "synced_block",
        "column_list",
        "table",
        "link_to_page",
        "callout",
        "image",
    ] {
        assert!(types.contains(kind), "{kind} is not in {types:?}");
    }
}

#[test]
fn long_tables_are_windowed_by_time() {
    let options = Options {
        query_depth_limit: 150,
        ..Options::default()
    };
    let mut client = Client::new(Workspace::generated(2_000, 3), options);
    let register = oracle::data_sources(client.sim.workspace())
        .max_by_key(|source| source.rows.len())
        .unwrap();
    let path = format!("data_sources/{}/query", register.id);
    let sorts = r#""sorts":[{"timestamp":"created_time","direction":"ascending"}]"#;
    let (mut found, mut window) = (BTreeSet::new(), String::new());
    loop {
        let rows = client.query(&path, &format!("{sorts}{window}"));
        let before = found.len();
        found.extend(ids(&rows));
        if found.len() == before {
            break;
        }
        let last = text(rows.last().unwrap(), &["created_time"]);
        window = format!(
            r#","filter":{{"timestamp":"created_time","created_time":{{"on_or_after":"{last}"}}}}"#
        );
    }
    assert_eq!(found.len(), register.rows.len());
}

#[test]
fn a_million_pages_cost_nothing_until_they_are_asked_for() {
    let mut client = Client::new(Workspace::generated(1_000_000, 1), Options::default());
    let mut cursor = String::new();
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        let answer = client.post("search", &format!("{{\"page_size\":100{cursor}}}"));
        let results = answer.body.get("results").unwrap().items().to_vec();
        assert_eq!(results.len(), 100);
        for id in ids(&results) {
            assert!(seen.insert(id));
        }
        cursor = format!(",\"start_cursor\":\"{}\"", answer.text(&["next_cursor"]));
    }
    for id in seen.iter().step_by(100) {
        let kind = client.get(&format!("blocks/{id}")).status;
        assert!(kind == 200 || client.get(&format!("data_sources/{id}")).status == 200);
    }
    let memory = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = memory
        .split(' ')
        .nth(1)
        .and_then(|resident| resident.parse().ok())
        .unwrap_or_default();
    assert!(
        pages * 4_096 < 200 << 20,
        "the whole test process has {pages} pages of memory"
    );
}
