//! A Redis, a gateway and a client for each test, all of which end with it.
//!
//! `Impostor` is a Redis that misbehaves where a real one can not be made to.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

pub const TOKEN: &str = "full-access";
pub const READER: &str = "reads-only";

/// A Redis, and a gateway in front of it.
pub fn start() -> (Redis, Gateway) {
    let redis = Redis::start("");
    let gateway = Gateway::start(&redis.url(), &[]);
    (redis, gateway)
}

/// A real Redis, empty, on a socket of its own.
pub struct Redis {
    process: Child,
    dir: TempDir,
    options: String,
}

impl Redis {
    /// Starts one with the options of redis-server, separated by spaces.
    pub fn start(options: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let process = spawn_redis(&dir, options);
        Self {
            process,
            dir,
            options: options.to_owned(),
        }
    }

    pub fn url(&self) -> String {
        format!("unix:{}", socket(&self.dir).display())
    }

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn start_again(&mut self) {
        self.process = spawn_redis(&self.dir, &self.options);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn_redis(dir: &TempDir, options: &str) -> Child {
    let mut process = Command::new("redis-server")
        .args(["--save", "", "--port", "0", "--unixsocket"])
        .arg(socket(dir))
        .arg("--dir")
        .arg(dir.path())
        .args(options.split_whitespace())
        .stdout(Stdio::piped())
        .spawn()
        .expect("these tests need redis-server 7 in the PATH (apt install redis-server)");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("eady to accept connections")),
        "no Redis"
    );
    std::thread::spawn(move || lines.for_each(drop));
    process
}

fn socket(dir: &TempDir) -> PathBuf {
    dir.path().join("redis.sock")
}

/// Free now: it should be taken soon, because any outgoing connection may take it too.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// The gateway's command with nothing of the surrounding environment but tokens.
pub fn gateway_command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redis-gateway"));
    command
        .args(args)
        .env_remove("REDIS_URL")
        .env("GATEWAY_TOKENS", format!("other,{TOKEN}"))
        .env("GATEWAY_READONLY_TOKENS", READER)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running gateway.
pub struct Gateway {
    pub process: Child,
    pub address: String,
}

impl Gateway {
    pub fn start(redis_url: &str, options: &[&str]) -> Self {
        let args = [&["--redis", redis_url, "--listen", "127.0.0.1:0"], options].concat();
        Self::read(&mut gateway_command(&args))
    }

    /// Starts `command`, and reads where it listens.
    pub fn read(command: &mut Command) -> Self {
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim_end()
            .strip_prefix("redis-gateway listening on http://")
            .unwrap();
        Self {
            address: address.to_owned(),
            process,
        }
    }

    /// Sends a request with the full token.
    pub async fn send(&self, method: &str, path: &str, body: impl Into<Bytes>) -> Answer {
        self.send_with(
            &[("authorization", &format!("Bearer {TOKEN}"))],
            method,
            path,
            body,
        )
        .await
    }

    pub async fn send_with(
        &self,
        headers: &[(&str, &str)],
        method: &str,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Answer {
        send(&self.address, headers, method, path, body.into()).await
    }

    /// Opens a stream with the full token.
    pub async fn stream(&self, path: &str) -> Stream {
        let token = format!("Bearer {TOKEN}");
        Stream::open(&self.address, &[("authorization", &token)], "POST", path).await
    }

    /// Sends one command.
    pub async fn run(&self, command: &[&str]) -> Answer {
        self.send("POST", "/", serde_json::to_vec(command).unwrap())
            .await
    }

    /// Asks until Redis answers: the gateway waits for it on every attempt.
    pub async fn await_redis(&self) {
        soon(async { while self.run(&["PING"]).await.status != StatusCode::OK {} }).await;
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits for what is over in seconds, so that a test which waits in vain fails instead of hanging.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future)
        .await
        .expect("it takes far too long")
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The `error` of a refused request.
    pub fn error(&self) -> String {
        let json = self.json();
        assert!(
            self.status.as_u16() >= 400 && json.as_object().unwrap().len() == 1,
            "{self:?}"
        );
        json["error"].as_str().unwrap().to_owned()
    }

    /// Checks status and body.
    pub fn is(&self, status: u16, json: &str) {
        assert_eq!((self.status.as_u16(), self.text()), (status, json));
    }
}

pub async fn send(
    address: &str,
    headers: &[(&str, &str)],
    method: &str,
    path: &str,
    body: Bytes,
) -> Answer {
    let response = respond(address, headers, method, path, body).await;
    let (head, body) = response.into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

async fn respond(
    address: &str,
    headers: &[(&str, &str)],
    method: &str,
    path: &str,
    body: Bytes,
) -> Response<Incoming> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap());
    request = request.uri(path).header("host", address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body)).unwrap();
    client.send_request(request).await.unwrap()
}

/// A response that goes on, read piece by piece.
pub struct Stream {
    pub status: StatusCode,
    pub headers: HeaderMap,
    body: Incoming,
    text: String,
}

impl Stream {
    pub async fn open(address: &str, headers: &[(&str, &str)], method: &str, path: &str) -> Self {
        let response = respond(address, headers, method, path, "[]".into()).await;
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body,
            text: String::new(),
        }
    }

    /// What comes until the next empty line, or `None` when the stream has ended. Panics if it was
    /// cut off.
    pub async fn event(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                return Some(event);
            }
            let frame = soon(self.body.frame()).await?.unwrap();
            self.text += std::str::from_utf8(frame.data_ref().unwrap()).unwrap();
        }
    }

    /// Reads to the end, and whether that was a proper one.
    pub async fn ends_properly(mut self) -> bool {
        soon(async {
            while let Some(frame) = self.body.frame().await {
                if frame.is_err() {
                    return false;
                }
            }
            true
        })
        .await
    }
}

/// Sends bytes that may not be HTTP, and gives back what comes until the connection closes.
pub async fn send_raw(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// Listens like a Redis and says what the test says.
pub struct Impostor(TcpListener);

impl Impostor {
    pub async fn listen() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.0.local_addr().unwrap())
    }

    /// Accepts the gateway's next connection and answers its greeting.
    pub async fn accept(&self) -> Session {
        let (stream, _) = self.0.accept().await.unwrap();
        let mut session = Session(tokio::io::BufReader::new(stream));
        for (command, reply) in [
            ("PING", "+PONG\r\n"),
            ("MULTI", "+OK\r\n"),
            ("DISCARD", "+OK\r\n"),
        ] {
            assert_eq!(session.command().await.unwrap(), [command]);
            session.reply(reply).await;
        }
        session
    }
}

/// One connection of the gateway to an impostor. Dropping it closes the connection.
pub struct Session(tokio::io::BufReader<TcpStream>);

impl Session {
    /// The next command, or `None` when the gateway has closed the connection.
    pub async fn command(&mut self) -> Option<Vec<String>> {
        let mut args = Vec::new();
        for _ in 0..self.length('*').await? {
            args.push(self.arg().await?);
        }
        Some(args)
    }

    pub async fn arg(&mut self) -> Option<String> {
        let mut arg = vec![0; self.length('$').await? + 2];
        self.0.read_exact(&mut arg).await.ok()?;
        Some(String::from_utf8(arg).unwrap().trim_end().to_owned())
    }

    pub async fn reply(&mut self, bytes: &str) {
        self.0.get_mut().write_all(bytes.as_bytes()).await.unwrap();
    }

    pub async fn length(&mut self, kind: char) -> Option<usize> {
        let mut line = String::new();
        self.0.read_line(&mut line).await.ok()?;
        line.trim_end().strip_prefix(kind)?.parse().ok()
    }
}
