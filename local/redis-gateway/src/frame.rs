//! Where a reply ends in the stream that comes from Redis.
//!
//! What it is made of is `resp`'s matter, and whether it is kept is decided by `collect`.

use bytes::{Buf, BytesMut};

use crate::resp::{Malformed, parse_length, split_line};

/// Finds the end of a reply in a buffer that grows, without looking at any byte of it twice.
pub struct Framer {
    /// Values whose header has not been passed yet, those inside of arrays included.
    values: usize,
    /// Where the value that was passed last ends, which may be beyond the buffer.
    position: usize,
    /// No line ends between `position` and here.
    searched: usize,
}

impl Framer {
    /// For the reply that begins at `position`.
    pub fn new(position: usize) -> Self {
        Self {
            values: 1,
            position,
            searched: position,
        }
    }

    /// Where the reply ends in `buffer`, which must begin as it did in the call before, or `None`
    /// if it is not complete.
    pub fn advance(&mut self, buffer: &[u8]) -> Result<Option<usize>, Malformed> {
        loop {
            if self.position > buffer.len() {
                return Ok(None);
            }
            if self.values == 0 {
                return Ok(Some(self.position));
            }
            let Some((line, after)) = self.line(buffer) else {
                return Ok(None);
            };
            let (kind, text) = split_line(line)?;
            let mut end = after;
            self.values -= 1;
            match kind {
                b'+' | b'-' | b':' => {}
                b'$' => {
                    if let Some(length) = parse_length(text)? {
                        end = after
                            .checked_add(length)
                            .and_then(|end| end.checked_add(2))
                            .ok_or(Malformed)?;
                    }
                }
                b'*' => {
                    self.values = self
                        .values
                        .checked_add(parse_length(text)?.unwrap_or(0))
                        .ok_or(Malformed)?
                }
                _ => return Err(Malformed),
            }
            (self.position, self.searched) = (end, end);
        }
    }

    /// How much of the buffer the reply is known to reach over, at least.
    pub fn reach(&self) -> usize {
        self.searched
    }

    /// Cuts off everything before `start`, where the reply begins.
    pub fn cut(&mut self, start: usize) {
        self.position -= start;
        self.searched -= start;
    }

    /// Removes from `buffer` what was passed.
    pub fn discard(&mut self, buffer: &mut BytesMut) {
        let passed = self.position.min(buffer.len());
        buffer.advance(passed);
        self.cut(passed);
        // The text of a status or an error may be as long as a script made it. To find its end, its
        // kind and its last byte are enough.
        if let (Some(kind @ (b'+' | b'-')), Some(spare)) =
            (buffer.first().copied(), self.searched.checked_sub(2))
            && self.position == 0
        {
            buffer.advance(spare);
            self.searched = 2;
            if let Some(first) = buffer.first_mut() {
                *first = kind;
            }
        }
    }

    /// The line at `position`, and where the next one begins.
    fn line<'b>(&mut self, buffer: &'b [u8]) -> Option<(&'b [u8], usize)> {
        match buffer
            .get(self.searched..)?
            .iter()
            .position(|&byte| byte == b'\n')
        {
            Some(offset) => {
                let after = self.searched + offset + 1;
                Some((buffer.get(self.position..after)?, after))
            }
            None => {
                self.searched = buffer.len();
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_frame_ends_where_its_last_reply_does() {
        for (replies, bytes) in [
            (1, &b"+OK\r\n"[..]),
            (1, b"-ERR no\r\n"),
            (1, b":-9223372036854775808\r\n"),
            (1, b"$-1\r\n"),
            (1, b"*-1\r\n"),
            (1, b"$0\r\n\r\n"),
            (1, b"$4\r\n\r\n\xff\n\r\n"),
            (1, b"*0\r\n"),
            (1, b"*2\r\n*1\r\n+a\r\n$1\r\nb\r\n"),
            (3, b"+OK\r\n*1\r\n:1\r\n$-1\r\n"),
        ] {
            let followed = [bytes, b"+next\r\n"].concat();
            let mut end = 0;
            for _ in 0..replies {
                end = Framer::new(end).advance(&followed).unwrap().unwrap();
            }
            assert_eq!(end, bytes.len(), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_not_resp2_is_malformed() {
        for bytes in [
            &b"\r\n"[..],
            b"%1\r\n",
            b"$x\r\n",
            b"$-2\r\n",
            b"+OK\n",
            b"HTTP/1.1 400\r\n",
        ] {
            assert_eq!(Framer::new(0).advance(bytes), Err(Malformed), "{bytes:?}");
        }
        let too_many = format!("*{0}\r\n*{0}\r\n*{0}\r\n", i64::MAX);
        assert_eq!(Framer::new(0).advance(too_many.as_bytes()), Err(Malformed));
    }

    #[test]
    fn a_million_nested_arrays_are_one_frame() {
        let mut deep = b"*1\r\n".repeat(1_000_000);
        deep.extend_from_slice(b":1\r\n");
        assert_eq!(Framer::new(0).advance(&deep), Ok(Some(deep.len())));
    }
}
