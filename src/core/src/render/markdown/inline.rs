//! Text within a block: runs, and the emphasis and links around them.
//!
//! CommonMark lets emphasis begin and end only where what stands on both sides allows it (its section 6.2).
//! Where a letter stands in the way (`a**(b)**c`), it is written as its number: `&#97;**(b)**&#99;`.
//! A semicolon and an ampersand are punctuation, beside which emphasis of everything begins and ends.

use crate::percent::encoded;
use crate::render::byte_set::ByteSet;
use crate::render::text::is_left_out;
use crate::render::url::Url;

use super::emphasis::{Looks, Mark, Marks};
use super::escape::{MARKUP, Within, Written, is_border, is_word, number_of};
use super::math::{longest_ticks, spaced};
use super::run::{Kind, OUTER_BREAK, Run};
use super::writer::Writer;

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a block that may have several lines.
    Paragraph,
    /// On the line of a heading.
    Heading,
    /// In a cell of a table.
    Cell,
    /// In the description of a picture.
    Description,
}

/// Writes one text.
struct Inline<'a> {
    to: &'a mut Writer,
    place: Place,
    /// A letter may not come next.
    wants_border: bool,
}

/// Writes the runs of a text.
pub fn write(runs: &[Run], place: Place, to: &mut Writer) {
    let mut inline = Inline {
        to,
        place,
        wants_border: false,
    };
    let mut marks = Marks::of(runs);
    let mut links = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let (ended, begun) = (marks.ended(at), marks.begun(at, run));
        // GitHub's parser looks through tildes at what stands behind them (cmark-gfm, skip_chars).
        let has_tildes = [&ended, &begun]
            .iter()
            .any(|marks| marks.contains(&Mark::Strikethrough));
        let is_seen_through = has_tildes && !ended.is_empty() && !begun.is_empty();
        if is_seen_through {
            inline.make_border();
        }
        inline.end(ended, &mut links);
        for (index, mark) in begun.iter().enumerate() {
            let is_last = index + 1 == begun.len();
            let is_next_word =
                is_last && !is_seen_through && begins_with_word(run, runs.get(at + 1));
            inline.begin(*mark, is_next_word);
            if *mark == Mark::Link {
                links.push(run.link.clone());
            }
        }
        inline.wants_border |= is_seen_through;
        inline.run(run);
    }
    inline.end(marks.ended(runs.len()), &mut links);
    inline.keep_space();
}

impl Inline<'_> {
    fn begin(&mut self, mark: Mark, is_next_word: bool) {
        if mark == Mark::Link {
            // Behind an exclamation mark it would be a picture.
            if self.to.last_char() == Some('!') {
                self.to.pop();
                self.to.push_str("\\!");
            }
            self.to.push('[');
        } else {
            if mark == Mark::Italic || !is_next_word {
                self.make_border();
            }
            self.to.push_str(mark.delimiter());
        }
        self.wants_border = false;
    }

    fn end(&mut self, marks: Vec<Mark>, links: &mut Vec<Option<Url>>) {
        for mark in marks {
            if mark == Mark::Link {
                let url = links.pop().flatten();
                self.to.push_str("](");
                self.to
                    .push_str(&url.as_ref().map(destination).unwrap_or_default());
                self.to.push(')');
                self.wants_border = false;
            } else {
                let is_word = self.to.last_char().is_some_and(is_word);
                self.wants_border = mark == Mark::Italic || !is_word;
                self.to.push_str(mark.delimiter());
            }
        }
    }

    fn run(&mut self, run: &Run) {
        match run.kind {
            Kind::Text => self.text(&run.text),
            Kind::Code => self.code(&run.text),
            Kind::Tex => {
                self.make_border();
                self.to.push('$');
                self.to.push_str(&spaced(&run.text));
                self.to.push('$');
            }
            Kind::Address => {
                self.to.push('<');
                self.to.push_str(&run.text);
                self.to.push('>');
            }
        }
        self.wants_border = run.kind == Kind::Tex;
    }

    fn text(&mut self, text: &str) {
        let mut rest = text.chars();
        loop {
            if !self.wants_border && !self.to.line_so_far().is_empty() {
                let (plain, behind) = MARKUP.split(rest.as_str());
                self.to.push_str(plain);
                rest = behind.chars();
            }
            let Some(c) = rest.next().filter(|_| !self.to.is_full()) else {
                return;
            };
            match c {
                '\n' if self.place == Place::Paragraph => self.break_line(),
                '\n' | OUTER_BREAK => self.to.push_str("&#10;"),
                _ => self.character(c, rest.as_str()),
            }
            self.wants_border = false;
        }
    }

    fn character(&mut self, c: char, rest: &str) {
        let within = Within {
            place: self.place,
            line: self.to.line_so_far(),
            rest,
        };
        match within.written(c) {
            Written::AsItIs if self.wants_border && !is_border(c) => {
                self.to.push_str(&number_of(c));
            }
            Written::AsItIs => self.to.push(c),
            Written::AfterBackslash => {
                self.to.push('\\');
                self.to.push(c);
            }
            Written::AsNumber => self.to.push_str(&number_of(c)),
        }
    }

    /// A span of code, between more backticks than there are in it.
    fn code(&mut self, code: &str) {
        let ticks = "`".repeat(longest_ticks(code) + 1);
        let is_blank = code.chars().all(|c| c == ' ');
        let has_spaces = code.starts_with(' ') && code.ends_with(' ') && !is_blank;
        let is_padded = has_spaces || code.starts_with('`') || code.ends_with('`');
        let pad = if is_padded { " " } else { "" };
        let code = match self.place {
            Place::Cell => code.replace('|', "\\|"),
            _ => code.to_owned(),
        };
        for part in [&ticks, pad, &code, pad, &ticks] {
            self.to.push_str(part);
        }
    }

    fn break_line(&mut self) {
        self.keep_space();
        self.to.push('\\');
        self.to.next_line();
    }

    /// White space at the end of a line would be lost.
    fn keep_space(&mut self) {
        self.number_last(|c| !c.is_whitespace());
    }

    /// Makes what was written last something beside which anything may begin.
    fn make_border(&mut self) {
        self.number_last(is_border);
    }

    /// Writes the last character as its number, unless it is good as it is.
    fn number_last(&mut self, is_good: impl Fn(char) -> bool) {
        if let Some(c) = self.to.last_char().filter(|c| !is_good(*c)) {
            self.to.pop();
            self.to.push_str(&number_of(c));
        }
    }
}

/// Whether a run begins with a letter or a digit that is written as it is.
///
/// The last one may yet be written as its number, for what comes next: only before plain text it certainly is not.
fn begins_with_word(run: &Run, next: Option<&Run>) -> bool {
    let is_one = run.text.chars().nth(1).is_none();
    run.kind == Kind::Text
        && run.text.starts_with(is_word)
        && (!is_one || next.is_none_or(is_plain))
}

fn is_plain(run: &Run) -> bool {
    run.kind != Kind::Tex && run.link.is_none() && run.looks == Looks::default()
}

/// An address between the parentheses of a link: nothing in it can end it.
///
/// What stands for nothing but itself in an address is percent-encoded, as browsers do.
pub fn destination(url: &Url) -> String {
    let url = url.as_str();
    let has_entity = url.contains('&') && url.contains(';');
    let mut out = String::with_capacity(url.len());
    let mut rest = url;
    loop {
        let (plain, behind) = NOT_OF_ADDRESS.split(rest);
        out.push_str(plain);
        let mut chars = behind.chars();
        let Some(c) = chars.next() else { return out };
        rest = chars.as_str();
        match c {
            _ if is_left_out(c) => {}
            '<' | '>' | '`' | '|' | '"' | '\u{feff}' => out.push_str(&encoded(&c.to_string())),
            _ if c.is_whitespace() => out.push_str(&encoded(&c.to_string())),
            '\\' | '(' | ')' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '&' if has_entity => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
}

/// What every character begins with that is not written as it is in an address.
const NOT_OF_ADDRESS: ByteSet = ByteSet::NONE
    .with_range(0, b' ')
    .with(b"<>`|\"\\()$&")
    .with_range(0x7f, 0xff);
