//! A delivery of Notion's: whether it is Notion's, and what it names.
//!
//! Its fields are looked at one by one and anything else is passed over: Notion adds fields and kinds of events without notice, and
//! stops sending to who refuses them.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::config::Secret;
use crate::hex::bytes;
use crate::id::Id;
use crate::member::Member;
use crate::time::Timestamp;

use super::super::{Problem, body};

/// More than any token or event id has.
const MAX_TEXT_BYTES: usize = 200;

/// The most objects that are queued for one event; what else it names is found by the search.
const MOST_MEMBERS: usize = 100;

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same in each attempt to deliver it.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What is to be read again.
    pub members: Vec<Member>,
}

/// Whether the body is signed with one of the tokens: `sha256=` and its HMAC in hexadecimal, over the bytes as they came.
pub fn is_signed(tokens: &[Secret], signature: &str, body: &[u8]) -> bool {
    let Some(signature) = signature.trim().strip_prefix("sha256=").and_then(bytes) else {
        return false;
    };
    let matches = |token: &&Secret| {
        let mac = Hmac::<Sha256>::new_from_slice(token.expose().as_bytes());
        // It is compared in constant time.
        mac.is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
    };
    // All are compared, so that the time does not tell which one it was.
    tokens.iter().filter(matches).count() > 0
}

/// The token of a handshake, which alone comes without a signature.
///
/// # Errors
/// 401 for anything else.
pub fn token(body: &[u8]) -> Result<String, Problem> {
    let read = || {
        let body: Value = serde_json::from_str(body::text(body).ok()?).ok()?;
        let token = body.get("verification_token")?.as_str()?;
        is_word(token).then(|| token.to_owned())
    };
    read().ok_or_else(Problem::unsigned)
}

impl Event {
    /// Reads the body of a signed delivery. Pages, databases and data sources are named by most events; those of comments name
    /// the page, which has them only where comments are copied.
    ///
    /// # Errors
    /// 400 for what is no event.
    pub fn parse(body: &[u8], has_comments: bool) -> Result<Self, Problem> {
        let event: Value = serde_json::from_str(body::text(body)?)
            .map_err(|error| body::wrong(&error.to_string()))?;
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        let id = text("id").filter(|id| is_word(id));
        let id = id
            .ok_or_else(|| body::wrong("an event has an id"))?
            .to_owned();
        let at = text("timestamp").and_then(Timestamp::parse);
        let at = at.ok_or_else(|| body::wrong("an event has a timestamp"))?;
        let kind = text("type").ok_or_else(|| body::wrong("an event has a type"))?;
        let mut members = named(&event, kind, has_comments);
        members.truncate(MOST_MEMBERS);
        Ok(Self { id, at, members })
    }
}

/// What an event of that kind names.
fn named(event: &Value, kind: &str, has_comments: bool) -> Vec<Member> {
    let (subject, what) = kind.split_once('.').unwrap_or((kind, ""));
    let of_data = |name: &str| event.get("data").and_then(|data| data.get(name));
    let entity = || event.get("entity").and_then(member).into_iter().collect();
    match (subject, what) {
        // A data source changes with its rows, and only those need to be read.
        ("database" | "data_source", "content_updated") => {
            let rows = of_data("updated_blocks").and_then(Value::as_array);
            let rows: Vec<Member> = rows.into_iter().flatten().filter_map(member).collect();
            match rows.is_empty() {
                true => entity(),
                false => rows,
            }
        }
        ("page" | "database" | "data_source", _) => entity(),
        ("comment", _) if has_comments => of_data("page_id")
            .and_then(id)
            .map(Member::Page)
            .into_iter()
            .collect(),
        // Views and uploads are not copied.
        _ => Vec::new(),
    }
}

/// `{id, type}`. A database that only shows another one's data comes as a block.
fn member(entity: &Value) -> Option<Member> {
    let id = entity.get("id").and_then(id)?;
    match entity.get("type")?.as_str()? {
        "page" => Some(Member::Page(id)),
        "database" => Some(Member::Database(id)),
        "data_source" => Some(Member::DataSource(id)),
        _ => None,
    }
}

fn id(value: &Value) -> Option<Id> {
    value.as_str()?.parse().ok()
}

/// Whether it is a short text without spaces.
fn is_word(text: &str) -> bool {
    (1..=MAX_TEXT_BYTES).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::{Event, is_signed, token};
    use crate::config::Secret;

    const PAGE: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c52";
    const OTHER: &str = "2712e341-754a-41ae-a9ce-4c0bb4b18c53";

    fn named(kind: &str, entity: &str, data: &str) -> Vec<String> {
        let body = format!(
            r#"{{"id":"e","timestamp":"2026-11-30T10:00:00.000Z","type":"{kind}","entity":{entity},"data":{data}}}"#
        );
        let event = Event::parse(body.as_bytes(), true).expect("an event");
        event.members.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_signature_is_the_hmac_of_the_very_bytes_with_one_of_the_tokens() {
        let tokens = ["secret_a", "key"].map(|it| Secret::new(it.to_owned()));
        let body = b"The quick brown fox jumps over the lazy dog";
        let right = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert!(is_signed(&tokens, &format!("sha256={right}"), body));
        assert!(!is_signed(&tokens[..1], &format!("sha256={right}"), body));
        assert!(!is_signed(&[], &format!("sha256={right}"), body));
        let other = b"The quick brown fox jumps over the lazy dog ";
        assert!(!is_signed(&tokens, &format!("sha256={right}"), other));
        for wrong in [
            "",
            right,
            "sha256=",
            "sha256=f7bc",
            "sha1=f7bc",
            "sha256=\u{e4}\u{f6}",
        ] {
            assert!(!is_signed(&tokens, wrong, body), "{wrong}");
        }
    }

    #[test]
    fn only_a_handshake_comes_without_a_signature() {
        let read = |body: &str| token(body.as_bytes()).map_err(|it| it.answer().status);
        assert_eq!(
            read(r#"{"verification_token":"secret_1"}"#),
            Ok("secret_1".to_owned())
        );
        let long = format!(r#"{{"verification_token":"{}"}}"#, "x".repeat(300));
        for wrong in [
            "",
            "[]",
            "{}",
            r#"{"verification_token":""}"#,
            r#"{"verification_token":"a b"}"#,
            r#"{"id":"e"}"#,
            &long,
        ] {
            assert_eq!(read(wrong), Err(401), "{wrong:.40}");
        }
    }

    #[test]
    fn what_an_event_names_is_read_again_and_what_is_not_copied_is_passed_over() {
        let page = format!(r#"{{"id":"{PAGE}","type":"page"}}"#);
        let source = format!(r#"{{"id":"{PAGE}","type":"data_source"}}"#);
        let block = format!(r#"{{"id":"{PAGE}","type":"block"}}"#);
        let rows = format!(
            r#"{{"updated_blocks":[{{"id":"{OTHER}","type":"page"}},{{"id":1}},{block}]}}"#
        );
        let of_page = vec![format!("page:{PAGE}")];
        let of_source = vec![format!("data_source:{PAGE}")];
        for kind in ["page.created", "page.deleted", "page.moved", "page.sung_to"] {
            assert_eq!(named(kind, &page, "{}"), of_page, "{kind}");
        }
        assert_eq!(named("page.content_updated", &page, &rows), of_page);
        assert_eq!(
            named("data_source.schema_updated", &source, "null"),
            of_source
        );
        assert_eq!(
            named("data_source.content_updated", &source, &rows),
            [format!("page:{OTHER}")]
        );
        assert_eq!(
            named("data_source.content_updated", &source, "{}"),
            of_source
        );
        let on_page = format!(r#"{{"page_id":"{PAGE}"}}"#);
        assert_eq!(named("comment.created", "{}", &on_page), of_page);
        for (kind, entity) in [
            ("database.created", block.as_str()),
            ("view.updated", "{}"),
            ("page.created", "7"),
            ("new", &page),
        ] {
            assert_eq!(named(kind, entity, "{}"), Vec::<String>::new(), "{kind}");
        }
    }

    #[test]
    fn a_signed_body_that_is_no_event_is_refused_with_what_is_missing() {
        for (body, missing) in [
            ("{", "EOF"),
            ("[]", "an id"),
            (
                r#"{"id":"a b","timestamp":"2026-11-30T10:00:00.000Z","type":"x"}"#,
                "an id",
            ),
            (r#"{"id":"e","timestamp":"now","type":"x"}"#, "a timestamp"),
            (
                r#"{"id":"e","timestamp":"2026-11-30T10:00:00.000Z"}"#,
                "a type",
            ),
        ] {
            let problem = Event::parse(body.as_bytes(), true)
                .expect_err(body)
                .answer();
            assert_eq!(problem.status, 400);
            assert!(
                String::from_utf8_lossy(&problem.body).contains(missing),
                "{body}"
            );
        }
    }
}
