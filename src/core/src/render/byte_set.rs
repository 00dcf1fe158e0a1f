//! Sets of bytes, for which a text is searched: most of it needs no look at each character.

/// A set of bytes, each a character of ASCII or one that begins a longer one.
pub struct ByteSet([bool; 256]);

impl ByteSet {
    /// The set of no byte.
    pub const NONE: Self = Self([false; 256]);

    /// With these as well.
    #[allow(clippy::indexing_slicing, reason = "sets are made at compile time")]
    pub const fn with(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            self.0[bytes[at] as usize] = true;
            at += 1;
        }
        self
    }

    /// With those from the first to the last as well.
    #[allow(clippy::indexing_slicing, reason = "sets are made at compile time")]
    pub const fn with_range(mut self, first: u8, last: u8) -> Self {
        let mut byte = first as usize;
        while byte <= last as usize {
            self.0[byte] = true;
            byte += 1;
        }
        self
    }

    /// Splits a text before the first of them; what is behind is empty where there is none.
    pub fn split<'a>(&self, text: &'a str) -> (&'a str, &'a str) {
        text.split_at(self.position(text).unwrap_or(text.len()))
    }

    /// Whether a text has one of them.
    pub fn is_in(&self, text: &str) -> bool {
        self.position(text).is_some()
    }

    fn position(&self, text: &str) -> Option<usize> {
        let is_one = |byte| self.0.get(usize::from(byte)) == Some(&true);
        text.bytes().position(is_one)
    }
}
