//! A page with its text, for a shell that remembers nothing: one operation from the question to the answer.

use std::time::Duration;

use crate::failure::Failure;
use crate::keys::Keys;
use crate::read::{Answer, Audience, Cache, Problem, Reader, Request};
use crate::redis::{Command, Value};
use crate::store::{self, Error, Operation};
use crate::time::Timestamp;

use super::{Looked, PageAsk, PageReading, Served, Step};

/// What is sent to nobody else may be kept by nobody else.
const CACHE: Cache = Cache {
    is_public: false,
    varies: false,
};

/// A page on its way, and its text with it.
#[derive(Clone, Debug)]
pub struct PageExchange {
    ask: PageAsk,
    reading: PageReading,
    reader: Reader<String>,
    keys: Keys,
    now: Timestamp,
    next: Next,
}

#[derive(Clone, Debug)]
enum Next {
    Resolve(Vec<Command>),
    Look(Command),
    Nothing,
}

impl PageExchange {
    /// Begins to read that page.
    pub fn new(ask: PageAsk, audience: Audience, keys: &Keys, now: Timestamp) -> Self {
        let mut exchange = Self {
            reading: PageReading::new(ask.clone(), audience, &Request::default()),
            ask,
            reader: Reader::new(0),
            keys: keys.clone(),
            now,
            next: Next::Nothing,
        };
        exchange.advance();
        exchange
    }

    /// Where nothing is remembered there is something to ask until there is an answer.
    fn advance(&mut self) {
        let step = self
            .reading
            .poll(&self.keys, CACHE, self.now, &mut self.reader);
        self.next = match step {
            Step::Resolve(commands) => Next::Resolve(commands),
            Step::Look(command) => Next::Look(command),
            Step::Done(_) => Next::Nothing,
        };
    }

    fn answer(&self, served: Served<String>) -> Result<Answer, Problem> {
        let text = served.text.unwrap_or_default().into_bytes();
        let cut = self.ask.cut(&text);
        Ok(Answer {
            body: cut.unwrap_or(Ok(text))?,
            ..served.answer
        })
    }
}

impl Operation for PageExchange {
    type Output = Result<Answer, Problem>;

    fn poll(&self) -> store::Step {
        store::Step {
            pause: Duration::ZERO,
            commands: match &self.next {
                Next::Resolve(commands) => commands.clone(),
                Next::Look(command) => vec![command.clone()],
                Next::Nothing => Vec::new(),
            },
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Self::Output>, Error> {
        let (now, reader) = (self.now, &mut self.reader);
        let served = match self.next {
            Next::Resolve(_) => self.reading.resolved(CACHE, now, reply, reader),
            Next::Look(_) => self.reading.looked(CACHE, now, reply.map(looked), reader),
            Next::Nothing => Some(Err(Problem::away())),
        };
        match served {
            Some(Ok(served)) => Ok(Some(self.answer(served))),
            Some(Err(problem)) => Ok(Some(Err(problem))),
            None => {
                self.advance();
                Ok(None)
            }
        }
    }
}

/// The reply of the script.
fn looked(mut replies: Vec<Value>) -> Looked<String> {
    match replies.pop() {
        Some(Value::Array(values)) => Looked::of(values),
        _ => Looked::of(Vec::new()),
    }
}
