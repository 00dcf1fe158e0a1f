//! The schema of a data source as a content file writes it.
//! Ids of properties and options follow from their names, so that a file need not spell them.

use crate::id::Uuid;
use crate::json::Json;
use crate::model::{Choice, Config, Formula, Group, Property, Relation, Rollup};
use crate::random::mix_bytes;
use crate::source::names::Names;

/// Reads the properties of the data source `owner`, sorted as the API lists them: by id, the title last.
pub(crate) fn parse(json: &Json, owner: Uuid, names: &Names) -> Result<Vec<Property>, String> {
    let mut properties = Vec::new();
    for (name, schema) in json.entries() {
        let property = property(name, schema, owner, names)
            .map_err(|error| format!("property `{name}`: {error}"))?;
        properties.push(property);
    }
    properties.sort_by(|a, b| (a.id == "title", &a.id).cmp(&(b.id == "title", &b.id)));
    Ok(properties)
}

fn property(name: &str, schema: &Json, owner: Uuid, names: &Names) -> Result<Property, String> {
    let text = |key: &str| schema.get(key).and_then(Json::as_str);
    let required = |key: &str| {
        text(key)
            .map(str::to_string)
            .ok_or_else(|| format!("`{key}` is missing"))
    };
    let kind = schema
        .as_str()
        .or_else(|| text("type"))
        .ok_or("a property needs a type")?;
    let key = mix_bytes(owner.as_u128() as u64, name.as_bytes());
    let config = match kind {
        "number" => Config::Number {
            format: text("format").unwrap_or("number").to_string(),
        },
        "select" | "multi_select" => Config::Options(choices(schema, key)),
        "status" => {
            let options = choices(schema, key);
            let groups = groups(schema, &options, key)?;
            Config::Status { options, groups }
        }
        "formula" => Config::Formula(Formula {
            expression: required("expression")?,
            result: required("result")?,
        }),
        "relation" => {
            let (data_source, database) = names.data_source(&required("to")?)?;
            let is_far_side = schema
                .get("far_side")
                .and_then(Json::as_bool)
                .unwrap_or(false);
            Config::Relation(Relation {
                database,
                data_source,
                synced: text("synced").map(str::to_string),
                is_far_side,
            })
        }
        "rollup" => Config::Rollup(Rollup {
            function: required("function")?,
            relation: required("relation")?,
            property: required("property")?,
        }),
        "unique_id" => Config::UniqueId {
            prefix: text("prefix").map(str::to_string),
        },
        _ => Config::None,
    };
    Ok(Property {
        id: if kind == "title" {
            "title".to_string()
        } else {
            short_id(key)
        },
        name: name.to_string(),
        description: text("description").map(str::to_string),
        kind: kind.to_string(),
        config,
    })
}

fn choices(schema: &Json, key: u64) -> Vec<Choice> {
    let options = schema.get("options").map(Json::entries).unwrap_or_default();
    options
        .iter()
        .map(|(name, color)| {
            let high = mix_bytes(key, name.as_bytes());
            Choice {
                id: Uuid::from_hashes(high, mix_bytes(high, b"option")),
                name: name.clone(),
                color: color.as_str().unwrap_or("default").to_string(),
                description: None,
            }
        })
        .collect()
}

fn groups(schema: &Json, options: &[Choice], key: u64) -> Result<Vec<Group>, String> {
    let groups = schema.get("groups").map(Json::entries).unwrap_or_default();
    let colors = ["gray", "blue", "green"];
    groups
        .iter()
        .zip(colors)
        .map(|((name, members), color)| {
            let high = mix_bytes(key, name.as_bytes());
            let member = |name: &Json| {
                let found = options
                    .iter()
                    .find(|option| Some(option.name.as_str()) == name.as_str());
                found
                    .map(|option| option.id)
                    .ok_or_else(|| format!("no option {name}"))
            };
            Ok(Group {
                id: Uuid::from_hashes(high, mix_bytes(high, b"group")),
                name: name.clone(),
                color: color.to_string(),
                options: members
                    .items()
                    .iter()
                    .map(member)
                    .collect::<Result<_, String>>()?,
            })
        })
        .collect()
}

/// Four characters of the kind that Notion makes property ids from.
fn short_id(key: u64) -> String {
    const ALPHABET: &[u8] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<=>?@[\\]^_`{|}~";
    (0..4)
        .filter_map(|at| ALPHABET.get((key >> (at * 12)) as usize % ALPHABET.len()))
        .map(|byte| char::from(*byte))
        .collect()
}
