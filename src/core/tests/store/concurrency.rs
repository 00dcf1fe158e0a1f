//! Many clients at once, each over a connection of its own.

use std::thread;

use notion_edge_core::keys::Keys;
use notion_edge_core::store::index::{Change, Index};
use notion_edge_core::store::resource::{By, Resource};
use notion_edge_core::store::{ATTEMPTS, Error, Expiry, Json, Operation};
use notion_edge_core::time::Timestamp;
use serde_json::json;
use serde_json::value::to_raw_value;

use crate::servers::Server;
use crate::shell::run;
use crate::tcp::Tcp;

const CLIENTS: u64 = 20;
const NOW: Timestamp = Timestamp::from_millis(4_000_000_000_000);

fn all<T: Send>(server: &Server, perform: impl Fn(&mut Tcp, u64) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let perform = &perform;
        let client = |at| scope.spawn(move || perform(&mut Tcp::to(&server.address), at));
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect()
    })
}

fn raw(value: serde_json::Value) -> Json {
    to_raw_value(&value).unwrap()
}

#[test]
fn updates_of_one_entry_with_retry_lose_none() {
    let server = Server::start();
    let index = Index::new(&Keys::new("p", ":", None), "i").unwrap();
    let mut shell = Tcp::to(&server.address);
    let none = index.add("one", 1.0, &raw(json!({ "n": 0 }))).unwrap();
    assert!(run(&mut shell, none).unwrap());
    let versions = all(&server, |shell, _| {
        let raise = |entry: &notion_edge_core::store::index::Entry| {
            let metadata: serde_json::Value = serde_json::from_str(entry.metadata.get()).unwrap();
            let n = metadata["n"].as_u64().unwrap() + 1;
            Some(Change {
                score: None,
                metadata: Some(raw(json!({ "n": n }))),
            })
        };
        run(
            shell,
            index.update_with_retry("one", ATTEMPTS, raise).unwrap(),
        )
        .unwrap()
    });
    assert!(versions.iter().all(Option::is_some));
    let entry = run(&mut shell, index.get("one").unwrap()).unwrap().unwrap();
    assert_eq!(
        (entry.metadata.get(), entry.version),
        (r#"{"n":20}"#, CLIENTS + 1)
    );
}

#[test]
fn an_update_with_retry_gives_up_after_its_attempts_and_where_there_is_nothing_to_change() {
    let server = Server::start();
    let index = Index::new(&Keys::new("p", ":", None), "i").unwrap();
    let mut shell = Tcp::to(&server.address);
    let nothing = index
        .update_with_retry("none", 1, |_| Some(Change::default()))
        .unwrap();
    assert_eq!(run(&mut shell, nothing), Ok(None));
    run(&mut shell, index.add("one", 1.0, &raw(json!({}))).unwrap()).unwrap();
    let unwanted = index.update_with_retry("one", 1, |_| None).unwrap();
    assert_eq!(run(&mut shell, unwanted), Ok(None));
    let mut rival = Tcp::to(&server.address);
    let mut seen = Vec::new();
    let outrun = index.update_with_retry("one", 3, |entry| {
        seen.push(entry.version);
        run(
            &mut rival,
            index
                .increment("one", "n", notion_edge_core::store::Amount::Integer(1))
                .unwrap(),
        )
        .unwrap();
        Some(Change::default())
    });
    let error = run(&mut shell, outrun.unwrap());
    assert!(matches!(error, Err(Error::Conflict(_))), "{error:?}");
    assert_eq!(seen, [1, 2, 3]);
    assert!(index.update_with_retry("one", 0, |_| None).is_err());
}

#[test]
fn of_many_that_create_one_record_one_wins_and_their_updates_lose_none() {
    let server = Server::start();
    let users = Resource::new(&Keys::new("p", ":", None), "users", Vec::new()).unwrap();
    let created = all(&server, |shell, at| {
        let record = raw(json!({ "id": "one", "by": at }));
        run(shell, users.create(record, Expiry::Never, NOW).unwrap())
    });
    assert_eq!(created.iter().filter(|it| it.is_ok()).count(), 1);
    let is_lost = |it: &Result<_, Error>| it.is_ok() || matches!(it, Err(Error::RecordExists(_)));
    assert!(created.iter().all(is_lost));
    let updated = all(&server, |shell, at| {
        let changes = raw(json!({ format!("field{at}"): at }));
        run(shell, users.update("one", changes, None, NOW).unwrap())
    });
    assert!(updated.iter().all(Result::is_ok), "{updated:?}");
    let record = run(
        &mut Tcp::to(&server.address),
        users.load(By::Id("one"), NOW).unwrap(),
    );
    let record: serde_json::Value = serde_json::from_str(record.unwrap().get()).unwrap();
    assert_eq!(record.as_object().unwrap().len() as u64, CLIENTS + 2);
}

#[test]
fn an_operation_says_the_same_until_a_reply_is_applied() {
    let index = Index::new(&Keys::new("p", ":", None), "i").unwrap();
    let call = index.get("a").unwrap();
    assert_eq!(call.poll(), call.poll());
}
