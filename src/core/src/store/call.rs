//! One operation: the command that performs it, and what its reply means.

use crate::failure::Failure;
use crate::redis::{Command, Script, ScriptCall, Value};

use super::Error;

/// A command with the parser of its reply.
#[derive(Clone, Debug)]
pub struct Call<T> {
    request: Request,
    /// What it is about, for errors.
    subject: String,
    parse: fn(&Value) -> Result<T, Error>,
}

#[derive(Clone, Debug)]
enum Request {
    Command(Command),
    Script(ScriptCall),
}

impl<T> Call<T> {
    pub(super) fn command_of<const N: usize>(
        subject: &str,
        words: [String; N],
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        Self::words(subject, words.into(), parse)
    }

    pub(super) fn words(
        subject: &str,
        words: Vec<String>,
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        Self {
            request: Request::Command(Command::new(words)),
            subject: subject.to_owned(),
            parse,
        }
    }

    pub(super) fn script(
        subject: &str,
        script: Script,
        keys: impl Into<Vec<String>>,
        args: impl Into<Vec<String>>,
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        Self {
            request: Request::Script(ScriptCall {
                script,
                keys: keys.into(),
                args: args.into(),
            }),
            subject: subject.to_owned(),
            parse,
        }
    }

    /// What to send; a script goes by its digest.
    pub fn command(&self) -> Command {
        match &self.request {
            Request::Command(command) => command.clone(),
            Request::Script(call) => Command::by_digest(call),
        }
    }

    /// What to send after [`Failure::NoScript`]: the script by its text.
    pub fn command_with_source(&self) -> Command {
        match &self.request {
            Request::Command(command) => command.clone(),
            Request::Script(call) => Command::by_source(call),
        }
    }

    /// What the reply means.
    ///
    /// # Errors
    /// By what can be done about it; a wrong type under the key is [`Error::WrongType`].
    pub fn answer(&self, reply: Result<Value, Failure>) -> Result<T, Error> {
        let reply = reply.map_err(|failure| Error::of(failure, &self.subject))?;
        (self.parse)(&reply)
    }
}
