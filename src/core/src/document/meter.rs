//! How long and how deep JSON is.

use serde::Serialize;

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
    /// Of a value, as JSON. Written as everything else is: each way of writing compiles the whole model once more.
    pub fn of<T: Serialize>(value: &T) -> Self {
        let mut meter = Self::default();
        meter.pass(super::json(value).as_bytes());
        meter
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
