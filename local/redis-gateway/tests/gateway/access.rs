//! Which token opens what.

use hyper::StatusCode;
use serde_json::json;

use crate::support::{Gateway, READER, Redis, TOKEN, send, start};

#[tokio::test]
async fn no_endpoint_answers_without_a_token() {
    let (_redis, gateway) = start();
    for path in [
        "/",
        "/pipeline",
        "/multi-exec",
        "/get/k",
        "/get/k?_token=wrong",
    ] {
        for headers in [
            &[][..],
            &[("authorization", "Bearer wrong")],
            &[("authorization", TOKEN)],
        ] {
            let answer = gateway
                .send_with(headers, "POST", path, r#"["PING"]"#)
                .await;
            answer.is(
                401,
                r#"{"error":"WRONGPASS invalid or missing auth token"}"#,
            );
            assert_eq!(answer.headers["content-type"], "application/json");
        }
    }
    let answer = send(
        &gateway.address,
        &[],
        "GET",
        &format!("/ping?_token={TOKEN}"),
        "".into(),
    )
    .await;
    answer.is(200, r#"{"result":"PONG"}"#);
}

#[tokio::test]
async fn a_read_only_token_can_read_but_not_write_administer_or_enumerate() {
    let redis = Redis::start("");
    // What the gateway has to ask for itself is no client's reply.
    let gateway = Gateway::start(&redis.url(), &["--max-reply-size", "1000"]);
    gateway.run(&["XADD", "s", "*", "f", "v"]).await.json();
    gateway.run(&["SET", "k", "v"]).await.json();
    let function = "#!lua name=lib\nredis.register_function{function_name='f', callback=function() \
                    return 1 end, flags={'no-writes'}}";
    gateway.run(&["FUNCTION", "LOAD", function]).await.json();
    let headers = [("authorization", &*format!("Bearer {READER}"))];
    let run = |line: &'static str| {
        let command: Vec<_> = line.split(' ').collect();
        gateway.send_with(&headers, "POST", "/", serde_json::to_vec(&command).unwrap())
    };
    for line in [
        "GET k",
        "xlen s",
        "XINFO STREAM s",
        "EVAL_RO return{} 0",
        "FCALL_RO f 0",
        "XREAD COUNT 1 STREAMS s 0",
        "HGETALL h",
        "SORT_RO l",
        "BITFIELD_RO k GET u8 0",
        "PFCOUNT none",
        "OBJECT ENCODING k",
        "MEMORY USAGE k",
        "DUMP k",
        "DBSIZE",
        "PING",
    ] {
        assert_eq!(run(line).await.status, StatusCode::OK, "{line}");
    }
    for line in [
        "SET k v",
        "DEL k",
        "EVAL return{} 0",
        "PUBLISH c m",
        "SORT l STORE d",
        "GETEX k",
        "SCAN 0",
        "KEYS *",
        "RANDOMKEY",
        "CONFIG GET *",
        "FLUSHALL",
        "SCRIPT FLUSH",
        "FUNCTION FLUSH",
        "ACL WHOAMI",
        "INFO",
        "XINFO",
        "FCALL f 0",
        "SORT l",
        "BITFIELD k GET u8 0",
        "PUBSUB CHANNELS",
        "OBJECT HELP",
        "MEMORY DOCTOR",
        "CLUSTER INFO",
        "COMMAND",
        "SLOWLOG GET",
        "LATENCY LATEST",
        "CLIENT SETINFO LIB-NAME x",
        "NO-SUCH-COMMAND",
    ] {
        let answer = run(line).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{line}");
        assert!(
            answer
                .error()
                .starts_with("NOPERM this user has no permissions"),
            "{line}"
        );
    }
    let write = "EVAL_RO return(redis.call('SET','k','v')) 0";
    assert!(
        run(write)
            .await
            .error()
            .contains("Write commands are not allowed")
    );
    let rows = r#"[["SET","k","v"],["GET","k"]]"#;
    let items = gateway
        .send_with(&headers, "POST", "/pipeline", rows)
        .await
        .json();
    assert!(items[0]["error"].as_str().unwrap().starts_with("NOPERM"));
    assert_eq!(items[1], json!({ "result": "v" }));
    let transaction = gateway
        .send_with(&headers, "POST", "/multi-exec", rows)
        .await;
    assert!(transaction.error().starts_with("NOPERM"));
}

#[tokio::test]
async fn scripts_of_a_read_only_token_can_do_what_its_redis_user_can() {
    let redis =
        Redis::start("--user reader on >secret ~public:* &* +@read +@connection +eval_ro -keys");
    let readers = redis.url() + "?user=reader&pass=secret";
    let gateway = Gateway::start(&redis.url(), &["--readonly-redis", &readers]);
    let headers = [("authorization", &*format!("Bearer {READER}"))];
    let run =
        |command: serde_json::Value| gateway.send_with(&headers, "POST", "/", command.to_string());
    gateway
        .run(&["MSET", "public:a", "1", "secret", "2"])
        .await
        .json();
    run(json!(["GET", "public:a"]))
        .await
        .is(200, r#"{"result":"1"}"#);
    let get = "return redis.call('GET', KEYS[1])";
    run(json!(["EVAL_RO", get, 1, "public:a"]))
        .await
        .is(200, r#"{"result":"1"}"#);
    for command in [
        json!(["GET", "secret"]),
        json!(["EVAL_RO", get, 1, "secret"]),
        json!(["EVAL_RO", "return redis.call('KEYS', '*')", 0]),
        json!(["KEYS", "*"]),
        json!(["SET", "public:a", "3"]),
    ] {
        let error = run(command.clone()).await.error();
        assert!(
            error.contains("permission") || error.contains("user executing"),
            "{command}: {error}"
        );
    }
    gateway
        .run(&["KEYS", "s*"])
        .await
        .is(200, r#"{"result":["secret"]}"#);
}
