//! The JSON bodies of requests, parsed into commands.
//!
//! Written for what clients send by mistake as much as for what they should send: every error says
//! where it is and what to send instead. Nothing here recurses, so nesting is only an error.
//! What has no such mistake is read by `plain`, which is faster.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::command::Command;
use crate::plain::{plain_command, plain_commands};

/// More arguments than this in one command make older servers close the connection.
pub const MAX_ARGS: usize = 1024 * 1024;

/// Reads `["SET","key","value"]`.
pub fn parse_command(body: &[u8]) -> Result<Command<'_>, String> {
    match std::str::from_utf8(body).ok().and_then(plain_command) {
        Some(command) => Ok(command),
        None => parse_any_command(body),
    }
}

fn parse_any_command(body: &[u8]) -> Result<Command<'_>, String> {
    let row: Row = parse_json(
        body,
        r#"a command as a JSON array such as ["SET","key","value"]"#,
    )?;
    row.0
}

/// Reads `[["SET","key","value"],["GET","key"]]`, of which there may be `limit`. A row that is no
/// command has its own error, and the others are read all the same.
pub fn parse_commands(
    body: &[u8],
    limit: usize,
) -> Result<Vec<Result<Command<'_>, String>>, String> {
    let plain = std::str::from_utf8(body).ok();
    match plain.and_then(|body| plain_commands(body, limit)) {
        Some(commands) => Ok(commands.into_iter().map(Ok).collect()),
        None => parse_any_commands(body, limit),
    }
}

fn parse_any_commands(
    body: &[u8],
    limit: usize,
) -> Result<Vec<Result<Command<'_>, String>>, String> {
    let shape =
        r#"commands as a JSON array of arrays such as [["SET","key","value"],["GET","key"]]"#;
    let mut json = serde_json::Deserializer::from_slice(body);
    let (rows, count) = Rows { limit }
        .deserialize(&mut json)
        .and_then(|rows| json.end().map(|()| rows))
        .map_err(|error| unreadable(error, shape))?;
    if rows.is_empty() && count == 0 {
        return Err(format!("ERR empty pipeline request: send {shape}"));
    }
    if count > limit {
        return Err(format!(
            "ERR max pipeline size exceeded. Limit: {limit} commands, Actual: {count} commands"
        ));
    }
    Ok(rows)
}

fn parse_json<'a, T: Deserialize<'a>>(body: &'a [u8], shape: &str) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| unreadable(error, shape))
}

fn unreadable(error: serde_json::Error, shape: &str) -> String {
    format!("ERR failed to parse the request body: {error}; send {shape}")
}

/// An array of commands, and how many there are. Those over the limit are only counted.
struct Rows {
    limit: usize,
}

impl<'de> DeserializeSeed<'de> for Rows {
    type Value = (Vec<Result<Command<'de>, String>>, usize);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows {
    type Value = (Vec<Result<Command<'de>, String>>, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of commands")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while rows.len() < self.limit {
            match items.next_element::<Row>()? {
                Some(row) => rows.push(row.0),
                None => {
                    let count = rows.len();
                    return Ok((rows, count));
                }
            }
        }
        let mut count = rows.len();
        while items.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok((rows, count))
    }
}

/// An array of arguments. A wrong one is part of the value, so that the rows after it are read too.
struct Row<'a>(Result<Command<'a>, String>);

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command as an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Row<'de>, A::Error> {
        let mut args = Vec::new();
        while let Some(item) = items.next_element::<&RawValue>()? {
            let problem = match parse_arg(item.get()) {
                Ok(arg) if args.len() < MAX_ARGS => {
                    args.push(arg);
                    continue;
                }
                Ok(_) => format!("ERR a command can not have more than {MAX_ARGS} arguments"),
                Err(problem) => format!("ERR argument {}: {problem}", args.len()),
            };
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Row(Err(problem)));
        }
        let empty = || "ERR empty command: a command has at least a name".to_owned();
        Ok(Row(Command::new(args).ok_or_else(empty)))
    }
}

/// The bytes of an argument. Numbers keep the digits they were sent with.
fn parse_arg(json: &str) -> Result<Cow<'_, [u8]>, String> {
    let problem = match json.as_bytes().first() {
        Some(b'"') => return parse_string(json).map_err(|error| error.to_string()),
        Some(b'n') => "null args are not supported; send a string, a number or a boolean",
        Some(b'{') => "unsupported arg type: object; send it as a string, for instance of JSON",
        Some(b'[') => {
            "unsupported arg type: array; send a string, a number or a boolean here, or several \
             commands to /pipeline"
        }
        _ => return Ok(json.as_bytes().into()),
    };
    Err(problem.to_owned())
}

/// The bytes of a JSON string, which begins and ends with its quotation marks.
pub fn parse_string(json: &str) -> serde_json::Result<Cow<'_, [u8]>> {
    serde_json::Deserializer::from_str(json).deserialize_bytes(StringVisitor)
}

struct StringVisitor;

impl<'de> Visitor<'de> for StringVisitor {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(bytes.into())
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        let mut bytes = bytes.to_vec();
        replace_surrogates(&mut bytes);
        Ok(bytes.into())
    }
}

/// JavaScript sends half of a surrogate pair as `\ud83d`, which serde_json reads as the three bytes
/// ED A0…BF xx: no UTF-8, and not what anyone meant. As in other JSON readers they become U+FFFD,
/// which has three bytes too.
fn replace_surrogates(text: &mut [u8]) {
    let mut start = 0;
    while let Err(error) = std::str::from_utf8(text.get(start..).unwrap_or_default()) {
        start += error.valid_up_to();
        let Some(surrogate) = text.get_mut(start..start + 3) else {
            return;
        };
        surrogate.copy_from_slice("\u{fffd}".as_bytes());
        start += 3;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn command<A: AsRef<[u8]>>(args: &[A]) -> Command<'static> {
        Command::new(
            args.iter()
                .map(|arg| arg.as_ref().to_vec().into())
                .collect(),
        )
        .unwrap()
    }

    fn commands(body: &str) -> Vec<Result<Command<'_>, String>> {
        parse_commands(body.as_bytes(), 1000).unwrap()
    }

    #[test]
    fn arguments_become_the_bytes_that_were_meant() {
        let body = r#" ["set", "ключ", "a\"\u00e9\n\u0000", 1.50, -0, 1e2, 9223372036854775808, true, "" ]
        "#;
        let args: [&[u8]; 9] = [
            b"set",
            "ключ".as_bytes(),
            "a\"é\n\0".as_bytes(),
            b"1.50",
            b"-0",
            b"1e2",
            b"9223372036854775808",
            b"true",
            b"",
        ];
        assert_eq!(parse_command(body.as_bytes()), Ok(command(&args)));
    }

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        let body = br#"["SET","k","x\ud83dy\ude00\ud83d\ude00\ud83d"]"#;
        let text = "x\u{fffd}y\u{fffd}😀\u{fffd}";
        assert_eq!(parse_command(body), Ok(command(&["SET", "k", text])));
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        assert!(matches!(
            parse_arg("\"value\""),
            Ok(Cow::Borrowed(b"value"))
        ));
        assert!(matches!(parse_arg("12"), Ok(Cow::Borrowed(b"12"))));
    }

    #[test]
    fn a_bad_row_leaves_the_others_alone() {
        let rows = commands(r#"[["SET","k",null,"x"],["GET","k"],[],[["PING"]],[{"a":1}]]"#);
        let texts: Vec<_> = rows
            .into_iter()
            .map(|row| row.err().unwrap_or_default())
            .collect();
        let beginnings = [
            "ERR argument 2: null args are not supported",
            "",
            "ERR empty command",
            "ERR argument 0: unsupported arg type: array",
            "ERR argument 0: unsupported arg type: object",
        ];
        assert_eq!(texts.len(), beginnings.len());
        for (text, beginning) in texts.iter().zip(beginnings) {
            assert!(
                text.starts_with(beginning) && text.is_empty() == beginning.is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn what_can_not_be_read_is_answered_with_what_to_send() {
        let bodies: [&[u8]; 8] = [
            b"",
            b"{}",
            b"[\"GET\",\"k\"",
            b"[\"GET\",\"k\"] x",
            b"\"GET k\"",
            "\u{feff}[\"GET\",\"k\"]".as_bytes(),
            b"[\"GET\",\"\xff\"]",
            b"[\"GET\",\"\\q\"]",
        ];
        for body in bodies {
            let text = parse_command(body).unwrap_err();
            assert!(
                text.starts_with("ERR ")
                    && text.contains(r#"send a command as a JSON array such as [""#),
                "{text}"
            );
        }
        for body in [
            "",
            "[]",
            "null",
            "[null]",
            "[\"GET\",\"k\"]",
            "{\"commands\":[]}",
        ] {
            let text = parse_commands(body.as_bytes(), 1000).unwrap_err();
            assert!(
                text.starts_with("ERR ") && text.contains(r#"such as [[""#),
                "{text}"
            );
        }
        assert!(
            parse_command(b"[[\"GET\",\"k\"]]")
                .unwrap_err()
                .contains("/pipeline")
        );
    }

    #[test]
    fn nesting_can_not_exhaust_the_stack() {
        let open = "[".repeat(1_000_000);
        let closed = format!("{open}{}", "]".repeat(1_000_000));
        for body in [open, closed] {
            assert!(parse_command(body.as_bytes()).is_err());
            let rows = parse_commands(body.as_bytes(), 1000);
            assert!(rows.is_err() || rows.unwrap().iter().all(Result::is_err));
        }
    }

    #[test]
    fn more_commands_than_the_limit_are_counted_and_refused() {
        let body = br#"[["GET","a"],["GET","b"],[],4]"#;
        assert!(parse_commands(br#"[["GET","a"],["GET","b"]]"#, 2).is_ok());
        assert_eq!(
            parse_commands(body, 2).unwrap_err(),
            "ERR max pipeline size exceeded. Limit: 2 commands, Actual: 4 commands"
        );
        assert!(
            parse_commands(b"[[],[],", 1)
                .unwrap_err()
                .contains("; send ")
        );
    }

    #[test]
    fn too_many_arguments_are_refused_before_redis_hangs_up() {
        let body = format!("[[\"DEL\"{}],[\"PING\"]]", ",1".repeat(MAX_ARGS));
        assert!(commands(&body).iter().map(Result::is_ok).eq([false, true]));
    }

    fn scrap() -> impl Strategy<Value = Vec<u8>> {
        let tokens = vec![
            "[", "]", ",", "\"", "\\", "\\u", "d83d", "{", "}", ":", "null", "true", "-", "1e9",
            "GET", " ", "\u{fffd}",
        ];
        let token = prop::sample::select(tokens).prop_map(|text| text.as_bytes().to_vec());
        let noise = prop::collection::vec(any::<u8>(), 1..3);
        prop::collection::vec(prop_oneof![4 => token, 1 => noise], 0..40)
            .prop_map(|parts| parts.concat())
    }

    /// JSON, with a slip here and there.
    fn rows() -> impl Strategy<Value = Vec<u8>> {
        let space = || "[ \n]{0,2}";
        let arg = prop_oneof![
            6 => any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
            6 => "[a-zé]{0,40}".prop_map(|text| format!("\"{text}\"")),
            2 => r#""[a-z"\\/bu0d8\n]{0,9}""#,
            2 => "-?[0-9]{1,3}(\\.[0-9])?(e[0-9])?",
            1 => "true|false|null|\\[\\]|\\{\\}|nul|01|1x|",
        ];
        let list = |items: Vec<(String, String, String)>| {
            let items = items
                .into_iter()
                .map(|(before, item, after)| before + &item + &after);
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        };
        let row = prop::collection::vec((space(), arg, space()), 0..5).prop_map(list);
        prop_oneof![
            row.clone(),
            prop::collection::vec((space(), row, space()), 0..5).prop_map(list)
        ]
        .prop_map(String::into_bytes)
    }

    proptest! {
        #[test]
        fn every_body_is_understood_or_answered(body in scrap()) {
            let rows = parse_commands(&body, 1000).unwrap_or_else(|text| vec![Err(text)]);
            for row in rows.into_iter().chain([parse_command(&body)]) {
                prop_assert!(row.is_ok() || row.unwrap_err().starts_with("ERR "));
            }
        }

        #[test]
        fn what_is_plain_is_read_as_all_else_is(body in scrap(), rows in rows()) {
            for body in [body, rows] {
                prop_assert_eq!(parse_command(&body), parse_any_command(&body));
                prop_assert_eq!(parse_commands(&body, 3), parse_any_commands(&body, 3));
            }
        }

        #[test]
        fn any_text_arrives_as_it_was_sent(args in prop::collection::vec(any::<String>(), 1..5)) {
            let body = serde_json::to_vec(&args).unwrap();
            prop_assert_eq!(parse_command(&body), Ok(command(&args)));
        }
    }
}
