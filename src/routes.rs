//! Answers readers: which route, who may read it, one look into Redis, the answer.

use notion_edge_core::config::{Access, Config};
use notion_edge_core::read::{Answer, Problem, Route};
use worker::{Env, Headers, Request, Response, console_error};

use crate::{environment, redis};

/// Answers a request; whatever goes wrong becomes a problem in JSON.
pub async fn answer(request: &Request, env: &Env) -> worker::Result<Response> {
    let answer = match environment::config(env) {
        Ok(config) => read(request, &config)
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

async fn read(request: &Request, config: &Config) -> Result<Answer, Problem> {
    let url = request
        .url()
        .map_err(|_| Problem::not_found("this address cannot be read"))?;
    let query: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let route = Route::parse(request.method().as_ref(), url.path(), &query)?;
    let authorization = request.headers().get("authorization").ok().flatten();
    route.check(config, authorization.as_deref())?;
    let call = route.call(&config.keys, environment::now());
    let body = redis::run(config, call).await;
    if let Err(failure) = &body {
        console_error!("a reader got no answer from redis: {failure}");
    }
    route.answer(body, matches!(config.access, Access::Public))
}
