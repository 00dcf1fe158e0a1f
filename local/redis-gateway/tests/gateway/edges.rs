//! The edges of HTTP: what is hardly a request, or none.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TOKEN, send_raw, soon, start};

/// Status and JSON of a raw response.
fn read(response: &str) -> (u16, serde_json::Value) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains("\r\ncontent-type: application/json\r\n"),
        "{head}"
    );
    assert!(
        head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
        "{head}"
    );
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn what_is_not_http_is_answered_in_json() {
    let (_redis, gateway) = start();
    for (bytes, status, error) in [
        (
            "*1\r\n$4\r\nPING\r\n".to_owned(),
            400,
            "ERR failed to parse the request",
        ),
        (
            "\u{0}\u{1}\r\n\r\n".to_owned(),
            400,
            "ERR failed to parse the request",
        ),
        (
            // A ClientHello.
            "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{3}".to_owned(),
            400,
            "ERR failed to parse the request",
        ),
        (
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0".to_owned(),
            505,
            "ERR failed to parse the request: it is HTTP/2",
        ),
        (
            "GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(),
            400,
            "ERR failed to parse the request",
        ),
        (
            "GET /ping HTTP/9.9\r\n\r\n".to_owned(),
            400,
            "ERR failed to parse the request",
        ),
        (
            "GET /a b HTTP/1.1\r\n\r\n".to_owned(),
            400,
            "ERR failed to parse the request",
        ),
        (
            format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(70_000)),
            414,
            "ERR max path size",
        ),
        (
            format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1000)),
            431,
            "ERR max header size",
        ),
        (
            format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "x".repeat(9_000_000)),
            431,
            "ERR max header size",
        ),
    ] {
        let (seen, json) = read(&soon(send_raw(&gateway.address, bytes.as_bytes())).await);
        assert_eq!(seen, status, "{json}");
        assert!(json["error"].as_str().unwrap().starts_with(error), "{json}");
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let (_redis, gateway) = start();
    for (version, hosts, wanted) in [
        ("1.1", &["a"][..], 200),
        ("1.1", &["a", "b"], 400),
        ("1.1", &["a", "a"], 400),
        ("1.1", &[], 400),
        ("1.0", &[], 200),
        ("1.0", &["a", "b"], 400),
    ] {
        let hosts: String = hosts
            .iter()
            .map(|host| format!("host: {host}\r\n"))
            .collect();
        let request =
            format!("GET /ping?_token={TOKEN} HTTP/{version}\r\n{hosts}connection: close\r\n\r\n");
        let (seen, json) = read(&soon(send_raw(&gateway.address, request.as_bytes())).await);
        assert_eq!(seen, wanted, "{request} {json}");
    }
}

#[tokio::test]
async fn who_ends_their_side_gets_an_answer() {
    let (_redis, gateway) = start();
    let head = format!("host: x\r\nauthorization: Bearer {TOKEN}\r\n");
    let early = "ERR the request ended early";
    let body = "ERR the request body ended early";
    for (request, status, wanted) in [
        (format!("GET /ping HTTP/1.1\r\n{head}\r\n"), 200, "PONG"),
        (
            format!("POST /echo HTTP/1.1\r\n{head}content-length: 1\r\n\r\nx"),
            200,
            "x",
        ),
        (
            format!("POST /echo HTTP/1.1\r\n{head}content-length: 9\r\n\r\nx"),
            400,
            body,
        ),
        (
            format!("POST /echo HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n5\r\nx"),
            400,
            body,
        ),
        (
            "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx".to_owned(),
            401,
            "WRONGPASS invalid or missing auth token",
        ),
        (format!("GET /ping HTTP/1.1\r\n{head}"), 400, early),
        ("G".to_owned(), 400, early),
        (
            format!("\r\nPUT /eval/{}/0 HTTP/1.1\r\n{head}\r\n", "return(1)"),
            200,
            "1",
        ),
    ] {
        let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        soon(stream.read_to_string(&mut answer)).await.unwrap();
        let (seen, json) = read(&answer);
        let text = json
            .get("result")
            .or(json.get("error"))
            .unwrap()
            .to_string();
        assert_eq!(
            (seen, text.trim_matches('"')),
            (status, wanted),
            "{request}"
        );
    }
    for nothing in ["", "\r\n"] {
        let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
        stream.write_all(nothing.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        assert_eq!(soon(stream.read(&mut [0])).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_connection_goes_on_after_an_error_until_it_is_no_http_any_more() {
    let (_redis, gateway) = start();
    let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
    let request = |path: &str| format!("GET {path}?_token={TOKEN} HTTP/1.1\r\nhost: x\r\n\r\n");
    for (request, end) in [
        (request("/nope"), "}"),
        (request("/ping"), r#"{"result":"PONG"}"#),
        ("DELETE / HTTP/1.1\r\n\r\n".to_owned(), "}"),
        ("nonsense\r\n\r\n".to_owned(), r#"it is not HTTP/1.1"}"#),
    ] {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        while !response.ends_with(end) {
            response.push(char::from(soon(stream.read_u8()).await.unwrap()));
        }
        read(&response);
    }
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn old_and_chunked_requests_are_understood() {
    let (_redis, gateway) = start();
    let head = format!("host: x\r\nauthorization: Bearer {TOKEN}\r\nconnection: close\r\n");
    for request in [
        format!("POST /set/k HTTP/1.0\r\n{head}content-length: 1\r\n\r\nv"),
        format!(
            "POST /set/k HTTP/1.1\r\n{head}transfer-encoding: chunked\r\n\r\n1\r\nv\r\n0\r\n\r\n"
        ),
        format!("GET http://x/set/k/v HTTP/1.1\r\n{head}\r\n"),
    ] {
        let answer = send_raw(&gateway.address, request.as_bytes()).await;
        assert_eq!(
            read(&answer),
            (200, serde_json::json!({ "result": "OK" })),
            "{request}"
        );
    }
    let old = format!("GET /subscribe/news?_token={TOKEN} HTTP/1.0\r\n\r\n");
    let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
    stream.write_all(old.as_bytes()).await.unwrap();
    let mut response = String::new();
    while !response.ends_with("\r\n\r\ndata: subscribe,news,1\n\n") {
        response.push(char::from(soon(stream.read_u8()).await.unwrap()));
    }
}

#[tokio::test]
async fn who_asks_before_sending_is_answered_before_sending() {
    let (_redis, gateway) = start();
    let head = |token: &str, size: usize| {
        format!(
            "POST /set/k HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             expect: 100-continue\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
        )
    };
    for (head, status) in [(head("wrong", 5), 401), (head(TOKEN, 999_999_999), 413)] {
        let answer = soon(send_raw(&gateway.address, head.as_bytes())).await;
        assert_eq!(read(&answer).0, status, "{answer}");
    }
    let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
    stream.write_all(head(TOKEN, 5).as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    soon(stream.read_exact(&mut interim)).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"value").await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    assert_eq!(read(&answer), (200, serde_json::json!({ "result": "OK" })));
}

#[tokio::test]
async fn every_segment_of_a_path_is_an_argument() {
    let (_redis, gateway) = start();
    for (path, wanted) in [
        ("/set/k/", r#"{"result":"OK"}"#),
        ("/strlen/k", r#"{"result":0}"#),
        ("//set//a+b%00%2F", r#"{"result":"OK"}"#),
        ("/get/", r#"{"result":"a+b\u0000/"}"#),
        ("/echo/%zz", r#"{"result":"%zz"}"#),
    ] {
        gateway.send("GET", path, "").await.is(200, wanted);
    }
    gateway
        .send("POST", "/pipeline/", r#"[["PING"]]"#)
        .await
        .is(200, r#"[{"result":"PONG"}]"#);
}

#[tokio::test]
async fn head_tells_everything_but_the_body() {
    let (_redis, gateway) = start();
    gateway.send("GET", "/set/k/value", "").await.json();
    let get = gateway.send("GET", "/get/k", "").await;
    let head = gateway.send("HEAD", "/get/k", "").await;
    assert_eq!((head.status, head.text()), (get.status, ""));
    for name in ["content-type", "content-length", "cache-control"] {
        assert_eq!(head.headers[name], get.headers[name], "{name}");
    }
    let missing = gateway.send("HEAD", "/nope", "").await;
    assert_eq!((missing.status.as_u16(), missing.text()), (400, ""));
}
