//! Keeps a document readable: no deeper than parsers go, and no larger than a store and its readers can take.
//!
//! What is too deep stays as a block of type `unsupported`; blocks from where the ceiling is reached are left out.
//! The document says both.

use serde::Serialize;

use crate::notion::{
    Block, BlockFields, BlockType, Content, Field, Object, PageFields, Unknown, Unsupported,
};

use super::SourceError;
use super::meter::Meter;

/// The most bytes that a document has.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Why the rest of a page is missing.
pub const TOO_LARGE: &str = "the page is too large, from here on it is left out";

/// serde_json reads 127 levels of arrays and objects; a reader may wrap the document.
const MAX_LEVELS: usize = 120;

/// The level of a top-level block: within the document and its array of blocks.
const BLOCK_LEVEL: usize = 3;

/// A block without its payload, and the array of its children.
const BARE_LEVELS: usize = 3;

/// Goes through one page, and notes what it had to leave out.
#[derive(Debug)]
pub struct Limits {
    bytes_left: usize,
    /// What was left out.
    pub errors: Vec<SourceError>,
}

impl Limits {
    /// For blocks of at most this size together.
    pub fn new(max_bytes: usize) -> Self {
        Self {
            bytes_left: max_bytes,
            errors: Vec::new(),
        }
    }

    /// How large these blocks are by this measure.
    pub fn size_of(blocks: &mut Vec<Block>) -> usize {
        let mut limits = Self::new(usize::MAX);
        limits.blocks(blocks);
        usize::MAX - limits.bytes_left
    }

    /// How many bytes the blocks may still have.
    pub fn bytes_left(&self) -> usize {
        self.bytes_left
    }

    /// A page without its blocks.
    pub fn page(&mut self, page: &mut PageFields) {
        for (name, value) in page.properties.get_mut().into_iter().flatten() {
            if levels(value) + BLOCK_LEVEL - 1 <= MAX_LEVELS {
                continue;
            }
            let kind = value.type_name().map(str::to_owned);
            value.content = Content::Unknown(Box::new(Unknown {
                kind: kind.map_or_else(Field::absent, Field::from),
                payload: Field::absent(),
            }));
            value.extra.clear();
            self.lacks(None, &format!("the property {name:?} is nested too deep"));
        }
        self.field(&mut page.icon, "icon");
        self.field(&mut page.cover, "cover");
        self.field(&mut page.created_by, "creator");
        self.field(&mut page.last_edited_by, "last editor");
        self.field(&mut page.parent, "parent");
    }

    /// The blocks of a page.
    pub fn blocks(&mut self, blocks: &mut Vec<Block>) {
        self.level(blocks, BLOCK_LEVEL);
    }

    /// Blocks of one parent, at this level of the document; whether there is room for more.
    fn level(&mut self, blocks: &mut Vec<Block>, level: usize) -> bool {
        let mut kept = 0;
        let mut has_room = true;
        for block in blocks.iter_mut() {
            let mut children = std::mem::take(&mut block.children);
            let mut size = Meter::of(block);
            if level + size.deepest > MAX_LEVELS + 1 {
                self.lacks(Some(block), "this block is nested too deep");
                bare(block);
                size = Meter::of(block);
            }
            if size.bytes > self.bytes_left {
                self.lacks(Some(block), TOO_LARGE);
                has_room = false;
                break;
            }
            self.bytes_left -= size.bytes;
            kept += 1;
            if let Some(inside) = children.get_mut() {
                if level + 2 + BARE_LEVELS > MAX_LEVELS && !inside.is_empty() {
                    inside.clear();
                    self.lacks(Some(block), "what is in this block is nested too deep");
                }
                has_room = self.level(inside, level + 2);
            }
            block.children = children;
            if !has_room {
                break;
            }
        }
        blocks.truncate(kept);
        has_room
    }

    fn field<T: Serialize, P>(&mut self, field: &mut Field<T, P>, name: &str) {
        if levels(field) >= MAX_LEVELS {
            *field = Field::null();
            self.lacks(None, &format!("the page's {name} is nested too deep"));
        }
    }

    fn lacks(&mut self, block: Option<&Block>, message: &str) {
        self.errors.push(SourceError {
            block_id: block.and_then(|block| block.id.as_str()?.parse().ok()),
            message: message.to_owned(),
        });
    }
}

/// How long the JSON is.
pub fn bytes_of<T: Serialize>(value: &T) -> usize {
    Meter::of(value).bytes
}

/// Leaves of a block that it is there, and of which type.
fn bare(block: &mut Block) {
    let kind = block.type_name().map(str::to_owned);
    let fields = std::mem::take(&mut block.fields);
    block.fields = BlockFields {
        object: fields.object,
        id: fields.id,
        created_time: fields.created_time,
        last_edited_time: fields.last_edited_time,
        has_children: fields.has_children,
        ..BlockFields::default()
    };
    block.extra.clear();
    let unsupported = Unsupported {
        block_type: kind.map_or_else(Field::absent, Field::from),
    };
    block.content = Content::Known(BlockType::Unsupported(Object::from(unsupported).into()));
}

fn levels<T: Serialize>(value: &T) -> usize {
    Meter::of(value).deepest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use serde_json::{Value, json};

    use super::{MAX_LEVELS, levels};
    use crate::document::{Document, Layout, Source};
    use crate::notion::{self, Block};
    use crate::render::Rendered;

    /// A document whose block lies within `depth` others.
    fn built(page: &Value, block: &Value, depth: usize) -> Document {
        let read = |value: &Value| serde_json::to_vec(value).expect("JSON");
        let mut blocks = vec![notion::from_slice(&read(block)).expect("a block")];
        for _ in 0..depth {
            let toggle = br#"{"type":"toggle","toggle":{"rich_text":[]}}"#;
            let mut toggle: Block = notion::from_slice(toggle).expect("a block");
            toggle.children = blocks.into();
            blocks = vec![toggle];
        }
        Document::build(Source {
            id: "2712e341754a41aea9ce4c0bb4b18c52".parse().expect("an id"),
            page: notion::from_slice(&read(page)).expect("a page"),
            blocks,
            errors: Vec::new(),
            is_truncated: false,
        })
    }

    fn deep(levels: usize) -> Value {
        (0..levels).fold(json!("[{\"\\"), |inner, _| json!([inner]))
    }

    fn assert_readable(document: &mut Document) {
        let json = document
            .committed(Rendered::default(), &[], Layout::Compact, None)
            .json
            .whole()
            .into_owned();
        assert!(levels(document) <= MAX_LEVELS);
        serde_json::from_str::<Value>(&json).expect("plain JSON within serde_json's limit");
        let again: Document = serde_json::from_str(&json).expect("a stored document");
        assert_eq!(serde_json::to_string(&again).expect("JSON"), json);
    }

    #[test]
    fn a_block_that_is_nested_too_deep_stays_as_its_type() {
        for (depth, levels) in [(0, 118), (0, 123), (20, 90), (45, 60)] {
            let block =
                json!({"object": "block", "id": "b", "type": "widget", "widget": deep(levels)});
            let mut document = built(&json!({}), &block, depth);
            assert_readable(&mut document);
            assert!(document.truncated && !document.complete);
            assert_eq!(document.errors.len(), 1);
            let kinds = document
                .unsupported_blocks
                .iter()
                .map(|it| it.kind.as_str());
            assert_eq!(kinds.collect::<Vec<_>>(), ["widget"]);
            let json = document
                .committed(Rendered::default(), &[], Layout::Compact, None)
                .json
                .whole()
                .into_owned();
            assert!(json.contains(r#""type":"unsupported","unsupported":{"block_type":"widget"}"#));
        }
    }

    #[test]
    fn what_fits_is_left_alone() {
        let block = json!({"object": "block", "id": "b", "type": "widget", "widget": deep(60)});
        let mut document = built(&json!({}), &block, 25);
        assert_readable(&mut document);
        assert!(
            document.complete && !document.truncated,
            "{:?}",
            document.errors
        );
        let json = document
            .committed(Rendered::default(), &[], Layout::Compact, None)
            .json;
        assert!(json.whole().contains(r#"[{\"\\"#));
    }

    #[test]
    fn blocks_in_blocks_end_before_they_are_too_deep() {
        let block = json!({"type": "divider", "divider": {}});
        let mut document = built(&json!({}), &block, 50);
        assert_readable(&mut document);
        assert!(document.complete);
        for depth in [57, 58, 59, 60, 90] {
            let mut document = built(&json!({}), &block, depth);
            assert_readable(&mut document);
            assert_eq!(document.complete, document.errors.is_empty());
            assert!(depth < 59 || document.truncated);
        }
    }

    #[test]
    fn properties_that_are_nested_too_deep_lose_their_value() {
        let page = json!({"icon": {"type": "new", "new": deep(121)}, "properties": {
            "Deep": {"id": "d", "type": "newest", "newest": deep(118)},
            "Flat": {"id": "f", "type": "number", "number": 1},
        }});
        let mut document = built(&page, &json!({}), 0);
        assert_readable(&mut document);
        assert!(
            document.truncated && document.errors.len() == 2,
            "{:?}",
            document.errors
        );
        assert_eq!(document.properties["Deep"].type_name(), Some("newest"));
        assert!(document.properties["Flat"].content.known().is_some());
    }

    #[test]
    fn blocks_are_left_out_from_where_the_ceiling_is_reached() {
        let block = |id: &str| {
            let text = id.repeat(300);
            let text = json!([{"type": "text", "text": {"content": text}, "plain_text": text}]);
            json!({"object": "block", "id": id, "type": "paragraph", "paragraph": {"rich_text": text}})
        };
        let mut parent = block("a");
        parent["children"] = json!([block("b"), block("c"), block("d")]);
        let document = built(&json!({}), &parent, 1);
        let size = super::bytes_of(&document);
        let mut left = usize::MAX;
        for excess in [1, 1_000, 2_000, 3_000] {
            let mut cut = document.clone();
            cut.fit(size - excess);
            assert!(super::bytes_of(&cut) <= size - excess);
            assert!(cut.truncated && !cut.complete && cut.errors.len() == 1);
            assert!(cut.text.len() < left && document.text.starts_with(&cut.text));
            left = cut.text.len() + 1;
        }
    }
}
