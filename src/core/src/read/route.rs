//! The routes: who may ask them, from each to commands, from replies to an answer. `address` has their addresses.

use serde_json::json;

use crate::config::Config;
use crate::engine::State;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::purge::{LISTS, Purged, list_tag, page_tag};
use crate::redis::Value;
use crate::status::{Progress, Status, WorkerStatus};
use crate::store::{Call, Error, Operation, Step};
use crate::time::Timestamp;

use super::batch::Batch;
use super::cache::{Cache, PRIVATE};
use super::comments::Comments;
use super::events::Events;
use super::exports::{Ask, Exchange, Told};
use super::file::{FileAccess, FileAsk};
use super::list::List;
use super::object::Object;
use super::page::{PageAsk, PageExchange};
use super::search::Search;
use super::setup::Setup;
use super::site::Site;
use super::tree::Tree;
use super::webhook::Webhook;
use super::whole::Whole;
use super::why::{Why, WhyAsk, WhyExchange};
use super::{Answer, Audience, Problem, Request, access, confirm, metrics, purge, query, site};

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// `GET /v1/pages/{id or path}`: a page, for a shell that runs its [`PageReading`](super::PageReading).
    Page(PageAsk),
    /// `GET /v1/pages`: summaries of pages, newest first.
    Pages(List),
    /// `GET /v1/pages:batch`: several pages.
    Batch(Batch),
    /// `GET /v1/tree`: what lies under what.
    Tree(Tree),
    /// `GET /v1/search`: pages by words.
    Search(Search),
    /// `GET /sitemap.xml`, `GET /feed.xml` and the like.
    Site(Site),
    /// `GET /v1/databases/{id}` and the like: an object of Notion's.
    Object(Object),
    /// `GET /v1/comments`: the comments of a page.
    Comments(Comments),
    /// `GET /v1/files/{key}`: the bytes of a file, from a shell that has copies; where it is for now, from one that has none.
    File(FileAsk),
    /// `GET /v1/events`: what happened.
    Events(Events),
    /// `GET /metrics`: how the export is doing, for Prometheus.
    Metrics,
    /// `GET /v1/status`: how the export is doing; to an admin with what the Worker is.
    Status(Option<Box<Setup>>),
    /// `GET /v1/why/{id or path}`: why a page is there for readers, or is not.
    Why(WhyAsk),
    /// `GET /healthz`: that the Worker answers, whatever the store does.
    Health,
    /// `GET /openapi.json`: what can be asked, and what is answered.
    OpenApi,
    /// `POST /v1/exports/{number}/confirm`: lets the pages go that this export holds.
    Confirm(u64),
    /// `POST /v1/purge`: has the cache in front forget answers, for a shell that has one.
    Purge(Purged),
    /// `/v1/webhook`: Notion tells what changed.
    Webhook(Webhook),
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
    /// A sitemap or feed.
    Site(Box<site::Exchange>),
    /// One look, whose replies the route makes the body of.
    Replies(Call<()>),
    /// All pages, of whose summaries the route makes the body.
    Whole(Box<Whole>),
    /// A page with its text, for a shell that remembers nothing.
    Page(Box<PageExchange>),
    /// Where a file is, for a shell that has no copies.
    File(Box<FileAccess>),
    /// About exports.
    Exports(Box<Exchange>),
    /// Why a page is there, or is not.
    Why(Box<WhyExchange>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The body of the answer, or nothing.
    Body(Option<Vec<u8>>),
    /// The body of a list with a filter or in an order, if what it is of is stored, or why there is none.
    Query(Result<Option<Vec<u8>>, Problem>),
    /// What Redis replied.
    Replies(Vec<Value>),
    /// A page, or why there is none.
    Page(Result<Answer, Problem>),
    /// Where a file is, if it may be read.
    File(Option<String>),
    /// About exports.
    Exports(Box<Told>),
    /// Why a page is there, or is not.
    Why(Box<Why>),
}

impl Route {
    /// The longest body that any route takes: that of an event of Notion's, which names what changed without its content.
    pub const MAX_BODY_BYTES: u32 = 256 * 1024;

    /// Lets in who may ask this, and says what of the copy they may read.
    ///
    /// # Errors
    /// 401 for a wrong token or none.
    pub fn check(&self, config: &Config, authorization: Option<&str>) -> Result<Audience, Problem> {
        match self {
            // What is sent there is believed by its signature.
            Self::Health | Self::OpenApi | Self::Webhook(Webhook::Post) => Ok(Audience::Public),
            Self::Object(_) | Self::Comments(_) => match config.access.check(authorization)? {
                Audience::All => Ok(Audience::All),
                // No rule says which of these are public.
                Audience::Public => Err(Problem::unauthorized("PREVIEW_TOKENS")),
            },
            Self::Page(_)
            | Self::Pages(_)
            | Self::Batch(_)
            | Self::Tree(_)
            | Self::Search(_)
            | Self::Site(_)
            | Self::Events(_)
            | Self::File(_) => config.access.check(authorization),
            Self::Status(_) => match config.is_admin(authorization) {
                true => Ok(Audience::All),
                false => config.access.check(authorization),
            },
            Self::Metrics
            | Self::Confirm(_)
            | Self::Purge(_)
            | Self::Webhook(_)
            | Self::Exports(_)
            | Self::Why(_) => {
                let tokens = &config.admin_tokens;
                access::check(authorization, tokens, "ADMIN_TOKENS").map(|()| Audience::All)
            }
        }
    }

    /// The same route as an admin asks it: the status says what the Worker is, and why a page is there depends on who may read.
    pub fn for_admin(self, config: &Config, now: Timestamp) -> Self {
        match self {
            Self::Status(_) => Self::Status(Some(Box::new(Setup::of(config, now)))),
            Self::Why(ask) => Self::Why(ask.with(Setup::of(config, now))),
            Self::Webhook(Webhook::Show(_)) => {
                Self::Webhook(Webhook::Show(!config.webhook_tokens.is_empty()))
            }
            other => other,
        }
    }

    /// The answer of a route that needs no Redis.
    pub fn fixed(&self, request: &Request) -> Option<Answer> {
        match self {
            Self::Health => Some(Answer::healthy()),
            Self::OpenApi => Some(Answer::openapi().tagged(request)),
            Self::Webhook(Webhook::Nothing) => Some(Webhook::done()),
            _ => None,
        }
    }

    /// Whether it takes more than the store to answer: what the platform holds, or what the answer tells an admin of it.
    pub fn needs_more_than_the_store(&self) -> bool {
        matches!(
            self,
            Self::File(_)
                | Self::Purge(_)
                | Self::Events(_)
                | Self::Health
                | Self::OpenApi
                | Self::Exports(_)
                | Self::Status(_)
                | Self::Why(_)
                | Self::Webhook(_)
        )
    }

    /// Whether the body of the request says more; it is read after `check`.
    pub fn has_body(&self) -> bool {
        matches!(
            self,
            Self::Exports(Ask::Order(_)) | Self::Purge(_) | Self::Webhook(Webhook::Post)
        )
    }

    /// The same route with what the body of the request says.
    ///
    /// # Errors
    /// 400, with what is wrong in it.
    pub fn with_body(self, body: &[u8]) -> Result<Self, Problem> {
        match self {
            Self::Exports(ask) => ask.with_body(body).map(Self::Exports),
            Self::Purge(_) => purge::parse(body).map(Self::Purge),
            other => Ok(other),
        }
    }

    /// Whether a run is to follow the answer at once, rather than with the next tick.
    pub fn is_followed_by_a_run(&self, answer: &Answer) -> bool {
        match self {
            Self::Exports(Ask::Order(_) | Ask::Cancel(_)) => answer.status == 202,
            Self::Webhook(Webhook::Event(_)) => answer.status == 200,
            _ => false,
        }
    }

    /// The same route with what Notion sent to the webhook: `signature` is the header `X-Notion-Signature`.
    ///
    /// # Errors
    /// Those of [`Webhook::delivered`].
    pub fn delivered(
        self,
        config: &Config,
        signature: Option<&str>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Self, Problem> {
        match self {
            Self::Webhook(Webhook::Post) => {
                Webhook::delivered(config, signature, body, now).map(Self::Webhook)
            }
            other => Ok(other),
        }
    }

    /// The answer once that is purged.
    pub fn purged(purged: &Purged, has_cache: bool) -> Answer {
        purge::done(purged, has_cache)
    }

    /// What a cache may purge its answers by, separated by commas. Every list goes where any page changes, and can be purged by
    /// what it is a list of.
    fn tags(&self) -> String {
        let own: Vec<String> = match self {
            Self::Pages(list) => list.of_one().map(list_tag).into_iter().collect(),
            Self::Batch(batch) => batch.ids().map(page_tag).collect(),
            _ => Vec::new(),
        };
        let tags: Vec<String> = [LISTS.to_owned()].into_iter().chain(own).collect();
        tags.join(",")
    }

    /// Whether its answers are remembered for a few seconds. Events are not: who asks again wants to know what is new.
    pub fn is_remembered(&self) -> bool {
        matches!(
            self,
            Self::Pages(_)
                | Self::Batch(_)
                | Self::Tree(_)
                | Self::Search(_)
                | Self::Site(_)
                | Self::Object(_)
                | Self::Comments(_)
        )
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

    /// The exchange with Redis that the answer is made of: one request, two to cancel an export or for a file; none where the shell has the answer.
    pub fn call(&self, keys: &Keys, audience: Audience, now: Timestamp) -> Option<Asked> {
        Some(match self {
            Self::Purge(_) | Self::Health | Self::OpenApi => return None,
            Self::File(ask) => Asked::File(Box::new(FileAccess::to_address(ask, keys, audience))),
            Self::Page(ask) => {
                let exchange = PageExchange::new(ask.clone(), audience, keys, now);
                Asked::Page(Box::new(exchange))
            }
            Self::Exports(ask) => Asked::Exports(Box::new(ask.exchange(keys, now))),
            Self::Pages(list) => list.ask(keys, audience, now),
            Self::Why(ask) => Asked::Why(Box::new(ask.exchange(keys, now))),
            // How many pages there are tells of those that are not public.
            Self::Status(_) if audience == Audience::Public => Asked::Plain(Call::words(
                "status",
                vec!["HGET".to_owned(), keys.lease(), "state".to_owned()],
                progress,
            )),
            Self::Status(Some(_)) => {
                let mut commands = Status::commands(keys, now);
                commands.extend(WorkerStatus::commands(keys));
                Asked::Replies(Call::commands("status", commands))
            }
            Self::Status(None) => {
                Asked::Plain(Call::several("status", Status::commands(keys, now), status))
            }
            Self::Confirm(number) => Asked::Plain(confirm::call(*number, keys, now)),
            Self::Webhook(webhook) => Asked::Plain(webhook.call(keys, now)?),
            Self::Batch(batch) => Asked::Replies(batch.call(keys, audience)),
            Self::Tree(tree) => Asked::Whole(Box::new(tree.read(keys, audience, now))),
            Self::Search(search) => Asked::Whole(Box::new(search.read(keys, audience, now))),
            Self::Site(site) => Asked::Site(Box::new(site.exchange(keys, audience, now))),
            Self::Object(object) => Asked::Replies(object.call(keys)),
            Self::Comments(comments) => Asked::Replies(comments.call(keys)),
            Self::Events(events) => Asked::Replies(events.call(keys, audience)),
            Self::Metrics => Asked::Replies(Call::commands("status", Status::commands(keys, now))),
        })
    }

    /// The answer to that audience with what was found, with its tags where it is remembered.
    ///
    /// # Errors
    /// 404 for what is not in the store, 400 for a query that does not go with it, 422 for too much at once, 409 for what cannot be done as things stand, 500 for what cannot be read, 503 where Redis did not answer as it should.
    pub fn answer(
        &self,
        audience: Audience,
        found: Result<Found, Error>,
    ) -> Result<Answer, Problem> {
        let mut answer = self.made(audience, found)?;
        if self.is_remembered() {
            answer.headers.push(("cache-tag", self.tags()));
        }
        Ok(answer)
    }

    fn made(&self, audience: Audience, found: Result<Found, Error>) -> Result<Answer, Problem> {
        let body = match found {
            Ok(Found::Page(answer)) => return answer,
            Ok(Found::File(address)) => return self.file_at(address),
            Ok(Found::Exports(told)) => return told.answer(),
            Ok(Found::Why(why)) => return Ok(why.answer()),
            Ok(Found::Query(body)) => Ok(body?),
            Ok(Found::Replies(replies)) => return self.told(audience, &replies),
            Ok(Found::Body(body)) => Ok(body),
            Err(error) => Err(error),
        };
        match (self, body) {
            (_, Ok(Some(body))) => Ok(Answer::json(body)),
            (Self::Pages(list), Ok(None)) => Err(list.missing()),
            (Self::Confirm(number), Ok(None)) => Err(Problem::not_found(&format!(
                "export {number} holds no pages"
            ))),
            // How Upstash says that a reply is longer than the plan allows.
            (route, Err(Error::Failed(Failure::Rejected { message, .. })))
                if message.contains("max request size") =>
            {
                Err(route.too_much().unwrap_or_else(Problem::away))
            }
            (_, Err(Error::MisshapedRecord(what))) => Err(Problem::unreadable(&what)),
            (_, Ok(None) | Err(_)) => Err(Problem::away()),
        }
    }

    fn file_at(&self, address: Option<String>) -> Result<Answer, Problem> {
        match self {
            Self::File(ask) => ask.answer(address),
            _ => Err(Problem::away()),
        }
    }

    /// What is told where the store has more to say than it may in one reply.
    fn too_much(&self) -> Option<Problem> {
        match self {
            Self::Batch(_) => Some(Batch::too_large()),
            Self::Tree(_) => Some(Tree::too_many()),
            Self::Search(_) => Some(Search::too_many()),
            Self::Site(_) => Some(Site::too_many()),
            _ => None,
        }
    }

    fn told(&self, audience: Audience, replies: &[Value]) -> Result<Answer, Problem> {
        let body = match self {
            Self::Batch(batch) => batch.body(replies),
            Self::Tree(tree) => tree.body(audience, replies),
            Self::Search(search) => search.body(replies),
            Self::Object(object) => object.body(replies),
            Self::Comments(comments) => comments.body(replies),
            Self::Events(events) => events.body(replies),
            Self::Site(site) => return site.answer(replies),
            Self::Metrics => return metrics::answer(replies),
            Self::Status(Some(setup)) => WorkerStatus::whole(setup, replies)
                .map(|status| status.to_json())
                .ok_or_else(|| Problem::unreadable("the state of the export")),
            _ => Err(Problem::away()),
        };
        body.map(Answer::json)
    }
}

impl Asked {
    /// Whether what is asked for next are the summaries of a long list: megabytes, of which there is not room for many.
    pub fn is_long(&self) -> bool {
        match self {
            Self::Query(exchange) => exchange.is_long(),
            Self::Site(exchange) => exchange.is_long(),
            Self::Whole(whole) => whole.is_long(),
            _ => false,
        }
    }
}

impl Operation for Asked {
    type Output = Found;

    fn poll(&self) -> Step {
        match self {
            Self::Plain(call) => call.poll(),
            Self::Query(exchange) => exchange.poll(),
            Self::Site(exchange) => exchange.poll(),
            Self::Replies(call) => call.poll(),
            Self::Whole(whole) => whole.poll(),
            Self::Page(exchange) => exchange.poll(),
            Self::File(exchange) => exchange.poll(),
            Self::Exports(exchange) => exchange.poll(),
            Self::Why(exchange) => exchange.poll(),
        }
    }

    fn apply(&mut self, reply: Result<Vec<Value>, Failure>) -> Result<Option<Found>, Error> {
        match self {
            Self::Plain(call) => Ok(call.apply(reply)?.map(Found::Body)),
            Self::Query(exchange) => Ok(exchange.apply(reply)?.map(Found::Query)),
            Self::Site(exchange) => Ok(exchange.apply(reply)?.map(Found::Replies)),
            // They may be long, so they are taken as they are.
            Self::Replies(call) => match reply {
                Ok(replies) => Ok(Some(Found::Replies(replies))),
                Err(failure) => call.apply(Err(failure)).map(|_| None),
            },
            Self::Whole(whole) => Ok(whole.apply(reply)?.map(Found::Replies)),
            Self::Page(exchange) => Ok(exchange.apply(reply)?.map(Found::Page)),
            Self::File(exchange) => Ok(exchange.apply(reply)?.map(Found::File)),
            Self::Exports(exchange) => Ok(exchange
                .apply(reply)?
                .map(|told| Found::Exports(Box::new(told)))),
            Self::Why(exchange) => Ok(exchange.apply(reply)?.map(|why| Found::Why(Box::new(why)))),
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
