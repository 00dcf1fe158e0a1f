//! No signature, no user's address and no picture of a user reaches what is stored, whatever the body looks like.
//!
//! The final bytes are searched: documents, summaries, databases and data sources,
//! made from every recorded body as it came and with secrets planted in the place of each scalar.

use std::fmt::Write;

use notion_edge_core::document::{
    Claim, Document, Layout, PathPattern, References, Source, StoredObject,
};
use notion_edge_core::id::Id;
use notion_edge_core::member::Member;
use notion_edge_core::notion;
use notion_edge_core::render::Rendered;
use serde_json::{Map, Value, json};

use crate::corpus::{Recording, recordings};

const ID: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
const SIGNATURE: &str = "5ec2e7516aa7u2e";
const EMAIL: &str = "person@private.example";
const AVATAR: &str = "private.example/avatar";

/// Everything that is written for what a body holds.
fn stored(body: &Value) -> String {
    let mut written = String::new();
    let elements = match body.get("results").unwrap_or(body) {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    for element in elements {
        // Each is also put where this version knows nothing.
        let unknown = json!({"object": "block", "id": ID, "type": "widget", "widget": element, "new": [element]});
        written += &document(&json!({}), &[unknown]);
        let properties = json!({"New": {"id": "n", "type": "newest", "newest": element}});
        written += &document(&json!({"object": "page", "properties": properties}), &[]);
        match element.get("object").and_then(Value::as_str) {
            Some("page") => written += &document(element, &[]),
            Some("block") => written += &document(&json!({}), std::slice::from_ref(element)),
            Some("database") => written += &object(Member::Database(id()), element),
            Some("data_source") => written += &object(Member::DataSource(id()), element),
            _ => {}
        }
    }
    written
}

fn id() -> Id {
    ID.parse().unwrap()
}

fn document(page: &Value, blocks: &[Value]) -> String {
    let read = |value: &Value| serde_json::to_vec(value).unwrap();
    let blocks = Value::Array(blocks.to_vec());
    let mut document = Document::build(Source {
        id: id(),
        page: notion::from_slice(&read(page)).unwrap(),
        blocks: notion::from_slice(&read(&blocks)).unwrap(),
        errors: Vec::new(),
        is_truncated: false,
    });
    let references = References::default();
    let slugs = document.resolve(&references, Claim::default(), &PathPattern::default(), None);
    let rendered = Rendered::of(&document, &references);
    let page = document.committed(rendered, &slugs, Layout::Compact, None);
    let texts = [&page.json, &page.html, &page.markdown];
    let [json, html, markdown] = texts.map(|text| text.whole().into_owned());
    [json, html, markdown, page.summary, page.face, page.path].join("\n")
}

fn object(member: Member, body: &Value) -> String {
    let object = StoredObject::read(member, &serde_json::to_vec(body).unwrap(), "").unwrap();
    [object.summary(&[], &[], None), object.title, object.json].join("\n")
}

/// The secrets of a recorded body: the values of its signatures, its users' addresses and pictures.
fn secrets_in(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let parameters = text.split(['?', '&']).filter_map(|it| it.split_once('='));
            let is_secret = |name: &str| name.eq_ignore_ascii_case("X-Amz-Signature");
            secrets.extend(
                parameters
                    .filter(|(name, value)| is_secret(name) && value.len() > 3)
                    .map(|(_, value)| value.to_owned()),
            );
        }
        Value::Array(items) => items.iter().for_each(|item| secrets_in(item, secrets)),
        Value::Object(keys) => {
            let private = [keys.get("avatar_url"), value.pointer("/person/email")];
            let private = private.into_iter().flatten().filter_map(Value::as_str);
            secrets.extend(private.map(str::to_owned));
            keys.values().for_each(|value| secrets_in(value, secrets));
        }
        _ => {}
    }
}

/// What authors wrote: texts, and properties that are addresses.
fn texts_in<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts_in(item, texts)),
        Value::Object(keys) => {
            let kind = keys.get("type").and_then(Value::as_str).unwrap_or_default();
            let own = keys.get("email").filter(|_| kind == "email");
            let own = own.or_else(|| value.pointer("/text/content"));
            texts.extend(own.and_then(Value::as_str));
            keys.values().for_each(|value| texts_in(value, texts));
        }
        _ => {}
    }
}

#[test]
fn nothing_private_of_a_recorded_body_is_stored() {
    let mut searched = 0;
    for recording in recordings() {
        let mut secrets = Vec::new();
        secrets_in(&recording.value, &mut secrets);
        // Some were made unreadable by whoever recorded them, and an address may be an author's text as well.
        let mut written_by_authors = Vec::new();
        texts_in(&recording.value, &mut written_by_authors);
        secrets.retain(|secret| {
            secret.contains(char::is_alphanumeric)
                && !secret.ends_with('/')
                && !written_by_authors.iter().any(|text| text.contains(secret))
        });
        let written = stored(&recording.value);
        for secret in &secrets {
            assert!(!written.contains(secret), "{}: {secret}", recording.name);
        }
        searched += secrets.len();
        for name in ["X-Amz-Signature", "avatar_url"] {
            assert!(!written.contains(name), "{}: {name}", recording.name);
        }
    }
    println!("{searched} secrets");
}

/// Puts `secret` in the place of each scalar, except those which say what an object is.
fn plant(value: &mut Value, secret: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| plant(item, secret)),
        Value::Object(keys) => keys
            .iter_mut()
            .filter(|(key, _)| !["object", "type"].contains(&key.as_str()))
            .for_each(|(_, value)| plant(value, secret)),
        scalar => *scalar = secret.clone(),
    }
}

/// Puts the keys of `secret` into each object, beside those it has; what is in `properties` are names.
fn add(value: &mut Value, secret: &Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| add(item, secret)),
        Value::Object(keys) => {
            for (key, value) in &mut *keys {
                match value {
                    Value::Object(names) if key == "properties" => {
                        names.values_mut().for_each(|value| add(value, secret));
                    }
                    value => add(value, secret),
                }
            }
            keys.extend(secret.clone());
        }
        _ => {}
    }
}

fn planted() -> Vec<Value> {
    let s3 = format!("https://s3.example/a/b.png?X-Amz-Date=1&X-Amz-Signature={SIGNATURE}&x-id=1");
    let notion = format!(
        "https://file.notion.so/f/a.png?table=block&expirationTimestamp=1&signature={SIGNATURE}"
    );
    let inner =
        format!("https://www.notion.so/image/https%3A%2F%2Fs3%2Fa%3FX-Amz-Signature%3D{SIGNATURE}");
    let user = json!({"object": "user", "id": ID, "name": "N", "type": "person",
        "avatar_url": format!("https://{AVATAR}.png"), "person": {"email": EMAIL}});
    let guest = json!({"object": "user", "id": ID, "type": "guest", "guest": {"email": EMAIL}});
    let bare = json!({"name": "N", "person": {"email": EMAIL}, "avatarUrl": AVATAR});
    vec![
        json!(s3),
        json!(s3.to_lowercase()),
        json!(notion),
        json!(inner),
        json!(format!("see {s3}, and {notion}")),
        json!({"file": {"url": s3, "expiry_time": "2026"}}),
        json!({"signed": {"put": [s3, {"get": notion}]}}),
        user,
        guest,
        bare,
    ]
}

#[test]
fn nothing_private_is_stored_wherever_it_stands() {
    // In a long body the same things come again and again.
    let is_short = |recording: &Recording| recording.json.len() < 16 * 1024;
    for recording in recordings().into_iter().filter(is_short) {
        for secret in planted() {
            let mut body = recording.value.clone();
            plant(&mut body, &secret);
            assert_nothing_private(&stored(&body), &recording.name, &secret);
            // A user is one by its own keys only.
            if let Value::Object(keys) = &secret
                && !keys.contains_key("object")
            {
                let mut body = recording.value.clone();
                add(&mut body, keys);
                assert_nothing_private(&stored(&body), &recording.name, &secret);
            }
        }
    }
}

fn assert_nothing_private(written: &str, name: &str, secret: &Value) {
    for private in [SIGNATURE, EMAIL, AVATAR] {
        if let Some(at) = written.find(private) {
            let mut around = String::new();
            let near = &written.as_bytes()[at.saturating_sub(300)..written.len().min(at + 60)];
            write!(around, "{}", String::from_utf8_lossy(near)).unwrap();
            panic!("{name} with {secret}: {private} in {around}");
        }
    }
}
