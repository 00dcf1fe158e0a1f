//! The beginning of a reply as RESP2, so that a long text at its end need not be looked at.
//!
//! A server that is asked for `Upstash-Response-Format: resp2` sends what Redis sent. The text of a document then stands there
//! byte for byte, where JSON would have it escaped.

use std::ops::Range;

use crate::failure::Failure;

use super::Value;

/// A reply whose last text may lie beyond what was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The elements of the array, without the last one where that is `text`.
    pub values: Vec<Value>,
    /// Where in the reply the text lies that is its last element, in bytes.
    pub text: Option<Range<usize>>,
}

impl Head {
    /// Reads an array without arrays in it from the first bytes of a reply of `length` bytes, which came with `status`.
    ///
    /// # Errors
    /// Redis's own error; or a passing one where that is no such reply, or a part of one.
    pub fn read(status: u16, head: &[u8], length: usize) -> Result<Self, Failure> {
        let broken = || Failure::Transient("redis gave a reply that is cut off or none".to_owned());
        let mut reader = Reader { head, at: 0 };
        let (kind, rest) = reader.line().ok_or_else(broken)?;
        let count = match kind {
            b'-' => return Err(Failure::of_redis(status, Some(&rest))),
            b'*' => rest.parse::<usize>().map_err(|_| broken())?,
            _ => return Err(broken()),
        };
        let mut values = Vec::new();
        for place in 1..=count {
            let (kind, rest) = reader.line().ok_or_else(broken)?;
            let size = || rest.parse::<i64>().map_err(|_| broken());
            match kind {
                b':' => values.push(Value::Integer(size()?)),
                b'$' if size()? < 0 => values.push(Value::Nil),
                b'$' => {
                    let size = usize::try_from(size()?).map_err(|_| broken())?;
                    let text = reader.at..reader.at.saturating_add(size);
                    let after = text.end.saturating_add(2);
                    if place == count {
                        let is_whole = after == length;
                        let text = Some(text).filter(|_| is_whole).ok_or_else(broken)?;
                        let text = Some(text);
                        return Ok(Self { values, text });
                    }
                    let bytes = head.get(text).ok_or_else(broken)?;
                    // What a damaged key holds is for whoever takes it: Redis has answered.
                    let text = String::from_utf8_lossy(bytes).into_owned();
                    values.push(Value::Text(text));
                    reader.at = after;
                }
                _ => return Err(broken()),
            }
        }
        match reader.at == length {
            true => Ok(Self { values, text: None }),
            false => Err(broken()),
        }
    }
}

struct Reader<'a> {
    head: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The first byte of a line, and what follows in it.
    fn line(&mut self) -> Option<(u8, String)> {
        let rest = self.head.get(self.at..)?;
        let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
        let (kind, text) = rest.get(..end)?.split_first()?;
        self.at += end + 2;
        Some((*kind, String::from_utf8_lossy(text).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Head;
    use crate::failure::Failure;
    use crate::redis::Value;

    fn read(reply: &str, seen: usize) -> Result<Head, Failure> {
        let bytes = reply.as_bytes();
        let head = bytes.get(..seen.min(bytes.len())).unwrap_or_default();
        Head::read(200, head, bytes.len())
    }

    #[test]
    fn the_last_text_is_told_by_its_place_alone() {
        let reply = "*4\r\n$2\r\nab\r\n:7\r\n$-1\r\n$10\r\n0123456789\r\n";
        let expected = Head {
            values: vec![Value::Text("ab".to_owned()), Value::Integer(7), Value::Nil],
            text: Some(26..36),
        };
        assert_eq!(reply.get(26..36), Some("0123456789"));
        assert_eq!(read(reply, 26), Ok(expected.clone()));
        assert_eq!(read(reply, 1_000), Ok(expected));
        let nothing =
            read("*2\r\n$1\r\na\r\n$-1\r\n", 100).map(|head| (head.values.len(), head.text));
        assert_eq!(nothing, Ok((2, None)));
    }

    #[test]
    fn what_is_cut_off_or_longer_is_no_reply() {
        let reply = "*2\r\n$2\r\nab\r\n$3\r\nabc\r\n";
        for end in 0..reply.len() {
            assert!(read(&reply[..end], 100).is_err(), "{end}");
        }
        for wrong in [
            &format!("{reply}x"),
            "",
            "<html>",
            "*x\r\n",
            "*1\r\n*0\r\n",
            "$3\r\nabc\r\n",
            "*2\r\n$-5\r\n",
            "*1\r\n$99999999999999999999\r\n",
            "*1\r\n$18446744073709551615\r\na\r\n",
        ] {
            assert!(
                matches!(read(wrong, 100), Err(Failure::Transient(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn what_is_no_text_is_a_reply_all_the_same() {
        let reply = b"*2\r\n$2\r\n\xFF\xFE\r\n$-1\r\n";
        let head = Head::read(200, reply, reply.len());
        let values = head.map(|head| head.values);
        let text = Value::Text("\u{FFFD}\u{FFFD}".to_owned());
        assert_eq!(values, Ok(vec![text, Value::Nil]));
    }

    #[test]
    fn an_error_of_redis_is_its_own() {
        assert_eq!(
            read("-NOSCRIPT No matching script.\r\n", 100),
            Err(Failure::NoScript)
        );
        let refused = read("-WRONGTYPE Operation against a key\r\n", 100);
        assert!(matches!(refused, Err(Failure::Rejected { .. })));
    }
}
