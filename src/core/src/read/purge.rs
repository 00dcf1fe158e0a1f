//! `POST /v1/purge`: has the cache in front of the Worker forget answers, for admins. What runs change is purged without it.

use serde::Deserialize;
use serde_json::json;

use crate::purge::{MOST_TAGS, Purged};

use super::{Answer, Problem, body};

/// The longest body that is read: a hundred tags of pages, and room.
const MAX_BODY_BYTES: usize = 10_000;

/// The longest tag, in bytes, by Cloudflare's limits.
const MAX_TAG_BYTES: usize = 1_024;

/// Reads the body: `{"tags": […]}`, 1 to 100 of them; without one everything goes.
///
/// # Errors
/// 400, with what is wrong.
pub fn parse(body: &[u8]) -> Result<Purged, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        tags: Vec<String>,
    }
    let Some(Body { tags }) = body::object(body, MAX_BODY_BYTES)? else {
        return Ok(Purged::Everything);
    };
    let is_tag = |tag: &String| {
        (1..=MAX_TAG_BYTES).contains(&tag.len())
            && tag.bytes().all(|it| it.is_ascii_graphic() && it != b',')
    };
    if tags.is_empty() || tags.len() > MOST_TAGS || !tags.iter().all(is_tag) {
        return Err(body::wrong(&format!(
            "tags are 1 to {MOST_TAGS} of those that answers have as Cache-Tag, without spaces and commas; everything goes without a body"
        )));
    }
    Ok(Purged::Tags(tags))
}

/// The answer once it is done: what went, and whether there is a cache in front that it went from. What the isolate that was asked
/// remembers goes in any case.
pub fn done(purged: &Purged, has_cache: bool) -> Answer {
    let purged = match purged {
        Purged::Everything => json!("everything"),
        Purged::Tags(tags) => json!(tags),
    };
    let body = json!({ "purged": purged, "cache": has_cache });
    Answer::json(body.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{done, parse};
    use crate::purge::Purged;

    #[test]
    fn a_body_names_tags_and_none_means_everything() {
        assert_eq!(parse(b" "), Ok(Purged::Everything));
        let tags = |text: &str| parse(text.as_bytes()).map_err(|problem| problem.answer().status);
        let lists = || Purged::Tags(vec!["lists".to_owned()]);
        assert_eq!(tags(r#"{"tags":["lists"]}"#), Ok(lists()));
        let many = format!(r#"{{"tags":[{}]}}"#, vec![r#""a""#; 101].join(","));
        for wrong in [
            "{}",
            "[[\"a\"]]",
            r#"{"tags":[]}"#,
            r#"{"tags":["a b"]}"#,
            r#"{"tags":["a,b"]}"#,
            r#"{"tags":[""]}"#,
            r#"{"tags":["a"],"x":1}"#,
            &many,
        ] {
            assert_eq!(tags(wrong), Err(400), "{wrong:.60}");
        }
        assert_eq!(tags(&" ".repeat(10_001)), Ok(Purged::Everything));
        assert_eq!(tags(&format!("{{{}", " ".repeat(10_001))), Err(400));
        assert_eq!(
            done(&lists(), true).body,
            br#"{"cache":true,"purged":["lists"]}"#
        );
    }
}
