//! Every recorded body that holds blocks.

use notion_edge_core::notion::{Block, BlockType, RichTextType};
use serde_json::Value;

use super::corpus::{objects, recordings};
use super::parsed::Parsed;
use super::{blocks, render};

#[test]
fn recorded_blocks_say_all_their_text() {
    let (mut rendered, mut unsupported) = (0, 0);
    let recordings = recordings();
    for recording in &recordings {
        for json in objects(&recording.value, "block") {
            let page = blocks(&Value::from(vec![json.clone()]));
            let html = render(page.clone());
            let parsed = Parsed::of(&html);
            for item in page.iter().flat_map(|block| block.rich_text()) {
                if let Some(RichTextType::Text(_)) = item.content.known() {
                    let text = item.plain_text().unwrap();
                    assert!(parsed.text.contains(&*text), "{}: {html}", recording.name);
                }
            }
            assert!(!parsed.elements.is_empty(), "{}", recording.name);
            if html.contains("ne-unsupported") {
                assert!(page.iter().any(lacks), "{}: {html}", recording.name);
                unsupported += 1;
            }
            rendered += 1;
        }
    }
    assert!(
        recordings.is_empty() || (rendered > 60 && unsupported > 0),
        "{rendered} {unsupported}"
    );
}

/// Whether something of a block cannot be written: it is of a type that is not known, or does not say what its type promises.
pub fn lacks(block: &Block) -> bool {
    let is_unsupported = match block.content.known() {
        None | Some(BlockType::Unsupported(_)) => true,
        Some(_) => block.is_hollow(),
    };
    let texts = block.rich_text().iter();
    let is_unsaid = texts.map(|it| it.plain_text()).any(|it| it.is_none());
    is_unsupported || is_unsaid || block.children.as_slice().iter().any(lacks)
}
