//! Commands and replies as the REST protocol of Upstash carries them, for whichever shell sends the bytes.
//!
//! Replies are taken as plain JSON: the base64 encoding is not asked for, because not every such server knows it,
//! and what the product stores is text.

use serde::{Deserialize, Deserializer};

use crate::failure::Failure;

use super::{Command, Dialect, Value};

/// The path and the body that carry these commands: one alone goes to `/`, several to `/pipeline`.
///
/// # Errors
/// Never in practice: a command is a list of strings.
pub fn request(commands: &[Command], dialect: Dialect) -> Result<(&'static str, Vec<u8>), Failure> {
    let words: Vec<_> = commands.iter().map(|it| it.words_for(dialect)).collect();
    let (path, body) = match words.as_slice() {
        [command] => ("/", serde_json::to_vec(command)),
        commands => ("/pipeline", serde_json::to_vec(commands)),
    };
    let body = body.map_err(|error| Failure::Rejected {
        code: "ERR".to_owned(),
        message: error.to_string(),
    })?;
    Ok((path, body))
}

/// The replies in an answer to `count` commands.
///
/// # Errors
/// The first failure among them, or that of the whole request.
pub fn replies(count: usize, status: u16, body: &[u8]) -> Result<Vec<Value>, Failure> {
    answers(count, status, body)?.into_iter().collect()
}

/// What each of `count` commands came to.
///
/// # Errors
/// The failure of the whole request.
pub fn answers(
    count: usize,
    status: u16,
    body: &[u8],
) -> Result<Vec<Result<Value, Failure>>, Failure> {
    // One reader of JSON for all that is compiled in: that of texts.
    let body = str::from_utf8(body).unwrap_or_default();
    let answers = if count == 1 {
        serde_json::from_str(body).map(|answer| vec![answer])
    } else {
        serde_json::from_str::<Vec<Answer>>(body)
    };
    let answers = answers.map_err(|_| {
        // A pipeline that failed as a whole answers with one error instead of a list.
        let whole: Option<Answer> = serde_json::from_str(body).ok();
        Failure::of_redis(status, whole.and_then(|answer| answer.error).as_deref())
    })?;
    if answers.len() != count {
        return Err(Failure::Transient(format!(
            "redis gave {} answers to {count} commands",
            answers.len()
        )));
    }
    let values = answers.into_iter().map(|answer| answer.value(status));
    Ok(values.collect())
}

#[derive(Deserialize)]
struct Answer {
    // A null is a reply, a missing field is none.
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    error: Option<String>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Answer {
    fn value(self, status: u16) -> Result<Value, Failure> {
        match (self.result, self.error) {
            (_, Some(error)) => Err(Failure::of_redis(status, Some(&error))),
            (Some(value), None) => Ok(value),
            (None, None) => Err(Failure::of_redis(status, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{replies, request};
    use crate::failure::Failure;
    use crate::redis::{Command, Dialect, Value};

    #[test]
    fn one_command_goes_alone_and_several_as_a_pipeline() {
        let get = Command::new(["GET", "k"]);
        assert_eq!(
            request(std::slice::from_ref(&get), Dialect::Redis),
            Ok(("/", br#"["GET","k"]"#.to_vec()))
        );
        assert_eq!(
            request(&[get.clone(), get], Dialect::Redis),
            Ok(("/pipeline", br#"[["GET","k"],["GET","k"]]"#.to_vec()))
        );
    }

    #[test]
    fn null_is_a_reply_and_nothing_is_none() {
        assert_eq!(replies(1, 200, br#"{"result":null}"#), Ok(vec![Value::Nil]));
        assert!(matches!(replies(1, 200, b"{}"), Err(Failure::Transient(_))));
        assert!(matches!(
            replies(1, 502, b"<html>"),
            Err(Failure::Transient(_))
        ));
        assert!(matches!(
            replies(2, 200, br#"[{"result":1}]"#),
            Err(Failure::Transient(_))
        ));
    }

    #[test]
    fn an_error_is_found_alone_in_a_pipeline_and_for_the_whole() {
        assert_eq!(
            replies(1, 400, br#"{"error":"NOSCRIPT No matching script."}"#),
            Err(Failure::NoScript)
        );
        assert_eq!(
            replies(2, 200, br#"[{"result":1},{"error":"NOSCRIPT x"}]"#),
            Err(Failure::NoScript)
        );
        assert!(matches!(
            replies(2, 401, br#"{"error":"WRONGPASS x"}"#),
            Err(Failure::Unauthorized(_))
        ));
    }
}
