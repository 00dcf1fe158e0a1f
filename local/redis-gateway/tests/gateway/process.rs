//! What the person who starts the gateway sees: its one line, its complaints, its end.

use std::io::Read;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use crate::support::{Gateway, Impostor, Redis, TOKEN, free_port, gateway_command, soon};

fn fails(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    assert_eq!((status.code(), stdout.as_slice()), (Some(1), &b""[..]));
    let text = String::from_utf8(stderr).unwrap();
    assert!(
        text.starts_with("redis-gateway: ") && text.lines().count() == 1,
        "{text}"
    );
    text
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = fails(&mut gateway_command(&["--listen", &address]));
    assert!(text.contains(&address) && text.contains("in use"), "{text}");
    assert!(text.contains("choose another port"), "{text}");
}

#[test]
fn a_place_to_listen_that_is_none_is_told_how_one_looks() {
    for place in ["8079", "localhost"] {
        let text = fails(&mut gateway_command(&["--listen", place]));
        assert!(text.contains("127.0.0.1:8079"), "{text}");
    }
}

#[test]
fn a_bad_url_is_one_sentence_without_its_password() {
    for url in [
        "redis://:hunter2@host:port",
        "http://hunter2",
        "rediss://:hunter2@host:port",
    ] {
        let text = fails(&mut gateway_command(&[
            "--redis",
            url,
            "--listen",
            "127.0.0.1:0",
        ]));
        assert!(
            text.contains("redis") && !text.contains("hunter2"),
            "{text}"
        );
        let text = fails(gateway_command(&["--listen", "127.0.0.1:0"]).env("REDIS_URL", url));
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn half_a_request_does_not_hold_up_the_end() {
    let (_redis, mut gateway) = crate::support::start();
    let mut half = tokio::net::TcpStream::connect(&gateway.address)
        .await
        .unwrap();
    half.write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\n")
        .await
        .unwrap();
    gateway.run(&["PING"]).await.is(200, r#"{"result":"PONG"}"#);
    let id = gateway.process.id().to_string();
    let began = Instant::now();
    let told = Command::new("kill").args(["-TERM", &id]).status();
    assert!(told.unwrap().success());
    assert!(gateway.process.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(5), "{began:?}");
}

#[test]
fn without_tokens_nothing_starts() {
    for tokens in ["", " , "] {
        let mut command = gateway_command(&[]);
        command
            .env("GATEWAY_TOKENS", tokens)
            .env_remove("GATEWAY_READONLY_TOKENS");
        let text = fails(&mut command);
        assert!(text.contains("GATEWAY_TOKENS"), "{text}");
    }
    let text = fails(gateway_command(&[]).env("GATEWAY_READONLY_TOKENS", TOKEN));
    assert!(text.contains("both"), "{text}");
}

#[test]
fn help_names_every_option_and_variable() {
    let help = gateway_command(&["--help"]).output().unwrap();
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    for word in [
        "--redis",
        "--listen",
        "--timeout",
        "--spawn",
        "--check",
        "--cors-origin",
        "--max-request-size",
        "--max-reply-size",
        "--max-reply-memory",
        "--max-commands",
        "--heartbeat",
        "--readonly-redis",
        "--max-concurrent-requests",
        "--max-connections",
        "--metrics-listen",
        "--redis-ca",
        "--tokens-file",
        "rediss://",
        "GATEWAY_TOKENS",
        "GATEWAY_READONLY_TOKENS",
        "REDIS_URL",
        "127.0.0.1:8079",
        "unix:",
    ] {
        assert!(help.contains(word), "{word} is missing:\n{help}");
    }
}

#[tokio::test]
async fn redis_can_be_a_socket_a_database_and_a_user() {
    let port = free_port();
    let options = "--requirepass p@ss --user app on >app-pass ~* +@all";
    let redis = Redis::start(&format!("{options} --port {port}"));
    let tcp = format!("redis://:p%40ss@127.0.0.1:{port}/3");
    let app = format!("redis://app:app-pass@localhost:{port}/3");
    let unix = format!("{}?db=3&pass=p%40ss", redis.url());
    for (url, user) in [(&tcp, "default"), (&app, "app"), (&unix, "default")] {
        let gateway = Gateway::start(url, &[]);
        gateway
            .run(&["ACL", "WHOAMI"])
            .await
            .is(200, &format!(r#"{{"result":"{user}"}}"#));
        gateway.run(&["INCR", "n"]).await.json();
    }
    let gateway = Gateway::start(&tcp, &[]);
    gateway
        .run(&["GET", "n"])
        .await
        .is(200, r#"{"result":"3"}"#);
}

#[tokio::test]
async fn a_refused_password_is_reported_but_not_shown() {
    let redis = Redis::start("--requirepass right");
    let url = redis.url() + "?pass=hunter2";
    let mut gateway = Gateway::start(&url, &["--timeout", "0.5"]);
    let error = gateway.run(&["PING"]).await.error();
    assert!(
        error.contains("WRONGPASS") && !error.contains("hunter2"),
        "{error}"
    );
    gateway.process.kill().unwrap();
    let mut log = String::new();
    gateway
        .process
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(
        log.contains("WRONGPASS") && !log.contains("hunter2") && !log.contains(TOKEN),
        "{log}"
    );
    assert_eq!(log.lines().count(), 1, "{log}");
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let impostor = Impostor::listen().await;
    let mut gateway = Gateway::start(&impostor.url(), &[]);
    let id = gateway.process.id().to_string();
    let answer = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.command().await.unwrap(), ["GET", "k"]);
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        while tokio::net::TcpStream::connect(&gateway.address)
            .await
            .is_ok()
        {}
        session.reply("$2\r\nok\r\n").await;
        session
    };
    let ask = async {
        gateway
            .run(&["GET", "k"])
            .await
            .is(200, r#"{"result":"ok"}"#)
    };
    soon(async { tokio::join!(answer, ask) }).await;
    assert!(gateway.process.wait().unwrap().success());
}
