//! One request to Notion.

use std::cell::RefCell;
use std::time::Duration;

use notion_edge_core::api::{NOTION_VERSION, Request};
use notion_edge_core::config::{Config, Endpoint};
use notion_edge_core::failure::Failure;

use notion_edge::fetch::{self, Redirect, Target};

/// Performs `request`: the body of a 200, or why there is none.
pub async fn perform(config: &Config, request: &Request) -> Result<Vec<u8>, Failure> {
    let body = request
        .body
        .as_ref()
        .map(|body| body.to_string().into_bytes());
    let target = at(&config.notion);
    let timeout = Duration::from_millis(request.timeout_ms);
    let answer = fetch::receive(&target, Some(&request.path), body.as_deref(), timeout)
        .await
        .map_err(|problem| Failure::Transient(format!("notion at NOTION_BASE_URL: {problem}")))?;
    let body = answer.body.to_vec();
    if answer.status == 200 {
        return Ok(body);
    }
    Err(Failure::of_notion(
        answer.status,
        answer.retry_after.as_deref(),
        &body,
    ))
}

thread_local! {
    /// Notion, and what requests to it have in common.
    static TARGET: RefCell<Option<(Endpoint, Target)>> = const { RefCell::new(None) };
}

fn at(endpoint: &Endpoint) -> Target {
    TARGET.with_borrow_mut(|target| {
        let known = target.take().filter(|(it, _)| it == endpoint);
        let known = known.unwrap_or_else(|| (endpoint.clone(), target_of(endpoint)));
        target.insert(known).1.clone()
    })
}

fn target_of(endpoint: &Endpoint) -> Target {
    let authorization = format!("Bearer {}", endpoint.token.expose());
    let headers = [
        ("authorization", authorization.as_str()),
        ("notion-version", NOTION_VERSION),
    ];
    fetch::target(&endpoint.url, &headers, Redirect::Given)
}
