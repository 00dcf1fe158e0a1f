//! Over HTTP, through the core's own code for the REST protocol, to the real gateway in front of a server.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command as Program, Stdio};

use notion_edge_core::failure::Failure;
use notion_edge_core::redis::{Command, Dialect, Value, rest};
use ureq::Agent;

use crate::shell::Shell;

const TOKEN: &str = "store-tests";

/// A running gateway, and a client of it.
pub struct Rest {
    gateway: Child,
    address: String,
    agent: Agent,
}

impl Rest {
    /// In front of the server at that address.
    pub fn to(redis: &str) -> Self {
        let mut gateway = Program::new(gateway())
            .args(["--redis", &redis.replace("unix://", "unix:")])
            .args(["--listen", "127.0.0.1:0"])
            .env_remove("REDIS_URL")
            .env("GATEWAY_TOKENS", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(gateway.stdout.take().unwrap());
        lines.read_line(&mut line).unwrap();
        let (_, address) = line.trim_end().split_once("listening on ").unwrap();
        let config = Agent::config_builder().http_status_as_error(false);
        Self {
            gateway,
            address: address.to_owned(),
            agent: config.build().into(),
        }
    }

    /// Opens the stream at that path.
    pub fn stream(&self, path: &str) -> impl Read + use<> {
        let request = self.request(path).header("accept", "text/event-stream");
        request.send("[]").unwrap().into_body().into_reader()
    }

    fn request(&self, path: &str) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let request = self.agent.post(format!("{}{path}", self.address));
        request
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
    }
}

impl Shell for Rest {
    fn send(&mut self, commands: &[Command]) -> Result<Vec<Value>, Failure> {
        let (path, body) = rest::request(commands, Dialect::of(&self.address))?;
        let mut answer = self.request(path).send(body.as_slice()).unwrap();
        let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec();
        rest::replies(commands.len(), answer.status().as_u16(), &body.unwrap())
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        let _ = self.gateway.kill();
        let _ = self.gateway.wait();
    }
}

/// The gateway's binary beside this test's own; cargo builds it where only this package is tested.
fn gateway() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let path = own.ancestors().nth(2).unwrap().join("redis-gateway");
    if !path.exists() {
        let cargo = Program::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "redis-gateway"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(cargo.unwrap().success(), "the gateway cannot be built");
    }
    path
}
