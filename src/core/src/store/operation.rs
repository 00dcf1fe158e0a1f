//! What a shell runs: something that needs replies from Redis, one after the other, until it is done.

use std::time::Duration;

use crate::failure::Failure;
use crate::redis::{Command, Value};

use super::Error;

/// An operation under way. The shell sends what `poll` gives and hands the replies to `apply`, until there is an output.
///
/// Over HTTP, `redis::rest` makes requests of commands, and replies or a failure of what is answered. Over TCP a shell sends
/// [`Command::words`], turns what comes back into [`Value`], and an error line into `Failure::of_redis(400, Some(line))`, of
/// which operations need to know NOSCRIPT.
///
/// ```
/// use notion_edge_core::failure::Failure;
/// use notion_edge_core::redis::{Command, Value};
/// use notion_edge_core::store::{Error, Operation};
///
/// fn run<O: Operation>(
///     mut operation: O,
///     send: impl Fn(&[Command]) -> Result<Vec<Value>, Failure>,
///     sleep_up_to: impl Fn(std::time::Duration),
/// ) -> Result<O::Output, Error> {
///     loop {
///         let step = operation.poll();
///         sleep_up_to(step.pause);
///         if let Some(output) = operation.apply(send(&step.commands))? {
///             return Ok(output);
///         }
///     }
/// }
/// ```
pub trait Operation {
    /// What it gives in the end.
    type Output;

    /// What to do next; the same again until a reply is applied.
    fn poll(&self) -> Step;

    /// Takes the replies to those commands, or why there are none.
    ///
    /// # Errors
    /// By what can be done about it. The operation is over then.
    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error>;
}

/// What a shell does next for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Wait a random part of this first: others are changing the same thing.
    pub pause: Duration,
    /// Then send these, in one request.
    pub commands: Vec<Command>,
}

/// How often to begin, all in all: by then the pauses have grown to a second, long enough for hundreds of rivals.
pub const ATTEMPTS: u32 = 25;

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause after failed attempt number `attempt`, which counts from 1.
pub(super) fn pause_after(attempt: u32) -> Duration {
    let factor = 1_u32.checked_shl(attempt).unwrap_or(u32::MAX);
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::pause_after;

    #[test]
    fn pauses_grow_to_a_second() {
        let pauses = [1, 2, 6, 7, 25, 40].map(pause_after);
        assert_eq!(
            pauses,
            [20, 40, 640, 1000, 1000, 1000].map(Duration::from_millis)
        );
    }
}
