//! Where tokens are written down: in variables, or in files as containers get their secrets.
//!
//! Files can be read again while the gateway runs. What a token opens is decided in `auth`.

use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;

use base64_simd::URL_SAFE_NO_PAD;

use crate::auth::Tokens;

/// The lists of tokens.
#[derive(Default)]
pub struct Sources {
    /// Tokens for everything.
    pub full: Source,
    /// Tokens for reading.
    pub read_only: Source,
}

/// One list of tokens, in two places.
#[derive(Default)]
pub struct Source {
    /// The text of a variable, with commas between tokens.
    pub variable: String,
    /// A file, with a token in each line that neither is empty nor begins with `#`.
    pub file: Option<PathBuf>,
}

impl Sources {
    /// Reads all of them, as they are now.
    pub fn read(&self) -> Result<Tokens, String> {
        Tokens::new(&self.full.read()?, &self.read_only.read()?)
    }

    /// Whether reading them again can give something else.
    pub fn has_files(&self) -> bool {
        self.full.file.is_some() || self.read_only.file.is_some()
    }
}

impl Source {
    fn read(&self) -> Result<Vec<String>, String> {
        let text = match &self.file {
            Some(file) => fs::read_to_string(file).map_err(|error| {
                format!("can not read the tokens of {}: {error}", file.display())
            })?,
            None => String::new(),
        };
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.starts_with('#'));
        let tokens = self.variable.split(',').map(str::trim).chain(lines);
        let tokens = tokens.filter(|token| !token.is_empty());
        Ok(tokens.map(str::to_owned).collect())
    }
}

/// A new token that nobody can guess.
pub fn make() -> Result<String, String> {
    let mut random = [0; 24];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut random))
        .map_err(|error| format!("can not make a token: {error}"))?;
    Ok(URL_SAFE_NO_PAD.encode_to_string(random))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use super::*;

    #[test]
    fn tokens_come_from_the_variable_and_the_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        write!(file, "# a comment\n\n  three,3 \r\nfour").unwrap();
        let mut source = Source {
            variable: " one, ,two,".to_owned(),
            file: Some(file.path().into()),
        };
        assert_eq!(source.read().unwrap(), ["one", "two", "three,3", "four"]);
        source.file = Some("/no/such/file".into());
        assert!(source.read().unwrap_err().contains("/no/such/file"));
    }
}
