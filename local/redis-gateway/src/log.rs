//! Lines for the person who runs the gateway: what happens on stderr, where it is on stdout.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes one line. A stderr that nobody reads any more is no reason to stop, as `eprintln!` would.
pub fn log(line: impl Display) {
    let _ = writeln!(io::stderr(), "redis-gateway: {line}");
}

/// Writes one line that programs read too.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}
