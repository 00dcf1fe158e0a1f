//! What an HTTP request asks Redis to do: its path, query and body, parsed into commands.
//!
//! Arguments are bytes. Where the URL or the body has them literally they are borrowed, because
//! they may be megabytes. Nothing is looked up, refused or run here.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::body::{parse_command, parse_commands};
use crate::command::Command;

/// What to run, and how.
#[derive(Debug, PartialEq)]
pub enum Request<'a> {
    /// One command.
    Single(Command<'a>),
    /// Several commands, each with its own outcome: a bad one does not keep its neighbours from
    /// running, because clients batch what unrelated code asks for in the same moment.
    Pipeline(Vec<Result<Command<'a>, String>>),
    /// Several commands, all or nothing.
    Transaction(Vec<Command<'a>>),
}

impl<'a> Request<'a> {
    /// Reads a request to `path?query`, with at most `max_commands` commands. The error is for the
    /// sender and says what to send.
    pub fn parse(
        path: &'a str,
        query: &'a str,
        body: &'a [u8],
        max_commands: usize,
    ) -> Result<Self, String> {
        let parse_rows = || parse_commands(body, max_commands);
        match path.trim_matches('/') {
            "" => parse_command(body).map(Self::Single),
            "pipeline" => parse_rows().map(Self::Pipeline),
            "multi-exec" => {
                let commands: Result<_, _> = parse_rows()?.into_iter().collect();
                commands.map(Self::Transaction)
            }
            _ => parse_path(path, query, body).map(Self::Single),
        }
    }
}

/// Reads `/subscribe/channel`, `/psubscribe/pattern` and `/monitor`, which are answered with a
/// stream. Neither query nor body belong to it: clients send a body that means nothing.
pub fn parse_stream(path: &str) -> Option<Command<'_>> {
    let path = path.trim_matches('/');
    Command::new(segments(path).collect()).filter(|command| {
        ["monitor", "psubscribe", "subscribe"]
            .iter()
            .any(|name| command.is(name))
    })
}

/// What stands between the slashes of a path, decoded.
fn segments(path: &str) -> impl Iterator<Item = Cow<'_, [u8]>> {
    path.split('/')
        .map(|segment| percent_decode(segment.as_bytes()).into())
}

/// Reads `SET/key?EX=10` with a body as `SET key <body> EX 10`.
fn parse_path<'a>(path: &'a str, query: &'a str, body: &'a [u8]) -> Result<Command<'a>, String> {
    // A base URL that ends with a slash gives a path that begins with two. After the name every
    // slash counts: what is empty is an empty argument.
    let mut args: Vec<_> = segments(path.trim_start_matches('/')).collect();
    if !body.is_empty() {
        args.push(body.into());
    }
    for (name, value) in query_pairs(query).filter(|(name, _)| **name != *b"_token") {
        args.push(name);
        args.extend(value);
    }
    Command::new(args).ok_or_else(|| "ERR empty command: the path has no name".to_owned())
}

/// The parameters of a query in their order, decoded as forms are; without `=` there is no value.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (Cow<'_, [u8]>, Option<Cow<'_, [u8]>>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (decode_form(name), Some(decode_form(value))),
            None => (decode_form(pair), None),
        })
}

fn decode_form(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        let text = text.replace('+', " ");
        Cow::Owned(percent_decode(text.as_bytes()).collect())
    } else {
        percent_decode(text.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
    use proptest::prelude::*;

    use super::*;

    fn single<A: AsRef<[u8]>>(args: &[A]) -> Request<'static> {
        let args = args
            .iter()
            .map(|arg| arg.as_ref().to_vec().into())
            .collect();
        Request::Single(Command::new(args).unwrap())
    }

    fn check(path: &str, query: &str, body: &[u8], args: &[&[u8]]) {
        assert_eq!(
            Request::parse(path, query, body, 9),
            Ok(single(args)),
            "{path}?{query}"
        );
    }

    #[test]
    fn a_path_is_decoded_segment_by_segment() {
        check("/SET/a%2Fb/%ff+", "", b"", &[b"SET", b"a/b", b"\xff+"]);
        check("/set//x", "", b"", &[b"set", b"", b"x"]);
        check("//get/k", "", b"", &[b"get", b"k"]);
        check("/set/k/", "", b"", &[b"set", b"k", b""]);
        check("/get/%00+%2b", "", b"", &[b"get", b"\0++"]);
        check("/get/%zz", "", b"", &[b"get", b"%zz"]);
    }

    #[test]
    fn body_then_query_follow_the_path() {
        let args: [&[u8]; 8] = [b"set", b"k", b"\0[1]", b"EX", b"10 0", b"NX", b"GET", b""];
        check("/set/k", "EX=10+0&_token=secret&NX&&GET=", b"\0[1]", &args);
    }

    #[test]
    fn streams_have_paths_of_their_own() {
        let args = |path| {
            parse_stream(path).map(|command| {
                let args = command.args().iter().map(|arg| arg.to_vec());
                args.collect::<Vec<_>>()
            })
        };
        assert_eq!(args("/monitor"), Some(vec![]));
        assert_eq!(
            args("/Subscribe/a%2Fb/%ff"),
            Some(vec![b"a/b".to_vec(), b"\xff".to_vec()])
        );
        assert_eq!(args("/psubscribe/*/"), Some(vec![b"*".to_vec()]));
        for path in ["/", "/get/subscribe", "/publish/c/m", "/unsubscribe/c"] {
            assert_eq!(args(path), None, "{path}");
        }
    }

    #[test]
    fn each_endpoint_reads_its_own_kind_of_body() {
        let [row, rows] = [r#"["GET","k"]"#, r#"[["GET","k"]]"#];
        check("/", "ignored=1", row.as_bytes(), &[b"GET", b"k"]);
        let parse = |path, body: &'static str| Request::parse(path, "", body.as_bytes(), 9);
        assert!(matches!(parse("/pipeline", rows), Ok(Request::Pipeline(rows)) if rows.len() == 1));
        assert!(
            matches!(parse("/multi-exec/", rows), Ok(Request::Transaction(rows)) if rows.len() == 1)
        );
        for (path, body) in [("/", rows), ("/pipeline", row), ("/multi-exec", row)] {
            assert!(parse(path, body).is_err(), "{path}");
        }
    }

    #[test]
    fn a_bad_command_refuses_a_transaction_but_not_a_pipeline() {
        let body = br#"[["SET","k","v"],["GET",null]]"#;
        assert!(Request::parse("/pipeline", "", body, 9).is_ok());
        assert!(
            Request::parse("/multi-exec", "", body, 9)
                .unwrap_err()
                .contains("argument 1")
        );
    }

    proptest! {
        #[test]
        fn every_path_is_understood_or_answered(path in "/[ -~]{0,40}", query in "[ -~]{0,40}") {
            if let Err(text) = Request::parse(&path, &query, b"", 9) {
                prop_assert!(text.starts_with("ERR "), "{}", text);
            }
        }

        #[test]
        fn any_bytes_arrive_through_a_path(
            args in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..9), 1..5),
        ) {
            let encode = |arg: &Vec<u8>| percent_encode(arg, NON_ALPHANUMERIC).to_string();
            let path = args.iter().map(encode).collect::<Vec<_>>().join("/");
            prop_assume!(path != "pipeline" && !path.is_empty());
            let path = format!("/{path}");
            prop_assert_eq!(Request::parse(&path, "", b"", 9), Ok(single(&args)));
        }
    }
}
