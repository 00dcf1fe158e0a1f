//! The addresses: from method, path and query to a route.

use crate::engine::Job;
use crate::file::is_key;
use crate::percent::decoded;

use super::batch::Batch;
use super::comments::Comments;
use super::events::Events;
use super::exports::Ask;
use super::list::List;
use super::object::{Kind, Object};
use super::page::PageAsk;
use super::request::Request;
use super::search::Search;
use super::site::Site;
use super::tree::Tree;
use super::{Problem, Route};

/// What is told to who asks for another one.
const ADDRESSES: &str = "/v1/pages/{id or path}, with .html or .md behind it, /v1/pages, \
    /v1/pages:batch, /v1/tree, /v1/search, /v1/comments, /v1/databases/{id}, /v1/data-sources/{id}, /v1/users/{id}, /v1/blocks/{id}, \
    /v1/files/{key}, /v1/events, /sitemap.xml, /feed.xml, /atom.xml, /feed.json, /v1/status, /metrics, /healthz, /v1/exports, /v1/exports/{number} and /v1/exports/{number}/confirm";

impl Route {
    /// Reads method, path and query.
    ///
    /// # Errors
    /// 404 for an unknown path, 405 for a method that it does not take, 400 for what the path or query says.
    pub fn parse(request: &Request) -> Result<Self, Problem> {
        let (method, query) = (request.method.as_str(), request.query.as_slice());
        let path = request.path.trim_matches('/');
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let methods = methods(&segments);
        if !methods.is_empty() && !methods.split(", ").any(|it| it == method) {
            return Err(Problem::method_not_allowed(methods));
        }
        let object = |kind, id| Object::parse(kind, id, query).map(Self::Object);
        match segments.as_slice() {
            ["healthz"] => Ok(Self::Health),
            [name @ ("sitemap.xml" | "feed.xml" | "atom.xml" | "feed.json")] => {
                Site::parse(name, request).map(Self::Site)
            }
            ["v1", "pages"] => List::parse(query).map(Self::Pages),
            ["v1", "pages", names @ ..] => PageAsk::parse(names, request).map(Self::Page),
            ["v1", "pages:batch"] => Batch::parse(query).map(Self::Batch),
            ["v1", "tree"] => Tree::parse(query).map(Self::Tree),
            ["v1", "search"] => Search::parse(query).map(Self::Search),
            ["v1", "databases", id] => object(Kind::Database, id),
            ["v1", "data-sources", id] => object(Kind::DataSource, id),
            ["v1", "users", id] => object(Kind::User, id),
            ["v1", "blocks", id] => object(Kind::Block, id),
            ["v1", "comments"] => Comments::parse(query).map(Self::Comments),
            ["v1", "files", key] if is_key(key) => Ok(Self::File((*key).to_owned())),
            ["v1", "files", _] => Err(Problem::not_found(
                "no file is called that; documents tell the addresses of their files",
            )),
            ["v1", "events"] => Events::parse(request).map(Self::Events),
            ["metrics"] => Ok(Self::Metrics),
            ["v1", "status"] => Ok(Self::Status),
            ["v1", "exports"] if method == "POST" => Ok(Self::Exports(Ask::Order(Job::All))),
            ["v1", "exports"] => Ok(Self::Exports(Ask::List)),
            ["v1", "exports", number] => export(number).map(|number| {
                Self::Exports(match method {
                    "DELETE" => Ask::Cancel(number),
                    _ => Ask::One(number),
                })
            }),
            ["v1", "exports", number, "confirm"] => export(number).map(Self::Confirm),
            _ => Err(Problem::not_found(&format!(
                "no such address; there are {ADDRESSES}"
            ))),
        }
    }
}

/// The methods that an address takes; none where it is none.
fn methods(segments: &[&str]) -> &'static str {
    match segments {
        ["healthz" | "metrics" | "sitemap.xml" | "feed.xml" | "atom.xml" | "feed.json"]
        | [
            "v1",
            "comments" | "events" | "pages" | "pages:batch" | "search" | "status" | "tree",
        ]
        | [
            "v1",
            "databases" | "data-sources" | "users" | "blocks" | "files",
            _,
        ]
        | ["v1", "pages", ..] => "GET, HEAD",
        ["v1", "exports"] => "GET, HEAD, POST",
        ["v1", "exports", _] => "GET, HEAD, DELETE",
        ["v1", "exports", _, "confirm"] => "POST",
        _ => "",
    }
}

fn export(number: &str) -> Result<u64, Problem> {
    let problem = "an export is named by its number, as /v1/exports and /v1/status tell it";
    number
        .parse()
        .map_err(|_| Problem::bad_request(problem.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Request, Route};

    fn parse(method: &str, path: &str) -> Result<Route, super::Problem> {
        Route::parse(&Request {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Request::default()
        })
    }

    fn status(method: &str, path: &str) -> u16 {
        parse(method, path).map_or_else(|problem| problem.answer().status, |_| 200)
    }

    #[test]
    fn addresses_are_told_apart() {
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        assert_eq!(status("GET", &format!("/v1/pages/{id}")), 200);
        assert_eq!(
            status("HEAD", "/v1/pages/2712e341-754a-41ae-a9ce-4c0bb4b18c52"),
            200
        );
        assert_eq!(status("GET", "/v1/status"), 200);
        assert_eq!(status("POST", "/v1/status"), 405);
        assert_eq!(status("GET", "/v1/pages/x"), 200);
        for (extension, expected) in [
            (".html", 200),
            (".md", 200),
            (".pdf", 200),
            (".html.md", 200),
        ] {
            let path = format!("/v1/pages/{id}{extension}");
            assert_eq!(status("GET", &path), expected, "{extension}");
        }
        assert_eq!(status("GET", "/v2/pages"), 404);
    }

    #[test]
    fn a_method_that_does_not_read_is_refused_before_anything_else() {
        for path in ["/v1/pages/x", "/v1/pages", "/v1/status"] {
            for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", "X"] {
                assert_eq!(status(method, path), 405, "{method} {path}");
            }
        }
        assert_eq!(status("POST", "/v1/x"), 404);
        assert_eq!(status("POST", "/v1/exports/4/confirm"), 200);
        assert_eq!(status("GET", "/v1/exports/4/confirm"), 405);
        assert_eq!(status("POST", "/v1/exports/last/confirm"), 400);
        assert_eq!(status("POST", "/v1/exports"), 200);
        assert_eq!(status("PUT", "/v1/exports"), 405);
        assert_eq!(status("DELETE", "/v1/exports/4"), 200);
        assert_eq!(status("POST", "/v1/exports/4"), 405);
        assert_eq!(status("GET", "/v1/exports/last"), 400);
    }

    #[test]
    fn odd_addresses_are_refused_in_few_words() {
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        let long = format!("/v1/pages/{}", "x".repeat(100_000));
        for (path, expected) in [
            (format!("/v1/pages/{id}/"), 200),
            (format!("/v1/pages/{}", id.to_uppercase()), 200),
            (
                format!("/v1/pages/%32{}", id.get(1..).unwrap_or_default()),
                200,
            ),
            (format!("/v1/pages/{{{id}}}"), 200),
            (format!("/v1/pages/{id}0"), 200),
            (format!("/v1/pages/{id}/blocks"), 200),
            ("/v1/pages/%FF%FE".to_owned(), 200),
            ("/v1/pages/%".to_owned(), 200),
            ("/v1/pages/ä%00".to_owned(), 200),
            ("/v1//pages".to_owned(), 404),
            (String::new(), 404),
            (long, 404),
        ] {
            assert_eq!(status("GET", &path), expected, "{path:.80}");
            if let Err(problem) = parse("GET", &path) {
                assert!(problem.answer().body.len() < 1_000, "{path:.80}");
            }
        }
    }
}
