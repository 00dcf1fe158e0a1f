//! The API: from a request to a response.
//!
//! Checks come in Notion's order: the address, the token, the version, the budget, then the request's own content.
//! Writes are refused: the integration may only read.

mod answer;
mod arguments;
mod blocks;
mod comments;
mod condition;
mod cursor;
mod fault;
mod filter;
mod markdown;
mod options;
mod pages;
mod paging;
mod query;
mod route;
mod search;
mod sort;
mod users;
mod views;

pub use options::{Options, Requests};

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderValue};
use http::{Request, Response};

use crate::api::answer::{Answer, Refusal};
use crate::api::arguments::Arguments;
use crate::api::route::{Endpoint, Route};
use crate::files;
use crate::id::Uuid;
use crate::json::Json;
use crate::random::{happens, mix, mix_wide};
use crate::render::Render;
use crate::workspace::Workspace;

/// The versions whose shapes the sim has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Version {
    V2025_09_03,
    V2026_03_11,
}

/// Notion's API over a workspace.
pub struct Sim {
    workspace: Workspace,
    options: Options,
    requests: Requests,
    /// The minute that `spent` counts for.
    window: i64,
    spent: u32,
}

/// What an endpoint works with.
pub(crate) struct Call<'a> {
    pub(crate) render: Render<'a>,
    pub(crate) arguments: Arguments,
}

impl Call<'_> {
    /// Whether lists show nothing of an object but what it is.
    fn is_partial(&self, id: Uuid) -> bool {
        let options = self.render.options;
        happens(
            mix_wide(options.seed ^ 0x7061_7274, id.as_u128()),
            options.partial_objects,
        )
    }
}

impl Sim {
    /// A sim over `workspace`.
    pub fn new(workspace: Workspace, options: Options) -> Sim {
        Sim {
            workspace,
            options,
            requests: Requests::default(),
            window: i64::MIN,
            spent: 0,
        }
    }

    /// The workspace as it is now.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The workspace, to change it.
    pub fn workspace_mut(&mut self) -> &mut Workspace {
        &mut self.workspace
    }

    /// How it behaves, to change that.
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// What was asked so far.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Answers one request, of which the address may be a path and query only.
    pub fn handle(&mut self, request: &Request<Vec<u8>>, now_ms: i64) -> Response<Vec<u8>> {
        self.requests.total += 1;
        let number = self.requests.total;
        let uri = request.uri();
        if let Some(path) = uri.path().strip_prefix("/files/") {
            return files::serve(path, uri.query().unwrap_or_default(), &self.options, now_ms);
        }
        let id = Uuid::from_hashes(
            mix(self.options.seed, number),
            mix(self.options.seed ^ 1, number),
        );
        let answer = self
            .answer(request, now_ms, number)
            .unwrap_or_else(Answer::from);
        if answer.status >= 400 {
            self.requests.refused += 1;
        }
        let mut response = answer.into_response(id);
        if request.method() == http::Method::HEAD {
            let length = HeaderValue::from(response.body().len());
            response.headers_mut().insert(CONTENT_LENGTH, length);
            response.body_mut().clear();
        }
        response
    }

    fn answer(
        &mut self,
        request: &Request<Vec<u8>>,
        now_ms: i64,
        number: u64,
    ) -> Result<Answer, Refusal> {
        let route = Route::of(request)?;
        self.authorize(request)?;
        let version = version(request, &route)?;
        self.spend(now_ms)?;
        if !self.options.reads_content && route.endpoint.is_content() {
            return Err(Refusal::restricted());
        }
        if let Some(fault) = fault::draw(&self.options, number, &route.endpoint) {
            self.requests.faults += 1;
            return Err(fault);
        }
        let arguments = Arguments::of(request, &route.endpoint)?;
        let render = Render {
            workspace: &self.workspace,
            options: &self.options,
            version,
            now_ms,
            request: number,
        };
        let body = serve(&Call { render, arguments }, &route.endpoint)?;
        *self
            .requests
            .served
            .entry(route.endpoint.name())
            .or_default() += 1;
        Ok(Answer::ok(body, &route.endpoint))
    }

    fn authorize(&self, request: &Request<Vec<u8>>) -> Result<(), Refusal> {
        let header = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut words = header.split_ascii_whitespace();
        let (scheme, token, more) = (words.next().unwrap_or_default(), words.next(), words.next());
        let (true, Some(token), None) = (scheme.eq_ignore_ascii_case("bearer"), token, more) else {
            return Err(Refusal::unauthorized(
                "Authorization header must use the format \"Bearer <token>\".",
            ));
        };
        let is_known = match &self.options.token {
            Some(known) => token == known,
            None => token.starts_with("ntn_") || token.starts_with("secret_"),
        };
        if is_known {
            Ok(())
        } else {
            Err(Refusal::unauthorized("API token is invalid."))
        }
    }

    /// Takes one request off the budget of the current 60 seconds.
    fn spend(&mut self, now_ms: i64) -> Result<(), Refusal> {
        let Some(rate) = self.options.rate else {
            return Ok(());
        };
        let window = now_ms.div_euclid(60_000);
        if window != self.window {
            (self.window, self.spent) = (window, 0);
        }
        if self.spent < rate {
            self.spent += 1;
            return Ok(());
        }
        self.requests.throttled += 1;
        let left_ms = (window + 1) * 60_000 - now_ms;
        Err(Refusal::rate_limited(
            "public_api_request_rate_limit",
            (left_ms as u64).div_ceil(1_000),
        ))
    }
}

/// The versions that Notion publishes, oldest first.
const PUBLISHED: [&str; 7] = [
    "2021-05-11",
    "2021-05-13",
    "2021-08-16",
    "2022-02-22",
    "2022-06-28",
    "2025-09-03",
    "2026-03-11",
];

fn version(request: &Request<Vec<u8>>, route: &Route) -> Result<Version, Refusal> {
    const FAILED: &str = "Notion-Version header failed validation: Notion-Version header should be";
    let Some(header) = request.headers().get("notion-version") else {
        return Err(Refusal::new(
            400,
            "missing_version",
            format!("{FAILED} defined, instead was `undefined`."),
        ));
    };
    match header.to_str().unwrap_or_default() {
        "2026-03-11" => Ok(Version::V2026_03_11),
        "2025-09-03" => Ok(Version::V2025_09_03),
        old if PUBLISHED.contains(&old) && route.is_newer_than_2022() => {
            Err(Refusal::invalid_url())
        }
        old if PUBLISHED.contains(&old) => Err(Refusal::validation(format!(
            "Notion-Version {old} exists, but this simulation has the shapes of 2025-09-03 and 2026-03-11 only."
        ))),
        other => {
            let (last, rest) = PUBLISHED.split_last().unwrap_or((&"", &[]));
            let listed: Vec<String> = rest
                .iter()
                .map(|version| format!("`\"{version}\"`"))
                .collect();
            let message = format!(
                "{FAILED} {}, or `\"{last}\"`, instead was `\"{other}\"`.",
                listed.join(", ")
            );
            Err(Refusal::new(400, "missing_version", message))
        }
    }
}

fn serve(call: &Call<'_>, endpoint: &Endpoint) -> Result<Json, Refusal> {
    match endpoint {
        Endpoint::Search => search::search(call),
        Endpoint::Page { id } => pages::page(call, id),
        Endpoint::PageProperty { id, property } => pages::property(call, id, property),
        Endpoint::PageMarkdown { id } => markdown::markdown(call, id),
        Endpoint::Block { id } => blocks::block(call, id),
        Endpoint::BlockChildren { id } => blocks::children(call, id),
        Endpoint::Database { id } => blocks::database(call, id),
        Endpoint::DataSource { id } => query::data_source(call, id),
        Endpoint::Query { id } => query::query(call, id),
        Endpoint::Templates { id } => query::templates(call, id),
        Endpoint::Users => users::list(call),
        Endpoint::Me => users::me(call),
        Endpoint::User { id } => users::user(call, id),
        Endpoint::Comments => comments::list(call),
        Endpoint::Comment { id } => comments::comment(call, id),
        Endpoint::Views => views::list(call),
        Endpoint::View { id } => views::view(call, id),
        Endpoint::FileUploads => users::file_uploads(call),
        Endpoint::FileUpload { id } => users::file_upload(call, id),
        Endpoint::CustomEmojis => users::custom_emojis(call),
        Endpoint::AsyncTask { .. } => Err(Refusal::new(
            404,
            "object_not_found",
            "Could not find async task.".to_string(),
        )),
        Endpoint::Restricted => Err(Refusal::restricted()),
    }
}
