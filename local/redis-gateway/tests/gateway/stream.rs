//! Streams: pub/sub and MONITOR as server-sent events.

use std::process::Command;

use hyper::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Gateway, Impostor, READER, Redis, Stream, TOKEN, soon, start};

/// Waits until `count` subscribers of `channel` are left.
async fn await_subscribers(gateway: &Gateway, channel: &str, count: u32) {
    let wanted = format!(r#"{{"result":["{channel}",{count}]}}"#);
    soon(async { while gateway.run(&["PUBSUB", "NUMSUB", channel]).await.text() != wanted {} })
        .await;
}

#[tokio::test]
async fn a_message_arrives_as_an_event() {
    let (_redis, gateway) = start();
    let mut stream = gateway.stream("/subscribe/news").await;
    assert_eq!(stream.status, StatusCode::OK);
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.headers["cache-control"], "no-store");
    assert_eq!(stream.event().await.unwrap(), "data: subscribe,news,1");
    for (message, event) in [
        ("hello", "data: message,news,hello"),
        ("a,%22b%22", "data: message,news,a,\"b\""),
        ("%ff", "data: message,news,\u{fffd}"),
        ("one%0Atwo", "data: message,news,one\ndata:two"),
    ] {
        gateway
            .send("GET", &format!("/publish/news/{message}"), "")
            .await
            .is(200, r#"{"result":1}"#);
        assert_eq!(stream.event().await.unwrap(), event);
    }
}

#[tokio::test]
async fn several_channels_and_patterns_can_share_a_stream() {
    let (_redis, gateway) = start();
    let token = format!("Bearer {TOKEN}");
    let headers = [("authorization", &*token)];
    let mut stream =
        Stream::open(&gateway.address, &headers, "GET", "/SUBSCRIBE/a%2Fb/c?x=y").await;
    assert_eq!(stream.event().await.unwrap(), "data: subscribe,a/b,1");
    assert_eq!(stream.event().await.unwrap(), "data: subscribe,c,2");
    let mut patterns = gateway.stream("/psubscribe/n*").await;
    assert_eq!(patterns.event().await.unwrap(), "data: psubscribe,n*,1");
    gateway.run(&["PUBLISH", "a/b", "1"]).await.json();
    gateway.run(&["PUBLISH", "news", "2"]).await.json();
    assert_eq!(stream.event().await.unwrap(), "data: message,a/b,1");
    assert_eq!(patterns.event().await.unwrap(), "data: pmessage,n*,news,2");
}

#[tokio::test]
async fn monitor_shows_what_runs() {
    let (_redis, gateway) = start();
    let mut stream = gateway.stream("/monitor").await;
    assert_eq!(stream.event().await.unwrap(), "data: \"OK\"");
    gateway.run(&["GET", "k"]).await.json();
    let mut event = String::new();
    while !event.ends_with("\"GET\" \"k\"") {
        event = stream.event().await.unwrap();
    }
    assert!(event.starts_with("data: 1"), "{event}");
}

#[tokio::test]
async fn what_redis_refuses_is_an_answer_in_json() {
    let redis = Redis::start("--user app on >secret ~* +@all -monitor resetchannels &news");
    let gateway = Gateway::start(&(redis.url() + "?user=app&pass=secret"), &[]);
    for (path, error) in [
        ("/subscribe/other", "NOPERM"),
        ("/psubscribe/*", "NOPERM"),
        ("/monitor", "NOPERM"),
        ("/subscribe", "ERR wrong number of arguments"),
        ("/monitor/x", "ERR wrong number of arguments"),
    ] {
        let answer = gateway.send("POST", path, "[]").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.error().starts_with(error), "{answer:?}");
    }
    let mut stream = gateway.stream("/subscribe/news").await;
    assert_eq!(stream.event().await.unwrap(), "data: subscribe,news,1");
    let answer = gateway.send_with(&[], "POST", "/subscribe/news", "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    drop(redis);
    let answer = gateway.send("POST", "/subscribe/news", "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer.error().starts_with("ERR redis is away"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_read_only_token_may_listen_but_not_spy_or_speak() {
    let redis = Redis::start("--notify-keyspace-events KEA");
    let gateway = Gateway::start(&redis.url(), &[]);
    let token = format!("Bearer {READER}");
    let headers = [("authorization", &*token)];
    for path in [
        "/monitor",
        "/subscribe/__keyevent@0__:set",
        "/psubscribe/__key*",
        "/publish/news/hello",
    ] {
        let answer = gateway.send_with(&headers, "POST", path, "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.error().starts_with("NOPERM"), "{answer:?}");
    }
    let mut stream = Stream::open(&gateway.address, &headers, "POST", "/psubscribe/*").await;
    assert_eq!(stream.event().await.unwrap(), "data: psubscribe,*,1");
    gateway.run(&["SET", "secret", "v"]).await.json();
    gateway.run(&["PUBLISH", "news", "hello"]).await.json();
    assert_eq!(stream.event().await.unwrap(), "data: pmessage,*,news,hello");
}

#[tokio::test]
async fn a_quiet_stream_outlives_the_timeout_of_commands() {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &["--timeout", "1", "--heartbeat", "0.1"]);
    for path in ["/subscribe/news", "/monitor"] {
        let mut stream = gateway.stream(path).await;
        stream.event().await.unwrap();
        let mut pings = 0;
        while pings < 13 {
            pings += usize::from(stream.event().await.unwrap() == ": ping");
        }
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_connection_to_redis() {
    let (mut redis, gateway) = start();
    let mut stream = gateway.stream("/subscribe/news").await;
    stream.event().await.unwrap();
    redis.kill();
    assert_eq!(
        stream.event().await.unwrap(),
        ": redis closed the connection"
    );
    assert_eq!(stream.event().await, None);
}

#[tokio::test]
async fn a_stream_ends_when_redis_falls_silent() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &["--timeout", "1", "--heartbeat", "0.1"]);
    let _link = soon(impostor.accept()).await;
    let fall_silent = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.command().await.unwrap(), ["subscribe", "news"]);
        session
            .reply("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
            .await;
        session
    };
    let (_silent, mut stream) =
        soon(async { tokio::join!(fall_silent, gateway.stream("/subscribe/news")) }).await;
    assert_eq!(stream.event().await.unwrap(), "data: subscribe,news,1");
    let mut event = ": ping".to_owned();
    while event == ": ping" {
        event = stream.event().await.unwrap();
    }
    assert_eq!(event, ": redis does not answer");
    assert_eq!(stream.event().await, None);
}

#[tokio::test]
async fn the_connection_to_redis_ends_with_the_stream() {
    let (_redis, gateway) = start();
    let mut stream = gateway.stream("/subscribe/news").await;
    stream.event().await.unwrap();
    await_subscribers(&gateway, "news", 1).await;
    drop(stream);
    await_subscribers(&gateway, "news", 0).await;
    let head = gateway.send("HEAD", "/subscribe/news", "").await;
    assert_eq!((head.status, head.text()), (StatusCode::OK, ""));
    assert_eq!(head.headers["content-type"], "text/event-stream");
    await_subscribers(&gateway, "news", 0).await;
}

#[tokio::test]
async fn who_does_not_read_is_cut_off() {
    let (_redis, gateway) = start();
    let mut asleep = TcpStream::connect(&gateway.address).await.unwrap();
    let request = format!("GET /subscribe/news?_token={TOKEN} HTTP/1.1\r\nhost: x\r\n\r\n");
    asleep.write_all(request.as_bytes()).await.unwrap();
    await_subscribers(&gateway, "news", 1).await;
    let mut reader = gateway.stream("/subscribe/others").await;
    let message = "x".repeat(1_000_000);
    soon(async {
        while gateway.run(&["PUBLISH", "news", &message]).await.text() == r#"{"result":1}"# {}
    })
    .await;
    reader.event().await.unwrap();
    gateway.run(&["PUBLISH", "others", "m"]).await.json();
    assert_eq!(reader.event().await.unwrap(), "data: message,others,m");
}

#[tokio::test]
async fn streams_do_not_hold_up_the_end() {
    let (_redis, mut gateway) = start();
    let mut stream = gateway.stream("/subscribe/news").await;
    stream.event().await.unwrap();
    let id = gateway.process.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &id]).status();
    assert!(kill.unwrap().success());
    assert!(stream.ends_properly().await);
    assert!(gateway.process.wait().unwrap().success());
}
