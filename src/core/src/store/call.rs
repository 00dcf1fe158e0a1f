//! One round trip: the commands that perform it, and what their replies mean.

use std::time::Duration;

use crate::failure::Failure;
use crate::redis::{Command, Script, ScriptCall, Value};

use super::{Error, Operation, Step};

/// A command, or several in one request, with the parser of the reply.
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
    Several(Vec<Command>),
    Script(ScriptCall),
    /// A script that the server does not know.
    Source(ScriptCall),
}

impl<T> Call<T> {
    pub(super) fn command_of<const N: usize>(
        subject: &str,
        words: [String; N],
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        Self::words(subject, words.into(), parse)
    }

    pub(crate) fn words(
        subject: &str,
        words: Vec<String>,
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        Self::new(subject, Request::Command(Command::new(words)), parse)
    }

    /// Several commands at once; the parser gets an array of their replies.
    pub(crate) fn several(
        subject: &str,
        commands: Vec<Command>,
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        Self::new(subject, Request::Several(commands), parse)
    }

    pub(crate) fn script(
        subject: &str,
        script: Script,
        keys: impl Into<Vec<String>>,
        args: impl Into<Vec<String>>,
        parse: fn(&Value) -> Result<T, Error>,
    ) -> Self {
        let call = ScriptCall {
            script,
            keys: keys.into(),
            args: args.into(),
        };
        Self::new(subject, Request::Script(call), parse)
    }

    fn new(subject: &str, request: Request, parse: fn(&Value) -> Result<T, Error>) -> Self {
        Self {
            request,
            subject: subject.to_owned(),
            parse,
        }
    }
}

impl Call<()> {
    /// Several commands at once, whose replies the caller takes as they are.
    pub(crate) fn commands(subject: &str, commands: Vec<Command>) -> Self {
        Self::several(subject, commands, |_| Ok(()))
    }

    /// A script whose reply the caller takes as it is.
    pub(crate) fn unread(
        subject: &str,
        script: Script,
        keys: impl Into<Vec<String>>,
        args: impl Into<Vec<String>>,
    ) -> Self {
        Self::script(subject, script, keys, args, |_| Ok(()))
    }
}

impl<T> Operation for Call<T> {
    type Output = T;

    /// A script goes by its digest, and by its text where the server does not know it.
    fn poll(&self) -> Step {
        Step {
            pause: Duration::ZERO,
            commands: match &self.request {
                Request::Command(command) => vec![command.clone()],
                Request::Several(commands) => commands.clone(),
                Request::Script(call) => vec![Command::by_digest(call)],
                Request::Source(call) => vec![Command::by_source(call)],
            },
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<T>, Error> {
        if let (Request::Script(call), Err(Failure::NoScript)) = (&self.request, &reply) {
            self.request = Request::Source(call.clone());
            return Ok(None);
        }
        let replies = reply.map_err(|failure| Error::of(failure, &self.subject))?;
        let parsed = match (&self.request, replies.as_slice()) {
            (Request::Several(_), _) => (self.parse)(&Value::Array(replies)),
            (_, [reply]) => (self.parse)(reply),
            _ => Err(Error::unexpected()),
        };
        parsed.map(Some)
    }
}
