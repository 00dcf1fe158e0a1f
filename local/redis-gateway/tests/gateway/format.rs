//! Replies as RESP2, for clients that would rather have what Redis sent.

use hyper::StatusCode;

use crate::support::{Answer, Gateway, TOKEN, start};

async fn ask(gateway: &Gateway, path: &str, body: &'static str) -> Answer {
    let token = format!("Bearer {TOKEN}");
    let headers = [
        ("authorization", &*token),
        ("upstash-response-format", "RESP2"),
    ];
    gateway.send_with(&headers, "POST", path, body).await
}

#[tokio::test]
async fn a_reply_is_the_bytes_that_redis_sent() {
    let (_redis, gateway) = start();
    gateway
        .send("POST", "/set/k", &b"\xff\r\n\0"[..])
        .await
        .json();
    for (path, body, status, reply) in [
        ("/get/k", "", 200, &b"$4\r\n\xff\r\n\0\r\n"[..]),
        ("/", r#"["SET","n",1]"#, 200, b"+OK\r\n"),
        ("/", r#"["MGET","n","none"]"#, 200, b"*2\r\n$1\r\n1\r\n$-1\r\n"),
        ("/incr/k", "", 400, b"-ERR value is not an integer or out of range\r\n"),
        (
            "/exec",
            "",
            400,
            b"-ERR EXEC is not available over HTTP: send the commands of a transaction together, to /multi-exec\r\n",
        ),
    ] {
        let answer = ask(&gateway, path, body).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (status, reply));
        assert_eq!(answer.headers["content-type"], "application/octet-stream");
    }
}

#[tokio::test]
async fn the_replies_to_a_pipeline_follow_each_other() {
    let (_redis, gateway) = start();
    let rows = r#"[["SET","k","v"],["GET","k"],["INCR","k"]]"#;
    let replies = "+OK\r\n$1\r\nv\r\n-ERR value is not an integer or out of range\r\n";
    ask(&gateway, "/pipeline", rows).await.is(200, replies);
    let rows = r#"[["GET","k"],["WATCH","k"],[],["GET","none"]]"#;
    let answer = ask(&gateway, "/pipeline", rows).await;
    let lines: Vec<_> = answer.text().split("\r\n").collect();
    assert_eq!(
        (lines[0], lines[1], lines[4], lines.len()),
        ("$1", "v", "$-1", 6)
    );
    assert!(
        lines[2].starts_with("-ERR WATCH is not available"),
        "{lines:?}"
    );
    assert!(lines[3].starts_with("-ERR empty command"), "{lines:?}");
}

#[tokio::test]
async fn a_transaction_and_a_refused_request_are_json_all_the_same() {
    let (_redis, gateway) = start();
    ask(&gateway, "/multi-exec", r#"[["PING"]]"#)
        .await
        .is(200, r#"[{"result":"PONG"}]"#);
    let answer = ask(&gateway, "/pipeline", "{").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.error().contains("failed to parse"));
}

#[tokio::test]
async fn resp2_and_base64_exclude_each_other_except_where_resp2_means_nothing() {
    let (_redis, gateway) = start();
    let token = format!("Bearer {TOKEN}");
    let headers = [
        ("authorization", &*token),
        ("upstash-response-format", "resp2"),
        ("upstash-encoding", "base64"),
    ];
    let answer = gateway.send_with(&headers, "POST", "/ping", "").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.error().contains("base64"));
    gateway
        .send_with(&headers, "POST", "/multi-exec", r#"[["PING"]]"#)
        .await
        .is(200, r#"[{"result":"UE9ORw=="}]"#);
}
