//! The operations on resources, by the names that the cases call them by.

use notion_edge_core::store::Json;
use notion_edge_core::store::resource::{By, Index, Pager, Resource, Uniqueness};
use serde_json::json;
use serde_json::value::RawValue;

use crate::conformance::Outcome;
use crate::operations::{Arguments, World};
use crate::shell::{Shell, run};

/// Performs the operation of that name on the resource `on`.
pub fn perform(
    shell: &mut dyn Shell,
    world: &World<'_>,
    operation: &str,
    on: &str,
    given: &Arguments,
) -> Outcome {
    let indexes = world.resources.get(on).into_iter().flatten().map(index);
    let resource = Resource::new(world.keys, on, indexes.collect())?;
    let (now, expiry) = (world.now, given.expiry());
    let id = given.text("id");
    let record = given.json("record");
    let by = given.json("by");
    let by_id: Option<String> = by
        .as_ref()
        .and_then(|by| serde_json::from_str(by.get()).ok());
    let by = match (&by_id, &by) {
        (Some(id), _) => By::Id(id),
        (None, Some(fields)) => By::Fields(fields),
        (None, None) => By::Id(&id),
    };
    let found: Option<Json> = match operation {
        "create" => run(
            shell,
            resource.create(record.unwrap(), expiry.unwrap_or_default(), now)?,
        )?,
        "save" => run(
            shell,
            resource.save(record.unwrap(), expiry.unwrap_or_default(), now)?,
        )?,
        "update" => {
            let changes = given.json("changes").unwrap();
            run(shell, resource.update(&id, changes, expiry, now)?)?
        }
        "get" => run(shell, resource.get(by, now)?)?,
        "load" => Some(run(shell, resource.load(by, now)?)?),
        "pick" => {
            let fields: Vec<String> = given.get("fields").unwrap();
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            Some(run(shell, resource.pick(&id, &fields)?)?)
        }
        "delete" => {
            let removed = run(shell, resource.delete(&id, now)?)?;
            return Ok(Some(removed.is_some().to_string()));
        }
        "list" => return list(shell, world, &resource, given),
        "key" => return Ok(Some(json!(resource.key(&id)?).to_string())),
        other => panic!("no case may call resource.{other}"),
    };
    Ok(found.map(|record| Box::<str>::from(record).into_string()))
}

fn list(
    shell: &mut dyn Shell,
    world: &World<'_>,
    resource: &Resource,
    given: &Arguments,
) -> Outcome {
    let all = || RawValue::from_string("{}".to_owned()).unwrap();
    let criteria = given.json("criteria").unwrap_or_else(all);
    let pager = Pager {
        page: given.number("page").unwrap_or(1),
        size: given.get("size").unwrap_or(10),
    };
    let found = run(shell, resource.list(&criteria, pager, world.now)?)?;
    let pager = json!({"page": found.pager.page, "size": found.pager.size, "total": found.total});
    let records: Vec<&str> = found.records.iter().map(|record| record.get()).collect();
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
