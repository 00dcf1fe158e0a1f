//! Writes JSON, or measures how long and how deep it would be.
//!
//! There is one kind of place to write to, because each compiles the whole model once more.

use std::io::{self, Write};

use serde::Serialize;

/// Where JSON goes.
enum Sink {
    /// It is kept.
    Text(Vec<u8>),
    /// It is measured.
    Size(Meter),
}

/// The JSON of a value, about that long: what grows is held twice for a moment.
pub fn json<T: Serialize>(value: &T, bytes: usize) -> String {
    let mut sink = Sink::Text(Vec::with_capacity(bytes));
    sink.take(value);
    match sink {
        Sink::Text(text) => String::from_utf8(text).expect("JSON is UTF-8"),
        Sink::Size(_) => String::new(),
    }
}

impl Sink {
    /// Takes a value; everything that is written can be.
    fn take<T: Serialize>(&mut self, value: &T) {
        serde_json::to_writer(self, value)
            .expect("documents and objects of Notion's have only string keys");
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
            Sink::Text(_) => Self::default(),
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
