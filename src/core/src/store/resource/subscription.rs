//! What is published on the channel of a resource, as the REST protocol carries it: server-sent events.
//!
//! No I/O: the shell opens the stream, hands over what comes of it, and opens it again when it ends.

use std::time::Duration;

use serde_json::value::RawValue;

use crate::percent::encoded;
use crate::store::Json;

/// How many messages to listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// One, then it is over.
    Once,
    /// All, until the shell has heard enough.
    Always,
}

/// What a subscriber learns.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The server listens from now on.
    Confirmed,
    /// The stream was lost and is there again: messages may have been missed.
    Gap,
    /// A message.
    Message(Json),
}

/// A subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    channel: String,
    times: Times,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    is_confirmed: bool,
    was_lost: bool,
    is_over: bool,
    failures: u32,
}

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Subscription {
    pub(super) fn new(channel: String, times: Times) -> Self {
        Self {
            channel,
            times,
            line: Vec::new(),
            is_confirmed: false,
            was_lost: false,
            is_over: false,
            failures: 0,
        }
    }

    /// The path to send a POST to, with `Accept: text/event-stream`; none when all is heard that was to be.
    pub fn poll(&self) -> Option<String> {
        (!self.is_over).then(|| format!("/subscribe/{}", encoded(&self.channel)))
    }

    /// Takes a part of the stream, cut anywhere, and gives what is in it. What is no JSON is passed over.
    pub fn apply(&mut self, part: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for byte in part {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                heard.extend(self.read(&String::from_utf8_lossy(&line)));
            } else {
                self.line.push(*byte);
            }
        }
        heard
    }

    /// The stream ended, or could not be opened; `lasted` is how long it was open.
    /// Gives the longest pause before it is opened again: wait a random part of it.
    pub fn lost(&mut self, lasted: Duration) -> Duration {
        // Pauses grow for a server that hangs up at once, not for one whose streams last as long as the pause before them.
        if lasted >= pause_after(self.failures.saturating_sub(1)) {
            self.failures = 0;
        }
        let pause = pause_after(self.failures);
        self.failures = self.failures.saturating_add(1);
        self.was_lost |= self.is_confirmed;
        self.is_confirmed = false;
        self.line.clear();
        pause
    }

    fn read(&mut self, line: &str) -> Option<Heard> {
        let event = line.trim_end_matches('\r').strip_prefix("data: ")?;
        if self.is_over {
            return None;
        }
        if !self.is_confirmed {
            self.is_confirmed = true;
            let is_again = std::mem::take(&mut self.was_lost);
            return Some(if is_again {
                Heard::Gap
            } else {
                Heard::Confirmed
            });
        }
        // The channel may hold commas, but it is known.
        let message = event
            .strip_prefix("message,")?
            .strip_prefix(&self.channel)?;
        let json = message.strip_prefix(',')?.to_owned();
        let message = RawValue::from_string(json).ok()?;
        self.is_over = self.times == Times::Once;
        Some(Heard::Message(message))
    }
}

fn pause_after(failures: u32) -> Duration {
    let factor = 1_u32.checked_shl(failures).unwrap_or(u32::MAX);
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}
