//! What went wrong, for a reader: problem details as RFC 9457 has them.

use serde_json::json;

use crate::config::Problems;

use super::Answer;

/// A request that is not answered with what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: u16,
    title: &'static str,
    detail: String,
    /// What a header says more.
    header: Option<(&'static str, String)>,
}

impl Problem {
    fn of(status: u16, title: &'static str, detail: String) -> Self {
        Self {
            status,
            title,
            detail,
            header: None,
        }
    }

    /// 404.
    pub fn not_found(detail: &str) -> Self {
        Self::of(404, "Not found", detail.to_owned())
    }

    /// 404: there is no copy of a file, and Notion's own address of it is not known or has ended.
    pub fn not_copied() -> Self {
        Self::not_found(
            "there is no copy of this file, and Notion's address of it lasts an hour from when its page was read: \
             bind an R2 bucket as FILES, and the next export copies files",
        )
    }

    /// 410: it was there.
    pub fn gone(detail: &str) -> Self {
        Self::of(410, "Gone", detail.to_owned())
    }

    /// 429: too many requests without a token.
    pub fn too_often() -> Self {
        Self::of(
            429,
            "Too many requests",
            "too many requests from this address without a token, try again later".to_owned(),
        )
    }

    /// 503: the cache in front of the Worker did not do what it was asked for.
    pub fn unpurged() -> Self {
        Self::of(503, "Not purged", "the cache did not do it, perhaps because it was purged too often; what runs change is purged all the same".to_owned())
    }

    /// 503: the store has an older version than the one that is asked for.
    pub fn not_yet(version: i64) -> Self {
        Self::of(
            503,
            "Not there yet",
            format!("version {version} has not arrived here yet, try again"),
        )
    }

    /// 400.
    pub fn bad_request(detail: String) -> Self {
        Self::of(400, "Bad request", detail)
    }

    /// 409: not as things stand.
    pub fn conflict(detail: String) -> Self {
        Self::of(409, "Conflict", detail)
    }

    /// 412: the file is not the one that the reader names.
    pub fn another_file() -> Self {
        let detail = "the file is another one than the request names".to_owned();
        Self::of(412, "Precondition failed", detail)
    }

    /// 416: a file of `size` bytes has no such part.
    pub fn out_of_range(size: u64) -> Self {
        Self {
            header: Some(("content-range", format!("bytes */{size}"))),
            ..Self::of(
                416,
                "Out of range",
                format!("the file has {size} bytes, and no such part"),
            )
        }
    }

    /// 422: it is asked rightly, of too much.
    pub fn too_much(detail: String) -> Self {
        Self::of(422, "Too much", detail)
    }

    /// 405; `allowed` are the methods that the address takes.
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        Self {
            header: Some(("allow", allowed.to_owned())),
            ..Self::of(
                405,
                "Method not allowed",
                format!("this address takes {allowed}"),
            )
        }
    }

    /// 401; `tokens` names the variable that has those which open it.
    pub fn unauthorized(tokens: &str) -> Self {
        let detail = format!("send one of {tokens} as Authorization: Bearer");
        Self::of(401, "Unauthorized", detail)
    }

    /// 401 for a delivery to the webhook that Notion did not send.
    pub fn unsigned() -> Self {
        let detail = "X-Notion-Signature is not that of this body with one of WEBHOOK_TOKENS";
        Self::of(401, "Unauthorized", detail.to_owned())
    }

    /// 500: the operator must act; the names of variables are told, never their values.
    pub fn misconfigured(problems: &Problems) -> Self {
        Self::of(500, "Bad configuration", problems.to_string())
    }

    /// 503: Redis does not answer as it should. What it said is for the log, not for readers.
    pub fn away() -> Self {
        Self::of(
            503,
            "Store unavailable",
            "the store does not answer as it should, try again".to_owned(),
        )
    }

    /// 503: what is asked for would not fit into memory beside what is being read.
    pub fn busy() -> Self {
        Self::of(
            503,
            "Busy",
            "several long lists are being read, try again".to_owned(),
        )
    }

    /// Whether the store did not answer as it should, or was not asked.
    pub(super) fn is_away(&self) -> bool {
        *self == Self::away() || *self == Self::busy()
    }

    /// 500: what is stored is not what this version stores.
    pub fn unreadable(what: &str) -> Self {
        Self::of(
            500,
            "Unreadable",
            format!("what is stored as {what} cannot be read"),
        )
    }

    /// A text that a reader sent, short enough to be shown.
    pub(super) fn quoted(text: &str) -> String {
        let shown: String = text.chars().take(64).collect();
        format!("{shown:?}")
    }

    /// The answer that tells it.
    pub fn answer(&self) -> Answer {
        let body = json!({ "type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail });
        let mut answer = Answer::json(body.to_string().into_bytes());
        answer.status = self.status;
        answer.headers.retain(|(name, _)| *name != "content-type");
        answer
            .headers
            .push(("content-type", "application/problem+json".to_owned()));
        answer.headers.extend(self.header.clone());
        match self.status {
            401 => answer
                .headers
                .push(("www-authenticate", "Bearer".to_owned())),
            429 => answer.headers.push(("retry-after", "10".to_owned())),
            503 => answer.headers.push(("retry-after", "1".to_owned())),
            _ => {}
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;

    #[test]
    fn every_problem_has_the_same_fields_and_is_kept_by_nobody() {
        let problems = [
            Problem::not_found("x"),
            Problem::bad_request("x".to_owned()),
            Problem::conflict("x".to_owned()),
            Problem::too_much("x".to_owned()),
            Problem::another_file(),
            Problem::out_of_range(7),
            Problem::too_often(),
            Problem::method_not_allowed("GET, HEAD"),
            Problem::unauthorized("READ_TOKENS"),
            Problem::away(),
            Problem::unreadable("x"),
        ];
        for problem in problems {
            let answer = problem.answer();
            let body: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
            let fields: Vec<&String> = body.as_object().expect("an object").keys().collect();
            assert_eq!(fields, ["detail", "status", "title", "type"]);
            assert_eq!(body.get("status"), Some(&answer.status.into()));
            let header = |name: &str| {
                let mut headers = answer.headers.iter().filter(|(it, _)| *it == name);
                headers.next().map(|(_, value)| value.as_str())
            };
            assert_eq!(header("content-type"), Some("application/problem+json"));
            assert_eq!(header("cache-control"), Some("private, no-store"));
        }
    }
}
