//! Answers readers and admins: which route, who may ask it, what memory or Redis has, the answer.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use notion_edge::caches::Cache;
use notion_edge::{environment, redis};
use notion_edge_core::config::Config;
use notion_edge_core::purge::Purged;
use notion_edge_core::read::{
    self, Answer, AtLeast, Audience, FileAccess, PageAsk, PageReading, Problem, Reader, Ready,
    Request, Route, Step,
};
use notion_edge_core::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::js_sys::{Function, Uint8Array};
use worker::{Env, console_error, web_sys};

use crate::{events, files, http, limiter};

thread_local! {
    /// Finished values only: a future that two requests wait for ends both of them.
    static READER: RefCell<Option<Reader<Uint8Array>>> = const { RefCell::new(None) };
    static READY: RefCell<Option<Ready<http::Prepared>>> = const { RefCell::new(None) };
}

/// What is remembered as the answer to just that request, if it is fresh.
pub fn recall(asked: &str) -> Option<http::Prepared> {
    let config = environment::known()?;
    READY.with_borrow_mut(|ready| ready.as_mut()?.get(&config, asked, environment::now()))
}

/// Forgets all that is remembered.
pub fn forget() {
    READER.set(None);
    READY.set(None);
}

/// What of the platform a request comes with.
pub struct Surroundings<'a> {
    pub env: &'a Env,
    pub cache: Cache<'a>,
    /// Begins a run of the export.
    pub run: &'a Function,
}

/// Answers a request; whatever goes wrong becomes a problem in JSON.
pub async fn answer(
    raw: web_sys::Request,
    asked: &str,
    around: &Surroundings<'_>,
) -> web_sys::Response {
    let mut request = Request::parse(asked);
    let config = environment::config(around.env);
    if let Ok(config) = &config {
        request.site.clone_from(&config.read.site);
    }
    let given = match &config {
        Ok(config) => read(&request, &raw, config, around).await,
        Err(problems) => Err(Problem::misconfigured(problems)),
    };
    let origins = config
        .as_ref()
        .map_or(&[][..], |config| config.read.origins.as_slice());
    match given {
        Ok(Given::Response(response)) => {
            http::with_headers(response, &Answer::sharing(origins, &request))
        }
        Ok(Given::Answer(answer, text)) => {
            http::respond(&answer.shared_with(origins, &request), text)
        }
        Ok(Given::Remembered(remembered)) => {
            let Remembered {
                audience,
                answer,
                text,
                read_at,
            } = remembered;
            let answer = answer.shared_with(origins, &request);
            // Where requests are limited, each is counted.
            if let Ok(config) = &config
                && environment::limiter(around.env).is_none()
            {
                let (prepared, bytes) = http::prepare(&answer, text.clone());
                READY.with_borrow_mut(|ready| {
                    let ready = ready.get_or_insert_with(|| Ready::new(config.read.memory));
                    ready.put(audience, asked, prepared, bytes, read_at);
                });
            }
            http::respond(&answer, text)
        }
        Err(problem) => http::respond(&problem.answer().shared_with(origins, &request), None),
    }
}

/// What a reader gets.
enum Given {
    /// And its body, where that has never been in here.
    Answer(Answer, Option<Uint8Array>),
    /// The same from memory, while it is fresh.
    Remembered(Remembered),
    /// What is passed on as it comes.
    Response(web_sys::Response),
}

/// An answer that may be given to whoever asks the same, for as long as what was read at that time is fresh.
struct Remembered {
    audience: Audience,
    answer: Answer,
    text: Option<Uint8Array>,
    read_at: Timestamp,
}

impl Given {
    fn of(
        audience: Audience,
        answer: Answer,
        text: Option<Uint8Array>,
        read_at: Option<Timestamp>,
    ) -> Self {
        match read_at {
            None => Self::Answer(answer, text),
            Some(read_at) => Self::Remembered(Remembered {
                audience,
                answer,
                text,
                read_at,
            }),
        }
    }
}

async fn read(
    request: &Request,
    raw: &web_sys::Request,
    config: &Rc<Config>,
    around: &Surroundings<'_>,
) -> Result<Given, Problem> {
    // A browser asks this without the token that its request will show.
    if let Some(answer) = Answer::preflight(request) {
        return Ok(Given::Answer(answer, None));
    }
    let found = Route::versioned(request);
    let is_health = matches!(found, Ok((Route::Health, _)));
    if !is_health && limiter::refuses(config, request, raw, around.env).await {
        return Err(Problem::too_often());
    }
    let (mut route, version) = found?;
    let audience = route.check(config, request.authorization.as_deref())?;
    if config.is_admin(request.authorization.as_deref()) {
        route = route.for_admin(config, environment::now());
    }
    if route.has_body() {
        let unreadable = |_| Problem::bad_request("the body cannot be read".to_owned());
        route = route.with_body(&http::body(raw).await.map_err(unreadable)?)?;
    }
    let cache = config.access.cache(audience);
    match &route {
        Route::Page(ask) => return page(ask, audience, request, config, cache).await,
        Route::File(key) => {
            if audience == Audience::Public {
                let access = FileAccess::new(key, &config.keys);
                let is_public = redis::run(config, access, deadline(config)).await;
                if !is_public.map_err(|_| Problem::away())? {
                    return Err(Problem::not_found("no page shows such a file"));
                }
            }
            let raw = worker::Request::from(Clone::clone(raw));
            let file = files::serve(around.env, &raw, key, Route::file_cache(cache)).await?;
            return Ok(Given::Response(file.into()));
        }
        Route::Purge(purged) => return purge(purged, &around.cache).await,
        Route::Events(asked) if asked.is_stream() && request.method == "GET" => {
            let stream = events::serve(config, asked, audience);
            return stream.map(Given::Response).map_err(|_| Problem::away());
        }
        _ => {}
    }
    if let Some(answer) = route.fixed(request) {
        return Ok(Given::Answer(answer, None));
    }
    let address = format!("{audience:?} {}", request.address());
    if route.is_remembered()
        && let Some((answer, read_at)) =
            with_reader(config, |it| it.answer(&address, cache, environment::now()))?
    {
        return Ok(Given::of(audience, answer.tagged(request), None, read_at));
    }
    let Some(call) = route.call(&config.keys, audience, environment::now()) else {
        return Err(Problem::away());
    };
    let call = AtLeast::new(call, version, &config.keys);
    let answer = match redis::run(config, call, deadline(config)).await {
        Ok(Err(problem)) => Err(problem),
        Ok(Ok(found)) => route.answer(audience, Ok(found)),
        Err(failure) => {
            console_error!("a reader got no answer from redis: {failure}");
            route.answer(audience, Err(failure))
        }
    };
    if route.is_remembered() {
        let answer = with_reader(config, |it| {
            it.answered(&address, cache, environment::now(), answer)
        })?;
        return Ok(Given::Answer(answer.tagged(request), None));
    }
    let answer = answer?;
    if route.is_followed_by_a_run(&answer) {
        // It is handed to the platform, and throws nothing.
        let _ = around.run.call0(&JsValue::UNDEFINED);
    }
    Ok(Given::Answer(answer, None))
}

/// Forgets what is remembered here, and has the cache in front forget that.
async fn purge(purged: &Purged, cache: &Cache<'_>) -> Result<Given, Problem> {
    forget();
    if cache.exists()
        && let Err(problem) = cache.purge(purged).await
    {
        console_error!("nothing is purged from the cache: {problem}");
        return Err(Problem::unpurged());
    }
    let answer = Route::purged(purged, cache.exists());
    Ok(Given::Answer(answer, None))
}

/// A page, from memory or with one look at Redis, two for a path.
async fn page(
    ask: &PageAsk,
    audience: Audience,
    request: &Request,
    config: &Config,
    cache: read::Cache,
) -> Result<Given, Problem> {
    let mut reading = PageReading::new(ask.clone(), audience, request);
    let deadline = deadline(config);
    let served = loop {
        let now = environment::now();
        let step = with_reader(config, |it| reading.poll(&config.keys, cache, now, it));
        let done = match step {
            Step::Done(served) => Some(served),
            Step::Resolve(commands) => {
                let replies = redis::perform(config, &commands, left(deadline)).await;
                let replies = replies.and_then(|replies| replies.into_iter().collect());
                log(replies.as_ref().err());
                let now = environment::now();
                with_reader(config, |it| reading.resolved(cache, now, replies, it))
            }
            Step::Look(command) => {
                let looked = redis::look(config, &command, left(deadline)).await;
                log(looked
                    .as_ref()
                    .err()
                    .filter(|failure| !failure.is_no_script()));
                let now = environment::now();
                with_reader(config, |it| reading.looked(cache, now, looked, it))
            }
        };
        if let Some(served) = done {
            break served?;
        }
    };
    let cut = served.text.as_ref().filter(|_| ask.is_cut());
    match cut.and_then(|text| ask.cut(&text.to_vec())) {
        Some(body) => {
            let answer = Answer {
                body: body?,
                ..served.answer
            };
            Ok(Given::of(audience, answer, None, served.read_at))
        }
        None => Ok(Given::of(
            audience,
            served.answer,
            served.text,
            served.read_at,
        )),
    }
}

fn log(failure: Option<&notion_edge_core::failure::Failure>) {
    if let Some(failure) = failure {
        console_error!("a reader got no answer from redis: {failure}");
    }
}

/// Until when a reader waits for Redis.
fn deadline(config: &Config) -> Timestamp {
    environment::now().plus(config.read.timeout)
}

/// Until then.
fn left(deadline: Timestamp) -> Duration {
    deadline.since(environment::now())
}

fn with_reader<R>(config: &Config, act: impl FnOnce(&mut Reader<Uint8Array>) -> R) -> R {
    READER.with_borrow_mut(|reader| {
        act(reader.get_or_insert_with(|| Reader::new(config.read.memory)))
    })
}
