//! The command line and the environment.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::cors::parse_origin;
use crate::http::Limits;
use crate::tls::Trust;
use crate::tokens::{Source, Sources};

/// HTTP in front of any Redis or Valkey, speaking the Upstash REST protocol.
///
/// Point @upstash/redis, or any other client of that protocol, at it: the URL is what it prints
/// when it is ready, the token is one of GATEWAY_TOKENS.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Args {
    /// Redis or Valkey: redis://[[user]:password@]host[:port][/database], the same with rediss://
    /// for TLS, or unix:/path[?db=number&user=name&pass=password] [default: REDIS_URL, or else
    /// redis://127.0.0.1:6379]
    #[arg(long, value_name = "URL", help_heading = "Redis")]
    redis: Option<String>,

    /// Who signed Redis's certificate, or that certificate itself, in PEM [default: the
    /// authorities of the system]
    #[arg(long, value_name = "FILE", help_heading = "Redis")]
    redis_ca: Option<PathBuf>,

    /// Our certificate in PEM, for a Redis that asks for one
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Redis",
        requires = "redis_key"
    )]
    redis_cert: Option<PathBuf>,

    /// The key of that certificate
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Redis",
        requires = "redis_cert"
    )]
    redis_key: Option<PathBuf>,

    /// For development: start an empty Redis of its own, which ends with the gateway; without any
    /// token, make one and print it
    #[arg(long, help_heading = "Redis", conflicts_with = "redis")]
    pub spawn: bool,

    /// The same Redis as read-only tokens use it: as an ACL user, who binds their scripts too
    /// [default: as all tokens]
    #[arg(
        long,
        value_name = "URL",
        help_heading = "Redis",
        conflicts_with = "spawn"
    )]
    pub readonly_redis: Option<String>,

    /// Where to listen; port 0 picks a free port. There is no TLS: put a proxy in front before you
    /// listen to others
    #[arg(
        long,
        value_name = "HOST:PORT",
        help_heading = "HTTP",
        default_value = "127.0.0.1:8079"
    )]
    pub listen: String,

    /// Where to listen for Prometheus, which asks for /metrics, without a token [default: nowhere]
    #[arg(long, value_name = "HOST:PORT", help_heading = "HTTP")]
    pub metrics_listen: Option<String>,

    /// Bearer tokens that may do everything, one in a line; # begins a comment. SIGHUP has the
    /// file read again
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    tokens_file: Option<PathBuf>,

    /// The same for tokens that may only read
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    readonly_tokens_file: Option<PathBuf>,

    /// A page's origin, such as https://example.com, whose scripts may ask; * for all. Give it
    /// several times for several [default: none]
    #[arg(
        long,
        value_name = "ORIGIN",
        help_heading = "HTTP",
        value_delimiter = ',',
        value_parser = parse_origin
    )]
    pub cors_origin: Vec<String>,

    /// How often a stream without events shows that it is alive
    #[arg(
        long,
        value_name = "SECONDS",
        help_heading = "HTTP",
        default_value = "15",
        value_parser = parse_seconds
    )]
    pub heartbeat: Duration,

    /// Ask a running gateway whether it is well, and end: at --listen, or at this URL
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    pub check: Option<String>,

    /// How long a request may wait for Redis
    #[arg(
        long,
        value_name = "SECONDS",
        help_heading = "Limits",
        default_value = "5",
        value_parser = parse_seconds
    )]
    pub timeout: Duration,

    /// How large the body of a request may be
    #[arg(long, value_name = "BYTES", help_heading = "Limits", default_value_t = 10 * 1024 * 1024)]
    max_request_size: usize,

    /// How large the replies to one request may be; one that is larger becomes an error
    #[arg(long, value_name = "BYTES", help_heading = "Limits", default_value_t = 64 * 1024 * 1024)]
    pub max_reply_size: usize,

    /// How large the replies to all requests under way may be together
    #[arg(long, value_name = "BYTES", help_heading = "Limits", default_value_t = 256 * 1024 * 1024)]
    pub max_reply_memory: usize,

    /// How many commands a pipeline or transaction may have
    #[arg(
        long,
        value_name = "NUMBER",
        help_heading = "Limits",
        default_value_t = 10_000
    )]
    max_commands: usize,

    /// How many requests may be under way at once
    #[arg(long, value_name = "NUMBER", help_heading = "Limits", default_value = "1024", value_parser = parse_places)]
    max_concurrent_requests: usize,

    /// How many connections clients may have open at once
    #[arg(long, value_name = "NUMBER", help_heading = "Limits", default_value = "4096", value_parser = parse_places)]
    pub max_connections: usize,
}

const AFTER_HELP: &str = "\
Environment:
  GATEWAY_TOKENS           bearer tokens that may do everything, with commas
  GATEWAY_READONLY_TOKENS  bearer tokens that may only read
  REDIS_URL                used without --redis; keeps a password out of sight
  GATEWAY_...              any other option: GATEWAY_LISTEN is --listen

Exit status:
  0  ended as asked
  1  could not start, or ended before its last requests
  2  wrong usage

Examples:
  redis-gateway --spawn
  GATEWAY_TOKENS=secret redis-gateway --redis redis://127.0.0.1:6379
  curl -H 'Authorization: Bearer secret' http://127.0.0.1:8079/set/key/value
  curl -H 'Authorization: Bearer secret' http://127.0.0.1:8079/get/key";

impl Args {
    /// Reads the command line and the environment, and ends the process if they can not be meant.
    pub fn read() -> Self {
        let command = Self::command().mut_args(|arg| {
            let variable = format!("GATEWAY_{}", arg.get_id().as_str().to_ascii_uppercase());
            // An empty one is how compose files and the like say that there is none.
            let is_set = env::var_os(&variable).is_some_and(|value| !value.is_empty());
            // Their names follow from the option, except for this one's, which others use too.
            let is_general = !matches!(arg.get_id().as_str(), "redis" | "check");
            if is_set && is_general {
                arg.env(variable).hide_env(true)
            } else {
                arg
            }
        });
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }

    /// The URL of Redis.
    pub fn redis_url(&self) -> Result<String, String> {
        if let Some(url) = &self.redis {
            return Ok(url.clone());
        }
        let url = variable("REDIS_URL")?;
        Ok(if url.is_empty() {
            "redis://127.0.0.1:6379".to_owned()
        } else {
            url
        })
    }

    /// Where the tokens are.
    pub fn tokens(&self) -> Result<Sources, String> {
        Ok(Sources {
            full: Source {
                variable: variable("GATEWAY_TOKENS")?,
                file: self.tokens_file.clone(),
            },
            read_only: Source {
                variable: variable("GATEWAY_READONLY_TOKENS")?,
                file: self.readonly_tokens_file.clone(),
            },
        })
    }

    /// The certificates for Redis.
    pub fn trust(&self) -> Trust {
        let identity = self.redis_cert.clone().zip(self.redis_key.clone());
        Trust {
            ca: self.redis_ca.clone(),
            identity,
        }
    }

    /// What a request may be.
    pub fn limits(&self) -> Limits {
        Limits {
            request_size: self.max_request_size,
            requests: self.max_concurrent_requests,
            commands: self.max_commands,
        }
    }
}

fn variable(name: &str) -> Result<String, String> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(env::VarError::NotPresent) => Ok(String::new()),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    // A year, so that adding it to an instant can not overflow.
    if seconds > 0.0 && seconds <= 31_536_000.0 {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("it must be more than 0 and at most a year".to_owned())
    }
}

fn parse_places(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(places) if (1..=1_000_000).contains(&places) => Ok(places),
        _ => Err("it must be a whole number from 1 to 1000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_timeout_is_a_sensible_number_of_seconds() {
        assert_eq!(parse_seconds("0.25").unwrap(), Duration::from_millis(250));
        for text in ["0", "-1", "NaN", "inf", "1e300", "5s", ""] {
            assert!(parse_seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_limit_lets_something_through() {
        assert_eq!(parse_places("1"), Ok(1));
        for text in ["0", "-1", "1e3", "1000001", ""] {
            assert!(parse_places(text).is_err(), "{text}");
        }
    }
}
