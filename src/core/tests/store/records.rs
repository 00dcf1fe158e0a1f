//! The operations on resources, by the names that the cases call them by.

use std::collections::BTreeMap;

use notion_edge_core::store::resource::{Index, Resource, Stored, Uniqueness};
use notion_edge_core::store::{Change, Error, Json, Wish};
use redis::Connection;
use serde_json::json;
use serde_json::value::RawValue;

use crate::conformance::Outcome;
use crate::operations::{Arguments, World};
use crate::shell::{perform as ask, send};

/// Performs the operation of that name on the resource `on`.
pub fn perform(
    connection: &mut Connection,
    world: &World<'_>,
    operation: &str,
    on: &str,
    given: &Arguments,
) -> Outcome {
    let indexes = world.resources.get(on).into_iter().flatten().map(index);
    let resource = Resource::new(world.keys, on, indexes.collect())?;
    let id = given.text("id");
    let unknown = || Error::UnknownRecord(id.clone());
    let mut change = |wish| {
        let mut change = Change::new(&resource, wish, given.expiry(), world.now)?;
        while let Some((command, _)) = change.poll() {
            change.apply(send(connection, &command))?;
        }
        Ok(change.record().map(|record| record.get().to_owned()))
    };
    match operation {
        "create" => change(Wish::Create(given.json("record").unwrap())),
        "save" => change(Wish::Save(given.json("record").unwrap())),
        "update" => {
            let changes = given.json("changes").unwrap();
            change(Wish::Update { id, changes })
        }
        "delete" => Ok(Some(change(Wish::Delete(id))?.is_some().to_string())),
        "get" => find(connection, world, &resource, given),
        "load" => find(connection, world, &resource, given)?
            .map(Some)
            .ok_or_else(unknown),
        "pick" => {
            let stored = ask(connection, &resource.read(&id)?)?.ok_or_else(unknown)?;
            let mut fields: BTreeMap<String, Json> =
                serde_json::from_str(stored.record.get()).unwrap();
            let picked: Vec<String> = given.get("fields").unwrap();
            fields.retain(|name, _| picked.contains(name));
            Ok(Some(serde_json::to_string(&fields).unwrap()))
        }
        "list" => list(connection, world, &resource, given),
        "key" => Ok(Some(json!(resource.key(&id)?).to_string())),
        other => panic!("no case may call resource.{other}"),
    }
}

fn find(
    connection: &mut Connection,
    world: &World<'_>,
    resource: &Resource,
    given: &Arguments,
) -> Outcome {
    let by = given.json("by").unwrap();
    let told = |stored: Stored| stored.record.get().to_owned();
    if let Ok(id) = serde_json::from_str::<String>(by.get()) {
        return Ok(ask(connection, &resource.read(&id)?)?.map(told));
    }
    let page = ask(connection, &resource.page(&by, 1, 1, world.now)?)?;
    let Some(id) = page.ids.first() else {
        return Ok(None);
    };
    Ok(ask(connection, &resource.read(id)?)?.map(told))
}

fn list(
    connection: &mut Connection,
    world: &World<'_>,
    resource: &Resource,
    given: &Arguments,
) -> Outcome {
    let all = || RawValue::from_string("{}".to_owned()).unwrap();
    let criteria = given.json("criteria").unwrap_or_else(all);
    let (page, size) = (
        given.number("page").unwrap_or(1),
        given.get("size").unwrap_or(10),
    );
    let found = ask(
        connection,
        &resource.page(&criteria, page, size, world.now)?,
    )?;
    let mut records = Vec::new();
    if !found.ids.is_empty() {
        for stored in ask(connection, &resource.read_all(&found.ids)?)?
            .into_iter()
            .flatten()
        {
            if resource.holds(&criteria, &stored)? {
                records.push(stored.record.get().to_owned());
            }
        }
    }
    let pager = json!({"page": page, "size": size, "total": found.total});
    Ok(Some(format!(
        "{{\"records\":[{}],\"pager\":{pager}}}",
        records.join(",")
    )))
}

fn index(declared: &serde_json::Value) -> Index {
    let (fields, uniqueness) = match declared.get("fields") {
        Some(fields) => (fields, Uniqueness::Unique),
        None => (declared, Uniqueness::Many),
    };
    let fields = match fields.as_str() {
        Some(field) => vec![field.to_owned()],
        None => serde_json::from_value(fields.clone()).unwrap(),
    };
    Index { fields, uniqueness }
}
