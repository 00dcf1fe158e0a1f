//! The routes: from an address to commands, from replies to an answer.

use crate::config::Config;
use serde_json::json;

use crate::engine::{Job, State};
use crate::failure::Failure;
use crate::file::is_key;
use crate::keys::Keys;
use crate::percent::decoded;
use crate::redis::Value;
use crate::status::{Progress, Status};
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::cache::{Cache, PRIVATE};
use super::exports::{Ask, Exchange, Told};
use super::list::List;
use super::page::PageAsk;
use super::request::Request;
use super::{Answer, Audience, Problem, access, confirm, query};

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// `GET /v1/pages/{id or path}`: a page, for a shell that runs its [`PageReading`](super::PageReading).
    Page(PageAsk),
    /// `GET /v1/pages`: summaries of pages, newest first.
    Pages(List),
    /// `GET /v1/files/{key}`: the bytes of a file that is copied, for a shell that has the copies.
    File(String),
    /// `GET /v1/status`: how the export is doing.
    Status,
    /// `GET /healthz`: that the Worker answers, whatever the store does.
    Health,
    /// `POST /v1/exports/{number}/confirm`: lets the pages go that this export holds.
    Confirm(u64),
    /// `/v1/exports` and `/v1/exports/{number}`: orders, tells of and cancels exports.
    Exports(Ask),
}

/// The exchange with Redis that a route needs.
#[derive(Clone, Debug)]
pub enum Asked {
    /// One look, which gives the body of the answer.
    Plain(Call<Option<Vec<u8>>>),
    /// A list with a filter or in an order.
    Query(Box<query::Exchange>),
    /// About exports.
    Exports(Box<Exchange>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The body of the answer, or nothing.
    Body(Option<Vec<u8>>),
    /// The body of a list with a filter or in an order, or why there is none.
    Query(Result<Vec<u8>, Problem>),
    /// About exports.
    Exports(Box<Told>),
}

impl Route {
    /// Reads method, path and query.
    ///
    /// # Errors
    /// 404 for an unknown path, 405 for a method that does not read, 400 for what the path or query says.
    pub fn parse(request: &Request) -> Result<Self, Problem> {
        let (method, query) = (request.method.as_str(), request.query.as_slice());
        let path = request.path.trim_matches('/');
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (allowed, is_allowed) = match segments.as_slice() {
            ["healthz"] | ["v1", "status" | "pages"] | ["v1", "files", _] | ["v1", "pages", ..] => {
                ("GET, HEAD", matches!(method, "GET" | "HEAD"))
            }
            ["v1", "exports"] => ("GET, HEAD, POST", matches!(method, "GET" | "HEAD" | "POST")),
            ["v1", "exports", _] => (
                "GET, HEAD, DELETE",
                matches!(method, "GET" | "HEAD" | "DELETE"),
            ),
            ["v1", "exports", _, "confirm"] => ("POST", method == "POST"),
            _ => ("", true),
        };
        if !is_allowed {
            return Err(Problem::method_not_allowed(allowed));
        }
        match segments.as_slice() {
            ["healthz"] => Ok(Self::Health),
            ["v1", "pages"] => List::parse(query).map(Self::Pages),
            ["v1", "pages", names @ ..] => PageAsk::parse(names, request).map(Self::Page),
            ["v1", "files", key] if is_key(key) => Ok(Self::File((*key).to_owned())),
            ["v1", "files", _] => Err(Problem::not_found(
                "no file is called that; documents tell the addresses of their files",
            )),
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
            _ => Err(Problem::not_found(
                "no such address; there are /v1/pages/{id or path}, with .html or .md behind it, /v1/pages, /v1/files/{key}, /v1/status, \
                /healthz, /v1/exports, /v1/exports/{number} and /v1/exports/{number}/confirm",
            )),
        }
    }

    /// Lets in who may ask this, and says what of the copy they may read.
    ///
    /// # Errors
    /// 401 for a wrong token or none.
    pub fn check(&self, config: &Config, authorization: Option<&str>) -> Result<Audience, Problem> {
        match self {
            Self::Health => Ok(Audience::Public),
            Self::Page(_) | Self::Pages(_) | Self::File(_) | Self::Status => {
                config.access.check(authorization)
            }
            Self::Confirm(_) | Self::Exports(_) => {
                let tokens = &config.admin_tokens;
                access::check(authorization, tokens, "ADMIN_TOKENS").map(|()| Audience::All)
            }
        }
    }

    /// Whether the body of the request says more; it is read after `check`.
    pub fn has_body(&self) -> bool {
        matches!(self, Self::Exports(Ask::Order(_)))
    }

    /// The same route with what the body of the request says.
    ///
    /// # Errors
    /// 400, with what is wrong in it.
    pub fn with_body(self, body: &[u8]) -> Result<Self, Problem> {
        match self {
            Self::Exports(ask) => ask.with_body(body).map(Self::Exports),
            other => Ok(other),
        }
    }

    /// Whether a run is to follow the answer at once, rather than with the next tick.
    pub fn is_followed_by_a_run(&self, answer: &Answer) -> bool {
        matches!(self, Self::Exports(Ask::Order(_) | Ask::Cancel(_))) && answer.status == 202
    }

    /// Whether its answers are remembered for a few seconds.
    pub fn is_remembered(&self) -> bool {
        matches!(self, Self::Pages(_))
    }

    /// For how long a file may be kept: its key never names other bytes, but it goes when no page shows it.
    pub fn file_cache(cache: Cache) -> &'static str {
        match cache {
            Cache {
                is_public: false, ..
            } => PRIVATE,
            // Its page may be taken back.
            Cache { varies: true, .. } => "public, max-age=60",
            _ => "public, max-age=86400",
        }
    }

    /// The exchange with Redis that the answer is made of: one request, two to cancel an export; none where the shell has the answer.
    pub fn call(&self, keys: &Keys, audience: Audience, now: Timestamp) -> Option<Asked> {
        Some(Asked::Plain(match self {
            Self::Exports(ask) => {
                return Some(Asked::Exports(Box::new(ask.exchange(keys, now))));
            }
            Self::File(_) | Self::Page(_) | Self::Health => return None,
            Self::Pages(list) => return Some(list.ask(keys, audience, now)),
            // How many pages there are tells of those that are not public.
            Self::Status if audience == Audience::Public => Call::words(
                "status",
                vec!["HGET".to_owned(), keys.lease(), "state".to_owned()],
                progress,
            ),
            Self::Status => Call::several("status", Status::commands(keys, now), status),
            Self::Confirm(number) => confirm::call(*number, keys, now),
        }))
    }

    /// The answer with what was found.
    ///
    /// # Errors
    /// 404 for what is not in the store, 400 and 422 for a query that does not go with it, 409 for what cannot be done as things stand, 500 for what cannot be read, 503 where Redis did not answer as it should.
    pub fn answer(&self, found: Result<Found, Error>) -> Result<Answer, Problem> {
        let body = match found {
            Ok(Found::Exports(told)) => return told.answer(),
            Ok(Found::Query(body)) => Ok(Some(body?)),
            Ok(Found::Body(body)) => Ok(body),
            Err(error) => Err(error),
        };
        match (self, body) {
            (_, Ok(Some(body))) => Ok(Answer::json(body)),
            (Self::Confirm(number), Ok(None)) => Err(Problem::not_found(&format!(
                "export {number} holds no pages"
            ))),
            (_, Err(Error::MisshapedRecord(what))) => Err(Problem::unreadable(&what)),
            (_, Ok(None) | Err(_)) => Err(Problem::away()),
        }
    }
}

fn export(number: &str) -> Result<u64, Problem> {
    let problem = "an export is named by its number, as /v1/exports and /v1/status tell it";
    number
        .parse()
        .map_err(|_| Problem::bad_request(problem.to_owned()))
}

impl Operation for Asked {
    type Output = Found;

    fn poll(&self) -> Step {
        match self {
            Self::Plain(call) => call.poll(),
            Self::Query(exchange) => exchange.poll(),
            Self::Exports(exchange) => exchange.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Found>, Error> {
        match self {
            Self::Plain(call) => Ok(call.apply(reply)?.map(Found::Body)),
            Self::Query(exchange) => Ok(exchange.apply(reply)?.map(Found::Query)),
            Self::Exports(exchange) => Ok(exchange
                .apply(reply)?
                .map(|told| Found::Exports(Box::new(told)))),
        }
    }
}

/// What anyone is told where a rule says who may read what: whether the copy is there.
fn progress(reply: &Value) -> Result<Option<Vec<u8>>, Error> {
    let unreadable = |_| Error::MisshapedRecord("the state of the export".to_owned());
    let state = State::parse(&reply.text().unwrap_or_default()).map_err(unreadable)?;
    let progress = Progress::of(&state);
    Ok(Some(json!({ "state": progress }).to_string().into_bytes()))
}

fn status(replies: &Value) -> Result<Option<Vec<u8>>, Error> {
    let unreadable = || Error::MisshapedRecord("the state of the export".to_owned());
    let status = Status::read(replies.items()).ok_or_else(unreadable)?;
    Ok(Some(status.to_json()))
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
