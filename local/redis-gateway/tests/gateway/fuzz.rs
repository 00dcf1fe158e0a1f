//! Bytes on a socket that are nearly HTTP, or nothing like it: each connection gets an answer in
//! JSON, unless the client ended it in the middle of its request, and the gateway lives on.
//!
//! A second of it, or FUZZ_SECONDS. What the parsers make of bytes is tested beside them.

use std::env;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;

use self::bytes::mutated;
use crate::support::{Gateway, Redis};

#[path = "../../src/fuzz/bytes.rs"]
mod bytes;

const SEEDS: &[&[u8]] = &[
    b"POST / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer full-access\r\nContent-Length: 17\r\n\r\n[\"SET\",\"key\",\"v\"]",
    b"POST /pipeline HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer full-access\r\nUpstash-Encoding: base64\r\nContent-Length: 30\r\n\r\n[[\"GET\",\"key\"],[\"NO\"],[\"PING\"]]",
    b"POST /multi-exec HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer full-access\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n[[\"PING\"]] \r\n0\r\n\r\n",
    b"GET /get/key?_token=full-access HTTP/1.1\r\nHost: h\r\n\r\n",
    b"PUT /set/a%2Fb?EX=10&NX HTTP/1.1\r\nHost: h\r\nauthorization: bearer full-access\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nv",
    b"GET /ping HTTP/1.0\r\n\r\nGET /ping HTTP/1.1\r\nHost: h\r\n\r\n",
    b"HEAD /get/key HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer full-access\r\n\r\n",
    b"DELETE / HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"*1\r\n$4\r\nPING\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];
const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b" ",
    b":",
    b"\0",
    b"\xff",
    b"/",
    b"%",
    b"?",
    b"HTTP/1.1",
    b"HTTP/9.9",
    b"Content-Length: 5\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"Connection: close\r\n",
    b"Upgrade: h2c\r\n",
    b"Upstash-Encoding: rot13\r\n",
    b"Upstash-Response-Format: resp2\r\n",
    b"Expect: 100-continue\r\n",
    b"0\r\n\r\n",
    b"fffffffffffffffff\r\n",
    b"[",
    b"]",
    b"\"",
    b"null",
    b"\\ud800",
    b"CONNECT",
    b"OPTIONS",
    b"http://h/",
    b"*",
    b"Authorization: Bearer full-access\r\n",
    b"Authorization: Bearer reads-only\r\n",
];

/// How long a request that may be unfinished is left so, before the client ends it.
const HASTE: Duration = Duration::from_millis(20);

/// Nothing takes so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Far more than any of these requests needs.
const MEMORY: u64 = 100_000_000;

#[test]
fn any_bytes_are_answered_in_json_and_do_no_harm() {
    // Chance must not find the commands that end or change the server itself.
    let redis = Redis::start("--user default on nopass ~* &* +@all -@admin -@dangerous +info");
    let mut gateway = Gateway::start(&redis.url(), &[]);
    let seconds = env::var("FUZZ_SECONDS").map_or(1.0, |text| text.parse().unwrap());
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let config = Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    while Instant::now() < end {
        let outcome = runner.run(&mutated(SEEDS, WORDS), |request| {
            check(&request.0, &exchange(&gateway.address, &request.0))
        });
        if let Err(failure) = outcome {
            panic!("{failure}");
        }
    }
    assert!(
        gateway.process.try_wait().unwrap().is_none(),
        "it has ended"
    );
    let answer = exchange(&gateway.address, SEEDS[0]);
    assert!(
        answer.starts_with(b"HTTP/1.1 200 "),
        "{}",
        answer.escape_ascii()
    );
    if let Some(most) = most_memory(gateway.process.id()) {
        assert!(most < MEMORY, "it took {most} bytes");
    }
}

/// What `request` is, as far as an independent reader of HTTP can tell.
#[derive(PartialEq)]
enum Shape {
    /// It may lack something that is still to come.
    Open,
    /// It needs an answer, and this one no body in it.
    Head,
    /// It needs an answer.
    Whole,
}

impl Shape {
    fn of(request: &[u8]) -> Self {
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut head = httparse::Request::new(&mut headers);
        let parsed = head.parse(request);
        let has_body = head.headers.iter().any(|header| {
            ["content-length", "transfer-encoding"]
                .iter()
                .any(|name| header.name.eq_ignore_ascii_case(name))
        });
        match parsed {
            Ok(httparse::Status::Partial) => Self::Open,
            Ok(_) if has_body => Self::Open,
            Ok(_) if head.method == Some("HEAD") => Self::Head,
            _ => Self::Whole,
        }
    }
}

/// Sends `request` and gives back the first answer, or what came before the end.
fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    // It may be refused, and the connection closed, before it is all sent.
    let _ = stream.write_all(request);
    let shape = Shape::of(request);
    let mut answer = Vec::new();
    let mut is_over = false;
    let mut patience = if shape == Shape::Open {
        HASTE
    } else {
        PATIENCE
    };
    while !is_over && !is_complete(&answer, &shape) {
        stream.set_read_timeout(Some(patience)).unwrap();
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(length) => {
                answer.extend_from_slice(&piece[..length]);
                is_over = length == 0;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => is_over = true,
            Err(_) if patience == HASTE => {
                let _ = stream.shutdown(Shutdown::Write);
                patience = PATIENCE;
            }
            Err(error) => panic!("{error} after {}", request.escape_ascii()),
        }
    }
    answer
}

fn is_complete(answer: &[u8], shape: &Shape) -> bool {
    match Answer::parse(answer) {
        Some(answer) if answer.status == 100 => is_complete(answer.rest, shape),
        Some(answer) => *shape == Shape::Head || answer.body.is_some(),
        None => false,
    }
}

/// An answer, if its head is all there.
struct Answer<'a> {
    status: u16,
    kind: String,
    /// If it is all there.
    body: Option<&'a [u8]>,
    /// What comes after the head.
    rest: &'a [u8],
}

impl<'a> Answer<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(start) = response.parse(bytes).ok()? else {
            return None;
        };
        let header = |name: &str| {
            let found = response
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name));
            found.map(|header| String::from_utf8_lossy(header.value).into_owned())
        };
        let length: usize = header("content-length").map_or(0, |text| text.parse().unwrap());
        Some(Self {
            status: response.code?,
            kind: header("content-type").unwrap_or_default(),
            body: bytes.get(start..start + length),
            rest: &bytes[start..],
        })
    }
}

fn check(request: &[u8], bytes: &[u8]) -> Result<(), TestCaseError> {
    let shape = Shape::of(request);
    let wrong = |what: &str| {
        Err(TestCaseError::fail(format!(
            "{what}: {}",
            bytes.escape_ascii()
        )))
    };
    match Answer::parse(bytes) {
        // What ended early may be left without an answer; what is whole, or wrong already, may not.
        None if bytes.is_empty() && shape == Shape::Open => Ok(()),
        None => wrong("no answer"),
        Some(answer) if answer.status == 100 => check(request, answer.rest),
        Some(_) if shape == Shape::Head || request.starts_with(b"HEAD ") => Ok(()),
        Some(answer) if answer.kind == "application/octet-stream" => Ok(()),
        Some(answer) => match serde_json::from_slice(answer.body.unwrap_or_default()) {
            Ok(Value::Object(_) | Value::Array(_)) if answer.kind == "application/json" => Ok(()),
            _ => wrong("not JSON"),
        },
    }
}

/// The most memory that a process has had so far, in bytes, where the system tells.
fn most_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
