//! Writes JSON, or measures how long and how deep it would be.
//!
//! There is one kind of place to write to, because each compiles the whole model once more.

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Where JSON goes.
enum Sink {
    /// It is kept.
    Text(Vec<u8>),
    /// It is measured.
    Size(Meter),
    /// It is hashed.
    Hash(Sha256),
    /// A part is kept: what lies behind so many bytes, and no more than there is room for.
    Window {
        before: usize,
        room: usize,
        text: Vec<u8>,
    },
}

/// The JSON of a value, about that long: what grows is held twice for a moment.
pub fn json<T: Serialize>(value: &T, bytes: usize) -> String {
    let mut sink = Sink::Text(Vec::with_capacity(bytes));
    sink.take(value);
    match sink {
        Sink::Text(text) => whole_characters(text),
        _ => String::new(),
    }
}

/// The part of a value's JSON from a place on, with no more than so many bytes, and no character cut.
pub fn window<T: Serialize>(value: &T, from: usize, bytes: usize) -> String {
    let mut sink = Sink::Window {
        before: from,
        room: bytes,
        text: Vec::with_capacity(bytes),
    };
    sink.take(value);
    match sink {
        Sink::Window { text, .. } => whole_characters(text),
        _ => String::new(),
    }
}

/// Adds a value's JSON to a hash.
pub fn hash<T: Serialize>(value: &T, hasher: Sha256) -> Sha256 {
    let mut sink = Sink::Hash(hasher);
    sink.take(value);
    match sink {
        Sink::Hash(hasher) => hasher,
        _ => Sha256::default(),
    }
}

/// JSON is UTF-8; a part of it may end within a character.
fn whole_characters(mut text: Vec<u8>) -> String {
    if let Err(cut) = std::str::from_utf8(&text) {
        text.truncate(cut.valid_up_to());
    }
    String::from_utf8(text).unwrap_or_default()
}

impl Sink {
    /// Takes a value; everything that is written can be, and only a window refuses what comes behind it.
    fn take<T: Serialize>(&mut self, value: &T) {
        let taken = serde_json::to_writer(&mut *self, value);
        if !matches!(self, Self::Window { room: 0, .. }) {
            taken.expect("documents and objects of Notion's have only string keys");
        }
    }
}

impl Write for Sink {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.write_all(json).map(|()| json.len())
    }

    fn write_all(&mut self, json: &[u8]) -> io::Result<()> {
        match self {
            Self::Text(text) => text.extend_from_slice(json),
            Self::Size(meter) => meter.pass(json),
            Self::Hash(hasher) => hasher.update(json),
            Self::Window { room: 0, .. } => return Err(io::ErrorKind::StorageFull.into()),
            Self::Window { before, room, text } => {
                let passed = json.len().min(*before);
                *before -= passed;
                let (_, behind) = json.split_at_checked(passed).unwrap_or_default();
                let kept = behind.get(..*room).unwrap_or(behind);
                text.extend_from_slice(kept);
                *room -= kept.len();
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Measures JSON as it passes.
#[derive(Default)]
pub struct Meter {
    /// How long it is.
    pub bytes: usize,
    /// In how many arrays and objects it is now.
    pub level: usize,
    /// In how many it was at most.
    pub deepest: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Meter {
    /// Of a value, as JSON.
    pub fn of<T: Serialize>(value: &T) -> Self {
        let mut sink = Sink::Size(Self::default());
        sink.take(value);
        match sink {
            Sink::Size(meter) => meter,
            _ => Self::default(),
        }
    }

    /// Takes the next part.
    pub fn pass(&mut self, json: &[u8]) {
        self.bytes += json.len();
        for byte in json {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_in_string = !self.is_in_string,
                _ if self.is_in_string => {}
                b'[' | b'{' => {
                    self.level += 1;
                    self.deepest = self.deepest.max(self.level);
                }
                b']' | b'}' => self.level = self.level.saturating_sub(1),
                _ => {}
            }
        }
    }
}
