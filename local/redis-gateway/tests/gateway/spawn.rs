//! `--spawn`: a Redis that comes and goes with the gateway.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Gateway, TOKEN, gateway_command, send, soon};

/// A gateway with a Redis of its own, and the directory that holds that one's.
fn start() -> (Gateway, TempDir) {
    let temporary = TempDir::new().unwrap();
    let mut command = gateway_command(&["--spawn", "--listen", "127.0.0.1:0"]);
    let gateway = Gateway::read(command.env("TMPDIR", temporary.path()));
    (gateway, temporary)
}

/// The process of the Redis that has its socket in there.
async fn redis_of(gateway: &Gateway) -> u32 {
    let info = gateway.run(&["INFO", "server"]).await.json();
    let info = info["result"].as_str().unwrap();
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("process_id:"));
    line.unwrap().trim().parse().unwrap()
}

fn is_running(process: u32) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

fn kill(signal: &str, process: u32) {
    let status = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[tokio::test]
async fn a_spawned_redis_is_empty_private_and_keeps_nothing() {
    let (gateway, temporary) = start();
    gateway.run(&["DBSIZE"]).await.is(200, r#"{"result":0}"#);
    gateway
        .run(&["CONFIG", "GET", "port"])
        .await
        .is(200, r#"{"result":["port","0"]}"#);
    gateway
        .run(&["CONFIG", "GET", "save"])
        .await
        .is(200, r#"{"result":["save",""]}"#);
    let directory = fs::read_dir(temporary.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(
        directory.metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[tokio::test]
async fn a_spawned_redis_ends_with_the_gateway_however_that_ends() {
    for signal in ["-TERM", "-INT", "-KILL"] {
        let (mut gateway, temporary) = start();
        let redis = redis_of(&gateway).await;
        kill(signal, gateway.process.id());
        gateway.process.wait().unwrap();
        let is_gone = || !is_running(redis) && fs::read_dir(temporary.path()).unwrap().count() == 0;
        if signal == "-KILL" {
            soon(async {
                while !is_gone() {
                    tokio::task::yield_now().await;
                }
            })
            .await;
        }
        assert!(is_gone(), "{signal}");
    }
}

#[tokio::test]
async fn without_its_spawned_redis_the_gateway_ends() {
    let (mut gateway, temporary) = start();
    kill("-KILL", redis_of(&gateway).await);
    assert_eq!(gateway.process.wait().unwrap().code(), Some(1));
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_gateway_with_a_spawned_redis_makes_a_token_for_want_of_any() {
    let mut command = gateway_command(&["--spawn", "--listen", "127.0.0.1:0"]);
    command
        .env_remove("GATEWAY_TOKENS")
        .env_remove("GATEWAY_READONLY_TOKENS");
    let mut process = command.spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let lines: Vec<_> = lines.take(3).map(Result::unwrap).collect();
    let url = lines[1]
        .strip_prefix("UPSTASH_REDIS_REST_URL=http://")
        .unwrap();
    let token = lines[2].strip_prefix("UPSTASH_REDIS_REST_TOKEN=").unwrap();
    let headers = [("authorization", &*format!("Bearer {token}"))];
    let answer = send(url, &headers, "GET", "/ping", "".into()).await;
    kill("-TERM", process.id());
    assert!(process.wait().unwrap().success());
    answer.is(200, r#"{"result":"PONG"}"#);
}

#[test]
fn what_can_not_be_spawned_is_one_sentence() {
    let mut command = gateway_command(&["--spawn", "--listen", "127.0.0.1:0"]);
    let output = command.env("PATH", "/no/such").output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("valkey-server") && text.lines().count() == 1,
        "{text}"
    );
    let both = gateway_command(&["--spawn", "--redis", "redis://localhost"]);
    assert_eq!({ both }.output().unwrap().status.code(), Some(2));
    assert!(!text.contains(TOKEN));
}
