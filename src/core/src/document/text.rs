//! What a page says: its text, the beginning of it, its headings, and how long it is.

use unicode_segmentation::UnicodeSegmentation;

use crate::notion::{Block, BlockType, RichText, plain_text};

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
    /// With what the page begins, of each kind that an excerpt may be made of.
    beginnings: [String; 2],
}

/// What an excerpt may be made of, the best first.
#[derive(Clone, Copy)]
enum Beginning {
    /// It reads well as the beginning of a page.
    Prose,
    /// Where there is no prose.
    Items,
}

impl Text {
    /// Reads the blocks in order, with their children.
    pub fn of(blocks: &[Block]) -> Self {
        let mut text = Self::default();
        text.add(blocks);
        let mut beginnings = text.beginnings.iter();
        let beginning = beginnings.find(|text| !text.is_empty());
        text.excerpt = beginning.map(|text| excerpt_of(text)).unwrap_or_default();
        text.words = count_words(&text.text);
        text.reading_minutes = text.words.div_ceil(WORDS_PER_MINUTE);
        text
    }

    fn add(&mut self, blocks: &[Block]) {
        for block in blocks {
            let said = plain_text(block.rich_text());
            if let Some(level) = block.heading_level() {
                self.toc.push(Heading {
                    id: block.id.as_str().unwrap_or_default().to_owned(),
                    level,
                    text: said.clone(),
                });
            }
            self.add_line(&said, beginning_of(block));
            for line in further_lines(block) {
                self.add_line(&line, None);
            }
            self.add(block.children.as_slice());
        }
    }

    fn add_line(&mut self, line: &str, beginning: Option<Beginning>) {
        if line.trim().is_empty() {
            return;
        }
        if let Some(text) = beginning.and_then(|it| self.beginnings.get_mut(it as usize))
            && text.chars().take(EXCERPT_CHARS).count() < EXCERPT_CHARS
        {
            text.push_str(line);
            text.push(' ');
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
    }
}

/// Which beginning of the page a block's text belongs to.
fn beginning_of(block: &Block) -> Option<Beginning> {
    match block.content.known()? {
        BlockType::Paragraph(_) | BlockType::Quote(_) | BlockType::Callout(_) => {
            Some(Beginning::Prose)
        }
        BlockType::BulletedListItem(_)
        | BlockType::NumberedListItem(_)
        | BlockType::ToDo(_)
        | BlockType::Toggle(_) => Some(Beginning::Items),
        _ => None,
    }
}

/// What a block says beside its own text: captions, cells, titles, expressions, names of files.
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
        BlockType::Image(_) => caption(block.file().map(|file| file.caption.as_slice())),
        // A reader sees what the author called it.
        BlockType::Video(_) | BlockType::Pdf(_) | BlockType::Audio(_) | BlockType::File(_) => {
            let name = block.file().and_then(|file| file.name.as_str());
            let mut lines: Vec<String> = name.map(str::to_owned).into_iter().collect();
            lines.extend(caption(block.file().map(|file| file.caption.as_slice())));
            lines
        }
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

/// Cuts at a word, where one ends in the second half, and never within what is read as one sign.
fn excerpt_of(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= EXCERPT_CHARS {
        return text;
    }
    let mut chars = 0;
    let fits = |sign: &&str| {
        chars += sign.chars().count();
        chars < EXCERPT_CHARS
    };
    let bytes = text.graphemes(true).take_while(fits).map(str::len).sum();
    let (cut, behind) = text.split_at(bytes);
    let kept = match cut.rfind(' ') {
        _ if behind.starts_with(' ') => cut,
        Some(space) if space > cut.len() / 2 => cut.get(..space).unwrap_or(cut),
        _ => cut,
    };
    format!("{}…", kept.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// Words as runs between spaces; in scripts that set none, each character counts as half a word.
fn count_words(text: &str) -> u32 {
    let (mut words, mut unspaced, mut is_in_word) = (0_u32, 0_u32, false);
    for c in text.chars() {
        let is_unspaced = is_unspaced(c);
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

/// Whether a character is of a script that sets no spaces between words: those of China and Japan, Thai, Lao, Burmese, Khmer.
const fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{EXCERPT_CHARS, Text, count_words, excerpt_of};
    use crate::notion::{self, Block};

    #[test]
    fn words_are_counted_in_scripts_with_and_without_spaces() {
        assert_eq!(count_words("one two, three-four it's"), 4);
        assert_eq!(count_words("日本語の文"), 3);
        assert_eq!(count_words("ភាសាខ្មែរ"), 5);
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
        let exact = format!("{} and more", "x".repeat(EXCERPT_CHARS - 1));
        assert_eq!(excerpt_of(&exact), "x".repeat(EXCERPT_CHARS - 1) + "…");
    }

    #[test]
    fn an_excerpt_cuts_no_sign_in_two() {
        for sign in ["👩‍👩‍👧", "🇩🇪", "👍🏽", "e\u{301}", "น้ำ", "日"] {
            for before in 0..8 {
                let before = "x".repeat(before);
                let excerpt = excerpt_of(&(before.clone() + &sign.repeat(300)));
                assert!(excerpt.chars().count() <= EXCERPT_CHARS);
                let signs = excerpt
                    .strip_prefix(&before)
                    .and_then(|it| it.strip_suffix('…'));
                let signs = signs.expect("what it begins with, and the sign that it is cut");
                assert_eq!(signs.replace(sign, ""), "", "{excerpt}");
            }
        }
    }

    #[test]
    fn a_page_of_lists_has_an_excerpt_of_their_items() {
        let json = br#"[
            {"object":"block","type":"heading_1","heading_1":{"rich_text":[{"type":"text","plain_text":"Links"}]}},
            {"object":"block","type":"bulleted_list_item","bulleted_list_item":{"rich_text":[{"type":"text","plain_text":"Tides"}]}},
            {"object":"block","type":"to_do","to_do":{"rich_text":[{"type":"text","plain_text":"Sail"}]}}]"#;
        let mut blocks: Vec<Block> = notion::from_slice(json).expect("blocks");
        assert_eq!(Text::of(&blocks).excerpt, "Tides Sail");
        let prose =
            br#"{"type":"quote","quote":{"rich_text":[{"type":"text","plain_text":"Low water"}]}}"#;
        blocks.push(notion::from_slice(prose).expect("a block"));
        assert_eq!(Text::of(&blocks).excerpt, "Low water");
    }

    #[test]
    fn a_file_is_found_by_its_name_and_by_its_caption() {
        let json = br#"[{"object":"block","id":"a","type":"file","file":{"type":"external","name":"Tides 2026.xlsx",
            "external":{"url":"https://example.com/f"},"caption":[{"type":"text","plain_text":"All harbours"}]}}]"#;
        let blocks: Vec<Block> = notion::from_slice(json).expect("blocks");
        assert_eq!(Text::of(&blocks).text, "Tides 2026.xlsx\nAll harbours");
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
