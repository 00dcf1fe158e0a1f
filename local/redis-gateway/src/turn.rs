//! How far a connection is with a request: the connection and who answers tell each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// What both see.
#[derive(Clone, Default)]
pub struct Turn(Arc<AtomicU8>);

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq)]
pub enum State {
    /// The head of a request is awaited.
    Listening,
    /// It is here, but not all of the body.
    Receiving,
    /// The rest of it has not come in time.
    Late,
    /// All of it is here.
    Working,
    /// Our response is on its way.
    Answering,
    /// Our response goes on as long as someone reads.
    Streaming,
}

/// A response that goes on.
pub struct Streaming(Turn);

impl Turn {
    /// A request has come.
    pub fn receive(&self) {
        self.set(State::Receiving);
    }

    /// The rest of a body is not waited for any more. Whether one was awaited.
    pub fn give_up(&self) -> bool {
        let is_awaited = self.state() == State::Receiving;
        if is_awaited {
            self.set(State::Late);
        }
        is_awaited
    }

    /// Whether the rest of the body has not come in time.
    pub fn is_late(&self) -> bool {
        self.state() == State::Late
    }

    /// All of it has come, or will not.
    pub fn work(&self) {
        self.set(State::Working);
    }

    /// A stream answers, until the result is dropped.
    pub fn stream(&self) -> Streaming {
        self.set(State::Streaming);
        Streaming(self.clone())
    }

    /// The response follows.
    pub fn answer(&self) {
        if self.state() != State::Streaming {
            self.set(State::Answering);
        }
    }

    /// Everything is written. Whether that was an answer.
    pub fn listen(&self) -> bool {
        let is_answered = self.state() == State::Answering;
        if is_answered {
            self.set(State::Listening);
        }
        is_answered
    }

    /// Whose turn it is now.
    pub fn state(&self) -> State {
        match self.0.load(Ordering::Relaxed) {
            0 => State::Listening,
            1 => State::Receiving,
            2 => State::Late,
            3 => State::Working,
            4 => State::Answering,
            _ => State::Streaming,
        }
    }

    fn set(&self, state: State) {
        self.0.store(state as u8, Ordering::Relaxed);
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.set(State::Answering);
    }
}
