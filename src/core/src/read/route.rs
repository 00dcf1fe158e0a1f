//! The routes: from an address to commands, from replies to an answer.

use crate::config::Config;
use crate::engine::Job;
use crate::failure::Failure;
use crate::file::is_key;
use crate::id::Id;
use crate::keys::Keys;
use crate::percent::decoded;
use crate::redis::Value;
use crate::status::Status;
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::exports::{Ask, Exchange, Told};
use super::list::List;
use super::{Problem, access, confirm, query};

/// How long the edge and a browser may keep an anonymous answer, and how long they may show it while they ask again.
const PUBLIC: &str = "public, max-age=30, stale-while-revalidate=30";

/// What must not be kept: answers to a token, and problems.
const PRIVATE: &str = "private, no-store";

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// `GET /v1/pages/{id}`: the document of a page; with `.html` or `.md` behind the id its blocks, rendered.
    Page(Id, Format),
    /// `GET /v1/pages`: summaries of pages, newest first.
    Pages(List),
    /// `GET /v1/files/{key}`: the bytes of a file that is copied, for a shell that has the copies.
    File(String),
    /// `GET /v1/status`: how the export is doing.
    Status,
    /// `POST /v1/exports/{number}/confirm`: lets the pages go that this export holds.
    Confirm(u64),
    /// `/v1/exports` and `/v1/exports/{number}`: orders, tells of and cancels exports.
    Exports(Ask),
}

/// What of a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The document.
    Json,
    /// The blocks as HTML, without `html`, `head` and `body`.
    Html,
    /// The blocks as Markdown.
    Markdown,
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

impl Route {
    /// Reads method, path and query.
    ///
    /// # Errors
    /// 404 for an unknown path, 405 for a method that does not read, 400 for what the path or query says.
    pub fn parse(method: &str, path: &str, query: &[(String, String)]) -> Result<Self, Problem> {
        let segments: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (allowed, is_allowed) = match segments.as_slice() {
            ["v1", "pages" | "files", _] | ["v1", "pages" | "status"] => {
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
            ["v1", "pages", name] => {
                let (id, format) = Format::of(name);
                let id = id.parse();
                id.map(|id| Self::Page(id, format))
                    .map_err(|error| Problem::bad_request(format!("{error}")))
            }
            ["v1", "pages"] => List::parse(query).map(Self::Pages),
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
                "no such address; there are /v1/pages/{id}, with .html or .md behind it, /v1/pages, /v1/files/{key}, /v1/status, /v1/exports, \
                /v1/exports/{number} and /v1/exports/{number}/confirm",
            )),
        }
    }

    /// Lets in who may ask this.
    ///
    /// # Errors
    /// 401 for a wrong token or none.
    pub fn check(&self, config: &Config, authorization: Option<&str>) -> Result<(), Problem> {
        match self {
            Self::Page(..) | Self::Pages(_) | Self::File(_) | Self::Status => {
                config.access.check(authorization)
            }
            Self::Confirm(_) | Self::Exports(_) => {
                access::check(authorization, &config.admin_tokens, "ADMIN_TOKENS")
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

    /// For how long a file may be kept: its key never names other bytes, but it goes when no page shows it.
    pub fn file_cache(is_public: bool) -> &'static str {
        match is_public {
            true => "public, max-age=86400",
            false => PRIVATE,
        }
    }

    /// The exchange with Redis that the answer is made of: one request, two to cancel an export.
    ///
    /// # Errors
    /// 404 for a file: who has the copies serves it without Redis.
    pub fn call(&self, keys: &Keys, now: Timestamp) -> Result<Asked, Problem> {
        Ok(Asked::Plain(match self {
            Self::Exports(ask) => {
                return Ok(Asked::Exports(Box::new(ask.exchange(keys, now))));
            }
            Self::File(_) => return Err(Problem::not_found("the Worker serves files")),
            Self::Page(id, format) => {
                let key = match format {
                    Format::Json => keys.page(*id),
                    Format::Html => keys.html(*id),
                    Format::Markdown => keys.markdown(*id),
                };
                Call::words("page", vec!["GET".to_owned(), key], text)
            }
            Self::Pages(list) => return Ok(list.ask(keys, now)),
            Self::Status => Call::several("status", Status::commands(keys, now), status),
            Self::Confirm(number) => confirm::call(*number, keys, now),
        }))
    }

    /// The answer with what was found.
    ///
    /// # Errors
    /// 404 for what is not in the store, 400 and 422 for a query that does not go with it, 409 for what cannot be done as things stand, 500 for what cannot be read, 503 where Redis did not answer as it should.
    pub fn answer(&self, found: Result<Found, Error>, is_public: bool) -> Result<Answer, Problem> {
        let cache = match self {
            Self::Page(..) | Self::Pages(_) => is_public.then_some(PUBLIC),
            Self::File(_) | Self::Status | Self::Confirm(_) | Self::Exports(_) => None,
        };
        let body = match found {
            Ok(Found::Exports(told)) => return told.answer(),
            Ok(Found::Query(body)) => Ok(Some(body?)),
            Ok(Found::Body(body)) => Ok(body),
            Err(error) => Err(error),
        };
        match (self, body) {
            (Self::Page(_, format), Ok(Some(body))) => Ok(Answer::of(*format, body, cache)),
            (_, Ok(Some(body))) => Ok(Answer::json(body, cache)),
            (Self::Page(id, _), Ok(None)) => Err(Problem::not_found(&format!(
                "no page {id} has been exported"
            ))),
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

impl Format {
    /// The id in a name, and the format that what stands behind it asks for.
    fn of(name: &str) -> (&str, Self) {
        let formats = [(".html", Self::Html), (".md", Self::Markdown)];
        let asked = formats.into_iter().find_map(|(extension, format)| {
            let id = name.strip_suffix(extension)?;
            Some((id, format))
        });
        asked.unwrap_or((name, Self::Json))
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}

fn text(reply: &Value) -> Result<Option<Vec<u8>>, Error> {
    match reply {
        Value::Nil => Ok(None),
        Value::Text(text) => Ok(Some(text.clone().into_bytes())),
        _ => Err(Error::unexpected()),
    }
}

fn status(replies: &Value) -> Result<Option<Vec<u8>>, Error> {
    let unreadable = || Error::MisshapedRecord("the state of the export".to_owned());
    let status = Status::read(replies.items()).ok_or_else(unreadable)?;
    Ok(Some(status.to_json()))
}

impl Answer {
    /// A JSON answer that may be kept as `cache` says, or not at all.
    pub fn json(body: Vec<u8>, cache: Option<&'static str>) -> Self {
        Self::of(Format::Json, body, cache)
    }

    /// The same in another format. HTML is made to stand in a site's page: opened by itself it loads and runs nothing.
    fn of(format: Format, body: Vec<u8>, cache: Option<&'static str>) -> Self {
        let mut headers = vec![
            ("content-type", format.content_type().to_owned()),
            ("cache-control", cache.unwrap_or(PRIVATE).to_owned()),
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
}

#[cfg(test)]
mod tests {
    use super::Route;

    fn status(method: &str, path: &str) -> u16 {
        Route::parse(method, path, &[]).map_or_else(|problem| problem.answer().status, |_| 200)
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
        assert_eq!(status("GET", "/v1/pages/x"), 400);
        for (extension, expected) in [
            (".html", 200),
            (".md", 200),
            (".pdf", 400),
            (".html.md", 400),
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
            (format!("/v1/pages/{{{id}}}"), 400),
            (format!("/v1/pages/{id}0"), 400),
            (format!("/v1/pages/{id}/blocks"), 404),
            ("/v1/pages/%FF%FE".to_owned(), 400),
            ("/v1/pages/%".to_owned(), 400),
            ("/v1/pages/ä%00".to_owned(), 400),
            ("/v1//pages".to_owned(), 404),
            (String::new(), 404),
            (long, 400),
        ] {
            assert_eq!(status("GET", &path), expected, "{path:.80}");
            if let Err(problem) = Route::parse("GET", &path, &[]) {
                assert!(problem.answer().body.len() < 1_000, "{path:.80}");
            }
        }
    }
}
