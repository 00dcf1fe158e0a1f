//! What a page says: its text, the beginning of it, its headings, and how long it is.

use crate::notion::{Block, BlockType, Content, RichText, plain_text};

use super::Heading;

/// About two lines in a list, or a description for a search engine.
const EXCERPT_CHARS: usize = 200;

/// How many words people read in a minute, by Brysbaert's review of 2019, rounded down.
const WORDS_PER_MINUTE: u32 = 230;

/// Everything that is derived from the words on a page.
#[derive(Debug, Default)]
pub struct Text {
    pub excerpt: String,
    pub text: String,
    pub toc: Vec<Heading>,
    pub words: u32,
    pub reading_minutes: u32,
}

impl Text {
    /// Reads the blocks in order, with their children.
    pub fn of(blocks: &[Block]) -> Self {
        let mut text = Self::default();
        text.add(blocks);
        text.excerpt = excerpt_of(&text.excerpt);
        text.words = count_words(&text.text);
        text.reading_minutes = text.words.div_ceil(WORDS_PER_MINUTE);
        text
    }

    fn add(&mut self, blocks: &[Block]) {
        for block in blocks {
            if let Some(level) = block.heading_level() {
                self.toc.push(Heading {
                    id: block.id.as_str().unwrap_or_default().to_owned(),
                    level,
                    text: plain_text(block.rich_text()),
                });
            }
            self.add_line(plain_text(block.rich_text()), is_prose(block));
            for line in further_lines(block) {
                self.add_line(line, false);
            }
            self.add(block.children.as_slice());
        }
    }

    fn add_line(&mut self, line: String, is_prose: bool) {
        if line.trim().is_empty() {
            return;
        }
        if is_prose && self.excerpt.chars().take(EXCERPT_CHARS).count() < EXCERPT_CHARS {
            self.excerpt.push_str(&line);
            self.excerpt.push(' ');
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&line);
    }
}

/// Whether a block's text reads well as the beginning of a page.
fn is_prose(block: &Block) -> bool {
    matches!(
        block.content,
        Content::Known(BlockType::Paragraph(_) | BlockType::Quote(_) | BlockType::Callout(_))
    )
}

/// What a block says beside its own text: captions, cells, titles, expressions.
fn further_lines(block: &Block) -> Vec<String> {
    let Some(content) = block.content.known() else {
        return Vec::new();
    };
    let caption = |text: Option<&[RichText]>| text.map(plain_text).into_iter().collect();
    match content {
        BlockType::Code(code) => caption(code.get().map(|code| code.caption.as_slice())),
        BlockType::Bookmark(it) | BlockType::Embed(it) => {
            caption(it.get().map(|it| it.caption.as_slice()))
        }
        BlockType::Image(_)
        | BlockType::Video(_)
        | BlockType::Pdf(_)
        | BlockType::Audio(_)
        | BlockType::File(_) => caption(block.file().map(|file| file.caption.as_slice())),
        BlockType::TableRow(row) => {
            let cells = row
                .get()
                .map(|row| row.cells.as_slice())
                .unwrap_or_default();
            let cells: Vec<String> = cells.iter().map(|cell| plain_text(cell)).collect();
            vec![cells.join(" ")]
        }
        BlockType::Equation(it) => it
            .get()
            .and_then(|it| it.expression.as_str())
            .map(str::to_owned)
            .into_iter()
            .collect(),
        BlockType::ChildPage(it) | BlockType::ChildDatabase(it) => it
            .get()
            .and_then(|it| it.title.as_str())
            .map(str::to_owned)
            .into_iter()
            .collect(),
        BlockType::MeetingNotes(it) | BlockType::Transcription(it) => {
            caption(it.get().map(|it| it.title.as_slice()))
        }
        _ => Vec::new(),
    }
}

/// Cuts at a word, where one ends in the second half.
fn excerpt_of(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= EXCERPT_CHARS {
        return text;
    }
    let cut: String = text.chars().take(EXCERPT_CHARS - 1).collect();
    let kept = match cut.rfind(' ') {
        Some(space) if space > cut.len() / 2 => cut.get(..space).unwrap_or(&cut),
        _ => &cut,
    };
    format!("{}…", kept.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// Words as runs between spaces; in scripts that set none, each character counts as half a word.
fn count_words(text: &str) -> u32 {
    let (mut words, mut unspaced, mut is_in_word) = (0_u32, 0_u32, false);
    for c in text.chars() {
        let is_unspaced =
            matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{e00}'..='\u{eff}');
        unspaced += u32::from(is_unspaced);
        let is_letter = c.is_alphanumeric() && !is_unspaced;
        words += u32::from(is_letter && !is_in_word);
        is_in_word = if c.is_whitespace() || is_unspaced {
            false
        } else {
            is_in_word || is_letter
        };
    }
    words + unspaced.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::{EXCERPT_CHARS, Text, count_words, excerpt_of};
    use crate::notion::{self, Block};

    #[test]
    fn words_are_counted_in_scripts_with_and_without_spaces() {
        assert_eq!(count_words("one two, three-four it's"), 4);
        assert_eq!(count_words("日本語の文"), 3);
        assert_eq!(count_words(" — "), 0);
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        let excerpt = excerpt_of(&"lorem ipsum, ".repeat(40));
        assert!(excerpt.chars().count() <= EXCERPT_CHARS);
        assert!(
            excerpt.ends_with("ipsum…") || excerpt.ends_with("lorem…"),
            "{excerpt}"
        );
        assert_eq!(excerpt_of("short   text"), "short text");
    }

    #[test]
    fn headings_are_listed_and_stay_out_of_the_excerpt() {
        let json = br#"[
            {"object":"block","id":"a","type":"heading_2","heading_2":{"rich_text":[{"type":"text","plain_text":"Intro"}]}},
            {"object":"block","id":"b","type":"toggle","toggle":{"rich_text":[]},"children":[
                {"object":"block","id":"c","type":"paragraph","paragraph":{"rich_text":[{"type":"text","plain_text":"Hello there"}]}}]}
        ]"#;
        let blocks: Vec<Block> = notion::from_slice(json).expect("blocks");
        let text = Text::of(&blocks);
        assert_eq!(text.text, "Intro\nHello there");
        assert_eq!(text.excerpt, "Hello there");
        assert_eq!(
            text.toc
                .iter()
                .map(|entry| (entry.level, entry.id.as_str()))
                .collect::<Vec<_>>(),
            [(2, "a")]
        );
        assert_eq!((text.words, text.reading_minutes), (3, 1));
    }
}
