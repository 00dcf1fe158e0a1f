//! One Redis command as a list of words.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::script::{Script, ScriptCall};
use super::{Dialect, Value};

/// A command and its arguments, as text; what the engine stores is JSON, so no binary argument occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    words: Vec<String>,
    script: Option<Script>,
}

impl Command {
    /// The command that these words make.
    pub fn new<I: IntoIterator<Item = S>, S: Into<String>>(words: I) -> Self {
        Self {
            words: words.into_iter().map(Into::into).collect(),
            script: None,
        }
    }

    /// Runs a script by its SHA-1, which the server may not know yet.
    pub fn by_digest(call: &ScriptCall) -> Self {
        let name = if call.script.only_reads() {
            "EVALSHA_RO"
        } else {
            "EVALSHA"
        };
        Self::eval(name, call.script.digest(Dialect::Redis), call)
    }

    /// Runs a script by its text, for a server that answered NOSCRIPT.
    pub fn by_source(call: &ScriptCall) -> Self {
        let text = call.script.source(Dialect::Redis);
        Self::eval(by_text(call.script), text, call)
    }

    /// The words, command name first.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The words as a server of that dialect wants them.
    pub fn words_for(&self, dialect: Dialect) -> Cow<'_, [String]> {
        let Some(script) = self.script.filter(|_| dialect != Dialect::Redis) else {
            return Cow::Borrowed(&self.words);
        };
        let mut words = self.words.clone();
        let is_source = words.first().is_some_and(|name| name == by_text(script));
        if let Some(word) = words.get_mut(1) {
            *word = if is_source {
                script.source(dialect)
            } else {
                script.digest(dialect)
            };
        }
        Cow::Owned(words)
    }

    /// Whether that can be the reply to it, as far as its kind tells: taken for one, another reply says that there is nothing.
    pub fn fits(&self, reply: &Value) -> bool {
        let [name, args @ ..] = self.words() else {
            return false;
        };
        match (name.as_str(), reply) {
            ("GET" | "HGET", reply) => !matches!(reply, Value::Array(_)),
            ("ZCARD" | "ZCOUNT", reply) => reply.integer().is_some(),
            ("HMGET", Value::Array(fields)) => fields.len() + 1 == args.len(),
            ("HGETALL", Value::Array(pairs)) => pairs.len().is_multiple_of(2),
            ("SMEMBERS" | "SRANDMEMBER", Value::Array(_)) => true,
            ("HMGET" | "HGETALL" | "SMEMBERS" | "SRANDMEMBER", _) => false,
            _ => true,
        }
    }

    /// The same call by its text, if this is a call of `script` by its digest.
    pub fn with_source(&self, script: Script) -> Self {
        let mut words = self.words.clone();
        let by_source = [by_text(script).to_owned(), script.source(Dialect::Redis)];
        for (word, text) in words.iter_mut().zip(by_source) {
            *word = text;
        }
        Self {
            words,
            script: Some(script),
        }
    }

    fn eval(name: &str, script: String, call: &ScriptCall) -> Self {
        let mut words = vec![name.to_owned(), script, call.keys.len().to_string()];
        words.extend(call.keys.iter().cloned());
        words.extend(call.args.iter().cloned());
        Self {
            words,
            script: Some(call.script),
        }
    }
}

impl Serialize for Command {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.words.serialize(serializer)
    }
}

fn by_text(script: Script) -> &'static str {
    if script.only_reads() {
        "EVAL_RO"
    } else {
        "EVAL"
    }
}
