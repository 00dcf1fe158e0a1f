//! What blocks say, as every kind of text needs it.

use crate::notion::{Block, BlockType, MeetingNotes, RichText, Time};

/// The cells of a row.
pub fn cells(block: &Block) -> Option<&[Vec<RichText>]> {
    match block.content.known()? {
        BlockType::TableRow(row) => row.get().map(|row| row.cells.as_slice()),
        _ => None,
    }
}

/// What is missing, of a block that cannot be written; nothing where Notion does not tell.
pub fn missing_type(block: &Block) -> Option<&str> {
    let kind = match block.content.known() {
        Some(BlockType::Unsupported(it)) => it.get().and_then(|it| it.block_type.as_str()),
        _ => block.type_name(),
    };
    kind.and_then(name)
}

/// When a meeting was planned or, where nobody planned it, recorded: its beginning and its end.
pub fn time_of(notes: &MeetingNotes) -> Option<(&Time, Option<&Time>)> {
    let event = notes.calendar_event.get();
    let planned = event.and_then(|it| Some((it.start_time.get()?, it.end_time.get())));
    let recording = notes.recording.get();
    let recorded = recording.and_then(|it| Some((it.start_time.get()?, it.end_time.get())));
    planned.or(recorded)
}

/// A name of Notion's, where it has only characters that such names have.
pub fn name(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_name = !text.is_empty() && text.len() <= 64 && text.bytes().all(is_plain);
    is_name.then_some(text)
}

/// The language as highlighters call it, in few characters.
pub fn language_name(language: &str) -> String {
    match language.to_lowercase().as_str() {
        "c++" => "cpp".to_owned(),
        "c#" => "csharp".to_owned(),
        "f#" => "fsharp".to_owned(),
        "plain text" => "plaintext".to_owned(),
        name => {
            let of_class = |c: char| c.is_ascii_alphanumeric() || "-_+.".contains(c);
            let chars = name.chars().take(64);
            chars.map(|c| if of_class(c) { c } else { '-' }).collect()
        }
    }
}
