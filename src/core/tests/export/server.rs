//! A private redis-server for one test, gone with it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::Connection;

/// A running server.
pub struct Server {
    child: Child,
    directory: tempfile::TempDir,
}

impl Server {
    /// Starts `redis-server` or `valkey-server` from PATH on a socket of its own.
    pub fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("redis.sock");
        let spawn = |program: &str| {
            Command::new(program)
                .args([
                    "--port",
                    "0",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--unixsocket",
                ])
                .arg(&socket)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
        };
        let child = spawn("redis-server")
            .or_else(|_| spawn("valkey-server"))
            .expect("these tests need redis-server or valkey-server on PATH: install the package redis-server");
        Self { child, directory }
    }

    /// A connection, as soon as the server takes one.
    pub fn connect(&self) -> Connection {
        let address = format!(
            "unix://{}",
            self.directory.path().join("redis.sock").display()
        );
        let client = redis::Client::open(address).unwrap();
        let started = Instant::now();
        loop {
            match client.get_connection() {
                Ok(connection) => return connection,
                Err(error) if started.elapsed() > Duration::from_secs(10) => {
                    panic!("redis does not start: {error}")
                }
                // Polling a process that starts is the one wait here; nothing under test depends on it.
                Err(_) => std::thread::yield_now(),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
