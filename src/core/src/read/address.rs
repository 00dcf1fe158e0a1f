//! The addresses: from method, path and query to a route.

use crate::engine::Job;
use crate::file::is_key;
use crate::percent::decoded;
use crate::purge::Purged;

use super::batch::Batch;
use super::comments::Comments;
use super::events::Events;
use super::exports::Ask;
use super::file::FileAsk;
use super::list::List;
use super::object::{Kind, Object};
use super::page::PageAsk;
use super::request::Request;
use super::search::Search;
use super::site::Site;
use super::tree::Tree;
use super::webhook::Webhook;
use super::why::WhyAsk;
use super::{Problem, Route};

/// Every address, and the methods that it takes; a name in braces stands for one part of a path, and `{id_or_path}` for one or more.
const ADDRESSES: [(&str, &str); 26] = [
    ("/v1/pages", READS),
    ("/v1/pages/{id_or_path}", READS),
    ("/v1/pages:batch", READS),
    ("/v1/tree", READS),
    ("/v1/search", READS),
    ("/v1/comments", READS),
    ("/v1/databases/{id}", READS),
    ("/v1/data-sources/{id}", READS),
    ("/v1/users/{id}", READS),
    ("/v1/blocks/{id}", READS),
    ("/v1/files/{key}", READS),
    ("/v1/events", READS),
    ("/v1/status", READS),
    ("/sitemap.xml", READS),
    ("/feed.xml", READS),
    ("/atom.xml", READS),
    ("/feed.json", READS),
    ("/v1/exports", "GET, HEAD, POST"),
    ("/v1/exports/{number}", "GET, HEAD, DELETE"),
    ("/v1/exports/{number}/confirm", "POST"),
    ("/v1/purge", "POST"),
    ("/v1/webhook", "GET, HEAD, POST"),
    ("/v1/why/{id_or_path}", READS),
    ("/metrics", READS),
    ("/healthz", READS),
    ("/openapi.json", READS),
];

/// The methods of an address that only reads.
const READS: &str = "GET, HEAD";

/// Stands for all that is left of a path.
const REST: &str = "{id_or_path}";

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
            ["openapi.json"] => Ok(Self::OpenApi),
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
            ["v1", "files", key] if is_key(key) => Ok(Self::File(FileAsk::new(key, request))),
            ["v1", "files", _] => Err(Problem::not_found(
                "no file is called that; documents tell the addresses of their files",
            )),
            ["v1", "events"] => Events::parse(request).map(Self::Events),
            ["metrics"] => Ok(Self::Metrics),
            ["v1", "status"] => Ok(Self::Status(None)),
            ["v1", "why", names @ ..] if !names.is_empty() => {
                WhyAsk::parse(names, query).map(Self::Why)
            }
            ["v1", "purge"] => Ok(Self::Purge(Purged::Everything)),
            ["v1", "webhook"] => Ok(Self::Webhook(match method {
                "POST" => Webhook::Post,
                _ => Webhook::Show(false),
            })),
            ["v1", "exports"] if method == "POST" => Ok(Self::Exports(Ask::Order(Job::All))),
            ["v1", "exports"] => Ok(Self::Exports(Ask::List)),
            ["v1", "exports", number] => export(number).map(|number| {
                Self::Exports(match method {
                    "DELETE" => Ask::Cancel(number),
                    _ => Ask::One(number),
                })
            }),
            ["v1", "exports", number, "confirm"] => export(number).map(Self::Confirm),
            _ => {
                let addresses = ADDRESSES.map(|(address, _)| address).join(", ");
                let problem = format!("no such address; there are {addresses}");
                Err(Problem::not_found(&problem))
            }
        }
    }
}

/// The methods that an address takes; none where it is none.
fn methods(segments: &[&str]) -> &'static str {
    let mut addresses = ADDRESSES.iter();
    let found = addresses.find(|(address, _)| is_at(address, segments));
    found.map_or("", |(_, methods)| methods)
}

/// Whether the parts of a path are an address of that form.
fn is_at(address: &str, segments: &[&str]) -> bool {
    let mut segments = segments.iter();
    for part in address.trim_start_matches('/').split('/') {
        let Some(segment) = segments.next() else {
            return false;
        };
        if part == REST {
            return true;
        }
        if part != *segment && !part.starts_with('{') {
            return false;
        }
    }
    segments.next().is_none()
}

fn export(number: &str) -> Result<u64, Problem> {
    let problem = "an export is named by its number, as /v1/exports and /v1/status tell it";
    number
        .parse()
        .map_err(|_| Problem::bad_request(problem.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::{ADDRESSES, Request, Route};
    use crate::read::answer::OPENAPI;

    fn parse(method: &str, path: &str) -> Result<Route, super::Problem> {
        Route::parse(&Request {
            method: method.to_owned(),
            path: path.to_owned(),
            site: Some("https://a.example".to_owned()),
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
    fn every_address_is_in_the_openapi_document_with_its_methods_and_no_other() {
        let document: Value = serde_json::from_slice(OPENAPI).expect("JSON");
        let paths = document.get("paths").and_then(Value::as_object);
        let described = paths.into_iter().flatten().map(|(path, item)| {
            let methods = item.as_object().into_iter().flat_map(|item| item.keys());
            let methods = methods.filter(|it| *it != "parameters");
            (path.clone(), methods.map(|it| it.to_uppercase()).collect())
        });
        let described: BTreeMap<String, BTreeSet<String>> = described.collect();
        let known = ADDRESSES.map(|(address, methods)| {
            let methods = methods.split(", ").map(str::to_owned);
            (address.to_owned(), methods.collect())
        });
        assert_eq!(described, BTreeMap::from(known));
    }

    #[test]
    fn every_address_of_the_table_leads_to_a_route_by_each_of_its_methods() {
        let id = "2712e341754a41aea9ce4c0bb4b18c52";
        for (address, methods) in ADDRESSES {
            let path = address.replace("{id}", id).replace("{id_or_path}", "a/b");
            let path = path.replace("{number}", "4").replace("{key}", "a-b");
            for method in methods.split(", ") {
                // A parameter may be missing.
                let status = status(method, &path);
                assert!([200, 400].contains(&status), "{method} {path}: {status}");
            }
            assert_eq!(status("PUT", &path), 405, "{path}");
        }
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
