//! Answers readers and admins: which route, who may ask it, what Redis has, the answer.

use std::rc::Rc;

use notion_edge_core::config::{Access, Config};
use notion_edge_core::read::{Answer, Problem, Route};
use worker::{Context, Env, Headers, Request, Response, console_error};

use crate::{environment, files, redis, run};

/// Answers a request; whatever goes wrong becomes a problem in JSON.
pub async fn answer(
    mut request: Request,
    env: &Env,
    context: &Context,
) -> worker::Result<Response> {
    let answer = match environment::config(env) {
        Ok(config) => read(&mut request, env, &config, context).await,
        Err(problems) => Err(Problem::misconfigured(&problems)),
    };
    let answer = match answer {
        Ok(Given::Answer(answer)) => answer,
        Ok(Given::File(response)) => return Ok(response),
        Err(problem) => problem.answer(),
    };
    let headers = Headers::new();
    for (name, value) in &answer.headers {
        headers.set(name, value)?;
    }
    // For HEAD the runtime sends the headers alone, with the length that the body would have.
    Ok(Response::from_bytes(answer.body)?
        .with_status(answer.status)
        .with_headers(headers))
}

/// What a reader gets.
enum Given {
    Answer(Answer),
    /// A file, which is passed on as it comes.
    File(Response),
}

async fn read(
    request: &mut Request,
    env: &Env,
    config: &Rc<Config>,
    context: &Context,
) -> Result<Given, Problem> {
    let url = request
        .url()
        .map_err(|_| Problem::not_found("this address cannot be read"))?;
    let query: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut route = Route::parse(request.method().as_ref(), url.path(), &query)?;
    let authorization = request.headers().get("authorization").ok().flatten();
    route.check(config, authorization.as_deref())?;
    if route.has_body() {
        let unreadable = |_| Problem::bad_request("the body cannot be read".to_owned());
        route = route.with_body(&request.bytes().await.map_err(unreadable)?)?;
    }
    let is_public = matches!(config.access, Access::Public);
    if let Route::File(key) = &route {
        let file = files::serve(env, request, key, Route::file_cache(is_public)).await?;
        return Ok(Given::File(file));
    }
    let call = route.call(&config.keys, environment::now())?;
    let found = redis::run(config, call).await;
    if let Err(failure) = &found {
        console_error!("a reader got no answer from redis: {failure}");
    }
    let answer = route.answer(found, is_public)?;
    if route.is_followed_by_a_run(&answer) {
        let config = Config {
            export: config.export.after_an_answer(),
            ..Config::clone(config)
        };
        context.wait_until(run(Rc::new(config), files::bucket(env)));
    }
    Ok(Given::Answer(answer))
}
