//! Answers readers and admins: which route, who may ask it, and who gives the answer.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use notion_edge::caches::Cache;
use notion_edge::{environment, redis};
use notion_edge_core::config::Config;
use notion_edge_core::purge::Purged;
use notion_edge_core::read::{Answer, Audience, FileAccess, Problem, Ready, Request, Route};
use notion_edge_core::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::js_sys::{Function, Uint8Array};
use worker::{Env, console_error, web_sys};

use crate::question::{self, Asking, Question};
use crate::{events, files, http, limiter};

thread_local! {
    static READY: RefCell<Option<Ready<http::Prepared>>> = const { RefCell::new(None) };
    static IS_LIMITED: Cell<bool> = const { Cell::new(true) };
}

/// Forgets all that is remembered.
pub fn forget() {
    question::forget();
    READY.set(None);
    IS_LIMITED.set(true);
}

/// Keeps the answer to a request, to be given to whoever asks the same while what was read at that time is fresh.
pub fn keep(asking: &Asking, answer: &Answer, text: Option<Uint8Array>, read_at: Timestamp) {
    // Where requests are limited, each is counted.
    if IS_LIMITED.get() {
        return;
    }
    let (prepared, bytes) = http::prepare(answer, text);
    READY.with_borrow_mut(|ready| {
        let ready = ready.get_or_insert_with(|| Ready::new(asking.config.read.memory));
        ready.put(asking.audience, &asking.asked, prepared, bytes, read_at);
    });
}

/// What of the platform a request comes with.
pub struct Surroundings<'a> {
    pub env: &'a Env,
    pub cache: Cache<'a>,
    /// Begins a run of the export.
    pub run: &'a Function,
}

/// The answer, ready, or the [`Question`] that comes to it; nothing for what needs more of the platform than Redis, and for the first
/// request of an isolate, with which it reads its configuration.
pub fn begin(asked: &str) -> Option<JsValue> {
    let config = environment::known()?;
    let now = environment::now();
    let ready = READY.with_borrow_mut(|ready| ready.as_mut()?.get(&config, asked, now));
    if let Some(ready) = ready {
        return Some(ready.into());
    }
    // Where requests are limited, each is counted.
    if IS_LIMITED.get() {
        return None;
    }
    let mut request = Request::parse(asked);
    request.site.clone_from(&config.read.site);
    let (route, version) = Route::versioned(&request).ok()?;
    if route.needs_more_than_the_store() {
        return None;
    }
    let audience = route
        .check(&config, request.authorization.as_deref())
        .ok()?;
    let asking = Asking {
        asked: asked.to_owned(),
        request,
        config,
        audience,
    };
    Some(Question::new(asking, route, version, None).into())
}

/// The response, or the [`Question`] that comes to it; whatever goes wrong becomes a problem in JSON.
pub async fn answer(raw: web_sys::Request, asked: String, around: &Surroundings<'_>) -> JsValue {
    let mut request = Request::parse(&asked);
    let config = match environment::config(around.env) {
        Ok(config) => config,
        Err(problems) => {
            let answer = Problem::misconfigured(&problems).answer();
            return http::respond(&answer.shared_with(&[], &request), None).into();
        }
    };
    IS_LIMITED.set(environment::limiter(around.env).is_some());
    request.site.clone_from(&config.read.site);
    let given = read(&request, &raw, &config, around).await;
    let origins = config.read.origins.as_slice();
    let response = match given {
        Ok(Read::Response(response)) => {
            http::with_headers(response, &Answer::sharing(origins, &request))
        }
        Ok(Read::Answer(answer)) => http::respond(&answer.shared_with(origins, &request), None),
        Ok(Read::Store {
            route,
            version,
            audience,
        }) => {
            let asking = Asking {
                asked,
                request,
                config,
                audience,
            };
            let run = Some(around.run.clone());
            return Question::new(asking, route, version, run).into();
        }
        Err(problem) => http::respond(&problem.answer().shared_with(origins, &request), None),
    };
    response.into()
}

/// What a request that is not for the store alone comes to.
enum Read {
    Answer(Answer),
    /// What is passed on as it comes.
    Response(web_sys::Response),
    /// It is for the store alone, after all.
    Store {
        route: Route,
        version: Option<i64>,
        audience: Audience,
    },
}

async fn read(
    request: &Request,
    raw: &web_sys::Request,
    config: &Rc<Config>,
    around: &Surroundings<'_>,
) -> Result<Read, Problem> {
    // A browser asks this without the token that its request will show.
    if let Some(answer) = Answer::preflight(request) {
        return Ok(Read::Answer(answer));
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
        let body = http::body(raw).await?;
        let signature = raw.headers().get("x-notion-signature").ok().flatten();
        let signature = signature.as_deref();
        route = route
            .with_body(&body)?
            .delivered(config, signature, &body, environment::now())?;
    }
    match &route {
        Route::File(ask) if let Some(bucket) = environment::bucket(around.env) => {
            if audience == Audience::Public {
                let access = FileAccess::to_copy(ask, &config.keys, audience);
                let deadline = environment::now().plus(config.read.timeout);
                let found = redis::run(config, access, deadline).await;
                if found.map_err(|_| Problem::away())?.is_none() {
                    return Err(Problem::not_found("no page shows such a file"));
                }
            }
            let cache = Route::file_cache(config.access.cache(audience));
            let file = files::serve(&bucket, config, raw, ask.key(), cache).await?;
            Ok(Read::Response(file))
        }
        Route::Purge(purged) => purge(purged, &around.cache).await,
        Route::Events(asked) if asked.is_stream() && request.method == "GET" => {
            let stream = events::serve(config, asked, audience);
            stream.map(Read::Response).map_err(|_| Problem::away())
        }
        _ => match route.fixed(request) {
            Some(answer) => Ok(Read::Answer(answer)),
            None => Ok(Read::Store {
                route,
                version,
                audience,
            }),
        },
    }
}

/// Forgets what is remembered here, and has the cache in front forget that.
async fn purge(purged: &Purged, cache: &Cache<'_>) -> Result<Read, Problem> {
    forget();
    if cache.exists()
        && let Err(problem) = cache.purge(purged).await
    {
        console_error!("nothing is purged from the cache: {problem}");
        return Err(Problem::unpurged());
    }
    let answer = Route::purged(purged, cache.exists());
    Ok(Read::Answer(answer))
}
