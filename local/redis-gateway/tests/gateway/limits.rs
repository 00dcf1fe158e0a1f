//! What is too much, and what it is answered with.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Gateway, Redis, TOKEN, soon};

const TOO_LARGE: &str = "ERR max reply size exceeded. Limit: 1000 bytes; what was asked has run";

#[tokio::test]
async fn a_reply_over_the_limit_becomes_an_error_and_harms_no_other() {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--max-reply-size", "1000"]);
    gateway
        .send("POST", "/set/small", "x".repeat(900))
        .await
        .json();
    gateway
        .send("POST", "/set/large", "x".repeat(5_000_000))
        .await
        .json();
    let list = "for i = 1, 500 do redis.call('RPUSH', 'list', i) end return 1";
    gateway.run(&["EVAL", list, "0"]).await.json();
    for command in [
        &["GET", "large"][..],
        &["LRANGE", "list", "0", "-1"],
        &[
            "EVAL",
            "return redis.error_reply(string.rep('x', 3000))",
            "0",
        ],
    ] {
        let neighbour = gateway.run(&["ECHO", "neighbour"]);
        let (answer, neighbour) = tokio::join!(gateway.run(command), neighbour);
        answer.is(400, &json!({ "error": TOO_LARGE }).to_string());
        neighbour.is(200, r#"{"result":"neighbour"}"#);
    }
    assert_eq!(gateway.run(&["GET", "small"]).await.status.as_u16(), 200);
    let rows = r#"[["INCR","n"],["GET","large"],["STRLEN","large"],["GET","small"]]"#;
    let items = gateway.send("POST", "/pipeline", rows).await.json();
    assert_eq!(items[0], json!({ "result": 1 }));
    assert_eq!(items[1], json!({ "error": TOO_LARGE }));
    assert_eq!(items[2], json!({ "result": 5_000_000 }));
    let answer = gateway.send("POST", "/multi-exec", rows).await;
    answer.is(400, &json!({ "error": TOO_LARGE }).to_string());
    gateway
        .run(&["GET", "n"])
        .await
        .is(200, r#"{"result":"2"}"#);
}

#[tokio::test]
async fn answers_that_nobody_takes_do_not_fill_the_memory() {
    const SIZE: usize = 20_000_000;
    let redis = Redis::start("");
    let options = [
        "--max-reply-memory",
        "50000000",
        "--max-request-size",
        "20000000",
    ];
    let gateway = Gateway::start(&redis.url(), &options);
    gateway
        .send("POST", "/set/k", "x".repeat(SIZE))
        .await
        .json();
    let request = format!("GET /get/k?_token={TOKEN} HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut asleep = Vec::new();
    for _ in 0..2 {
        let mut client = TcpStream::connect(&gateway.address).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        // Its answer has begun.
        client.readable().await.unwrap();
        asleep.push(client);
    }
    let error = "ERR max memory of replies exceeded. Limit: 50000000 bytes for all requests \
                 together; what was asked has run";
    gateway
        .run(&["GET", "k"])
        .await
        .is(400, &json!({ "error": error }).to_string());
    gateway
        .run(&["STRLEN", "k"])
        .await
        .is(200, r#"{"result":20000000}"#);
    drop(asleep);
    soon(async { while gateway.run(&["GET", "k"]).await.status.as_u16() != 200 {} }).await;
}

#[tokio::test]
async fn more_commands_than_the_limit_are_refused_together() {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--max-commands", "3"]);
    let rows = |count| json!(vec![["INCR", "n"]; count]).to_string();
    for path in ["/pipeline", "/multi-exec"] {
        let answer = gateway.send("POST", path, rows(3)).await;
        assert_eq!(answer.json().as_array().unwrap().len(), 3);
        let error = "ERR max pipeline size exceeded. Limit: 3 commands, Actual: 4 commands";
        gateway
            .send("POST", path, rows(4))
            .await
            .is(400, &json!({ "error": error }).to_string());
    }
    gateway
        .run(&["GET", "n"])
        .await
        .is(200, r#"{"result":"6"}"#);
}
