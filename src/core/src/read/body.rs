//! The bodies that some routes take: JSON, and short.

use serde::de::DeserializeOwned;

use super::Problem;

/// The text of a body.
///
/// # Errors
/// 400 where it is no UTF-8.
pub fn text(body: &[u8]) -> Result<&str, Problem> {
    str::from_utf8(body).map_err(|_| wrong("it is no UTF-8"))
}

/// The object in a body of at most `most` bytes; nothing where there is only white space.
///
/// # Errors
/// 400, with what is wrong.
pub fn object<T: DeserializeOwned>(body: &[u8], most: usize) -> Result<Option<T>, Problem> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Ok(None);
    }
    if body.len() > most {
        return Err(wrong(&format!("it has more than {most} bytes")));
    }
    // A list of the values would be taken for an object with them.
    if !body.starts_with(b"{") {
        return Err(wrong("it is no JSON object"));
    }
    let object = serde_json::from_str(text(body)?);
    object.map_err(|error| wrong(&error.to_string()))
}

/// 400.
pub fn wrong(what: &str) -> Problem {
    Problem::bad_request(format!("the body is not right: {what}"))
}
