//! Prints the JSON Schema of what is served and of Notion's objects, from which the SDK's TypeScript types are generated.
//!
//! `cargo run -p notion-edge-core --features schema --example schema`

use std::io;

use notion_edge_core::document::{Document, Summary};
use notion_edge_core::notion::{Block, DataSource, Database, Page, PropertyValue, RichText, User};
use notion_edge_core::read::Why;
use notion_edge_core::read::openapi::{CommentList, EventList, PageList, SearchResults, Tree};
use notion_edge_core::report::{ExportReport, ExportReports};
use notion_edge_core::status::Status;
use schemars::generate::SchemaSettings;
use schemars::transform::RemoveRefSiblings;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    // A reference with a description beside it would be generated as a type of its own.
    let settings = SchemaSettings::draft2020_12().with_transform(RemoveRefSiblings::default());
    let mut generator = settings.for_serialize().into_generator();
    let roots = [
        generator.subschema_for::<Document>(),
        generator.subschema_for::<Summary>(),
        generator.subschema_for::<Status>(),
        generator.subschema_for::<ExportReport>(),
        generator.subschema_for::<ExportReports>(),
        generator.subschema_for::<Why>(),
        generator.subschema_for::<PageList<'_>>(),
        generator.subschema_for::<Tree>(),
        generator.subschema_for::<SearchResults<'_>>(),
        generator.subschema_for::<CommentList>(),
        generator.subschema_for::<EventList>(),
        generator.subschema_for::<Page>(),
        generator.subschema_for::<Block>(),
        generator.subschema_for::<PropertyValue>(),
        generator.subschema_for::<RichText>(),
        generator.subschema_for::<Database>(),
        generator.subschema_for::<DataSource>(),
        generator.subschema_for::<User>(),
    ];
    let schema = json!({
        "$schema": generator.settings().meta_schema,
        "title": "NotionObject",
        "description": "What is served, and any of Notion's objects.",
        "anyOf": roots,
        "$defs": generator.take_definitions(true),
    });
    serde_json::to_writer_pretty(io::stdout().lock(), &Ordered(&schema))?;
    println!();
    Ok(())
}

/// Writes properties in the order in which they are required, which is that of Notion's answers.
/// By itself JSON would have them in the order of the alphabet.
struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let keys = match self.0 {
            Value::Object(keys) => keys,
            Value::Array(items) => return to.collect_seq(items.iter().map(Ordered)),
            scalar => return scalar.serialize(to),
        };
        let required = keys.get("required").and_then(Value::as_array);
        let place = |name: &str| required?.iter().position(|it| it == name);
        let mut map = to.serialize_map(Some(keys.len()))?;
        for (key, value) in keys {
            match value.as_object().filter(|_| key == "properties") {
                Some(properties) => {
                    let mut properties: Vec<_> = properties.iter().collect();
                    properties.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
                    map.serialize_entry(key, &Properties(properties))?;
                }
                None => map.serialize_entry(key, &Ordered(value))?,
            }
        }
        map.end()
    }
}

struct Properties<'a>(Vec<(&'a String, &'a Value)>);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (key, Ordered(value))))
    }
}
