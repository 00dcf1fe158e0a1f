//! Redis's replies as the JSON that Upstash answers with.
//!
//! Flat as RESP2 is: pairs stay arrays, floats stay strings, integers keep all of their 64 bits.

use base64_simd::STANDARD;

use crate::resp::{Malformed, Token, Tokens};
use crate::text::push_text;

/// How replies are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    /// As JSON.
    Json(Encoding),
    /// As Redis sent them.
    Resp2,
}

/// How the strings in JSON are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Encoding {
    /// As text, with U+FFFD for what is not UTF-8.
    Text,
    /// In base64, so that every byte arrives.
    Base64,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// `{"result":…}`
    Result,
    /// `{"error":…}`
    Error,
}

/// Appends the next reply as one object.
pub fn push_reply(
    json: &mut Vec<u8>,
    replies: &mut Tokens<'_>,
    encoding: Encoding,
) -> Result<Outcome, Malformed> {
    let first = replies.next()?;
    if let Token::Error(line) = first {
        push_error(json, &String::from_utf8_lossy(line));
        return Ok(Outcome::Error);
    }
    json.extend_from_slice(b"{\"result\":");
    match first {
        // The one string that base64 leaves alone, and only here: clients decode every string
        // inside of an array.
        Token::Status(b"OK") => json.extend_from_slice(b"\"OK\""),
        _ => push_value(json, first, replies, encoding)?,
    }
    json.push(b'}');
    Ok(Outcome::Result)
}

/// Appends an error, which is text in either encoding.
pub fn push_error(json: &mut Vec<u8>, message: &str) {
    json.extend_from_slice(b"{\"error\":");
    push_text(json, message);
    json.push(b'}');
}

fn push_value<'a>(
    json: &mut Vec<u8>,
    first: Token<'a>,
    replies: &mut Tokens<'a>,
    encoding: Encoding,
) -> Result<(), Malformed> {
    // How many values each array that was begun still needs: a reply can nest deeper than a stack
    // can.
    let mut open: Vec<usize> = Vec::new();
    let mut token = first;
    loop {
        match token {
            // JSON has no place for an error among values: its text is what a script's author put
            // there.
            Token::Status(text) | Token::Error(text) | Token::Bulk(text) => {
                push_string(json, text, encoding)
            }
            Token::Integer(number) => {
                json.extend_from_slice(itoa::Buffer::new().format(number).as_bytes())
            }
            Token::Null => json.extend_from_slice(b"null"),
            Token::Array(0) => json.extend_from_slice(b"[]"),
            Token::Array(length) => {
                json.push(b'[');
                open.push(length);
                token = replies.next()?;
                continue;
            }
        }
        loop {
            let Some(left) = open.last_mut() else {
                return Ok(());
            };
            *left -= 1;
            if *left > 0 {
                json.push(b',');
                break;
            }
            json.push(b']');
            open.pop();
        }
        token = replies.next()?;
    }
}

fn push_string(json: &mut Vec<u8>, bytes: &[u8], encoding: Encoding) {
    match encoding {
        // Nearly all is UTF-8, and looking for that alone is much faster than replacing.
        Encoding::Text => match std::str::from_utf8(bytes) {
            Ok(text) => push_text(json, text),
            Err(_) => push_text(json, &String::from_utf8_lossy(bytes)),
        },
        Encoding::Base64 => {
            json.push(b'"');
            STANDARD.encode_append(bytes, json);
            json.push(b'"');
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;

    fn json(replies: &[u8], encoding: Encoding) -> String {
        let mut json = Vec::new();
        push_reply(&mut json, &mut Tokens::new(replies), encoding).unwrap();
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn replies_keep_the_shape_of_resp2() {
        for (reply, text, base64) in [
            (&b"+OK\r\n"[..], r#"{"result":"OK"}"#, r#"{"result":"OK"}"#),
            (
                b"+PONG\r\n",
                r#"{"result":"PONG"}"#,
                r#"{"result":"UE9ORw=="}"#,
            ),
            (
                b"$2\r\nOK\r\n",
                r#"{"result":"OK"}"#,
                r#"{"result":"T0s="}"#,
            ),
            (b"$-1\r\n", r#"{"result":null}"#, r#"{"result":null}"#),
            (b"*-1\r\n", r#"{"result":null}"#, r#"{"result":null}"#),
            (b"$0\r\n\r\n", r#"{"result":""}"#, r#"{"result":""}"#),
            (
                b":-9223372036854775808\r\n",
                r#"{"result":-9223372036854775808}"#,
                r#"{"result":-9223372036854775808}"#,
            ),
            (
                b"$3\r\n\"\xff\n\r\n",
                "{\"result\":\"\\\"\u{fffd}\\n\"}",
                r#"{"result":"Iv8K"}"#,
            ),
            (b"*0\r\n", r#"{"result":[]}"#, r#"{"result":[]}"#),
            (
                b"-WRONGTYPE no \xff\r\n",
                "{\"error\":\"WRONGTYPE no \u{fffd}\"}",
                "{\"error\":\"WRONGTYPE no \u{fffd}\"}",
            ),
            (
                b"*4\r\n+OK\r\n*2\r\n:1\r\n*0\r\n$-1\r\n-ERR x\r\n",
                r#"{"result":["OK",[1,[]],null,"ERR x"]}"#,
                r#"{"result":["T0s=",[1,[]],null,"RVJSIHg="]}"#,
            ),
        ] {
            assert_eq!(json(reply, Encoding::Text), text);
            assert_eq!(json(reply, Encoding::Base64), base64);
        }
    }

    #[test]
    fn replies_are_taken_one_after_the_other() {
        let mut replies = Tokens::new(b"*1\r\n:1\r\n-ERR no\r\n+OK\r\n");
        let mut json = Vec::new();
        let outcomes: Vec<_> =
            std::iter::from_fn(|| push_reply(&mut json, &mut replies, Encoding::Text).ok())
                .collect();
        assert_eq!(outcomes, [Outcome::Result, Outcome::Error, Outcome::Result]);
    }

    #[test]
    fn a_million_nested_arrays_need_no_stack() {
        let mut deep = b"*1\r\n".repeat(1_000_000);
        deep.extend_from_slice(b":1\r\n");
        assert_eq!(
            json(&deep, Encoding::Text).len(),
            r#"{"result":1}"#.len() + 2_000_000
        );
    }

    fn result(json: &str) -> String {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        value["result"].as_str().unwrap().to_owned()
    }

    proptest! {
        #[test]
        fn base64_gives_every_byte_back(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let reply = [format!("${}\r\n", bytes.len()).as_bytes(), &bytes, b"\r\n"].concat();
            let text = result(&json(&reply, Encoding::Base64));
            prop_assert_eq!(STANDARD.decode_to_vec(text).unwrap(), bytes);
        }

        #[test]
        fn text_gives_every_character_back(text in any::<String>()) {
            let reply = format!("${}\r\n{text}\r\n", text.len());
            prop_assert_eq!(result(&json(reply.as_bytes(), Encoding::Text)), text);
        }

        #[test]
        fn every_integer_keeps_its_digits(number in any::<i64>()) {
            let reply = format!(":{number}\r\n");
            let wanted = format!("{{\"result\":{number}}}");
            prop_assert_eq!(json(reply.as_bytes(), Encoding::Base64), wanted);
        }
    }
}
