//! Copies of the files that pages show: each once, with the page, and none that no page shows.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use notion_edge_core::config::FilePlace;
use notion_edge_core::engine::Outcome;
use notion_edge_core::failure::Failure;
use notion_sim::{Change, Options, Workspace};
use serde_json::{Value, json};

use crate::driver::Kill;
use crate::script::{A, B, NEW, OLD, block, body, list, page};
use crate::world::World;

fn hosting() -> Options {
    Options {
        hosts_assets: true,
        ..Options::default()
    }
}

fn copying(pages: u64) -> World {
    let mut world = World::new(Workspace::generated(pages, 11), hosting());
    world.settings.files = FilePlace::Here;
    world
}

#[test]
fn each_file_is_copied_once_whatever_a_run_may_do() {
    for subrequests in [24, 48, 9_900] {
        let mut world = copying(40);
        world.settings.run_subrequests = subrequests;
        world.run_to_the_end();
        assert_eq!(world.errors().len(), 0, "{:?}", world.errors());
        world.assert_nothing_is_missed();
        assert!(world.copies.len() > 20, "{}", world.copies.len());
        assert_eq!(world.copied_again(), Vec::<&String>::new());
        let before = world.filed.len();
        world.wait(90_000);
        world.run_to_the_end();
        assert_eq!(world.filed.len(), before, "nothing has changed");
    }
}

#[test]
fn what_no_page_shows_any_more_is_deleted() {
    let mut world = copying(40);
    world.run_to_the_end();
    let before = world.copies.len();
    for id in world.leaves_with_files().into_iter().take(2) {
        world.trash(&id);
    }
    world.wait(90_000);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    assert!(
        world.copies.len() < before,
        "{before} {}",
        world.copies.len()
    );
    assert!(!world.state().may_have_unlinked);
}

/// A run that dies at any effect leaves nothing that the next ones do not mend: no copy is missing, and none is left over.
#[test]
fn a_death_at_any_effect_loses_no_copy() {
    for effect in 1..120 {
        let mut world = copying(6);
        world.run_once(Kill::AfterLosing(effect));
        world.wait(120);
        world.run_to_the_end();
        let gone = world.leaves_with_files();
        world.trash(&gone[0]);
        world.wait(90_000);
        if effect % 2 == 0 {
            world.run_once(Kill::AfterLosing(effect));
            world.wait(120);
        }
        world.run_to_the_end();
        world.assert_nothing_is_missed();
    }
}

const PICTURE: &str =
    "https://prod-files-secure.s3.us-west-2.amazonaws.com/s/f/a.txt?X-Amz-Signature=1";

/// Two pages, of which A shows a file.
fn with_a_file(edited: &'static str) -> World {
    let mut world = World::scripted(move |request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "A", edited), page(B, "B", OLD)]),
        path if path == format!("/v1/pages/{A}") => body(&page(A, "A", edited)),
        path if path.contains(A) => list(&[block(
            "51111111-60a4-8136-8cb8-d1a177ad0a4f",
            "file",
            &json!({ "type": "file", "name": "a.txt", "caption": [], "file": { "url": PICTURE, "expiry_time": NEW } }),
        )]),
        _ => list(&[]),
    });
    world.settings.files = FilePlace::Here;
    world
}

/// The second of two pages with one title is committed under another path than it asked for first.
#[test]
fn a_page_whose_path_is_taken_keeps_its_copies() {
    let mut world = World::scripted(|request| match request.path.as_str() {
        "/v1/search" => list(&[page(A, "Notes", OLD), page(B, "Notes", OLD)]),
        path if path.contains("/children") => {
            let id = if path.contains(A) { A } else { B };
            list(&[block(
                &id.replacen("38c9", "51c9", 1),
                "file",
                &json!({ "type": "file", "name": "a.txt", "caption": [], "file": { "url": PICTURE, "expiry_time": NEW } }),
            )])
        }
        _ => list(&[]),
    });
    world.settings.files = FilePlace::Here;
    world.run_to_the_end();
    let documents = world.documents();
    assert_ne!(documents[A]["path"], documents[B]["path"]);
    world.assert_files_are_copied(&documents);
}

/// A file that takes longer than a run has, each time, is done without: its page is not.
#[test]
fn files_that_always_take_too_long_do_not_keep_their_page_out() {
    for (files, runs) in [(1_usize, 8), (3, 12)] {
        let mut world = World::scripted(move |request| match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
            path if path == format!("/v1/pages/{A}") => body(&page(A, "A", OLD)),
            path if path.contains(A) => {
                let blocks: Vec<Value> = (0..files)
                    .map(|place| {
                        block(
                            &format!("51111111-60a4-8136-8cb8-d1a177ad0a4{place}"),
                            "file",
                            &json!({ "type": "file", "name": "a.txt", "caption": [], "file": { "url": PICTURE, "expiry_time": NEW } }),
                        )
                    })
                    .collect();
                list(&blocks)
            }
            _ => list(&[]),
        });
        world.settings.files = FilePlace::Here;
        world.storage_status = Some(503);
        world.storage_takes = Duration::from_secs(30);
        for _ in 0..runs {
            world.run_once(Kill::Never);
            world.wait(180);
        }
        let document = world.documents().get(A).cloned();
        let document = document.unwrap_or_else(|| panic!("{files}: {:?}", world.errors()));
        assert_eq!(document["complete"], json!(false));
        assert_eq!(document["errors"].as_array().unwrap().len(), files);
    }
}

/// Each minute someone edits the page, whose files are more than one run can copy.
#[test]
fn what_an_earlier_version_had_copied_is_not_copied_again() {
    let minute = Rc::new(Cell::new(0));
    let now = Rc::clone(&minute);
    let mut world = World::scripted(move |request| match request.path.as_str() {
        path if path.contains("/children") => {
            let blocks: Vec<Value> = (10..70)
                .map(|place| {
                    block(
                        &format!("51111111-60a4-8136-8cb8-d1a177ad0a{place}"),
                        "file",
                        &json!({ "type": "file", "name": "a.txt", "caption": [], "file": { "url": PICTURE, "expiry_time": NEW } }),
                    )
                })
                .collect();
            list(&blocks)
        }
        path => {
            let edited = format!("2026-06-27T16:{:02}:00.000Z", now.get());
            let page = page(A, "A", &edited);
            match path {
                "/v1/search" => list(&[page]),
                path if path.contains(A) => body(&page),
                _ => list(&[]),
            }
        }
    });
    world.settings.files = FilePlace::Here;
    world.settings.run_subrequests = 48;
    for run in 0..6 {
        minute.set(run);
        world.run_once(Kill::Never);
        world.wait(60);
    }
    assert_eq!(world.copied_again(), Vec::<&String>::new());
    assert_eq!(world.copies.len(), 60);
    assert!(world.documents().contains_key(A));
}

/// The copies of a page that is half fetched are deleted when an export of another page ends, in a run that dies at any effect.
#[test]
fn what_was_copied_for_a_page_half_fetched_is_not_believed_once_it_may_be_deleted() {
    let mut is_deleted = false;
    for effect in 1..40 {
        let mut world = World::scripted(|request| match request.path.as_str() {
            "/v1/search" => list(&[page(A, "A", OLD), page(B, "B", OLD)]),
            path if path == format!("/v1/pages/{A}") => body(&page(A, "A", OLD)),
            path if path == format!("/v1/pages/{B}") => body(&page(B, "B", OLD)),
            path if path.contains(A) => {
                let blocks: Vec<Value> = (10..70)
                    .map(|place| {
                        block(
                            &format!("51111111-60a4-8136-8cb8-d1a177ad0a{place}"),
                            "file",
                            &json!({ "type": "file", "name": "a.txt", "caption": [], "file": { "url": PICTURE, "expiry_time": NEW } }),
                        )
                    })
                    .collect();
                list(&blocks)
            }
            _ => list(&[]),
        });
        world.settings.files = FilePlace::Here;
        world.settings.run_subrequests = 48;
        world.run_once(Kill::Never);
        let copied = world.copies.len();
        assert!((1..60).contains(&copied), "{copied}");
        let order = world.order("page", Some(B));
        world.wait(60);
        world.run_once(Kill::After(effect));
        is_deleted |= world.copies.len() < copied;
        // Else the next run ends that export first, and deletes them once more.
        world.command("DELETE", &format!("/v1/exports/{order}"), "");
        world.wait(120);
        world.run_to_the_end();
        let documents = world.documents();
        assert_eq!(documents[A]["files"].as_array().unwrap().len(), 60);
        world.assert_files_are_copied(&documents);
    }
    assert!(is_deleted, "nothing is deleted meanwhile");
}

/// While copies are deleted, which takes long, a page is due that shows one of them again.
#[test]
fn nothing_is_taken_up_while_copies_are_deleted() {
    const NEWER: &str = "2026-11-20T13:30:00.000Z";
    let stage = Rc::new(Cell::new(0));
    let now = Rc::clone(&stage);
    let refused = || {
        Err(Failure::Rejected {
            code: "validation_error".to_owned(),
            message: "not now".to_owned(),
        })
    };
    let mut world = World::scripted(move |request| {
        let file = block(
            "51111111-60a4-8136-8cb8-d1a177ad0a4f",
            "file",
            &json!({ "type": "file", "name": "a.txt", "caption": [], "file": { "url": PICTURE, "expiry_time": NEW } }),
        );
        let a = page(A, "A", if now.get() < 2 { OLD } else { NEWER });
        let b = page(B, "B", if now.get() < 1 { OLD } else { NEW });
        let is_of_blocks =
            request.path.ends_with("/children") || request.path.contains("/children?");
        match (request.path.as_str(), now.get()) {
            ("/v1/search", _) => list(&[b, a]),
            (path, 0 | 1) if path.contains(A) && is_of_blocks => list(&[file]),
            (path, 1) if path.contains(B) && is_of_blocks => refused(),
            (path, 2) if path.contains(B) && is_of_blocks => list(&[file]),
            (path, _) if path.contains(A) && !is_of_blocks => body(&a),
            (path, _) if path.contains(B) && !is_of_blocks => body(&b),
            _ => list(&[]),
        }
    });
    world.settings.files = FilePlace::Here;
    world.run_to_the_end();
    assert_eq!(world.copies.len(), 1);
    world.wait(3_700);
    // B is put off for an hour.
    stage.set(1);
    world.run_once(Kill::Never);
    assert_eq!(world.errors().len(), 1);
    // A does not show the file any more, and B, which is due in a moment, does.
    stage.set(2);
    world.wait(3_580);
    (world.deleting_takes, world.failing_deletions) = (Duration::from_secs(26), 1);
    world.run_once(Kill::Never);
    world.deleting_takes = Duration::ZERO;
    world.wait(60);
    world.run_to_the_end();
    let documents = world.documents();
    assert_eq!(
        documents[B]["files"].as_array().unwrap().len(),
        1,
        "{:?}",
        world.filed
    );
    world.assert_files_are_copied(&documents);
}

fn file_of_a(world: &mut World) -> Value {
    world.documents()[A]["files"][0].clone()
}

#[test]
fn a_document_says_what_is_known_of_its_files_and_where_they_are_served() {
    let mut world = with_a_file(OLD);
    world.settings.files_url = "https://content.example.com".to_owned();
    world.run_to_the_end();
    let file = file_of_a(&mut world);
    assert_eq!(file["content_type"], "text/plain");
    assert_eq!(file["size"], json!("s/f/a.txt?X-Amz-Signature=1".len()));
    let key = file["key"].as_str().unwrap().to_owned();
    let address = |world: &mut World| -> String {
        let document = &world.documents()[A];
        document["blocks"][0]["file"]["file"]["url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        address(&mut world),
        format!("https://content.example.com/v1/files/{key}")
    );
    let html = world.text(&format!("notion:html:{A}"));
    assert!(
        html.contains(&format!("https://content.example.com/v1/files/{key}")),
        "{html}"
    );
    // Another base is put there without Notion.
    world.settings.files_url = String::new();
    let asked = world.asked.len();
    world.wait(600);
    world.run_to_the_end();
    assert_eq!(address(&mut world), format!("/v1/files/{key}"));
    let asked: Vec<_> = world.asked[asked..]
        .iter()
        .filter(|(_, path)| path.contains(A))
        .collect();
    assert_eq!(asked.len(), 0, "{asked:?}");
}

#[test]
fn a_file_that_its_storage_does_not_give_is_told_and_the_page_is_there() {
    for (status, runs) in [(404, 1), (403, 1), (503, 20)] {
        let mut world = with_a_file(OLD);
        world.storage_status = Some(status);
        for _ in 0..runs {
            world.run_once(Kill::Never);
            world.wait(900);
        }
        let document = world.documents()[A].clone();
        assert_eq!(document["complete"], json!(false), "{status}");
        let told = document["errors"][0]["message"].as_str().unwrap();
        assert!(told.contains("could not be copied"), "{told}");
        assert_eq!(document["files"][0]["size"], Value::Null);
        // Whoever has no copy is read again at some time, and has one then.
        world.storage_status = None;
        for _ in 0..40 {
            world.wait(3_600);
            world.run_to_the_end();
        }
        assert_eq!(world.documents()[A]["complete"], json!(true), "{status}");
        assert!(file_of_a(&mut world)["size"].is_u64(), "{status}");
    }
}

#[test]
fn where_there_was_no_place_for_files_before_all_pages_are_read_again() {
    let mut world = with_a_file(OLD);
    world.settings.files = FilePlace::None;
    world.run_to_the_end();
    assert_eq!(file_of_a(&mut world)["size"], Value::Null);
    assert_eq!(world.filed.len(), 0);
    world.settings.files = FilePlace::Here;
    world.wait(600);
    world.run_to_the_end();
    assert!(file_of_a(&mut world)["size"].is_u64());
    // Without the place what is stored is left as it is.
    world.settings.files = FilePlace::None;
    world.wait(600);
    world.run_to_the_end();
    assert_eq!(world.copies.len(), 1);
}

/// Addresses that an earlier run read have ended: the page is asked for once more, and nothing is copied twice.
#[test]
fn an_address_that_has_ended_is_asked_for_anew() {
    let mut world = copying(40);
    world.settings.run_subrequests = 24;
    for run in 0..400 {
        if world.run_once(Kill::Never).outcome == Some(Outcome::Complete) {
            break;
        }
        // Now and then the cron trigger does not come for two hours.
        let pause = if run % 12 == 5 { 7_200 } else { 60 };
        world.wait(pause);
    }
    assert_eq!(world.errors().len(), 0, "{:?}", world.errors());
    world.assert_nothing_is_missed();
    assert_eq!(world.copied_again(), Vec::<&String>::new());
}

#[test]
fn another_place_gets_copies_of_everything() {
    let mut world = copying(12);
    world.run_to_the_end();
    world.copies.clear();
    world.settings.files_name = "second".to_owned();
    world.wait(600);
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    let copied = world.filed.len();
    world.wait(90_000);
    world.run_to_the_end();
    assert_eq!(world.filed.len(), copied);
    // Whoever has no place at all leaves it as it is.
    world.settings.files = FilePlace::Elsewhere;
    world.settings.files_name = String::new();
    world.wait(600);
    world.run_to_the_end();
    world.settings.files = FilePlace::Here;
    world.settings.files_name = "second".to_owned();
    world.wait(600);
    let asked = world.asked.len();
    world.run_to_the_end();
    assert_eq!(world.filed.len(), copied);
    assert!(world.asked.len() <= asked + 2);
}

/// A laptop without the bucket exports into the store of a Worker that has it.
#[test]
fn what_another_shell_copies_is_left_to_it_and_what_it_copied_stays_known() {
    let mut world = copying(12);
    world.run_to_the_end();
    world.edit_every_page("edited");
    world.settings.files = FilePlace::Elsewhere;
    let (copied, asked) = (world.filed.len(), world.asked.len());
    world.wait(600);
    world.run_to_the_end();
    assert!(world.asked.len() > asked + 12);
    world.settings.files = FilePlace::Here;
    world.assert_nothing_is_missed();
    world.settings.files = FilePlace::Elsewhere;
    // A picture that the laptop sees first.
    let page = world.leaves_with_files().remove(0);
    let (parent, now) = (page.parse().unwrap(), world.now.millis());
    let change = Change::AppendPicture {
        parent,
        address: "asset:new.svg".to_owned(),
    };
    world.sim.workspace_mut().apply(change, now).unwrap();
    world.wait(600);
    world.run_to_the_end();
    assert_eq!(world.filed.len(), copied);
    // It does not ask for that page at each tick.
    world.wait(600);
    let asked = world.asked.len();
    world.run_to_the_end();
    assert!(
        world.asked.len() <= asked + 2,
        "{:?}",
        &world.asked[asked..]
    );
    world.settings.files = FilePlace::Here;
    world.wait(600);
    world.run_to_the_end();
    assert_eq!(world.filed.len(), copied + 1);
    world.assert_nothing_is_missed();
    // Where nobody copies files, there are none to be left.
    let mut world = copying(6);
    world.settings.files = FilePlace::Elsewhere;
    world.run_to_the_end();
    world.wait(600);
    let asked = world.asked.len();
    world.run_to_the_end();
    assert!(world.asked.len() <= asked + 2);
}

#[test]
fn the_cover_of_a_database_is_copied_and_served_at_the_address_that_is_set() {
    let mut world = World::new(Workspace::demo(), hosting());
    world.settings.files = FilePlace::Here;
    world.settings.files_url = "https://content.example.com".to_owned();
    world.run_to_the_end();
    world.assert_nothing_is_missed();
    let covers = |world: &mut World| -> Vec<String> {
        let keys = world.stored_keys("notion:database:*");
        let texts: Vec<String> = keys.iter().map(|key| world.text(key)).collect();
        let covers = texts.iter().filter_map(|text| {
            let database: Value = serde_json::from_str(text).unwrap();
            database["cover"]["file"]["url"].as_str().map(str::to_owned)
        });
        covers.collect()
    };
    let [cover] = &covers(&mut world)[..] else {
        panic!("one database has a cover")
    };
    let key = cover
        .strip_prefix("https://content.example.com/v1/files/")
        .unwrap();
    assert!(world.copies.contains_key(key), "{key}");
    world.settings.files_url = String::new();
    world.wait(600);
    world.run_to_the_end();
    assert_eq!(covers(&mut world), [format!("/v1/files/{key}")]);
    world.assert_nothing_is_missed();
}

/// A cover that only another shell can copy does not have the rows of a database listed at each tick.
#[test]
fn a_database_whose_cover_is_left_to_another_shell_is_not_read_again_and_again() {
    const TICKS: usize = 12;
    let mut world = World::new(Workspace::demo(), hosting());
    world.settings.files = FilePlace::Here;
    world.run_to_the_end();
    for key in ["notion:files", "notion:export:unlinked"] {
        redis::cmd("DEL")
            .arg(key)
            .exec(&mut world.connection)
            .unwrap();
    }
    world.settings.files = FilePlace::Elsewhere;
    world.edit_every_page("edited");
    world.wait(90_000);
    world.run_to_the_end();
    let before = world.asked.len();
    for _ in 0..TICKS {
        world.wait(600);
        world.run_to_the_end();
    }
    let asked = &world.asked[before..];
    let rows = asked.iter().filter(|(_, path)| path.contains("/query"));
    // What is read again once a day may come in between.
    let rows = rows.count();
    assert!(rows < TICKS / 2, "the rows were listed {rows} times");
}
