//! What older versions of the API called otherwise, and what programs put where Notion has it not,
//! brought to the names and places of today.
//!
//! Before 2022-02-22 the text of a block was called `text`, before 2021-08-16 that of a property.
//! Who asks Notion for blocks often puts those inside of one into its payload, as `children`.
//! Where the payload tells the `type`, files of before 2025-09-03 may be without it, and all that was written and never read.
//! Reading keeps both as they came; a document, and whoever renders blocks, begins here.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::block::{Block, BlockType};
use super::computed::RollupType;
use super::content::knows;
use super::field::{Field, Promise};
use super::object::{Content, Object, Types};
use super::property::{PropertyType, PropertyValue};
use super::rich_text::RichText;

/// Brings blocks up to date, with those inside of them.
pub fn modernize_blocks(blocks: &mut [Block]) {
    for block in blocks {
        tell_type(block);
        if let Content::Known(known) = &mut block.content
            && let Some((text, extra)) = payload(known)
            && !extra.is_empty()
        {
            if let Some(text) = text {
                move_into(text, extra, "text");
            }
            if block.fields.children.as_slice().is_empty() {
                move_into(&mut block.fields.children, extra, "children");
            }
        }
        if let Content::Known(BlockType::MeetingNotes(notes) | BlockType::Transcription(notes)) =
            &mut block.content
            && let Some(notes) = notes.get_mut()
        {
            // So Notion's guide to 2026-03-11 has it, and nothing else of Notion's.
            move_into(&mut notes.fields.title, &mut notes.extra, "rich_text");
        }
        if let Some(children) = block.fields.children.get_mut() {
            modernize_blocks(children);
        }
    }
}

/// Brings the value of a property up to date, with those inside of a rollup.
pub fn modernize_value(value: &mut PropertyValue) {
    tell_type(value);
    match &mut value.content {
        Content::Known(PropertyType::Rollup(rollup)) => {
            let rollup = rollup.get_mut().map(|rollup| &mut rollup.content);
            if let Some(Content::Known(RollupType::Array(values))) = rollup {
                let values = values.get_mut().into_iter().flatten();
                values.for_each(modernize_value);
            }
        }
        Content::Known(PropertyType::Files(files)) => {
            files.get_mut().into_iter().flatten().for_each(tell_type);
        }
        Content::Unknown(unknown) if unknown.kind.as_str() == Some("text") => {
            if let Some(items @ Value::Array(_)) = unknown.payload.get()
                && let Some(text) = read(items)
            {
                value.content = Content::Known(PropertyType::RichText(text));
            }
        }
        _ => {}
    }
}

/// What a block says under the name of its type: its text, where it has any, and the keys that are not known there.
type Payload<'a> = (
    Option<&'a mut Field<Vec<RichText>>>,
    &'a mut Map<String, Value>,
);

/// Of the types that have had another name for their text, or can hold blocks.
fn payload(known: &mut BlockType) -> Option<Payload<'_>> {
    match known {
        BlockType::Paragraph(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::Heading1(it)
        | BlockType::Heading2(it)
        | BlockType::Heading3(it)
        | BlockType::Heading4(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::BulletedListItem(it) | BlockType::Quote(it) | BlockType::Toggle(it) => {
            with_text(it, |it| &mut it.rich_text)
        }
        BlockType::NumberedListItem(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::ToDo(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::Callout(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::Code(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::Template(it) => with_text(it, |it| &mut it.rich_text),
        BlockType::ColumnList(it) | BlockType::Tab(it) => without_text(it),
        BlockType::Column(it) => without_text(it),
        BlockType::Table(it) => without_text(it),
        BlockType::SyncedBlock(it) => without_text(it),
        _ => None,
    }
}

fn with_text<T>(
    it: &mut Field<Object<T>>,
    text: fn(&mut T) -> &mut Field<Vec<RichText>>,
) -> Option<Payload<'_>> {
    let Object { fields, extra, .. } = it.get_mut()?;
    Some((Some(text(fields)), extra))
}

fn without_text<T>(it: &mut Field<Object<T>>) -> Option<Payload<'_>> {
    Some((None, &mut it.get_mut()?.extra))
}

/// Gives an object without a type the one whose payload it has, where there is only one.
fn tell_type<T, Y: Types>(object: &mut Object<T, Y>)
where
    Object<T, Y>: DeserializeOwned + Serialize,
{
    if !matches!(object.content, Content::Untyped) {
        return;
    }
    let mut kinds = object.extra.keys().filter(|key| knows::<Y>(key));
    let (Some(kind), None) = (kinds.next().cloned(), kinds.next()) else {
        return;
    };
    if let Ok(mut json) = serde_json::to_value(&*object)
        && let Some(keys) = json.as_object_mut()
    {
        keys.insert("type".to_owned(), kind.into());
        if let Some(typed) = read(&json) {
            *object = typed;
        }
    }
}

/// Moves an array to where it belongs; what is there stays.
fn move_into<T, P: Promise>(field: &mut Field<Vec<T>, P>, extra: &mut Map<String, Value>, key: &str)
where
    Field<Vec<T>, P>: DeserializeOwned,
{
    if field.get().is_none()
        && let Some(items @ Value::Array(_)) = extra.get(key)
        && let Some(value) = read(items)
    {
        *field = value;
        extra.remove(key);
    }
}

/// Through text, as all of the model is read.
fn read<T: DeserializeOwned>(json: &Value) -> Option<T> {
    serde_json::from_str(&json.to_string()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use serde_json::{Value, json};

    use super::{modernize_blocks, modernize_value};
    use crate::notion::{Block, PropertyValue, plain_text};

    fn modern_block(json: &Value) -> Value {
        let mut block: Block = serde_json::from_str(&json.to_string()).expect("a block");
        modernize_blocks(std::slice::from_mut(&mut block));
        serde_json::to_value(block).expect("JSON")
    }

    fn modern_value(json: &Value) -> PropertyValue {
        let mut value: PropertyValue = serde_json::from_str(&json.to_string()).expect("a value");
        modernize_value(&mut value);
        value
    }

    fn said(text: &str) -> Value {
        json!([{"type": "text", "text": {"content": text, "link": null}, "plain_text": text}])
    }

    #[test]
    fn text_of_older_versions_is_rich_text() {
        for kind in
            "paragraph heading_1 heading_2 heading_3 bulleted_list_item numbered_list_item quote \
            toggle to_do callout code template"
                .split_whitespace()
        {
            let old = json!({"type": kind, kind: {"text": said("tide")}});
            let new = json!({"type": kind, kind: {"rich_text": said("tide")}});
            assert_eq!(modern_block(&old), new);
        }
    }

    #[test]
    fn blocks_in_a_payload_are_children_however_deep() {
        let leaf = json!({"type": "paragraph", "paragraph": {"text": said("inside")}});
        let row = json!({"type": "table_row", "table_row": {"cells": [said("a")]}});
        let old = json!({"type": "toggle", "toggle": {"rich_text": [], "children": [
            leaf, {"type": "table", "table": {"table_width": 1, "children": [row]}}]}});
        let leaf = json!({"type": "paragraph", "paragraph": {"rich_text": said("inside")}});
        let table = json!({"type": "table", "table": {"table_width": 1}, "children": [row]});
        let new = json!({"type": "toggle", "toggle": {"rich_text": []}, "children": [leaf, table]});
        assert_eq!(modern_block(&old), new);
    }

    #[test]
    fn what_is_there_already_stays() {
        for json in [
            json!({"type": "quote", "quote": {"rich_text": [], "text": said("old")}}),
            json!({"type": "quote", "quote": {"text": "old", "children": {"a": 1}}}),
            json!({"type": "widget", "widget": {"text": said("new")}}),
            json!({"type": "quote", "quote": {"rich_text": [], "children": [{"type": "divider", "divider": {}}]},
                "children": [{"type": "breadcrumb", "breadcrumb": {}}]}),
        ] {
            assert_eq!(modern_block(&json), json);
        }
    }

    #[test]
    fn text_of_a_meeting_is_its_title() {
        for kind in ["meeting_notes", "transcription"] {
            let old = json!({"type": kind, kind: {"rich_text": said("tide")}});
            let new = json!({"type": kind, kind: {"title": said("tide")}});
            assert_eq!(modern_block(&old), new);
        }
    }

    #[test]
    fn what_has_no_type_has_that_of_its_only_payload() {
        let old = json!({"object": "block", "quote": {"rich_text": said("tide")}});
        let new = json!({"object": "block", "type": "quote", "quote": {"rich_text": said("tide")}});
        assert_eq!(modern_block(&old), new);
        let title = modern_value(&json!({"id": "title", "title": said("tide")}));
        assert_eq!(plain_text(title.rich_text()), "tide");
        for json in [
            json!({"object": "block", "id": "a"}),
            json!({"quote": {"rich_text": []}, "divider": {}}),
            json!({"id": "a", "widget": {}}),
        ] {
            assert_eq!(modern_block(&json), json);
        }
    }

    #[test]
    fn a_file_without_a_type_is_where_it_says() {
        let files = json!([
            {"name": "a", "file": {"url": "https://s3.example/a"}},
            {"name": "b", "external": {"url": "https://b.example"}},
            {"name": "c"},
        ]);
        let value = modern_value(&json!({"id": "f", "type": "files", "files": files}));
        let json = serde_json::to_value(value).expect("JSON");
        let types: Vec<_> = (0..3)
            .map(|at| json["files"][at]["type"].as_str())
            .collect();
        assert_eq!(types, [Some("file"), Some("external"), None]);
    }

    #[test]
    fn a_text_property_of_older_versions_is_one_of_today() {
        let old = json!({"id": "t", "type": "text", "text": said("tide")});
        assert_eq!(plain_text(modern_value(&old).rich_text()), "tide");
        let new = json!({"id": "t", "type": "rich_text", "rich_text": said("tide")});
        assert_eq!(serde_json::to_value(modern_value(&old)).expect("JSON"), new);
        let rollup =
            |values| json!({"type": "rollup", "rollup": {"type": "array", "array": [values]}});
        let value = serde_json::to_value(modern_value(&rollup(old))).expect("JSON");
        assert_eq!(value["rollup"]["array"][0]["rich_text"], said("tide"));
    }
}
