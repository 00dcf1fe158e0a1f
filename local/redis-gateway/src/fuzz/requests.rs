//! What clients send: paths, queries, bodies, tokens.

use std::borrow::Cow;

use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde_json::Value;

use super::bytes::mutated;
use super::*;
use crate::auth::Tokens as BearerTokens;
use crate::command::Command;
use crate::frame::Framer;
use crate::request::Request;
use crate::resp::{Token, Tokens};

const TARGETS: &[&[u8]] = &[
    b"/?",
    b"/pipeline?",
    b"/multi-exec/?_token=t",
    b"/set/k/v?EX=100&NX",
    b"/get/a%2Fb/%ff?_token=secret",
    b"/SET//%00?GET=&&x=%zz+1",
];
const TARGET_WORDS: &[&[u8]] = &[
    b"/",
    b"%",
    b"%2f",
    b"%00",
    b"?",
    b"&",
    b"=",
    b"+",
    b"_token",
    b"pipeline",
    b"multi-exec",
    b"..",
    b"\xc3\xa9",
    b"%ff",
    b"%F",
    b"#",
];

const BODIES: &[&[u8]] = &[
    br#"["SET","k","v","EX",100]"#,
    br#"[["SET","k","v"],["GET","k"],["INCRBY","n",9223372036854775807]]"#,
    br#"[["GET",null],["X",{"a":[1,{}]}],[],["Y",[1]],["PING"]]"#,
    br#"["\ud83d\ude00","\ud83d","\u0000\n\"\\\/",true,false,-1.5e300,0.1]"#,
    b" [ [ \"get\" , \"\xc3\xa9\" ] ] ",
    br#"{"a":["b"]}"#,
    b"null",
    b"",
];
const BODY_WORDS: &[&[u8]] = &[
    b"[",
    b"]",
    b"\"",
    b",",
    b"{",
    b"}",
    b":",
    b"null",
    b"true",
    b"\\u",
    b"\\ud83d",
    b"\\udc00",
    b"\\",
    b"\xff",
    b"\xed\xa0\x80",
    b"1e999",
    b"-",
    b"0",
    b".",
    b" ",
    b"\n",
    b"\0",
    b"\r\n*1\r\n",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
];

/// More than mutations make.
const MAX_COMMANDS: usize = 100_000;

/// The arguments as Redis would read them. Anything but one whole array of bulk strings would shift
/// every later reply to the wrong request.
fn args(command: &Command<'_>) -> Vec<Vec<u8>> {
    let mut wire = Vec::new();
    command.push_to(&mut wire);
    assert_eq!(Framer::new(0).advance(&wire), Ok(Some(wire.len())));
    let mut tokens = Tokens::new(&wire);
    let Ok(Token::Array(length @ 1..)) = tokens.next() else {
        panic!("{command:?} is not one command");
    };
    let mut next = || match tokens.next() {
        Ok(Token::Bulk(arg)) => arg.to_vec(),
        other => panic!("{command:?} has {other:?}"),
    };
    (0..length).map(|_| next()).collect()
}

fn check_error(text: &str) -> TestCaseResult {
    prop_assert!(text.starts_with("ERR "), "{}", text);
    Ok(())
}

#[test]
fn any_request_is_commands_or_an_error() {
    let inputs = (mutated(TARGETS, TARGET_WORDS), mutated(BODIES, BODY_WORDS));
    soak(inputs, |(target, body)| {
        let target = String::from_utf8_lossy(&target.0).into_owned();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let commands = match Request::parse(path, query, &body.0, MAX_COMMANDS) {
            Ok(Request::Single(command)) => vec![Ok(command)],
            Ok(Request::Pipeline(rows)) => rows,
            Ok(Request::Transaction(commands)) => commands.into_iter().map(Ok).collect(),
            Err(text) => return check_error(&text),
        };
        for command in commands {
            match command {
                Ok(command) => {
                    args(&command);
                    if let Some(text) = command.refusal() {
                        check_error(&text)?;
                    }
                }
                Err(text) => check_error(&text)?,
            }
        }
        Ok(())
    });
}

#[test]
fn a_body_means_what_another_json_reader_sees_in_it() {
    soak(mutated(BODIES, BODY_WORDS), |body| {
        let Ok(rows) = serde_json::from_slice::<Vec<Vec<Value>>>(&body.0) else {
            return Ok(());
        };
        let read = Request::parse("/pipeline", "", &body.0, MAX_COMMANDS);
        if rows.is_empty() {
            return check_error(&read.unwrap_err());
        }
        let Ok(Request::Pipeline(commands)) = read else {
            return Err(TestCaseError::fail(format!("{rows:?} became {read:?}")));
        };
        prop_assert_eq!(commands.len(), rows.len());
        for (command, row) in commands.iter().zip(&rows) {
            let are_args = row
                .iter()
                .all(|it| matches!(it, Value::String(_) | Value::Number(_) | Value::Bool(_)));
            let Ok(command) = command else {
                prop_assert!(row.is_empty() || !are_args, "{:?} of {:?}", command, row);
                continue;
            };
            prop_assert!(are_args, "{:?} of {:?}", command, row);
            for (arg, value) in args(command).iter().zip(row) {
                let meant: Cow<str> = match value {
                    Value::String(text) => text.into(),
                    Value::Bool(flag) => flag.to_string().into(),
                    // The digits are kept, which no value can do.
                    _ => continue,
                };
                prop_assert_eq!(arg.as_slice(), meant.as_bytes());
            }
        }
        Ok(())
    });
}

#[test]
fn no_header_and_no_query_opens_without_the_token() {
    const HEADERS: &[&[u8]] = &[
        b"Bearer tokem",
        b"bearer ",
        b"Basic dG9rZW4=",
        b"Bearer\ttokens",
    ];
    const QUERIES: &[&[u8]] = &[
        b"_token=tokem",
        b"a=1&_token",
        b"_token=&_token=tokens",
        b"_%74oken=tok",
    ];
    const WORDS: &[&[u8]] = &[
        b"Bearer", b" ", b"&", b"=", b"%", b"_token", b",", b"\xff", b"\0", b"%6",
    ];
    let tokens = BearerTokens::new(&["token".to_owned()], &["reader".to_owned()])
        .expect("they are two tokens");
    soak(
        (mutated(HEADERS, WORDS), mutated(QUERIES, WORDS)),
        |(header, query)| {
            let query = String::from_utf8_lossy(&query.0).into_owned();
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&header.0) {
                headers.insert(AUTHORIZATION, value);
            }
            let holds = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes);
                let decoded = percent_encoding::percent_decode(bytes).decode_utf8_lossy();
                ["token", "reader"].iter().any(|token| {
                    text.trim().ends_with(token) || decoded.contains(&format!("_token={token}"))
                })
            };
            if !holds(&header.0) && !holds(query.as_bytes()) {
                prop_assert_eq!(tokens.access(&headers, &query), None);
            }
            Ok(())
        },
    );
}
