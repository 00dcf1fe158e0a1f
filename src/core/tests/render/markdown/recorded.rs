//! Every recorded body that holds blocks.

use notion_edge_core::notion::RichTextType;
use serde_json::Value;

use super::parsed::{options, parse, text_of};
use super::{blocks, render};
use crate::corpus::{objects, recordings};
use crate::recorded::lacks;

#[test]
fn recorded_blocks_say_all_their_text() {
    let (mut rendered, mut unsupported) = (0, 0);
    let recordings = recordings();
    for recording in &recordings {
        for json in objects(&recording.value, "block") {
            let page = blocks(&Value::from(vec![json.clone()]));
            let markdown = render(page.clone());
            let text = text_of(&parse(&markdown, &options()));
            for item in page.iter().flat_map(|block| block.rich_text()) {
                if let Some(RichTextType::Text(_)) = item.content.known() {
                    let own = item.plain_text().unwrap();
                    assert!(text.contains(&*own), "{}: {markdown}", recording.name);
                }
            }
            if markdown.contains("_Unsupported ") {
                assert!(page.iter().any(lacks), "{}: {markdown}", recording.name);
                unsupported += 1;
            }
            rendered += usize::from(!markdown.is_empty());
        }
    }
    assert!(
        recordings.is_empty() || (rendered > 60 && unsupported > 0),
        "{rendered} {unsupported}"
    );
}
