//! Which pages in a browser may ask, and what a browser is told about it (CORS).
//!
//! None by default: a token in a page is a token for everyone who sees the page. The token is
//! checked all the same; this only decides what scripts of other origins may send and read.

use hyper::Method;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};

/// How long a browser may remember a permission, in seconds: the most that Chromium accepts.
const MAX_AGE: u16 = 7200;

/// The origins that may ask.
pub struct Cors(Vec<String>);

impl Cors {
    /// With `*` among `origins`, all may; with none, browsers are told nothing at all.
    pub fn new(origins: Vec<String>) -> Self {
        Self(origins)
    }

    /// Whether a browser asks for permission. Without any origin it is a method like others that
    /// the protocol does not have.
    pub fn is_preflight(&self, method: &Method, headers: &HeaderMap) -> bool {
        !self.0.is_empty()
            && method == Method::OPTIONS
            && headers.contains_key(ORIGIN)
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// What to add to the response to a request with these `headers`: nothing, for an origin that
    /// may not read it.
    pub fn permission(&self, headers: &HeaderMap) -> HeaderMap {
        let mut permission = HeaderMap::new();
        if self.0.is_empty() {
            return permission;
        }
        // Caches must not give one origin what was meant for another.
        permission.insert(VARY, HeaderValue::from_static("Origin"));
        let Some(origin) = headers.get(ORIGIN).filter(|origin| self.allows(origin)) else {
            return permission;
        };
        permission.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let exposed = HeaderValue::from_static("Upstash-Sync-Token, Retry-After");
        permission.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        permission
    }

    /// What a browser is told that asks for permission, or `None` for an origin that gets none.
    pub fn preflight(&self, headers: &HeaderMap) -> Option<HeaderMap> {
        let mut permission = self.permission(headers);
        if !permission.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return None;
        }
        let methods = HeaderValue::from_static("GET, HEAD, POST, PUT");
        permission.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        permission.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE.into());
        // Confirmed are those that were asked for, because the clients' own headers grow more with
        // their versions.
        let wanted = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
        let known: Vec<_> = wanted
            .iter()
            .filter_map(|names| names.to_str().ok())
            .flat_map(|names| names.split(','))
            .map(str::trim)
            .filter(|name| is_known(name))
            .collect();
        if let Ok(known) = HeaderValue::from_str(&known.join(", ")) {
            permission.insert(ACCESS_CONTROL_ALLOW_HEADERS, known);
        }
        Some(permission)
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        self.0
            .iter()
            .any(|allowed| allowed == "*" || allowed.as_bytes() == origin.as_bytes())
    }
}

fn is_known(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    matches!(
        header.as_str(),
        "authorization" | "cache-control" | "content-type"
    ) || header.starts_with("upstash-")
}

/// Reads an origin as a browser writes it, so that one which could never match is found at start.
pub fn parse_origin(text: &str) -> Result<String, String> {
    let is_origin = match text.split_once("://") {
        Some((scheme, host)) => {
            let is_host = |byte: u8| byte.is_ascii_graphic() && !b"/?#@,*".contains(&byte);
            !scheme.is_empty() && !host.is_empty() && host.bytes().all(is_host)
        }
        None => text == "*",
    };
    if is_origin && text == text.to_ascii_lowercase() {
        Ok(text.to_owned())
    } else {
        Err(
            "an origin is https://example.com or http://localhost:3000, in lower case and without \
             a path; * stands for all"
                .to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair =
            |(name, value): &(&'static str, &str)| (name.parse().unwrap(), value.parse().unwrap());
        pairs.iter().map(pair).collect()
    }

    fn cors(origins: &[&str]) -> Cors {
        Cors::new(
            origins
                .iter()
                .map(|origin| parse_origin(origin).unwrap())
                .collect(),
        )
    }

    #[test]
    fn only_listed_origins_may_read_a_response() {
        let listed = cors(&["https://a.example", "http://localhost:3000"]);
        for (origin, is_allowed) in [
            ("https://a.example", true),
            ("http://localhost:3000", true),
            ("http://a.example", false),
            ("https://a.example.org", false),
            ("null", false),
        ] {
            let permission = listed.permission(&headers(&[("origin", origin)]));
            assert_eq!(permission["vary"], "Origin");
            let allowed = permission.get(ACCESS_CONTROL_ALLOW_ORIGIN);
            assert_eq!(
                allowed.is_some_and(|allowed| allowed == origin),
                is_allowed,
                "{origin}"
            );
        }
        let all = cors(&["*"]).permission(&headers(&[("origin", "null")]));
        assert_eq!(all[ACCESS_CONTROL_ALLOW_ORIGIN], "null");
        assert!(
            cors(&[])
                .permission(&headers(&[("origin", "null")]))
                .is_empty()
        );
    }

    #[test]
    fn a_preflight_confirms_the_clients_headers_and_no_others() {
        let asked = headers(&[
            ("origin", "https://a.example"),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,content-type, Upstash-Telemetry-Future,cookie,x-upstash-",
            ),
        ]);
        let permission = cors(&["https://a.example"]).preflight(&asked).unwrap();
        assert_eq!(
            permission[ACCESS_CONTROL_ALLOW_HEADERS],
            "authorization, content-type, Upstash-Telemetry-Future"
        );
        assert!(cors(&["https://b.example"]).preflight(&asked).is_none());
        assert!(cors(&["*"]).is_preflight(&Method::OPTIONS, &asked));
        assert!(!cors(&["*"]).is_preflight(&Method::POST, &asked));
        assert!(!cors(&[]).is_preflight(&Method::OPTIONS, &asked));
    }

    #[test]
    fn an_origin_that_no_browser_sends_is_refused() {
        for text in [
            "",
            "a.example",
            "https://",
            "https://a.example/",
            "HTTPS://A.example",
            "https://*.a",
        ] {
            assert!(parse_origin(text).is_err(), "{text:?}");
        }
    }
}
