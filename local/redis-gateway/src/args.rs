//! The command line and the environment.

use std::time::Duration;

use clap::Parser;

/// HTTP in front of any Redis or Valkey, speaking the Upstash REST protocol.
///
/// Point @upstash/redis, or any other client of that protocol, at it: the URL is what it prints
/// when it is ready, the token is one of GATEWAY_TOKENS.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    /// Redis or Valkey: redis://[[user]:password@]host[:port][/database], or
    /// unix:/path[?db=number&user=name&pass=password]. Default: the environment's REDIS_URL, or
    /// else redis://127.0.0.1:6379
    #[arg(long, value_name = "URL")]
    pub redis: Option<String>,

    /// The same Redis as read-only tokens use it, as an ACL user. What that user may not do, scripts
    /// of such tokens can not do either. Default: the environment's GATEWAY_READONLY_REDIS, or else
    /// as --redis
    #[arg(long, value_name = "URL")]
    pub readonly_redis: Option<String>,

    /// Where to listen; port 0 picks a free port. There is no TLS: put a proxy in front before you
    /// listen to others
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8079")]
    pub listen: String,

    /// How long a request may wait for Redis
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = parse_seconds)]
    pub timeout: Duration,

    /// How large the body of a request may be
    #[arg(long, value_name = "BYTES", default_value_t = 10 * 1024 * 1024)]
    pub max_request_size: usize,

    /// How large the replies to one request may be; one that is larger becomes an error
    #[arg(long, value_name = "BYTES", default_value_t = 64 * 1024 * 1024)]
    pub max_reply_size: usize,

    /// How large the replies to all requests under way may be together
    #[arg(long, value_name = "BYTES", default_value_t = 256 * 1024 * 1024)]
    pub max_reply_memory: usize,

    /// How many commands a pipeline or transaction may have
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub max_commands: usize,

    /// How often a stream without events shows that it is alive
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = parse_seconds)]
    pub heartbeat: Duration,
}

const AFTER_HELP: &str = "\
Environment:
  GATEWAY_TOKENS           bearer tokens that may do everything, separated by commas; required
  GATEWAY_READONLY_TOKENS  bearer tokens that may only read
  REDIS_URL                used without --redis; keeps a password out of the list of processes
  GATEWAY_READONLY_REDIS   used without --readonly-redis

Example:
  GATEWAY_TOKENS=secret redis-gateway --redis redis://127.0.0.1:6379
  curl -H 'Authorization: Bearer secret' http://127.0.0.1:8079/set/key/value
  curl -H 'Authorization: Bearer secret' http://127.0.0.1:8079 -d '[\"GET\",\"key\"]'";

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    // A year, so that adding it to an instant can not overflow.
    if seconds > 0.0 && seconds <= 31_536_000.0 {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("it must be more than 0 and at most a year".to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory;

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
}
