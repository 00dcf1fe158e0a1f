//! `--check`: asks a running gateway whether it is well, for containers that have neither a shell
//! nor curl.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::gate::HEALTH;

/// A gateway that is well answers in less than a millisecond.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `url`, or else the gateway that listens at `listen`. The error says what came instead of a
/// yes.
pub async fn check(url: &str, listen: &str) -> Result<(), String> {
    let url = match url {
        "" => format!("http://{}", reachable(listen)),
        url => url.to_owned(),
    };
    let rest = url
        .strip_prefix("http://")
        .ok_or_else(|| format!("{url} does not begin with http://"))?;
    let (address, path) = match rest.split_once('/') {
        Some((address, path)) => (address, format!("/{path}")),
        None => (rest, HEALTH.to_owned()),
    };
    let status = timeout(PATIENCE, ask(address, &path))
        .await
        .unwrap_or_else(|_| Err("there is no answer".to_owned()))
        .map_err(|problem| format!("{url}: {problem}"))?;
    if status == "200" {
        Ok(())
    } else {
        Err(format!("{url}: the status is {status}"))
    }
}

async fn ask(address: &str, path: &str) -> Result<String, String> {
    let answer = async {
        let mut stream = TcpStream::connect(address).await?;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = answer.await.map_err(|error| error.to_string())?;
    let line = String::from_utf8_lossy(&answer);
    match line.split(' ').nth(1) {
        Some(status) if line.starts_with("HTTP/1.") => Ok(status.to_owned()),
        _ => Err("it does not speak HTTP".to_owned()),
    }
}

/// The address to ask at, for one that may stand for all addresses of the machine.
fn reachable(listen: &str) -> String {
    match listen.parse::<SocketAddr>() {
        Ok(mut address) if address.ip().is_unspecified() => {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
            address.to_string()
        }
        _ => listen.to_owned(),
    }
}
