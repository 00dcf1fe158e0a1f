//! An HTTP answer, without the connection that carries it.

use super::cache::{Cache, Freshness, PRIVATE};
use super::page::Format;
use super::request::Request;

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A JSON answer that nobody keeps.
    pub fn json(body: Vec<u8>) -> Self {
        Self::of(Format::Json, body, PRIVATE.to_owned())
    }

    /// An answer that may be kept as `control` says. HTML is made to stand in a site's page: opened by itself it loads and runs nothing.
    pub fn of(format: Format, body: Vec<u8>, control: String) -> Self {
        let mut headers = vec![
            ("content-type", format.content_type().to_owned()),
            ("cache-control", control),
        ];
        if format == Format::Html {
            let policy = "sandbox; default-src 'none'; frame-ancestors 'none'";
            headers.push(("content-security-policy", policy.to_owned()));
        }
        Self {
            status: 200,
            headers,
            body,
        }
    }

    /// A text of that media type that nobody keeps.
    pub(super) fn text(content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            headers: vec![
                ("content-type", content_type.to_owned()),
                ("cache-control", PRIVATE.to_owned()),
            ],
            body,
        }
    }

    /// Says how old it is, and for how long it may be kept.
    pub(super) fn mark(&mut self, cache: Cache, freshness: Freshness) {
        let is_public = cache.is_public;
        self.headers
            .retain(|(name, _)| *name != "cache-control" && (*name != "cache-tag" || is_public));
        self.headers
            .push(("cache-control", cache.control(freshness)));
        self.headers.push(("cache-status", freshness.status()));
        if cache.varies {
            self.vary("authorization");
        }
    }

    /// Says that another value of that header may get another answer.
    pub(super) fn vary(&mut self, name: &str) {
        match self.headers.iter_mut().find(|(it, _)| *it == "vary") {
            Some((_, value)) => value.extend([", ", name]),
            None => self.headers.push(("vary", name.to_owned())),
        }
    }

    /// The Worker is there and well configured.
    pub fn healthy() -> Self {
        Self::json(br#"{"status":"ok"}"#.to_vec())
    }

    /// The description of the routes, which anyone may keep for an hour.
    pub fn openapi() -> Self {
        let control = "public, max-age=3600".to_owned();
        Self::of(Format::Json, OPENAPI.to_vec(), control)
    }

    /// The same is at another address; `tags` are what a cache may purge that by.
    pub fn moved(location: String, tags: String, cache: Cache) -> Self {
        let mut moved = Self {
            status: 308,
            headers: vec![("location", location), ("cache-tag", tags)],
            body: Vec::new(),
        };
        moved.mark(cache, Freshness::now());
        moved
    }

    /// The same with a tag of its body; without the body where `request` tells that the reader has it.
    pub fn tagged(mut self, request: &Request) -> Self {
        let tag = format!("{:016x}", fingerprint(&self.body));
        if request
            .known_tags()
            .any(|known| known == tag || known == "*")
        {
            self.status = 304;
            self.body = Vec::new();
            self.headers.retain(|(name, _)| *name != "content-type");
        }
        self.headers.push(("etag", format!("W/\"{tag}\"")));
        self
    }

    /// The headers by which a script of the site that asks may read what is no answer of this kind, as a file.
    pub fn sharing(origins: &[String], request: &Request) -> Vec<(&'static str, String)> {
        let nothing = Self {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
        };
        nothing.shared_with(origins, request).headers
    }

    /// The same for a script of the site that asks, if that is one of `origins`.
    pub fn shared_with(mut self, origins: &[String], request: &Request) -> Self {
        let is_any = origins.iter().any(|it| it == "*");
        let origin = match &request.origin {
            _ if is_any => Some("*".to_owned()),
            origin => origin.clone().filter(|origin| origins.contains(origin)),
        };
        if !is_any && !origins.is_empty() {
            self.vary("origin");
        }
        if let Some(origin) = origin {
            self.headers.push(("access-control-allow-origin", origin));
            self.headers
                .push(("access-control-expose-headers", EXPOSED.to_owned()));
        }
        self
    }

    /// What a browser is told that asks what it may ask; nothing where `request` is no such question.
    pub fn preflight(request: &Request) -> Option<Self> {
        request
            .origin
            .as_ref()
            .filter(|_| request.method == "OPTIONS")?;
        let headers = [
            ("access-control-allow-methods", "GET, HEAD, POST, DELETE"),
            (
                "access-control-allow-headers",
                "authorization, content-type, if-none-match, if-range, last-event-id, range",
            ),
            ("access-control-max-age", "86400"),
            ("cache-control", PRIVATE),
        ];
        Some(Self {
            status: 204,
            headers: headers.map(|(name, value)| (name, value.to_owned())).into(),
            body: Vec::new(),
        })
    }
}

/// The description of the routes, as OpenAPI 3.1 has it; generated from the types of this crate by `npm run generate`.
pub(super) const OPENAPI: &[u8] = include_bytes!("openapi.json");

/// What a script may see of an answer beside what any answer shows.
const EXPOSED: &str = "etag, retry-after, accept-ranges, content-range, cache-status, notion-edge-version, notion-edge-exported-at";

/// FNV-1a: only equal bytes are likely to have the same.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use crate::read::Request;

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        let mut headers = answer.headers.iter().filter(|(it, _)| *it == name);
        headers.next().map(|(_, value)| value.as_str())
    }

    #[test]
    fn who_has_a_body_gets_none() {
        let tagged = |body: &str, known: Option<&str>| {
            let request = Request {
                if_none_match: known.map(str::to_owned),
                ..Request::default()
            };
            Answer::json(body.as_bytes().to_vec()).tagged(&request)
        };
        let first = tagged("a", None);
        let tag = header(&first, "etag");
        assert_eq!((first.status, first.body.len()), (200, 1));
        let again = tagged("a", tag);
        assert_eq!(
            (again.status, again.body.len(), header(&again, "etag")),
            (304, 0, tag)
        );
        assert_eq!(tagged("b", tag).status, 200);
    }

    #[test]
    fn only_the_sites_that_are_named_may_read_by_script() {
        let shared = |origins: &[&str], origin: Option<&str>| {
            let request = Request {
                origin: origin.map(str::to_owned),
                ..Request::default()
            };
            let origins: Vec<String> = origins.iter().map(|&it| it.to_owned()).collect();
            let answer = Answer::json(Vec::new()).shared_with(&origins, &request);
            let header = |name| header(&answer, name).map(str::to_owned);
            (header("access-control-allow-origin"), header("vary"))
        };
        let (site, other) = ("https://a.example", Some("https://b.example"));
        let text = |it: &str| Some(it.to_owned());
        assert_eq!(shared(&[], Some(site)), (None, None));
        assert_eq!(shared(&[site], Some(site)), (text(site), text("origin")));
        assert_eq!(shared(&[site], other), (None, text("origin")));
        assert_eq!(shared(&[site], None), (None, text("origin")));
        assert_eq!(shared(&["*"], other), (text("*"), None));
    }
}
