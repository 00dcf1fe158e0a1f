//! Where Redis is: `redis://`, `rediss://` and `unix:` URLs.
//!
//! `endpoint` connects to it. Cluster and Sentinel are not among them yet. Nothing here is ever
//! printed with its password.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::request::query_pairs;

/// A Redis server, and as whom to use which of its databases.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Server {
    /// Where it listens.
    pub address: Address,
    /// An ACL user; without one, the default user.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// The number of a database.
    pub database: u32,
}

/// Where a server listens.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Address {
    /// Host and port.
    Tcp(String, u16),
    /// Host and port, with TLS from the first byte on.
    Tls(String, u16),
    /// The path of a socket.
    Unix(PathBuf),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) | Self::Tls(host, port) if host.contains(':') => {
                write!(f, "[{host}]:{port}")
            }
            Self::Tcp(host, port) | Self::Tls(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

impl Server {
    /// Reads `redis://[[user]:password@]host[:port][/database]`, the same with `rediss://`, or
    /// `unix:/path[?db=number&user=name&pass=password]`. The error does not repeat the URL, which
    /// may hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let server = match url.split_once(':') {
            Some(("redis", rest)) => parse_tcp(rest, Address::Tcp),
            Some(("rediss", rest)) => parse_tcp(rest, Address::Tls),
            Some(("unix" | "redis+unix", rest)) => {
                parse_unix(rest.strip_prefix("//").unwrap_or(rest))
            }
            _ => Err(expected()),
        }?;
        if server.user.is_some() && server.password.is_none() {
            return Err(format!("it has a user without a password; {}", expected()));
        }
        Ok(server)
    }
}

fn expected() -> String {
    "it must look like redis://:password@host:6379/0, rediss:// for TLS, or unix:/path/to/redis.sock"
        .to_owned()
}

fn parse_tcp(rest: &str, address: fn(String, u16) -> Address) -> Result<Server, String> {
    let rest = rest.strip_prefix("//").ok_or_else(expected)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    // Otherwise the beginning of a password would be taken for a host, looked up and printed.
    if database.contains('@') || query.contains('@') {
        return Err(
            "its password has a / or ? in it, or its user has: write these as %2F and %3F"
                .to_owned(),
        );
    }
    let (credentials, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (host, port) = match host_and_port.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or_else(expected)?,
        None => host_and_port.split_at(host_and_port.find(':').unwrap_or(host_and_port.len())),
    };
    if host.is_empty() {
        return Err(expected());
    }
    let port = match port.strip_prefix(':') {
        Some(port) => port
            .parse()
            .map_err(|_| format!("its port is not a number up to 65535; {}", expected()))?,
        None if port.is_empty() => 6379,
        None => return Err(expected()),
    };
    Ok(Server {
        address: address(decode(host)?, port),
        user: some(user)?,
        password: some(password)?,
        database: parse_database(database)?,
    })
}

fn parse_unix(rest: &str) -> Result<Server, String> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = decode(path)?;
    if !path.starts_with('/') {
        return Err(expected());
    }
    let mut server = Server {
        address: Address::Unix(path.into()),
        user: None,
        password: None,
        database: 0,
    };
    for (name, value) in query_pairs(query) {
        let value =
            String::from_utf8(value.unwrap_or_default().into_owned()).map_err(|_| expected())?;
        match &*name {
            b"db" => server.database = parse_database(&value)?,
            b"user" => server.user = Some(value),
            b"pass" => server.password = Some(value),
            _ => return Err(format!("it has an unknown parameter; {}", expected())),
        }
    }
    Ok(server)
}

fn parse_database(text: &str) -> Result<u32, String> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse()
        .map_err(|_| format!("its database is not a number; {}", expected()))
}

fn some(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        Ok(None)
    } else {
        decode(text).map(Some)
    }
}

fn decode(text: &str) -> Result<String, String> {
    percent_decode_str(text)
        .decode_utf8()
        .map(String::from)
        .map_err(|_| expected())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tcp(
        host: &str,
        port: u16,
        user: Option<&str>,
        password: Option<&str>,
        database: u32,
    ) -> Server {
        let (user, password) = (user.map(str::to_owned), password.map(str::to_owned));
        Server {
            address: Address::Tcp(host.to_owned(), port),
            user,
            password,
            database,
        }
    }

    #[test]
    fn urls_say_where_as_whom_and_which() {
        for (url, server) in [
            ("redis://localhost", tcp("localhost", 6379, None, None, 0)),
            (
                "redis://localhost:7000/",
                tcp("localhost", 7000, None, None, 0),
            ),
            (
                "redis://:p%40ss:@[::1]:7000/3",
                tcp("::1", 7000, None, Some("p@ss:"), 3),
            ),
            ("redis://[::1]/3", tcp("::1", 6379, None, None, 3)),
            (
                "redis://app:pa@ss@10.0.0.1/1?x=y",
                tcp("10.0.0.1", 6379, Some("app"), Some("pa@ss"), 1),
            ),
        ] {
            assert_eq!(Server::parse(url), Ok(server), "{url}");
        }
        assert_eq!(
            Server::parse("rediss://:secret@cache.example:6380").map(|server| server.address),
            Ok(Address::Tls("cache.example".to_owned(), 6380))
        );
        let unix = Server {
            address: Address::Unix("/run/a b.sock".into()),
            user: Some("app".to_owned()),
            password: Some("s+&".to_owned()),
            database: 2,
        };
        assert_eq!(
            Server::parse("unix:///run/a%20b.sock?db=2&user=app&pass=s%2B%26"),
            Ok(unix)
        );
        assert_eq!(
            Server::parse("unix:/run/r.sock")
                .unwrap()
                .address
                .to_string(),
            "/run/r.sock"
        );
    }

    #[test]
    fn a_password_is_not_taken_for_a_host() {
        for url in [
            "redis://hunter2?x@host",
            "redis://app:123/4@host",
            "redis://:hunter2/x@host/0",
            "rediss://:hunter2?@host",
        ] {
            let error = Server::parse(url).unwrap_err();
            assert!(error.contains("%2F"), "{url}: {error}");
        }
        let whole = Server::parse("redis://:a%2Fb%3Fc#d@host").unwrap();
        assert_eq!(whole.password.as_deref(), Some("a/b?c#d"));
    }

    #[test]
    fn a_bad_url_is_explained_without_being_repeated() {
        for url in [
            "",
            "localhost:6379",
            "http://localhost",
            "redis:localhost",
            "redis://",
            "redis://:hunter2@",
            "redis://hunter2@host",
            "redis://:hunter2@host:port",
            "redis://host:99999",
            "redis://host/hunter2",
            "redis://[::1",
            "redis://[::1]6379",
            "rediss:hunter2@host",
            "rediss://:hunter2@host:port",
            "unix:relative.sock",
            "unix:/r.sock?password=hunter2",
        ] {
            let error = Server::parse(url).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
