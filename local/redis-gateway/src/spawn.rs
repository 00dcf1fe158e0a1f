//! A Redis of our own, for development: empty, on a socket in a directory of its own, gone with the
//! gateway.
//!
//! A shell watches over it. The shell reads from a pipe that only this process holds open, so it
//! notices any end of the gateway, also one by SIGKILL, and then ends Redis and removes the
//! directory. Asking the kernel for that would take unsafe code, and work on Linux only.

use std::env;
use std::ffi::OsStr;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::Builder;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::address::{Address, Server};

/// The servers that will do, in the order in which they are tried.
const SERVERS: [&str; 2] = ["redis-server", "valkey-server"];

/// In a process group of its own, so that Ctrl-C does not end Redis before the gateway has answered
/// its last requests.
const WATCH: &str = r#"
directory=$1; shift
"$@" </dev/null &
exec >&-
read -r _
kill $! 2>/dev/null
wait $!
rm -rf "$directory"
"#;

/// It starts in milliseconds.
const START: Duration = Duration::from_secs(10);

/// It has nothing to save when it ends.
const END: Duration = Duration::from_secs(5);

/// A running Redis.
pub struct Spawned {
    watch: Child,
    lines: Lines<BufReader<ChildStdout>>,
    directory: PathBuf,
}

impl Spawned {
    /// Starts one, and waits until it can be connected to.
    pub async fn start() -> Result<Self, String> {
        let server = find(&env::var_os("PATH").unwrap_or_default())
            .ok_or("--spawn needs redis-server or valkey-server in the PATH, and there is none")?;
        let can_not_start =
            |error: io::Error| format!("can not start {}: {error}", server.display());
        // Redis has no password, so nobody else may get to its socket.
        let directory = Builder::new()
            .prefix("redis-gateway-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .map_err(can_not_start)?;
        let mut watch = Command::new("/bin/sh")
            .args(["-c", WATCH, "redis-gateway-watch"])
            .arg(directory.path())
            .arg(&server)
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"])
            .arg(directory.path())
            .arg("--unixsocket")
            .arg(socket(directory.path()))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(can_not_start)?;
        let stdout = watch.stdout.take().expect("it was asked for above");
        let mut spawned = Self {
            watch,
            lines: BufReader::new(stdout).lines(),
            directory: directory.keep(),
        };
        let ready = timeout(
            START,
            spawned.until(|line| line.contains("eady to accept connections")),
        );
        match ready.await {
            Ok(Ok(())) => Ok(spawned),
            Ok(Err(last)) => {
                spawned.stop().await;
                Err(format!("{} ended: {last}", server.display()))
            }
            Err(_) => {
                spawned.stop().await;
                Err(format!(
                    "{} is not ready after {} s",
                    server.display(),
                    START.as_secs()
                ))
            }
        }
    }

    /// Where it is.
    pub fn server(&self) -> Server {
        Server {
            address: Address::Unix(socket(&self.directory)),
            user: None,
            password: None,
            database: 0,
        }
    }

    /// Resolves if it ends by itself, with the last that it said.
    pub async fn ended(&mut self) -> String {
        self.until(|_| false).await.err().unwrap_or_default()
    }

    /// Ends it.
    pub async fn stop(mut self) {
        drop(self.watch.stdin.take());
        let _ = timeout(END, self.watch.wait()).await;
    }

    /// Reads what it says until there is such a line. The error is the last line before it ended.
    async fn until(&mut self, is_it: impl Fn(&str) -> bool) -> Result<(), String> {
        let mut last = "it said nothing".to_owned();
        while let Ok(Some(line)) = self.lines.next_line().await {
            if is_it(&line) {
                return Ok(());
            }
            if !line.trim().is_empty() {
                last = line;
            }
        }
        Err(last)
    }
}

fn socket(directory: &Path) -> PathBuf {
    directory.join("redis.sock")
}

fn find(path: &OsStr) -> Option<PathBuf> {
    let directories: Vec<_> = env::split_paths(path).collect();
    let candidates = SERVERS.iter().flat_map(|server| {
        directories
            .iter()
            .map(move |directory| directory.join(server))
    });
    candidates.into_iter().find(|candidate| candidate.is_file())
}
