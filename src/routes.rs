//! Answers readers and admins: which route, who may ask it, what Redis has, the answer.

use std::rc::Rc;

use notion_edge_core::config::{Access, Config};
use notion_edge_core::read::{Answer, Problem, Route};
use worker::{Context, Env, Headers, Request, Response, console_error};

use crate::{environment, redis, run};

/// Answers a request; whatever goes wrong becomes a problem in JSON.
pub async fn answer(
    mut request: Request,
    env: &Env,
    context: &Context,
) -> worker::Result<Response> {
    let answer = match environment::config(env) {
        Ok(config) => read(&mut request, &config, context)
            .await
            .unwrap_or_else(|problem| problem.answer()),
        Err(problems) => Problem::misconfigured(&problems).answer(),
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

async fn read(
    request: &mut Request,
    config: &Rc<Config>,
    context: &Context,
) -> Result<Answer, Problem> {
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
    let call = route.call(&config.keys, environment::now());
    let found = redis::run(config, call).await;
    if let Err(failure) = &found {
        console_error!("a reader got no answer from redis: {failure}");
    }
    let answer = route.answer(found, matches!(config.access, Access::Public))?;
    if route.is_followed_by_a_run(&answer) {
        context.wait_until(run(Rc::new(Config {
            export: config.export.after_an_answer(),
            ..Config::clone(config)
        })));
    }
    Ok(answer)
}
