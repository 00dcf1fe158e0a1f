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
    object.map_err(|error| {
        let said = error.to_string();
        // Where it stands helps with JSON that is none, not with a value that is.
        let place = said.rfind(" at line ").filter(|_| error.is_data());
        wrong(&said[..place.unwrap_or(said.len())])
    })
}

/// 400.
pub fn wrong(what: &str) -> Problem {
    Problem::bad_request(format!("the body is not right: {what}"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::id::Id;

    #[derive(Debug, Deserialize)]
    struct Named {
        #[expect(dead_code, reason = "only whether it is one is told")]
        page: Id,
    }

    #[test]
    fn a_value_is_told_by_what_is_wrong_and_broken_json_by_its_place() {
        let told = |body: &[u8]| {
            let problem = super::object::<Named>(body, 100).expect_err("wrong");
            String::from_utf8(problem.answer().body).expect("text")
        };
        let value = told(br#"{"page":"nope"}"#);
        assert!(value.contains("nope") || value.contains("id"), "{value}");
        assert!(!value.contains(" at line "), "{value}");
        assert!(told(br#"{"page":"#).contains(" at line 1 column "));
    }
}
