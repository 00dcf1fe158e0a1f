//! What a client of the Upstash REST protocol sees.

use base64_simd::STANDARD;
use hyper::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Gateway, Redis, TOKEN, send_raw, start};

#[tokio::test]
async fn a_command_can_come_in_the_body_or_in_the_path() {
    let (_redis, gateway) = start();
    gateway
        .send("POST", "/", r#"["SET","a b/c","one",  "EX",100]"#)
        .await
        .is(200, r#"{"result":"OK"}"#);
    gateway
        .send("GET", "/get/a%20b%2Fc", "")
        .await
        .is(200, r#"{"result":"one"}"#);
    gateway
        .send("PUT", "/set/raw?EX=100", "[not json")
        .await
        .is(200, r#"{"result":"OK"}"#);
    gateway
        .send("POST", "/GET/raw", "")
        .await
        .is(200, r#"{"result":"[not json"}"#);
    gateway
        .send("GET", "/ttl/raw", "")
        .await
        .is(200, r#"{"result":100}"#);
    gateway
        .send("GET", "/get/missing", "")
        .await
        .is(200, r#"{"result":null}"#);
    let head = gateway.send("HEAD", "/get/raw", "").await;
    assert_eq!((head.status, head.text()), (StatusCode::OK, ""));
    assert_eq!(head.headers["content-type"], "application/json");
}

#[tokio::test]
async fn replies_are_flat_and_floats_are_strings() {
    let (_redis, gateway) = start();
    gateway
        .run(&["HSET", "h", "a", "1", "b", "2"])
        .await
        .is(200, r#"{"result":2}"#);
    gateway
        .run(&["HGETALL", "h"])
        .await
        .is(200, r#"{"result":["a","1","b","2"]}"#);
    gateway
        .run(&["ZADD", "z", "1.5", "m"])
        .await
        .is(200, r#"{"result":1}"#);
    gateway
        .run(&["ZSCORE", "z", "m"])
        .await
        .is(200, r#"{"result":"1.5"}"#);
    let nested = "return {1, {'a', {}}, false, {ok='fine'}, {err='no'}, 3.9}";
    let wanted = r#"{"result":[1,["a",[]],null,"fine","ERR no",3]}"#;
    let answer = gateway.run(&["EVAL", nested, "0"]).await;
    assert!(
        [wanted, &wanted.replace("ERR no", "no")].contains(&answer.text()),
        "{answer:?}"
    );
}

#[tokio::test]
async fn integers_keep_64_bits() {
    let (_redis, gateway) = start();
    for number in [i64::MAX, i64::MIN, 9_007_199_254_740_993] {
        gateway
            .run(&["SET", "n", &number.to_string()])
            .await
            .is(200, r#"{"result":"OK"}"#);
        gateway
            .run(&["INCRBY", "n", "0"])
            .await
            .is(200, &format!(r#"{{"result":{number}}}"#));
    }
    gateway
        .send("POST", "/", r#"["ECHO",9007199254740993]"#)
        .await
        .is(200, r#"{"result":"9007199254740993"}"#);
}

#[tokio::test]
async fn every_byte_arrives() {
    let (_redis, gateway) = start();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    gateway
        .send("POST", "/set/k", bytes.clone())
        .await
        .is(200, r#"{"result":"OK"}"#);
    let headers = [
        ("authorization", &*format!("Bearer {TOKEN}")),
        ("upstash-encoding", "base64"),
    ];
    let answer = gateway
        .send_with(&headers, "GET", "/get/k", "")
        .await
        .json();
    assert!(
        STANDARD
            .decode_to_vec(answer["result"].as_str().unwrap())
            .unwrap()
            == bytes
    );
    gateway
        .send("GET", "/getrange/k/126/129", "")
        .await
        .is(200, "{\"result\":\"~\u{7f}\u{fffd}\u{fffd}\"}");
    let rows = r#"[["SET","k","OK"],["GET","k"],["PING"],["MGET","k","none"],["INCR","k"]]"#;
    gateway.send_with(&headers, "POST", "/pipeline", rows).await.is(
        200,
        r#"[{"result":"OK"},{"result":"T0s="},{"result":"UE9ORw=="},{"result":["T0s=",null]},{"error":"ERR value is not an integer or out of range"}]"#,
    );
    gateway.send_with(&headers, "POST", "/multi-exec", rows).await.is(
        200,
        r#"[{"result":"OK"},{"result":"T0s="},{"result":"UE9ORw=="},{"result":["T0s=",null]},{"error":"ERR value is not an integer or out of range"}]"#,
    );
}

#[tokio::test]
async fn an_error_of_redis_is_a_400_alone_and_an_item_among_others() {
    let (_redis, gateway) = start();
    gateway
        .run(&["SET", "k", "v"])
        .await
        .is(200, r#"{"result":"OK"}"#);
    let wrong_type = "WRONGTYPE Operation against a key holding the wrong kind of value";
    gateway
        .run(&["LPUSH", "k", "v"])
        .await
        .is(400, &format!(r#"{{"error":"{wrong_type}"}}"#));
    let answer = gateway
        .send(
            "POST",
            "/pipeline",
            r#"[["LPUSH","k","v"],["BLPOP","q",0],["SET","k",null],[],["GET","k"]]"#,
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let items = answer.json();
    assert_eq!(items[0], json!({ "error": wrong_type }));
    assert!(
        items[1]["error"]
            .as_str()
            .unwrap()
            .contains("BLPOP is not available over HTTP")
    );
    assert!(
        items[2]["error"]
            .as_str()
            .unwrap()
            .contains("null args are not supported")
    );
    assert!(
        items[3]["error"]
            .as_str()
            .unwrap()
            .starts_with("ERR empty command")
    );
    assert_eq!(items[4], json!({ "result": "v" }));
    gateway
        .send("POST", "/pipeline", r#"[["MULTI"]]"#)
        .await
        .json()[0]["error"]
        .as_str()
        .unwrap();
    let missing = "ffffffffffffffffffffffffffffffffffffffff";
    let noscript = r#"{"error":"NOSCRIPT No matching script. Please use EVAL."}"#;
    gateway
        .run(&["EVALSHA", missing, "0"])
        .await
        .is(400, noscript);
}

#[tokio::test]
async fn nobody_sees_the_middle_of_a_transaction() {
    let (_redis, gateway) = start();
    let gateway = std::sync::Arc::new(gateway);
    let mut clients = JoinSet::new();
    for _ in 0..8 {
        let gateway = gateway.clone();
        clients.spawn(async move {
            for _ in 0..25 {
                let rows = r#"[["INCR","a"],["ECHO","between"],["INCR","b"]]"#;
                let json = gateway.send("POST", "/multi-exec", rows).await.json();
                assert_eq!(json[0]["result"], json[2]["result"]);
                let seen = gateway.run(&["MGET", "a", "b"]).await.json();
                assert_eq!(seen["result"][0], seen["result"][1]);
            }
        });
    }
    clients.join_all().await;
    gateway
        .run(&["GET", "b"])
        .await
        .is(200, r#"{"result":"200"}"#);
}

#[tokio::test]
async fn a_discarded_transaction_changes_nothing() {
    let (_redis, gateway) = start();
    for (rows, problem) in [
        (
            r#"[["SET","k","v"],["NOPE"]]"#,
            "ERR unknown command 'NOPE'",
        ),
        (
            r#"[["SET","k","v"],["GET"]]"#,
            "ERR wrong number of arguments for 'get' command",
        ),
        (
            r#"[["SET","k","v"],["BLPOP","q",0]]"#,
            "ERR BLPOP is not available over HTTP",
        ),
        (
            r#"[["SET","k","v"],["GET",null]]"#,
            "ERR argument 1: null args are not supported",
        ),
        (r#"["SET","k","v"]"#, "ERR failed to parse the request body"),
        (
            r#"[["SET","k","v"],["EXEC"],["SET","k","w"]]"#,
            "ERR EXEC is not available over HTTP",
        ),
    ] {
        let answer = gateway.send("POST", "/multi-exec", rows).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{rows}");
        assert!(answer.error().starts_with(problem), "{answer:?}");
    }
    gateway
        .run(&["EXISTS", "k"])
        .await
        .is(200, r#"{"result":0}"#);
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let (_redis, gateway) = start();
    for method in ["DELETE", "PATCH", "OPTIONS", "BREW"] {
        let answer = gateway.send(method, "/get/k", "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.error().starts_with("ERR method not allowed"));
        assert_eq!(answer.headers["allow"], "GET, HEAD, POST, PUT");
    }
}

#[tokio::test]
async fn any_broken_request_gets_an_answer_in_json() {
    let (_redis, gateway) = start();
    let deep = "[".repeat(100_000);
    for path in ["/", "/pipeline", "/multi-exec"] {
        for body in [
            "",
            "x",
            "{}",
            "[]",
            "[[]]",
            "null",
            "[\"GET\"",
            "\u{0}",
            deep.as_str(),
            "[[\"GET\",\"k\"]",
        ] {
            let answer = gateway.send("POST", path, body.to_owned()).await;
            assert!(
                !answer.text().is_empty() && answer.json().is_object() || answer.json().is_array()
            );
            let is_in_place = path == "/pipeline" && body == "[[]]";
            assert_eq!(
                answer.status == StatusCode::BAD_REQUEST,
                !is_in_place,
                "{path} {body:?}"
            );
        }
        let answer = gateway.send("POST", path, &b"[\"GET\",\"\xff\"]"[..]).await;
        assert!(answer.error().contains("; send "));
    }
    for headers in [
        ("upstash-encoding", "rot13"),
        ("upstash-response-format", "xml"),
    ] {
        let headers = [("authorization", &*format!("Bearer {TOKEN}")), headers];
        assert_eq!(
            gateway.send_with(&headers, "GET", "/ping", "").await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[tokio::test]
async fn a_request_over_the_limit_is_answered_and_not_cut_off() {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--max-request-size", "1000"]);
    let message = "ERR max request size exceeded. Limit: 1000 bytes";
    gateway
        .send("POST", "/set/k", vec![b'x'; 1000])
        .await
        .is(200, r#"{"result":"OK"}"#);
    for size in [1001, 5_000_000] {
        let answer = gateway.send("POST", "/set/k", vec![b'x'; size]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.error().as_str()),
            (413, message)
        );
        let answer = gateway
            .send_with(&[], "POST", "/set/k", vec![b'x'; size])
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let head = format!(
        "POST /set/k HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {TOKEN}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    let chunks = format!("{:x}\r\n{}\r\n", 600, "x".repeat(600)).repeat(2);
    let answer = send_raw(
        &gateway.address,
        format!("{head}{chunks}0\r\n\r\n").as_bytes(),
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains(message),
        "{answer}"
    );
    gateway
        .run(&["STRLEN", "k"])
        .await
        .is(200, r#"{"result":1000}"#);
}

#[tokio::test]
async fn every_response_has_another_sync_token() {
    let (_redis, gateway) = start();
    let mut tokens = std::collections::HashSet::new();
    for path in ["/ping", "/get/k", "/get/k", "/nope", "/pipeline"] {
        let answer = gateway.send("POST", path, "").await;
        assert!(
            tokens.insert(answer.headers["upstash-sync-token"].clone()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_strange_reply_harms_nobody_else_on_the_connection() {
    let (_redis, gateway) = start();
    let nested = "local t = {} for i = 1, 150 do t = {t} end return t";
    for (command, status) in [
        (
            json!(["EVAL", "return redis.status_reply(string.char(255))", 0]),
            200,
        ),
        (json!(["EVAL", nested, 0]), 200),
        (json!(["EVAL", "return string.rep('x', 5000000)", 0]), 200),
        (json!(["NO", "such"]), 400),
    ] {
        let neighbour = gateway.run(&["ECHO", "neighbour"]);
        let (answer, neighbour) =
            tokio::join!(gateway.send("POST", "/", command.to_string()), neighbour);
        assert_eq!(answer.status.as_u16(), status, "{command}");
        neighbour.is(200, r#"{"result":"neighbour"}"#);
    }
    let unknown = gateway.send("GET", "/%ff/%fe", "").await;
    assert!(
        unknown
            .error()
            .starts_with("ERR unknown command '\u{fffd}'"),
        "{unknown:?}"
    );
    gateway.run(&["PING"]).await.is(200, r#"{"result":"PONG"}"#);
}
