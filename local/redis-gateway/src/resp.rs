//! RESP2, the protocol that Redis speaks: what replies are made of, and how commands are written.
//!
//! Replies stay the bytes that Redis sent. Nothing is converted here, so nothing can be lost: a
//! status is not a bulk string, neither needs to be UTF-8, and nesting has no limit. RESP3 is never
//! asked for and not understood.

use std::fmt;

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

/// Walks through the replies in a slice that holds whole ones.
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

    /// The bytes of the next value.
    pub fn raw(&mut self) -> Result<&'a [u8], Malformed> {
        let from = self.0;
        self.skip()?;
        from.get(..from.len() - self.0.len()).ok_or(Malformed)
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

/// Appends `message` as an error reply. What ends a line would end the error, and becomes a space.
pub fn push_error_line(replies: &mut Vec<u8>, message: &str) {
    replies.push(b'-');
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    replies.extend(
        message
            .bytes()
            .map(|byte| if is_break(&byte) { b' ' } else { byte }),
    );
    replies.extend_from_slice(b"\r\n");
}

fn push_header(wire: &mut Vec<u8>, kind: u8, length: usize) {
    wire.push(kind);
    wire.extend_from_slice(itoa::Buffer::new().format(length).as_bytes());
    wire.extend_from_slice(b"\r\n");
}

/// The type byte of a line, and its text.
pub fn split_line(line: &[u8]) -> Result<(&u8, &[u8]), Malformed> {
    line.strip_suffix(b"\r\n")
        .and_then(<[u8]>::split_first)
        .ok_or(Malformed)
}

/// `None` for -1, which is how RESP2 writes null.
pub fn parse_length(text: &[u8]) -> Result<Option<usize>, Malformed> {
    match parse_integer(text)? {
        -1 => Ok(None),
        length => usize::try_from(length).map(Some).map_err(|_| Malformed),
    }
}

fn parse_integer(text: &[u8]) -> Result<i64, Malformed> {
    // Nearly all are lengths. So many digits can not be too large.
    if (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit) {
        let digits = text.iter().map(|digit| i64::from(digit - b'0'));
        return Ok(digits.fold(0, |number, digit| number * 10 + digit));
    }
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

    fn tokens(replies: &[u8]) -> Vec<Token<'_>> {
        let mut walk = Tokens::new(replies);
        std::iter::from_fn(|| walk.next().ok()).collect()
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
    fn an_error_stays_one_line() {
        let mut replies = Vec::new();
        push_error_line(&mut replies, "ERR a\r\n+OK");
        assert_eq!(tokens(&replies), [Token::Error(b"ERR a  +OK")]);
    }

    #[test]
    fn a_million_nested_arrays_need_no_stack() {
        let mut deep = b"*1\r\n".repeat(1_000_000);
        deep.extend_from_slice(b":1\r\n");
        let mut walk = Tokens::new(&deep);
        walk.skip().unwrap();
        assert_eq!(walk.next(), Err(Malformed));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
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
