//! Lines and what they lie in: quotes and items of lists.
//!
//! Every line within a quote begins with `> `, every further line of an item with spaces.
//! What lies deeper than [`MOST_NESTED`] is written beside what it lies in: each level makes each line longer,
//! so that without a bound the text would grow with the square of the depth, and readers have bounds as well.

use crate::document::MAX_BYTES;

/// How deep quotes and items of lists lie in each other.
const MOST_NESTED: usize = 32;

/// In bytes, what a line begins with at most, about: items with long numbers take more of it than others.
const LONGEST_PREFIX: usize = 100;

/// Collects Markdown.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    /// What each line begins with.
    prefix: String,
    /// Where in `out` the text of the line begins.
    line: usize,
    /// The innermost quote or item that is open; the page itself where there is none.
    current: Container,
    around: Vec<Container>,
}

/// A quote, an item of a list, or the page.
#[derive(Clone, Copy, Debug, Default)]
struct Container {
    /// How much of the prefix belongs to what lies around.
    prefix: usize,
    is_item: bool,
    last: Last,
}

/// What was written last within a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Last {
    /// Nothing yet: the line has only the marker of the container.
    #[default]
    Nothing,
    /// A block.
    Block,
    /// A list whose items have this marker.
    List(char),
}

impl Writer {
    /// Begins a block, below the one before it.
    pub fn block(&mut self) {
        if self.current.last != Last::Nothing {
            self.empty_line();
        }
        self.current.last = Last::Block;
        self.begin_text();
    }

    /// Goes on to the next line of a block.
    pub fn next_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line = self.out.len();
    }

    /// Begins a quote, which [`Self::close`] ends.
    pub fn quote(&mut self) {
        self.block();
        self.open("> ", "> ", false);
    }

    /// Begins an item of a list, which [`Self::close`] ends.
    ///
    /// The marker is `-` or another, after the number where there is one.
    /// An item that is joined follows without an empty line what was written before it.
    pub fn item(&mut self, number: Option<u32>, marker: char, is_joined: bool) {
        match self.current.last {
            // On the line of the item around, several markers could be read as a line across the page.
            Last::Nothing if self.current.is_item => {
                self.trim();
                self.next_line();
            }
            Last::Nothing => {}
            _ if is_joined => self.next_line(),
            _ => self.empty_line(),
        }
        self.current.last = Last::List(marker);
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        let marker = format!("{number}{marker} ");
        let indent = " ".repeat(marker.len());
        self.open(&marker, &indent, true);
    }

    /// Ends the quote or the item that was begun last.
    pub fn close(&mut self) {
        if self.current.last == Last::Nothing {
            self.trim();
        }
        self.prefix.truncate(self.current.prefix);
        self.current = self.around.pop().unwrap_or_default();
    }

    /// Whether that is as much as a page may have.
    pub fn is_full(&self) -> bool {
        self.out.len() > MAX_BYTES
    }

    /// How many bytes may still be written.
    pub fn room(&self) -> usize {
        MAX_BYTES.saturating_sub(self.out.len())
    }

    /// What was written last where the next block comes.
    pub const fn last(&self) -> Last {
        self.current.last
    }

    /// Whether the innermost that is open is an item.
    pub const fn is_in_item(&self) -> bool {
        self.current.is_item
    }

    /// Whether nothing may be nested any deeper.
    pub fn is_deepest(&self) -> bool {
        self.around.len() > MOST_NESTED || self.prefix.len() > LONGEST_PREFIX
    }

    /// Begins a text on the line: what stands there belongs to the block.
    pub fn begin_text(&mut self) {
        self.line = self.out.len();
    }

    /// Adds to the line, which must stay one.
    pub fn push_str(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Adds to the line.
    pub fn push(&mut self, c: char) {
        self.out.push(c);
    }

    /// The last character of the text on the line, if there is one.
    pub fn last_char(&self) -> Option<char> {
        self.line_so_far().chars().next_back()
    }

    /// Takes the last character of the line back.
    pub fn pop(&mut self) -> Option<char> {
        self.last_char().and_then(|_| self.out.pop())
    }

    /// What of the text stands on the line.
    pub fn line_so_far(&self) -> &str {
        self.out.get(self.line..).unwrap_or_default()
    }

    /// All that was written.
    pub fn finish(mut self) -> String {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    fn open(&mut self, marker: &str, prefix: &str, is_item: bool) {
        self.around.push(self.current);
        self.current = Container {
            prefix: self.prefix.len(),
            is_item,
            last: Last::Nothing,
        };
        self.out.push_str(marker);
        self.prefix.push_str(prefix);
        self.line = self.out.len();
    }

    fn empty_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.prefix.trim_end());
        self.next_line();
    }

    /// A marker that nothing follows needs no space.
    fn trim(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.line = self.out.len();
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;

    #[test]
    fn lines_begin_with_what_they_lie_in() {
        let mut writer = Writer::default();
        writer.quote();
        writer.block();
        writer.push_str("a");
        writer.next_line();
        writer.push_str("b");
        writer.item(Some(9), '.', false);
        writer.block();
        writer.push_str("c");
        writer.block();
        writer.push_str("d");
        writer.close();
        writer.item(Some(10), '.', true);
        writer.close();
        writer.close();
        writer.item(None, '-', false);
        writer.item(None, '-', true);
        writer.block();
        writer.push_str("e");
        let expected = "> a\n> b\n>\n> 9. c\n>\n>    d\n> 10.\n\n-\n  - e\n";
        assert_eq!(writer.finish(), expected);
    }
}
