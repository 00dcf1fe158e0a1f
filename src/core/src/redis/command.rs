//! One Redis command as a list of words.

use serde::{Deserialize, Serialize};

use super::script::{Script, ScriptCall};

/// A command and its arguments, as text; what the engine stores is JSON, so no binary argument occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Command(Vec<String>);

impl Command {
    /// The command that these words make.
    pub fn new<I: IntoIterator<Item = S>, S: Into<String>>(words: I) -> Self {
        Self(words.into_iter().map(Into::into).collect())
    }

    /// Runs a script by its SHA-1, which the server may not know yet.
    pub fn by_digest(call: &ScriptCall) -> Self {
        let name = if call.script.only_reads() {
            "EVALSHA_RO"
        } else {
            "EVALSHA"
        };
        Self::eval(name, call.script.digest(), call)
    }

    /// Runs a script by its text, for a server that answered NOSCRIPT.
    pub fn by_source(call: &ScriptCall) -> Self {
        Self::eval(by_text(call.script), call.script.source(), call)
    }

    /// The words, command name first.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// The same call by its text, if this is a call of `script` by its digest.
    pub fn with_source(&self, script: Script) -> Self {
        let mut words = self.0.clone();
        for (word, text) in words
            .iter_mut()
            .zip([by_text(script).to_owned(), script.source()])
        {
            *word = text;
        }
        Self(words)
    }

    fn eval(name: &str, script: String, call: &ScriptCall) -> Self {
        let mut words = vec![name.to_owned(), script, call.keys.len().to_string()];
        words.extend(call.keys.iter().cloned());
        words.extend(call.args.iter().cloned());
        Self(words)
    }
}

fn by_text(script: Script) -> &'static str {
    if script.only_reads() {
        "EVAL_RO"
    } else {
        "EVAL"
    }
}
