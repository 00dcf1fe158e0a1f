//! Scripts and functions that clients write for Upstash.

use base64_simd::STANDARD;
use serde_json::json;
use sha1::{Digest, Sha1};

use crate::support::{Gateway, READER, Redis, TOKEN, start};

/// Redis knows no such flag.
const SCRIPT: &str = "#!lua flags=allow-key-locking\nreturn ARGV[1]";

fn sha(script: &str) -> String {
    let digest = Sha1::digest(script);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn is_missing(gateway: &Gateway, sha: &str) -> bool {
    let answer = gateway.run(&["EVALSHA", sha, "0", "x"]).await;
    answer.json()["error"]
        .as_str()
        .is_some_and(|error| error.starts_with("NOSCRIPT "))
}

#[tokio::test]
async fn a_script_written_for_upstash_runs() {
    let (_redis, gateway) = start();
    for name in ["EVAL", "eval_ro"] {
        gateway
            .run(&[name, SCRIPT, "0", "x"])
            .await
            .is(200, r#"{"result":"x"}"#);
    }
}

#[tokio::test]
async fn who_loads_a_script_is_told_the_sha_of_what_was_sent() {
    let (_redis, gateway) = start();
    let (load, sha) = (json!(["SCRIPT", "load", SCRIPT]), sha(SCRIPT));
    let told = json!({ "result": sha });
    for (path, body, wanted) in [
        ("/", json!(load), told.clone()),
        (
            "/pipeline",
            json!([["PING"], load, ["SCRIPT", "EXISTS", sha]]),
            json!([{ "result": "PONG" }, told, { "result": [1] }]),
        ),
        (
            "/multi-exec",
            json!([load, ["EVALSHA", sha, 0, "x"]]),
            json!([told, { "result": "x" }]),
        ),
    ] {
        let answer = gateway.send("POST", path, body.to_string()).await;
        assert_eq!(answer.json(), wanted, "{path}");
    }
    let token = format!("Bearer {TOKEN}");
    let with = |header| [("authorization", &*token), header];
    let answer = gateway
        .send_with(
            &with(("upstash-encoding", "base64")),
            "POST",
            "/",
            load.to_string(),
        )
        .await;
    assert_eq!(answer.json()["result"], STANDARD.encode_to_string(&sha));
    let rows = json!([load, ["SET", "k", "v"]]).to_string();
    let answer = gateway
        .send_with(
            &with(("upstash-response-format", "resp2")),
            "POST",
            "/pipeline",
            rows,
        )
        .await;
    assert_eq!(answer.text(), format!("$40\r\n{sha}\r\n+OK\r\n"));
}

#[tokio::test]
async fn a_script_that_redis_does_not_compile_is_redis_error() {
    let (_redis, gateway) = start();
    let script = "#!lua flags=allow-key-locking\nreturn return";
    let answer = gateway.run(&["SCRIPT", "LOAD", script]).await;
    assert!(answer.error().starts_with("ERR Error compiling script"));
}

#[tokio::test]
async fn who_has_sent_a_script_for_upstash_finds_it_by_its_own_sha() {
    let (_redis, gateway) = start();
    let sha = sha(SCRIPT);
    assert!(is_missing(&gateway, &sha).await);
    gateway.run(&["EVAL", SCRIPT, "0", "x"]).await.json();
    for name in ["EVALSHA", "evalsha_ro"] {
        for sha in [&*sha, &sha.to_uppercase()] {
            gateway
                .run(&[name, sha, "0", "x"])
                .await
                .is(200, r#"{"result":"x"}"#);
        }
    }
    let rows = json!([
        ["EVALSHA", sha, "0", "y"],
        ["SCRIPT", "EXISTS", "f".repeat(40), sha]
    ]);
    gateway
        .send("POST", "/multi-exec", rows.to_string())
        .await
        .is(200, r#"[{"result":"y"},{"result":[0,1]}]"#);
}

#[tokio::test]
async fn a_script_that_one_token_loads_is_there_for_the_others() {
    let redis = Redis::start("");
    let url = redis.url();
    let gateway = Gateway::start(&url, &["--readonly-redis", &url]);
    gateway.run(&["SCRIPT", "LOAD", SCRIPT]).await.json();
    let reader = format!("Bearer {READER}");
    let command = json!(["EVALSHA_RO", sha(SCRIPT), "0", "x"]);
    gateway
        .send_with(
            &[("authorization", &*reader)],
            "POST",
            "/",
            command.to_string(),
        )
        .await
        .is(200, r#"{"result":"x"}"#);
}

#[tokio::test]
async fn a_script_that_redis_has_forgotten_is_asked_for_again() {
    let (_redis, gateway) = start();
    gateway.run(&["EVAL", SCRIPT, "0", "x"]).await.json();
    gateway.run(&["SCRIPT", "FLUSH"]).await.json();
    assert!(is_missing(&gateway, &sha(SCRIPT)).await);
}

#[tokio::test]
async fn a_function_written_for_upstash_runs_with_the_flags_that_redis_knows() {
    let (_redis, gateway) = start();
    let library = "#!lua name=lib\nredis.register_function{function_name='get', flags={'no-writes', \
                   'allow-key-locking'}, callback=function(keys) return redis.call('GET', keys[1]) \
                   end}";
    gateway.run(&["SET", "k", "v"]).await.json();
    gateway
        .run(&["FUNCTION", "LOAD", "REPLACE", library])
        .await
        .is(200, r#"{"result":"lib"}"#);
    for name in ["FCALL", "FCALL_RO"] {
        gateway
            .run(&[name, "get", "1", "k"])
            .await
            .is(200, r#"{"result":"v"}"#);
    }
}
