//! RESP2, the protocol that Redis speaks: where replies end in a stream, and what they are made of.
//!
//! Replies stay the bytes that Redis sent. Nothing is converted here, so nothing can be lost: a
//! status is not a bulk string, neither needs to be UTF-8, and nesting has no limit. RESP3 is never
//! asked for and not understood.

use std::fmt;

/// Finds the end of a run of replies in a buffer that grows, without looking at any byte of it
/// twice.
pub struct Framer {
    /// Values whose header has not been passed yet, those inside of arrays included.
    values: usize,
    /// Everything before this has been passed.
    position: usize,
    /// No line ends between `position` and here.
    searched: usize,
}

impl Framer {
    /// For the next `replies` replies of a stream.
    pub fn new(replies: usize) -> Self {
        Self {
            values: replies,
            position: 0,
            searched: 0,
        }
    }

    /// Where the last reply ends in `buffer`, which must begin as it did in the call before, or
    /// `None` if it is not complete.
    pub fn advance(&mut self, buffer: &[u8]) -> Result<Option<usize>, Malformed> {
        while self.values > 0 {
            let Some((line, after)) = self.line(buffer) else {
                return Ok(None);
            };
            let (kind, text) = split_line(line)?;
            let mut values = self.values - 1;
            let mut end = after;
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
                    values = values
                        .checked_add(parse_length(text)?.unwrap_or(0))
                        .ok_or(Malformed)?
                }
                _ => return Err(Malformed),
            }
            if end > buffer.len() {
                return Ok(None);
            }
            (self.values, self.position, self.searched) = (values, end, end);
        }
        Ok(Some(self.position))
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

/// One step through a reply: a value without parts, or the beginning of an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token<'a> {
    /// `+OK`
    Status(&'a [u8]),
    /// `-ERR …`, the whole line.
    Error(&'a [u8]),
    /// `:1`
    Integer(i64),
    /// `$3 …`
    Bulk(&'a [u8]),
    /// `$-1` and `*-1`
    Null,
    /// `*2`: this many values follow.
    Array(usize),
}

/// Walks through the replies in a slice that a [`Framer`] has measured.
pub struct Tokens<'a>(&'a [u8]);

impl<'a> Tokens<'a> {
    /// Begins with the first reply.
    pub fn new(replies: &'a [u8]) -> Self {
        Self(replies)
    }

    /// The next token.
    pub fn next(&mut self) -> Result<Token<'a>, Malformed> {
        let newline = self
            .0
            .iter()
            .position(|&byte| byte == b'\n')
            .ok_or(Malformed)?;
        let (line, rest) = self.0.split_at_checked(newline + 1).ok_or(Malformed)?;
        self.0 = rest;
        let (kind, text) = split_line(line)?;
        Ok(match kind {
            b'+' => Token::Status(text),
            b'-' => Token::Error(text),
            b':' => Token::Integer(parse_integer(text)?),
            b'$' => match parse_length(text)? {
                Some(length) => Token::Bulk(self.bulk(length)?),
                None => Token::Null,
            },
            b'*' => parse_length(text)?.map_or(Token::Null, Token::Array),
            _ => return Err(Malformed),
        })
    }

    /// Goes past the next value, with all that is in it.
    pub fn skip(&mut self) -> Result<(), Malformed> {
        let mut values = 1_usize;
        while values > 0 {
            values -= 1;
            if let Token::Array(length) = self.next()? {
                values = values.checked_add(length).ok_or(Malformed)?;
            }
        }
        Ok(())
    }

    fn bulk(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (bulk, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest.strip_prefix(b"\r\n").ok_or(Malformed)?;
        Ok(bulk)
    }
}

/// What came from Redis is not RESP2: the connection can not be trusted any more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redis sent something that is not RESP2")
    }
}

/// Appends `args` as one command, as Redis wants commands: an array of bulk strings.
pub fn push_command<A: AsRef<[u8]>>(wire: &mut Vec<u8>, args: &[A]) {
    push_header(wire, b'*', args.len());
    for arg in args {
        let arg = arg.as_ref();
        push_header(wire, b'$', arg.len());
        wire.extend_from_slice(arg);
        wire.extend_from_slice(b"\r\n");
    }
}

fn push_header(wire: &mut Vec<u8>, kind: u8, length: usize) {
    wire.push(kind);
    wire.extend_from_slice(length.to_string().as_bytes());
    wire.extend_from_slice(b"\r\n");
}

/// The type byte of a line, and its text.
fn split_line(line: &[u8]) -> Result<(&u8, &[u8]), Malformed> {
    line.strip_suffix(b"\r\n")
        .and_then(<[u8]>::split_first)
        .ok_or(Malformed)
}

/// `None` for -1, which is how RESP2 writes null.
fn parse_length(text: &[u8]) -> Result<Option<usize>, Malformed> {
    match parse_integer(text)? {
        -1 => Ok(None),
        length => usize::try_from(length).map(Some).map_err(|_| Malformed),
    }
}

fn parse_integer(text: &[u8]) -> Result<i64, Malformed> {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(Malformed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;

    fn frame(buffer: &[u8], replies: usize) -> Result<Option<usize>, Malformed> {
        Framer::new(replies).advance(buffer)
    }

    fn tokens(replies: &[u8]) -> Vec<Token<'_>> {
        let mut walk = Tokens::new(replies);
        std::iter::from_fn(|| walk.next().ok()).collect()
    }

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
            let mut followed = bytes.to_vec();
            followed.extend_from_slice(b"+next\r\n");
            assert_eq!(
                frame(&followed, replies),
                Ok(Some(bytes.len())),
                "{bytes:?}"
            );
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
            assert_eq!(frame(bytes, 1), Err(Malformed), "{bytes:?}");
        }
        let too_many = format!("*{0}\r\n*{0}\r\n*{0}\r\n", i64::MAX);
        assert_eq!(frame(too_many.as_bytes(), 1), Err(Malformed));
    }

    #[test]
    fn tokens_keep_what_json_would_lose() {
        assert_eq!(
            tokens(
                b"*6\r\n+\xff\r\n-E \xfe\r\n:9223372036854775807\r\n$2\r\n\r\n\r\n$-1\r\n*0\r\n"
            ),
            [
                Token::Array(6),
                Token::Status(b"\xff"),
                Token::Error(b"E \xfe"),
                Token::Integer(i64::MAX),
                Token::Bulk(b"\r\n"),
                Token::Null,
                Token::Array(0),
            ]
        );
    }

    #[test]
    fn a_million_nested_arrays_need_no_stack() {
        let mut deep = b"*1\r\n".repeat(1_000_000);
        deep.extend_from_slice(b":1\r\n");
        assert_eq!(frame(&deep, 1), Ok(Some(deep.len())));
        let mut walk = Tokens::new(&deep);
        walk.skip().unwrap();
        assert_eq!(walk.next(), Err(Malformed));
    }

    fn reply() -> impl Strategy<Value = Vec<u8>> {
        let bulk = prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| {
            [format!("${}\r\n", bytes.len()).as_bytes(), &bytes, b"\r\n"].concat()
        });
        let leaf = prop_oneof![
            Just(b"+OK\r\n".to_vec()),
            Just(b"-WRONGTYPE no\r\n".to_vec()),
            Just(b"$-1\r\n".to_vec()),
            any::<i64>().prop_map(|n| format!(":{n}\r\n").into_bytes()),
            bulk,
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop::collection::vec(inner, 0..5).prop_map(|items| {
                [format!("*{}\r\n", items.len()).into_bytes(), items.concat()].concat()
            })
        })
    }

    proptest! {
        #[test]
        fn a_frame_is_found_however_the_bytes_arrive(
            replies in prop::collection::vec(reply(), 1..4),
            chunk in 1_usize..20,
        ) {
            let stream = replies.concat();
            let mut framer = Framer::new(replies.len());
            let mut arrived = 0;
            while arrived < stream.len() {
                prop_assert_eq!(framer.advance(&stream[..arrived]), Ok(None));
                arrived = (arrived + chunk).min(stream.len());
            }
            prop_assert_eq!(framer.advance(&stream), Ok(Some(stream.len())));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = frame(&bytes, 2);
            let _ = Tokens::new(&bytes).skip();
        }

        #[test]
        fn a_command_reads_back_as_its_arguments(
            args in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 1..6),
        ) {
            let mut wire = Vec::new();
            push_command(&mut wire, &args);
            let mut expected = vec![Token::Array(args.len())];
            expected.extend(args.iter().map(|arg| Token::Bulk(arg)));
            prop_assert_eq!(tokens(&wire), expected);
        }
    }
}
