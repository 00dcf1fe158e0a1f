//! Scripts that clients write for Upstash, and ask for by their SHA.

use serde_json::json;
use sha1::{Digest, Sha1};

use crate::support::{Gateway, READER, Redis, start};

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
    let loaded = gateway.run(&["SCRIPT", "LOAD", SCRIPT]).await.json();
    let sha = loaded["result"].as_str().unwrap();
    gateway
        .run(&["EVALSHA", sha, "0", "x"])
        .await
        .is(200, r#"{"result":"x"}"#);
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
