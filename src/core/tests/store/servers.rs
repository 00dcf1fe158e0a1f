//! Private servers for one test, gone with it: Redis or Valkey alone, or a cluster of three.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use redis::Connection;
use tempfile::TempDir;

/// A running server.
pub struct Server {
    /// Where it is, as `redis://…` or `unix://…`.
    pub address: String,
    child: Child,
    _directory: TempDir,
}

/// The programs of servers that this machine has.
pub fn programs() -> Vec<&'static str> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |program: &&str| {
        std::env::split_paths(&folders)
            .any(|folder: std::path::PathBuf| folder.join(program).is_file())
    };
    let found: Vec<_> = ["redis-server", "valkey-server"]
        .into_iter()
        .filter(is_there)
        .collect();
    assert!(
        !found.is_empty(),
        "these tests need redis-server or valkey-server on PATH: install the package redis-server"
    );
    found
}

impl Server {
    /// Starts the first program there is, on a socket.
    pub fn start() -> Self {
        Self::of(programs()[0])
    }

    /// Starts that program, on a socket.
    pub fn of(program: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("redis.sock");
        let address = format!("unix://{}", socket.display());
        let options =
            ["--port", "0", "--unixsocket", &socket.display().to_string()].map(str::to_owned);
        Self::run(program, directory, address, &options)
    }

    fn node(program: &str, port: u16, bus: u16) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let options = [
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            &bus.to_string(),
        ]
        .map(str::to_owned);
        Self::run(
            program,
            directory,
            format!("redis://127.0.0.1:{port}"),
            &options,
        )
    }

    fn run(program: &str, directory: TempDir, address: String, options: &[String]) -> Self {
        let mut child = Command::new(program)
            .args(["--save", "", "--dir"])
            .arg(directory.path() as &Path)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let is_ready = lines.any(|line| line.unwrap().contains("eady to accept connections"));
        assert!(is_ready, "{program} does not start");
        // Read on, so that the server never waits for a reader of its log.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            address,
            child,
            _directory: directory,
        }
    }

    pub fn connect(&self) -> Connection {
        let client = redis::Client::open(self.address.as_str()).unwrap();
        client.get_connection().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts three masters that share the slots.
pub fn start_cluster(program: &str) -> Vec<Server> {
    let free: Vec<TcpListener> = (0..6)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let ports: Vec<u16> = free
        .iter()
        .map(|it| it.local_addr().unwrap().port())
        .collect();
    drop(free);
    let nodes: Vec<Server> = ports
        .chunks(2)
        .map(|pair| Server::node(program, pair[0], pair[1]))
        .collect();
    for (node, range) in nodes
        .iter()
        .zip([["0", "5460"], ["5461", "10922"], ["10923", "16383"]])
    {
        let mut connection = node.connect();
        let call = |connection: &mut Connection, args: &[&str]| {
            redis::cmd("CLUSTER").arg(args).exec(connection).unwrap();
        };
        call(&mut connection, &["ADDSLOTSRANGE", range[0], range[1]]);
        call(
            &mut connection,
            &[
                "MEET",
                "127.0.0.1",
                &ports[0].to_string(),
                &ports[1].to_string(),
            ],
        );
    }
    let is_whole = |node: &Server| {
        let info: String = redis::cmd("CLUSTER")
            .arg("INFO")
            .query(&mut node.connect())
            .unwrap();
        info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
    };
    while !nodes.iter().all(is_whole) {
        // Polling servers that find each other is the one wait here.
        std::thread::yield_now();
    }
    nodes
}
