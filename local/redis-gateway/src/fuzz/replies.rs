//! What Redis sends: replies in pieces, the list of its commands. And what the operator sends: URLs.

use ::bytes::{Bytes, BytesMut};
use serde_json::Value;

use super::bytes::mutated;
use super::*;
use crate::address::Server;
use crate::collect::{Collector, Room};
use crate::command::Command;
use crate::readonly::ReadOnly;
use crate::reply::{Encoding, push_reply};
use crate::resp::{Malformed, Tokens};

const REPLIES: &[&[u8]] = &[
    b"+OK\r\n",
    b"-WRONGTYPE no\r\n:9223372036854775807\r\n",
    b"$5\r\na\r\n\xff\"\r\n",
    b"*3\r\n$-1\r\n*-1\r\n*2\r\n+OK\r\n-ERR x\r\n",
    b"*2\r\n$1\r\n0\r\n*1\r\n$4\r\nkeys\r\n",
    b"*0\r\n$0\r\n\r\n",
    b"*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*1\r\n+@read\r\n*0\r\n*0\r\n*0\r\n*6\r\n$3\r\nset\r\n:-3\r\n*1\r\n+write\r\n:1\r\n:1\r\n:1\r\n",
];
const REPLY_WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\r",
    b"\n",
    b"+",
    b"-",
    b":",
    b"$",
    b"*",
    b"*1\r\n",
    b"$1\r\nx\r\n",
    b"-1",
    b"0",
    b"9223372036854775807",
    b"18446744073709551616",
    b"%1\r\n",
    b"_\r\n",
    b"\0",
    b"\xff",
    b"readonly",
];

/// Where a stream is cut while it arrives.
fn pieces() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1..40_usize, 1..6)
}

/// The replies at the beginning of `stream`, which arrives in `pieces`, and what is left of it.
fn collect(
    stream: &[u8],
    replies: usize,
    room: Room,
    pieces: &[usize],
) -> Result<Option<(Bytes, Vec<u8>)>, Malformed> {
    let mut collector = Collector::new(replies, room);
    let mut buffer = BytesMut::new();
    let mut rest = stream;
    for &piece in pieces.iter().cycle() {
        let (arrived, later) = rest.split_at(piece.min(rest.len()));
        buffer.extend_from_slice(arrived);
        rest = later;
        if let Some(replies) = collector.advance(&mut buffer)? {
            return Ok(Some((replies, [&buffer, rest].concat())));
        }
        if rest.is_empty() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// All of it at once.
const WHOLE: &[usize] = &[usize::MAX];

#[test]
fn replies_are_the_same_however_they_arrive() {
    let inputs = (mutated(REPLIES, REPLY_WORDS), 1..5_usize, pieces());
    soak(inputs, |(bytes, replies, pieces)| {
        let at_once = collect(&bytes.0, replies, Room::UNLIMITED, WHOLE);
        if let Ok(Some((kept, rest))) = &at_once {
            prop_assert_eq!([kept, rest.as_slice()].concat(), bytes.0.as_slice());
        }
        let in_pieces = collect(&bytes.0, replies, Room::UNLIMITED, &pieces);
        prop_assert_eq!(in_pieces, at_once);
        Ok(())
    });
}

#[test]
fn a_limit_moves_no_reply_to_another_request() {
    let inputs = (
        mutated(REPLIES, REPLY_WORDS),
        1..5_usize,
        pieces(),
        0..60_usize,
    );
    soak(inputs, |(bytes, replies, pieces, limit)| {
        let room = Room {
            limit,
            ..Room::UNLIMITED
        };
        let Ok(Some((all, rest))) = collect(&bytes.0, replies, Room::UNLIMITED, WHOLE) else {
            return Ok(());
        };
        let Ok(Some((kept, after))) = collect(&bytes.0, replies, room, &pieces) else {
            return Err(TestCaseError::fail("with a limit there is no reply"));
        };
        prop_assert_eq!(after, rest);
        let (mut all, mut kept) = (Tokens::new(&all), Tokens::new(&kept));
        for _ in 0..replies {
            let Ok(reply) = all.raw() else {
                return Ok(());
            };
            let kept = kept
                .raw()
                .map_err(|_| TestCaseError::fail("a reply is missing"))?;
            let is_error = kept.starts_with(b"-ERR max reply size exceeded");
            prop_assert!(kept == reply || is_error, "{:?} for {:?}", kept, reply);
        }
        prop_assert!(kept.next().is_err());
        Ok(())
    });
}

#[test]
fn what_was_collected_is_json_or_malformed() {
    let inputs = (mutated(REPLIES, REPLY_WORDS), 1..5_usize);
    soak(inputs, |(bytes, replies)| {
        let Ok(Some((kept, _))) = collect(&bytes.0, replies, Room::UNLIMITED, WHOLE) else {
            return Ok(());
        };
        for encoding in [Encoding::Text, Encoding::Base64] {
            let mut tokens = Tokens::new(&kept);
            let mut written = 0;
            for _ in 0..replies {
                let mut json = Vec::new();
                if push_reply(&mut json, &mut tokens, encoding).is_err() {
                    break;
                }
                check_json(&json)?;
                written += 1;
            }
            // Every reply that was collected, and not one byte more.
            if written == replies {
                prop_assert_eq!(tokens.next(), Err(Malformed));
            }
        }
        Ok(())
    });
}

fn check_json(json: &[u8]) -> TestCaseResult {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = match serde::Deserialize::deserialize(&mut reader) {
        // Deeper than this reader goes.
        Err(error) if error.to_string().contains("recursion limit") => return Ok(()),
        value => value,
    };
    let value: Value = value.map_err(|error| TestCaseError::fail(format!("{error}: {json:?}")))?;
    prop_assert!(reader.end().is_ok());
    let members = value
        .as_object()
        .map(|object| object.keys().map(String::as_str).collect::<Vec<_>>());
    prop_assert!(
        matches!(members.as_deref(), Some(["result"] | ["error"])),
        "{}",
        value
    );
    Ok(())
}

#[test]
fn no_list_of_commands_lets_a_write_through() {
    soak(mutated(REPLIES, REPLY_WORDS), |bytes| {
        if let Ok(read_only) = ReadOnly::parse(&bytes.0) {
            let flushall =
                Command::new(vec![b"flushall".as_slice().into()]).expect("it has a name");
            prop_assert!(read_only.refusal(&flushall).is_some());
        }
        Ok(())
    });
}

#[test]
fn any_url_is_a_server_or_explained_without_its_password() {
    const URLS: &[&[u8]] = &[
        b"redis://user:hunter2@host:6379/3",
        b"redis://:hunter2@[::1]:7000",
        b"unix:/run/redis.sock?db=2&user=app&pass=hunter2",
        b"rediss://:hunter2@host",
    ];
    const WORDS: &[&[u8]] = &[
        b":",
        b"/",
        b"@",
        b"[",
        b"]",
        b"?",
        b"%",
        b"%ff",
        b"&",
        b"=",
        b"99999",
        b"unix:",
        b"redis://",
    ];
    soak(mutated(URLS, WORDS), |url| {
        let url = String::from_utf8_lossy(&url.0).into_owned();
        if let Err(text) = Server::parse(&url) {
            prop_assert!(!text.contains("hunter2"), "{}", text);
        }
        Ok(())
    });
}
