//! What edits do to the objects around them: times, listings, and who can see what.
//! Every change is made 12 seconds after noon, so that floors show.

use notion_sim::{
    BLOG_DATA_SOURCE_ID, Change, ChangeError, HOME_PAGE_ID, Json, Options, Uuid, Workspace, event,
    oracle,
};

use crate::client::{Client, NOON, ids, text};

const BEFORE: &str = "2026-10-30T16:12:00.000Z";
const AFTER: &str = "2026-11-20T12:00:00.000Z";

fn home() -> Uuid {
    HOME_PAGE_ID.parse().unwrap()
}

impl Client {
    fn apply(&mut self, change: Change) -> String {
        self.now_ms = NOON + 12_345;
        self.sim
            .workspace_mut()
            .apply(change, self.now_ms)
            .unwrap()
            .to_string()
    }

    /// The id of the page with this title.
    fn page_called(&mut self, title: &str) -> String {
        oracle::pages(self.sim.workspace())
            .find(|page| page.title == title)
            .unwrap()
            .id
    }

    fn edited(&mut self, page: &str) -> String {
        self.get(&format!("pages/{page}"))
            .text(&["last_edited_time"])
    }

    fn children(&mut self, id: &str) -> Vec<String> {
        ids(&self.list(&format!("blocks/{id}/children")))
    }
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

#[test]
fn a_nested_edit_bumps_the_block_and_the_page_and_nothing_between_or_above() {
    let mut client = Client::demo();
    let blocks = client.list(&format!("blocks/{HOME_PAGE_ID}/children"));
    let columns = blocks
        .iter()
        .find(|block| text(block, &["type"]) == "column_list")
        .unwrap();
    let list = text(columns, &["id"]);
    let column = client.children(&list)[0].clone();
    let added = client.apply(Change::AppendParagraph {
        parent: uuid(&column),
        text: "New".to_string(),
    });
    assert_eq!(client.children(&column).last(), Some(&added));
    let edited = |client: &mut Client, block: &str| {
        client
            .get(&format!("blocks/{block}"))
            .text(&["last_edited_time"])
    };
    assert_eq!(edited(&mut client, &added), AFTER);
    assert_eq!(edited(&mut client, &column), AFTER);
    assert_ne!(edited(&mut client, &list), AFTER);
    assert_eq!(client.edited(HOME_PAGE_ID), AFTER);
}

#[test]
fn what_is_put_into_a_copy_of_a_synced_block_goes_into_the_original() {
    let mut client = Client::demo();
    let pages: Vec<String> = oracle::pages(client.sim.workspace())
        .map(|page| page.id)
        .collect();
    let mut blocks = pages
        .iter()
        .flat_map(|page| client.list(&format!("blocks/{page}/children")))
        .collect::<Vec<Json>>()
        .into_iter();
    let from = ["synced_block", "synced_from", "block_id"];
    let copy = blocks
        .find(|block| block.get("synced_block").is_some() && !text(block, &from).starts_with("no "))
        .unwrap();
    let original = text(&copy, &from);
    let before = client.children(&original).len();
    let parent = uuid(&text(&copy, &["id"]));
    let (added, created) = (
        client.apply(Change::AppendParagraph {
            parent,
            text: "New".to_string(),
        }),
        client.apply(Change::CreatePage {
            parent,
            title: "New".to_string(),
        }),
    );
    assert_eq!(client.children(&original)[before..], [added, created]);
    client.apply(Change::Trash {
        id: uuid(&original),
    });
    let into = |parent| Change::AppendParagraph {
        parent,
        text: "New".to_string(),
    };
    let refused = client.sim.workspace_mut().apply(into(parent), NOON);
    assert!(
        matches!(refused, Err(ChangeError::Refused(_))),
        "{refused:?}"
    );
}

#[test]
fn an_edit_of_a_child_page_does_not_bump_its_parent() {
    let mut client = Client::demo();
    let child = client.page_called("Every block there is");
    client.apply(Change::AppendParagraph {
        parent: uuid(&child),
        text: "New".to_string(),
    });
    assert_eq!(client.edited(&child), AFTER);
    assert_eq!(client.edited(HOME_PAGE_ID), BEFORE);
}

#[test]
fn what_is_in_the_trash_can_be_read_but_is_not_listed() {
    let mut client = Client::demo();
    let page = client.page_called("Documentation");
    let below = client.page_called("Choosing a site");
    client.apply(Change::Trash { id: uuid(&page) });
    assert_eq!(
        client.get(&format!("pages/{page}")).text(&["in_trash"]),
        "true"
    );
    assert_eq!(
        client.get(&format!("pages/{below}")).text(&["in_trash"]),
        "false",
        "only what was thrown away is marked"
    );
    let found = ids(&client.query("search", ""));
    assert!(!found.contains(&page) && !found.contains(&below));
    assert_eq!(
        ids(&client.query("search", r#""filter":{"in_trash":true}"#)).len(),
        2
    );
    assert!(
        !oracle::pages(client.sim.workspace()).any(|truth| truth.id == page || truth.id == below)
    );
    client.apply(Change::Restore { id: uuid(&page) });
    assert!(ids(&client.query("search", "")).contains(&below));
}

#[test]
fn below_the_trash_may_be_marked_too() {
    let mut client = Client::new(
        Workspace::demo(),
        Options {
            flags_descendants_of_trash: true,
            ..Options::default()
        },
    );
    let (page, below) = (
        client.page_called("Documentation"),
        client.page_called("Choosing a site"),
    );
    client.apply(Change::Trash { id: uuid(&page) });
    assert_eq!(
        client.get(&format!("pages/{below}")).text(&["in_trash"]),
        "true"
    );
}

#[test]
fn a_row_in_the_trash_is_among_the_rows_only_if_asked_for() {
    let mut client = Client::demo();
    let query = format!("data_sources/{BLOG_DATA_SOURCE_ID}/query");
    let row = client.page_called("Borrowed batteries");
    client.apply(Change::Trash { id: uuid(&row) });
    assert!(!ids(&client.query(&query, "")).contains(&row));
    assert_eq!(ids(&client.query(&query, "\"in_trash\":true")), [row]);
}

#[test]
fn a_block_in_the_trash_leaves_its_page() {
    let mut client = Client::demo();
    let block = client.children(HOME_PAGE_ID)[0].clone();
    client.apply(Change::Trash { id: uuid(&block) });
    assert!(!client.children(HOME_PAGE_ID).contains(&block));
    assert_eq!(
        client.get(&format!("blocks/{block}")).text(&["in_trash"]),
        "true"
    );
    assert_eq!(client.edited(HOME_PAGE_ID), AFTER);
}

#[test]
fn a_child_page_in_the_trash_bumps_the_page_it_was_on() {
    let mut client = Client::demo();
    let page = client.page_called("Every block there is");
    client.apply(Change::Trash { id: uuid(&page) });
    assert_eq!(client.edited(HOME_PAGE_ID), AFTER);
    assert_eq!(client.edited(&page), AFTER);
    assert!(!client.children(HOME_PAGE_ID).contains(&page));
}

#[test]
fn purged_and_unshared_are_404_with_everything_below_and_bump_nothing() {
    for change in [|id| Change::Purge { id }, |id| Change::Unshare { id }] {
        let mut client = Client::demo();
        let (page, below) = (
            client.page_called("Every block there is"),
            client.page_called("Tokens"),
        );
        let documentation = client.page_called("Documentation");
        client.apply(change(uuid(&page)));
        client.apply(change(uuid(&documentation)));
        for gone in [&page, &below, &documentation] {
            assert_eq!(client.get(&format!("pages/{gone}")).status, 404);
            assert_eq!(client.get(&format!("blocks/{gone}/children")).status, 404);
        }
        assert!(!client.children(HOME_PAGE_ID).contains(&page));
        assert_eq!(client.edited(HOME_PAGE_ID), BEFORE);
        assert!(!ids(&client.query("search", "")).contains(&below));
    }
}

#[test]
fn what_is_shared_again_is_there_again_and_what_is_purged_is_not() {
    let mut client = Client::demo();
    let page = client.page_called("Tokens");
    client.apply(Change::Unshare { id: uuid(&page) });
    client.apply(Change::Share { id: uuid(&page) });
    assert_eq!(client.get(&format!("pages/{page}")).status, 200);
    client.apply(Change::Purge { id: uuid(&page) });
    assert!(
        client
            .sim
            .workspace_mut()
            .apply(Change::Share { id: uuid(&page) }, NOON)
            .is_err()
    );
    assert_eq!(client.get(&format!("pages/{page}")).status, 404);
}

#[test]
fn a_mention_and_a_relation_follow_their_target_without_an_edit() {
    let mut client = Client::demo();
    let target = client.page_called("What a datum is");
    let source = client.page_called("Why the table was wrong");
    let related = |client: &mut Client| {
        let page = client.get(&format!("pages/{source}")).body;
        page.get("properties")
            .unwrap()
            .get("Related")
            .unwrap()
            .get("relation")
            .unwrap()
            .items()
            .len()
    };
    assert_eq!(related(&mut client), 1);
    let edited = client.edited(&source);
    client.apply(Change::Trash { id: uuid(&target) });
    assert_eq!(related(&mut client), 0);
    assert_eq!(client.edited(&source), edited);
    let kitchen = client.page_called("Every block there is");
    let mentions = |client: &mut Client, title: &str| {
        client
            .list(&format!("blocks/{kitchen}/children"))
            .iter()
            .any(|block| text(block, &["paragraph"]).contains(title))
    };
    let started = client.page_called("Getting started");
    client.apply(Change::SetTitle {
        page: uuid(&started),
        title: "Begin here".to_string(),
    });
    assert!(mentions(&mut client, "\"plain_text\":\"Begin here\""));
}

#[test]
fn a_new_row_and_a_new_page_are_where_they_were_made() {
    let mut client = Client::demo();
    let row = client.apply(Change::CreatePage {
        parent: uuid(BLOG_DATA_SOURCE_ID),
        title: "A new post".to_string(),
    });
    let rows = client.query(&format!("data_sources/{BLOG_DATA_SOURCE_ID}/query"), "");
    assert_eq!(ids(&rows)[0], row);
    assert_eq!(
        text(&rows[0], &["properties", "ID", "unique_id", "number"]),
        "12"
    );
    let page = client.apply(Change::CreatePage {
        parent: home(),
        title: "A new page".to_string(),
    });
    assert_eq!(client.children(HOME_PAGE_ID).last(), Some(&page));
    assert_eq!(client.edited(HOME_PAGE_ID), AFTER);
    assert_eq!(
        ids(&client.query("search", ""))[..3]
            .iter()
            .filter(|id| **id == row || **id == page)
            .count(),
        2
    );
}

#[test]
fn a_property_is_set_in_the_form_of_its_type_or_not_at_all() {
    let mut client = Client::demo();
    let row = client.page_called("Borrowed batteries");
    let set = |client: &mut Client, name: &str, value: &str| {
        let change = Change::SetProperty {
            page: uuid(&row),
            name: name.to_string(),
            value: Json::parse(value).unwrap(),
        };
        client
            .sim
            .workspace_mut()
            .apply(change, NOON)
            .map_err(|error| error.to_string())
    };
    set(&mut client, "Status", "\"Published\"").unwrap();
    set(&mut client, "Published", "\"2026-11-19\"").unwrap();
    set(&mut client, "Words", "null").unwrap();
    let page = client.get(&format!("pages/{row}")).body;
    let properties = page.get("properties").unwrap();
    assert_eq!(text(properties, &["Status", "status", "name"]), "Published");
    assert_eq!(text(properties, &["Words", "number"]), "null");
    assert_eq!(
        text(properties, &["Live", "formula", "boolean"]),
        "true",
        "a formula follows"
    );
    assert_eq!(
        set(&mut client, "Status", "\"Lost\"").unwrap_err(),
        "the property `Status` has no option `Lost`"
    );
    assert_eq!(
        set(&mut client, "Words", "\"many\"").unwrap_err(),
        "`\"many\"` is no value for the number property `Words`"
    );
    assert_eq!(
        set(&mut client, "Live", "true").unwrap_err(),
        "the formula property `Live` cannot be set"
    );
    assert_eq!(
        set(&mut client, "Colour", "1").unwrap_err(),
        "the rows have no property `Colour`"
    );
}

#[test]
fn a_move_takes_everything_below_along_and_goes_in_no_circle() {
    let mut client = Client::demo();
    let (page, below, target) = (
        client.page_called("Getting started"),
        client.page_called("Choosing a site"),
        home(),
    );
    let documentation = client.page_called("Documentation");
    client.apply(Change::Move {
        page: uuid(&page),
        parent: target,
    });
    assert_eq!(
        client
            .get(&format!("pages/{page}"))
            .text(&["parent", "page_id"]),
        HOME_PAGE_ID
    );
    assert!(client.children(HOME_PAGE_ID).contains(&page));
    assert!(!client.children(&documentation).contains(&page));
    assert_eq!(client.get(&format!("pages/{below}")).status, 200);
    let circle = Change::Move {
        page: uuid(&page),
        parent: uuid(&below),
    };
    assert!(client.sim.workspace_mut().apply(circle, NOON).is_err());
}

#[test]
fn generated_objects_change_like_any_other() {
    let mut client = Client::new(Workspace::generated(200, 4), Options::default());
    let pages: Vec<oracle::PageTruth> = oracle::pages(client.sim.workspace()).collect();
    let parent = pages
        .iter()
        .find(|page| !page.blocks.is_empty() && page.parent.kind == "page_id")
        .unwrap();
    let added = client.apply(Change::AppendParagraph {
        parent: uuid(&parent.id),
        text: "New".to_string(),
    });
    let row = pages
        .iter()
        .find(|page| page.parent.kind == "data_source_id")
        .unwrap();
    client.apply(Change::Trash { id: uuid(&row.id) });
    client.apply(Change::SetTitle {
        page: uuid(&pages[3].id),
        title: "Renamed".to_string(),
    });
    assert_eq!(client.children(&parent.id).last(), Some(&added));
    let source = row.parent.id.clone().unwrap();
    assert!(!ids(&client.query(&format!("data_sources/{source}/query"), "")).contains(&row.id));
    assert_eq!(
        ids(&client.query("search", "\"query\":\"renamed\"")),
        [pages[3].id.clone()]
    );
    assert_eq!(
        oracle::pages(client.sim.workspace()).count(),
        pages.len() - 1
    );
    let found = ids(&client.query("search", ""));
    assert_eq!(
        found[..2]
            .iter()
            .filter(|id| **id == parent.id || **id == pages[3].id)
            .count(),
        2
    );
}

#[test]
fn a_change_is_read_from_json_and_a_misspelt_one_is_not() {
    let text = format!(r#"{{"type":"set_title","page":"{HOME_PAGE_ID}","title":"x"}}"#);
    assert!(matches!(
        serde_json::from_str(&text),
        Ok(Change::SetTitle { .. })
    ));
    for wrong in [
        r#"{"type":"rename"}"#.to_string(),
        text.replace("title\":\"x", "titel\":\"x"),
        text.replace(HOME_PAGE_ID, "home"),
    ] {
        assert!(serde_json::from_str::<Change>(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_webhook_is_told_what_happened_to_which_page_and_of_nothing_that_is_gone() {
    let mut client = Client::demo();
    let mut tell = |change: Change| {
        let workspace = client.sim.workspace_mut();
        let changed = workspace.apply(change.clone(), NOON).unwrap();
        let told = event(client.sim.workspace(), &change, changed, 7, NOON)?;
        let entity = text(&told, &["entity", "id"]);
        Some((changed.to_string(), text(&told, &["type"]), entity))
    };
    let [page, source] = [HOME_PAGE_ID, BLOG_DATA_SOURCE_ID].map(uuid);
    let title = || "New".to_string();
    let kinds = |told: Option<(String, String, String)>| told.unwrap().1;
    let (changed, kind, entity) = tell(Change::AppendParagraph {
        parent: page,
        text: title(),
    })
    .unwrap();
    assert_eq!(
        (kind.as_str(), entity.as_str()),
        ("page.content_updated", HOME_PAGE_ID)
    );
    let id = uuid(&changed);
    assert_eq!(kinds(tell(Change::Trash { id })), "page.content_updated");
    let row = tell(Change::CreatePage {
        parent: source,
        title: title(),
    })
    .unwrap();
    assert_eq!((row.1.as_str(), &row.2), ("page.created", &row.0));
    let (id, page) = (uuid(&row.0), uuid(&row.0));
    let renamed = Change::SetTitle {
        page,
        title: title(),
    };
    assert_eq!(kinds(tell(renamed)), "page.properties_updated");
    let parent = uuid(HOME_PAGE_ID);
    assert_eq!(kinds(tell(Change::Move { page, parent })), "page.moved");
    assert_eq!(kinds(tell(Change::Trash { id })), "page.deleted");
    assert_eq!(kinds(tell(Change::Restore { id })), "page.undeleted");
    assert_eq!(tell(Change::Unshare { id }), None);
    let id_at = |number, now_ms| {
        let change = Change::SetTitle {
            page: parent,
            title: title(),
        };
        let told = event(client.sim.workspace(), &change, parent, number, now_ms).unwrap();
        text(&told, &["id"])
    };
    assert_ne!(id_at(0, NOON), id_at(0, NOON + 1));
    assert_ne!(id_at(0, NOON), id_at(1, NOON));
    assert_eq!(id_at(0, NOON), id_at(0, NOON));
}
