//! What lies under a block, where Notion flags only what was itself put into the trash: whose blocks hold it decides.

use notion_edge_core::api::Request;
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, Answer, B, C, NEW, OLD, block, body, broken, list, page, page_in};
use crate::world::World;

const TOGGLE: &str = "38c9ce7b-60a4-81aa-90c1-c1f1f2a0d001";
const OTHER_TOGGLE: &str = "38c9ce7b-60a4-81aa-90c1-c1f1f2a0d002";
const SOURCE: &str = "38c9ce7b-60a4-81aa-90c1-c1f1f2a0d003";
const ROW: &str = "38c9ce7b-60a4-81aa-90c1-c1f1f2a0d004";

/// After the second export of everything.
const NEWER: &str = "2026-11-22T13:00:00.000Z";

/// What has become of a page or block.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    Here,
    Trashed,
    Unseen,
    Broken,
}

/// Page A has a toggle, in which page B lies. Search goes on showing B.
#[derive(Clone, Copy)]
struct Workspace {
    holder: Is,
    /// When A was last edited.
    edited: &'static str,
    toggle: Is,
    /// Whether B was moved to a toggle of page C, which is in the trash and was never seen.
    is_moved: bool,
}

const HELD: Workspace = Workspace {
    holder: Is::Here,
    edited: OLD,
    toggle: Is::Here,
    is_moved: false,
};

fn shown(is: Is, mut object: Value) -> Answer {
    object["in_trash"] = json!(is == Is::Trashed);
    match is {
        Is::Here | Is::Trashed => body(&object),
        Is::Unseen => Err(notion_edge_core::failure::Failure::NotFound),
        Is::Broken => broken(),
    }
}

/// A toggle on that page.
fn toggle(id: &str, on: &str) -> Value {
    let mut toggle = block(id, "toggle", &json!({ "rich_text": [] }));
    toggle["parent"] = json!({ "type": "page_id", "page_id": on });
    toggle["has_children"] = json!(true);
    toggle
}

fn under(block: &str) -> Value {
    json!({ "type": "block_id", "block_id": block })
}

impl Workspace {
    fn answer(self, request: &Request) -> Answer {
        let holder = page(A, "A", self.edited);
        let nested = match self.is_moved {
            true => page_in(&under(OTHER_TOGGLE), B, "B", NEW),
            false => page_in(&under(TOGGLE), B, "B", OLD),
        };
        let child = block(B, "child_page", &json!({ "title": "B" }));
        let path = request.path.split('?').next().unwrap();
        match path.trim_start_matches("/v1/") {
            "search" if self.holder == Is::Here => list(&[holder, nested]),
            "search" => list(&[nested]),
            it if it == format!("pages/{A}") => shown(self.holder, holder),
            it if it == format!("pages/{B}") => body(&nested),
            it if it == format!("pages/{C}") => shown(Is::Trashed, page(C, "C", OLD)),
            it if it == format!("blocks/{TOGGLE}") => shown(self.toggle, toggle(TOGGLE, A)),
            it if it == format!("blocks/{OTHER_TOGGLE}") => body(&toggle(OTHER_TOGGLE, C)),
            it if it == format!("blocks/{A}/children") && self.toggle == Is::Here => {
                list(&[toggle(TOGGLE, A)])
            }
            it if it == format!("blocks/{TOGGLE}/children") && !self.is_moved => list(&[child]),
            _ => list(&[]),
        }
    }
}

/// Exports everything once more, with what rests for an hour.
fn export(world: &mut World, workspace: Workspace) {
    world.script = Some(Box::new(move |request| workspace.answer(request)));
    world.wait(25 * 3_600);
    world.run_to_the_end();
}

fn stored(world: &mut World) -> Vec<String> {
    world.documents().into_keys().collect()
}

fn created(world: &mut World) -> usize {
    let events = world.events().into_iter();
    events.filter(|(kind, _)| kind == "page.created").count()
}

fn asked(world: &World, block: &str) -> usize {
    let path = format!("/v1/blocks/{block}");
    world.asked.iter().filter(|(_, it)| *it == path).count()
}

#[test]
fn a_page_in_a_block_goes_into_the_trash_with_it_and_comes_back_with_it() {
    let mut world = World::scripted(|request| HELD.answer(request));
    world.run_to_the_end();
    assert_eq!(world.documents()[B]["ancestors"], json!([A]));
    assert_eq!(asked(&world, TOGGLE), 0, "the walk has told");
    let trashed = Workspace {
        edited: NEW,
        toggle: Is::Trashed,
        ..HELD
    };
    let before = created(&mut world);
    // Search goes on showing it, and it is not served for a moment.
    for _ in 0..3 {
        export(&mut world, trashed);
        assert_eq!(stored(&mut world), [A]);
    }
    assert_eq!(created(&mut world), before);
    let restored = Workspace {
        edited: NEWER,
        ..HELD
    };
    export(&mut world, restored);
    assert_eq!(stored(&mut world).len(), 2);
    assert_eq!(world.documents()[B]["ancestors"], json!([A]));
}

#[test]
fn a_page_in_a_block_of_a_page_that_was_trashed_before_it_was_first_seen_is_not_kept() {
    let trashed = Workspace {
        holder: Is::Trashed,
        ..HELD
    };
    let mut world = World::scripted(move |request| trashed.answer(request));
    world.run_to_the_end();
    assert_eq!(stored(&mut world), Vec::<String>::new());
    assert_eq!(world.errors().len(), 0);
}

#[test]
fn a_page_that_moved_into_a_block_of_a_page_in_the_trash_goes() {
    let mut world = World::scripted(|request| HELD.answer(request));
    world.run_to_the_end();
    let moved = Workspace {
        edited: NEW,
        is_moved: true,
        ..HELD
    };
    export(&mut world, moved);
    assert_eq!(stored(&mut world), [A]);
}

/// Someone shared that page alone.
#[test]
fn a_page_in_a_block_that_is_not_shared_stays_and_notion_is_asked_once() {
    let alone = Workspace {
        holder: Is::Unseen,
        toggle: Is::Unseen,
        ..HELD
    };
    let mut world = World::scripted(move |request| alone.answer(request));
    world.run_to_the_end();
    assert_eq!(stored(&mut world), [B]);
    assert_eq!(asked(&world, TOGGLE), 1);
    export(&mut world, alone);
    assert_eq!(stored(&mut world), [B]);
    assert_eq!(asked(&world, TOGGLE), 1);
}

#[test]
fn a_page_in_a_block_of_which_notion_does_not_answer_stays_until_it_does() {
    let silent = Workspace {
        edited: NEW,
        toggle: Is::Broken,
        ..HELD
    };
    let mut world = World::scripted(|request| HELD.answer(request));
    world.run_to_the_end();
    export(&mut world, silent);
    assert_eq!(stored(&mut world).len(), 2);
    let trashed = Workspace {
        toggle: Is::Trashed,
        ..silent
    };
    world.script = Some(Box::new(move |request| trashed.answer(request)));
    world.wait(3_700);
    world.run_once(Kill::Never);
    assert_eq!(stored(&mut world), [A]);
}

/// Only the row and its data source are shown.
#[test]
fn a_row_of_a_database_in_a_block_of_a_page_in_the_trash_is_not_kept() {
    let mut world = World::scripted(|request| {
        let object = |id: &str, kind: &str, parent: Value| {
            let times = json!({ "created_time": OLD, "last_edited_time": OLD, "title": [] });
            let mut object =
                json!({ "object": kind, "id": id, "in_trash": false, "parent": parent });
            for (name, value) in times.as_object().unwrap() {
                object[name] = value.clone();
            }
            object
        };
        let mut source = object(
            SOURCE,
            "data_source",
            json!({ "type": "database_id", "database_id": C }),
        );
        source["properties"] = json!({});
        let mut database = object(C, "database", under(TOGGLE));
        database["data_sources"] = json!([{ "id": SOURCE, "name": "Rows" }]);
        let of = json!({ "type": "data_source_id", "data_source_id": SOURCE, "database_id": C });
        let row = page_in(&of, ROW, "Row", OLD);
        let path = request.path.split('?').next().unwrap();
        match path.trim_start_matches("/v1/") {
            "search" => list(&[source, row]),
            it if it == format!("data_sources/{SOURCE}") => body(&source),
            it if it == format!("data_sources/{SOURCE}/query") => list(&[row]),
            it if it == format!("databases/{C}") => body(&database),
            it if it == format!("pages/{ROW}") => body(&row),
            it if it == format!("pages/{A}") => shown(Is::Trashed, page(A, "A", OLD)),
            it if it == format!("blocks/{TOGGLE}") => body(&toggle(TOGGLE, A)),
            _ => list(&[]),
        }
    });
    world.run_to_the_end();
    assert_eq!(stored(&mut world), Vec::<String>::new());
    assert_eq!(world.stored("notion:database:*").len(), 0);
    assert_eq!(world.stored("notion:data_source:*").len(), 0);
    assert_eq!(world.errors().len(), 0);
}
