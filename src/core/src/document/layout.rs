//! How JSON is laid out where it is stored.
//!
//! Indented JSON is made part by part as it is written, so that a large document is never held in both forms.

use std::borrow::Cow;

use super::MAX_BYTES;

/// With or without white space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// None.
    #[default]
    Compact,
    /// A line for each member and element, indented by two spaces.
    Indented,
}

/// What one token may add to a part: a line break, the spaces of the deepest level, and two signs.
const TOKEN_BYTES: usize = 512;

/// JSON with the layout that it is to have.
#[derive(Clone, Debug)]
pub struct LaidOut {
    /// All of it, or where it is compact a part.
    json: String,
    /// Where that part begins.
    start: usize,
    layout: Layout,
    bytes: usize,
}

/// How far it has been given out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// In bytes of what is given out.
    pub offset: usize,
    /// In bytes of the compact JSON.
    pub at: usize,
    level: usize,
    is_in_string: bool,
}

impl LaidOut {
    /// Compact JSON, to be laid out. What would be larger than a document may be stays compact.
    pub fn new(json: String, layout: Layout) -> Self {
        let mut text = Self {
            bytes: json.len(),
            json,
            start: 0,
            layout,
        };
        if layout == Layout::Indented {
            match text.measured() {
                bytes if bytes <= MAX_BYTES => text.bytes = bytes,
                _ => text.layout = Layout::Compact,
            }
        }
        text
    }

    /// Compact JSON of that length of which nothing is held yet.
    pub fn in_windows(bytes: usize) -> Self {
        Self {
            json: String::new(),
            start: 0,
            layout: Layout::Compact,
            bytes,
        }
    }

    /// Whether there is more behind a place, and it is not held.
    pub fn lacks(&self, place: Place) -> bool {
        place.at < self.bytes && place.at >= self.start.saturating_add(self.json.len())
    }

    /// Holds the part from a place on, and no other.
    pub fn hold(&mut self, place: Place, json: String) {
        (self.start, self.json) = (place.at, json);
    }

    /// Its length in bytes, laid out.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether there is nothing of it.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The whole of it.
    pub fn whole(&self) -> Cow<'_, str> {
        match self.layout {
            Layout::Compact => Cow::Borrowed(&self.json),
            Layout::Indented => {
                let room = self.bytes.saturating_add(TOKEN_BYTES);
                Cow::Owned(self.part(Place::default(), room).0)
            }
        }
    }

    /// The part from a place on, of at most so many bytes, and the place behind it.
    pub fn part(&self, from: Place, max_bytes: usize) -> (String, Place) {
        let mut place = from;
        let text = match self.layout {
            Layout::Compact => {
                let begin = from.at.saturating_sub(self.start);
                let end = begin.saturating_add(max_bytes);
                let end = self.json.floor_char_boundary(end);
                place.at = self.start + end;
                self.json.get(begin..end).unwrap_or_default().to_owned()
            }
            Layout::Indented => {
                let mut text = String::with_capacity(max_bytes.min(self.bytes));
                while text.len() + TOKEN_BYTES <= max_bytes
                    && place.pass(&self.json, max_bytes, &mut text)
                {}
                text
            }
        };
        place.offset += text.len();
        (text, place)
    }

    fn measured(&self) -> usize {
        let mut place = Place::default();
        loop {
            let (text, next) = self.part(place, 64 * 1024);
            place = next;
            if text.is_empty() {
                return place.offset;
            }
        }
    }
}

impl Place {
    /// Writes the next token, or what of a string fits; false at the end, or where nothing fits.
    fn pass(&mut self, json: &str, max_bytes: usize, text: &mut String) -> bool {
        let rest = json.get(self.at..).unwrap_or_default();
        let Some(sign) = rest.chars().next() else {
            return false;
        };
        if self.is_in_string {
            return self.pass_string(rest, max_bytes, text);
        }
        let is_empty = rest.starts_with("{}") || rest.starts_with("[]");
        match sign {
            '{' | '[' if is_empty => {
                text.push_str(rest.get(..2).unwrap_or_default());
                self.at += 1;
            }
            '{' | '[' => {
                text.push(sign);
                self.level += 1;
                self.break_line(text);
            }
            '}' | ']' => {
                self.level = self.level.saturating_sub(1);
                self.break_line(text);
                text.push(sign);
            }
            ',' => {
                text.push(sign);
                self.break_line(text);
            }
            ':' => text.push_str(": "),
            _ => {
                self.is_in_string = sign == '"';
                text.push(sign);
            }
        }
        self.at += sign.len_utf8();
        true
    }

    fn pass_string(&mut self, rest: &str, max_bytes: usize, text: &mut String) -> bool {
        let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
        let room = max_bytes.saturating_sub(text.len() + 2);
        let length = match rest.as_bytes().first() {
            Some(b'"') => {
                self.is_in_string = false;
                1
            }
            // What is escaped is one byte long, or begins with one.
            Some(b'\\') => 2,
            _ => rest.floor_char_boundary(plain.min(room)),
        };
        text.push_str(rest.get(..length).unwrap_or_default());
        self.at += length;
        length > 0
    }

    fn break_line(&self, text: &mut String) {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", self.level));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{LaidOut, Layout, Place, TOKEN_BYTES};

    fn samples() -> Vec<Value> {
        vec![
            json!({}),
            json!([[], {}, [[]], {"a": {}}]),
            json!({"a": [1, -2.5e10, true, null], "b": {"c": "d, {e}: [f]"}}),
            json!({"quo\"ted": "back\\slash \\\" \u{1} é € 😀", "": "\\"}),
            json!({"long": "é\"".repeat(5_000), "deep": (0..100).fold(json!(0), |it, _| json!([it]))}),
        ]
    }

    #[test]
    fn indented_json_is_what_serde_indents_whatever_the_parts() {
        for value in samples() {
            let expected = serde_json::to_string_pretty(&value).expect("JSON");
            let text = LaidOut::new(value.to_string(), Layout::Indented);
            assert_eq!(text.whole(), expected);
            assert_eq!(text.len(), expected.len());
            for max_bytes in [TOKEN_BYTES, TOKEN_BYTES + 1, 700, 1_000, 100_000] {
                let (mut place, mut whole) = (Place::default(), String::new());
                while place.offset < text.len() {
                    let (part, next) = text.part(place, max_bytes);
                    assert!(part.len() <= max_bytes && !part.is_empty(), "{max_bytes}");
                    whole.push_str(&part);
                    assert_eq!(next.offset, whole.len());
                    place = next;
                }
                assert_eq!(whole, expected, "{max_bytes}");
            }
        }
    }

    #[test]
    fn compact_json_stays_as_it_is() {
        for value in samples() {
            let text = LaidOut::new(value.to_string(), Layout::Compact);
            assert_eq!(text.whole(), value.to_string());
            assert_eq!(text.len(), value.to_string().len());
        }
    }

    #[test]
    fn what_would_be_too_large_indented_stays_compact() {
        let deep = |count: usize| (0..100).fold(json!(vec![0; count]), |it, _| json!([it]));
        let text = LaidOut::new(deep(200_000).to_string(), Layout::Indented);
        assert_eq!(text.len(), deep(200_000).to_string().len());
        let text = LaidOut::new(deep(100_000).to_string(), Layout::Indented);
        assert!(text.len() > 10 * deep(100_000).to_string().len());
    }
}
