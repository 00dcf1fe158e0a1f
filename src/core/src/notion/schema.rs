//! JSON Schema of the model, from which the SDK's TypeScript types are generated.
//!
//! An object that has a type becomes a union of one definition per type, told apart by `type`.
//! It describes what Notion promises, and the types that this version knows: what else may come is not in it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::field::{Field, Promise};
use super::object::{Object, Types};
use super::word::{Vocabulary, Word};

/// Marks the schema of a field that may be left out, until the object around it has read that.
const MAY_BE_ABSENT: &str = "x-may-be-absent";

/// On a variant: fields that only objects of that type have.
const ALSO: &str = "x-also";

impl<T: JsonSchema, P: Promise> JsonSchema for Field<T, P> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        if P::MAY_BE_NULL && schema.as_bool() != Some(true) {
            schema = json_schema!({"anyOf": [schema, {"type": "null"}]});
        }
        if P::MAY_BE_ABSENT {
            schema.insert(MAY_BE_ABSENT.to_owned(), true.into());
        }
        schema
    }
}

impl<V: Vocabulary> JsonSchema for Word<V> {
    fn inline_schema() -> bool {
        V::NAME.is_none()
    }

    fn schema_name() -> Cow<'static, str> {
        V::NAME.unwrap_or("Word").into()
    }

    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<V>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        match V::WORDS {
            [word] => json_schema!({"type": "string", "const": word}),
            words => json_schema!({"type": "string", "enum": words}),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Object<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        settle(&mut schema);
        schema
    }
}

impl<T: JsonSchema, Y: Types + JsonSchema> JsonSchema for Object<T, Y> {
    fn schema_name() -> Cow<'static, str> {
        Y::NAME.into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut base = T::json_schema(generator);
        settle(&mut base);
        let mut references = Vec::new();
        let types = Y::json_schema(generator);
        for variant in variants(&types) {
            let name = format!("{}{}", pascal_case(&variant.name), Y::NAME);
            references.push(define(generator, name, variant.definition(&base)));
        }
        if Y::MAY_BE_PARTIAL {
            references.push(define(
                generator,
                format!("Partial{}", Y::NAME),
                partial(base),
            ));
        }
        json_schema!({"description": types.get("description"), "oneOf": references})
    }
}

/// Settles which fields are required, and takes out what serde's defaults left.
fn settle(schema: &mut Schema) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut required = Vec::new();
    for (name, property) in properties.iter_mut() {
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        property.remove("default");
        if property.remove(MAY_BE_ABSENT).is_none() {
            required.push(name.clone());
        }
    }
    // Where the derive names them too, they are in the order of the struct.
    let declared = schema.get("required").and_then(Value::as_array).cloned();
    let position = |name: &String| {
        let declared = declared.iter().flatten();
        declared.into_iter().position(|it| it == name.as_str())
    };
    required.sort_by_key(position);
    schema.insert("required".to_owned(), required.into());
}

/// One variant of an enum of types, as serde's derive describes it: an object with one property.
struct Variant {
    name: String,
    payload: Value,
    description: Option<Value>,
    also: Option<Map<String, Value>>,
}

fn variants(types: &Schema) -> Vec<Variant> {
    let read = |variant: &Value| {
        let (name, payload) = variant.get("properties")?.as_object()?.iter().next()?;
        Some(Variant {
            name: name.clone(),
            payload: payload.clone(),
            description: variant.get("description").cloned(),
            also: variant.get(ALSO).and_then(Value::as_object).cloned(),
        })
    };
    let list = types.get("oneOf").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(read).collect()
}

impl Variant {
    /// An object of this type: `type`, the payload under its name, and what all objects of its sort have.
    fn definition(self, base: &Schema) -> Value {
        let Self {
            name,
            mut payload,
            description,
            also,
        } = self;
        let base = base.as_object();
        let list = |key| base.and_then(|it| it.get(key)).cloned();
        let mut properties = list("properties").unwrap_or_else(|| json!({}));
        let mut required = vec![Value::from("type")];
        if let Some(Value::Array(names)) = list("required") {
            required.splice(0..0, names);
        }
        let is_promised = payload
            .as_object_mut()
            .is_none_or(|it| it.remove(MAY_BE_ABSENT).is_none());
        if is_promised {
            required.push(name.as_str().into());
        }
        if let Some(properties) = properties.as_object_mut() {
            properties.extend(also.into_iter().flatten());
            properties.insert("type".to_owned(), json!({"type": "string", "const": name}));
            properties.insert(name, payload);
        }
        let mut definition = json!({
            "type": "object",
            "properties": properties,
            "required": required,
        });
        if let (Some(description), Some(definition)) = (description, definition.as_object_mut()) {
            definition.insert("description".to_owned(), description);
        }
        definition
    }
}

/// An object without a type. That it has none tells it apart.
fn partial(mut base: Schema) -> Value {
    if let Some(Value::Object(properties)) = base.get_mut("properties") {
        properties.insert("type".to_owned(), Value::Bool(false));
    }
    let description = "As Notion sends it where it tells little more than the id: without a type.";
    base.insert("description".to_owned(), description.into());
    base.to_value()
}

fn define(generator: &mut SchemaGenerator, name: String, definition: Value) -> Schema {
    let path = generator.settings().definitions_path.clone();
    let reference = Schema::new_ref(format!("#{path}/{name}"));
    generator.definitions_mut().insert(name, definition);
    reference
}

fn pascal_case(name: &str) -> String {
    let upper = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(upper).collect()
}

#[cfg(test)]
mod tests {
    //! Claims about the whole schema.

    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

    use schemars::generate::SchemaSettings;
    use serde_json::{Value, json};

    use crate::notion::{Block, Database, Page};

    fn definitions() -> Value {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let mut generator = settings.into_generator();
        generator.subschema_for::<Page>();
        generator.subschema_for::<Block>();
        generator.subschema_for::<Database>();
        Value::Object(generator.take_definitions(true))
    }

    fn references(schema: &Value, found: &mut Vec<String>) {
        match schema {
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Object(keys) => {
                if let Some(Value::String(reference)) = keys.get("$ref") {
                    found.push(reference.replace("#/$defs/", ""));
                }
                keys.values().for_each(|value| references(value, found));
            }
            _ => {}
        }
    }

    #[test]
    fn every_reference_has_a_definition() {
        let definitions = definitions();
        let mut found = Vec::new();
        references(&definitions, &mut found);
        assert!(found.len() > 100);
        for name in found {
            assert!(definitions.get(&name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_block_is_told_apart_by_its_type() {
        let definitions = definitions();
        let heading = &definitions["Heading1Block"];
        assert_eq!(heading["properties"]["type"]["const"], "heading_1");
        assert_eq!(
            heading["properties"]["heading_1"]["$ref"],
            "#/$defs/Heading"
        );
        let required = heading["required"].as_array().unwrap();
        assert!(required.contains(&json!("heading_1")));
        assert!(!required.contains(&json!("children")));
    }

    #[test]
    fn no_mark_of_ours_is_left() {
        assert!(!definitions().to_string().contains("\"x-"));
    }
}
