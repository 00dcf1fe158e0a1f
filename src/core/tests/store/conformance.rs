//! Runs the cases of `tests/conformance`; how they are written is said in the TypeScript twin, `sdk-ts/test/store/conformance.ts`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use notion_edge_core::keys::Keys;
use notion_edge_core::redis::{Command, Value};
use notion_edge_core::store::Error;
use notion_edge_core::time::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::operations::{Arguments, World, perform};
use crate::shell::Shell;

#[derive(Deserialize)]
struct Case {
    name: String,
    prefix: Option<String>,
    #[serde(default)]
    resources: Indexes,
    steps: Vec<Step>,
}

/// The indexes of the resources that a case uses: fields alone, several together, or with their uniqueness.
pub type Indexes = BTreeMap<String, Vec<serde_json::Value>>;

#[derive(Deserialize)]
struct Step {
    call: Option<String>,
    raw: Option<Vec<String>>,
    #[serde(default)]
    on: String,
    #[serde(default)]
    with: BTreeMap<String, Box<RawValue>>,
    // A null is a result to compare with; only what is not there is not compared.
    #[serde(default, deserialize_with = "present")]
    gives: Option<Box<RawValue>>,
    fails: Option<String>,
    saves: Option<String>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(from).map(Some)
}

/// The year 2096: whatever expires after it has not done so by Redis's own clock.
const NOW: i64 = 4_000_000_000_000;

/// What a step gave: the text of its JSON, or nothing.
pub type Outcome = Result<Option<String>, Error>;

/// Runs the cases of all structures.
pub fn pass(shell: &mut dyn Shell) {
    for structure in ["kv", "index", "stream", "resource"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/conformance")
            .join(format!("{structure}.json"));
        let text = fs::read_to_string(path).unwrap();
        let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
        for (number, case) in cases.iter().enumerate() {
            run_case(shell, case, &format!("{structure}{number}"));
        }
    }
}

fn run_case(shell: &mut dyn Shell, case: &Case, tag: &str) {
    let prefix = case.prefix.as_deref().unwrap_or("c");
    let keys = Keys::new(prefix, ":", Some(tag));
    let root = format!("{prefix}:{{{tag}}}");
    let mut now = Timestamp::from_millis(NOW);
    let mut saved = String::new();
    for step in &case.steps {
        let told = format!("{}: {:?} {:?}", case.name, step.call, step.with);
        let arguments = Arguments::new(step.with.iter().map(|(name, value)| {
            let value = fill(value, &saved);
            (name.clone(), value)
        }));
        let outcome: Outcome = match (&step.raw, step.call.as_deref()) {
            (Some(words), _) => {
                let words = words
                    .iter()
                    .map(|word| word.replace("$root", &root).replace("$tag", tag));
                Ok(Some(json(&shell.ask(&Command::new(words)).unwrap())))
            }
            (None, Some("clock.advance")) => {
                now = now.plus(Duration::from_secs(arguments.number("seconds").unwrap()));
                continue;
            }
            (None, call) => {
                let world = World {
                    keys: &keys,
                    now,
                    resources: &case.resources,
                };
                perform(shell, &world, call.unwrap(), &step.on, &arguments)
            }
        };
        if let Some(fails) = &step.fails {
            let error = outcome.expect_err(&told);
            assert_eq!(
                format!("{error:?}").split('(').next().unwrap(),
                fails,
                "{told}"
            );
            continue;
        }
        let mut found = outcome.unwrap_or_else(|error| panic!("{told}: {error}"));
        let call = step.call.as_deref().unwrap_or_default();
        if let Some((list, field)) = [
            ("index.ids", ("entries", "id")),
            ("stream.types", ("events", "type")),
        ]
        .iter()
        .find_map(|(name, of)| (*name == call).then_some(*of))
        {
            let text = found.unwrap();
            let part: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap();
            if step.saves.is_some() {
                saved = serde_json::from_str(part["cursor"].get()).unwrap();
            }
            let items: Vec<BTreeMap<String, Box<RawValue>>> =
                serde_json::from_str(part[list].get()).unwrap();
            let fields: Vec<&str> = items.iter().map(|item| item[field].get()).collect();
            found = Some(format!("[{}]", fields.join(",")));
        }
        if let Some(expected) = &step.gives {
            let expected = fill(expected, &saved).map(|it| it.replace("$root", &root));
            assert_eq!(
                found
                    .as_deref()
                    .map(|found| canonical(found, expected.as_deref())),
                expected
                    .as_deref()
                    .map(|expected| canonical(expected, None)),
                "{told}"
            );
        }
    }
}

/// The text with what its `$` keys stand for; none where it stands for nothing.
fn fill(value: &RawValue, saved: &str) -> Option<String> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let Ok(object) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(value.get()) else {
        return Some(value.get().to_owned());
    };
    match object
        .iter()
        .next()
        .map(|(key, value)| (key.as_str(), value))
    {
        Some(("$missing", _)) => None,
        Some(("$saved", _)) => Some(quoted(saved)),
        Some(("$repeat", value)) => {
            let (text, times): (String, usize) = serde_json::from_str(value.get()).unwrap();
            Some(quoted(&text.repeat(times)))
        }
        _ => Some(value.get().to_owned()),
    }
}

/// One spelling for equal values, whatever the order of their keys; numbers by their digits.
/// Where `mark` has `$any`, so does the result.
fn canonical(text: &str, mark: Option<&str>) -> String {
    let object = |text: &str| serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text).ok();
    let array = |text: &str| serde_json::from_str::<Vec<Box<RawValue>>>(text).ok();
    let marks = mark.and_then(object);
    if marks
        .as_ref()
        .is_some_and(|marks| marks.contains_key("$any"))
    {
        return canonical(mark.unwrap(), None);
    }
    if let Some(fields) = object(text) {
        let fields = fields.iter().map(|(name, value)| {
            let mark = marks.as_ref().and_then(|marks| marks.get(name));
            let value = canonical(value.get(), mark.map(|mark| mark.get()));
            format!("{name:?}:{value}")
        });
        return format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    }
    if let Some(items) = array(text) {
        let marks = mark.and_then(array).unwrap_or_default();
        let items = items
            .iter()
            .enumerate()
            .map(|(at, item)| canonical(item.get(), marks.get(at).map(|mark| mark.get())));
        return format!("[{}]", items.collect::<Vec<_>>().join(","));
    }
    match serde_json::from_str::<String>(text) {
        Ok(text) => format!("{text:?}"),
        Err(_) => text.to_owned(),
    }
}

fn json(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}
