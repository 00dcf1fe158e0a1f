//! What holds for any JSON: nested metadata come back from their leaves, and values and entries from a real Redis.

use notion_edge_core::keys::Keys;
use notion_edge_core::redis::Value as Reply;
use notion_edge_core::store::flatten::{flatten, unflatten};
use notion_edge_core::store::index::Index;
use notion_edge_core::store::kv::Kv;
use notion_edge_core::store::resource::Resource;
use notion_edge_core::store::{Error, Expiry, Json, Operation};
use notion_edge_core::time::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::to_raw_value;

use crate::servers::Server;
use crate::shell::run;
use crate::tcp::Tcp;

#[test]
fn a_resource_whose_name_runs_into_the_separator_is_refused() {
    let is_refused = |separator, name| {
        let keys = Keys::new("p", separator, None);
        Resource::new(&keys, name, Vec::new()).is_err()
    };
    for (separator, name) in [("::", "a:"), ("::", "a::b"), ("aba", "xab"), ("", "a")] {
        assert!(is_refused(separator, name), "{separator} {name}");
    }
    assert!(!is_refused("::", ":a"));
}

#[test]
fn a_change_that_others_always_outrun_ends_in_a_conflict() {
    let keys = Keys::new("p", ":", None);
    let resource = Resource::new(&keys, "r", Vec::new()).unwrap();
    let record = to_raw_value(&serde_json::json!({"id": "1"})).unwrap();
    let now = Timestamp::from_millis(1);
    let mut change = resource.save(record, Expiry::Never, now).unwrap();
    let mut pauses = Vec::new();
    let error = loop {
        let step = change.poll();
        pauses.push(step.pause.as_millis());
        let reply = match step.commands[0].words()[0].as_str() {
            "GET" => Reply::Nil,
            _ => Reply::Array(vec![Reply::Text("changed".to_owned()), Reply::Nil]),
        };
        if let Err(error) = change.apply(Ok(vec![reply])) {
            break error;
        }
    };
    assert!(matches!(error, Error::Conflict(_)), "{error:?}");
    pauses.retain(|&pause| pause > 0);
    assert_eq!(
        (pauses.len(), &pauses[..3], pauses[23]),
        (24, &[20, 40, 80][..], 1000)
    );
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["", ".", "\\", "\n", "\\n", "a.b"]).prop_map(str::to_owned),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any_key(), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Value> {
    btree_map(any_key(), any_json(), 0..5).prop_map(Value::from_iter)
}

fn raw(value: &Value) -> Json {
    to_raw_value(value).unwrap()
}

fn parsed(json: &Json) -> Value {
    serde_json::from_str(json.get()).unwrap()
}

proptest! {
    #[test]
    fn unflatten_is_the_inverse_of_flatten(object in any_object()) {
        let leaves = flatten(&raw(&object)).unwrap();
        let back = unflatten(leaves.iter().map(|(path, leaf)| (path.as_str(), leaf.as_str())));
        prop_assert_eq!(parsed(&back.unwrap()), object);
    }
}

#[test]
fn any_value_survives_kv_and_any_metadata_an_index() {
    let server = Server::start();
    let shell = std::cell::RefCell::new(Tcp::to(&server.address));
    let keys = Keys::new("p", ":", None);
    let index = Index::new(&keys, "any").unwrap();
    let now = Timestamp::from_millis(0);
    proptest!(|(name in any_key(), value in any_json(), metadata in any_object())| {
        prop_assume!(!name.is_empty() && !name.starts_with('\u{feff}'));
        let mut shell = shell.borrow_mut();
        let kv = Kv::new(&keys);
        run(&mut *shell, kv.set(&name, &raw(&value), Expiry::Never, now).unwrap()).unwrap();
        let found = run(&mut *shell, kv.get(&name).unwrap()).unwrap().unwrap();
        prop_assert_eq!(parsed(&found), value);

        run(&mut *shell, index.delete(&name).unwrap()).unwrap();
        let add = index.add(&name, 1.0, &raw(&metadata)).unwrap();
        prop_assert!(run(&mut *shell, add).unwrap());
        let entry = run(&mut *shell, index.get(&name).unwrap()).unwrap().unwrap();
        prop_assert_eq!(parsed(&entry.metadata), metadata);
    });
}
