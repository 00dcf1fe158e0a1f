//! What happens while Redis is away, slow or wrong: an error in time, and nothing twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::support::{Gateway, Impostor, Redis, soon};

#[tokio::test]
async fn without_redis_a_request_is_answered_in_time_and_says_that_nothing_ran() {
    let gateway = Gateway::start("unix:/no/such.sock", &["--timeout", "0.4"]);
    let start = Instant::now();
    for (path, body) in [
        ("/", r#"["PING"]"#),
        ("/pipeline", r#"[["PING"]]"#),
        ("/multi-exec", r#"[["PING"]]"#),
    ] {
        let answer = gateway.send("POST", path, body).await;
        assert_eq!(answer.status.as_u16(), 503);
        let error = answer.error();
        assert!(
            error.starts_with("ERR redis is away: ") && error.ends_with("; nothing was run"),
            "{error}"
        );
    }
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    gateway.send("POST", "/", r#"["BLPOP","q",0]"#).await.is(
        400,
        r#"{"error":"ERR BLPOP is not available over HTTP: it would hold the connection that every request shares"}"#,
    );
}

#[tokio::test]
async fn redis_may_come_after_the_gateway() {
    let mut redis = Redis::start("");
    redis.kill();
    let gateway = Gateway::start(&redis.url(), &[]);
    assert_eq!(gateway.run(&["PING"]).await.status.as_u16(), 503);
    redis.start_again();
    gateway.await_redis().await;
}

#[tokio::test]
async fn a_redis_that_has_become_a_replica_is_connected_to_anew() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &[]);
    let servers = async {
        let mut replica = impostor.accept().await;
        while replica.command().await.is_some() {
            replica
                .reply("-READONLY You can't write against a read only replica.\r\n")
                .await;
        }
        let mut master = impostor.accept().await;
        assert_eq!(master.command().await.unwrap(), ["SET", "k", "v"]);
        master.reply("+OK\r\n").await;
        master
    };
    let client = async {
        loop {
            let answer = gateway.run(&["SET", "k", "v"]).await;
            if answer.status.as_u16() == 200 {
                return;
            }
            assert!(
                answer.error().starts_with("READONLY "),
                "{}",
                answer.error()
            );
        }
    };
    soon(async { tokio::join!(servers, client) }).await;
}

#[tokio::test]
async fn a_restart_under_load_mixes_up_no_replies_and_leaves_no_errors() {
    let mut redis = Redis::start("");
    let gateway = Arc::new(Gateway::start(&redis.url(), &[]));
    gateway.await_redis().await;
    let is_restarting = Arc::new(AtomicBool::new(true));
    let mut clients = JoinSet::new();
    for client in 0..16 {
        let (gateway, is_restarting) = (gateway.clone(), is_restarting.clone());
        clients.spawn(async move {
            let (mut answered, mut failed) = (0, 0);
            let mut after = 0;
            while after < 20 {
                let is_after = !is_restarting.load(Ordering::SeqCst);
                after += usize::from(is_after);
                let tag = format!("{client}-{answered}-{failed}");
                let answer = gateway.run(&["ECHO", &tag]).await;
                if answer.status.is_success() {
                    assert_eq!(answer.json()["result"], tag);
                    answered += 1;
                } else {
                    assert!(!is_after, "{answer:?}");
                    assert_eq!(answer.status.as_u16(), 503);
                    failed += 1;
                }
            }
        });
    }
    for _ in 0..3 {
        gateway.await_redis().await;
        redis.kill();
        assert_eq!(gateway.run(&["PING"]).await.status.as_u16(), 503);
        redis.start_again();
    }
    gateway.await_redis().await;
    is_restarting.store(false, Ordering::SeqCst);
    soon(clients.join_all()).await;
}

#[tokio::test]
async fn what_was_sent_before_a_loss_is_not_sent_again() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &[]);
    let lose = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.command().await.unwrap(), ["INCR", "n"]);
        drop(session);
        let mut session = impostor.accept().await;
        assert_eq!(
            session.command().await.unwrap(),
            ["GET", "n"],
            "the lost command came again"
        );
        session.reply("$1\r\n1\r\n").await;
        session
    };
    let ask = async {
        let answer = gateway.run(&["INCR", "n"]).await;
        assert_eq!(answer.status.as_u16(), 503);
        assert!(
            answer.error().ends_with("; what was asked may have run"),
            "{answer:?}"
        );
        gateway
            .run(&["GET", "n"])
            .await
            .is(200, r#"{"result":"1"}"#);
    };
    soon(async { tokio::join!(lose, ask) }).await;
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_sent() {
    // More than the socket's buffers hold, so that what comes after it has to queue.
    const LARGE: usize = 40_000_000;
    let impostor = Impostor::listen().await;
    let options = ["--timeout", "0.5", "--max-request-size", "40000000"];
    let gateway = Gateway::start(&impostor.url(), &options);
    let (began, has_begun) = oneshot::channel();
    let (gave_up, has_given_up) = oneshot::channel();
    let read = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.length('*').await, Some(3));
        assert_eq!(session.arg().await.unwrap(), "set");
        began.send(()).unwrap();
        has_given_up.await.unwrap();
        assert_eq!(session.arg().await.unwrap(), "large");
        // Unless the gateway has given up on this connection by now.
        if session.arg().await.is_some() {
            session.reply("+OK\r\n").await;
        }
        loop {
            match session.command().await {
                Some(command) => {
                    assert_eq!(command, ["GET", "last"]);
                    session.reply("$-1\r\n").await;
                }
                None => session = impostor.accept().await,
            }
        }
    };
    let ask = async {
        let large = gateway.send("POST", "/set/large", vec![b'x'; LARGE]);
        let queued = async {
            has_begun.await.unwrap();
            gateway.run(&["GET", "queued"]).await
        };
        let (large, queued) = tokio::join!(large, queued);
        assert_eq!((large.status.as_u16(), queued.status.as_u16()), (503, 503));
        gave_up.send(()).unwrap();
        while !gateway.run(&["GET", "last"]).await.status.is_success() {}
    };
    soon(async {
        tokio::select! {
            () = read => {}
            () = ask => {}
        }
    })
    .await;
}

#[tokio::test]
async fn a_late_reply_goes_to_nobody() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &["--timeout", "0.5"]);
    let dawdle = async {
        let mut session = impostor.accept().await;
        assert_eq!(session.command().await.unwrap(), ["GET", "slow"]);
        assert_eq!(session.command().await.unwrap(), ["GET", "next"]);
        session.reply("$4\r\nlate\r\n$4\r\nnext\r\n").await;
        session
    };
    let ask = async {
        let answer = gateway.run(&["GET", "slow"]).await;
        let late = "no reply from redis within 0.5 s; what was asked may have run";
        answer.is(503, &format!(r#"{{"error":"ERR {late}"}}"#));
        gateway
            .run(&["GET", "next"])
            .await
            .is(200, r#"{"result":"next"}"#);
    };
    soon(async { tokio::join!(dawdle, ask) }).await;
}

#[tokio::test]
async fn a_connection_that_fell_silent_is_replaced() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &["--timeout", "0.2"]);
    let fall_silent = async {
        let mut silent = impostor.accept().await;
        assert_eq!(silent.command().await.unwrap(), ["GET", "k"]);
        while silent.command().await.is_some() {}
        let mut session = impostor.accept().await;
        while session.command().await.unwrap() != ["GET", "again"] {}
        session.reply("$-1\r\n").await;
        session
    };
    let ask = async {
        assert_eq!(gateway.run(&["GET", "k"]).await.status.as_u16(), 503);
        while gateway.run(&["GET", "again"]).await.text() != r#"{"result":null}"# {}
    };
    soon(async { tokio::join!(fall_silent, ask) }).await;
}

#[tokio::test]
async fn a_connection_that_talks_nonsense_is_replaced() {
    let impostor = Impostor::listen().await;
    let gateway = Gateway::start(&impostor.url(), &[]);
    let babble = async {
        for nonsense in ["hello\r\n", "$-5\r\n", ":1\r\n:2\r\n"] {
            let mut session = impostor.accept().await;
            assert_eq!(session.command().await.unwrap(), ["GET", "k"]);
            session.reply(nonsense).await;
            assert_eq!(session.command().await, None, "{nonsense:?}");
        }
    };
    let ask = async {
        for (status, text) in [
            (503, "may have run"),
            (503, "may have run"),
            (200, r#"{"result":1}"#),
        ] {
            let answer = gateway.run(&["GET", "k"]).await;
            assert!(
                answer.status.as_u16() == status && answer.text().contains(text),
                "{answer:?}"
            );
        }
    };
    soon(async { tokio::join!(babble, ask) }).await;
}

#[tokio::test]
async fn without_multi_no_transaction_is_tried() {
    let redis = Redis::start("--user app on >secret ~* +@all -multi");
    let gateway = Gateway::start(&(redis.url() + "?user=app&pass=secret"), &[]);
    let answer = gateway
        .send("POST", "/multi-exec", r#"[["SET","k","v"]]"#)
        .await;
    assert_eq!(answer.status.as_u16(), 400);
    assert!(answer.error().starts_with("NOPERM"), "{answer:?}");
    gateway
        .run(&["EXISTS", "k"])
        .await
        .is(200, r#"{"result":0}"#);
}

#[tokio::test]
async fn what_is_not_redis_is_not_asked() {
    let echo = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", echo.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = echo.accept().await {
            let (mut from, mut to) = stream.split();
            let _ = tokio::io::copy(&mut from, &mut to).await;
        }
    });
    let gateway = Gateway::start(&url, &["--timeout", "0.4"]);
    let error = gateway.run(&["PING"]).await.error();
    assert!(error.contains("not redis"), "{error}");
}
