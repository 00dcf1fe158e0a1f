//! A text as runs: what looks the same, is of one kind and has the same link is one.
//!
//! White space loses the looks and the link that do not go on beside it, because no emphasis begins or ends with it.

use crate::render::text::{LEFT_OUT, is_left_out};
use crate::render::url::Url;

use super::emphasis::Looks;
use super::inline::Place;
use super::math::{has_bar, is_inline};

/// Stands for the end of a line at an end of the text, where Markdown has no break. No text has this character.
pub const OUTER_BREAK: char = '\u{b}';

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub kind: Kind,
    pub text: String,
    pub looks: Looks,
    pub link: Option<Url>,
}

/// How the characters of a run are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Code,
    /// An equation.
    Tex,
    /// An address that is its own link.
    Address,
}

impl Run {
    /// Text without any looks.
    pub fn plain(text: &str) -> Self {
        Self::linked(text, None)
    }

    /// Text with a link.
    pub fn linked(text: &str, link: Option<Url>) -> Self {
        Self {
            kind: Kind::Text,
            text: text.to_owned(),
            looks: Looks::default(),
            link,
        }
    }

    /// In italics: words of ours.
    pub fn note(text: &str) -> Self {
        let looks = Looks {
            italic: true,
            ..Looks::default()
        };
        Self {
            looks,
            ..Self::plain(text)
        }
    }

    /// Whether it is nothing but white space.
    pub fn is_space(&self) -> bool {
        self.kind == Kind::Text && self.text.chars().all(char::is_whitespace)
    }

    fn with(&self, kind: Kind, text: &str) -> Self {
        Self {
            kind,
            text: text.to_owned(),
            looks: self.looks,
            link: self.link.clone(),
        }
    }
}

/// The runs that are written, from those that an author made; none where there is nothing to be seen.
pub fn joined(runs: Vec<Run>, place: Place) -> Vec<Run> {
    let shown = runs.into_iter().map(|mut run| {
        if LEFT_OUT.is_in(&run.text) {
            run.text.retain(|c| !is_left_out(c));
        }
        run
    });
    let whole = merged(shown, false);
    let mut pieces = Vec::with_capacity(whole.len());
    for run in whole {
        split(representable(run, place), &mut pieces);
    }
    calm_space(&mut pieces);
    let mut runs = merged(pieces, true);
    mark_outer_breaks(&mut runs);
    mark_addresses(&mut runs);
    runs
}

/// Makes one run of those beside each other that differ in nothing but their text, and leaves out empty ones.
/// White space that has been set apart stays apart.
fn merged(runs: impl IntoIterator<Item = Run>, is_apart: bool) -> Vec<Run> {
    let mut merged: Vec<Run> = Vec::new();
    let mut was_space = false;
    for run in runs.into_iter().filter(|run| !run.text.is_empty()) {
        let is_space = is_apart && run.is_space();
        let is_like = |last: &Run| {
            (last.kind, last.looks, &last.link, was_space)
                == (run.kind, run.looks, &run.link, is_space)
        };
        match merged.last_mut().filter(|last| is_like(last)) {
            Some(last) => {
                // Between two equations no sign would be left.
                if run.kind == Kind::Tex {
                    last.text.push(' ');
                }
                last.text.push_str(&run.text);
            }
            None => merged.push(run),
        }
        was_space = is_space;
    }
    merged
}

/// What has no form of its own at this place becomes code, or as a last resort plain text.
fn representable(mut run: Run, place: Place) -> Run {
    let is_cell = place == Place::Cell;
    if run.kind == Kind::Tex && is_cell && (has_bar(&run.text) || !is_inline(&run.text)) {
        run.kind = Kind::Text;
    }
    if run.kind == Kind::Tex && !is_inline(&run.text) {
        run.kind = Kind::Code;
    }
    // In a table a bar ends the cell. A backslash keeps it from that, but not behind another backslash.
    let ends_cell = is_cell && run.text.contains("\\|");
    // At the beginning of a paragraph `[a]:` says where `[a]` leads, also where the second half is code.
    let ends_label = run.link.is_some() && run.text.contains("]:");
    if run.kind == Kind::Code && (ends_cell || ends_label) {
        run.kind = Kind::Text;
    }
    run
}

/// Sets white space around text apart, and in code the ends of lines, which code does not have.
fn split(run: Run, to: &mut Vec<Run>) {
    match run.kind {
        Kind::Text => {
            let inner = run.text.trim();
            if inner.len() == run.text.len() {
                return to.push(run);
            }
            let begin = run.text.len() - run.text.trim_start().len();
            let (before, rest) = run.text.split_at(begin);
            let after = rest.get(inner.len()..).unwrap_or_default();
            for part in [before, inner, after] {
                if !part.is_empty() {
                    to.push(run.with(Kind::Text, part));
                }
            }
        }
        Kind::Code => {
            for (index, line) in run.text.split('\n').enumerate() {
                if index > 0 {
                    to.push(run.with(Kind::Text, "\n"));
                }
                if !line.is_empty() {
                    to.push(run.with(Kind::Code, line));
                }
            }
        }
        // Nothing of it is written, so no emphasis may go on to it.
        Kind::Tex if run.text.trim().is_empty() => {}
        Kind::Tex => to.push(run.with(Kind::Tex, run.text.trim())),
        Kind::Address => to.push(run),
    }
}

/// Leaves white space only what goes on from what stands before it to what stands behind it.
fn calm_space(runs: &mut [Run]) {
    let mut begin = 0;
    while begin < runs.len() {
        let rest = runs.get(begin..).unwrap_or_default();
        let length = rest.iter().take_while(|run| run.is_space()).count();
        let end = begin + length;
        let before = begin.checked_sub(1).and_then(|at| runs.get(at));
        let sides = before.zip(runs.get(end));
        let common = sides.map(|(before, after)| {
            let link = before.link.clone().filter(|_| before.link == after.link);
            (before.looks.and(after.looks), link)
        });
        let (mut looks, mut link) = common.unwrap_or_default();
        for run in rest.iter().take(length) {
            looks = looks.and(run.looks);
            link = link.filter(|link| run.link.as_ref() == Some(link));
        }
        for run in runs.iter_mut().skip(begin).take(length) {
            run.looks = looks;
            run.link.clone_from(&link);
        }
        begin = end + 1;
    }
}

fn mark_outer_breaks(runs: &mut [Run]) {
    let is_text = |run: &&mut Run| run.kind == Kind::Text;
    if let Some(first) = runs.first_mut().filter(is_text) {
        let inner = first.text.trim_start().len();
        let (space, rest) = first.text.split_at(first.text.len() - inner);
        if space.contains('\n') {
            first.text = space.replace('\n', "\u{b}") + rest;
        }
    }
    if let Some(last) = runs.last_mut().filter(is_text) {
        let inner = last.text.trim_end().len();
        let (rest, space) = last.text.split_at(inner);
        if space.contains('\n') {
            last.text = rest.to_owned() + &space.replace('\n', "\u{b}");
        }
    }
}

/// A link that is the only one beside it and says its own address needs no second one.
fn mark_addresses(runs: &mut [Run]) {
    let mut before = None;
    for at in 0..runs.len() {
        let after = runs.get(at + 1).and_then(|run| run.link.clone());
        let Some(run) = runs.get_mut(at) else { return };
        let link = run.link.clone();
        let is_alone = link != before && link != after;
        before.clone_from(&link);
        let is_address = |url: &Url| url.as_str() == run.text && is_plain(&run.text);
        if run.kind == Kind::Text && is_alone && link.as_ref().is_some_and(is_address) {
            run.kind = Kind::Address;
            run.link = None;
        }
    }
}

/// Whether an address can stand between `<` and `>` as it is: no reader takes anything in it for markup.
fn is_plain(address: &str) -> bool {
    let of_address = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!,;=+%&".contains(&byte);
    let has_scheme = address.starts_with(|c: char| c.is_ascii_alphabetic());
    // What stands between & and ; could be an entity.
    let has_entity = address.contains('&') && address.contains(';');
    has_scheme && !has_entity && address.bytes().all(of_address)
}
