//! What those see who deploy it: tokens from files, limits, browsers, probes, metrics, the end.

use std::fs;
use std::io::Read;
use std::process::Command;

use hyper::StatusCode;
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{
    Gateway, Impostor, Redis, TOKEN, free_port, gateway_command, send, send_raw, soon, start,
};

fn kill(signal: &str, gateway: &Gateway) {
    let id = gateway.process.id().to_string();
    assert!(
        Command::new("kill")
            .args([signal, &id])
            .status()
            .unwrap()
            .success()
    );
}

async fn ping(gateway: &Gateway, token: &str) -> StatusCode {
    let headers = [("authorization", &*format!("Bearer {token}"))];
    gateway.send_with(&headers, "GET", "/ping", "").await.status
}

#[tokio::test]
async fn tokens_come_from_files_that_are_read_again() {
    let redis = Redis::start("");
    let [file, readers] = [(); 2].map(|()| NamedTempFile::new().unwrap());
    fs::write(&file, "# first\nalpha\nbeta,b\n").unwrap();
    fs::write(&readers, "gamma").unwrap();
    let mut command = gateway_command(&["--redis", &redis.url(), "--listen", "127.0.0.1:0"]);
    command
        .env("GATEWAY_TOKENS_FILE", file.path())
        .env("GATEWAY_READONLY_TOKENS_FILE", readers.path());
    let gateway = Gateway::read(&mut command);
    for token in ["alpha", "beta,b", "gamma", TOKEN] {
        assert_eq!(ping(&gateway, token).await, StatusCode::OK, "{token}");
    }
    assert_eq!(ping(&gateway, "# first").await, StatusCode::UNAUTHORIZED);
    fs::write(&file, "delta").unwrap();
    kill("-HUP", &gateway);
    soon(async { while ping(&gateway, "delta").await != StatusCode::OK {} }).await;
    assert_eq!(ping(&gateway, "alpha").await, StatusCode::UNAUTHORIZED);
    fs::remove_file(&readers).unwrap();
    kill("-HUP", &gateway);
    assert_eq!(ping(&gateway, "gamma").await, StatusCode::OK);
}

#[tokio::test]
async fn one_request_too_many_is_answered_at_once() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &["--max-concurrent-requests", "1"]);
    let held = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.command().await.unwrap(), ["GET", "slow"]);
        let answer = gateway.run(&["GET", "other"]).await;
        answer.is(
            429,
            r#"{"error":"ERR max concurrent connections exceeded. Limit: 1 requests at once; nothing was run"}"#,
        );
        assert_eq!(answer.headers["retry-after"], "1");
        let strange = [("authorization", "Bearer wrong")];
        let stranger = gateway.send_with(&strange, "GET", "/ping", "").await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
        session.reply("$-1\r\n").await;
        session
    };
    let slow = gateway.run(&["GET", "slow"]);
    let (mut session, answer) = soon(async { tokio::join!(held, slow) }).await;
    answer.is(200, r#"{"result":null}"#);
    let reply = async {
        assert_eq!(session.command().await.unwrap(), ["GET", "slow"]);
        session.reply("$-1\r\n").await;
    };
    // The client may have its answer before the gateway notices that it is sent.
    let ask = async { while gateway.run(&["GET", "slow"]).await.status != StatusCode::OK {} };
    soon(async { tokio::join!(reply, ask) }).await;
}

#[tokio::test]
async fn a_response_that_nobody_takes_still_counts_as_a_request() {
    // More than the buffers of both sockets hold.
    const LARGE: usize = 40_000_000;
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--max-concurrent-requests", "1"]);
    gateway
        .run(&["SETRANGE", "large", &(LARGE - 1).to_string(), "x"])
        .await
        .json();
    let mut slow = TcpStream::connect(&gateway.address).await.unwrap();
    let request = format!(
        "GET /get/large?_token={TOKEN} HTTP/1.1\r\nhost: x\r\nupstash-encoding: base64\r\n\
         connection: close\r\n\r\n"
    );
    slow.write_all(request.as_bytes()).await.unwrap();
    soon(slow.read_exact(&mut [0; 12])).await.unwrap();
    let answer = gateway.run(&["PING"]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let mut rest = Vec::new();
    soon(slow.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.len() > LARGE, "{}", rest.len());
    soon(async { while gateway.run(&["PING"]).await.status != StatusCode::OK {} }).await;
}

#[tokio::test]
async fn one_connection_too_many_is_answered_and_closed() {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--max-connections", "1"]);
    let mut first = TcpStream::connect(&gateway.address).await.unwrap();
    let health = "GET /-/health HTTP/1.1\r\nhost: x\r\n\r\n";
    first.write_all(health.as_bytes()).await.unwrap();
    assert!(first.read(&mut [0; 1000]).await.unwrap() > 0);
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n");
    let request = format!("{head}content-length: 8\r\n\r\n[\"PING\"]");
    let answer = soon(send_raw(&gateway.address, request.as_bytes())).await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(
        answer.ends_with(r#"Limit: 1 connections at once; nothing was run"}"#),
        "{answer}"
    );
    let probe = send(&gateway.address, &[], "GET", "/-/health", "".into()).await;
    assert_eq!(probe.status, StatusCode::OK);
    drop(first);
    soon(async { while gateway.run(&["PING"]).await.status != StatusCode::OK {} }).await;
}

#[tokio::test]
async fn browsers_may_ask_from_listed_origins_only() {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--cors-origin", "https://a.example"]);
    let gateway = &gateway;
    let preflight = async |origin| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,upstash-sync-token",
            ),
        ];
        gateway
            .send_with(&headers, "OPTIONS", "/pipeline", "")
            .await
    };
    let answer = preflight("https://a.example").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://a.example"
    );
    assert_eq!(
        answer.headers["access-control-allow-headers"],
        "authorization, upstash-sync-token"
    );
    let answer = preflight("https://b.example").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    for (origin, is_allowed) in [("https://a.example", true), ("https://b.example", false)] {
        let headers = [("origin", origin), ("authorization", "Bearer wrong")];
        let answer = gateway
            .send_with(&headers, "POST", "/", r#"["PING"]"#)
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers["vary"], "Origin");
        assert_eq!(
            answer.headers.contains_key("access-control-allow-origin"),
            is_allowed
        );
    }
    let answer = gateway.send("OPTIONS", "/", "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn probes_need_no_token_and_tell_a_living_gateway_from_a_ready_one() {
    let mut redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &[]);
    gateway.await_redis().await;
    let probe = |path| send(&gateway.address, &[], "GET", path, "".into());
    probe("/-/ready").await.is(200, r#"{"result":"OK"}"#);
    redis.kill();
    soon(async { while probe("/-/ready").await.status != StatusCode::SERVICE_UNAVAILABLE {} })
        .await;
    probe("/-/ready")
        .await
        .is(503, r#"{"error":"ERR redis is away"}"#);
    probe("/-/health").await.is(200, r#"{"result":"OK"}"#);
    assert_eq!(probe("/-/other").await.status, StatusCode::UNAUTHORIZED);
    for (args, code) in [
        (vec!["--check", "--listen", &gateway.address], 0),
        (
            vec!["--check", &format!("http://{}/-/ready", gateway.address)],
            1,
        ),
        (vec!["--check", "http://127.0.0.1:1"], 1),
        (vec!["--check", "https://127.0.0.1:1"], 1),
    ] {
        let output = gateway_command(&args).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?} {output:?}");
    }
}

#[tokio::test]
async fn metrics_are_on_a_port_of_their_own_and_tell_no_secret() {
    let (_redis, plain) = start();
    assert_eq!(
        send(&plain.address, &[], "GET", "/metrics", "".into())
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    let redis = Redis::start("");
    let address = format!("127.0.0.1:{}", free_port());
    let gateway = Gateway::start(&redis.url(), &["--metrics-listen", &address]);
    gateway.run(&["SET", "a-key", "a-value"]).await.json();
    gateway
        .send("POST", "/pipeline", r#"[["GET","k"],["GET","k"]]"#)
        .await
        .json();
    assert_eq!(ping(&gateway, "wrong").await, StatusCode::UNAUTHORIZED);
    let scrape = || send(&address, &[], "GET", "/metrics", "".into());
    // The client may have its answer before the gateway notices that it is sent.
    let idle = "\nredis_gateway_requests_in_flight 0\n";
    soon(async { while !scrape().await.text().contains(idle) {} }).await;
    let metrics = scrape().await;
    let text = metrics.text();
    for line in [
        r#"requests_total{endpoint="command",status="200"} 1"#,
        r#"requests_total{endpoint="pipeline",status="200"} 1"#,
        r#"requests_total{endpoint="path",status="401"} 1"#,
        r#"refusals_total{reason="unauthorized"} 1"#,
        "request_duration_seconds_count 3",
        "commands_total 3",
        "redis_up 1",
        "redis_connections_total 1",
    ] {
        let line = format!("redis_gateway_{line}");
        assert!(
            text.lines().any(|other| other == line),
            "{line} is missing:\n{text}"
        );
    }
    for secret in ["a-key", "a-value", TOKEN, "wrong"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let other = send(&address, &[], "GET", "/get/k", "".into()).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let impostor = Impostor::listen().await;
    let mut gateway = Gateway::start(&impostor.url(), &["--timeout", "60"]);
    let end = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.command().await.unwrap(), ["GET", "k"]);
        kill("-TERM", &gateway);
        while TcpStream::connect(&gateway.address).await.is_ok() {}
        kill("-INT", &gateway);
        assert_eq!(session.command().await, None);
    };
    let mut request = TcpStream::connect(&gateway.address).await.unwrap();
    let ask = async {
        let head = format!("GET /get/k?_token={TOKEN} HTTP/1.1\r\nhost: x\r\n\r\n");
        request
            .write_all(head.replace("/get/k", "/GET/k").as_bytes())
            .await
            .unwrap();
    };
    soon(async { tokio::join!(end, ask) }).await;
    assert_eq!(gateway.process.wait().unwrap().code(), Some(1));
    let mut log = String::new();
    gateway
        .process
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(
        log.contains("second signal") && !log.contains(TOKEN),
        "{log}"
    );
}

#[test]
fn every_option_is_a_variable_and_an_empty_one_is_none() {
    let output = gateway_command(&["--listen", "127.0.0.1:0"])
        .env("GATEWAY_LISTEN", "")
        .env("GATEWAY_SPAWN", "")
        .env("GATEWAY_TIMEOUT", "soon")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("'soon' for '--timeout"), "{text}");
}
