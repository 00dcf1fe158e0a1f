//! The operations by the names that the cases call them by, and their results as JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use notion_edge_core::keys::Keys;
use notion_edge_core::store::index::{Change, Entry, Index, Reading, Update};
use notion_edge_core::store::kv::Kv;
use notion_edge_core::store::stream::{self, Event, LENGTH, Stream};
use notion_edge_core::store::{ATTEMPTS, Amount, Expiry, Json, Order};
use notion_edge_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::json;
use serde_json::value::RawValue;

use crate::conformance::{Indexes, Outcome};
use crate::records;
use crate::shell::{Shell, run};

/// The arguments of one step, as JSON texts.
pub struct Arguments(BTreeMap<String, String>);

impl Arguments {
    pub fn new(named: impl Iterator<Item = (String, Option<String>)>) -> Self {
        Self(
            named
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
        )
    }

    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.0
            .get(name)
            .map(|text| serde_json::from_str(text).unwrap())
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }

    pub fn json(&self, name: &str) -> Option<Json> {
        self.get(name)
    }

    fn object(&self, name: &str) -> Json {
        let empty = || RawValue::from_string("{}".to_owned()).unwrap();
        self.json(name).unwrap_or_else(empty)
    }

    fn amount(&self) -> Amount {
        match self.0.get("amount").map(|text| (text, text.parse())) {
            None => Amount::Integer(1),
            Some((_, Ok(number))) => Amount::Integer(number),
            Some((text, Err(_))) => Amount::Float(text.parse().unwrap()),
        }
    }

    pub fn expiry(&self) -> Option<Expiry> {
        let text = self.0.get("ttl")?;
        if let Ok(seconds) = text.parse() {
            return Some(Expiry::After(Duration::from_secs(seconds)));
        }
        let date: BTreeMap<String, i64> = serde_json::from_str(text).unwrap();
        Some(Expiry::At(Timestamp::from_millis(date["$date"])))
    }

    fn order(&self, default: Order) -> Order {
        match self.get::<String>("order").as_deref() {
            Some("newest") => Order::Newest,
            Some("oldest") => Order::Oldest,
            _ => default,
        }
    }

    /// An id or a time.
    fn place(&self, name: &str) -> Option<String> {
        self.0
            .get(name)
            .map(|text| text.trim_matches('"').to_owned())
    }
}

/// What a case has beside its steps.
pub struct World<'a> {
    pub keys: &'a Keys,
    pub now: Timestamp,
    pub resources: &'a Indexes,
}

/// Performs the operation of that name.
pub fn perform(
    shell: &mut dyn Shell,
    world: &World<'_>,
    call: &str,
    on: &str,
    given: &Arguments,
) -> Outcome {
    let keys = world.keys;
    match call.split_once('.').unwrap() {
        ("resource", operation) => records::perform(shell, world, operation, on, given),
        ("kv", operation) => kv(shell, keys, world.now, operation, given),
        ("index", operation) => index(shell, &Index::new(keys, on)?, operation, given),
        ("stream", operation) => stream(shell, &Stream::new(keys, on)?, operation, given),
        other => panic!("no case may call {other:?}"),
    }
}

fn kv(
    shell: &mut dyn Shell,
    keys: &Keys,
    now: Timestamp,
    operation: &str,
    given: &Arguments,
) -> Outcome {
    let (kv, key) = (Kv::new(keys), given.text("key"));
    let field: Option<String> = given.get("field");
    let found = match (operation, &field) {
        ("get", None) => run(shell, kv.get(&key)?)?.map(text),
        ("get", Some(field)) => run(shell, kv.get_field(&key, field)?)?.map(text),
        ("set", _) => {
            let value = given.json("value").unwrap();
            let expiry = given.expiry().unwrap_or_default();
            run(shell, kv.set(&key, &value, expiry, now)?)?;
            None
        }
        ("delete", _) => Some(run(shell, kv.delete(&key)?)?.to_string()),
        ("increment", field) => {
            let expiry = given.expiry().unwrap_or_default();
            let call = kv.increment(&key, field.as_deref(), given.amount(), expiry, now)?;
            Some(text(run(shell, call)?))
        }
        ("clear", _) => {
            let clear = kv.clear(&given.text("pattern"));
            Some(run(shell, clear)?.to_string())
        }
        other => panic!("no case may call {other:?}"),
    };
    Ok(found)
}

fn index(shell: &mut dyn Shell, index: &Index, operation: &str, given: &Arguments) -> Outcome {
    let id = given.text("id");
    let found = match operation {
        "add" => {
            let call = index.add(&id, given.get("score").unwrap(), &given.object("metadata"))?;
            run(shell, call)?.to_string()
        }
        "get" => {
            let found = run(shell, index.get(&id)?)?;
            return Ok(found.as_ref().map(entry));
        }
        "read" | "ids" => {
            let whole = Reading::default();
            let reading = Reading {
                order: given.order(Order::Newest),
                offset: given.number("offset").unwrap_or(0),
                cursor: given.get("cursor"),
                limit: given.get("limit").unwrap_or(whole.limit),
                min: given.get("min").unwrap_or(whole.min),
                max: given.get("max").unwrap_or(whole.max),
            };
            let part = run(shell, index.read(&reading)?)?;
            let entries: Vec<String> = part.entries.iter().map(entry).collect();
            let cursor = cursor(part.cursor);
            format!("{{\"entries\":[{}]{cursor}}}", entries.join(","))
        }
        "update" => {
            let call = index.update(&id, given.number("version").unwrap(), &change(given))?;
            match run(shell, call)? {
                Update::Updated(version) => json!({"outcome": "updated", "version": version}),
                Update::Conflict(version) => json!({"outcome": "conflict", "version": version}),
                Update::Missing => json!({"outcome": "missing"}),
            }
            .to_string()
        }
        "updateWithRetry" => {
            let retry = index.update_with_retry(&id, ATTEMPTS, |_| Some(change(given)))?;
            return Ok(run(shell, retry)?.map(|version| version.to_string()));
        }
        "increment" => {
            let call = index.increment(&id, &given.text("path"), given.amount())?;
            return Ok(run(shell, call)?.map(text));
        }
        "delete" => run(shell, index.delete(&id)?)?.to_string(),
        "count" => {
            let min = given.get("min").unwrap_or(f64::NEG_INFINITY);
            let max = given.get("max").unwrap_or(f64::INFINITY);
            run(shell, index.count(min, max)?)?.to_string()
        }
        other => panic!("no case may call index.{other}"),
    };
    Ok(Some(found))
}

fn change(given: &Arguments) -> Change {
    Change {
        score: given.get("score"),
        metadata: given.json("metadata"),
    }
}

fn stream(shell: &mut dyn Shell, stream: &Stream, operation: &str, given: &Arguments) -> Outcome {
    let found = match operation {
        "append" => {
            let event = Event {
                ts: Timestamp::from_millis(given.get("ts").unwrap()),
                kind: given.text("type"),
                run_id: given.get("runId"),
                flow_name: given.get("flowName"),
                step_name: given.get("stepName"),
                step_id: given.get("stepId"),
                attempt: given.get("attempt"),
                data: given.json("data"),
            };
            let length = given.get("length").unwrap_or(LENGTH);
            json!(run(shell, stream.append(&event, length)?)?).to_string()
        }
        "read" | "types" => {
            let whole = stream::Reading::default();
            let reading = stream::Reading {
                order: given.order(Order::Oldest),
                from: given.place("from"),
                to: given.place("to"),
                cursor: given.get("cursor"),
                limit: given.get("limit").unwrap_or(whole.limit),
                types: given.get("types").unwrap_or_default(),
            };
            let part = run(shell, stream.read(&reading)?)?;
            let events: Vec<String> = part.events.iter().map(event).collect();
            let cursor = cursor(part.cursor);
            let missed = part.missed;
            format!(
                "{{\"events\":[{}],\"missed\":{missed}{cursor}}}",
                events.join(",")
            )
        }
        "delete" => {
            let ids: Vec<String> = given.get("ids").unwrap();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            run(shell, stream.delete(&ids)?)?.to_string()
        }
        other => panic!("no case may call stream.{other}"),
    };
    Ok(Some(found))
}

fn text(json: Json) -> String {
    Box::<str>::from(json).into_string()
}

fn cursor(cursor: Option<String>) -> String {
    cursor.map_or_else(String::new, |cursor| {
        format!(",\"cursor\":{}", json!(cursor))
    })
}

fn entry(entry: &Entry) -> String {
    format!(
        "{{\"id\":{},\"score\":{},\"version\":{},\"metadata\":{}}}",
        json!(entry.id),
        entry.score,
        entry.version,
        entry.metadata
    )
}

fn event(stored: &stream::Stored) -> String {
    let event = &stored.event;
    let fields = [
        ("id", Some(json!(stored.id).to_string())),
        ("ts", Some(event.ts.millis().to_string())),
        ("type", Some(json!(event.kind).to_string())),
        (
            "runId",
            event.run_id.as_ref().map(|text| json!(text).to_string()),
        ),
        (
            "flowName",
            event.flow_name.as_ref().map(|text| json!(text).to_string()),
        ),
        (
            "stepName",
            event.step_name.as_ref().map(|text| json!(text).to_string()),
        ),
        (
            "stepId",
            event.step_id.as_ref().map(|text| json!(text).to_string()),
        ),
        ("attempt", event.attempt.map(|attempt| attempt.to_string())),
        (
            "data",
            event.data.as_ref().map(|data| data.get().to_owned()),
        ),
    ];
    let told = fields
        .into_iter()
        .filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?)));
    format!("{{{}}}", told.collect::<Vec<_>>().join(","))
}
